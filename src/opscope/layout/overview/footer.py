"""What stands below an overview, in few words: which steps its times are of, what is not drawn, and the notes of other drawings."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Sequence, Tuple

from ...graph.content import content_of
from ...graph.disturbance import disturbance, uncertain_words
from ...graph.number_text import percent_text, quantity_text
from ...graph.step_parts import of_profiled_step, step_part
from ..scene.captions import ALARMS, in_other_copies, other_notes, vain_note
from ..scene.labels import cut, plural
from .headline_figures import profiles_otherwise

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..scene.items import Scene

LEAST_SHARE = 0.1
"""Other parts of a step than its ops are worth a word if they have so much of it."""
TIMES_OF = "times of "
"""How the note begins that says which steps the times are of."""
_OPS = "ops"
_SPENT = {_OPS: "ops", "dispatch": "starting them", "python": "Python outside of ops", "copies": "memory copies"}
"""Parts of a step, in the words that stand before their shares."""


def footer_notes(scene: Scene, graph: Graph, of_graph: Sequence[str]) -> Tuple[str, ...]:
    """The notes of an overview, in the place of those of other drawings; `of_graph` are its `graph_notes`."""
    coverage = scene.scale.coverage if scene.scale is not None else ""
    if coverage.startswith(of_profiled_step(None)):
        left_out = [note for note in disturbance(graph.measurement) if not note.startswith(ALARMS)]
        return (_steps(graph), *(note for note in of_graph if note not in left_out))
    return (coverage, *of_graph) if coverage else tuple(of_graph)


def graph_notes(graph: Graph) -> Tuple[str, ...]:
    """The notes that do not depend on which groups are open."""
    signs = uncertain_words(graph.measurement)  # they stand beside no figure here
    others = [note for note in other_notes(graph) if note != signs]
    return tuple(note for note in (_not_drawn(graph), vain_note(graph), *others) if note)


def _steps(graph: Graph) -> str:
    """Which steps the times are of, and what these were spent on: ``times of 9 of 10 profiled steps (34.6 ms each); ops took 92.7 %``.

    How long one takes is said once: the heading has it already where it is clearly another time than that of a step without the profiler.
    """
    measurement = graph.measurement or {}
    steps, kept = measurement.get("steps"), measurement.get("steps_kept")
    which = "the profiled step" if steps is None else plural(steps, "profiled step")
    if steps is not None and kept is not None and kept < steps:
        which = f"{kept:,} of {which}"
    long = measurement.get("profiled_step_time_us")
    shares = (measurement.get("coverage") or {}).items()
    spent = [
        f"{_SPENT.get(name, step_part(cut(name)))}{' took' if name == _OPS else ''} {percent_text(share)}"
        for name, share in shares
        if name == _OPS or share >= LEAST_SHARE
    ]
    each = " each" if steps is not None and steps > 1 else ""
    told = f"{TIMES_OF}{which}"
    if long and not profiles_otherwise(measurement):
        told += f" ({quantity_text('time_us', long)}{each})"
    return f"{told}; {', '.join(spent)}" if spent else told


def _not_drawn(graph: Graph) -> str:
    """How many ops are not drawn: ``not drawn: 885 ops of other copies, 277 that only compute shapes or change nothing``."""
    counts = content_of(graph).view.counts
    kinds = (
        (counts.shaping, "only compute{} shapes"),
        (counts.bookkeeping, "only count{} loops" if not counts.shaping else "count{} loops"),
        (counts.dead + counts.idle + sum(counts.passed_on.values()), "change{} nothing"),
    )
    told = ((in_other_copies(graph), "of other copies"), _together(kinds), (counts.left_out, "outside the selection"))
    parts = [(count, what) for count, what in told if count]
    return f"not drawn: {', '.join(_counted(parts))}" if parts else ""


def _together(kinds: Sequence[Tuple[int, str]]) -> Tuple[int, str]:
    """How many ops there are of some kinds, and what all of these do.

    >>> _together([(144, "only compute{} shapes"), (0, "count{} loops"), (1, "change{} nothing")])
    (145, 'that only compute shapes or change nothing')
    >>> _together([(0, "only compute{} shapes"), (1, "only count{} loops")])
    (1, 'that only counts loops')
    """
    count = sum(each for each, _ in kinds)
    words = [what.format("s" if count == 1 else "") for each, what in kinds if each]
    return count, "that " + " or ".join([*[", ".join(words[:-1])][: len(words) - 1], *words[-1:]])


def _counted(parts: Sequence[Tuple[int, str]]) -> List[str]:
    """The numbers with their words; the first says that these are ops."""
    return [f"{plural(count, 'op') if not place else f'{count:,}'} {what}" for place, (count, what) in enumerate(parts)]
