"""The layout of a whole scene: every card from its direct children only, inner cards first, each distinct structure once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Mapping, Optional, Set, Tuple

from ..passes import EVERYTHING, Depth, Selection, for_drawing
from .arrange.borders import Arranged, arranged
from .arrange.layered import arrange
from .arrange.wiring import WHOLE
from .flat import BORDER, Flat, Order, Placed, Point, Ports, Size, Sizes
from .picture import Drawing, Drawn, Inside, Label, Path
from .place.place import place
from .place.spacing import LABEL_GAP, STRAIGHT
from .scene.bundling import bundle
from .scene.compose import compose
from .scene.items import Card, Item, Scene, cards
from .scene.labels import source_text
from .sizes.extents import INSIDE, SMALL_FONT, Extents, Frame, head_height, measure_box, measure_card
from .sizes.text_width import width

if TYPE_CHECKING:
    from ..graph.graph import Graph

WHOLE_INSET = 16.0
"""Where a wire ends that means a card as a whole: this far from its right edge."""

MOST_GROWTH = 90.0
"""A card that holds no open card may grow by this many pixels, so that its flow runs through its middle."""

MOST_ASIDE = 160.0
"""An output that leaves a card this far from the input or nearer is led below it."""

MOST_LABELS = 2
"""A box with more outputs is labelled at the outer ones only."""

PlaceKey = Tuple[Flat, Tuple[Size, ...], Tuple[Tuple[Tuple[int, int], float], ...]]


class Engine:
    """Lays out cards and remembers every structure it has arranged, and every group of equal sizes it has placed."""

    def __init__(self) -> None:
        self._orders: Dict[Flat, Order] = {}
        self._placed: Dict[PlaceKey, Placed] = {}

    @property
    def structures(self) -> int:
        """How many distinct groups were arranged."""
        return len(self._orders)

    def order(self, flat: Flat) -> Order:
        """The order of a group, arranged once per structure."""
        found = self._orders.get(flat)
        if found is None:
            found = self._orders[flat] = arrange(flat)
        return found

    def place(self, flat: Flat, sizes: Sizes) -> Placed:
        """The coordinates of a group, computed once per structure and sizes."""
        key = (flat, sizes.boxes, tuple(sorted(sizes.labels.items())))
        found = self._placed.get(key)
        if found is None:
            found = self._placed[key] = place(self.order(flat), sizes)
        return found


def layout(graph: Graph, depth: Depth = None, *, unfold: bool = False, selection: Selection = EVERYTHING) -> Drawing:
    """The drawing of a graph: what its cost grows with is what is distinct in it.

    Args:
        graph: what to draw.
        depth: how far groups open, as `passes.fold.fold` takes it.
        unfold: draw every copy of what repeats, instead of one stack.
        selection: which part of the graph.

    Raises:
        InputError: `depth` is unknown, or what `selection` names.
    """
    return draw(compose(for_drawing(graph, depth, unfold=unfold, selection=selection)))


def draw(scene: Scene) -> Drawing:
    """Give every item of a scene its place."""
    scene = bundle(scene)
    engine = Engine()
    orders = arranged([card for card in cards(scene) if card.open], engine.order)
    return Drawing(scene, place_cards(scene, orders, engine), engine.structures)


def place_cards(scene: Scene, orders: Mapping[int, Arranged], engine: Engine) -> Drawn:
    """The root of a scene in place, the inner cards first; `orders` has each open card's order, by its `id`."""
    found: Dict[int, _Held] = {}
    for card in reversed(cards(scene)):
        found[id(card)] = _hold(engine, card, orders.get(id(card)), found)
    root = found[id(scene.root)]
    return _drawn(scene.root, root.measure, (-root.measure.body.x, 0.0), root.inside)


class _Held:
    """A card's measure, what it holds, and where its ports are, from its axis."""

    def __init__(
        self, measure: Extents, inside: "Inside | None", inputs: Tuple[float, ...], outputs: Tuple[float, ...]
    ) -> None:
        self.measure, self.inside, self.inputs, self.outputs = measure, inside, inputs, outputs


