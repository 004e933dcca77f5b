from __future__ import annotations

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

import drawn
from examples import examples
from graphs import Builder
from opscope.errors import InputError
from opscope.graph.content import content_of, with_content
from opscope.graph.types import Measured, TensorType
from opscope.render.dot.drawing import dot
from opscope.render.dot.syntax import escape, quote
from opscope.visible import visible

HOSTILE = [
    'say "hi"', "a<b>&c</b>", "key:value:x", "{left|right}", "two\nlines", "back\\slash\\N\\G", "tab\there", "snow☃ 雪 🙂",
    "null\x00bell\x07", "rtl \u202eabc", "]; evil [label=x", "<TABLE>", "&lt;kept&gt;", "\ud800 lone", "trailing\\", "'", "",
]  # fmt: skip


def nodes(text):
    return re.findall(r'^\s+"([^"]+)" \[label', text, re.MULTILINE)


def named(name):
    make = Builder()
    group = make.group(name or "empty", "layer", cls=name)
    make.op("x", "Placeholder")
    make.op(f"{name} a", name or "Empty", "x", group=group)
    make.op(f"{name} b", name or "Empty", f"{name} a", group=group)
    make.variable(f"{name} v", f"layer.{name}", (2,))
    make.op(f"{name} c", "Mul", f"{name} b", f"{name} v")
    return make.graph(name, ["x"], [f"{name} c"])


