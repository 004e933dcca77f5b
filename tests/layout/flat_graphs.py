"""Small flat graphs for the tests of the flat layout, and random ones for hypothesis."""

from __future__ import annotations

from hypothesis import strategies as st

from opscope.layout.flat import BORDER, Flat, Size, Sizes, Wire


def flat(edges, boxes, **options):
    """A flat graph from (source, target) pairs, each target port used once."""
    used = {}
    wires = []
    for source, target in edges:
        into = used[target] = used.get(target, -1) + 1
        wires.append(Wire(source, 0, target, into))
    return Flat(boxes, tuple(wires), **options)


def sizes(count, width=90.0, height=28.0, labels=None):
    """Equal sizes for all boxes."""
    return Sizes(tuple(Size(width / 2, width / 2, height, width / 2) for _ in range(count)), labels or {})


CHAIN = flat([(index, index + 1) for index in range(9)], 10)
RESIDUAL = Flat(
    6,
    (
        Wire(BORDER, 0, 0, 0),
        Wire(0, 0, 1, 0),
        Wire(1, 0, 2, 0),
        Wire(2, 0, 3, 0),
        Wire(3, 0, 4, 0),
        Wire(BORDER, 0, 4, 1),
        Wire(4, 0, 5, 0),
        Wire(5, 0, BORDER, 0),
    ),
    inputs=1,
    outputs=1,
)
ATTENTION = flat(
    [
        (0, 1),
        (0, 2),
        (0, 3),
        (1, 4),
        (2, 5),
        (4, 6),
        (5, 6),
        (6, 7),
        (7, 8),
        (3, 9),
        (8, 10),
        (9, 10),
        (10, 11),
        (11, 12),
        (0, 13),
        (12, 13),
        (13, 14),
    ],
    15,
)
LOOP = Flat(
    5,
    (
        Wire(BORDER, 0, 0, 0),
        Wire(0, 0, 1, 0),
        Wire(1, 0, 2, 0),
        Wire(2, 0, 3, 0),
        Wire(3, 0, 0, 1, back=True),
        Wire(1, 0, 4, 0),
        Wire(4, 0, BORDER, 0),
    ),
    inputs=1,
    outputs=1,
)
VARIABLES = Flat(
    9,
    (
        Wire(BORDER, 0, 0, 0),
        Wire(BORDER, 1, 1, 0),
        Wire(BORDER, 2, 2, 0),
        Wire(0, 0, 3, 0),
        Wire(1, 0, 3, 1),
        Wire(3, 0, 4, 0),
        Wire(4, 0, 5, 0),
        Wire(4, 1, 5, 1),
        Wire(2, 0, 6, 0),
        Wire(5, 0, 6, 1),
        Wire(4, 0, 0, 1, back=True, weight=0),
        Wire(5, 1, 1, 1, back=True, weight=0),
        Wire(6, 0, 2, 1, back=True, weight=0),
        Wire(7, 0, 8, 0),
        Wire(8, 0, 7, 0, back=True, weight=0),
        Wire(6, 0, BORDER, 0),
    ),
    inputs=3,
    outputs=1,
)
FAN = flat([(0, index) for index in range(1, 8)] + [(index, 8) for index in range(1, 8)], 9)
ISLANDS = flat([(0, 1), (2, 3)], 40)

LITERAL = {
    "attention": ATTENTION,
    "chain": CHAIN,
    "fan": FAN,
    "islands": ISLANDS,
    "loop": LOOP,
    "residual": RESIDUAL,
    "variables": VARIABLES,
}


@st.composite
def flats(draw, most=14):
    """Any flat graph: cycles, loops on one box, double wires, border wires and loose boxes included."""
    boxes = draw(st.integers(0, most))
    inputs, outputs = draw(st.integers(0, 3)), draw(st.integers(0, 3))
    sources = [(box, out) for box in range(boxes) for out in (0, 1)] + [(BORDER, port) for port in range(inputs)]
    targets = [*range(boxes), *([BORDER] if outputs else [])]
    wires, used = [], {}
    pairs = st.tuples(st.sampled_from(sources), st.sampled_from(targets)) if sources and targets else st.nothing()
    for (source, out), target in draw(st.lists(pairs, max_size=3 * most)) if sources and targets else []:
        used[target] = used.get(target, -1) + 1
        into = used[target] % outputs if target == BORDER else used[target]
        back = BORDER not in (source, target) and draw(st.booleans()) and draw(st.booleans())
        wires.append(Wire(source, out, target, into, back, draw(st.integers(0, 1))))
    some = st.frozensets(st.integers(0, boxes - 1)) if boxes else st.just(frozenset())
    cards = draw(some)
    signs = draw(some) - cards  # a row that begins with a round sign is no card
    return Flat(boxes, tuple(wires), inputs, outputs, cards, signs=signs, ended=draw(some) & signs)


@st.composite
def sized(draw, graph):
    """Sizes for every box of a flat graph, small boxes and large ones, with and without labels."""
    boxes = []
    for _ in range(graph.boxes):
        half = draw(st.sampled_from([20.0, 45.0, 60.0, 210.0]))
        extra = draw(st.sampled_from([0.0, 0.0, 70.0]))
        boxes.append(
            Size(half + extra, half + draw(st.sampled_from([0.0, 40.0])), draw(st.sampled_from([28.0, 300.0])), half)
        )
    labels = {(wire.source, wire.out): draw(st.sampled_from([0.0, 60.0])) for wire in graph.wires}
    return Sizes(tuple(boxes), labels)
