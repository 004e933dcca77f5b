from __future__ import annotations

from graphs import Builder
from opscope.graph.content import content_of
from opscope.graph.types import TensorType
from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import cards
from opscope.passes import differ, for_drawing
from opscope.passes.structure import Part
from opscope.render.dot.drawing import dot


def net(widths, strides=None, parameters=None):
    """Equal blocks in a row: a convolution and two ops, of these widths, strides and numbers of parameters."""
    make = Builder()
    last = make.op("x", "Placeholder")
    for k, wide in enumerate(widths):
        out = [TensorType("float32", (1, wide))]
        block = make.group(f"block_{k}", "layer", cls="Block", parameters=(parameters or [7] * len(widths))[k])
        stride = (strides or [1] * len(widths))[k]
        last = make.op(f"c{k}", "Conv2D", last, group=block, out=out, strides=[1, stride, stride, 1], padding="SAME")
        for step in range(5):
            last = make.op(f"r{k}{step}", "Relu", last, group=block, out=out)
    return make.graph("net", ["x"], [last])


def stack(graph):
    drawing = for_drawing(graph, "all", unfold=False)
    return next(card for card in cards(compose(drawing)) if card.repeat > 1)


def words(graph):
    drawing = for_drawing(graph, "all", unfold=False)
    assert len(content_of(drawing).view.stacks) == 1
    return [stack.differences for stack in content_of(drawing).view.stacks.values() if stack.differences]


def test_copies_that_are_the_same_in_all_say_nothing():
    assert words(net([8] * 4)) == []
    assert "differ" not in stack(net([8] * 4)).detail


def test_two_shapes_are_both_named():
    assert words(net([8, 8, 16])) == [("Relu (1, 8) → (1, 16)",)]


def test_the_course_of_the_shapes_is_told_and_of_a_long_one_its_ends_and_how_many_there_are():
    assert words(net([64, 32, 32, 16])) == [("Relu (…, 64) → (…, 32) → (…, 16)",)]
    assert words(net([8, 16, 8])) == [("Relu (1, 8) → (1, 16) → (1, 8)",)]
    assert words(net([8, 9, 10, 11, 12, 8])) == [("Relu (…, 8) → (…, 9) → (…, 10) → (…, 11) → (…, 12) → (…, 8)",)]
    assert words(net([8, 9, 10, 11, 12, 13, 8])) == [("Relu (…, 8) → … → (…, 8) (6 kinds)",)]


def test_of_a_long_course_that_grows_by_the_same_is_told_by_how_much():
    assert words(net([8, 10, 12, 14, 16, 18, 20])) == [("Relu (…, 8) → … → (…, 20), 2 more each",)]
    assert words(net([8, 10, 12, 14, 16, 18, 21])) == [("Relu (…, 8) → … → (…, 21) (7 kinds)",)]
    # Of two copies that have the same the second is not 2 more.
    assert words(net([8, 10, 12, 14, 16, 18, 20, 20])) == [("Relu (…, 8) → … → (…, 20) (7 kinds)",)]


def test_what_follows_a_chain_takes_the_last_copys_shape():
    graph = net([64, 32, 16])
    scene = compose(for_drawing(graph, "all", unfold=False))
    leaving = next(wire for wire in scene.root.wires if wire.source.child == 1)
    assert leaving.label == "last copy: (1, 16)"
    assert leaving.tip == "r24:0 float32 (1, 16)"
    assert [port.text for port in scene.root.children[1].outputs] == ["float32 (1, 16)"]


def test_parameters_and_attributes_are_named():
    assert words(net([8] * 3, strides=[1, 2, 2], parameters=[7, 1000, 1000])) == [
        ("copy 1: stride 1", "7 → 1,000 parameters"),
    ]


