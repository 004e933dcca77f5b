"""What `check` found, for the page: a list whose entries lead to ops and groups."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple

from ...graph.content import content_of
from ...layout.scene.found_marks import FOUND_SIGNS
from ...layout.scene.found_words import found_counts
from ...visible import visible

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ...graph.shown_finding import ShownFinding


def findings_header(graph: "Graph", whole: "Graph") -> Dict[str, Any]:
    """The findings of a graph for the header; nothing if it was not checked. `whole` has the ops and groups of the page."""
    found = content_of(graph).found
    if found is None:
        return {}
    content = content_of(whole)
    rows = {name: row for row, name in enumerate(content.table.names)}
    groups = {group.path: index for index, group in enumerate(content.groups)}
    entries = [{**_entry(finding, _place(finding, rows, groups)), **_layers(finding, groups)} for finding in found]
    return {"findings": {"told": found_counts(found), "signs": FOUND_SIGNS, "entries": entries}}


def _place(finding: "ShownFinding", rows: Dict[str, int], groups: Dict[str, int]) -> Optional[Tuple[str, int]]:
    """The op or group of the page that an entry leads to; ``None`` if it is about the whole graph."""
    if finding.at_node in rows:
        return "op", rows[finding.at_node]
    return ("group", groups[finding.at_group]) if finding.at_group in groups else None


def _layers(finding: "ShownFinding", groups: Dict[str, int]) -> Dict[str, List[int]]:
    """The layers that an entry tells of, its own first, where these are several: the page shows its sign in each copy among them."""
    layers = [groups[path] for path in finding.at_groups if path in groups]
    return {"layers": layers} if len(layers) > 1 else {}


def _entry(finding: "ShownFinding", place: Optional[Tuple[str, int]]) -> Dict[str, Any]:
    told: List[Tuple[str, str]] = [
        ("rule", finding.rule),
        ("severity", finding.severity),
        ("message", finding.message),
        ("remedy", finding.remedy),
        ("line", str(finding.source or "")),
        ("where", finding.where),
    ]
    return {**{name: visible(text) for name, text in told}, "place": place}
