"""XLA's programs, as an XPlane file carries them -> which traced ops each instruction was made of.

Each instruction notes the op it came from. A fusion, a call or a reduction is made of all that the computations it calls
came from; a loop or branch runs these as instructions of their own, and stands for itself. What notes nothing (a copy, a
reduction's first half) was made for the instructions that read it.
"""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Tuple

from ..program.proto import message_class
from .raw import Origin
from .xplane_schema import HLO

Modules = Dict[str, Dict[str, Tuple[Origin, ...]]]
_RUN_APART = frozenset({"while", "conditional"})
_SHARED = frozenset({"constant", "broadcast", "iota", "parameter"})
"""In a fusion these may be one op's for many: equal constants are merged."""
_DEEPEST = 20


def origins(plane: Any) -> Modules:
    """The programs on the plane ``/host:metadata``; what is no program is passed over."""
    modules: Modules = {}
    for metadata in plane.event_metadata.values():
        for stat in metadata.stats:
            program = message_class("HloProto", HLO)()
            try:
                program.ParseFromString(stat.bytes_value)
            except Exception:  # noqa: BLE001, S112 - another kind of bytes; protobuf's backends raise classes of their own
                continue
            if program.hlo_module.name:
                modules[program.hlo_module.name] = _of_module(program.hlo_module)
    return modules


def _of_module(module: Any) -> Dict[str, Tuple[Origin, ...]]:
    computations = {computation.id: computation.instructions for computation in module.computations}
    found: Dict[str, Tuple[Origin, ...]] = {}
    for computation in module.computations:
        readers: Dict[int, List[Any]] = {}
        for instruction in computation.instructions:
            for operand in instruction.operand_ids:
                readers.setdefault(operand, []).append(instruction)
        for instruction in reversed(computation.instructions):  # operands come before what reads them
            own = dict.fromkeys(_of(instruction, computations, 0))
            if not own:
                own = dict.fromkeys(
                    origin for reader in readers.get(instruction.id, ()) for origin in found[reader.name]
                )
            found[instruction.name] = tuple(own)
    return found


def _of(instruction: Any, computations: Dict[int, Any], depth: int) -> Iterator[Origin]:
    if instruction.metadata.op_name and not (depth and instruction.opcode in _SHARED):
        yield instruction.metadata.op_name, instruction.metadata.op_type
    if instruction.opcode in _RUN_APART or depth > _DEEPEST:
        return
    for called in instruction.called_computation_ids:
        for inner in computations.get(called, ()):
            yield from _of(inner, computations, depth + 1)
