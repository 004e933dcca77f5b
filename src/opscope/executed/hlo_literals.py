"""What a constant of an XLA program is in a few words: dtype, shape and its first values, as `program.decoding` summarises a GraphDef's."""

from __future__ import annotations

import re
from typing import Any, Dict, List

from ..graph.types import TensorType
from ..program.decoding import MOST_VALUES, plain_float
from .hlo_types import HloType

_NUMBER = re.compile(r"[-+]?\d[\w.+\-]*|-?inf|-?nan|true|false")


def literal_summary(literal: str, kind: HloType) -> Dict[str, Any]:
    """The summary of a literal, as XLA writes it: ``0.5``, ``{1, 2}``; ``{...}`` is one that it left out."""
    tensor = kind.tensors[0] if len(kind.tensors) == 1 else TensorType("opaque", None)
    found: Dict[str, Any] = {"dtype": tensor.dtype, "shape": None if tensor.shape is None else list(tensor.shape)}
    values: List[Any] = []
    for token in _NUMBER.finditer(literal) if not tensor.dtype.startswith("complex") else ():
        value = _value(token.group(), tensor.dtype)
        if value is None or len(values) == MOST_VALUES:
            break
        values.append(value)
    return {**found, "values": values} if values else found


def _value(text: str, dtype: str) -> Any:
    """One number of a literal; ``None`` if it is none."""
    if text in ("true", "false"):
        return text == "true"
    try:
        return plain_float(float(text)) if "float" in dtype else int(text)
    except ValueError:
        return None
