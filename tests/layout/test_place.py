from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from examples import examples
from opscope.layout.arrange.layered import arrange
from opscope.layout.flat import Flat, Size, Sizes, Wire
from opscope.layout.place.place import place

sys.path.insert(0, str(Path(__file__).parent))
from flat_graphs import CHAIN, LITERAL, LOOP, RESIDUAL, flats, sized, sizes


def footprint(at, size):
    return at[0] - size.left, at[1], at[0] + size.right, at[1] + size.height


def body(at, size):
    return at[0] - size.half, at[1], at[0] + size.half, at[1] + size.height


def apart(a, b):
    return a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


def enters(box, start, end):
    """Whether the straight piece of wire from start to end runs through the inside of a box."""
    low_x, high_x = sorted((start[0], end[0]))
    low_y, high_y = sorted((start[1], end[1]))
    return low_x < box[2] - 0.5 and high_x > box[0] + 0.5 and low_y < box[3] - 0.5 and high_y > box[1] + 0.5


@st.composite
def placed(draw):
    graph = draw(flats(signs=True))
    order = arrange(graph)
    size = draw(sized(graph))
    return graph, order, size, place(order, size)


@examples(150)
@given(placed())
def test_no_two_boxes_overlap_and_all_lie_in_the_group(case):
    graph, _, size, found = case
    boxes = [footprint(at, each) for at, each in zip(found.boxes, size.boxes)]
    assert len(boxes) == graph.boxes
    for index, box in enumerate(boxes):
        assert box[0] >= 0
        assert box[1] >= 0
        assert box[2] <= found.width
        assert box[3] <= found.height
        assert all(apart(box, other) for other in boxes[:index])


@examples(150)
@given(placed())
def test_every_wire_starts_on_its_source_ends_on_its_target_and_passes_through_no_box(case):
    graph, _, size, found = case
    bodies = [footprint(at, each) for at, each in zip(found.boxes, size.boxes)]
    for wire, points in zip(graph.wires, found.wires):
        assert points[0] == start_of(wire, found, size) or wire.source >= 0
        if wire.source >= 0:
            left, _, right, bottom = body(found.boxes[wire.source], size.boxes[wire.source])
            assert left <= points[0][0] <= right
            assert points[0][1] == bottom
        if wire.target >= 0:
            left, top, right, _ = body(found.boxes[wire.target], size.boxes[wire.target])
            if not from_a_side(wire.target, points, graph, found, size):
                assert left <= points[-1][0] <= right
                assert points[-1][1] == top
        else:
            assert points[-1] == (found.outputs[wire.into], found.height)
        for start, end in zip(points, points[1:]):
            assert not any(enters(box, start, end) for box in bodies)


def from_a_side(box, points, graph, found, size):
    """Whether a wire ends with a level piece at the side of a sign: at the left one, or at the right one where nothing stands behind the sign."""
    left, top, right, bottom = footprint(found.boxes[box], size.boxes[box])
    (x, y), end = points[-2:]
    if box not in graph.signs or end[1] != y:
        return False
    assert y == (top + bottom) / 2
    return (end[0] == left and x < left) or (box in graph.ended and end[0] == right and x > right)


def start_of(wire, found, size):
    return (found.inputs[wire.out], 0.0) if wire.source < 0 else None


@examples(150)
@given(placed())
def test_a_side_of_a_sign_is_entered_by_one_wire(case):
    graph, _, size, found = case
    ends = [
        points[-1]
        for wire, points in zip(graph.wires, found.wires)
        if wire.target >= 0 and from_a_side(wire.target, points, graph, found, size)
    ]
    assert len(ends) == len(set(ends))


def test_what_a_sign_takes_twice_enters_it_by_two_wires():
    """`x + x + a`: one of two wires with the same two ends comes from the side, and the other from above."""
    graph = Flat(3, (Wire(0, 0, 2, 0), Wire(0, 0, 2, 1), Wire(1, 0, 2, 2)), signs=frozenset([2]), ended=frozenset([2]))
    found = place(arrange(graph), Sizes((*sizes(2).boxes, Size(9.5, 9.5, 19.0, 16.0)), {}))
    x, y = found.boxes[2]
    ends = [points[-1] for points in found.wires]
    assert ends[0] == (x - 9.5, y + 9.5)
    assert ends[2] == (x, y)
    assert ends[1][1] == y and x - 9.5 <= ends[1][0] < x


