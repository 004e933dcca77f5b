"""The layout of a whole scene: each open card is laid out from its direct children, the inner cards first.

Cards with equal structure share one order. Those that also have equal sizes share their coordinates. So 24 equal
blocks cost little more than one, even if all are drawn.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Dict, List, Mapping, Optional, Sequence, Set, Tuple, Union

from ..passes import EVERYTHING, Depth, Selection, for_drawing
from .arrange.borders import Arranged, arranged
from .arrange.layered import arrange
from .arrange.wiring import WHOLE
from .arrow_words import arrow_words
from .density import ROOMY, Density
from .flat import BORDER, Flat, Order, Placed, Point, Ports, Size, Sizes
from .picture import Drawing, Drawn, Inside, Path
from .place.place import place
from .place.spacing import STRAIGHT
from .scene.bundling import bundle
from .scene.compose import compose
from .scene.found_words import with_unmarked_told
from .scene.items import Box, Card, ChainRow, End, Item, Pill, Scene, cards
from .scene.labels import source_text
from .shapes_beside import in_room, shape_behind, shapes_beside
from .sizes.extents import Extents, Frame, head_height, measure_box, measure_card
from .sizes.row_sizes import FOOT, NAME_GAP, leaves_aside, leaving_at, measure_row, shoulder
from .wire_labels import label_texts, label_widths, placed_labels

if TYPE_CHECKING:
    from ..graph.graph import Graph

WHOLE_INSET = 16.0
"""A wire that means an open card as a whole, not one of its tensors, ends this far from the end of its border."""

MOST_GROWTH = 90.0
"""A card may grow by so many pixels to have its only input or output in its middle (`_room`).

Only a card without open cards inside grows: in nested ones it would add up.
"""

MOST_ASIDE = 160.0
"""If a card's only output is at most this far aside of its only input, it is led to leave below that (`_leaving`)."""

_Labelled = Tuple[Tuple[Tuple[int, int], float], ...]
PlaceKey = Tuple[Flat, Tuple[Size, ...], _Labelled, _Labelled]
"""What coordinates depend on: the group, the sizes of its boxes, the widths and the spans of its labels."""


class Engine:
    """Arranges and places groups, and remembers each result, so that nothing is laid out twice."""

    def __init__(self, density: Density = ROOMY) -> None:
        self.density = density
        self._orders: Dict[Flat, Order] = {}
        self._placed: Dict[PlaceKey, Placed] = {}

    @property
    def structures(self) -> int:
        """How many distinct groups were arranged."""
        return len(self._orders)

    def spaced(self, density: Density) -> Engine:
        """An engine that places marks with other distances. What was arranged stays so: distances play no part in that."""
        other = Engine(density)
        other._orders = self._orders
        return other

    def order(self, flat: Flat) -> Order:
        """The order of a group, arranged once per structure."""
        found = self._orders.get(flat)
        if found is None:
            found = self._orders[flat] = arrange(flat)
        return found

    def place(self, flat: Flat, sizes: Sizes) -> Placed:
        """The coordinates of a group, computed once per structure and sizes."""
        key = (flat, sizes.boxes, tuple(sorted(sizes.labels.items())), tuple(sorted(sizes.spans.items())))
        found = self._placed.get(key)
        if found is None:
            found = self._placed[key] = place(self.order(flat), sizes)
        return found


def layout(graph: Graph, depth: Depth = None, *, unfold: bool = False, selection: Selection = EVERYTHING) -> Drawing:
    """Lay out a graph. Only distinct groups are laid out, so repetition in a graph costs little.

    Args:
        graph: what to draw.
        depth: how far groups open, as `passes.fold.fold` takes it.
        unfold: draw every copy of what repeats, instead of one stack.
        selection: which part of the graph.

    Raises:
        InputError: `depth` is unknown, or what `selection` names.
    """
    drawn = for_drawing(graph, depth, unfold=unfold, selection=selection)
    return draw(with_unmarked_told(compose(drawn), drawn))


def draw(scene: Scene, engine: Optional[Engine] = None) -> Drawing:
    """Bundle the wires of a scene, arrange its cards from the outside in, and place them from the inside out.

    Who draws several scenes that have much in common passes one `engine` for all.
    """
    return Drawer(scene).drawn(engine or Engine())


