"""Names the variables of a loop that have no name of their own: what counts, what collects a result of each step, the states.

TensorFlow calls the variables of `tf.while_loop` ``while_placeholder_1``; what they are, the loop itself tells.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Dict, Mapping

from ...graph.content import Content, content_of
from ...graph.graph import Graph
from ...graph.view import CHIP, WIRE
from ...passes.rewire import origin, passing
from ..scene.items import Box, Card, Item, Pill, Scene, cards, with_each_card

_ADDING = frozenset({"Add", "AddV2"})
_NAMELESS = re.compile(r"variable \d+")
_COUNTER, _COLLECTED, _STATE = "counter", "results so far", "state"
_COLLECTING = frozenset({"TensorListSetItem", "TensorListPushBack"})


def with_named_states(scene: Scene, graph: Graph) -> Scene:
    """The scene, in which a loop's variable without a name is called what it is for."""
    if not any(wire.kind == "next" for card in cards(scene) for wire in card.wires):
        return scene
    passed = passing(graph)
    return with_each_card(scene, lambda card: _named(card, graph, passed))


def _named(card: Card, graph: Graph, passed: bytes) -> Card:
    """One card with names for its loop's variables. Several of one kind are numbered."""
    kinds: Dict[int, str] = {}
    for wire in card.wires:
        place = wire.target.child
        pill = card.children[place] if wire.kind == "next" and place >= 0 else None
        if isinstance(pill, Pill) and pill.kind == "state" and _NAMELESS.fullmatch(pill.title):
            source = card.children[wire.source.child] if wire.source.child >= 0 else None
            kinds[place] = _kind(source, pill, graph, passed)
    if not kinds:
        return card
    names: Dict[str, str] = {}
    for place in sorted(kinds, key=lambda each: int(card.children[each].title.split()[1])):  # type: ignore[union-attr]
        same = [other for other in kinds.values() if other == kinds[place]]
        number = 1 + sum(1 for name in names.values() if name.startswith(kinds[place]))
        old = card.children[place].title  # type: ignore[union-attr]
        names[old] = kinds[place] if len(same) == 1 else f"{kinds[place]} {number}"
    return replace(card, children=tuple([_renamed(child, names) for child in card.children]))


def _kind(source: "Item | None", pill: Pill, graph: Graph, passed: bytes) -> str:
    """What a variable is for: the loop counts in it, keeps a result of each step in it, or carries a state in it."""
    if isinstance(source, Box):
        content = content_of(graph)
        made_of = [origin(content.table, *each, passed) for each in content.table.data_inputs(source.node)]
        own = any(node == pill.op for node, _ in made_of)
        op = content.table.ops[source.node]
        added = {content.view.role(node) for node, _ in made_of if node != pill.op}
        # What `tf.range` adds comes into the loop by a wire.
        if own and op in _ADDING and (CHIP in added or (WIRE in added and _is_whole(content, source.node))):
            return _COUNTER
        if op in _COLLECTING and made_of and made_of[0][0] == pill.op:
            return _COLLECTED
    return _STATE


def _is_whole(content: Content, op: int) -> bool:
    """Whether an op gives a whole number."""
    kinds = content.table.outputs[op]
    return bool(kinds) and kinds[0].dtype in ("int32", "int64") and kinds[0].shape == ()


def _renamed(item: Item, names: Mapping[str, str]) -> Item:
    """An item of a loop's body with new names for the loop's variables, on itself and where a chip names one."""
    if isinstance(item, Pill) and item.kind == "state":
        return replace(item, title=names.get(item.title, item.title))
    if isinstance(item, Card) and item.kind != "body":
        children = tuple([_renamed(child, names) for child in item.children])
        item = replace(item, children=children)
    if isinstance(item, (Box, Card)) and any(chip.text in names for chip in item.chips):
        return replace(item, chips=tuple([replace(chip, text=names.get(chip.text, chip.text)) for chip in item.chips]))
    return item