def _hold(engine: Engine, card: Card, own: Optional[Arranged], found: Dict[int, _Held]) -> _Held:
    """Lay out one card whose child cards are laid out; a folded one has not been arranged."""
    source = source_text(card.source)
    if own is None:
        return _Held(measure_card(card, (0.0, 0.0), source), None, (), ())
    measures = [found[id(child)].measure if isinstance(child, Card) else measure_box(child) for child in card.children]
    sizes = _sizes(card, own, measures, found)
    placed = engine.place(own.flat, sizes)
    measure = measure_card(card, (_room(card, placed) + 2 * INSIDE, placed.height + INSIDE), source)
    left = _left(placed, measure.body.width)
    top = head_height(card)
    children = _children(card, placed, measures, found)
    inside = Inside(
        left, top, children, _paths(card, own, placed, measures, measure.body.height - top), _labels(card, own, placed)
    )
    shift = measure.body.x + left
    inputs = tuple([x + shift for x in placed.inputs])
    outputs = tuple([x + shift for x in _leaving(placed)])
    return _Held(measure, inside, inputs, outputs)


def _leaving(placed: Placed) -> Tuple[float, ...]:
    """Where the outputs cross the card's border: an only one below an only input, so that cards in a row stand in a row."""
    if not len(placed.inputs) == len(placed.outputs) == 1:
        return placed.outputs
    return placed.inputs if abs(placed.inputs[0] - placed.outputs[0]) <= MOST_ASIDE else placed.outputs


def _flow(placed: Placed) -> float:
    """Where the group's only output or input is; its middle when it has more or none."""
    ends = _leaving(placed) or placed.inputs
    return ends[0] if len(ends) == 1 else placed.width / 2


def _room(card: Card, placed: Placed) -> float:
    """The width that a card keeps for what it holds: no more than that needs, but for a little around a single flow."""
    if any(isinstance(child, Card) and child.open for child in card.children):
        return placed.width
    flow = _flow(placed)
    wide = 2 * max(flow, placed.width - flow)
    return wide if wide - placed.width <= MOST_GROWTH else placed.width


def _left(placed: Placed, wide: float) -> float:
    """Where the inside of a card of this width begins: its flow in the middle, as far as there is room."""
    return max(INSIDE, min(wide / 2 - _flow(placed), wide - INSIDE - placed.width))


def _sizes(card: Card, own: Arranged, measures: List[Extents], found: Dict[int, _Held]) -> Sizes:
    """The sizes of a card's children; an open child's ports are where its own layout has put them."""
    boxes = []
    for index, child in enumerate(card.children):
        size = measures[index].size
        if isinstance(child, Card) and child.open:
            held = found[id(child)]
            tops = _ports(held.inputs, own.tops[index], own.order.tops[index], size)
            bottoms = _ports(held.outputs, own.bottoms[index], own.order.bottoms[index], size)
            size = Size(size.left, size.right, size.height, size.half, tops, bottoms)
        boxes.append(size)
    return Sizes(tuple(boxes), _label_widths(card, own, boxes))


def _label_widths(card: Card, own: Arranged, boxes: List[Size]) -> Dict[Tuple[int, int], float]:
    """The width of each trunk's label; between two others only where an inner layout has left room for it."""
    texts: Dict[Tuple[int, int], str] = {}
    for wire, flat in zip(card.wires, own.flat.wires):
        if wire.label:
            texts.setdefault((flat.source, flat.out), wire.label)
    widths = {key: width(text, SMALL_FONT) for key, text in texts.items()}
    for index, size in enumerate(boxes):
        for port in _crowded(own.order.bottoms[index].order, size, index, widths, texts):
            widths.pop((index, port), None)
    return widths


def _crowded(
    ports: Tuple[int, ...],
    size: Size,
    box: int,
    widths: Dict[Tuple[int, int], float],
    texts: Dict[Tuple[int, int], str],
) -> List[int]:
    """The ports of a box that go without a label: the first of three or more is labelled on its left, the last on its right."""
    if size.bottoms is None:
        same = len({texts.get((box, port)) for port in ports}) == 1
        return list(ports[0 if same else 1 : -1]) if len(ports) > MOST_LABELS else []
    gaps = {port: size.bottoms[following] - size.bottoms[port] for port, following in zip(ports[1:], ports[2:])}
    return [port for port, gap in gaps.items() if gap < widths.get((box, port), 0.0) + 2 * LABEL_GAP]


