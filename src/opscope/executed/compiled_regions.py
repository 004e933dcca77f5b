"""What XLA compiled of a graph: where each compiled program runs, what its instructions were made of, and what became of the ops."""

from __future__ import annotations

from typing import Dict, List, NamedTuple

from ..graph.content import Content, content_of
from ..graph.graph import Graph
from ..graph.hlo_opcodes import OPCODE, PARAMETER
from ..graph.vocabulary import ARGUMENT, FUNCTION_CALLS, chain
from ..program.executed_names import Names
from .fates import Became
from .hlo_fates import CompiledFates
from .hlo_operands import Operands
from .hlo_origins import CompiledRegion, Instructions, instruction_origins
from .op_origins import FoundOrigin


class CompiledRows(NamedTuple):
    """What is known of the rows of compiled programs, and of the ops that they were made of."""

    origins: Dict[int, FoundOrigin]
    """Of each executed row that is in such a program, and of no others."""
    fates: Dict[int, Became]
    """Of each written op that is in a compiled function."""
    homes: Dict[int, int]
    """Row -> the written group that it is shown in; -1 for none."""


def compiled_rows(graph: Graph, executed: Content) -> CompiledRows:
    """All compiled programs among what ran."""
    written = content_of(graph)
    found = CompiledRows({}, {}, {})
    for region in _regions(graph, executed):
        instructions = Instructions(written, executed, region, _arguments(written, executed, region))
        origins = instruction_origins(instructions)
        operands = Operands(executed, region, instructions)
        found.fates.update(CompiledFates(written, region, instructions, origins, operands).all())
        found.origins.update(origins)
        found.homes.update(_homes(written, executed, region, instructions, origins))
    return found


def is_instruction(executed: Content, row: int) -> bool:
    """Whether a row is one of a compiled program."""
    raw = executed.table.raw_attrs[row]
    return isinstance(raw, dict) and OPCODE in raw


def _regions(graph: Graph, executed: Content) -> List[CompiledRegion]:
    written, names = content_of(graph), Names(graph)
    rows: Dict[int, List[int]] = {}  # the op that runs a program -> its rows
    callers: Dict[int, int] = {-1: -1}
    for row in range(len(executed.table)):
        if not is_instruction(executed, row):
            continue
        home = executed.node_group[row]
        if home not in callers:
            owners = [executed.groups[each].owner for each in chain(executed.groups, home)]
            callers[home] = next((each for each in owners if each >= 0 and not is_instruction(executed, each)), -1)
        rows.setdefault(callers[home], []).append(row)
    regions = []
    for call, its in rows.items():
        if call < 0:
            regions.append(CompiledRegion(-1, "", its, range(len(written.table))))
            continue
        caller = names.find(executed.table.names[call], executed.table.ops[call])
        if caller is not None and written.table.ops[caller] in FUNCTION_CALLS:
            regions.append(CompiledRegion(caller, f"{written.table.names[caller]}/", its, _inside(written, caller)))
    return regions


def _inside(written: Content, call: int) -> List[int]:
    """The ops of the function that an op calls, also those in functions that this calls."""
    below: List[bool] = []
    for group in written.groups:
        below.append(group.owner == call or (group.parent >= 0 and below[group.parent]))
    return [row for row, home in enumerate(written.node_group) if home >= 0 and below[home] and row != call]


def _arguments(written: Content, executed: Content, region: CompiledRegion) -> Dict[int, int]:
    """The arguments of a program -> the written ops that they are."""
    table = executed.table
    attrs = {row: table.attrs(row) for row in region.rows}
    own = [row for row in region.rows if attrs[row][OPCODE] == PARAMETER and _is_of_entry(executed, row)]
    if region.call < 0:
        rows = {name: row for row, name in enumerate(written.table.names)}
        return {row: rows[table.names[row]] for row in own if table.names[row] in rows}
    inside = [row for row in region.inside if written.table.ops[row] == ARGUMENT]
    inside = [row for row in inside if written.groups[written.node_group[row]].owner == region.call]
    return dict(zip(own, inside)) if len(own) == len(inside) else {}


def _is_of_entry(executed: Content, row: int) -> bool:
    """Whether a row is of the computation that runs first, and not of a fusion or loop in it."""
    home = executed.node_group[row]
    return home < 0 or not is_instruction(executed, executed.groups[home].owner)


def _homes(
    written: Content,
    executed: Content,
    region: CompiledRegion,
    instructions: Instructions,
    origins: Dict[int, FoundOrigin],
) -> Dict[int, int]:
    """The written group of each row outside of fusions and loops: that of the ops it was made of, or of those that read it."""
    whole = next((index for index, group in enumerate(written.groups) if group.owner == region.call >= 0), -1)
    found: Dict[int, int] = {}
    for row in reversed(region.rows):  # readers come after what they read
        if not _is_of_entry(executed, row):
            continue
        ops = origins[row].rows
        around = [written.node_group[op] for op in ops]
        if not ops:
            around = [found[reader] for reader in instructions.readers.get(row, ()) if reader in found]
        found[row] = _common(written, around, whole)
    return found


def _common(written: Content, homes: List[int], otherwise: int) -> int:
    """The innermost group that all these lie in."""
    paths = [list(chain(written.groups, home)) for home in homes]
    if not paths:
        return otherwise
    others = [set(path) for path in paths[1:]]
    return next((group for group in paths[0] if all(group in path for path in others)), otherwise)