def canonical(text):
    """What Graphviz makes of the text: it fails on anything that is no DOT, and warns about broken labels."""
    if shutil.which("dot") is None:
        pytest.skip("no dot on the path")
    done = subprocess.run(
        ["dot", "-Tcanon"], input=text.encode("utf-8", "replace"), capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    return done


def svg(text):
    if shutil.which("dot") is None:
        pytest.skip("no dot on the path")
    done = subprocess.run(
        ["dot", "-Tsvg"], input=text.encode("utf-8", "replace"), capture_output=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr.decode()
    # Warnings about a missing font are the machine's; those about labels would be ours.
    assert b"Error" not in done.stderr, done.stderr.decode()
    return ET.fromstring(done.stdout)


@pytest.mark.parametrize("name", ["dense", "branch", "loop", "call"])
def test_dot_text_is_the_golden_one(name, golden):
    golden(f"{name}.dot", dot(getattr(drawn, name)(), depth="all"))


def test_a_folded_drawing_is_the_golden_one(golden):
    golden("dense_layers.dot", dot(drawn.dense(), depth="layers"))


def test_the_same_graph_gives_the_same_bytes():
    assert dot(drawn.loop()) == dot(drawn.loop())


def test_every_box_is_one_node_and_every_wire_one_edge():
    text = dot(drawn.dense(), depth="all")
    assert nodes(text) == ["pill0_0", "op4", "op6", "op7", "pill0_2"]
    assert text.count(" -> ") == 4


def test_an_open_card_is_a_cluster_with_its_title_on_it():
    text = dot(drawn.dense(), depth="all")
    cluster = text[text.index('"cluster_1"') :]
    assert "<B>hidden</B>" in cluster
    assert "out (8, 4) · 20 parameters" in cluster
    assert "tagger.py:14" in cluster


def test_an_op_with_two_outputs_has_a_port_for_each():
    make = Builder()
    make.op("x", "Placeholder")
    make.op("top", "TopKV2", "x", out=[TensorType("float32", (2,)), TensorType("int32", (2,))])
    make.op("use", "Custom", "top:0", "top:1")
    text = dot(make.graph(inputs=["x"]))
    assert re.findall(r'"op1":(s\d):s -> "op2"', text) == ["s0", "s1"]


def test_a_folded_card_with_two_inputs_has_a_port_for_each():
    make = Builder()
    group = make.group("add", "layer", cls="Add")
    for name in "ab":
        make.op(name, "Placeholder")
    make.op("add/add", "AddV2", "a", "b", group=group)
    make.op("add/relu", "Relu", "add/add", group=group)
    assert re.findall(r'-> "card0":(n\d):n', dot(make.graph(inputs=["a", "b"]), depth=0)) == ["n0", "n1"]


def test_control_edges_are_dashed():
    make = Builder()
    make.op("x", "Placeholder")
    make.op("a", "Relu", "x")
    make.op("b", "Tanh", "x", "^a")
    assert re.search(r'"op1":o:s -> "op2":o:n \[style="dashed"', dot(make.graph(inputs=["x"])))


def test_the_way_back_of_a_loop_is_dashed_and_does_not_shape_the_picture():
    assert dot(drawn.loop(), depth="all").count('constraint="false"') == 2


def test_many_wires_between_two_cards_are_one_that_says_how_many():
    make = Builder()
    left, right = make.group("left", "layer", cls="L"), make.group("right", "layer", cls="R")
    make.op("x", "Placeholder")
    for k in range(6):
        make.op(f"l{k}", "Relu", "x", group=left)
        make.op(f"r{k}", "Tanh", f"l{k}", group=right)
    text = dot(make.graph(inputs=["x"]), depth=0)
    assert text.count('"card0":o:s -> "card1":o:n') == 1
    assert 'label=" 6 tensors "' in text


def test_the_legend_shows_only_families_that_are_drawn():
    text = dot(drawn.dense(), depth="all")
    assert "matmul, conv" in text
    assert "control flow" not in text


def test_what_is_not_drawn_is_counted_under_the_picture():
    assert "not drawn: 1 Identity" in dot(drawn.dense())


def test_heat_is_drawn_with_its_scale_and_what_it_covers():
    graph = drawn.dense()
    content = replace(content_of(graph), measured={4: Measured(time_us=2400.0), 6: Measured(time_us=40.0)})
    text = dot(with_content(graph, measured=content.measured), depth="all")
    assert "2.4 ms" in text
    assert "40 µs" in text
    assert "2.4 ms per step" in text
    assert "time known for 2 of 5 boxes and cards" in text
    assert "#a83a16" in text


def test_without_numbers_there_is_no_scale():
    assert "per step" not in dot(drawn.dense())


def test_a_long_name_is_cut_and_stays_whole_in_the_tooltip():
    name = "a_layer_with_a_really_very_long_name_" * 4
    text = dot(named(name), depth="all")
    assert f"<B>{name}</B>" not in text
    assert f"{name} a ({name})" in text


@pytest.mark.parametrize("depth", ["all", 0])
@pytest.mark.parametrize("name", HOSTILE)
def test_any_name_stays_inside_its_quotes(name, depth):
    text = dot(named(name), depth=depth)
    drawing = svg(text)
    links = drawing.findall(".//{http://www.w3.org/2000/svg}g[@class='node']")
    assert len(links) == len(nodes(text)) == (5 if depth == "all" else 4)


def test_a_name_is_shown_as_it_is():
    words = "".join(svg(dot(named("a<b>&amp;\\N{c|d}"), depth="all")).itertext())
    assert "a<b>&amp;\\N{c|d}" in words


@examples(60)
@given(st.text(max_size=20))
def test_markup_in_a_name_makes_no_element(name):
    ET.fromstring(f"<t>{escape(name)}</t>")
    assert re.fullmatch(r'"(?:[^"\\]|\\.)*"', quote(name), re.DOTALL)


def test_characters_that_xml_forbids_become_visible():
    assert visible("a\x00\x1b\ud800\uffff") == r"a\x00\x1b\ud800\uffff"


def test_an_unknown_depth_is_refused():
    with pytest.raises(InputError):
        dot(drawn.dense(), depth="deep")


def test_graphviz_accepts_the_drawing_of_every_small_graph():
    for make in (drawn.dense, drawn.branch, drawn.loop, drawn.call):
        for depth in ("all", 0, 1, None):
            canonical(dot(make(), depth=depth))