def _ports(places: Tuple[float, ...], used: Tuple[int, ...], order: Ports, size: Size) -> Tuple[float, ...]:
    """The ports on one side of an open card where its own layout has put them; for the card as a whole, where there is room."""
    edge = size.half - WHOLE_INSET
    found = [places[place] if place != WHOLE else edge for place in used]
    for index, port in enumerate(order.order):
        if used[port] == WHOLE and index + 1 < len(order.order):
            after = found[order.order[index + 1]]
            found[port] = (found[order.order[index - 1]] + after) / 2 if index > 0 else -edge
    return tuple(found)


def _children(card: Card, placed: Placed, measures: List[Extents], found: Dict[int, _Held]) -> Tuple[Drawn, ...]:
    drawn = []
    for child, measure, at in zip(card.children, measures, placed.boxes):
        inside = found[id(child)].inside if isinstance(child, Card) else None
        drawn.append(_drawn(child, measure, at, inside))
    return tuple(drawn)


def _drawn(item: Item, measure: Extents, at: Point, inside: "Inside | None") -> Drawn:
    body = measure.body
    chips = tuple([Frame(chip.x - body.x, chip.y - body.y, chip.width, chip.height) for chip in measure.chips])
    return Drawn(item, Frame(at[0] + body.x, at[1] + body.y, body.width, body.height), chips, inside)


def _paths(card: Card, own: Arranged, placed: Placed, measures: List[Extents], bottom: float) -> Tuple[Path, ...]:
    """The wires, lengthened to the card's border at `bottom` and to the bodies of boxes that are lower than their chips."""
    paths = []
    leaving = _leaving(placed)
    drawn: Dict[Tuple[int, int], Set[Tuple[Point, ...]]] = {}
    for wire, flat, points in zip(card.wires, own.flat.wires, placed.wires):
        corners = list(points)
        start, end = wire.source.child, wire.target.child
        above = 0.0 if start == BORDER else corners[0][1] - _slack_below(measures[start])
        below = bottom if end == BORDER else corners[-1][1] + measures[end].body.y
        corners[0] = (corners[0][0], above)
        corners[-1] = (corners[-1][0], below)
        if end == BORDER:
            corners[-1:] = _bent(corners[-1][0], leaving[flat.into], placed.height, below)
        beginnings = drawn.setdefault((wire.source.child, wire.source.port), set())
        paths.append(Path(wire, tuple(corners), _shared(corners, beginnings)))
    return tuple(paths)


def _bent(x: float, out: float, start: float, end: float) -> List[Point]:
    """From a group's output at `x` to where it leaves the card."""
    if abs(x - out) < STRAIGHT:
        return [(x, end)]
    middle = (start + end) / 2
    return [(x, middle), (out, middle), (out, end)]


def _slack_below(measure: Extents) -> float:
    """The room under a body that only its chips need; a stack's further cards are part of the body."""
    if measure.size.height > measure.body.y + measure.body.height and measure.body.y == 0:
        return 0.0
    return measure.size.height - measure.body.y - measure.body.height


def _shared(corners: List[Point], beginnings: Set[Tuple[Point, ...]]) -> int:
    """How many parts of a wire an earlier one from the same port has drawn; `beginnings` gets those of this one.

    All beginnings of each wire are kept, so that a port with very many wires does not compare each with each.
    """
    own = [tuple(corners[: count + 1]) for count in range(len(corners))]
    known = sum(1 for beginning in own if beginning in beginnings)  # those that are known come first
    beginnings.update(own)
    return max(0, known - 1)


def _labels(card: Card, own: Arranged, placed: Placed) -> Tuple[Label, ...]:
    """The first label of each trunk, in its place."""
    labels: Dict[Tuple[int, int], Label] = {}
    for wire, flat in zip(card.wires, own.flat.wires):
        key = (flat.source, flat.out)
        if wire.label and key in placed.labels and key not in labels:
            x, y, left = placed.labels[key]
            labels[key] = Label(x, y, wire.label, left)
    return tuple(labels.values())
