import sys
from pathlib import Path

import pytest
from hypothesis import given

sys.path.insert(0, str(Path(__file__).parents[1]))
from examples import examples
from graphs import graph, graphs, optimizer, tower
from opscope.layout.engine import draw, layout
from opscope.layout.flat import BORDER
from opscope.layout.scene.bundling import bundle
from opscope.layout.scene.items import Box, Card, CardPort, CardWire, End, Scene
from opscope.render.svg.drawing import svg


def frames(drawn, x=0.0, y=0.0):
    """Every open card with its children's bodies in the card's own coordinates."""
    waiting = [drawn]
    while waiting:
        each = waiting.pop()
        if each.inside is not None:
            yield each
            waiting.extend(each.inside.children)


def apart(a, b):
    return a.x + a.width <= b.x or b.x + b.width <= a.x or a.y + a.height <= b.y or b.y + b.height <= a.y


def enters(frame, start, end):
    low_x, high_x = sorted((start[0], end[0]))
    low_y, high_y = sorted((start[1], end[1]))
    inside_x = low_x < frame.x + frame.width - 0.5 and high_x > frame.x + 0.5
    return inside_x and low_y < frame.y + frame.height - 0.5 and high_y > frame.y + 0.5


@examples(60)
@given(graphs())
def test_no_two_items_overlap_and_all_lie_inside_their_card(whole):
    for card in frames(layout(whole, "all").root):
        inside = card.inside
        bodies = [child.body for child in inside.children]
        for index, body in enumerate(bodies):
            assert all(apart(body, other) for other in bodies[:index])
            assert body.x + inside.x >= 0
            assert body.x + inside.x + body.width <= card.body.width
            assert body.y + inside.y + body.height <= card.body.height


@examples(60)
@given(graphs())
def test_wires_end_on_their_items_and_pass_through_none(whole):
    for card in frames(layout(whole, "all").root):
        bodies = [child.body for child in card.inside.children]
        for path in card.inside.paths:
            source, target = path.wire.source.child, path.wire.target.child
            if source != BORDER:
                body = bodies[source]
                assert body.x <= path.points[0][0] <= body.x + body.width
                assert path.points[0][1] >= body.y + body.height
            if target != BORDER:
                body = bodies[target]
                assert body.x <= path.points[-1][0] <= body.x + body.width
                assert path.points[-1][1] == body.y
            for start, end in zip(path.points, path.points[1:]):
                assert not any(enters(body, start, end) for body in bodies)


@examples(30)
@given(graphs())
def test_the_same_graph_gives_the_same_bytes(whole):
    assert svg(layout(whole)) == svg(layout(whole))


def test_closing_what_was_opened_restores_the_drawing():
    whole = graph(tower(3))
    before = svg(layout(whole, 1))
    layout(whole, "all")
    assert svg(layout(whole, 1)) == before


def test_equal_groups_are_laid_out_once():
    few, many = layout(graph(tower(4)), "all", unfold=True), layout(graph(tower(40)), "all", unfold=True)
    assert many.structures <= few.structures + 1


def test_a_stack_is_as_large_as_one_of_its_members_however_many_there_are():
    few, many = layout(graph(tower(6)), "all").root.body, layout(graph(tower(600)), "all").root.body
    assert few == many


def test_every_member_is_drawn_when_unfolded():
    drawing = layout(graph(optimizer(30)), "all", unfold=True)
    boxes = [child for card in frames(drawing.root) for child in card.inside.children if isinstance(child.item, Box)]
    assert len(boxes) == 30 * 4


def test_200_nested_scopes_need_no_recursion():
    scope = "/".join(f"s{level}" for level in range(200))
    drawing = layout(graph([("x", "Placeholder", []), (f"{scope}/Relu", "Relu", ["x"])]), "all")
    assert any(isinstance(child.item, Box) for each in frames(drawing.root) for child in each.inside.children)


def card(title, children, wires, inputs, outputs):
    ports = tuple(CardPort("") for _ in range(max(inputs, outputs)))
    return Card(
        0, "scope", title, "", True, children=children, wires=wires, inputs=ports[:inputs], outputs=ports[:outputs]
    )


def two_cards(tensors):
    """A card that passes so many tensors to another, each made and used by a box of its own."""
    boxes = tuple(Box(index, "Relu", "elementwise", "") for index in range(tensors))
    out = tuple(CardWire(End(index, 0), End(BORDER, index)) for index in range(tensors))
    into = tuple(CardWire(End(BORDER, index), End(index, 0)) for index in range(tensors))
    between = tuple(CardWire(End(0, index), End(1, index)) for index in range(tensors))
    root = Card(
        -1,
        "graph",
        "",
        "",
        True,
        children=(card("a", boxes, out, 0, tensors), card("b", boxes, into, tensors, 0)),
        wires=between,
    )
    return Scene(root, "two", "", "", ("elementwise",))


@pytest.mark.parametrize(("tensors", "wires"), [(3, 3), (4, 1), (20, 1)])
def test_many_tensors_between_two_cards_are_one_bundle(tensors, wires):
    root = bundle(two_cards(tensors)).root
    assert [wire.count for wire in root.wires] == ([tensors] if wires == 1 else [1] * wires)
    first, second = root.children
    assert len(first.outputs) == len(second.inputs) == wires
    assert {wire.target for wire in first.wires} == {End(BORDER, port) for port in range(wires)}


def test_a_bundle_says_how_many_tensors_it_holds():
    assert ">20 tensors<" in svg(draw(two_cards(20)))


def test_a_tensor_that_others_use_too_stays_out_of_the_bundle():
    scene = two_cards(5)
    root = scene.root
    third = Box(9, "Neg", "elementwise", "")
    wires = (*root.wires, CardWire(End(0, 2), End(2, 0)))
    wider = Scene(
        Card(-1, "graph", "", "", True, children=(*root.children, third), wires=wires),
        "three",
        "",
        "",
        ("elementwise",),
    )
    assert sorted(wire.count for wire in bundle(wider).root.wires) == [1, 1, 4]
