"""What wires of an overview say that they are for. The graphs are written by hand, and so are the right answers."""

from __future__ import annotations

from dataclasses import replace

import pytest

from graphs import Builder
from opscope.layout.overview.attention_roles import attention_roles
from opscope.layout.overview.attention_words import attention_words
from opscope.layout.overview.one_page import overview
from opscope.layout.scene.items import cards
from role_truth import Roles, said_of
from rows_apart import apart
from truth import lies

WIDE = [("float32", (2, 4, 8))]


def attention(scores="BatchMatMulV2", weigh="BatchMatMulV2", *, turned=False, between=(), equation="", weight=False):
    """Three inputs; a product of the first two, scaled, goes through a softmax and is multiplied with the third."""
    make = Builder()
    for name in ("one", "two", "three"):
        make.op(name, "Placeholder", out=WIDE)
    if weight:
        make.variable("two", "two", (4, 8))
    scale = make.op("scale", "Const", out=[("float32", ())], value={"shape": [], "values": [0.5]})
    made = make.op("scores", scores, "one", "two", out=WIDE, **({"equation": equation} if equation else {}))
    here = make.op("scaled", "Mul", made, scale, out=WIDE)
    here = make.op("softmax", "Softmax", here, out=WIDE)
    for kind in between:
        here = make.op(f"then_{kind}", kind, here, out=WIDE)
    operands = ("three", here) if turned else (here, "three")
    make.op("mixed", weigh, *operands, out=WIDE)
    return make


def found(make):
    graph = make.graph("net", ["one", "two", "three"], ["mixed"])
    names = [row.name for row in make.rows]
    return {(names[row], place): role for (row, place), role in attention_roles(graph).items()}


def test_queries_are_rows_of_the_scores_and_keys_their_columns():
    assert found(attention()) == {("scores", 0): "q", ("scores", 1): "k", ("mixed", 1): "v"}


def test_einsum_tells_by_its_letters_which_operand_the_softmax_goes_along():
    """Keras multiplies keys by queries, ``aecd,abcd->acbe``: the last axis of the scores is that of the first operand."""
    made = attention("Einsum", "Einsum", equation="aecd,abcd->acbe")
    assert found(made) == {("scores", 0): "k", ("scores", 1): "q", ("mixed", 1): "v"}


def test_weights_may_stand_behind_the_values_and_pass_through_a_dropout():
    roles = found(attention(turned=True, between=("Identity", "Mul")))
    assert roles[("mixed", 0)] == "v"


@pytest.mark.parametrize(
    "made",
    [
        attention(between=("Transpose",)),  # the last axis is another one
        attention(weight=True),  # a layer, whose weights are no keys
        attention("Einsum", equation="ab,bc->bb"),
        attention("Mul"),
    ],
)
def test_what_is_no_attention_has_no_roles(made):
    if not made.variables:
        assert found(made) == {}
    else:
        graph = made.graph("net", ["one", "three"], ["mixed"])
        assert attention_roles(graph) == {}


def test_a_softmax_of_nothing_is_no_attention():
    make = Builder()
    make.op("three", "Placeholder", out=WIDE)
    make.op("softmax", "Softmax", out=WIDE)
    make.op("mixed", "BatchMatMulV2", "softmax", "three", out=WIDE)
    assert attention_roles(make.graph("net", ["three"], ["mixed"])) == {}


def test_labels_begin_with_the_roles_and_the_checker_sees_a_wrong_one():
    make = attention()
    for number in range(60):  # so many boxes that an overview is drawn
        make.op(f"more{number}", "Relu", f"more{number - 1}" if number else "mixed", out=WIDE)
    graph = make.graph("net", ["one", "two", "three"], ["more59"])
    drawn = overview(graph)
    scene = apart(drawn.drawing.scene)
    assert lies(graph, drawn.graph, scene) == []
    said = sorted(word for card in cards(drawn.drawing.scene) for wire in card.wires for word in said_of(wire))
    assert said == ["k", "q", "v"]
    card = cards(scene)[0]
    wrong = [
        wire if "k" not in said_of(wire) else type(wire)(wire.source, wire.target, label="v (2, 4, 8)")
        for wire in card.wires
    ]
    broken = type(card)(card.group, card.kind, card.title, card.tip, True, children=card.children, wires=tuple(wrong))
    assert list(Roles(graph, drawn.graph).false([broken])) == ["a wire in net says 'v' and is not that"]


HEADS = [("float32", (2, 4, 8, 16))]
SCORES = [("float32", (2, 4, 8, 8))]


def with_heads(scale, op="Mul", out=HEADS, equation="", **settings):
    """An attention of four heads of 16 features in a scope, whose scores are scaled."""
    make = Builder()
    scope = make.group("attn", "scope")
    for name in ("one", "two", "three"):
        make.op(name, "Placeholder", out=out)
    factor = make.op("scale", "Const", out=[("float32", ())], value={"shape": [], "values": [scale]}, group=scope)
    product = "Einsum" if equation else "BatchMatMulV2"
    settings = {"equation": equation} if equation else settings
    scores = make.op("scores", product, "one", "two", out=SCORES, group=scope, **settings)
    here = make.op(
        "softmax", "Softmax", make.op("scaled", op, scores, factor, out=SCORES, group=scope), out=SCORES, group=scope
    )
    make.op("mixed", "BatchMatMulV2", here, "three", out=out, group=scope)
    return make.graph("net", ["one", "two", "three"], ["mixed"]), {
        row.name: place for place, row in enumerate(make.rows)
    }


