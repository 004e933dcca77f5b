from __future__ import annotations

import re
from collections import Counter
from xml.etree import ElementTree as ET

import pytest

import drawn
from graphs import graph, tower
from opscope.errors import InputError
from opscope.layout.engine import layout
from opscope.layout.strips import strips
from opscope.render.svg.drawing import svg
from opscope.render.svg.elements import Text, svg_elements

TALL = [lambda: layout(graph(tower(12)), "all", unfold=True), lambda: layout(drawn.chain(30, 3), "all", unfold=True)]


def words(drawing):
    return Counter("".join(node.itertext()) for node in ET.fromstring(drawing).iter("{http://www.w3.org/2000/svg}text"))


@pytest.mark.parametrize("count", [2, 3, 5])
@pytest.mark.parametrize("make", TALL)
def test_every_text_stands_whole_in_one_column(make, count):
    drawing = make()
    cut = svg(drawing, columns=count)
    assert words(cut) == words(svg(drawing))
    for item in svg_elements(cut):
        if isinstance(item, Text) and item.window:
            x, y = item.matrix.at(item.x, item.y)
            assert item.window.x <= x <= item.window.x + item.window.width
            assert item.window.y + 8 <= y <= item.window.y + item.window.height


@pytest.mark.parametrize("make", TALL)
def test_columns_follow_each_other_and_are_of_about_one_height(make):
    root = make().root
    found = strips(root, 4)
    assert len(found) == 4
    assert [column.bottom for column in found[:-1]] == [column.top for column in found[1:]]
    assert max(column.bottom - column.top for column in found) < root.body.height / 2


def test_a_drawing_that_cannot_be_cut_stays_in_one_piece():
    assert len(strips(layout(graph([("a", "Relu", [])])).root, 5)) == 1


def test_a_column_is_a_picture_lower_than_the_whole():
    heights = [float(re.search(r' height="([\d.]+)"', svg(TALL[0](), columns=count))[1]) for count in (1, 2, 3)]
    assert heights == sorted(heights, reverse=True)


def test_columns_are_a_whole_number_and_opscopes_own(small_graph, tmp_path):
    for wrong in (0, -1, 1.5, True, "2"):
        with pytest.raises(InputError, match=r"columns=.* is not known; use a whole number from 1"):
            small_graph.save(tmp_path / "x.svg", columns=wrong)
    with pytest.raises(InputError, match="Graphviz does not draw columns"):
        small_graph.save(tmp_path / "x.svg", columns=2, engine="graphviz")


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_every_picture_takes_columns(tmp_path, suffix):
    pytest.importorskip({"png": "resvg_py", "pdf": "fpdf"}.get(suffix, "xml"))
    assert graph(tower(12)).save(tmp_path / f"x.{suffix}", columns=2, unfold=True, depth="all").stat().st_size > 1000
