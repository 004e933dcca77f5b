"""Puts what TensorFlow ran beside what was written."""

from __future__ import annotations

from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from ..graph.content import Content, content_of
from ..graph.graph import Graph
from ..graph.what_ran import Executed, Fate, OpOrigin, Outcome
from ..program.expand import expand
from ..program.program import Program
from .carried_layers import executed_graph
from .carried_types import carried_types
from .collected import Collected, read_collected
from .compiled_function import CompiledFunction
from .compiled_program import main_program, outputs_of
from .compiled_regions import compiled_rows
from .fates import Became, Fates
from .op_origins import FoundOrigin, origins_of
from .savings import savings

_NOT_DONE = frozenset({Outcome.DELETED, Outcome.MERGED, Outcome.UNKNOWN})
"""The fates of ops whose work no op does that was made of them."""


def as_executed(graph: Graph, data: Optional[bytes], compiled: Sequence[CompiledFunction] = ()) -> Optional[Executed]:
    """What ran of a graph; ``None`` if that is not known.

    Args:
        graph: the graph as written.
        data: the graphs that TensorFlow collected, as bytes; ``None`` if it collected none.
        compiled: what XLA said of the functions that it compiled.

    Raises:
        LoadError: the bytes are damaged, or all was compiled, and XLA gave no program that can be read.
    """
    whole = next((each for each in compiled if not each.function), None)
    if whole is not None:
        program = main_program(whole, content_of(graph))
        executed = expand(Program(program.entry, program.functions), outputs=outputs_of(program, content_of(graph)))
        return _mapped(graph, executed, None)
    collected = read_collected(data, compiled) if data is not None else None
    return None if collected is None else _mapped(graph, collected.content, collected)


def _mapped(graph: Graph, executed: Content, collected: Optional[Collected]) -> Executed:
    """What ran, mapped to what was written. `collected` is ``None`` if it is one compiled program."""
    written = content_of(graph)
    instructions = compiled_rows(graph, executed)
    origins = origins_of(graph, executed, instructions.origins)
    finder = Fates(written, executed, origins, instructions.fates)
    fates = finder.all()
    origins.found = _both_ways(origins.found, fates, instructions.origins)
    fates = [fate if row in instructions.fates else _told(fate, origins.found) for row, fate in enumerate(fates)]
    types = list(executed.table.outputs)
    if collected is not None:
        types = carried_types(written, collected, origins.found, finder.results(fates), finder.reads)
    fates, found = _answered(fates, origins.found)
    optimised = collected.optimised if collected is not None else {}
    before, now = written.table.names, executed.table.names
    return Executed(
        executed_graph(graph, executed, origins, types, instructions.homes),
        {before[row]: Fate(fate.kind, tuple([now[index] for index in fate.rows])) for row, fate in enumerate(fates)},
        {
            name: OpOrigin(one.kind, tuple([before[row] for row in one.rows]), _other(optimised.get(name), op))
            for name, op, one in zip(now, executed.table.ops, found)
        },
        savings(written, executed, fates),
    )


def _both_ways(
    found: Sequence[FoundOrigin], fates: Sequence[Became], compiled: Mapping[int, FoundOrigin]
) -> List[FoundOrigin]:
    """The origins, each with all written ops whose work it does: what became of these says it.

    A kernel of several ops of which only one is known is no fusion that could be told. Of the instructions in `compiled` the ops are told.
    """
    made: Dict[int, List[int]] = {}
    for row, fate in enumerate(fates):
        for index in fate.rows:
            made.setdefault(index, []).append(row)
    result = []
    for index, one in enumerate(found):
        rows = tuple(dict.fromkeys([*one.rows, *made.get(index, ())]))
        if index in compiled:
            result.append(one._replace(rows=rows))
            continue
        kind = Outcome.REWRITTEN if one.kind == Outcome.FUSED and len(rows) == 1 else one.kind
        result.append(one._replace(rows=rows, kind=kind))
    return result


def _told(fate: Became, found: Sequence[FoundOrigin]) -> Became:
    """A fate, unless it is a fusion that could not be told."""
    lone = fate.kind == Outcome.FUSED and any(found[index].kind != Outcome.FUSED for index in fate.rows)
    return fate._replace(kind=Outcome.REWRITTEN) if lone else fate


def _answered(fates: Sequence[Became], found: Sequence[FoundOrigin]) -> Tuple[List[Became], List[FoundOrigin]]:
    """Both, so that each link from what ran to what was written has one that goes back.

    What was made for an op beside that which does its work is named by its fate too, as the constant that a division is multiplied by. An
    op of whose work nothing is left has nothing that was made of it: what has its name only hands on what another op gives.
    """
    more: Dict[int, List[int]] = {}
    origins: List[FoundOrigin] = []
    for index, one in enumerate(found):
        kept = tuple([row for row in one.rows if fates[row].kind not in _NOT_DONE or index in fates[row].rows])
        for row in kept:
            if index not in fates[row].rows:
                more.setdefault(row, []).append(index)
        is_gone = one.kind == Outcome.REWRITTEN and bool(one.rows) and not kept
        origins.append(one._replace(rows=kept, kind=Outcome.INSERTED if is_gone else one.kind))
    return (
        [fate._replace(rows=(*fate.rows, *more[row])) if row in more else fate for row, fate in enumerate(fates)],
        origins,
    )


def _other(optimised: Optional[str], op: str) -> Optional[str]:
    return optimised if optimised != op else None
