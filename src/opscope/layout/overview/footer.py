"""What stands below an overview, in few words: what a step was spent on, what is not drawn, and the notes of other drawings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Sequence, Tuple

from ...graph.content import content_of
from ...graph.disturbance import uncertain_words
from ...graph.number_text import percent_text
from ...graph.step_parts import of_profiled_step, step_part
from ..scene.captions import in_other_copies, other_notes, vain_note
from ..scene.labels import thousands

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..scene.items import Scene

_SHORT = {"python": "outside ops"}
LEAST_SHARE = 0.02
"""Shares of a step below this are told together."""


def footer_notes(scene: Scene, graph: Graph, of_graph: Sequence[str]) -> Tuple[str, ...]:
    """The notes of an overview, in the place of those of other drawings; `of_graph` are its `graph_notes`."""
    coverage = scene.scale.coverage if scene.scale is not None else ""
    if coverage.startswith(of_profiled_step(None)):
        coverage = _step(graph)
    return (coverage, *of_graph) if coverage else tuple(of_graph)


def graph_notes(graph: Graph) -> Tuple[str, ...]:
    """The notes that do not depend on which groups are open."""
    signs = uncertain_words(graph.measurement)  # they stand beside no figure here
    others = [note for note in other_notes(graph) if note != signs]
    return tuple(note for note in (_left_out(graph), vain_note(graph), *others) if note)


def _step(graph: Graph) -> str:
    """What a profiled step was spent on; parts of which nobody would ask are ``other``."""
    measurement = graph.measurement or {}
    shares = (measurement.get("coverage") or {}).items()
    large = [
        f"{_SHORT.get(name, step_part(name))} {percent_text(share)}" for name, share in shares if share >= LEAST_SHARE
    ]
    other = sum(share for _, share in shares if share < LEAST_SHARE)
    parts = [*large, *([f"other {percent_text(other)}"] if other else [])]
    # Where the length of a step that ran without the profiler is known, the line of facts has both.
    long = None if measurement.get("step_time_us") else measurement.get("profiled_step_time_us")
    return f"{of_profiled_step(long)}: {', '.join(parts)}" if parts else ""


def _left_out(graph: Graph) -> str:
    """What is not drawn."""
    counts, copies = content_of(graph).view.counts, in_other_copies(graph)
    told = (
        (copies, "in the other copies"),
        (counts.shaping, "computing shapes"),
        (counts.bookkeeping, "counting in loops"),
        (counts.dead + counts.idle + sum(counts.passed_on.values()), "without effect"),
        (counts.left_out, "outside the selection"),
    )
    parts = [f"{thousands(count)} {what}" for count, what in told if count]
    return f"ops not drawn: {', '.join(parts)}" if parts else ""
