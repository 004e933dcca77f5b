"""What text and Markdown tell of a difference: its first lines, signs and totals. Neither terminal nor markup is known here."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, List, Optional, Sequence

from ...diff.model import ADDED, CHANGED, REMOVED
from ...graph.number_text import quantity_text
from ...layout.scene.labels import plural

if TYPE_CHECKING:
    from ...diff.difference import Difference
    from ...diff.model import FigureDelta, GraphHead, StoryEntry

ADDED_SIGN, REMOVED_SIGN, CHANGED_SIGN = "+", "-", "~"
TEXT_SIGNS = {ADDED: ADDED_SIGN, REMOVED: REMOVED_SIGN, CHANGED: CHANGED_SIGN}
"""What was added, removed or changed -> the sign that says so in text, as ``diff`` has it."""
_STATUSES = {"inserted": ADDED, "removed": REMOVED}


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
    return f"different in {plural(difference.cost, 'edit')}: {', '.join(_kinds(difference))}{left}"


def _kinds(difference: "Difference") -> List[str]:
    """How many entries of each kind the story has, as ``2 layers inserted``."""
    counts = Counter((entry.what, entry.kind) for entry in leading(difference))
    words = [f"{plural(count, what)} {kind}" for (what, kind), count in counts.items()]
    claimed = sum(figure.significant and figure.interval is not None for figure in difference.figures)
    return [*words, *([plural(claimed, "time") + " changed"] if claimed else [])]


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
    """How many entries of the story only follow from others; ``None`` if there are none."""
    count = len(difference.story) - len(leading(difference))
    return f"and {plural(count, 'change')} that {'follows' if count == 1 else 'follow'} from these" if count else None


def told_figures(difference: "Difference") -> List["FigureDelta"]:
    """The figures that are told one by one: those that can be claimed, but for parameters, which the head and the table by layer have."""
    return [figure for figure in difference.figures if figure.significant and figure.quantity != "parameters"]


def unclaimed_line(difference: "Difference") -> Optional[str]:
    """How many layers have other times that do not tell them apart; ``None`` if there are none."""
    count = sum(not figure.significant for figure in difference.figures)
    remedy = "profile both sides in several runs (opscope profile --runs 5)"
    return f"the times of {plural(count, 'layer')} are not told apart; {remedy}" if count else None


def figure_line(figure: "FigureDelta") -> str:
    """A figure on both sides, as ``FLOPs of encoder 1.2 GFLOP → 1.4 GFLOP``."""
    sides = " → ".join(
        "unknown" if value is None else _amount(figure.quantity, value) for value in (figure.a, figure.b)
    )
    where = f" of {figure.path}" if figure.path else ""
    return f"{figure.quantity}{where} {sides}"


def _amount(quantity: str, value: float) -> str:
    try:
        return quantity_text(quantity, value)
    except KeyError:
        return f"{value:,.0f}"


def signed(count: int) -> str:
    """A number with its sign.

    >>> signed(1200), signed(-3), signed(0)
    ('+1,200', '-3', '0')
    """
    return f"{count:+,}" if count else "0"
