"""The memory that a kernel needs beside its results while it runs, where that follows from shapes: that of an Einsum.

Source: core/kernels/linalg/einsum_op_impl.h of TensorFlow 2.21. Each of two terms is copied with its dimensions in the order batch, free, summed (within
each in the order in which labels appear in the equation), unless they are in that order, or in it with free and summed exchanged. The product has the batch's
dimensions, then the free ones of the first and of the second term, and is copied if the result wants another order.
"""

from __future__ import annotations

from typing import Dict, List

from .op import Op, tensor_bytes

NEED_SCRATCH = frozenset({"Einsum"})
"""The ops whose kernels need memory of which anything is known."""
_BATCH, _FREE, _SUMMED = range(3)
_EXCHANGED = (_BATCH, _SUMMED, _FREE)


def scratch_bytes(op: Op) -> int:
    """Bytes beside the results; 0 where there are none or nothing is known of them. Raises `Unknown` where shapes are not known."""
    if op.kind not in NEED_SCRATCH:
        return 0
    left, _, right = str(op.attr("equation", "")).replace(" ", "").partition("->")
    terms = left.split(",")
    labels = [*terms, right]
    if len(terms) != 2 or "." in left + right or any(len(set(term)) != len(term) for term in labels):
        return 0
    first, second = terms
    if not set(right) <= set(left) or set(first) ^ set(second) != (set(first) ^ set(second)) & set(right):
        return 0  # a label of one term alone is summed: that copies in another way
    ranks = {label: rank for rank, label in enumerate(dict.fromkeys(first + second))}
    kinds = {
        label: (_BATCH if label in right else _SUMMED) if label in first and label in second else _FREE
        for label in ranks
    }
    orders = [_order(term, kinds, ranks) for term in terms]
    copied = [tensor_bytes(op.inputs[place]) for place, term in enumerate(terms) if orders[place] != list(term)]
    batch = [label for label in orders[0] if kinds[label] == _BATCH]
    made = batch + [label for order in orders for label in order if kinds[label] == _FREE]
    return sum(copied) + (tensor_bytes(op.outputs[0]) if made != list(right) else 0)


def _order(term: str, kinds: Dict[str, int], ranks: Dict[str, int]) -> List[str]:
    """The order in which the kernel has the dimensions of a term."""
    exchanged = sorted(term, key=lambda label: (_EXCHANGED[kinds[label]], ranks[label]))
    if exchanged == list(term):
        return exchanged
    return sorted(term, key=lambda label: (kinds[label], ranks[label]))
