"""`ShownFinding`: what `check` found wrong, as a graph carries it to drawings."""

from __future__ import annotations

from typing import NamedTuple, Optional, Sequence, Tuple

from .types import Source


class ShownFinding(NamedTuple):
    """A finding of `check`, and where a drawing of the graph has its place.

    Ops and groups are named, not numbered: passes number them anew. In a stack of copies only one is drawn. What is said of the finding
    (`node`, `group`) stays what it was found in; only the place (`at_node`, `at_group`) is that of the drawn copy.
    """

    rule: str
    severity: str
    """``error``, ``warning`` or ``note``."""
    message: str
    remedy: str
    source: Optional[Source]
    node: Optional[str]
    """The op to look at first; ``None`` if it is about no op."""
    group: Optional[str]
    """The path of the layer, or of another group, that it is in; ``None`` if it is in none."""
    variable: Optional[str]
    """The object path of the variable that it is about, if it is about one."""
    at_node: Optional[str]
    """The op that is drawn for `node`; ``None`` if none is."""
    at_group: Optional[str]
    """The group that is drawn for `group`, or for the layer that has `variable`; ``None`` if none is."""
    at_groups: Tuple[Optional[str], ...] = ()
    """What is drawn for each of the layers that it tells of, `group` among them: for several, if these are copies of each other."""

    @property
    def copies(self) -> int:
        """In how many copies of the drawn place it was found, 1 or more."""
        return max(self.at_groups.count(self.at_group), 1)

    @property
    def is_serious(self) -> bool:
        """Whether it is more than a note: pictures show no notes."""
        return self.severity != "note"

    @property
    def told(self) -> str:
        """All that is said of it, a line for each thing."""
        place = " · ".join(str(part) for part in (self.where, self.source) if part)
        return "\n".join([f"{self.severity} {self.rule}{f': {place}' if place else ''}", self.message, self.remedy])

    @property
    def where(self) -> str:
        """The name of the layer, variable or op that it is about; empty if it is about the whole graph."""
        return self.group or self.variable or self.node or ""


def serious(found: Optional[Sequence[ShownFinding]]) -> Tuple[ShownFinding, ...]:
    """Those that are more than notes, in their order; none of a graph that was not checked."""
    return tuple([finding for finding in found or () if finding.is_serious])
