"""`TracedTensors`: finds the tensors that facts of a trace name, in each place where their function runs."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Dict, Iterator, List, Mapping

from ..graph.content import Content
from ..graph.gradient_facts import TensorName
from ..graph.vocabulary import is_body, is_called
from ..shapes.inference import At


class TracedTensors:
    """The facts name an op as its function does. The graph has it once for each call of the function."""

    def __init__(self, content: Content) -> None:
        self._table = content.table
        self._prefixes: Dict[str, List[str]] = {"": [""]}
        """Name of a function -> what the names of its ops begin with, for each place where it runs."""
        names = content.table.names
        for group in content.groups:
            if is_body(group):
                part = "" if is_called(group) else group.name
                for function in _functions(content.table.attrs(group.owner), part):
                    prefix = f"{names[group.owner]}/{part}/" if part else f"{names[group.owner]}/"
                    self._prefixes.setdefault(function, []).append(prefix)

    def __call__(self, name: TensorName) -> List[At]:
        """The tensors of this name. None, if the op is only in TensorFlow's graph, and not in what it writes of it."""
        found: List[At] = []
        for prefix in self._prefixes.get(name.body, ()):
            with suppress(KeyError):
                found.append((self._table.index(prefix + name.op), name.output))
        return found


def _functions(attrs: Mapping[str, Any], part: str) -> Iterator[str]:
    """The names of the functions that an op runs as one of its parts: ``body``, ``then`` (attribute ``then_branch``), ``branch_0``."""
    for key, value in attrs.items():
        if part and key not in (part, f"{part}_branch") and not (key == "branches" and part.startswith("branch_")):
            continue
        for each in value if isinstance(value, list) else [value]:
            if isinstance(each, dict) and isinstance(each.get("function"), str):
                yield each["function"]
