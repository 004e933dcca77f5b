"""What text and Markdown tell of a difference: its first lines, signs and totals. Neither terminal nor markup is known here."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, List, Optional, Sequence, Tuple

from ...diff.measured_figures import shared_time_words
from ...diff.model import ADDED, CHANGED, REMOVED
from ...diff.same_computation import is_same_computation
from ...graph.number_text import quantity_text
from ...graph.quantities import OF_FIELD
from ...layout.scene.labels import plural

if TYPE_CHECKING:
    from ...diff.difference import Difference
    from ...diff.model import FigureDelta, GraphHead, StoryEntry

ADDED_SIGN, REMOVED_SIGN, CHANGED_SIGN = "+", "-", "~"
TEXT_SIGNS = {ADDED: ADDED_SIGN, REMOVED: REMOVED_SIGN, CHANGED: CHANGED_SIGN}
"""What was added, removed or changed -> the sign that says so in text, as ``diff`` has it."""
_STATUSES = {"inserted": ADDED, "removed": REMOVED, "introduced": ADDED, "eliminated": REMOVED}

_SAME_COMPUTATION = "same computation: every op is in both, with equal attributes, inputs and shapes"


def status_of(entry: "StoryEntry") -> str:
    """Whether an entry tells of what was added, of what was removed, or of any other change."""
    return _STATUSES.get(entry.kind, CHANGED)


def sign(entry: "StoryEntry") -> str:
    """The sign of an entry in text."""
    return TEXT_SIGNS[status_of(entry)]


def head_words(head: "GraphHead") -> str:
    """A graph in a few words: its name, what made it, its size."""
    made = head.producer.get("tensorflow")
    return f"{head.name}{f' (TensorFlow {made})' if made else ''}, {plural(head.ops, 'op')}"


def verdict(difference: "Difference") -> str:
    """Whether the graphs are the same, and if not, how much differs."""
    left = f"; not compared: {', '.join(difference.ignored)}" if difference.ignored else ""
    if difference.same:
        return f"the same in all that was compared{left}" if left else "the same"
    alike = f"; {_SAME_COMPUTATION}" if is_same_computation(difference) else ""
    return f"different in {plural(difference.cost, 'edit')}: {', '.join(_kinds(difference))}{alike}{left}"


def _kinds(difference: "Difference") -> List[str]:
    """How many things of each kind the story tells of, as ``17 ops inserted``; where it is empty, how many figures differ."""
    counts: Counter[Tuple[str, str]] = Counter()
    for entry in leading(difference):
        what, count = _things(entry)
        counts[what, entry.kind] += count
    words = [f"{plural(count, what) if count else f'{what}s'} {kind}" for (what, kind), count in counts.items()]
    exact = 0 if words else sum(figure.significant and figure.interval is None for figure in difference.figures)
    claimed = sum(figure.significant and figure.interval is not None for figure in difference.figures)
    figures = ((exact, "figure"), (claimed, "time"))
    return [*words, *[f"{plural(count, what)} changed" for count, what in figures if count]]


def _things(entry: "StoryEntry") -> Tuple[str, int]:
    """What an entry tells of, and how many of these: equal changes of many are one entry. 0 where their number is not told.

    A repeat is one, whatever its blocks hold; a group may be put around ops alone.
    """
    if entry.kind == "repeated":
        return entry.what, 1
    if entry.kind in ("wrapped", "unwrapped"):
        inner = entry.a if entry.kind == "wrapped" else entry.b
        return (entry.what, len(inner)) if inner else ("op", 0)
    if entry.kind in ("fused", "expanded", "converted", "rewritten", "folded"):
        return entry.what, len(entry.a) or len(entry.b)
    if entry.kind == "replaced":  # several ops may be replaced by one layer
        return entry.what, min(len(entry.a), len(entry.b))
    return entry.what, 0 if entry.what == "output" else max(len(entry.a), len(entry.b))


def parameters_line(difference: "Difference") -> Optional[str]:
    """The parameters of both graphs, if they differ; ``None`` also where a graph is not at hand."""
    if difference.a is None or difference.b is None:
        return None
    old, new = difference.a.parameters, difference.b.parameters
    return None if old == new else f"parameters {old:,} → {new:,} ({signed(new - old)})"


def leading(difference: "Difference") -> Sequence["StoryEntry"]:
    """The story without what only follows from the rest of it; all of it where there is nothing else."""
    return [entry for entry in difference.story if entry.cost] or difference.story


def following_line(difference: "Difference") -> Optional[str]:
    """How many entries of the story lie in what others tell, or follow from it; ``None`` if there are none."""
    count = len(difference.story) - len(leading(difference))
    return f"and {plural(count, 'change')} inside these or following from them" if count else None


def told_figures(difference: "Difference") -> List["FigureDelta"]:
    """The figures that are told one by one: those that can be claimed, but for parameters, which the head and the table by layer have."""
    return [figure for figure in difference.figures if figure.significant and figure.quantity != "parameters"]


def unclaimed_line(difference: "Difference") -> Optional[str]:
    """How many layers have other times of which no difference is claimed, and why; ``None`` if there are none.

    Before it stands what may be said of all layers together, if anything. Of a profile and a graph that was not profiled it says that.
    """
    unclaimed = [figure for figure in difference.figures if not figure.significant]
    if not unclaimed:
        return _profiled_alone(difference)
    layers = f"the times of {plural(len(unclaimed), 'layer')}"
    if all(figure.interval is None for figure in unclaimed):
        return f"{layers} are not told apart; profile both sides in several runs (opscope profile --runs 5)"
    shared = shared_time_words(difference)
    together = f"{shared}; " if shared else ""
    return f"{together}{layers} are not told apart: what differs may be chance, common to all layers, or too little to matter"


def _profiled_alone(difference: "Difference") -> Optional[str]:
    """Which of the two graphs is the only one with times, where that is so."""
    profiled = [head.measurement is not None for head in (difference.head_a, difference.head_b)]
    if profiled[0] == profiled[1] or "figures" in difference.ignored:
        return None
    only, other = ("first", "second") if profiled[0] else ("second", "first")
    return f"times are not compared: only the {only} graph was profiled; profile the {other} one too"


def figure_line(figure: "FigureDelta") -> str:
    """A figure on both sides, and of a measured one between which values the difference lies.

    >>> from opscope.diff.model import FigureDelta
    >>> figure_line(FigureDelta("encoder", "flops", 1.2e9, 1.4e9))
    'FLOPs of encoder 1.2 GFLOP → 1.4 GFLOP'
    >>> figure_line(FigureDelta("conv", "time_us", 3600.0, 7500.0, (3100.0, 4700.0)))
    'time of conv 3.6 ms → 7.5 ms (95 % interval of the difference +3.1 ms to +4.7 ms)'
    """
    known = OF_FIELD.get(figure.quantity)
    sides = " → ".join(
        "unknown" if value is None else _amount(figure.quantity, value) for value in (figure.a, figure.b)
    )
    where = f" of {figure.path}" if figure.path else ""
    bounds = [f"{'-' if value < 0 else '+'}{_amount(figure.quantity, abs(value))}" for value in figure.interval or ()]
    between = f" (95 % interval of the difference {' to '.join(bounds)})" if bounds else ""
    return f"{figure.quantity if known is None else known.title}{where} {sides}{between}"


def _amount(quantity: str, value: float) -> str:
    return quantity_text(quantity, value) if quantity in OF_FIELD else f"{value:,.0f}"


def signed(count: int) -> str:
    """A number with its sign.

    >>> signed(1200), signed(-3), signed(0)
    ('+1,200', '-3', '0')
    """
    return f"{count:+,}" if count else "0"
