"""A drawing from left to right: what is drawn where, told from coordinates alone, and the overview in lines of flow."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given

import drawn
from examples import examples
from graphs import Builder, graph, tower
from layout.test_overview_rows import Net
from opscope import InputError
from opscope.layout.flat import BORDER
from opscope.layout.flow_lines import flow_lines
from opscope.layout.overview.one_page import Manner, overview
from opscope.layout.overview.page_shapes import PAGE_HIGH, PAGE_WIDE
from opscope.layout.rightward import layout_rightward
from opscope.layout.scene.items import Card, ChainRow, items
from opscope.layout.sizes.rightward_sizes import column_frames
from opscope.render.svg.drawing import svg
from opscope.render.svg.overview_page import overview_svg
from passes.test_truth import repeating
from rows_apart import apart
from truth import lies

SMALL = [drawn.dense, drawn.branch, drawn.loop, drawn.call, lambda: drawn.chain(12, 3), lambda: graph(tower(4))]


def opened(root):
    """Every open card that is drawn, the outermost first."""
    found = [root]
    for card in found:
        found.extend(child for child in card.inside.children if child.inside is not None)
    return found


def ends(child, item):
    """The left and right edge of what wires end at: of a row its main cell."""
    body = child.body
    if not isinstance(item, ChainRow):
        return body.x, body.x + body.width
    main = column_frames(item)[item.main]
    return body.x + main.x, body.x + main.x + main.width


def goes_right(drawing):
    """Hold the places of all wires and items against what the wires say."""
    for card in opened(drawing.root):
        inside, children = card.inside, card.inside.children
        for path in inside.paths:
            (x, y), (last, end) = path.points[0], path.points[-1]
            source, target = path.wire.source.child, path.wire.target.child
            right = ends(children[source], children[source].item)[1] if source != BORDER else -inside.x
            left = ends(children[target], children[target].item)[0] if target != BORDER else card.body.width - inside.x
            assert abs(x - right) < 1.0
            assert abs(last - left) < 1.0
            for child, at in ((source, y), (target, end)):
                body = children[child].body if child != BORDER else None
                assert body is None or body.y - 1 <= at <= body.y + body.height + 1
            for (a, b), (c, d) in zip(path.points, path.points[1:]):
                assert abs(a - c) < 0.6 or abs(b - d) < 0.6  # level or upright
        rooms = [(child.body.x + child.room.x, child.body.y + child.room.y, child.room) for child in children]
        for place, (x, y, room) in enumerate(rooms):
            for left, top, other in rooms[place + 1 :]:
                assert (
                    x + room.width <= left
                    or left + other.width <= x
                    or y + room.height <= top
                    or top + other.height <= y
                )


@pytest.mark.parametrize("make", SMALL)
@pytest.mark.parametrize("unfold", [False, True])
def test_wires_lead_from_the_right_side_of_one_item_to_the_left_side_of_the_next(make, unfold):
    goes_right(layout_rightward(make(), "all", unfold=unfold))


@examples(60)
@given(repeating())
def test_an_overview_to_the_right_tells_the_truth(whole):
    found = overview(whole, wanted=Manner(rightward=True))
    goes_right(found.drawing)
    assert len(found.lines) == len(found.figures.rows)


def two_stages():
    """A model of 24 layers in a row."""
    net = Net()
    layers = [(f"d{number}", "Dense", "MatMul") for number in range(24)]
    return net, net.chain(net.make.op("x", "Placeholder"), *layers)


def test_the_checker_finds_nothing_in_an_overview_to_the_right():
    net, last = two_stages()
    whole = net.make.graph("net", ["x"], [last])
    found = overview(whole, wanted=Manner(rightward=True))
    assert lies(whole, found.graph, apart(found.drawing.scene)) == []


def test_an_overview_to_the_right_is_one_page_of_lines_of_flow():
    net = Net()
    kinds = [("Dense", "MatMul"), ("Embedding", "GatherV2"), ("MaxPooling2D", "MaxPool")]
    last = net.make.op("x", "Placeholder")
    for number in range(12):
        last = net.layer(f"n{'abcdefghijkl'[number]}", *kinds[number % 3], last, settings={"units": number * number})
    found = overview(net.make.graph("net", ["x"], [last]), wanted=Manner(rightward=True))
    lines = found.columns
    assert len(lines) > 1
    assert max(line.right - line.left for line in lines) <= PAGE_WIDE
    assert sum(line.bottom - line.top for line in lines) <= PAGE_HIGH
    assert [line.right for line in lines[:-1]] == [line.left for line in lines[1:]]
    page = overview_svg(found, theme="light")
    # Each item is in one line, and the flow is carried on from each line to the next.
    for item in items(found.drawing.scene):
        names = [cell.text for cell in item.cells] if isinstance(item, ChainRow) else []
        for name in names:
            cells = [cell.text for row in items(found.drawing.scene) if isinstance(row, ChainRow) for cell in row.cells]
            assert page.count(f">{name}</text>") == cells.count(name)
    assert page.count('class="carried"') == len(lines) - 1


def test_lines_of_flow_are_as_many_as_are_asked_for_and_show_each_box_once():
    drawing = layout_rightward(drawn.chain(30), "all", unfold=True)
    assert len(flow_lines(drawing.root, 4)) == 4
    assert len(flow_lines(drawing.root, 1)) == 1
    once, cut = (svg(drawing, theme="light", columns=count) for count in (1, 4))
    assert once.count(">Relu<") == cut.count(">Relu<") == 30
    wide, narrow = (float(ET.fromstring(text).get("width")) for text in (once, cut))
    assert narrow < wide / 3


def test_all_text_is_upright_and_inside_of_the_document():
    for make in SMALL:
        text = svg(layout_rightward(make(), "all"), theme="light")
        assert "rotate" not in text
        assert "matrix" not in text


def test_a_picture_of_graphviz_goes_to_the_right_as_well(tmp_path):
    text = drawn.dense().save(tmp_path / "a.dot", direction="right", depth="all").read_text(encoding="utf-8")
    assert 'rankdir="LR"' in text
    edges = re.findall(r"-> (\S+)", text)
    assert edges
    assert all(edge.partition("[")[0].rstrip(";").endswith(":w") for edge in edges)


def test_positions_are_of_drawings_that_go_down(tmp_path):
    with pytest.raises(
        InputError, match=r"^positions are those of drawings that go down; leave positions= or direction= out$"
    ):
        drawn.dense().save(tmp_path / "a.dot", direction="right", positions=True)


class TestLibraries:
    """Whose a class is, as the user says."""

    @staticmethod
    def whole():
        """A model with two blocks of `ours`, one of `mine`."""
        net = Net()
        here = net.make.op("x", "Placeholder")
        for name, package in (("a", "ours"), ("b", "mine")):
            around = net.make.group(name, "layer", net.model, cls=f"Block{name}", defined_in=package)
            here = net.chain(here, ("up", "Dense", "MatMul"), ("act", "ReLU", "Relu"), parent=around)
        return net.make.graph("net", ["x"], [here])

    def own(self, **more):
        """The titles of the cards that the author wrote."""
        found = overview(self.whole(), wanted=Manner(**more))
        return {item.title for item in items(found.drawing.scene) if isinstance(item, Card) and item.own}

    def test_a_library_that_is_named_is_no_author(self):
        assert self.own() == {"a", "b"}
        assert self.own(libraries=("ours",)) == {"b"}
        assert self.own(libraries=("ours", "mine")) == set()

    @pytest.mark.parametrize("suffix", ["svg", "dot", "html"])
    def test_a_package_of_which_nothing_is_there_is_an_error(self, suffix, tmp_path):
        with pytest.raises(InputError, match=r"^no layer's class comes from libraries='our'; did you mean ours\?$"):
            self.whole().save(tmp_path / f"a.{suffix}", libraries=["our"], depth="overview")

    @pytest.mark.parametrize("suffix", ["svg", "dot", "html"])
    def test_a_drawing_that_is_no_overview_takes_no_libraries(self, suffix, tmp_path):
        with pytest.raises(InputError, match=r"^libraries= is for an overview, and this drawing is none; "):
            self.whole().save(tmp_path / f"a.{suffix}", libraries=["ours"])
        with pytest.raises(InputError, match=r"^libraries= is for an overview; "):
            self.whole().save(tmp_path / f"a.{suffix}", libraries=["ours"], depth=1)

    def test_the_page_closes_them_too(self, tmp_path):
        pictures = [
            self.whole().save(tmp_path / "a.html", depth="overview", libraries=libraries).stat().st_size
            for libraries in ((), ("ours", "mine"))
        ]
        assert pictures[1] != pictures[0]


@pytest.mark.parametrize("rightward", [False, True])
def test_an_overview_shrinks_with_the_web_page_that_it_stands_in(rightward):
    net, last = two_stages()
    page = ET.fromstring(
        overview_svg(overview(net.make.graph("net", ["x"], [last]), wanted=Manner(rightward=rightward)))
    )
    wide, high = (float(page.get(side)) for side in ("width", "height"))
    assert page.get("viewBox").split() == ["0", "0", page.get("width"), page.get("height")]
    assert page.get("style") == "max-width:100%;height:auto"
    assert wide > high / 4


def test_narrow_boxes_behind_the_first_of_a_row_share_a_line_and_are_joined_in_their_order():
    make = Builder()
    model = make.group("net", "model", cls="Net", defined_in="keras")
    here = make.op("x", "Placeholder")
    conv = {"kernel_size": (3, 3), "filters": 64, "strides": (2, 2), "padding": "same"}
    for name, cls, op in (
        ("c", "Conv2D", "Conv2D"),
        ("n", "BatchNormalization", "FusedBatchNormV3"),
        ("r", "ReLU", "Relu"),
    ):
        group = make.group(name, "layer", model, cls=cls, defined_in="keras", settings=conv if cls == "Conv2D" else {})
        here = make.op(f"net/{name}/{op}", op, here, group=group)
    graph = make.graph("net", ["x"], [here])
    drawn = overview(graph, wanted=Manner(rightward=True)).drawing.root
    (child,) = [each for each in drawn.inside.children if isinstance(each.item, ChainRow)]
    first, norm, act = column_frames(child.item)
    assert first.y < norm.y == act.y
    assert norm.x + norm.width < act.x
    assert first.width == act.x + act.width  # both lines are equally wide
    assert norm.x == first.x == 0.0
    assert child.body.height == act.y + act.height
    links = re.findall(
        r'class="wire" d="M([\d.]+) ([\d.]+)(?:v3.5)?H([\d.]+)',
        overview_svg(overview(graph, wanted=Manner(rightward=True))),
    )
    body = child.body
    beside = (body.x + norm.x + norm.width, body.x + act.x)
    assert any((float(start), float(end)) == beside for start, _, end in links)
