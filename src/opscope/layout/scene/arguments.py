"""Names the argument that a constant is, if that tells something: the axis of a sum, the limit of a range."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple, Optional, Tuple

from ...graph.lite_ops import SAME_OP
from ...program.opdefs import OpSignatures

_TELLING = {
    "reduction_indices": "axis", "axis": "axis", "dimension": "axis", "dim": "axis", "split_dim": "axis",
    "concat_dim": "axis", "perm": "perm", "shape": "shape", "dims": "shape", "start": "start", "limit": "limit",
    "delta": "delta", "begin": "begin", "end": "end", "strides": "strides", "multiples": "times", "size": "size",
    "paddings": "paddings", "depth": "depth", "num_elements": "count", "element_shape": "shape", "index": "index",
    "on_value": "on", "off_value": "off", "lr": "rate", "alpha": "rate", "beta1": "beta1", "beta2": "beta2",
    "epsilon": "epsilon", "block_shape": "block", "crops": "crops", "k": "k", "clip_value_min": "min",
    "clip_value_max": "max", "seed": "seed", "input_sizes": "shape", "filter_sizes": "shape", "size_splits": "sizes",
    "beta1_power": "beta1^t", "beta2_power": "beta2^t",
}  # fmt: skip
"""Argument as TensorFlow declares it -> what a chip calls it. Other names (``x``, ``y``, ``value``) tell nothing."""


class _Arguments(NamedTuple):
    """The names of an op's input arguments, and the position of the one that is a list of several inputs (-1: none)."""

    names: Tuple[str, ...]
    list_at: int


def argument_name(op: str, index: int, count: int) -> str:
    """The name of data input `index` of the `count` that a node of type `op` has; empty if it tells nothing.

    In the second example the inputs of ConcatV2 are a list of three values, then the axis.

    >>> argument_name("Sum", 1, 2), argument_name("ConcatV2", 3, 4), argument_name("Mul", 1, 2)
    ('axis', 'axis', '')
    """
    return _TELLING.get(declared_name(op, index, count), "")


def declared_name(op: str, index: int, count: int) -> str:
    """The name of a data input as TensorFlow declares it; empty if it is one of a list, or if that is not known.

    >>> declared_name("BatchDatasetV2", 1, 3), declared_name("ConcatV2", 1, 4)
    ('batch_size', '')
    """
    known = _arguments(op)
    if known is None:
        return ""
    if known.list_at >= 0:
        extra = count - len(known.names)  # the list takes one input, and these
        if known.list_at <= index <= known.list_at + extra:
            return ""
        if index > known.list_at + extra:
            index -= extra
    return known.names[index] if index < len(known.names) else ""


_WITH_OPTIONS = frozenset({"CONCATENATION"})
"""Operators of TensorFlow Lite that have as an option what TensorFlow's op has as an argument."""


@lru_cache(maxsize=4096)
def _arguments(op: str) -> Optional[_Arguments]:
    """The arguments of an op; ``None`` if it is not declared, or has several lists, which a count cannot tell apart."""
    signature = None if op in _WITH_OPTIONS else OpSignatures().get(SAME_OP.get(op, op))
    if signature is None:
        return None
    lists = [place for place, arg in enumerate(signature.inputs) if arg.number_attr or arg.type_list_attr]
    if len(lists) > 1:
        return None
    return _Arguments(tuple(arg.name for arg in signature.inputs), lists[0] if lists else -1)
