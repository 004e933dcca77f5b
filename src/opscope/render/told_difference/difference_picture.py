"""The picture of a difference: one drawing of both graphs, where they differ marked by sign and colour, the changes in words beside it."""

from __future__ import annotations

from dataclasses import replace
from textwrap import wrap
from typing import TYPE_CHECKING, List, Optional

from ...diff.union import union
from ...layout.overview.one_page import AS_USUAL, Manner, overview
from ...layout.scene.compared import SIGNS
from ...layout.scene.items import Scene, cards
from ...visible import one_line
from ..svg.overview_page import BesideLine, overview_svg
from .difference_words import following_line, leading, parameters_line, status_of, verdict

if TYPE_CHECKING:
    from ...diff.difference import Difference
    from ...diff.union import Union
    from ...layout.overview.one_page import Overview

MOST_BESIDE = 40
"""So many lines of changes stand beside the drawing."""
_BESIDE_WIDE = 64
"""So many characters has a line there."""
SIGNS_TOLD = f"{SIGNS['added']} only in the second \u00b7 {SIGNS['removed']} only in the first \u00b7 {SIGNS['changed']} not the same in both"


def difference_svg(difference: "Difference", *, theme: Optional[str] = "auto", wanted: Manner = AS_USUAL) -> str:
    """The difference as an SVG document: what both graphs have alike is closed as far out as it can be.

    Raises:
        InputError: the difference was read from JSON, so that no graph is at hand.
    """
    both = union(difference, every_wire=False)
    return overview_svg(drawn_difference(difference, both, wanted), theme=theme, beside=_beside(difference))


def drawn_difference(difference: "Difference", both: "Union", wanted: Manner = AS_USUAL) -> "Overview":
    """The overview of both graphs as one, told as what it is."""
    page = overview(both.graph, wanted=wanted)
    scene = replace(
        page.drawing.scene,
        title=both.graph.name,
        facts=facts_line(difference),
        notes=(SIGNS_TOLD + _gone_told(page.drawing.scene), *page.drawing.scene.notes),
    )
    return replace(page, drawing=replace(page.drawing, scene=scene))


def facts_line(difference: "Difference") -> str:
    """How large both graphs are, and what made them."""
    a, b = difference.head_a, difference.head_b
    sizes = f"{a.ops:,} ops" if a.ops == b.ops else f"{a.ops:,} → {b.ops:,} ops"
    parameters = parameters_line(difference)
    return " \u00b7 ".join([sizes, *([parameters] if parameters else []), *_makers(difference)])


def _gone_told(scene: Scene) -> str:
    """What a dashed wire means, if there is one."""
    is_gone = any(wire.kind == "gone" for card in cards(scene) for wire in card.wires)
    return f" \u00b7 dashed wire with {SIGNS['removed']}: only in the first" if is_gone else ""


def _makers(difference: "Difference") -> List[str]:
    """The versions of TensorFlow that made the two, if any is known."""
    made = [head.producer.get("tensorflow") for head in (difference.head_a, difference.head_b)]
    if made[0] == made[1]:
        return [f"TensorFlow {made[0]}"] if made[0] else []
    return [f"TensorFlow {made[0] or 'unknown'} → {made[1] or 'unknown'}"]


def _beside(difference: "Difference") -> List[BesideLine]:
    """The changes in words, the coarsest first, as many as there is room for."""
    found = [BesideLine(line, "head") for line in wrap(one_line(verdict(difference)), _BESIDE_WIDE)]
    story, following = leading(difference), following_line(difference)
    for count, entry in enumerate(story):
        status = status_of(entry)
        said = wrap(
            one_line(f"{SIGNS[status]} {entry.words}"), _BESIDE_WIDE, subsequent_indent="  ", break_on_hyphens=False
        )
        if len(found) + len(said) > MOST_BESIDE:
            found.append(BesideLine(f"… {len(story) - count:,} more", "facts"))
            break
        found += [BesideLine(line, f"c-{status}") for line in said]
    return [*found, BesideLine(following, "facts")] if following else found
