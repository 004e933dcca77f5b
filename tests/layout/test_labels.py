from __future__ import annotations

import pytest

import drawn
from graphs import Builder, F
from opscope.graph.content import content_of
from opscope.graph.types import TensorType, Variable
from opscope.layout.scene import captions, labels
from opscope.layout.scene.families import FAMILIES, FAMILY, family_of
from opscope.layout.scene.heat import STEPS, colour
from opscope.layout.scene.layer_kinds import LOOKS
from opscope.passes import for_drawing


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ({"shape": [], "values": [0.5]}, "0.5"),
        ({"shape": [], "values": [3]}, "3"),
        ({"shape": [2], "values": [0, 1]}, "[0, 1]"),
        ({"shape": [3], "values": [7]}, "[7, 7, 7]"),
        ({"shape": [32, 64], "values": [0.1] * 8}, "const (32, 64)"),
        ({"shape": [], "values": ["a very long text indeed"]}, '"a very l… indeed"'),
        (None, "const float32 (8, 4)"),
    ],
)
def test_a_constant_says_its_value_when_it_is_small(value, text):
    assert labels.constant_text({"value": value}, F) == text


def test_a_variable_says_its_own_name_and_shape():
    assert (
        labels.variable_text(Variable(0, "encoder.blocks[2].dense.kernel", "float32", (32, 64), True))
        == "kernel (32, 64)"
    )
    assert labels.variable_text(Variable(0, "step", "int64", (), False)) == "step"


def test_a_long_shape_is_cut():
    assert labels.shape_text(tuple(range(9))) == "(0, 1, 2, 3, 4, 5, …)"


def test_a_type_of_unknown_rank_says_its_dtype():
    assert labels.type_text(TensorType("float32", None)) == "float32"


@pytest.mark.parametrize(
    ("name", "text"),
    [("while_placeholder_2", "variable 3"), ("rnn_while_rnn_while_loop_counter", "loop_counter"), ("state", "state")],
)
def test_a_loop_variable_loses_what_tensorflow_put_before_its_name(name, text):
    make = Builder()
    make.op(name, "_Arg")
    assert labels.variable_name(make.graph(), 0) == text


def test_the_facts_count_ops_layers_and_parameters():
    assert captions.facts(drawn.dense()) == ("", "9 ops · 1 layer · 20 parameters")


def test_an_op_type_is_in_one_family():
    listed = [op for ops in FAMILY for op in [ops]]
    assert len(listed) == len(set(listed))
    assert set(FAMILY.values()) <= set(FAMILIES)


@pytest.mark.parametrize(
    ("op", "family"),
    [("MatMul", "matmul"), ("Relu", "elementwise"), ("Sum", "reduce"), ("Reshape", "shape"), ("If", "control"),
     ("RandomUniform", "random"), ("ResourceApplyAdam", "state"), ("NewFancyGrad", "elementwise"), ("Nothing", "other")],
)  # fmt: skip
def test_every_op_type_has_a_family(op, family):
    assert family_of(op) == family


def luminance(hex_colour):
    """CIE L* of an sRGB colour. Formula: IEC 61966-2-1 and CIE 15."""
    parts = [int(hex_colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    light = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    return 116 * light ** (1 / 3) - 16


def test_the_heat_scale_darkens_at_every_step():
    levels = [luminance(step) for step in STEPS]
    falls = [before - after for before, after in zip(levels, levels[1:])]
    assert min(falls) > 7


def test_words_stay_readable_on_every_family():
    for family in LOOKS.values():
        assert luminance(family.fill) - luminance("#1f2328") > 70
        assert luminance(family.fill) - luminance(family.stroke) > 30


def test_a_level_has_the_colour_of_its_step():
    assert [colour(level) for level in (0, 0.19, 0.2, 0.99, 1)] == [STEPS[0], STEPS[0], STEPS[1], STEPS[4], STEPS[4]]


def test_a_stack_counts_the_layers_of_all_its_copies():
    make = Builder()
    model = make.group("net", "model", cls="Net")
    last = make.op("x", "Placeholder")
    for k in range(5):
        block = make.group(f"block{k}", "layer", model, cls="Block", object_path=f"net.blocks[{k}]")
        for op in ("Relu", "Tanh", "Exp"):
            last = make.op(f"{op}{k}", op, last, group=block)
    graph = make.graph(inputs=["x"])
    folded = for_drawing(graph, unfold=False)
    assert [len(stack.names) for stack in content_of(folded).view.stacks.values()] == [5]
    assert captions.facts(graph)[1] == captions.facts(folded)[1] == "16 ops · 5 layers"
    assert "repeated blocks are drawn once: 12 more ops in their other copies" in captions.notes(folded)


def test_an_op_that_is_not_drawn_is_counted_for_one_reason():
    make = Builder()
    model = make.group("net", "model", cls="Net")
    last = make.op("x", "Placeholder")
    for k in range(5):
        block = make.group(f"block{k}", "layer", model, cls="Block", object_path=f"net.blocks[{k}]")
        for op in ("Relu", "Identity", "Tanh", "Exp"):
            last = make.op(f"{op}{k}", op, last, group=block)
    folded = for_drawing(make.graph(inputs=["x"]), unfold=False)
    # Of 21 ops, x and one copy's Relu, Tanh and Exp are drawn.
    assert captions.not_drawn(folded) == ["5 Identity"]
    assert captions.in_other_copies(folded) == 21 - 4 - 5
