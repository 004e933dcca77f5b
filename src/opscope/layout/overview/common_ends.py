"""Takes from names in a stack the number with which TensorFlow ended all of them, since a function was traced once more: ``query_1``."""

from __future__ import annotations

from typing import List, Sequence

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.vocabulary import chain
from ...graph.with_fields import with_fields
from ...passes.naming import BETWEEN
from ..scene.items import Card, Item, Scene, with_each_card


def common_end(names: Sequence[str]) -> str:
    """The number with which all names of copies end, behind whatever tells the copies apart; empty if there is none.

    >>> common_end(["attn0_1 … ln0b_1", "attn1_1 … ln1b_1"]), common_end(["block_1", "block_2"]), common_end(["a_1"])
    ('_1', '', '')
    """
    parts = [part for name in names for part in name.split(BETWEEN)]
    ends = {part.rpartition("_")[2] for part in parts}
    end = ends.pop() if len(ends) == 1 and len(names) > 1 else ""
    return f"_{end}" if end.isdigit() and all("_" in part for part in parts) else ""


def without_common_ends(scene: Scene, graph: Graph) -> Scene:
    """The scene, in which scopes in a stack have names without what the names of all its copies end with. Layers have the names of their authors."""
    content = content_of(graph)
    ends = {group: common_end(stack.names) for group, stack in content.view.stacks.items()}
    if not any(ends.values()):
        return scene
    groups = content.groups

    def end_around(group: int) -> str:
        return next((ends[each] for each in chain(groups, group) if ends.get(each)), "") if group >= 0 else ""

    def shortened(card: Card) -> Card:
        end = end_around(card.group)
        titles = {child.title for child in card.children if isinstance(child, Card)} if end else set()
        children: List[Item] = []
        for child in card.children:
            short = child.title[: -len(end)] if isinstance(child, Card) and child.title.endswith(end) else ""
            if end and short and isinstance(child, Card) and child.group >= 0 and child.repeat == 1:
                child = child if short in titles or groups[child.group].cls else with_fields(child, title=short)
            children.append(child)
        return with_fields(card, children=tuple(children)) if end else card

    return with_each_card(scene, shortened)
