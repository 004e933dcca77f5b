"""How much of what ran is code that XLA compiled, and of how many of its instructions it is known what they were made of."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Dict, FrozenSet, List

from .absent import functions_in
from .attrs import text_of
from .content import content_of
from .hlo_opcodes import (
    CONDITIONAL,
    CONSTANT,
    FUSION,
    IN_CODE,
    NOT_OPENED,
    OPCODE,
    PARAMETER,
    PROGRAM_RESULT,
    TUPLE,
    TUPLE_ELEMENT,
    TUPLE_PART,
    WHILE,
    XLA_CALL,
)
from .vocabulary import chain
from .what_ran import Outcome

if TYPE_CHECKING:
    from .what_ran import Executed

_WORDS = {PARAMETER: "parameters", CONSTANT: "constants", TUPLE: "tuples", TUPLE_ELEMENT: "tuples"}
"""Why an instruction notes no op, in words, where its opcode says it."""
_NO_KERNELS: FrozenSet[str] = frozenset({*_WORDS, WHILE, CONDITIONAL, XLA_CALL})


@dataclass
class CompiledCounts:
    """The counts over all compiled programs of one graph."""

    instructions: int = 0
    kernels: int = 0
    """How many of them run as one: a fusion with all that is in it, and each instruction outside of fusions that computes something."""
    with_origin: int = 0
    """Of how many it is known which written ops they were made of."""
    without: Dict[str, int] = field(default_factory=dict)
    """Why it is not known of the others -> how many: ``parameters``, ``constants``, ``tuples``, ``inserted by XLA``, ``unknown``."""
    not_opened: Dict[str, str] = field(default_factory=dict)
    """The call of a compiled function whose instructions are not known -> why."""


def compiled_counts(executed: "Executed") -> CompiledCounts:
    """Count the instructions of XLA among what ran."""
    content = content_of(executed.graph)
    table, groups = content.table, content.groups
    attrs = [table.attrs(row) for row in range(len(table))]
    opcodes: List[str] = [text_of(each, OPCODE) for each in attrs]
    found, without = CompiledCounts(), Counter()  # type: CompiledCounts, Counter[str]
    for row, opcode in enumerate(opcodes):
        why = functions_in(attrs[row], NOT_OPENED)
        if why:
            found.not_opened[table.names[row]] = why[0]
        if not opcode or opcode == PROGRAM_RESULT or attrs[row].keys() & {IN_CODE, TUPLE_PART}:
            continue
        origin = executed.origins[table.names[row]]
        found.instructions += 1
        if origin.ops:
            found.with_origin += 1
        else:
            inserted = "inserted by XLA" if origin.kind == Outcome.INSERTED else "unknown"
            constant = _WORDS[CONSTANT] if origin.kind == Outcome.FOLDED else inserted
            without[_WORDS.get(opcode, constant)] += 1
        owners = (groups[each].owner for each in chain(groups, content.node_group[row]))
        if opcode not in _NO_KERNELS and not any(owner >= 0 and opcodes[owner] == FUSION for owner in owners):
            found.kernels += 1
    found.without = {
        word: without[word] for word in (*dict.fromkeys(_WORDS.values()), "inserted by XLA", "unknown") if without[word]
    }
    return found
