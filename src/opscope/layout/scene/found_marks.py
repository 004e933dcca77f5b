"""The signs of what `check` found, on the boxes and cards that stand for the place of a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ...graph.content import content_of
from ...graph.shown_finding import ShownFinding, serious
from .labels import listed

if TYPE_CHECKING:
    from .stage import Stage

FOUND_SIGNS = {"error": "!!", "warning": "!"}
"""Severity -> the sign that says so without colour. Notes have none: pictures do not show them."""


class FoundMark(NamedTuple):
    """What was found in what a mark stands for."""

    severity: str
    """The worst."""
    number: int
    """How many findings there are; one that several copies have is one."""
    part: str
    """Which part of the copies has them, as in ``1 of 12``; empty if all have."""
    found: Tuple[ShownFinding, ...]
    """All of them, those of each copy too."""

    @property
    def text(self) -> str:
        """The sign, how many there are if it is not one, and which part of the copies has them: ``! 2, 1 of 12``."""
        told = ", ".join(part for part in (f"{self.number}" if self.number > 1 else "", self.part) if part)
        return f"{FOUND_SIGNS[self.severity]} {told}".rstrip()

    @property
    def tip(self) -> str:
        """All that is said of them."""
        return listed(finding.told for finding in self.found)


def found_together(marks: "Sequence[FoundMark]") -> Optional[FoundMark]:
    """One mark in the place of several; ``None`` for none."""
    if len(marks) < 2:
        return marks[0] if marks else None
    severity = min((mark.severity for mark in marks), key=list(FOUND_SIGNS).index)
    parts = {mark.part for mark in marks}
    part = parts.pop() if len(parts) == 1 else ""
    found = tuple([finding for mark in marks for finding in mark.found])
    return FoundMark(severity, sum(mark.number for mark in marks), part, found)


class FoundMarks:
    """Tells of ops and groups what was found in them. A folded card tells of all in it, an open one of what no mark in it can tell."""

    def __init__(self, stage: "Stage", docked: "Mapping[int, int]") -> None:
        """`docked`: op that has its place on a chip -> the item with the chip."""
        self._stage, self._content, self._docked = stage, content_of(stage.graph), docked
        self._ops: Dict[int, List[ShownFinding]] = {}
        self._cards: Dict[int, List[ShownFinding]] = {}
        found = serious(self._content.found)
        if not found:
            return
        rows = {name: row for row, name in enumerate(self._content.table.names)}
        groups = {group.path: index for index, group in enumerate(self._content.groups)}
        for finding in found:
            self._place(finding, rows.get(finding.at_node or "", -1), groups.get(finding.at_group or "", -1))

    def of_op(self, row: int) -> Optional[FoundMark]:
        """What was found at an op that has a mark of its own."""
        found = self._ops.get(row)
        return self._mark(found, self._content.node_group[row]) if found else None

    def of_card(self, index: int) -> Optional[FoundMark]:
        """What the card of a group tells."""
        found = self._cards.get(index)
        return self._mark(found, index) if found else None

    def _place(self, finding: ShownFinding, row: int, group: int) -> None:
        """Put a finding to the mark that is nearest to its place."""
        stage = self._stage
        if row >= 0:
            fold = stage.fold_of(row)
            item = self._docked.get(row, stage.target(row))
            if item >= 0 and stage.is_box(item):
                self._ops.setdefault(item, []).append(finding)
                return
            card = stage.group_of(item) if item >= 0 else -1
            around = card if card >= 0 else fold if fold >= 0 else self._content.node_group[row]
            group = around if around >= 0 else group
        if group >= 0:
            fold = stage.folded_in[group]
            card = fold if fold >= 0 else stage.stands_in[group]
            self._cards.setdefault(card, []).append(finding)

    def _mark(self, found: Sequence[ShownFinding], group: int) -> FoundMark:
        """The mark of some findings; `group` is the innermost group around it, or its own."""
        severity = "error" if any(finding.severity == "error" for finding in found) else "warning"
        places: "Dict[Tuple[str, Optional[str], Optional[str]], Dict[object, int]]" = {}
        for finding in found:
            copies = places.setdefault((finding.rule, finding.at_node, finding.at_group), {})
            copies[finding.node, finding.group, finding.variable] = finding.copies
        counts = [sum(copies.values()) for copies in places.values()]
        least, most = min(counts), max(counts)
        copies_drawn = self._copies(group)
        part = f"{least}" if least == most else f"{least} to {most}"
        some = f"{part} of {copies_drawn}" if least < copies_drawn else ""
        return FoundMark(severity, len(places), some, tuple(found))

    def _copies(self, group: int) -> int:
        """Of how many copies what is drawn in a group is one."""
        copies = 1
        while group >= 0:
            stack = self._content.view.stacks.get(group)
            copies *= len(stack.names) if stack is not None else 1
            group = self._content.groups[group].parent
        return copies
