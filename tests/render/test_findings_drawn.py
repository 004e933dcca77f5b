"""What `check` found, in pictures: the sentence below them, and the signs on the marks of the places."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from dataclasses import replace

import pytest

from graphs import Builder, graph, tower
from opscope import InputError, check
from opscope.check.findings import Findings
from opscope.check.hit import Finding
from opscope.check.shown_findings import with_findings
from opscope.graph.content import content_of, with_content
from opscope.graph.types import Source
from opscope.layout.engine import layout
from opscope.layout.overview.unframed import without_frames
from opscope.layout.scene.found_marks import FoundMark, found_together
from opscope.layout.scene.found_words import MOST_FOUND, found_sentence
from opscope.layout.scene.items import Box, Card, ChainRow, items
from opscope.render.options import Options
from opscope.render.registry import output_for

SVG = "{http://www.w3.org/2000/svg}"


def finding(rule="no-guard", severity="warning", nodes=(), group=None, **more):
    return Finding(rule, severity, f"{rule} is wrong", "do otherwise", tuple(nodes), group, **more)


def shown(whole, *found):
    return with_findings(whole, Findings("net", found, []))


def layers(blocks):
    """The tower with a layer for each scope; those of like names are of one class."""
    whole = graph(tower(blocks))
    groups = [
        replace(group, kind="layer", cls=group.path.rpartition("/")[2].rstrip("0123456789").title())
        for group in content_of(whole).groups
    ]
    return with_content(whole, groups=tuple(groups))


def marked(scene):
    """What each mark is called -> the text of its sign, of those that have one."""
    parts = [part for item in items(scene) for part in (item.items if isinstance(item, ChainRow) else (item,))]
    return {part.title: part.found.text for part in parts if part.found is not None}


def texts(svg, name):
    return [mark.text for mark in ET.fromstring(svg).iter(f"{SVG}text") if mark.get("class") == name]


def test_a_box_and_the_closed_card_around_it_carry_the_sign_of_the_worst():
    whole = shown(
        graph(tower(1)),
        finding(nodes=["net/block0/dense/MatMul"]),
        finding("worse", "error", nodes=["net/block0/norm/Sub", "net/block0/dense/Relu"]),
        finding("slow", "note", nodes=["net/block0/norm/Mean"]),
    )
    assert marked(layout(whole, "all").scene) == {"MatMul": "!", "Sub": "!!"}
    assert marked(layout(whole, 1).scene) == {"block0": "!! 2"}  # alone in `net`, which has no card


def test_an_open_card_tells_only_what_no_mark_in_it_tells():
    whole = graph(tower(1))
    loose = finding(group="net/block0/dense")  # about the layer
    docked = finding("large", nodes=["net/block0/w"])  # a chip, for which its box tells
    inner = finding("inner", nodes=["net/block0/norm/Sub"])
    assert marked(layout(shown(whole, loose, docked, inner), "all").scene) == {"dense": "!", "MatMul": "!", "Sub": "!"}


def test_an_op_that_is_not_drawn_is_told_of_by_the_card_around_it():
    passed = "net/block0/Identity"
    ops = [*tower(1)[:-1], (passed, "Identity", ["net/block0/Add"]), ("head", "Softmax", [passed])]
    assert marked(layout(shown(graph(ops), finding(nodes=[passed])), "all").scene) == {"block0": "!"}


def test_side_matter_that_closed_cards_alone_use_is_told_of_by_the_first():
    ops = [
        (name.replace("net/block0/w", "w"), op, [each.replace("net/block0/w", "w") for each in inputs])
        for name, op, inputs in tower(1)
    ]
    whole = shown(graph(ops), finding("large", nodes=["w"]))
    assert marked(layout(whole, "all").scene) == {"MatMul": "!"}
    assert marked(layout(whole, 1).scene) == {"block0": "!"}


@pytest.mark.parametrize("depth", ["all", 1, "overview"])
@pytest.mark.parametrize("direction", ["down", "right"])
def test_what_no_mark_can_tell_has_its_place_below(depth, direction):
    line = Source("models/net.py", 12, "call")
    found = [finding("whole", source=line), finding("unused", variable="net.kernel"), finding(nodes=["head"])]
    svg = output_for(".svg").make(shown(graph(tower(2)), *found), Options(depth=depth, direction=direction))
    told = [text for text in texts(svg, "told") + texts(svg, "facts") if text.startswith("without a sign")]
    assert told == ["without a sign (about the whole, or what is not drawn): whole (net.py:12), unused at net.kernel"]


def test_a_frame_that_an_overview_takes_away_hands_its_findings_to_the_card_around():
    mark = FoundMark("warning", 1, "", ())
    parts = tuple([Box(row, "Relu", "unary", "") for row in range(2)])
    scope = Card(1, "scope", "inner", "", True, children=parts, found=mark)
    layers = [
        Card(0, "layer", "outer", "", True, children=(scope,)),
        Card(2, "layer", "other", "", True, children=parts),
    ]
    root = without_frames(Card(-1, "graph", "net", "", True, children=tuple(layers)), frozenset())
    assert [(card.title, card.found, len(card.children)) for card in root.children] == [
        ("outer", mark, 2),
        ("other", None, 2),
    ]


def test_a_cell_of_a_row_tells_of_all_ops_that_it_stands_for():
    first, second, third = content_of(shown(graph(tower(1)), finding("a", "error"), finding("b"), finding("c"))).found
    one, two = FoundMark("warning", 1, "1 of 6", (second,)), FoundMark("error", 2, "1 of 6", (first, third))
    assert found_together([]) is None
    assert found_together([one]) == one
    assert found_together([one, two]) == FoundMark("error", 3, "1 of 6", (second, first, third))
    assert found_together([one, two]).text == "!! 3, 1 of 6"
    assert found_together([one, two._replace(part="")]).text == "!! 3"


@pytest.mark.parametrize("depth", ["all", 2])
def test_what_was_found_in_one_copy_is_never_told_as_if_of_all(depth):
    whole = graph(tower(6))
    for copy in (0, 4):  # the drawn one, and one that is not drawn
        scene = layout(shown(whole, finding(nodes=[f"net/block{copy}/dense/MatMul"])), depth).scene
        assert list(marked(scene).values()) == ["! 1 of 6"]
        tips = [item.found.tip for item in items(scene) if isinstance(item, (Box, Card)) and item.found]
        assert tips == [f"warning no-guard: net/block{copy}/dense/MatMul\nno-guard is wrong\ndo otherwise"]
    each = [finding(nodes=[f"net/block{copy}/dense/MatMul"]) for copy in range(6)]
    assert list(marked(layout(shown(whole, *each), depth).scene).values()) == ["!"]
    assert list(marked(layout(shown(whole, *each[2:5]), depth).scene).values()) == ["! 3 of 6"]
    other = finding("worse", "error", nodes=["net/block3/dense/MatMul"])
    assert list(marked(layout(shown(whole, *each, other), depth).scene).values()) == ["!! 2, 1 to 6 of 6"]


@pytest.mark.parametrize("depth", ["all", 2])
def test_a_finding_that_tells_of_several_copies_is_told_of_so_many(depth):
    ops = [f"net/block{copy}/dense/MatMul" for copy in range(6)]
    for told, sign in (ops, "!"), (ops[2:5], "! 3 of 6"):
        several = finding(nodes=told, group=f"{told[0].rpartition('/')[0]}")
        assert list(marked(layout(shown(layers(6), several), depth).scene).values()) == [sign]
    inside_one = finding(nodes=["net/block2/dense/MatMul", "net/block2/dense/Relu"], group="net/block2/dense")
    assert list(marked(layout(shown(layers(6), inside_one), depth).scene).values()) == ["! 1 of 6"]


def test_a_finding_about_a_layer_stands_at_its_card_not_at_the_first_layer_in_it():
    whole = shown(layers(2), finding(nodes=["net/block0/dense/MatMul"], group="net/block0"))
    assert marked(layout(whole, "all", unfold=True).scene) == {"block0": "!"}


def test_a_group_of_a_copy_has_its_place_at_that_of_the_drawn_one():
    scene = layout(shown(graph(tower(6)), finding(group="net/block4/norm")), "all").scene
    assert marked(scene) == {"norm": "! 1 of 6"}
    unfolded = layout(shown(graph(tower(6)), finding(group="net/block4/norm")), "all", unfold=True).scene
    assert marked(unfolded) == {"norm": "!"}


def test_the_sentence_names_the_first_place_of_each_rule_and_counts_notes():
    line = Source("models/net.py", 12, "call")
    whole = shown(
        graph(tower(2)),
        finding(group="net/block0/dense", source=line),
        finding("worse", "error", nodes=["head"]),
        finding(group="net/block1/dense", source=line),
        finding("slow", "note"),
    )
    assert found_sentence(whole) == (
        "check found 1 error (!!), 2 warnings (!): worse at head, no-guard \u00d72, first in block0/dense (net.py:12); 1 note"
    )
    phased = shown(graph(tower(2)), finding(group="forward/vision"), finding("other", group="forward"))
    assert found_sentence(phased) == "check found 2 warnings (!): no-guard in vision, other in forward"
    make = Builder()
    loss = make.group("loss", "loss")
    make.op("SparseSoftmax/SparseSoftmax", "Placeholder", group=make.group("SparseSoftmax", "scope", loss))
    of_step = shown(make.graph("step"), finding(nodes=["SparseSoftmax/SparseSoftmax"], source=line))
    assert found_sentence(of_step) == "check found 1 warning (!): no-guard in loss (net.py:12)"
    assert found_sentence(shown(graph(tower(2)))) == "check: nothing found"
    assert found_sentence(shown(graph(tower(2)), finding("slow", "note"))) == "check: 1 note, nothing worse"
    assert found_sentence(graph(tower(2))) == ""


def test_a_sentence_that_is_too_long_says_how_many_rules_it_leaves_out():
    many = [finding(f"rule-{number:02}-{'of-many-words' * 2}", group="net/block0/dense") for number in range(12)]
    told = found_sentence(shown(graph(tower(1)), *many))
    named = re.findall(r"rule-\d\d", told)
    assert len(told) <= MOST_FOUND
    assert named == [f"rule-{number:02}" for number in range(len(named))]
    assert f" and {12 - len(named)} more" in told


def overview_of(*found, **options):
    whole = graph(tower(6))
    return output_for(".svg").make(shown(whole, *found) if found else whole, Options(depth="overview", **options))


@pytest.mark.parametrize("direction", ["down", "right"])
def test_an_overview_says_it_in_its_caption_and_on_its_marks(direction):
    drawn = overview_of(finding(nodes=["net/block4/dense/MatMul"]), direction=direction)
    assert "check found 1 warning (!): no-guard at dense/MatMul" in texts(drawn, "told")
    assert texts(drawn, "badge") == ["! 1 of 6"]
    plain = overview_of(direction=direction)
    assert "check" not in plain
    assert not texts(plain, "badge")


def test_words_of_strangers_stay_words():
    path = "net/</title><script>alert(1)</script>\n\u202e"
    make = Builder()
    here = make.op("x", "Placeholder")
    group = make.group("evil", path=path)
    for number in range(3):
        here = make.op(f"op{number}", "Relu", here, group=group)
    whole = shown(make.graph("net", ["x"], [here]), finding(nodes=["op1"], group=path))
    for depth in ("all", "overview", 0):
        svg = output_for(".svg").make(whole, Options(depth=depth))
        root = ET.fromstring(svg)
        assert not list(root.iter(f"{SVG}script"))
        assert "\u202e" not in svg
        assert all("\n" not in (mark.text or "") for mark in root.iter(f"{SVG}text"))


def log_of_softmax():
    make = Builder()
    here = make.op("x", "Placeholder", out=[("float32", (8, 5))])
    model = make.group("net", "model", cls="Net")
    layer = make.group("head", "layer", model, cls="Dense", source=Source("net.py", 7, "call"))
    last = make.op("net/head/Softmax", "Softmax", here, group=layer, out=[("float32", (8, 5))])
    last = make.op("net/head/Log", "Log", last, group=layer, out=[("float32", (8, 5))])
    return make.graph("net", ["x"], [last])


@pytest.mark.parametrize("depth", ["all", "overview"])
def test_the_option_shows_what_check_finds(depth, tmp_path):
    whole = log_of_softmax()
    assert {each.rule for each in check(whole).at_least("warning")} == {"log-of-softmax"}
    path = whole.save(tmp_path / "net.svg", depth=depth, check=True)
    assert "check found 1 warning (!): log-of-softmax in net/head (net.py:7)" in path.read_text("utf-8")
    assert "check" not in whole.save(tmp_path / "plain.svg", depth=depth).read_text("utf-8")


def test_graphviz_and_text_refuse_it(tmp_path):
    with pytest.raises(InputError, match="Graphviz take no check"):
        graph(tower(1)).save(tmp_path / "net.svg", engine="graphviz", check=True)
    with pytest.raises(InputError, match="take no check"):
        graph(tower(1)).save(tmp_path / "net.txt", check=True)