def test_the_card_names_the_first_and_the_tooltip_all():
    graph = net([8] * 3, strides=[1, 2, 2], parameters=[7, 1000, 1000])
    card = stack(graph)
    assert card.detail == "1,000 parameters · each feeds the next · copies differ: copy 1: stride 1 and 1 more"
    assert card.tip.endswith("copies differ: copy 1: stride 1\ncopies differ: 7 → 1,000 parameters")
    assert "copies differ: copy 1: stride 1" in dot(graph)


def test_with_every_copy_drawn_nothing_is_said():
    assert not content_of(for_drawing(net([8, 16, 32]), "all", unfold=True)).view.stacks


def parts(*copies):
    """Copies of ops ``(type, shapes, attrs)``, and the words for what differs among them."""
    make = Builder()
    rows = []
    for number, copy in enumerate(copies):
        rows.append([])
        for place, (op, shapes, attrs) in enumerate(copy):
            rows[-1].append(len(make.rows))
            make.op(f"{op}{number}{place}", op, out=[TensorType("float32", shape) for shape in shapes], **attrs)
    stack = [Part(-1, number, list(ops)) for number, ops in enumerate(rows)]
    return differ.differences(make.graph(), stack)


def relu(*shapes):
    return ("Relu", shapes, {})


def test_the_last_op_whose_shapes_differ_is_named():
    first = [relu((1, 8)), ("Tanh", [(1, 8)], {}), relu((3,))]
    second = [relu((1, 9)), ("Tanh", [(1, 4)], {}), relu((3,))]
    assert parts(first, second) == ("Tanh (1, 8) → (1, 4)",)
    assert parts(first[:1], second[:1]) == ("Relu (1, 8) → (1, 9)",)


def test_an_op_without_an_output_and_one_that_is_no_box_are_passed_over():
    first, second = [relu((8,)), ("NoOp", [], {})], [relu((9,)), ("NoOp", [], {})]
    assert parts(first, second) == ("Relu (8) → (9)",)


def test_only_the_first_output_is_compared():
    assert parts([relu((8,), (2,))], [relu((8,), (3,))]) == ()
    assert parts([relu((8,), (2,))], [relu((9,), (2,))]) == ("Relu (8) → (9)",)


def test_a_shape_that_is_not_known_and_one_that_is_long_are_shortened():
    assert parts([relu(None)], [relu((None, 2))]) == ("Relu ? → (None, 2)",)
    assert parts([relu((1, 2, 3, 4, 5, 6))], [relu((1, 2, 3, 4, 5, 6, 7))]) == (
        "Relu (1, 2, 3, 4, 5, 6) → (1, 2, 3, 4, 5, 6, …)",
    )


def conv(strides, dilations=(1, 1, 1, 1)):
    return ("Conv2D", [(1,)], {"strides": list(strides), "dilations": list(dilations)})


def test_each_attribute_that_differs_is_named_once():
    first, second = [conv((1, 1, 1, 1)), conv((1, 1, 1, 1))], [conv((1, 2, 2, 1)), conv((1, 2, 2, 1))]
    assert parts(first, second) == ("Conv2D strides 1 → 2x2",)
    assert parts([conv((1, 2, 3, 1))], [conv((1, 2, 3, 1), (1, 4, 4, 1))]) == ("Conv2D dilations 1 → 4x4",)
    assert parts([conv((1, 2, 3, 1))], [("Conv2D", [(1,)], {})]) == (
        "Conv2D strides 2x3 → None",
        "Conv2D dilations 1 → None",
    )


def test_parameters_are_those_of_the_outermost_groups_that_have_any():
    make = Builder()
    block = make.group("block", "scope")
    layer = make.group("layer", "layer", block, parameters=1200)
    make.group("inner", "layer", layer, parameters=1000)
    other = make.group("other", "layer", block, parameters=34)
    free = make.group("free", "scope")
    for group in (2, other, free, free):
        make.op(f"op{len(make.rows)}", "Relu", group=group)
    first = Part(block, 0, [Part(layer, 1, [Part(2, 2, [0])]), Part(other, 3, [1])])
    second = Part(free, 4, [2, 3])
    assert differ.differences(make.graph(), [first, second]) == ("1,234 → 0 parameters",)


