"""Reads XLA's programs from an XPlane file, to find the traced ops that each instruction was made of.

An instruction notes one op that it came from. A fusion, a call or a reduction calls other computations: it was also
made of the ops that their instructions came from. The computations of a loop or branch run as instructions of their
own, so the loop stands only for the op that it notes. An instruction without a note (a copy, half of a reduction) was
made for those that read it.
"""

from __future__ import annotations

from typing import Any, Dict, Iterator, List, Tuple

from ...program.proto import message_class
from .raw import Origin
from .stats import decoded
from .xplane_schema import HLO

Modules = Dict[str, Dict[str, Tuple[Origin, ...]]]
"""Name of a program, and the same with its number, ``jit_f(17)`` -> name of an instruction -> the ops that it was made of."""
_RUN_APART = frozenset({"while", "conditional"})
"""Instructions whose computations are reported as instructions of their own."""
_SHARED = frozenset({"constant", "broadcast", "iota", "parameter"})
"""Inside a fusion, the notes of these are ignored. XLA merges equal constants, so the op noted may be another one's."""
_DEEPEST = 20
"""Computations may call each other to this depth: in a damaged file they may call each other in a circle."""


def origins(plane: Any) -> Modules:
    """The programs on the plane ``/host:metadata``. Anything else that is on it is ignored."""
    modules: Modules = {}
    for metadata in plane.event_metadata.values():
        for stat in metadata.stats:
            program = message_class("HloProto", HLO)()
            try:
                program.ParseFromString(stat.bytes_value)
            except Exception:  # noqa: BLE001, S112 - not a program; each backend of protobuf raises a class of its own
                continue
            if program.hlo_module.name:
                # Several programs may have one name; the name of the event also has the program's number.
                numbered = decoded(metadata.name) or program.hlo_module.name
                modules[program.hlo_module.name] = modules[numbered] = _of_module(program.hlo_module)
    return modules


def _of_module(module: Any) -> Dict[str, Tuple[Origin, ...]]:
    """The origins of all instructions of one program."""
    computations = {computation.id: computation.instructions for computation in module.computations}
    found: Dict[str, Tuple[Origin, ...]] = {}
    for computation in module.computations:
        readers: Dict[int, List[Any]] = {}
        for instruction in computation.instructions:
            for operand in instruction.operand_ids:
                readers.setdefault(operand, []).append(instruction)
        # Operands come before the instructions that read them, so backwards a reader's origins are known already.
        for instruction in reversed(computation.instructions):
            own = dict.fromkeys(_of(instruction, computations, 0))
            if not own:
                own = dict.fromkeys(
                    origin for reader in readers.get(instruction.id, ()) for origin in found[reader.name]
                )
            found[instruction.name] = tuple(own)
    return found


def _of(instruction: Any, computations: Dict[int, Any], depth: int) -> Iterator[Origin]:
    """What an instruction and the computations that it calls note. `depth` is 0 outside of any fusion or call."""
    if instruction.metadata.op_name and not (depth and instruction.opcode in _SHARED):
        yield instruction.metadata.op_name, instruction.metadata.op_type
    if instruction.opcode in _RUN_APART or depth > _DEEPEST:
        return
    for called in instruction.called_computation_ids:
        for inner in computations.get(called, ()):
            yield from _of(inner, computations, depth + 1)
