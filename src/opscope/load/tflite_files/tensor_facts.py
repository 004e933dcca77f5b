"""What is said of tensors apart from dtype and shape: how they are quantised, and how many bytes of the file they take."""

from __future__ import annotations

from typing import Any, Dict, List, Tuple

from ...graph.facts import TensorSize
from ...program.decoding import plain_float
from .lite_model import LiteModel, LiteQuantization, LiteTensor
from .tensor_names import labels

_MOST_SHOWN = 8
"""How many of a tensor's scales are shown."""


def quantization(tensor: LiteTensor, mark: str) -> Dict[str, Any]:
    """The attribute that says how an op's result is quantised; none if it is not. `mark` tells results apart."""
    found = tensor.quantization
    return {} if found is None else {f"quantization{mark}": _plain(found)}


def _plain(found: LiteQuantization) -> Dict[str, Any]:
    if found.block is not None:
        return {"block_size": found.block}
    scales: List[Any] = [plain_float(scale) for scale in found.scales[:_MOST_SHOWN]]
    zeros = list(found.zero_points[:_MOST_SHOWN])
    if len(found.scales) == 1:
        return {"scale": scales[0], "zero_point": zeros[0] if zeros else 0}
    shown: Dict[str, Any] = {"axis": found.axis, "channels": len(found.scales), "scales": scales}
    if any(found.zero_points):
        shown["zero_points"] = zeros
    return shown


def quantization_text(tensor: LiteTensor) -> str:
    """How a tensor is quantised, in a few words; "" if it is not.

    >>> quantization_text(LiteTensor("x", "int8", (1,), 0, LiteQuantization((0.5,), (3,), 0)))
    'scale 0.5, zero point 3'
    """
    found = tensor.quantization
    if found is None:
        return ""
    if found.block is not None:
        return f"a scale for each {found.block:,} values"
    if len(found.scales) > 1:
        return f"{len(found.scales):,} scales along axis {found.axis}"
    zero = found.zero_points[0] if found.zero_points else 0
    return f"scale {found.scales[0]:.6g}" + (f", zero point {zero}" if zero else "")


def tensor_sizes(model: LiteModel) -> List[TensorSize]:
    """The constants of the file, the largest first. One that several tensors share is there once, under the first one's name."""
    seen: Dict[int, Tuple[str, LiteTensor]] = {}
    for subgraph in model.subgraphs:
        for name, tensor in zip(labels(subgraph), subgraph.tensors):
            if 0 < tensor.buffer < len(model.buffers) and model.buffers[tensor.buffer].size:
                seen.setdefault(tensor.buffer, (name, tensor))
    found = [
        TensorSize(
            name=name,
            dtype=tensor.dtype,
            shape=None if tensor.shape is None else list(tensor.shape),
            bytes=model.buffers[number].size,
            quantization=quantization_text(tensor),
        )
        for number, (name, tensor) in seen.items()
    ]
    return sorted(found, key=lambda each: -each["bytes"])
