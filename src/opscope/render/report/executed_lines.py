"""What the summary says of the graph as executed: how many ops ran, and what became of the written ones."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, List

from ...graph.compiled_counts import compiled_counts
from ...graph.content import content_of
from ...graph.number_text import quantity_text
from ...graph.saved_words import saved_sentences
from ...graph.what_ran import FATES, Outcome
from ...visible import one_line

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ...graph.what_ran import Executed

_MOST_TYPES = 8
"""More op types are counted together."""
_MOST_CLOSED = 5
"""More calls that are not opened are counted only."""
_NOT_COMPUTED = frozenset({Outcome.FOLDED, Outcome.MERGED, Outcome.DELETED})


def executed_lines(graph: "Graph") -> List[str]:
    """The lines on what ran; none if it is not known."""
    executed = graph.executed
    if executed is None:
        return []
    counts = executed.fate_counts
    fates = ", ".join(f"{counts[kind]:,} {FATES[kind]}" for kind in counts)
    lines = [f"as executed: {len(executed.graph):,} ops of {len(executed.fates):,} as written: {fates}"]
    lines += _typed(executed)
    lines += _compiled(executed)
    lines += [f"  {sentence}" for sentence in saved_sentences(executed.saved)]
    flops = _flops(graph, executed)
    if flops:
        lines.append(flops)
    return lines


def _typed(executed: "Executed") -> List[str]:
    """The op types of what TensorFlow made, of each origin that a user does not write."""
    table = content_of(executed.graph).table
    made: "dict[str, Counter[str]]" = {}
    for name, op in zip(table.names, table.ops):
        made.setdefault(executed.origins[name].kind, Counter())[op] += 1
    lines = []
    for kind, types in made.items():
        if kind in (Outcome.SAME, Outcome.FOLDED):
            continue
        words = {Outcome.KERNEL: "by other kernels", Outcome.INSERTED: "inserted"}.get(kind, FATES.get(kind, kind))
        shown = ", ".join(f"{op} {number:,}" for op, number in types.most_common(_MOST_TYPES))
        more = len(types) - _MOST_TYPES
        lines.append(f"  {words}: {shown}" + (f", and {more} more" if more > 0 else ""))
    return lines


def _compiled(executed: "Executed") -> List[str]:
    """How much XLA compiled, of how many instructions it is known what they were made of, and which calls stay closed."""
    counts = compiled_counts(executed)
    lines = []
    if counts.instructions:
        without = ", ".join(f"{number:,} {word}" for word, number in counts.without.items())
        lines.append(
            f"  compiled by XLA: {counts.instructions:,} instructions in {counts.kernels:,} kernels; made of known ops: {counts.with_origin:,}"
            + (f"; of none: {without}" if without else "")
        )
    shown = list(counts.not_opened.items())[:_MOST_CLOSED]
    lines += [f"  compiled by XLA, not opened: {one_line(name)}: {one_line(why)}" for name, why in shown]
    more = len(counts.not_opened) - len(shown)
    return [*lines, f"  and {more:,} more"] if more else lines


def _flops(graph: "Graph", executed: "Executed") -> str:
    """How many FLOPs the written ops have that nothing computes any more; empty if they are next to none, or if costs are not per step."""
    content = content_of(graph)
    if graph.cost is None or graph.cost.per != "step" or not graph.cost.flops:
        return ""
    names = content.table.names
    saved = sum(
        cost.flops or 0 for row, cost in content.costs.items() if executed.fates[names[row]].kind in _NOT_COMPUTED
    )
    if saved < graph.cost.flops / 1000:
        return ""
    return f"  not computed when it runs: {quantity_text('flops', saved)} of {quantity_text('flops', graph.cost.flops)}"
