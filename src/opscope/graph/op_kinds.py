"""Numbers the kinds of ops: a large graph has few, so that most questions are asked once a kind."""

from __future__ import annotations

from typing import Any, Dict, Hashable, List, Sequence

from .edges import other_outputs


def op_kinds(
    ops: Sequence[str],
    outputs: Sequence[Any],
    raw_attrs: Sequence[Any],
    edge_start: Sequence[int],
    edge_output: Sequence[int],
) -> List[int]:
    """For each op a number: ops that have the same one have equal types, attributes and output types, and take the same outputs of their producers.

    The arguments are columns as in `NodeTable`. Objects that ops share are compared by identity: where equal ones are two objects, there are
    only two kinds for one.

    >>> op_kinds(["Relu", "Split", "Relu", "Relu"], [()] * 4, [None] * 4, [0, 0, 1, 2, 3], [0, 0, 1])
    [0, 1, 0, 2]
    """
    numbers: Dict[Hashable, int] = {}
    kinds = [numbers.setdefault(key, len(numbers)) for key in zip(ops, map(id, outputs), map(id, raw_attrs))]
    for row, taken in other_outputs(edge_start, edge_output).items():
        kinds[row] = numbers.setdefault((kinds[row], taken), len(numbers))
    return kinds
