"""The layout of a scene from left to right: what `engine.draw` does from the top down, with both axes exchanged.

Arranging and placing are the same: they are told the heights of items as their widths, and their coordinates are exchanged afterwards.
Only sizes differ, because texts stay upright (`sizes.rightward_sizes`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import AbstractSet, Dict, Iterator, List, Mapping, NamedTuple, Optional, Set, Tuple

from ..graph.graph import Graph
from ..graph.vocabulary import FLOW_KINDS
from ..passes import EVERYTHING, Depth, Selection, for_drawing
from .arrange.borders import Arranged, arranged
from .density import ROOMY, Density
from .engine import Engine, border_offsets, shared_beginning
from .flat import BORDER, Placed, Point, Size, Sizes
from .picture import Drawing, Drawn, Inside, Label, Path
from .place.spacing import LABEL_GAP, Heights
from .scene.bundling import bundle
from .scene.compose import compose
from .scene.found_words import with_unmarked_told
from .scene.items import Card, ChainRow, Item, Pill, Scene, cards
from .scene.labels import source_text
from .sizes.extents import SMALL_FONT, Frame
from .sizes.rightward_sizes import Across, box_across, card_across, column_frames, head_room, row_across
from .sizes.text_width import width
from .wire_labels import label_widths

LABEL_HIGH = 9.0
"""How far the letters of a label reach above its base line."""
LABEL_RISE = 4.0
"""From a level wire up to the base line of the label above it."""
LABEL_DROP = 11.0
"""From a level wire down to the base line of the label below it."""
TIP_ROOM = 10.0
"""Between the end of a word before an arrow head and the tip."""
ARROW_LONG, BORDER_LONG = 26.0, 18.0
"""Between two items whose wire is straight and has no label, and between an item and the border: an arrow has to be seen."""


def layout_rightward(
    graph: Graph, depth: Depth = None, *, unfold: bool = False, selection: Selection = EVERYTHING
) -> Drawing:
    """Lay out a graph from left to right; the arguments are those of `engine.layout`."""
    drawn = for_drawing(graph, depth, unfold=unfold, selection=selection)
    return draw_rightward(with_unmarked_told(compose(drawn), drawn))


def draw_rightward(scene: Scene, density: Density = ROOMY, *, figured: bool = False) -> Drawing:
    """Lay out a scene from left to right. With `figured` there is room for figures below each item that has a line of them."""
    scene = bundle(scene)
    heights = density.heights._replace(row_gap=ARROW_LONG, border_gap=BORDER_LONG)
    engine = Engine(density)
    orders = arranged([card for card in cards(scene) if card.open], engine.order, aside=False)
    hold = _Holder(engine, heights, {id(item) for item in with_figures(scene.root)} if figured else set())
    held: Dict[int, _Held] = {}
    for card in reversed(cards(scene)):  # the inner cards first
        held[id(card)] = hold.card(card, orders, held)
    root = held[id(scene.root)]
    body = root.measure.body
    whole = Drawn(scene.root, Frame(0.0, 0.0, body.width, body.height), (), root.inside)
    return Drawing(scene, whole, engine.structures, rightward=True)


def with_figures(card: Card) -> Iterator[Item]:
    """The items in a card that have a line of figures: those that no other such item holds. A stack or a loop has one for all in it."""
    for child in card.children:
        if isinstance(child, Pill):
            continue
        if isinstance(child, Card) and child.open and child.repeat == 1 and child.kind not in FLOW_KINDS:
            yield from with_figures(child)
        else:
            yield child


class _Held(NamedTuple):
    """A card that has been laid out: its size, what it holds, and the distances of its border ports from its axis, downwards."""

    measure: Across
    inside: Optional[Inside]
    inputs: Tuple[float, ...] = ()
    outputs: Tuple[float, ...] = ()


class _Holder:
    """Lays out cards, the inner ones first."""

    def __init__(self, engine: Engine, heights: Heights, figured: AbstractSet[int]) -> None:
        self._engine, self._heights, self._figured = engine, heights, figured

    def card(self, card: Card, orders: Mapping[int, Arranged], held: Mapping[int, _Held]) -> _Held:
        """One card, whose child cards are in `held`. Words before its arrow heads are for the card around it to make room for."""
        own, source = orders.get(id(card)), source_text(card.source)
        figured = id(card) in self._figured
        if own is None:
            return _Held(card_across(card, source, (0.0, 0.0), axis=0.0, before=0.0, figured=figured), None)
        measures = [self._measured(card, place, held) for place in range(len(card.children))]
        sizes = self._sizes(card, own, measures, held)
        placed = self._engine.place(own.flat, sizes)
        inside = self._engine.density.inside
        wide, axis = placed.height, _flow(placed)
        measure = card_across(card, source, (wide, placed.width + inside), axis=axis, before=0.0, figured=figured)
        # A card that is wider than what it holds, for its texts, has that in its middle.
        left, top = (measure.body.width - wide) // 2, head_room(card, source, wide)
        children = tuple(
            [_drawn(child, each, at, held) for child, each, at in zip(card.children, measures, placed.boxes)]
        )
        paths = _paths(card, placed, measures, (-left, measure.body.width - left))
        held_in = Inside(left, top, children, paths, _labels(card, own, placed, measures), _heads(paths))
        inputs = tuple([y - axis for y in placed.inputs])
        return _Held(measure, held_in, inputs, tuple([y - axis for y in placed.outputs]))

    def _measured(self, around: Card, place: int, held: Mapping[int, _Held]) -> Across:
        """The size of a card's child, with room on its left for the words before the arrow heads there."""
        child = around.children[place]
        figured = id(child) in self._figured
        if isinstance(child, ChainRow):
            return row_across(child, figured=figured)
        if not isinstance(child, Card):
            return box_across(child, self._engine.density.oval)
        words = [width(wire.head, SMALL_FONT) for wire in around.wires if wire.target.child == place and wire.head]
        return _before(held[id(child)].measure, max(words) + 2 * TIP_ROOM if words else 0.0)

    def _sizes(self, card: Card, own: Arranged, measures: List[Across], held: Mapping[int, _Held]) -> Sizes:
        """The sizes of a card's children and labels, as placing takes them."""
        boxes: List[Size] = []
        for index, (child, measure) in enumerate(zip(card.children, measures)):
            size = measure.size
            if isinstance(child, Card) and child.open:
                inner = held[id(child)]
                tops = border_offsets(inner.inputs, own.tops[index], own.order.tops[index], size)
                bottoms = border_offsets(inner.outputs, own.bottoms[index], own.order.bottoms[index], size)
                size = replace(size, tops=tops, bottoms=bottoms)
            boxes.append(size)
        spans = {key: wide + LABEL_GAP for key, wide in label_widths(card, own, boxes).items()}
        return Sizes(tuple(boxes), dict.fromkeys(spans, LABEL_HIGH), heights=self._heights, spans=spans)


