"""What a rule finds: a `Hit` in terms of the graph's rows, and the `Finding` that users get, in names and lines."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping, Optional, Tuple

from ..graph.types import Source

SEVERITIES = ("error", "warning", "note")
"""From the worst on. ``error``: wrong in every program; ``warning``: nearly always wrong; ``note``: worth a look."""

MOST_OF_A_TYPE = 20
"""A finding about all ops of a type names so many of them."""


@dataclass(frozen=True)
class Hit:
    """One place that breaks a rule, by rows and indices of the graph. What is not told is filled in from its first op."""

    message: str
    """What is wrong here, in one sentence without the layer, the line and the remedy, which stand beside it."""
    rows: Tuple[int, ...] = ()
    """The ops that it is about, the one to look at first."""
    group: Optional[int] = None
    """The index of the group; by default that of the innermost layer around the first op."""
    variable: Optional[int] = None
    """The `Variable.id`, if it is about a variable."""
    source: Optional[Source] = None
    """The line; by default that of the first op that has one, else of the group."""
    remedy: Optional[str] = None
    """What to do here, if the rule's own remedy is not the best."""
    figures: Mapping[str, Any] = field(default_factory=dict)
    """Numbers that scripts may want: sizes in bytes, counts, names of axes. Plain values of JSON."""


@dataclass(frozen=True)
class Finding:
    """One place in a model that breaks a rule."""

    rule: str
    """The name of the rule; docs/checks has a page with this name."""
    severity: str
    """One of ``error``, ``warning``, ``note``."""
    message: str
    """What is wrong, in one sentence."""
    remedy: str
    """What to do."""
    nodes: Tuple[str, ...] = ()
    """The names of the ops that it is about, the one to look at first."""
    group: Optional[str] = None
    """The path of the layer that it is in, else of the innermost group if its line is not known; ``None`` if it is in none."""
    variable: Optional[str] = None
    """The object path of the variable that it is about, if it is about one."""
    source: Optional[Source] = None
    """The user's line; ``None`` if it is not known."""
    figures: Mapping[str, Any] = field(default_factory=dict, hash=False)
    """Numbers of the finding, by name: docs/checks tells which a rule gives."""

    @property
    def inside(self) -> str:
        """What it is in, as texts have it: the group; if neither that nor the line is known the first op, so that there is a place to look."""
        return self.group or (self.nodes[0] if self.nodes and self.source is None else "")

    def __str__(self) -> str:
        """The line that the command prints: ``model.py:12: warning bias-before-norm: ... (layer) - remedy``."""
        place = "" if self.source is None else f"{self.source}: "
        inside = f" ({self.inside})" if self.inside else ""
        return f"{place}{self.severity} {self.rule}: {self.message}{inside} - {self.remedy}"
