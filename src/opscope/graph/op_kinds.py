"""Numbers the kinds of ops: a large graph has few, so that most questions are asked once a kind."""

from __future__ import annotations

from itertools import compress, count
from typing import TYPE_CHECKING, Any, Dict, Hashable, List, Sequence

from .edges import other_outputs

if TYPE_CHECKING:
    from array import array


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


def fed_kinds(
    kinds: Sequence[int],
    known: Sequence[Sequence[Any]],
    edge_start: Sequence[int],
    edge_node: Sequence[int],
    numbers: "array[int]",
) -> "array[int]":
    """Number the ops whose number is -1 yet: those that have the same one are of one kind, and the same is known of their outputs and inputs.

    `known` has what is known of the outputs of each op, compared by identity.

    >>> from array import array
    >>> number, text = ("number",), ("text",)
    >>> fed_kinds([0, 1, 1, 1], [number, text, text, text], [0, 0, 1, 2, 3], [0, 0, 1], array("i", [-1] * 4)).tolist()
    [0, 1, 1, 2]
    """
    identity = list(map(id, known))
    given = list(map(identity.__getitem__, edge_node))
    found: Dict[Hashable, int] = {}
    more = max(numbers, default=-1) + 1
    for row in compress(count(), map((-1).__eq__, numbers)):
        likeness = (kinds[row], identity[row], *given[edge_start[row] : edge_start[row + 1]])
        numbers[row] = found.setdefault(likeness, more + len(found))
    return numbers