def _before(measure: Across, room: float) -> Across:
    """A size with so much more room on the left of the body."""
    size, body, around = measure.size, measure.body, measure.room
    return measure._replace(
        size=replace(size, height=size.height + room),
        body=body._replace(x=body.x + room),
        room=around._replace(x=around.x - room, width=around.width + room),
    )


def _flow(placed: Placed) -> float:
    """The height of the group's only input; else that of its only output; else the middle of the group."""
    for ends in (placed.inputs, placed.outputs):
        if len(ends) == 1:
            return ends[0]
    return placed.width // 2


def _drawn(item: Item, measure: Across, at: Point, held: Mapping[int, _Held]) -> Drawn:
    """An item in its place: `at` are the height of its axis and the left edge of its room, as placing tells them."""
    axis, left = at
    body = Frame(left + measure.body.x, axis + measure.body.y, measure.body.width, measure.body.height)
    inside = held[id(item)].inside if isinstance(item, Card) else None
    return Drawn(item, body, measure.chips, inside, measure.room)


def _paths(card: Card, placed: Placed, measures: List[Across], borders: Tuple[float, float]) -> Tuple[Path, ...]:
    """The wires of a card. Both ends are moved from the edges of each item's room to its body, and to the borders of the card."""
    paths = []
    drawn: Dict[Tuple[int, int], Set[Tuple[Point, ...]]] = {}
    for wire, points in zip(card.wires, placed.wires):
        corners = [(along, across) for across, along in points]
        start, end = wire.source.child, wire.target.child
        first, last = corners[0][0], corners[-1][0]
        begin = borders[0] if start == BORDER else first - _behind(measures[start]) - _indent(card.children[start])
        until = borders[1] if end == BORDER else last + measures[end].body.x + _indent(card.children[end])
        corners[0], corners[-1] = (begin, corners[0][1]), (until, corners[-1][1])
        beginnings = drawn.setdefault((start, wire.source.port), set())
        paths.append(Path(wire, tuple(corners), shared_beginning(corners, beginnings)))
    return tuple(paths)


def _indent(item: Item) -> float:
    """From the left edge of a row to its first cell, which may be a sign in a circle; as much is free on its right."""
    return column_frames(item)[0].x if isinstance(item, ChainRow) else 0.0


def _behind(measure: Across) -> float:
    """The room right of an item's body. That of a stack begins behind its last card, where wires may end: it is small."""
    return max(0.0, measure.size.height - measure.body.x - measure.body.width)


def _labels(card: Card, own: Arranged, placed: Placed, measures: List[Across]) -> Tuple[Label, ...]:
    """The label of each trunk, above the wire where it leaves its source; below it at all but the first of several ports."""
    labels: Dict[Tuple[int, int], Label] = {}
    for wire, flat in zip(card.wires, own.flat.wires):
        key = (flat.source, flat.out)
        if not wire.label or key not in placed.labels or key in labels:
            continue
        across, _, first = placed.labels[key]
        y = across + (LABEL_GAP if first else -LABEL_GAP)  # the height of the wire
        several = flat.source != BORDER and len(own.order.bottoms[flat.source].order) > 1
        rise = LABEL_DROP if several and not first else -LABEL_RISE
        if flat.source == BORDER:
            x = LABEL_GAP
        else:
            x = placed.boxes[flat.source][1] + measures[flat.source].size.height + LABEL_GAP / 2
        labels[key] = Label(x, y + rise, wire.label, left=False)
    return tuple(labels.values())


def _heads(paths: Tuple[Path, ...]) -> Tuple[Label, ...]:
    """The words before the arrow heads of wires into stacks: which of them each copy takes."""
    found: Dict[Point, Label] = {}
    for path in paths:
        if path.wire.target.child != BORDER and path.wire.head:
            x, y = path.points[-1]
            found.setdefault((x, y), Label(x - TIP_ROOM, y - LABEL_RISE, path.wire.head, left=True))
    return tuple(found.values())