@examples(100)
@given(placed())
def test_wires_run_only_down_and_sideways_unless_they_run_back(case):
    _, order, _, found = case
    for index, points in enumerate(found.wires):
        for (x, y), (to_x, to_y) in zip(points, points[1:]):
            assert abs(x - to_x) < 1 or y == to_y
            assert to_y >= y or index in order.back


@examples(60)
@given(st.data())
def test_sizes_change_no_order(data):
    graph = data.draw(flats(signs=True))
    order = arrange(graph)
    for _ in range(2):
        found = place(order, data.draw(sized(graph)))
        for row in order.rows:
            xs = [found.boxes[slot][0] for slot in row if slot < graph.boxes]
            assert xs == sorted(xs)


def test_a_chain_is_perfectly_straight_whatever_its_boxes_measure():
    size = sizes(10)
    size = type(size)(
        tuple(
            type(each)(each.left + 40 * (index % 3), each.right, each.height, each.half)
            for index, each in enumerate(size.boxes)
        ),
        {},
    )
    found = place(arrange(CHAIN), size)
    assert {x for points in found.wires for x, _ in points} == {found.boxes[0][0]}


def test_opening_a_box_and_closing_it_again_restores_the_drawing():
    order = arrange(RESIDUAL)
    before = place(order, sizes(6))
    grown = sizes(6)
    grown = type(grown)((*grown.boxes[:2], type(grown.boxes[2])(200, 200, 300, 200), *grown.boxes[3:]), {})
    opened = place(order, grown)
    assert opened.height == before.height + 300 - 28
    assert place(order, sizes(6)) == before


def test_a_label_has_room_beside_its_wire():
    found = place(arrange(RESIDUAL), sizes(6, labels={(0, 0): 150.0}))
    x, _, left = found.labels[0, 0]
    assert not left
    assert x + 150 <= found.width


def test_the_way_back_of_a_loop_leaves_below_its_source_and_enters_above_its_target():
    found = place(arrange(LOOP), sizes(5))
    points = found.wires[4]
    assert max(y for _, y in points) > points[0][1]
    assert min(y for _, y in points) < points[-1][1]
    assert max(x for x, _ in points) > max(x for x, _ in found.boxes) + 45


def order_json(order):
    """An order as the golden file holds it, and as the page reads it."""
    return {
        "boxes": order.boxes,
        "inputs": order.inputs,
        "outputs": order.outputs,
        "rows": order.rows,
        "links": order.links,
        "blocks": order.blocks,
        "tops": order.tops,
        "bottoms": order.bottoms,
        "routes": order.routes,
        "nets": order.nets,
        "ends": order.ends,
        "back": sorted(order.back),
    }


def sizes_json(size):
    return {
        "boxes": [[each.left, each.right, each.height, each.half, each.tops, each.bottoms] for each in size.boxes],
        "labels": [[box, port, width] for (box, port), width in sorted(size.labels.items())],
    }


def placed_json(found):
    return {
        "width": found.width,
        "height": found.height,
        "boxes": found.boxes,
        "inputs": found.inputs,
        "outputs": found.outputs,
        "wires": found.wires,
        "labels": [[*key, *value] for key, value in sorted(found.labels.items())],
    }


def cases(graph):
    """Equal boxes; and every third box opened, with inner ports of its own, and every trunk labelled."""
    small = sizes(graph.boxes)
    tops = tuple(float(20 * port - 40) for port in range(8))
    bottoms = tuple(float(35 * port - 100) for port in range(8))
    opened = Size(180.0, 150.0, 240.0, 150.0, tops, bottoms)
    mixed = [opened if box % 3 == 1 else size for box, size in enumerate(small.boxes)]
    return small, Sizes(tuple(mixed), {(wire.source, wire.out): 62.5 for wire in graph.wires})


def pinned(graph):
    order = arrange(graph)
    placings = [{"sizes": sizes_json(size), "placed": placed_json(place(order, size))} for size in cases(graph)]
    return json.dumps({"order": order_json(order), "placings": placings}, separators=(",", ":")) + "\n"


@pytest.mark.parametrize("name", sorted(LITERAL))
def test_coordinates_are_those_that_the_page_computes(name, golden):
    golden(f"place-{name}.json", pinned(LITERAL[name]))
