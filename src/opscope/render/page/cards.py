"""The drawing's content for the page: every card open, without coordinates, each structure and its order once."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, List, Optional, Tuple, Union

from ...graph.with_fields import with_fields
from ...layout.arrange.borders import Arranged, arranged
from ...layout.engine import Engine
from ...layout.scene.items import Box, Card, ChainRow, Chip, Item, Pill, Scene, cards
from ...layout.scene.labels import source_text
from ...layout.sizes.extents import (
    CARD_LEAST,
    SMALL_FONT,
    Extents,
    Frame,
    head_height,
    head_width,
    measure_box,
    measure_card,
)
from ...layout.sizes.text_width import width
from .bundles import add_bundles
from .nodes_and_groups import Pool, Pools

if TYPE_CHECKING:
    from ...layout.flat import Order, Ports
    from .container import PageColumns
    from .copy_words import CopyWords
    from .stacks import Copies

BOX_ITEM, PILL_ITEM, CARD_ITEM = range(3)
"""What `i.type` says of an item."""


@dataclass(frozen=True)
class _Rows:
    """The columns while they grow: cards, their items, the chips of these."""

    cards: Dict[str, List[int]]
    items: Dict[str, List[int]]
    chips: Dict[str, List[int]]


_CARDS = (
    "group", "kind", "title", "subtitle", "detail", "folded", "corner", "repeat", "hidden", "head", "top", "foldedHead",
    "foldedTop", "right", "start", "structure", "stack", "items", "chip", "chipFamily", "chipWidth", "chipTop",
)  # fmt: skip
CARD_TEXTS = (
    "title", "subtitle", "detail", "folded", "corner", "head", "top", "foldedHead", "foldedTop", "chip", "chipFamily", "chipWidth", "chipTop",
)  # fmt: skip
"""What of a card may be another in another copy: the columns `w.*`."""
_ITEMS = ("type", "ref", "title", "note", "family", "half", "left", "right", "height", "top", "chips")
_CHIPS = ("text", "family", "x", "y", "width", "node")


def add_scene(
    copies: Copies,
    words: CopyWords,
    scene: Scene,
    start: "set[int]",
    columns: "PageColumns",
    pools: Pools,
    engine: Optional[Engine] = None,
) -> Dict[str, Any]:
    """Add the columns `c.*`, `b.*`, `i.*` and `k.*`; return the structures and orders for the header.

    Args:
        copies: the graph that was drawn.
        words: what its cards say, closed and in other copies.
        scene: its drawing with every card open.
        start: the groups of the drawn graph that are open when the page starts.
        columns: where the columns go.
        pools: the texts that they name.
        engine: has arranged other drawings of the graph, if there are any.
    """
    packer = _Packer(copies, words, start, pools, engine or Engine())
    packer.pack(scene)
    add_bundles(copies, words.places, columns)
    for prefix, rows in (("c", packer.rows.cards), ("i", packer.rows.items), ("k", packer.rows.chips)):
        for name, values in rows.items():
            columns.ints(f"{prefix}.{name}", values)
    return {
        "structures": [_structure(key) for key in packer.structures.values],
        "orders": [_order(order) for order in packer.orders],
    }


class _Packer:
    def __init__(self, copies: Copies, words: CopyWords, start: "set[int]", pools: Pools, engine: Engine) -> None:
        self._copies, self._words, self._start, self._strings = copies, words, start, pools.strings
        self._engine = engine
        self.rows = _Rows({name: [] for name in _CARDS}, {name: [] for name in _ITEMS}, {name: [] for name in _CHIPS})
        self.structures: Pool[Any] = Pool()
        self.orders: List["Order"] = []
        self._order_ids: Dict[int, int] = {}

    def pack(self, scene: Scene) -> None:
        """Every card, the root first, parents before children; a card's number is its place."""
        every = cards(scene)
        numbers = {id(card): number for number, card in enumerate(every)}
        orders = arranged(every, self._engine.order)
        for card in every:
            self._card(card, orders[id(card)], numbers)

    def _card(self, card: Card, own: Arranged, numbers: Dict[int, int]) -> None:
        size = measure_card(with_fields(card, open=False), (0.0, 0.0), source_text(card.source)).size
        row = {
            "group": self._copies.unit[card.group] if card.group >= 0 else -1,
            "stack": self._copies.stack.get(card.group, -1) if card.group >= 0 else -1,
            "kind": self._strings(card.kind),
            "repeat": card.repeat,
            "hidden": card.hidden,
            "right": _tenths(size.right - size.half),
            "start": int(card.group in self._start),
            "structure": self._structure_id(card, own),
            "items": len(card.children),
            **card_texts(card, self._words.folded(card), self._strings),
        }
        _append(self.rows.cards, row)
        for child in card.children:
            self._item(child, numbers)

    def _node(self, row: int) -> int:
        return self._copies.node[row] if row >= 0 else -1

    def _structure_id(self, card: Card, own: Arranged) -> int:
        order = own.order
        if id(order) not in self._order_ids:
            self._order_ids[id(order)] = len(self.orders)
            self.orders.append(order)
        return self.structures((self._order_ids[id(order)], own.tops, own.bottoms, self._wires(card, own)))

    def _wires(self, card: Card, own: Arranged) -> Tuple[Tuple[Any, ...], ...]:
        return tuple(
            [
                (
                    wire.source.child, wire.target.child, "bundle" if wire.count > 1 else wire.kind, self._strings(wire.label),
                    width(wire.label, SMALL_FONT) if wire.label else 0, flat.source, flat.out,
                    *((self._strings(wire.head), width(wire.head, SMALL_FONT)) if wire.head else ()),
                )
                for wire, flat in zip(card.wires, own.flat.wires)
            ]
        )  # fmt: skip

    def _item(self, item: Item, numbers: Dict[int, int]) -> None:
        if isinstance(item, Card):
            row = {
                "type": CARD_ITEM,
                "ref": numbers[id(item)],
                "title": 0,
                "note": 0,
                "family": 0,
                "half": 0,
                "left": 0,
                "right": 0,
                "height": 0,
                "top": 0,
                "chips": 0,
            }
            _append(self.rows.items, row)
            return
        assert not isinstance(item, ChainRow)  # only an overview has rows
        measure = measure_box(item)
        _append(self.rows.items, self._small(item, measure))
        for chip, frame in zip(item.chips, measure.chips):
            _append(self.rows.chips, self._chip(chip, frame))

    def _small(self, item: Union[Box, Pill], measure: Extents) -> Dict[str, int]:
        row = item.node if isinstance(item, Box) else item.op
        return {
            "type": BOX_ITEM if isinstance(item, Box) else PILL_ITEM,
            "ref": self._node(row),
            "family": self._strings(item.family if isinstance(item, Box) else item.kind),
            **item_texts(item, measure, self._strings),
        }

    def _chip(self, chip: Chip, frame: Frame) -> Dict[str, int]:
        return {
            **chip_texts(chip, frame, self._strings),
            "node": self._node(chip.nodes[0] if chip.nodes else -1),
        }


