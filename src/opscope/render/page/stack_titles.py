"""What the overview calls stacks, for the rest of the page: one stack has one name there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List, Tuple

from ...graph.content import content_of
from ...graph.with_fields import with_fields
from ...layout.overview.encoder_decoder import first_level
from ...layout.scene.items import cards
from ...layout.scene.labels import source_text
from ...passes.naming import BETWEEN
from .cards import least_width

if TYPE_CHECKING:
    from ...layout.overview.one_page import Overview
    from ...layout.scene.items import Scene
    from .nodes_and_groups import Pools
    from .stacks import Copies


def stack_titles(copies: "Copies", scene: "Scene", overview: "Overview", pools: "Pools") -> Dict[str, Any]:
    """For the header: the stacks of the overview, each with its title there, the room for that in the card that the drawing has for it, and the level that its first copy is.

    No room (0) for stacks whose card has the name of the copy that it shows, `block_1`: a reader finds that in `block_0 … 7`. The card of
    siblings put together is otherwise called by the first and the last of them, `attn0 … ln0b`, which tells nobody that it is of `block 0 … 47`.
    """
    groups = content_of(overview.graph).groups
    called = {groups[card.group].path: card for card in cards(overview.drawing.scene) if card.repeat > 1}
    drawn = content_of(copies.drawn).groups
    told: List[Tuple[int, int, int, int]] = []
    for card in cards(scene):
        stack = called.get(drawn[card.group].path) if card.group in copies.stack else None
        if stack is not None:
            title = stack.title
            own = BETWEEN in card.title
            room = least_width(with_fields(card, title=title), source_text(card.source)) if own else 0
            told.append((copies.stack[card.group], pools.strings(title), room, first_level(stack)))
    return {"called": told}