class Drawer:
    """Draws a scene by engines that differ only in distances, which play no part in orders: the first arranges for all."""

    def __init__(self, scene: Scene) -> None:
        self._scene = bundle(scene)
        self._orders: Optional[Dict[int, Arranged]] = None

    def drawn(self, engine: Engine) -> Drawing:
        """The scene placed with the distances of `engine`."""
        if self._orders is None:
            self._orders = arranged([card for card in cards(self._scene) if card.open], engine.order)
        return Drawing(self._scene, place_cards(self._scene, self._orders, engine), engine.structures)


def place_cards(scene: Scene, orders: Mapping[int, Arranged], engine: Engine) -> Drawn:
    """Place a scene, the inner cards first; return its root. `orders` has each open card's order, by the `id`."""
    found: Dict[int, _Held] = {}
    for card in reversed(cards(scene)):  # children come after their parents, so they are laid out first
        found[id(card)] = _hold(engine, card, orders.get(id(card)), found)
    root = found[id(scene.root)]
    return _drawn(scene.root, root.measure, (-root.measure.body.x, 0.0), root.inside)


class _Held:
    """A card that has been laid out: its size, what it holds, and the x of its border ports from its axis."""

    def __init__(
        self, measure: Extents, inside: "Inside | None", inputs: Tuple[float, ...], outputs: Tuple[float, ...]
    ) -> None:
        self.measure, self.inside, self.inputs, self.outputs = measure, inside, inputs, outputs


def _hold(engine: Engine, card: Card, own: Optional[Arranged], found: Dict[int, _Held]) -> _Held:
    """Lay out one card, whose child cards are in `found` already. A folded card has no order: `own` is ``None``."""
    source = source_text(card.source)
    if own is None:
        return _Held(measure_card(card, (0.0, 0.0), source), None, (), ())
    measures = [
        found[id(child)].measure if isinstance(child, Card) else _measured(child, engine.density)
        for child in card.children
    ]
    placed, aside = _placed(engine, card, own, measures, found)
    # There is room left, right and below what the card holds; above it is the head, whose height is counted there.
    inside = engine.density.inside
    measure = measure_card(card, (_room(card, placed) + 2 * inside, placed.height + inside), source)
    left = _left(placed, measure.body.width, inside, -measure.body.x)
    top = head_height(card)
    children = _children(card, placed, measures, found, aside)
    foot = FOOT * (1.0 + engine.density.heights.foot_more)
    paths = _paths(card, own, placed, measures, measure.body.height - top, foot)
    held = Inside(left, top, children, paths, placed_labels(card, own, placed), arrow_words(paths))
    shift = measure.body.x + left  # from the left edge of what the card holds to the card's axis
    inputs = tuple([x + shift for x in placed.inputs])
    outputs = tuple([x + shift for x in _leaving(placed)])
    return _Held(measure, held, inputs, outputs)


def _placed(
    engine: Engine, card: Card, own: Arranged, measures: List[Extents], found: Dict[int, _Held]
) -> Tuple[Placed, Dict[Tuple[int, int], str]]:
    """The coordinates of what is in a card, and the labels that stand behind what gives their tensors."""
    placed = engine.place(own.flat, _sizes(card, own, measures, found, engine.density, {}))
    if engine.density.shapes_beside is None:
        return placed, {}
    wanted = shapes_beside(card, own.order, label_texts(card, own))
    aside = in_room(wanted, measures, placed, engine.density.shapes_beside)
    if aside:
        placed = engine.place(own.flat, _sizes(card, own, measures, found, engine.density, aside))
    return placed, aside


def _measured(item: Union[Box, Pill, ChainRow], density: Density) -> Extents:
    """The size of an item that is no card."""
    return measure_row(item) if isinstance(item, ChainRow) else measure_box(item, density.oval)


def _leaving(placed: Placed) -> Tuple[float, ...]:
    """The x at which the outputs cross the card's border.

    A card's only output leaves right below its only input if they are near each other. So the cards of a chain are
    joined by one straight line, although inside a card the wire may end a little aside.
    """
    if not len(placed.inputs) == len(placed.outputs) == 1:
        return placed.outputs
    return placed.inputs if abs(placed.inputs[0] - placed.outputs[0]) <= MOST_ASIDE else placed.outputs


