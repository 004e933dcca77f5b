"""Drawings of any graph tell the truth: `truth.lies` finds nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

import opscope
from examples import examples
from graphs import Builder
from opscope.graph.content import content_of
from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import Card
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


def passed_back(make, last, used, updates, *, grouped):
    """A pass back through blocks, which uses their tensors; the op that it ends in. With a list of updates to add to, it has a phase and they have one."""
    backward = make.group("backward", "backward") if updates is not None else -1
    update = make.group("update", "optimizer") if updates is not None else -1
    for name, *tensors in reversed(used):
        group = make.group(f"back_{name}", "scope", backward) if grouped else backward
        for place, tensor in enumerate(tensors):
            last = make.op(f"back_{name}_{place}", "Mul", last, tensor, group=group)
        if updates is not None:
            updates.append(make.op(f"update_{name}", "Neg", last, group=update))
    return last


@st.composite
def staged(draw):
    """Stages of blocks with shortcuts that some copies compute and others lack, with settings of their own; grouped by block, by stage, by layer or not at all.

    Some have a pass back behind them, which uses what the blocks computed, as a training step has; some say which phases these are, and update as well.
    """
    make = Builder()
    stem = last = make.op("x", "Placeholder")
    phased = draw(st.booleans())
    forward = make.group("forward", "forward") if phased else -1
    uses_shortcuts = phased and draw(st.booleans())
    block = draw(st.lists(st.sampled_from(["Conv2D", "Relu", "MatMul", "BiasAdd"]), min_size=3, max_size=6))
    join = draw(st.sampled_from(["AddV2", "ConcatV2", "Mul"]))
    more = draw(st.lists(st.sampled_from(["Conv2D", "Tanh", "MatMul"]), min_size=1, max_size=2))
    grouping = draw(st.sampled_from(["block", "stage", "layer", "none", "deep"]))
    outputs, used = [], []
    before_join = draw(st.lists(st.sampled_from(["Softmax", "Identity", "Elu"]), max_size=2))
    after_join = draw(st.sampled_from([[], [], ["Selu"], ["Identity"], ["AddV2"]]))
    lacks = draw(
        st.sampled_from(
            [(), (), ("join",), ("join", "before"), ("before",), ("join", "after"), ("join", "before", "after")]
        )
    )
    blocks = draw(st.sampled_from([None, 2, 3, 3]))
    for stage in range(draw(st.integers(1, 4))):
        around = forward
        if grouping == "stage":
            around = make.group(f"stage{stage}", draw(st.sampled_from(["scope", "layer"])), forward)
        for number in range(blocks or draw(st.integers(2, 5))):
            name = f"s{stage}_b{number}"
            inner = (
                make.group(f"b{number}_of{stage}" if grouping == "stage" else name, "layer", around, cls="B")
                if grouping in ("block", "stage", "deep")
                else forward
            )

            def op(part, kind, *inputs, name=name, inner=inner):
                group = (
                    make.group(f"{name}_{part}", "layer", inner, cls="L") if grouping in ("layer", "deep") else inner
                )
                if kind in ("Conv2D", "MatMul", "BiasAdd") and len(inputs) < 2:
                    inputs = (
                        *inputs,
                        make.op(f"{name}_{part}_w", "Const", group=group, value={"shape": [], "values": [1.0]}),
                    )
                settings = {"strides": [1, stride, stride, 1], "padding": padding} if kind == "Conv2D" else {}
                return make.op(f"{name}_{part}", kind, *inputs, group=group, **settings)

            stride = 2 if stage and not number and draw(st.booleans()) else 1
            padding = "VALID" if stride == 2 and lacks and draw(st.booleans()) else "SAME"
            start = last
            odd = not number if draw(st.integers(0, 3)) else draw(st.booleans())
            early = draw(st.integers(0, 4)) == 0
            short = start
            for place, kind in enumerate(more if odd and early else ()):
                short = op(f"m{place}", kind, short)
            for place, kind in enumerate(block):
                last = op(f"o{place}", kind, last)
            for place, kind in enumerate(more if odd and not early else ()):
                short = op(f"m{place}", kind, short)
            has_less = lacks if (draw(st.integers(0, 9)) == 0 if number else draw(st.integers(0, 4))) else ()
            for place, kind in enumerate(() if "before" in has_less else before_join):
                last = op(f"e{place}", kind, last)
            inner_last = last
            if "join" not in has_less:
                last = op("join", join, last, short if draw(st.integers(0, 9)) else stem)
            for place, kind in enumerate(() if "after" in has_less else after_join):
                last = op(f"f{place}", kind, *([last, inner_last] if kind == "AddV2" else [last]))
            if draw(st.integers(0, 12)) == 0:
                outputs.append(draw(st.sampled_from([short, last, inner_last])))
            used.append((name, start, *([short] if uses_shortcuts else []), inner_last, last))
    last = make.op("head", "Softmax", last, group=forward)
    if phased or draw(st.integers(0, 2)) == 0:
        last = passed_back(make, last, used, outputs if phased else None, grouped=grouping == "block")
    return make.graph(inputs=["x"], outputs=list(dict.fromkeys(name for name in [*outputs, last] if name != "x")))


FILES = [
    "cases/files/folded_inputs", "cases/files/frozen_outputs.pb", "graphs/resnet50_fwd.pb", "graphs/resnet50_train.pb", "graphs/tfm12_train.pb",
    "wild/frozen/lstm.pb", "wild/tf1.1-half_plus_two", "wild/tf1.6-word_segmentation", "wild/tf2.0-multiple_signatures", "wild/tf2.10-dcnn",
    "wild/tf2.10-lstm_text", "wild/tf2.15-seq2seq", "wild/tf2.2-mixed_precision", "wild/tf2.3-flask", "wild/tf2.7-gan_generator",
]  # fmt: skip


@pytest.mark.alike
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


@examples(200)
@given(staged(), st.sampled_from(["all", None, "layers", 0, 1, 2]), st.booleans())
def test_a_drawing_of_stages_whose_first_blocks_differ_tells_the_truth(graph, depth, unfold):
    drawn = for_drawing(graph, depth, unfold=unfold)
    assert lies(graph, drawn, compose(drawn)) == []


@pytest.mark.parametrize("depth", ["all", None, "layers", 0, 1, 2])
def test_what_another_copy_takes_at_another_op_of_a_card_is_no_part_of_the_wire_to_that_card(depth):
    """One of four equal blocks takes its two tensors the other way round, from a stack and from an input: a wire to the block as a whole says so."""
    make = Builder()
    last = make.op("x", "Placeholder")
    y = make.op("y", "Placeholder")
    given = []
    for number in range(3):
        group = make.group(f"b{number}", "layer", cls="B")
        for kind in ("Conv2D", "Relu", "Tanh", "Exp", "Neg", "Sqrt", "Elu", "Selu"):
            last = make.op(f"b{number}_{kind}", kind, last, group=group)
        given.append(last)
    last = make.op("mid", "Softmax", last)
    for number, (first, second) in enumerate([(given[2], y), (y, given[0]), (given[2], y), (given[2], y)]):
        outer = make.group(f"o{number}", "layer", cls="O")
        inner = make.group("in", "layer", outer, cls="I")
        for kind in ("Conv2D", "Relu", "Tanh", "Exp", "Neg", "Elu"):
            last = make.op(f"o{number}_{kind}", kind, last, group=outer)
        last = make.op(f"o{number}_0", "Mul", last, first, group=inner)
        last = make.op(f"o{number}_1", "Mul", last, second, group=inner)
        last = make.op(f"o{number}_s", "Sqrt", last, group=outer)
    graph = make.graph(inputs=["x", "y"], outputs=[last])
    drawn = for_drawing(graph, depth, unfold=False)
    assert lies(graph, drawn, compose(drawn)) == []


@pytest.mark.parametrize(
    "given",
    [
        "none 1 none none 2 none",
        "none 0 none none 1 none",
        "none 0 none none 2 none",
        "none 0 none 0 none 1",
        "none none 1 none none 2",
        "none 0 2 2 none 2",
    ],
)
@pytest.mark.parametrize("depth", ["all", None, "layers"])
def test_what_an_identity_of_one_copy_hands_on_to_the_next_is_taken_by_that_one(given, depth):
    """Six copies of which the second and later take their input by an identity that is drawn in the copy before them."""
    make = Builder()
    for source in ("in0", "in1", "in2"):
        make.op(source, "Placeholder")
    for number, last in enumerate(("in0", "in2", "in1")):
        for place, kind in enumerate(("Sqrt", "Relu", "Relu", "Relu", "Tanh", "Relu")):
            last = make.op(f"p1_{number}_{place}", kind, last)
    for number, source in enumerate(given.split()):
        last = "in0" if source == "none" else f"p1_{source}_5"
        for place, kind in enumerate(("Identity", "Relu", "Relu", "Relu")):
            last = make.op(f"p2_{number}_{place}", kind, last)
    graph = make.graph(inputs=["in0", "in1", "in2"], outputs=[last])
    drawn = for_drawing(graph, depth, unfold=False)
    assert lies(graph, drawn, compose(drawn)) == []


def behind_identities(*, used):
    """Seven blocks of three convolutions, each with an identity behind it. Blocks 3 and 5 add what they are given; behind 3 and behind 5 a block looks at what it is given.

    Each two blocks are a copy, of which the first has neither the sum nor the look, so that the second is drawn: blocks 3 and 4, by the identity behind
    block 2. That identity has another user, or is an output of the model.
    """
    make = Builder()
    last = make.op("x", "Placeholder")
    for number in range(7):
        start = last
        for place in range(3):
            weight = make.op(f"b{number}_w{place}", "Const", value={"shape": [], "values": [1.0]})
            last = make.op(f"b{number}_o{place}", "Conv2D", last, weight)
        if number in (4, 6):
            make.op(f"b{number}_look", "Tanh", start)
        if number in (3, 5, 6):
            last = make.op(f"b{number}_join", "AddV2", last, start if number < 6 else "x")
        last = make.op(f"b{number}_f", "Identity", last)
    seen = make.op("seen", "Neg", "b2_f") if used else "b2_f"
    return make.graph(inputs=["x"], outputs=[seen, make.op("head", "Softmax", last)])


@pytest.mark.parametrize("used", [False, True])
def test_what_an_identity_of_the_drawn_copy_hands_on_to_the_outside_comes_from_the_copy_before_it(used):
    """What enters the first copy is drawn for what enters the second, which is drawn; but outside of both it is what it is: what the first copy gives."""
    graph = behind_identities(used=used)
    drawn = for_drawing(graph, "all", unfold=False)
    scene = compose(drawn)
    children, wires = scene.root.children, scene.root.wires
    (stack,) = [card for card in children if isinstance(card, Card)]
    assert (stack.repeat, stack.tip.count("copy 1: no AddV2, no Tanh")) == (3, 1)
    titles = [child.title for child in children]
    sources = {titles[wire.target.child]: children[wire.source.child] for wire in wires}
    assert sources["Neg" if used else "b2_f"] is stack
    into = {children[wire.source.child].node for wire in wires if children[wire.target.child] is stack}
    assert [content_of(drawn).table.names[node] for node in into] == ["b0_o2"]  # the first copy's
    inside = {wire.tip.split(" ")[0] for wire in stack.wires if wire.source.child < 0}
    assert inside == {"b2_o2:0"}  # the drawn copy's
    assert lies(graph, drawn, scene) == []


def test_a_first_copy_that_takes_an_input_of_the_model_by_identities_of_its_own_is_drawn():
    """Six blocks behind two identities each. The sum of the first takes the input straight, so its identities are what it has more; all take what enters it."""
    make = Builder()
    last = make.op("x", "Placeholder")
    for number in range(6):
        for place in range(2):
            last = make.op(f"b{number}_i{place}", "Identity", last)
        start = last if number else "x"
        for place, kind in enumerate(("Tanh", "Exp", "Sqrt")):
            last = make.op(f"b{number}_o{place}", kind, last)
        last = make.op(f"b{number}_join", "AddV2", last, start)
        last = make.op(f"b{number}_f", "Identity", last)
    seen = [make.op(f"seen{number}", "Neg", f"b{number}_f") for number in range(2)]
    graph = make.graph(inputs=["x"], outputs=[*seen, make.op("head", "Softmax", last)])
    drawn = for_drawing(graph, "all", unfold=False)
    scene = compose(drawn)
    (stack,) = [place for place, child in enumerate(scene.root.children) if isinstance(child, Card)]
    into = [scene.root.children[wire.source.child].title for wire in scene.root.wires if wire.target.child == stack]
    assert set(into) == {"x"}
    assert lies(graph, drawn, scene) == []


def test_a_copy_without_the_only_op_that_takes_a_tensor_of_the_copy_before_it_is_none():
    """Each block adds what the one before computed first, which an identity hands on. The first has no sum, so nothing of it takes that: none could enter for it."""
    make = Builder()
    last = make.op("x", "Placeholder")
    for number in range(5):
        group = make.group(f"b{number}", "layer", cls="B")
        given = make.op(f"b{number}_i", "Identity", f"b{number - 1}_o0" if number else "x", group=group)
        for place, kind in enumerate(("Tanh", "Exp", "Sqrt", "Neg")):
            last = make.op(f"b{number}_o{place}", kind, last, group=group)
        if number > 1:
            last = make.op(f"b{number}_join", "AddV2", last, given, group=group)
    graph = make.graph(inputs=["x"], outputs=[make.op("head", "Softmax", last)])
    drawn = for_drawing(graph, "all", unfold=False)
    assert [len(stack.copies) for stack in content_of(drawn).view.stacks.values()] == [3]
    assert lies(graph, drawn, compose(drawn)) == []
