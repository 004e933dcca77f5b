"""Puts what TensorFlow ran beside what was written."""

from __future__ import annotations

from typing import Dict, List, Optional, Sequence

from ..graph.content import content_of
from ..graph.graph import Graph
from ..graph.what_ran import Executed, Fate, OpOrigin, Outcome
from .carried_layers import executed_graph
from .carried_types import carried_types
from .collected import read_collected
from .fates import Became, Fates
from .op_origins import FoundOrigin, origins_of


def as_executed(graph: Graph, data: bytes) -> Optional[Executed]:
    """What ran of a graph, of the bytes that TensorFlow collected; ``None`` if it collected no graph that ran.

    Raises:
        LoadError: the bytes are damaged.
    """
    collected = read_collected(data)
    if collected is None:
        return None
    written, executed = content_of(graph), collected.content
    origins = origins_of(graph, executed)
    finder = Fates(written, executed, origins)
    fates = finder.all()
    origins.found = _both_ways(origins.found, fates)
    fates = [_told(fate, origins.found) for fate in fates]
    types = carried_types(written, collected, origins.found, fates, finder.reads)
    before, now = written.table.names, executed.table.names
    return Executed(
        executed_graph(graph, executed, origins, types),
        {before[row]: Fate(fate.kind, tuple([now[index] for index in fate.rows])) for row, fate in enumerate(fates)},
        {
            name: OpOrigin(
                found.kind, tuple([before[row] for row in found.rows]), _other(collected.optimised.get(name), op)
            )
            for name, op, found in zip(now, executed.table.ops, origins.found)
        },
    )


def _both_ways(found: Sequence[FoundOrigin], fates: Sequence[Became]) -> List[FoundOrigin]:
    """The origins, each with all written ops whose work it does: what became of these says it.

    A kernel of several ops of which only one is known is no fusion that could be told.
    """
    made: Dict[int, List[int]] = {}
    for row, fate in enumerate(fates):
        for index in fate.rows:
            made.setdefault(index, []).append(row)
    result = []
    for index, one in enumerate(found):
        rows = tuple(dict.fromkeys([*one.rows, *made.get(index, ())]))
        kind = Outcome.REWRITTEN if one.kind == Outcome.FUSED and len(rows) == 1 else one.kind
        result.append(one._replace(rows=rows, kind=kind))
    return result


def _told(fate: Became, found: Sequence[FoundOrigin]) -> Became:
    """A fate, unless it is a fusion that could not be told."""
    lone = fate.kind == Outcome.FUSED and any(found[index].kind != Outcome.FUSED for index in fate.rows)
    return fate._replace(kind=Outcome.REWRITTEN) if lone else fate


def _other(optimised: Optional[str], op: str) -> Optional[str]:
    return optimised if optimised != op else None