def _flow(placed: Placed) -> float:
    """The x of the group's only output; without outputs, that of its only input; else the middle of the group."""
    ends = _leaving(placed) or placed.inputs
    return ends[0] if len(ends) == 1 else placed.width / 2


def _room(card: Card, placed: Placed) -> float:
    """The width that a card keeps for its contents: what they need, or a little more to bring `_flow` to the middle."""
    if card.slim or any(isinstance(child, Card) and child.open for child in card.children):
        return placed.width
    flow = _flow(placed)
    wide = 2 * max(flow, placed.width - flow)  # the least width of which the flow is the middle
    return wide if wide - placed.width <= MOST_GROWTH else placed.width


def _left(placed: Placed, wide: float, inside: float, axis: float) -> float:
    """Where in a card of width `wide` its contents begin, so that `_flow` is on the card's axis as far as there is room."""
    return max(inside, min(axis - _flow(placed), wide - inside - placed.width))


def _sizes(
    card: Card,
    own: Arranged,
    measures: List[Extents],
    found: Dict[int, _Held],
    density: Density,
    aside: Mapping[Tuple[int, int], str],
) -> Sizes:
    """The sizes of a card's children and labels. The ports of an open child are where its own layout has put them.

    The labels that are `aside` stand behind children, which need so much more room.
    """
    boxes = []
    for index, child in enumerate(card.children):
        size = measures[index].size
        if isinstance(child, Card) and child.open:
            held = found[id(child)]
            tops = border_offsets(held.inputs, own.tops[index], own.order.tops[index], size)
            bottoms = border_offsets(held.outputs, own.bottoms[index], own.order.bottoms[index], size)
            size = Size(size.left, size.right, size.height, size.half, tops, bottoms)
        boxes.append(size)
    widths = label_widths(card, own, boxes)
    for box, port in aside:
        boxes[box] = replace(boxes[box], right=boxes[box].right + NAME_GAP + widths.pop((box, port)))
    return Sizes(tuple(boxes), widths, density.heights)


def border_offsets(places: Tuple[float, ...], used: Tuple[int, ...], order: Ports, size: Size) -> Tuple[float, ...]:
    """The offsets of the ports on one side of an open card, from its axis.

    Its own layout has placed them. A wire that means the card as a whole ends halfway between the ports beside it; if
    it is the last it ends near the right edge, if it is the first of several near the left edge.

    Args:
        places: the x of the ports in the card's border, from its axis.
        used: for each port number of the flat graph around the card, which place in the border it is, or `WHOLE`.
        order: the ports from left to right.
        size: the card's size.
    """
    edge = size.half - WHOLE_INSET
    found = [places[place] if place != WHOLE else edge for place in used]
    # From left to right, so that the port on the left is known.
    for index, port in enumerate(order.order):
        if used[port] == WHOLE and index + 1 < len(order.order):
            after = found[order.order[index + 1]]
            found[port] = (found[order.order[index - 1]] + after) / 2 if index > 0 else -edge
    return tuple(found)


def _children(
    card: Card,
    placed: Placed,
    measures: List[Extents],
    found: Dict[int, _Held],
    aside: Mapping[Tuple[int, int], str],
) -> Tuple[Drawn, ...]:
    """The children of a card in their places, with the labels that stand behind them."""
    behind = {box: text for (box, _), text in aside.items()}
    drawn = []
    for number, (child, measure, at) in enumerate(zip(card.children, measures, placed.boxes)):
        inside = found[id(child)].inside if isinstance(child, Card) else None
        shape = shape_behind(behind[number], measure, at) if number in behind else None
        drawn.append(replace(_drawn(child, measure, at, inside), beside=shape))
    return tuple(drawn)


def _drawn(item: Item, measure: Extents, at: Point, inside: "Inside | None") -> Drawn:
    """An item whose axis and top are `at`. Chips are told from the corner of its body."""
    body = measure.body
    chips = tuple([Frame(chip.x - body.x, chip.y - body.y, chip.width, chip.height) for chip in measure.chips])
    return Drawn(item, Frame(at[0] + body.x, at[1] + body.y, body.width, body.height), chips, inside)