def test_kernels_that_differ_are_told_although_shapes_hide_them():
    """EfficientNet's second and third block: 3×3 and 5×5 kernels over padding, so that all results have equal shapes."""
    make = Builder()
    last = make.op("x", "Placeholder")
    out = [TensorType("float32", (1, 8, 8, 4))]
    for number, size in enumerate((3, 5, 3)):
        block = make.group(f"block_{number}", "layer", cls="Block", parameters=7)
        weights = make.op(f"w{number}", "Const", group=block, out=[TensorType("float32", (size, size, 4, 1))])
        last = make.op(f"c{number}", "DepthwiseConv2dNative", last, weights, group=block, out=out, strides=[1, 1, 1, 1])
        for step in range(5):
            last = make.op(f"r{number}{step}", "Relu", last, group=block, out=out)
    assert words(make.graph("net", ["x"], [last])) == [("depthwise conv kernel 3×3 → 5×5 → 3×3",)]


def test_variables_that_a_function_is_handed_are_as_the_copies_own():
    """As in a SavedModel, whose signature calls a function and hands it each variable as an argument."""
    make = Builder()
    x = make.op("x", "Placeholder", out=[TensorType("float32", (1, 8))])
    handles = [make.variable(f"w{k}", f"blocks[{k}].w", (8, 8)) for k in range(3)]
    call = make.op("call", "StatefulPartitionedCall", x, *handles, out=[TensorType("float32", (1, 8))])
    body = make.group("call", "call", owner=len(make.rows) - 1)
    last = make.op("call/x", "_Arg", x, group=body, out=[TensorType("float32", (1, 8))], index=0)
    given = [
        make.op(f"call/a{k}", "_Arg", handle, group=body, out=[TensorType("resource", ())], index=k + 1)
        for k, handle in enumerate(handles)
    ]
    for k, arg in enumerate(given):
        block = make.group(f"block_{k}", "layer", body, cls="Block")
        read = make.op(f"read{k}", "ReadVariableOp", arg, group=block, out=[TensorType("float32", (8, 8))])
        for step in range(5):
            last = make.op(f"m{k}{step}", "MatMul", last, read, group=block, out=[TensorType("float32", (1, 8))])
    make.op("call/y", "_Retval", last, group=body, index=0)
    graph = make.graph("net", {"x": x}, {"y": call})
    assert (stack(graph).repeat, words(graph)) == (3, [])


def test_what_leaves_stacks_in_stacks_has_the_name_that_it_has_on_each_side():
    """In a stage its last block gives what goes on; outside of the stages the last block of the last one does."""
    make = Builder()
    last = make.op("x", "Placeholder")
    for stage in range(3):
        around = make.group(f"stage_{stage}", "layer", cls="Stage")
        for block in range(3):
            inside = make.group(f"block_{block}", "layer", around, cls="Block")
            for step, kind in enumerate(("Relu", "Tanh", "Exp", "Sqrt", "Abs", "Sin")):
                last = make.op(f"s{stage}_b{block}_{step}", kind, last, group=inside)
        given = last
        last = make.op(f"end_{stage}", "Softmax", last, group=around)
    graph = make.graph("net", ["x"], [last, make.op("seen", "Neg", given)])
    scene = compose(for_drawing(graph, "all", unfold=False))
    stages = next(card for card in cards(scene) if card.title.startswith("stage"))
    assert [card.repeat for card in cards(scene)][1:] == [3, 3]
    inner = {wire.tip.split(":")[0] for wire in stages.wires if wire.source.child >= 0}
    outer = {wire.tip.split(":")[0] for wire in scene.root.wires if scene.root.children[wire.source.child] is stages}
    assert "s0_b2_5" in inner
    assert outer == {"end_2", "s2_b2_5"}
