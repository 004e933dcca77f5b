"""The shapes of what ran. TensorFlow does not tell them, but an op that computes what it was written to has the shape that it was traced with.

Grappler may put an op elsewhere under its own name: a Relu behind the pooling that it stood before, or everything between two
transposes. Such an op, and all that depends on it, has no shape from what was written. The rules for shapes may tell it.
"""

from __future__ import annotations

from typing import List, Sequence, Set, Tuple

from ..graph.content import Content
from ..graph.types import TensorType
from ..graph.vocabulary import CONSTANTS
from ..graph.what_ran import Outcome
from ..load.infer import infer_shapes
from ..program.fused import FUSING_PRODUCTS, plain_type
from ..program.layers import Known
from ..program.program import Program
from .collected import Collected
from .fates import Became
from .op_origins import FoundOrigin

_WITH_VALUE = frozenset({Outcome.SAME, Outcome.KERNEL, Outcome.MOVED, Outcome.FUSED, Outcome.REWRITTEN, Outcome.FOLDED})
"""Ops of a written op's name that may still give its result."""

_Types = List[Tuple[TensorType, ...]]


def carried_types(
    written: Content,
    collected: Collected,
    found: Sequence[FoundOrigin],
    fates: Sequence[Became],
    reads: Sequence[Sequence[int]],
) -> _Types:
    """The types of the outputs of all executed ops. `reads` has for each written op the ops whose results it needs."""
    executed, program = collected.content, collected.program
    changed = _changed(executed, found, fates, reads)
    types: _Types = list(executed.table.outputs)
    for index, one in enumerate(found):
        if one.named < 0 or one.kind not in _WITH_VALUE or index in changed:
            continue
        before = written.table.outputs[one.named]
        known = [
            TensorType(now.dtype, was.shape) if now.shape is None and was.dtype == now.dtype else now
            for now, was in zip(types[index], before)
        ]
        types[index] = (*known, *types[index][len(known) :])
    count = len(program.main)
    ops = [_plain(written, executed.table.ops[index], found[index]) for index in range(count)]
    main = program.main.with_columns(outputs=types[:count], ops=ops)
    told = infer_shapes(Program(main, {}), Known((), (), {}), collected.producer)
    return [*told.main.outputs, *types[count:]]


def _plain(written: Content, op: str, found: FoundOrigin) -> str:
    """The type by whose rule an op's shape follows: the written one of another kernel, the product's of what was fused behind it."""
    if found.kind == Outcome.KERNEL:
        return plain_type(op)
    ops = [written.table.ops[row] for row in found.rows]
    products = [each for each in ops if each in FUSING_PRODUCTS]
    return (
        products[0]
        if found.kind == Outcome.FUSED and len(products) == 1 and op.endswith(f"Fused{products[0]}") and "Pad" not in op
        else op
    )


def _changed(
    executed: Content, found: Sequence[FoundOrigin], fates: Sequence[Became], reads: Sequence[Sequence[int]]
) -> Set[int]:
    """The executed ops that read something else than was written, and all that depend on them."""
    table = executed.table
    users: List[List[int]] = [[] for _ in found]
    waiting: List[int] = []
    for index, one in enumerate(found):
        now = {edge.node for edge in table.data_inputs(index)}
        for source in now:
            users[source].append(index)
        if (
            one.named >= 0
            and one.kind in _WITH_VALUE
            and table.ops[index] not in CONSTANTS
            and one.kind != Outcome.REWRITTEN
        ):
            inside = set(one.rows) if one.kind == Outcome.FUSED else {one.named}
            needed = {source for row in inside for source in reads[row]} - inside
            # What is between two of a kernel's members as written, and not in it, runs behind it.
            needed = {source for source in needed if not reads[source] or not inside.issuperset(reads[source])}
            lowered = any(found[source].kind == Outcome.LOWERED for source in now)
            if not all(_stands(fates[source], now, lowered=lowered) for source in needed):
                waiting.append(index)
        elif one.named >= 0 and one.kind not in _WITH_VALUE and one.kind != Outcome.LOWERED:
            waiting.append(index)
    changed: Set[int] = set()
    while waiting:
        index = waiting.pop()
        if index not in changed:
            changed.add(index)
            waiting.extend(users[index])
    return changed


def _stands(fate: Became, now: Set[int], *, lowered: bool) -> bool:
    """Whether an op among `now` gives what the written op with this fate gave. What stands for an argument of a loop was lowered."""
    return bool(now.intersection(fate.rows)) or (fate.kind == Outcome.LOWERED and lowered)
