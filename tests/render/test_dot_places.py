from __future__ import annotations

import re
import shutil
import subprocess

import pytest

import drawn
from opscope import InputError
from opscope.layout.engine import layout
from opscope.render.dot.drawing import dot
from opscope.render.dot.places import Places

SMALL = [drawn.dense, drawn.branch, drawn.loop, drawn.call]


def lines(text, start):
    return [line for line in text.splitlines() if line.strip().startswith(start)]


def numbers(line, name):
    return [float(number) for number in re.search(rf'{name}="([^"]*)"', line)[1].split(",")]


@pytest.mark.parametrize("depth", [0, "all"])
@pytest.mark.parametrize("make", SMALL)
def test_every_node_and_cluster_has_its_place(make, depth):
    text = dot(make(), depth=depth, positions=True)
    nodes = [line for start in ('"op', '"pill', '"card', '"merge') for line in lines(text, start) if "->" not in line]
    assert nodes
    assert all("pos=" in line for line in nodes)
    clusters = text.count("subgraph")
    assert len(re.findall(r' bb="', text)) == clusters + 1  # and the drawing itself


def test_nodes_lie_in_their_clusters_and_above_what_they_feed():
    text = dot(drawn.dense(), depth="all", positions=True)
    left, low, right, high = numbers(text.split('"cluster_1"')[1].splitlines()[1], "bb")
    places = [numbers(line, "pos") for line in lines(text, '"op') if "->" not in line]
    assert len(places) == 3
    assert all(left < x < right and low < y < high for x, y in places)
    assert [y for _, y in places] == sorted((y for _, y in places), reverse=True)


@pytest.mark.parametrize("depth", [0, "all"])
@pytest.mark.parametrize("make", SMALL)
def test_every_edge_runs_where_the_drawing_has_it(make, depth):
    text = dot(make(), depth=depth, positions=True)
    edges = [line for line in text.splitlines() if "->" in line]
    assert edges
    for line in edges:
        curves = re.search(r'\bpos="([^"]*)"', line)[1].split(";")
        assert all(len(curve.replace("e,", "").split()) >= 2 for curve in curves)
        assert (" e," in f" {curves[-1]}") == ("arrowhead" not in line)
        assert ("label=" in line) == ("lp=" in line)


def test_an_edge_into_a_card_leaves_out_its_heading():
    text = dot(drawn.dense(), depth="all", positions=True)
    into = next(line for line in text.splitlines() if line.strip().startswith('"pill0_0":o:s ->'))
    before, after = re.search(r'\bpos="([^"]*)"', into)[1].split(";")[:2]
    above, below = float(before.split(",")[-1]), float(after.replace("e,", "").split()[-4].split(",")[1])
    tops = [numbers(line, "bb")[3] for line in text.splitlines() if " bb=" in line]
    assert above in tops
    assert below < above - 20


def test_sizes_are_those_of_the_drawing_in_inches():
    drawing = layout(drawn.chain(2), "all")
    box = next(child for child in drawing.root.inside.children if child.item.title == "Relu")
    found = next(iter(place for place in Places(drawing).leaves.values() if place["height"] < 0.4))
    assert found["width"] * 72 == pytest.approx(box.body.width, abs=0.01)


def test_without_positions_nothing_is_placed():
    assert " pos=" not in dot(drawn.loop(), depth="all")


def test_only_dot_takes_positions(tmp_path):
    graph = drawn.dense()
    assert " pos=" in graph.save(tmp_path / "net.dot", positions=True).read_text()
    with pytest.raises(InputError, match=r"^\.svg files take no positions=True"):
        graph.save(tmp_path / "net.svg", positions=True)


@pytest.mark.skipif(shutil.which("neato") is None, reason="needs the neato program")
@pytest.mark.parametrize("make", SMALL)
def test_neato_carries_on_from_the_places(make):
    text = dot(make(), depth="all", positions=True)
    done = subprocess.run(
        ["neato", "-n2", "-Tdot"], input=text, capture_output=True, text=True, encoding="utf-8", check=True
    )
    wanted = sorted(numbers(line, " pos") for line in lines(text, '"op') if "->" not in line)
    placed = re.findall(r"^\s*op\d+\s+\[(.*?)\];", done.stdout, re.DOTALL | re.MULTILINE)
    found = sorted(numbers(each, "pos") for each in placed)
    moved = [found[0][axis] - wanted[0][axis] for axis in (0, 1)]  # the whole may be moved to the corner
    for old, new in zip(wanted, found):
        assert [new[0] - moved[0], new[1] - moved[1]] == pytest.approx(old, abs=0.5)
    assert not done.stderr