def _paths(
    card: Card, own: Arranged, placed: Placed, measures: List[Extents], bottom: float, foot: float
) -> Tuple[Path, ...]:
    """The wires of a card, with both ends moved to where they are drawn.

    Placing ends them at the edges of the group and of each item's room. They are lengthened to the card's border (the
    lower one is at `bottom`), and to the body of a box whose chips take more height than its body.
    """
    paths = []
    leaving = _leaving(placed)
    begun = Counter([wire.source for wire in card.wires])
    drawn: Dict[End, Set[Tuple[Point, ...]]] = {}
    for wire, flat, points in zip(card.wires, own.flat.wires, placed.wires):
        corners = list(points)  # y from below the card's head, where the wires of its inputs begin
        start, end = wire.source.child, wire.target.child
        above = 0.0 if start == BORDER else corners[0][1] - _slack_below(measures[start])
        below = bottom if end == BORDER else corners[-1][1] + measures[end].body.y
        corners[0] = (corners[0][0], above)
        if end != BORDER and _enters_aside(corners):
            below = corners[-1][1]
        elif end != BORDER:
            below += _round(card.children[end], corners[-1][0] - placed.boxes[end][0])
        corners[-1] = (corners[-1][0], below)
        if end == BORDER:
            corners[-1:] = _bent(corners[-1][0], leaving[flat.into], placed.height, below)
        if start != BORDER:
            corners[:1] = _leaving_aside(card.children[start], placed.boxes[start][0], corners[0], foot)
        shared = 0
        if begun[wire.source] > 1:
            shared = shared_beginning(corners, drawn.setdefault(wire.source, set()))
        paths.append(Path(wire, tuple(corners), shared))
    return tuple(paths)


def _enters_aside(points: Sequence[Point]) -> bool:
    """Whether a wire ends with a level piece, at the side of a sign."""
    return len(points) > 1 and points[-1][1] == points[-2][1] and points[-1][0] != points[-2][0]


def _round(item: Item, aside: float) -> float:
    """So much lower than its top an item begins beside its axis."""
    return shoulder(item, aside) if isinstance(item, ChainRow) else 0.0


def _leaving_aside(item: Item, axis: float, start: Point, foot: float) -> List[Point]:
    """The first corners of a wire. From the last cell of some rows, whose axis is given, it runs back below the row by `foot`."""
    if not isinstance(item, ChainRow) or not leaves_aside(item):
        return [start]
    x, bottom = axis + leaving_at(item), start[1] + foot
    return [(x, start[1]), (x, bottom), (start[0], bottom)]


def _bent(x: float, out: float, start: float, end: float) -> List[Point]:
    """The last corners of a wire: from the group's output at `x` to `out`, where it leaves the card, see `_leaving`."""
    if abs(x - out) < STRAIGHT:
        return [(x, end)]
    middle = (start + end) / 2  # of the room that a card keeps below what it holds
    return [(x, middle), (out, middle), (out, end)]


def _slack_below(measure: Extents) -> float:
    """The height below an item's body that only its chips need. The cards seen behind a stack are not such room: 0."""
    # Chips that need more height than the body stand around its middle, so the body does not begin at 0. If it does,
    # what is below it are the cards behind a stack, and wires begin at the lowest of these.
    if measure.size.height > measure.body.y + measure.body.height and measure.body.y == 0:
        return 0.0
    return measure.size.height - measure.body.y - measure.body.height


def shared_beginning(corners: List[Point], beginnings: Set[Tuple[Point, ...]]) -> int:
    """How many straight pieces at the beginning of a wire an earlier wire from the same port has drawn already.

    `beginnings` has every beginning of the earlier wires, from the first corner to any other, and gets those of this
    one. So a wire need not be compared with each earlier one: a port may have 100,000 wires.
    """
    own = [tuple(corners[: count + 1]) for count in range(len(corners))]
    known = sum(1 for beginning in own if beginning in beginnings)  # if one is known, so are all shorter ones
    beginnings.update(own)
    return max(0, known - 1)
