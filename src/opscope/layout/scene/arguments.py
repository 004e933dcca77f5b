"""What an op's argument is called where that tells something: the axis of a sum, the start and end of a range."""

from __future__ import annotations

from functools import lru_cache

from ...program.opdefs import Signatures

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
"""The arguments that need a name beside a constant; of others (``x``, ``y``, ``value``) the name tells nothing."""


@lru_cache(maxsize=4096)
def argument_name(op: str, index: int, count: int) -> str:
    """The name of data input `index` of the `count` that a node of type `op` has; empty where it tells nothing.

    >>> argument_name("Sum", 1, 2), argument_name("ConcatV2", 3, 4), argument_name("Mul", 1, 2)
    ('axis', 'axis', '')
    """
    signature = Signatures().get(op)
    if signature is None:
        return ""
    names = [arg.name for arg in signature.inputs]
    lists = [place for place, arg in enumerate(signature.inputs) if arg.number_attr or arg.type_list_attr]
    if len(lists) > 1:
        return ""
    if lists:  # the list takes what the single arguments leave
        extra = count - len(names)
        names[lists[0] : lists[0] + 1] = [""] * (extra + 1)
    return _TELLING.get(names[index], "") if index < len(names) else ""