def item_texts(item: Union[Box, Pill], measure: Extents, strings: "Pool[str]") -> Dict[str, int]:
    """What a box or pill says, and the room that it takes."""
    size = measure.size
    return {
        "title": strings(item.title),
        "note": strings(item.note if isinstance(item, Box) else item.detail),
        "half": int(size.half),
        "left": int(size.left),
        "right": _tenths(size.right - size.half),
        "height": int(size.height),
        "top": _tenths(measure.body.y),
        "chips": len(item.chips),
    }


def chip_texts(chip: Chip, frame: Frame, strings: "Pool[str]") -> Dict[str, int]:
    """What a chip says, and where it stands."""
    return {
        "text": strings(chip.text),
        "family": strings(chip.family),
        "x": int(frame.x),
        "y": _tenths(frame.y),
        "width": int(frame.width),
    }


def card_texts(card: Card, folded: Card, strings: "Pool[str]") -> Dict[str, int]:
    """What a card says, open and folded, and the room that it takes."""
    corner = source_text(card.source)
    return {
        "title": strings(card.title),
        "subtitle": strings(card.subtitle),
        "detail": strings(card.detail),
        "folded": strings(folded.detail),
        "corner": strings(corner),
        "head": least_width(card, corner),
        "top": int(head_height(card)),
        "foldedHead": least_width(folded, corner),
        "foldedTop": int(head_height(folded)),
        **_folded_chip(folded, corner, strings),
    }


def _folded_chip(folded: Card, corner: str, strings: "Pool[str]") -> Dict[str, int]:
    """The one chip of a folded card (`docks.MOST_NAMES`): what it uses from elsewhere."""
    if not folded.chips:
        return {"chip": strings(""), "chipFamily": strings(""), "chipWidth": 0, "chipTop": 0}
    (chip,), (frame,) = folded.chips, measure_card(folded, (0.0, 0.0), corner).chips
    return {
        "chip": strings(chip.text),
        "chipFamily": strings(chip.family),
        "chipWidth": int(frame.width),
        "chipTop": _tenths(frame.y),
    }


def least_width(card: Card, corner: str) -> int:
    """The width of a card that holds nothing."""
    return math.ceil(max(CARD_LEAST, head_width(card, corner)))


def _tenths(pixels: float) -> int:
    """A length in tenths of a pixel: as exact as texts are measured."""
    return round(10 * pixels)


def _append(columns: Dict[str, List[int]], row: Dict[str, int]) -> None:
    for name, value in row.items():
        columns[name].append(value)


def _structure(key: Tuple[Any, ...]) -> Dict[str, Any]:
    order, tops, bottoms, wires = key
    return {"order": order, "tops": tops, "bottoms": bottoms, "wires": wires}


def _order(order: "Order") -> Dict[str, Any]:
    def ports(side: "Tuple[Ports, ...]") -> List[Tuple[Tuple[int, ...], int]]:
        return [(one.order, one.axis) for one in side]

    return {
        "boxes": order.boxes,
        "inputs": order.inputs,
        "outputs": order.outputs,
        "rows": order.rows,
        "links": [tuple(link) for link in order.links],
        "blocks": [(block.slots, block.links) for block in order.blocks],
        "tops": ports(order.tops),
        "bottoms": ports(order.bottoms),
        "routes": order.routes,
        "nets": order.nets,
        "ends": order.ends,
        "back": sorted(order.back),
    }
