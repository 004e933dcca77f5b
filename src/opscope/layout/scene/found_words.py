"""The sentences below a drawing about what `check` found: all of it, and what no mark of the drawing can tell of."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Iterator, Sequence, Union

from ...graph.content import content_of
from ...graph.shown_finding import ShownFinding, serious
from ...graph.vocabulary import PHASES, chain
from ...graph.with_fields import with_fields
from .found_marks import FOUND_SIGNS, FoundMark
from .items import Box, Card, ChainRow, Pill, Scene, items
from .labels import cut, plural, source_text

if TYPE_CHECKING:
    from ...graph.graph import Graph

CHECK_FOUND = "check found"
"""How the sentence below a drawing begins, if there is something to tell."""
NO_SIGN = "without a sign"
"""How the sentence begins about what has no mark."""
MOST_FOUND = 185
"""So many characters of it fit on a page."""


def found_sentence(graph: "Graph") -> str:
    """What was found, the worst first: how much of what, and the first place of each rule. Empty for a graph that was not checked.

    Notes are only counted. It is cut so that it fits on a page.
    """
    found = content_of(graph).found
    if found is None:
        return ""
    worse = serious(found)
    if not worse:
        return found_counts(found)
    rules = list(dict.fromkeys(finding.rule for finding in worse))
    said = [_rule_words(graph, [finding for finding in worse if finding.rule == rule]) for rule in rules]
    lines = [
        found_counts(found, f": {', '.join(said[:named])}{_more(len(said) - named)}")
        for named in range(len(said), 0, -1)
    ]
    return next((line for line in lines if len(line) <= MOST_FOUND), lines[-1])


def found_counts(found: Sequence[ShownFinding], places: str = "") -> str:
    """How much was found, of each severity; `places` stands behind those that are more than notes."""
    worse = serious(found)
    notes = plural(len(found) - len(worse), "note") if len(found) > len(worse) else ""
    if not worse:
        return f"check: {notes}, nothing worse" if notes else "check: nothing found"
    counts = Counter(finding.severity for finding in worse)
    told = [f"{plural(counts[each], each)} ({sign})" for each, sign in FOUND_SIGNS.items() if counts[each]]
    return f"{CHECK_FOUND} {', '.join(told)}{places}{f'; {notes}' if notes else ''}"


def _more(number: int) -> str:
    return f" and {number} more" if number else ""


def _rule_words(graph: "Graph", found: Sequence[ShownFinding]) -> str:
    """One rule with its first place, and how often it was broken."""
    first = found[0]
    times, begins = (f" \u00d7{len(found)}", ", first") if len(found) > 1 else ("", "")
    phase = _phase_of(graph, first)
    parts = [phase] if phase else first.where.split("/")[-2:]
    name = cut("/".join(parts[1:] if parts[0] in PHASES and len(parts) > 1 else parts))
    place = f" {'in' if first.group or phase else 'at'} {name}" if name else ""
    line = f" ({source_text(first.source)})" if first.source is not None else ""
    return f"{first.rule}{times}{begins if place or line else ''}{place}{line}"


def _phase_of(graph: "Graph", finding: ShownFinding) -> str:
    """The phase that an op lies in outside of all layers, whose own name says less to a reader; else empty."""
    if finding.group is not None or finding.variable is not None or finding.at_node is None:
        return ""
    content = content_of(graph)
    group = content.node_group[content.table.index(finding.at_node)]
    around = chain(content.groups, group)
    return next((content.groups[each].kind for each in around if content.groups[each].kind in PHASES), "")


def with_unmarked_told(scene: Scene, graph: "Graph") -> Scene:
    """The scene with a note about what was found where it has no mark: about the whole graph, or in what is not drawn."""
    worse = serious(content_of(graph).found)
    marked = {finding for mark in _marks(scene) for finding in mark.found} if worse else set()
    rest = [finding for finding in worse if finding not in marked]
    if not rest:
        return scene
    first = next((place for place, note in enumerate(scene.notes) if note.startswith(CHECK_FOUND)), len(scene.notes))
    return with_fields(scene, notes=(*scene.notes[: first + 1], _unmarked(graph, rest), *scene.notes[first + 1 :]))


def _marks(scene: Scene) -> Iterator[FoundMark]:
    """The signs of a scene."""
    for item in items(scene):
        parts: Sequence[Union[Box, Card, Pill]] = item.items if isinstance(item, ChainRow) else (item,)
        yield from (part.found for part in parts if part.found is not None)


def _unmarked(graph: "Graph", found: Sequence[ShownFinding]) -> str:
    """Each with its place, as many as there is room for."""
    said = [_rule_words(graph, [finding]) for finding in found]
    head = f"{NO_SIGN} (about the whole, or what is not drawn): "
    lines = [f"{head}{', '.join(said[:named])}{_more(len(said) - named)}" for named in range(len(said), 0, -1)]
    return next((line for line in lines if len(line) <= MOST_FOUND), lines[-1])
