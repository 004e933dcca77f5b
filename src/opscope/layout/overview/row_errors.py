"""How sure the figures of lines are, as closely as groups tell it: the error of a group's sum is less than the sum of its ops' errors."""

from __future__ import annotations

from functools import reduce
from typing import TYPE_CHECKING, Dict, List, Sequence, Set, Tuple

from ...graph.content import content_of
from ...graph.vocabulary import chain

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from .row_figures import Amounts
    from .row_owners import LineTree


def lessen_errors(rows: Sequence[Amounts], whole: Graph, lines: LineTree, places: Sequence[Tuple[int, str]]) -> None:
    """Put the sum of the errors of the groups that a line stands for in the place of a larger one.

    A line stands for a group if all measured ops of that count in it: a layer with its copies, and the gradients of a layer. Of
    several groups the sum is a bound, as it is of ops.

    Args:
        rows: the amounts of all lines, with errors already.
        whole: the graph before its repeats were folded.
        lines: the lines, and which are inside which.
        places: of each op of the whole graph the line (-1: none) and the part of the bar.
    """
    content = content_of(whole)
    timed = {op: places[op][0] for op, measured in content.measured.items() if measured.error_us is not None}
    inside: Dict[int, Set[int]] = {}
    for op, place in timed.items():
        for group in chain(content.groups, content.node_group[op]):
            inside.setdefault(group, set()).add(place)
    line = {group: reduce(lines.common, places_in) for group, places_in in inside.items()}
    ways = [set(lines.up(place)) for place in range(len(lines.items))]
    found: List[Dict[Tuple[str, int], float]] = [{} for _ in rows]
    for op, place in timed.items():
        for row in ways[place] if place >= 0 else ():
            key, error = ("op", op), content.measured[op].error_us or 0.0
            for group in chain(content.groups, content.node_group[op]):
                if line[group] < 0 or row not in ways[line[group]]:
                    break
                measured = content.groups[group].measured
                if measured is not None and measured.error_us is not None:
                    key, error = ("group", group), measured.error_us
            found[row][key] = error
    for amounts, errors in zip(rows, found):
        total = sum(errors.values())
        if amounts.error is not None and not amounts.given and total < amounts.error:
            amounts.error, amounts.errors = total, len(errors)
