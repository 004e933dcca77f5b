"""Takes from names in a stack the number with which TensorFlow ended all of them, since a function was traced once more: ``query_1``."""

from __future__ import annotations

from dataclasses import replace
from typing import Dict, List, Mapping, Sequence, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.view import Stack
from ...passes.naming import BETWEEN
from ..scene.items import Card, Item, Scene, cards


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
    stacks = content_of(graph).view.stacks
    if not any(common_end(stack.names) for stack in stacks.values()):
        return scene
    ends = _ends(scene, stacks)
    built: Dict[int, Card] = {}
    for card in reversed(cards(scene)):
        children = [built.get(id(child), child) for child in card.children]
        built[id(card)] = replace(card, children=_shortened(children, ends[id(card)], graph))
    return replace(scene, root=built[id(scene.root)])


def _ends(scene: Scene, stacks: Mapping[int, Stack]) -> Dict[int, str]:
    """For each card the end of the innermost stack that it is in, or is."""
    found = {id(scene.root): ""}
    for card in cards(scene):
        own = common_end(stacks[card.group].names) if card.group in stacks else ""
        found[id(card)] = own or found[id(card)]
        for child in card.children:
            if isinstance(child, Card):
                found[id(child)] = found[id(card)]
    return found


def _shortened(children: "List[Item]", end: str, graph: Graph) -> "Tuple[Item, ...]":
    """Children of a card with shorter titles, unless two would have one."""
    groups = content_of(graph).groups
    titles = [child.title for child in children if isinstance(child, Card)]
    found: List[Item] = []
    for child in children:
        if isinstance(child, Card) and end and child.title.endswith(end) and child.group >= 0 and child.repeat == 1:
            short = child.title[: -len(end)]
            child = replace(child, title=short) if short not in titles and not groups[child.group].cls else child
        found.append(child)
    return tuple(found)
