"""Drawings of any graph tell the truth: `truth.lies` finds nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import opscope
from examples import examples
from graphs import Builder
from opscope.layout.scene.compose import compose
from opscope.passes import for_drawing
from truth import lies

UNARY = ["Relu", "Tanh", "Exp", "Neg", "Identity", "Sqrt"]
BINARY = ["AddV2", "Mul", "MatMul", "Sub"]


@st.composite
def repeating(draw):
    """Graphs in which blocks repeat: in a row or side by side, fed alike or not, with weights, inputs and outputs anywhere."""
    make = Builder()
    every = [make.op(f"in{k}", "Placeholder") for k in range(draw(st.integers(1, 4)))]
    outputs = []
    for part in range(draw(st.integers(1, 3))):
        block = draw(st.lists(st.tuples(st.sampled_from(UNARY + BINARY), st.booleans()), min_size=4, max_size=7))
        chained, grouped = draw(st.booleans()), draw(st.booleans())
        last = draw(st.sampled_from(every))
        start = last
        side = draw(st.sampled_from(["same", "own", "any", "weight", "mixed"]))
        for copy in range(draw(st.integers(3, 6))):
            group = make.group(f"p{part}_block{copy}", draw(st.sampled_from(["scope", "layer"]))) if grouped else -1
            here = last if chained else start
            if draw(st.integers(0, 9)) == 0:
                here = draw(st.sampled_from(every))
            for place, (kind, reads) in enumerate(block):
                name = f"p{part}_{copy}_{place}"
                inputs = [here]
                if kind in BINARY:
                    how = draw(st.sampled_from(["same", "own", "any", "weight"])) if side == "mixed" else side
                    if how == "weight":
                        inputs.append(
                            make.op(
                                f"{name}_w", "Const", group=group if reads else -1, value={"shape": [], "values": [1.0]}
                            )
                        )
                    elif how == "own":
                        inputs.append(make.op(f"{name}_f", draw(st.sampled_from(["Softmax", "Elu"])), every[0]))
                    else:
                        inputs.append(every[0] if how == "same" else draw(st.sampled_from(every)))
                here = make.op(name, kind, *inputs, group=group)
            last = here
            every.append(here)
            if draw(st.integers(0, 5)) == 0:
                outputs.append(here)
    if draw(st.booleans()):
        every.append(make.op("sum", "AddN", *draw(st.lists(st.sampled_from(every), min_size=1, max_size=6))))
    return make.graph(
        inputs=[row.name for row in make.rows if row.op == "Placeholder"],
        outputs=list(dict.fromkeys([*outputs, every[-1]])),
    )


FILES = [
    "cases/files/folded_inputs", "cases/files/frozen_outputs.pb", "graphs/resnet50_fwd.pb", "graphs/resnet50_train.pb", "graphs/tfm12_train.pb",
    "wild/frozen/lstm.pb", "wild/tf1.1-half_plus_two", "wild/tf1.6-word_segmentation", "wild/tf2.0-multiple_signatures", "wild/tf2.10-dcnn",
    "wild/tf2.10-lstm_text", "wild/tf2.15-seq2seq", "wild/tf2.2-mixed_precision", "wild/tf2.3-flask", "wild/tf2.7-gan_generator",
]  # fmt: skip


@pytest.mark.parametrize("name", FILES)
def test_a_drawing_of_a_real_file_tells_the_truth_folded_or_not(shared, name):
    whole = opscope.load(shared / name)
    for depth in ("all", None, "layers", 0, 1, 2):
        for unfold in (False, True) if len(whole) < 3000 else (False,):
            drawn = for_drawing(whole, depth, unfold=unfold)
            assert lies(whole, drawn, compose(drawn)) == []


@examples(200)
@given(repeating(), st.sampled_from(["all", None, "layers", 0, 1]), st.booleans())
def test_a_drawing_of_what_repeats_tells_the_truth(graph, depth, unfold):
    drawn = for_drawing(graph, depth, unfold=unfold)
    assert lies(graph, drawn, compose(drawn)) == []
