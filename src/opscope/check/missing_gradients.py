"""What got no gradient though one was asked for, and why: the same answer for several rules.

A variable is only missing a gradient if no call that asked for one got it: with several losses, each reaches some of the variables.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Dict, Iterable, Iterator, List, Optional, Tuple

from ..graph.gradient_facts import AskedGradient, AskedSource
from ..graph.types import Source
from ..shapes.inference import At
from .backwards import STOPS, Backwards

if TYPE_CHECKING:
    from .inspected import Inspected

UNUSED, OFF_LOSS, STOPPED, CUT, NOT_RECORDED = "unused", "off loss", "stopped", "cut", "not recorded"
"""Why there is no gradient: no op uses it; the loss does not depend on it; only by way of `tf.stop_gradient`; only by way of an op
without a derivative; every op on the way has one, so it is the tape that did not see it."""

_WRITES = ("Assign", "ResourceScatter", "Scatter")
"""How the types of ops begin that set a variable otherwise than an optimizer's own ops do."""


@dataclass(frozen=True)
class MissingGradient:
    """Something that a gradient was asked for with respect to, and that got none."""

    asked: AskedSource
    why: str
    """One of the reasons above."""
    line: Optional[Source]
    """The user's line that asked."""
    rows: Tuple[int, ...]
    """Where the way to the loss is cut; if it is not, the ops that use it first."""


def missing_gradients(inspected: "Inspected") -> List[MissingGradient]:
    """All of a graph, in the order in which they were asked for. None of a graph whose trace was not recorded."""
    facts = inspected.graph.facts.get("gradients")
    calls = facts.asked if facts is not None else ()
    got = {_key(source) for call in calls for source in call.sources if source.gradient is not None}
    wanted: Dict[object, Tuple[AskedSource, List[AskedGradient]]] = {}
    for call in calls:
        for source in call.sources:
            if source.gradient is None and _key(source) not in got:
                wanted.setdefault(_key(source), (source, []))[1].append(call)
    explaining = _Explaining(inspected)
    return [each for source, asking in wanted.values() for each in explaining.explained(source, asking)]


def _key(source: AskedSource) -> object:
    return source.tensor or source.path


class _Explaining:
    """Finds the reasons. What a loss is made of is found once for each set of calls."""

    def __init__(self, inspected: "Inspected") -> None:
        self._inspected = inspected
        self._losses: Dict[Tuple[At, ...], Backwards] = {}
        self._handles: Dict[int, List[At]] = {}
        for row, number in inspected.content.handles.items():
            self._handles.setdefault(number, []).append((row, 0))

    def explained(self, source: AskedSource, asking: List[AskedGradient]) -> Iterator[MissingGradient]:
        """The reason, if it is known: nothing is said of what is set in another way as well, such as a moving average."""
        starts = self._starts(source)
        line = next((call.line for call in asking if call.line is not None), None)
        uses = [(row, user) for row, output in starts for user in self._inspected.users(row, output)]
        if source.tensor is None and not any(self._is_use(user) for _, user in uses):
            yield MissingGradient(source, UNUSED, line, ())
            return
        if any(self._sets(user) for _, user in uses):
            return
        targets = [tensor for call in asking for name in call.targets for tensor in self._inspected.traced(name)]
        if not targets or not starts:
            return
        loss = self._loss(targets)
        if not any(start in loss.needed for start in starts):
            yield MissingGradient(source, OFF_LOSS, line, self._first_uses(starts))
        elif any(start in loss.open for start in starts):
            yield MissingGradient(source, NOT_RECORDED, line, self._first_uses(starts))
        else:
            cuts = sorted({row for start in starts for row in loss.cuts.get(start, ())})
            why = STOPPED if any(self._inspected.table.ops[row] in STOPS for row in cuts) else CUT
            yield MissingGradient(source, why, line, tuple(cuts))

    def _starts(self, source: AskedSource) -> List[At]:
        """The handles of a variable, or the tensor itself."""
        if source.tensor is not None:
            return self._inspected.traced(source.tensor)
        return self._handles.get(source.variable, [])

    def _is_use(self, row: int) -> bool:
        """Whether an op takes something from a variable, and is no call, loop or branch that only passes it on.

        What an optimizer does with it, such as weight decay, is no use.
        """
        if self._inspected.phase(row) == "optimizer":
            return False
        bodies = self._inspected.bodies
        return not (row in bodies.functions or row in bodies.loops or row in bodies.branches)

    def _sets(self, row: int) -> bool:
        return self._inspected.table.ops[row].startswith(_WRITES) and self._inspected.phase(row) != "optimizer"

    def _loss(self, targets: List[At]) -> Backwards:
        key = tuple(sorted(targets))
        if key not in self._losses:
            self._losses[key] = Backwards(self._inspected, targets)
        return self._losses[key]

    def _first_uses(self, starts: Iterable[At]) -> Tuple[int, ...]:
        """The ops that use what is read of a variable; those that have a line of the user's come first."""
        inspected = self._inspected
        rows = [user for row, output in starts for user in inspected.users(row, output)]
        rows = [
            user
            for row in rows
            for user in (inspected.users(row) if inspected.table.ops[row] == "ReadVariableOp" else [row])
        ]
        return tuple(sorted(set(rows), key=lambda row: (inspected.source(row) is None, row)))


def by_cause(inspected: "Inspected", why: str) -> List[List[MissingGradient]]:
    """What is missing a gradient for this reason, those together that have the cause in common: where it is, and on which line."""
    found: Dict[object, List[MissingGradient]] = {}
    for each in inspected.missing_gradients:
        if each.why == why:
            lines = tuple(inspected.source(row) or row for row in each.rows)
            place = lines if why in (CUT, STOPPED) else lines[:1]
            found.setdefault((place, each.line), []).append(each)
    return list(found.values())


def paths_of(missing: List[MissingGradient]) -> Dict[str, List[str]]:
    """The variables as figures of a finding."""
    return {"variables": [each.asked.path for each in missing if each.asked.path]}


def subject_of(missing: List[MissingGradient]) -> Optional[int]:
    """The number of the first variable; ``None`` for a tensor, and for a variable that the graph does not have."""
    number = missing[0].asked.variable
    return number if number >= 0 else None


def lacking_words(missing: List[MissingGradient]) -> str:
    """What gets no gradient, in a few words: ``'dense.kernel' and 3 more get``."""
    paths = [each.asked.path or (each.asked.tensor.op if each.asked.tensor is not None else "") for each in missing]
    more = len(paths) - 1
    return f"'{paths[0]}' gets" if not more else f"'{paths[0]}' and {more} more get"