@pytest.mark.parametrize(
    ("scale", "op", "said"),
    [
        (0.25, "Mul", "\u00d7 1/\u221a16"),
        (4.0, "RealDiv", "\u00d7 1/\u221a16"),
        (0.5, "Mul", None),  # the root of 4, which is no number of features here
    ],
)
def test_a_scale_of_scores_is_told_as_the_root_that_it_is(scale, op, said):
    graph, rows = with_heads(scale, op)
    assert attention_words(graph).scales.get(rows["scaled"]) == said


def test_the_products_of_an_attention_say_what_they_multiply_and_its_scope_how_many_heads_it_has():
    graph, rows = with_heads(0.25)
    words = attention_words(graph)
    assert words.products == {rows["scores"]: "q \u00b7 k", rows["mixed"]: "\u00b7 v"}
    assert list(words.groups.values()) == ["attention, 4 heads \u00d7 16"]


def test_heads_are_no_axis_of_the_scores_that_only_queries_have():
    graph, _ = with_heads(0.25, equation="abcd,aecd->abce")  # b is an axis of the queries alone
    assert list(attention_words(graph).groups.values()) == ["attention"]


@pytest.mark.parametrize(
    ("out", "settings"),
    [
        ((2, 4, 16, 8), {"adj_x": True}),  # queries and keys with the features before the places
        ((2, 4, 16, 8), {"equation": "abdc,abde->abce"}),
        ((2, 4, 8, 16), {"equation": "...cd,...ed->...ce"}),
        ((2, 4, 8, 16), {"adj_y": True}),
    ],
)
def test_the_features_of_a_head_are_those_over_which_the_product_of_queries_and_keys_sums(out, settings):
    graph, rows = with_heads(0.25, out=[("float32", out)], **settings)
    words = attention_words(graph)
    assert words.scales == {rows["scaled"]: "\u00d7 1/\u221a16"}
    assert list(words.groups.values()) == ["attention, 4 heads \u00d7 16"]


def test_queries_without_features_have_no_scale_of_them():
    graph, _ = with_heads(0.25, out=[("float32", (2, 4, 8, 0))])
    assert attention_words(graph).scales == {}


def differences(first, second):
    """What is said at the wires into a difference, by the input that they bring, after the checker has found nothing."""
    make = Builder()
    for name in ("one", "two"):
        make.op(name, "Placeholder", out=WIDE)
    make.op("three", "Const", out=[("float32", ())], value={"shape": [], "values": [3.0]})
    for name in ("one", "two"):
        make.op(f"{name}_made", "Tanh", name, out=WIDE)
    make.op("both", "MatMul", "one_made", "two_made", out=WIDE)
    make.op("apart", "Sub", first, second, out=WIDE)
    here = make.op("joined", "Mul", "apart", "both", out=WIDE)
    for number in range(60):  # so many boxes that an overview is drawn
        here = make.op(f"more{number}", "Relu", here, out=WIDE)
    graph = make.graph("net", ["one", "two"], [here])
    drawn = overview(graph)
    scene = apart(drawn.drawing.scene)
    assert lies(graph, drawn.graph, scene) == []
    return {
        (wire.tip.split(":")[0], word)
        for card in cards(drawn.drawing.scene)
        for wire in card.wires
        for word in said_of(wire)
    }


@pytest.mark.parametrize(
    ("first", "second", "said"),
    [
        ("one_made", "two_made", {("two_made", "subtracted")}),
        ("two_made", "one_made", {("one_made", "subtracted")}),
        ("one_made", "one_made", set()),  # either is
        ("three", "one_made", set()),  # there is one wire, and the sign says 3 \u2212 x
    ],
)
def test_a_difference_says_which_of_its_wires_brings_what_is_subtracted(first, second, said):
    assert differences(first, second) == said


def test_the_checker_sees_that_not_what_is_subtracted_is_called_so():
    make = Builder()
    for name in ("one", "two"):
        make.op(name, "Placeholder", out=WIDE)
    make.op("apart", "Sub", "one", "two", out=WIDE)
    here = "apart"
    for number in range(60):
        here = make.op(f"more{number}", "Relu", here, out=WIDE)
    graph = make.graph("net", ["one", "two"], [here])
    drawn = overview(graph)
    card = cards(apart(drawn.drawing.scene))[0]
    for place, name in enumerate(("one", "two")):
        wires = [replace(wire, role="subtracted" * wire.tip.startswith(name)) for wire in card.wires]
        false = list(Roles(graph, drawn.graph).false([replace(card, wires=tuple(wires))]))
        assert false == ["a wire in net says 'subtracted' and is not that"] * (1 - place)
