"""What text and Markdown tell of a difference: its first lines, signs and totals. Neither terminal nor markup is known here."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, List, Optional

from ...graph.number_text import quantity_text
from ...layout.scene.labels import plural

if TYPE_CHECKING:
    from ...diff.difference import Difference
    from ...diff.model import FigureDelta, GraphHead, StoryEntry

ADDED_SIGN, REMOVED_SIGN, CHANGED_SIGN = "+", "-", "~"
_SIGNS = {"inserted": ADDED_SIGN, "removed": REMOVED_SIGN}


def sign(entry: "StoryEntry") -> str:
    """``+`` for what was inserted, ``-`` for what was removed, ``~`` for every other change."""
    return _SIGNS.get(entry.kind, CHANGED_SIGN)


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
    counts = Counter((entry.what, entry.kind) for entry in difference.story)
    words = [f"{plural(count, what)} {kind}" for (what, kind), count in counts.items()]
    claimed = sum(figure.significant and figure.interval is not None for figure in difference.figures)
    return [*words, *([plural(claimed, "time") + " changed"] if claimed else [])]


def parameters_line(difference: "Difference") -> Optional[str]:
    """The parameters of both graphs, if they differ; ``None`` also where a graph is not at hand."""
    if difference.a is None or difference.b is None:
        return None
    old, new = difference.a.parameters, difference.b.parameters
    return None if old == new else f"parameters {old:,} → {new:,} ({signed(new - old)})"


def told_figures(difference: "Difference") -> List["FigureDelta"]:
    """The figures that are told one by one: all but parameters, which the head and the table by layer have."""
    return [figure for figure in difference.figures if figure.quantity != "parameters"]


def figure_line(figure: "FigureDelta") -> str:
    """A figure on both sides, as ``FLOPs of encoder 1.2 GFLOP → 1.4 GFLOP``."""
    sides = " → ".join(
        "unknown" if value is None else _amount(figure.quantity, value) for value in (figure.a, figure.b)
    )
    where = f" of {figure.path}" if figure.path else ""
    claim = "" if figure.significant else " (not significant)"
    return f"{figure.quantity}{where} {sides}{claim}"


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
