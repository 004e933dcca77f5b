"""Which kinds of layers have most of the time of a closed block, in the words of their boxes: ``1\u00d71 conv``."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Dict, Iterable, List, Mapping, NamedTuple, Sequence, Tuple

from ...graph.content import content_of
from ...graph.quantities import FLOPS
from ...graph.vocabulary import chain
from ..scene.items import Card
from ..scene.layer_words import kind_word, settings_text

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ...graph.groups import Group
    from ...graph.quantities import Quantity
    from ..scene.items import Item


class KindAmount(NamedTuple):
    """What the layers of one kind have of a quantity."""

    name: str
    value: float
    error: float = 0.0
    """At most: the sum of the errors of their ops."""
    layers: int = 1
    """How many layers there are of the kind."""


def kinds_inside(whole: Graph, item: Item, ops: Iterable[int], quantity: Quantity) -> Tuple[KindAmount, ...]:
    """How much the kinds of layers have of what a closed card's ops have, the most first; nothing for other items.

    Gradients count for the layer whose they are. What lies in no layer, or in one of which nothing is known, is left out.
    """
    if not isinstance(item, Card) or item.open:
        return ()
    content = content_of(whole)
    index = {group.path: number for number, group in enumerate(content.groups)}
    layer_of: Dict[int, int] = {}  # group -> the layer whose its ops are, -1 for none: many ops lie in one group
    names: Dict[int, str] = {}
    amounts: Dict[str, List[float]] = {}  # kind -> what its ops have, and the sum of their errors
    for op in ops:
        measured, cost = content.measured.get(op), content.costs.get(op)
        value = getattr(measured, quantity.field, None)
        if value is None and quantity is FLOPS and cost is not None:
            value = cost.flops
        home = content.node_group[op]
        if value is None or home < 0:
            continue
        if home not in layer_of:
            layer_of[home] = layer = _layer_of(content.groups, home, index)
            if layer >= 0 and layer not in names:
                names[layer] = _kind(content.groups[layer])
        if layer_of[home] >= 0:
            amount = amounts.setdefault(names[layer_of[home]], [0.0, 0.0])
            amount[0] += value
            amount[1] += measured.error_us if measured is not None and measured.error_us is not None else 0.0
    layers = Counter(names.values())
    found = [KindAmount(name, value, error, layers[name]) for name, (value, error) in amounts.items() if name]
    return tuple(sorted(found, key=lambda each: (-each.value, each.name)))


def _layer_of(groups: Sequence[Group], home: int, index: Mapping[str, int]) -> int:
    """The layer whose the ops of a group are, by which gradients are a layer's too; -1 for none. `index` has the groups by their paths."""
    for around in chain(groups, home):
        of = groups[around].of
        layer = index.get(of, around) if of else around
        if groups[layer].is_call:
            return layer
    return -1


def _kind(layer: Group) -> str:
    """What layers of one kind are called: the first words of their boxes, else their class."""
    return settings_text(layer).split(",")[0] or kind_word(layer)
