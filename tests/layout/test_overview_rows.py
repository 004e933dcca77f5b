"""What an overview says: rows of layers, signs, titles of stacks, figures. The graphs are written by hand, and so are the right answers."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

import opscope
from graphs import Builder, F
from opscope.graph.content import content_of, with_measurement
from opscope.graph.types import Cost, Measured, Variable
from opscope.layout.overview.known_words import KnownWords
from opscope.layout.overview.one_page import AS_USUAL, Manner, overview
from opscope.layout.overview.page_shapes import PAGE_HIGH, more_around
from opscope.layout.overview.row_titles import name_together, names_of_several
from opscope.layout.scene.compose import compose
from opscope.layout.scene.group_ops import GroupOps
from opscope.layout.scene.items import Box, Card, Cell, ChainRow, Pill, cards, items
from opscope.layout.scene.layer_kinds import LOOKS, KindsOfCards
from opscope.layout.scene.quantity import only
from opscope.layout.scene.sketch import texts_of
from opscope.layout.sizes.extents import SMALL_FONT
from opscope.layout.sizes.rightward_sizes import column_frames
from opscope.layout.sizes.row_sizes import cell_frames
from opscope.passes import for_drawing, prepared, repeats_folded
from opscope.render.svg.overview_page import overview_svg
from rows_apart import apart
from truth import lies

CONV = {"filters": 64, "kernel_size": [3, 3], "strides": [1, 1], "padding": "same", "activation": "linear"}


class Net:
    """A model of layers, each of which is one op."""

    def __init__(self, name="net"):
        self.make = Builder()
        self.model = self.make.group(name, "model", cls="Functional", defined_in="keras")

    def layer(self, name, cls, op, *inputs, parent=None, package="keras", settings=None, cost=None, measured=None):
        """One layer with one op in it."""
        around = self.model if parent is None else parent
        group = self.make.group(
            name, "layer", around, cls=cls, defined_in=package, settings=settings or {}, outputs=(F,)
        )
        path = self.make.groups[group].path
        return self.make.op(f"{path}/{op}", op, *inputs, group=group, cost=cost, measured=measured)

    def chain(self, start, *layers, **more):
        """Layers that each take what the one before gives: ``(name, class, op)``."""
        for name, cls, op in layers:
            start = self.layer(name, cls, op, start, settings=CONV if cls == "Conv2D" else None, **more)
        return start

    def drawn(self, last, wanted=AS_USUAL):
        """The overview, after the checker has found nothing in it."""
        graph = self.make.graph("net", ["x"], [last])
        found = overview(graph, wanted=wanted)
        assert lies(graph, found.graph, apart(found.drawing.scene)) == []
        return found


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"units": 4, "activation": "linear"}, "Dense 4, no activation"),
        ({"units": 4, "activation": "softmax"}, "Dense 4, softmax"),
        ({"units": 4}, "Dense 4"),  # nobody knows
    ],
    ids=["none", "softmax", "unknown"],
)
def test_the_last_layer_says_that_it_has_no_activation_where_that_is_known(settings, said):
    """A reader asks whether a model gives logits; of layers before it nobody does."""
    net = Net()
    first = net.layer("a", "Dense", "MatMul", net.make.op("x", "Placeholder"), settings={**settings, "units": 8})
    found = net.drawn(net.layer("b", "Dense", "MatMul", first, settings=settings))
    cells = [text for text, _ in told(found)]
    assert cells[-1] == said
    assert "no activation" not in cells[0]


def test_a_layer_whose_result_something_else_takes_is_not_the_last():
    net = Net()
    dense = net.layer(
        "a", "Dense", "MatMul", net.make.op("x", "Placeholder"), settings={"units": 8, "activation": "linear"}
    )
    found = net.drawn(net.layer("s", "Softmax", "Softmax", dense))
    assert not any("no activation" in text for text, _ in told(found))


IN_WORDS = Manner(placed=False)
"""Graphviz has no small drawings."""


def told(found):
    """What the rows say, from the top down: the cells and the name of each."""
    rows = [item for item in items(found.drawing.scene) if isinstance(item, ChainRow)]
    return [(" · ".join(cell.text for cell in row.cells), row.name) for row in rows]


def block(net, start, number, stage=0, odd=False, bare=False, **each):
    """A residual block of two convolutions; an odd one projects its shortcut, a bare one has none."""
    name = f"stage{stage}_block{number}"
    here = net.chain(
        start, (f"{name}_a_conv", "Conv2D", "Conv2D"), (f"{name}_a_bn", "BatchNormalization", "FusedBatchNormV3"),
        (f"{name}_a_relu", "ReLU", "Relu"), (f"{name}_b_conv", "Conv2D", "Conv2D"), (f"{name}_b_bn", "BatchNormalization", "FusedBatchNormV3"),
        **each,
    )  # fmt: skip
    if bare:
        return here
    short = net.layer(f"{name}_proj", "Conv2D", "Conv2D", start, settings=CONV, **each) if odd else start
    return net.layer(f"{name}_add", "Add", "AddV2", here, short, **each)


def test_layers_that_feed_each_other_share_a_row():
    net = Net()
    last = net.chain(
        net.make.op("x", "Placeholder"), ("conv1_pad", "ZeroPadding2D", "Pad"), ("conv1_conv", "Conv2D", "Conv2D"),
        ("conv1_bn", "BatchNormalization", "FusedBatchNormV3"), ("conv1_relu", "ReLU", "Relu"), ("pool", "MaxPooling2D", "MaxPool"),
        ("fc", "Dense", "MatMul"),
    )  # fmt: skip
    rows = told(net.drawn(last))
    assert [name for _, name in rows] == ["conv1", "pool", "fc"]
    first = rows[0][0].split(" · ")
    assert first[1:] == ["3×3 conv, 64", "BN", "ReLU"]


def leaking(op, weights_first=False):
    """A model that ends in an op that joins a tensor with what is made of a weight alone, ``1 − leak``."""
    net = Net()
    here = net.layer("fc", "Dense", "MatMul", net.make.op("x", "Placeholder"))
    handle = net.make.variable("leak", "cell.leak", (8,), net.model)
    read = net.make.op("net/read", "ReadVariableOp", handle, group=net.model, out=[("float32", (8,))])
    one = net.make.op("net/one", "Const", group=net.model, out=[F], value={"shape": [], "values": [1.0]})
    rest = net.make.op("net/rest", "Sub", one, read, group=net.model, out=[("float32", (8,))])
    taken = (rest, here) if weights_first else (here, rest)
    return told(net.drawn(net.make.op("net/join", op, *taken, group=net.model)))


@pytest.mark.parametrize(
    ("op", "weights_first", "said"), [("Mul", False, "×"), ("AddV2", True, "+"), ("Sub", False, "−")]
)
def test_what_is_made_of_weights_alone_is_told_where_it_is_used(op, weights_first, said):
    """A box of its own that nothing leads to floated beside the flow, and readers looked for its input."""
    assert [cells for cells, _ in leaking(op, weights_first)][-1] == f"{said} (1 − leak)"


@pytest.mark.parametrize(
    ("begin", "made", "said"),
    [
        (0, (4, 8), "+ (first 4 rows of table)"),
        (2, (4, 8), None),  # not the first ones
        (0, (6, 4), None),  # other columns too
    ],
)
def test_the_first_rows_of_a_table_are_called_so(begin, made, said):
    net = Net()
    here = net.layer("fc", "Dense", "MatMul", net.make.op("x", "Placeholder"))
    handle = net.make.variable("table", "positions.table", (6, 8), net.model)
    read = net.make.op("net/read", "ReadVariableOp", handle, group=net.model, out=[("float32", (6, 8))])
    places = [
        net.make.op(
            f"net/{name}", "Const", group=net.model, out=[("int32", (1,))], value={"shape": [1], "values": [at]}
        )
        for name, at in (("begin", begin), ("end", begin + 4), ("stride", 1))
    ]
    taken = net.make.op("net/slice", "StridedSlice", read, *places, group=net.model, out=[("float32", made)])
    rows = [cells for cells, _ in told(net.drawn(net.make.op("net/join", "AddV2", here, taken, group=net.model)))]
    assert (rows[-1] == said) if said else not any("first" in row for row in rows)


def test_what_something_is_taken_from_is_not_told_behind_the_sign():
    """``(1 − leak) − x`` is not ``x − (1 − leak)``."""
    rows = [cells for cells, _ in leaking("Sub", weights_first=True)]
    assert "−" in rows and any(row.startswith("1 − leak") for row in rows)


def test_the_wire_to_a_row_ends_at_its_first_box_in_both_directions():
    """A padding that leads its convolution takes what the wire brings: the wire's end lies within it, as it is drawn."""
    for rightward in (False, True):
        net = Net()
        layers = [("pad", "ZeroPadding2D", "Pad"), ("conv", "Conv2D", "Conv2D"), ("bn", "BatchNormalization", "Mul")]
        last = net.chain(net.make.op("x", "Placeholder"), *layers)
        graph = net.make.graph("net", ["x"], [last])
        root = overview(graph, wanted=Manner(rightward=rightward)).drawing.root
        inside, across = root.inside, 1 if rightward else 0
        (place,) = [at for at, child in enumerate(inside.children) if isinstance(child.item, ChainRow)]
        row, body = inside.children[place].item, inside.children[place].body
        first = (column_frames(row) if rightward else cell_frames(row))[0]
        (path,) = [each for each in inside.paths if each.wire.target.child == place]
        begin = body[across] + first[across]
        assert row.cells[0].text == "ZeroPadding2D"
        assert begin <= path.points[-1][across] <= begin + first[2 + across]


@pytest.mark.parametrize("joined", [True, False])
def test_the_wire_of_a_row_that_begins_with_a_sign_is_seen_to_leave_its_last_box(joined):
    net = Net()
    x = net.make.op("x", "Placeholder")
    a = net.chain(x, ("a", "Conv2D", "Conv2D"))
    both = net.layer("sum", "Add", "AddV2", a, x) if joined else a
    here = net.chain(both, ("after", "LayerNormalization", "Mul"))
    last = net.layer("end", "Add", "AddV2", net.chain(here, ("c", "Conv2D", "Conv2D")), here)
    inside = net.drawn(last).drawing.root.inside
    (place,) = [
        at
        for at, child in enumerate(inside.children)
        if isinstance(child.item, ChainRow) and child.item.cells[-1].text.startswith("Layer")
    ]
    row, body = inside.children[place].item, inside.children[place].body
    assert (len(row.cells), row.cells[0].symbol) == (2, joined)
    cells = cell_frames(row)
    left = [path.points for path in inside.paths if path.wire.source.child == place]
    assert len(left) == 2
    for points in left:
        x, y = points[0]
        of = cells[-1 if joined else 0]
        assert y == body.y + body.height and body.x + of.x < x < body.x + of.x + of.width
        back = points[1:3] if joined else ()  # to where the flow goes down, below the row and above all else
        assert all(y < b < y + 10 for _, b in back)
        assert not back or cells[0].x < back[-1][0] - body.x < cells[0].x + cells[0].width


def test_a_layer_whose_output_two_others_take_ends_its_row():
    net = Net()
    here = net.chain(
        net.make.op("x", "Placeholder"), ("a", "Conv2D", "Conv2D"), ("b", "BatchNormalization", "FusedBatchNormV3")
    )
    last = net.layer("sum", "Add", "AddV2", net.chain(here, ("c", "ReLU", "Relu")), here)
    assert told(net.drawn(last)) == [("3×3 conv, 64 · BN", "a"), ("ReLU", "c"), ("+", "sum")]


def test_a_name_that_keras_made_of_the_class_is_not_said():
    net = Net()
    last = net.chain(net.make.op("x", "Placeholder"), ("conv2d_7", "Conv2D", "Conv2D"), ("re_lu_3", "ReLU", "Relu"))
    assert told(net.drawn(last)) == [("3×3 conv, 64 · ReLU", "")]


def test_what_joins_tensors_is_a_sign_in_a_circle():
    net = Net()
    x = net.make.op("x", "Placeholder")
    last = net.layer("sum", "Add", "AddV2", net.chain(x, ("a", "Conv2D", "Conv2D")), x)
    (row,) = [
        item for item in items(net.drawn(last).drawing.scene) if isinstance(item, ChainRow) and item.name == "sum"
    ]
    assert [(cell.text, cell.symbol) for cell in row.cells] == [("+", True)]


def test_the_frame_of_the_only_model_is_not_drawn():
    net = Net()
    found = net.drawn(net.chain(net.make.op("x", "Placeholder"), ("a", "Conv2D", "Conv2D"), ("b", "Dense", "MatMul")))
    root = found.drawing.scene.root
    assert [type(child) for child in root.children] == [Pill, ChainRow, ChainRow, Pill]
    assert len(root.wires) == 3


def test_a_stack_is_called_by_its_first_and_last_copy_and_a_later_stage_by_the_earlier():
    net = Net()
    here = net.make.op("x", "Placeholder")
    for stage, count in ((1, 4), (2, 5)):
        for number in range(1, count + 1):
            here = block(net, here, number, stage, odd=number == 1)
    stacks = [card for card in cards(net.drawn(here, IN_WORDS).drawing.scene) if card.repeat > 1]
    assert [(card.title, card.repeat, card.open) for card in stacks] == [
        ("stage1_block1 … 4", 4, True),
        ("stage2_block1 … 5", 5, False),
    ]
    assert "copy 1: shortcut 3×3 conv, 64" in stacks[0].subtitle
    assert stacks[1].subtitle.startswith("as stage1_block")


def test_a_later_stage_says_which_kernels_are_others_than_in_the_earlier():
    """As EfficientNet's, whose depthwise convolutions are 3×3 or 5×5."""
    net = Net()
    here = net.make.op("x", "Placeholder")
    for stage, (count, size) in enumerate([(4, 3), (5, 5)]):
        for number in range(count):
            name, before = f"stage{stage}_block{number}", here
            for part, kernel in (("a", 1), ("b", size)):
                settings = {**CONV, "kernel_size": [kernel, kernel]}
                here = net.layer(f"{name}_{part}_conv", "Conv2D", "Conv2D", here, settings=settings)
                here = net.layer(f"{name}_{part}_relu", "ReLU", "Relu", here)
            here = net.layer(f"{name}_add", "Add", "AddV2", here, before)
    stacks = [card for card in cards(net.drawn(here, IN_WORDS).drawing.scene) if card.repeat > 1]
    assert [card.repeat for card in stacks] == [4, 5]
    assert stacks[1].subtitle == "as stage0_block with 5×5 conv"


def test_a_stage_says_which_of_its_sizes_are_others_in_some_copies():
    """The first block of the second stage has other filters in its first convolution; the sizes are those of the layers that are asked for."""
    net = Net()
    here = net.make.op("x", "Placeholder")
    for stage, (count, widths) in enumerate([(4, (8, 32)), (5, (64, 128))]):
        for number in range(count):
            name, before = f"stage{stage}_block{number}", here
            for part, filters in zip("ab", (48, 128) if stage and not number else widths):
                settings = {**CONV, "kernel_size": [3, 3], "filters": filters}
                here = net.layer(f"{name}_{part}_conv", "Conv2D", "Conv2D", here, settings=settings)
                here = net.layer(f"{name}_{part}_relu", "ReLU", "Relu", here)
            here = net.layer(f"{name}_add", "Add", "AddV2", here, before)
    drawn = [card for card in cards(net.drawn(here).drawing.scene) if card.repeat > 1]
    assert drawn[1].sketch is not None
    assert "3×3 conv, n" in texts_of(drawn[1].sketch.steps)
    assert drawn[1].subtitle == "n in each copy: 48, 64, 64, 64, 64"
    stacks = [card for card in cards(net.drawn(here, IN_WORDS).drawing.scene) if card.repeat > 1]
    assert stacks[1].subtitle == "as stage0_block with filters 48 (copies 2, 3, 4, 5: 64), 128"
    whole = prepared(net.make.graph("net", ["x"], [here]), shapes=False)
    folded = repeats_folded(whole)
    content = content_of(folded)
    stack = next(index for index, each in content.view.stacks.items() if len(each.copies) == 5)
    known = KnownWords(folded, whole)
    first, second = (group for group in content.groups if group.parent == stack and group.cls == "Conv2D")
    for layers in ([first, second], [second, first], [second]):
        found = known.of_copies(stack, layers, lambda group: group.settings["filters"])
        width = {first: [48, 64, 64, 64, 64], second: [128] * 5}
        assert found == list(zip(*[width[layer] for layer in layers]))
    assert known.of_copies(stack, [first, first], lambda _: 0) == []
    assert known.of_copies(stack, [replace(first, name="another")], lambda _: 0) == []


def test_layers_of_the_author_are_marked_and_open_and_those_of_libraries_are_closed():
    net = Net()
    x = net.make.op("x", "Placeholder")
    own = net.make.group("gate", "layer", net.model, cls="GatedBlock", defined_in="__main__", settings={"units": 4})
    a = net.make.op("net/gate/m", "MatMul", x, x, group=own)
    b = net.make.op("net/gate/s", "Sigmoid", a, group=own)
    last = net.layer("fc", "Dense", "MatMul", net.make.op("net/gate/mul", "Mul", a, b, group=own))
    for number in range(45):
        last = net.layer(f"fc{number}", "Dense", "MatMul", last)
    found = net.drawn(last)
    gate = next(card for card in cards(found.drawing.scene) if card.title == "gate")
    assert (gate.own, gate.subtitle) == (True, "GatedBlock units 4")
    dense = [cell.item for item in items(found.drawing.scene) if isinstance(item, ChainRow) for cell in item.cells]
    assert not any(item.own for item in dense if isinstance(item, Card))


def test_figures_of_rows_add_up_to_those_of_the_ops_and_a_stack_has_those_of_its_copies():
    net, each = Net(), {"cost": Cost(100.0, None), "measured": Measured(time_us=7.0)}
    here = net.make.op("x", "Placeholder")
    for number in range(4):
        here = block(net, here, number, **each)
    last = net.layer("head", "Softmax", "Softmax", here, cost=Cost(3.0, None), measured=Measured(time_us=1.0))
    found = net.drawn(last)
    rows = found.figures.rows
    layers = 4 * 6  # five in a row and the sum
    assert sum(row.flops or 0.0 for row in rows) == layers * 100.0 + 3.0
    assert sum(row.total or 0.0 for row in rows) == layers * 7.0 + 1.0
    by_title = {getattr(line.item, "title", ""): row for line, row in zip(found.lines, rows)}
    (stack,) = [card for card in cards(found.drawing.scene) if card.repeat > 1]
    assert by_title[stack.title].total == layers * 7.0


def test_what_a_copy_lacks_is_no_op_of_the_stack_nor_of_another_row():
    net, each = Net(), {"cost": Cost(100.0, None)}
    here = net.make.op("x", "Placeholder")
    for number in range(4):
        here = block(net, here, number, bare=not number, **each)
    net.make.variables.append(Variable(0, "head.kernel", "float32", (8, 10), True))
    head = net.make.group("head", "layer", net.model, cls="Dense", defined_in="keras", variables=(0,), outputs=(F,))
    last = net.make.op("net/head/m", "MatMul", here, group=head, cost=Cost(3.0, None))  # of all ops, too
    found = net.drawn(last)
    (stack,) = [card for card in cards(found.drawing.scene) if card.repeat > 1]
    assert (stack.repeat, "copy 1: no shortcut" in stack.subtitle) == (4, True)
    figures = [
        (getattr(line.item, "title", ""), row.flops, row.parameters)
        for line, row in zip(found.lines, found.figures.rows)
        if row.flops and not (isinstance(line.item, ChainRow) and line.item.name.startswith("stage"))
    ]
    assert figures[0] == (stack.title, (4 * 6 - 1) * 100.0, None)
    assert [(flops, parameters) for _, flops, parameters in figures[1:]] == [(3.0, 80)]


def test_gradients_and_updates_count_in_the_rows_of_their_layers():
    make = Builder()
    forward = make.group("forward", "forward")
    x = make.op("x", "Placeholder")
    layers, gradients = [], []
    here = x
    for name in ("one", "two"):
        layer = make.group(name, "layer", forward, cls="Dense", defined_in="keras")
        here = make.op(f"forward/{name}/m", "MatMul", here, group=layer, measured=Measured(time_us=10.0))
        layers.append(layer)
    loss = make.group("loss", "loss")
    value = make.op("loss/l", "Square", here, group=loss, measured=Measured(time_us=1.0))
    backward = make.group("backward", "backward", measured=Measured(time_us=300.0, error_us=1.0))
    for name, took in (("two", 200.0), ("one", 100.0)):
        mirror = make.group(name, "scope", backward, of=f"forward/{name}")
        value = make.op(f"backward/{name}/g", "MatMul", value, group=mirror, measured=Measured(time_us=took))
        gradients.append(value)
    graph = make.graph("step", ["x"], [value])
    found = overview(graph)
    parts = {}
    for line, row in zip(found.lines, found.figures.rows):
        name = line.item.name if isinstance(line.item, ChainRow) else line.item.title
        parts[name] = dict(row.parts)
    assert parts["one"] == {"forward": 10.0, "backward": 100.0}
    assert parts["two"] == {"forward": 10.0, "backward": 200.0}
    assert parts["loss"] == {"forward": 1.0}
    assert not any(
        row.elsewhere for line, row in zip(found.lines, found.figures.rows) if not isinstance(line.item, Card)
    )
    assert parts["backward"] == {}  # all of it stands beside the layers, whatever the phase's own group has in all


@pytest.mark.alike
@pytest.mark.parametrize("name", ["graphs/resnet50_fwd.pb", "graphs/tfm12_train.pb", "wild/tf2.10-dcnn"])
def test_the_overview_of_a_real_file_is_one_page(shared, name):
    import opscope

    found = overview(opscope.load(shared / name))
    high = max(strip.bottom - strip.top for strip in found.columns)
    assert high + more_around(found.drawing.scene) <= PAGE_HIGH


def test_a_loop_that_says_how_often_it_runs_is_drawn_without_its_condition_and_its_counter():
    make = Builder()
    x = make.op("x", "Placeholder", out=[("float32", (8, 4))])
    zero = make.op("zero", "Const", out=[("int32", ())], value={"shape": [], "values": [0]})
    loop = make.op("loop", "While", zero, x, out=[("int32", ()), ("float32", (8, 4))])
    row = len(make.rows) - 1
    around = make.group("loop", "while", owner=row)
    cond = make.group("cond", "cond", around, owner=row)
    body = make.group("body", "body", around, owner=row)
    at = make.op("loop/cond/i", "_Arg", zero, group=cond, out=[("int32", ())], index=0)
    make.op("loop/cond/h", "_Arg", x, group=cond, out=[("float32", (8, 4))], index=1)
    ten = make.op("loop/cond/ten", "Const", group=cond, out=[("int32", ())], value={"shape": [], "values": [10]})
    less = make.op("loop/cond/less", "Less", at, ten, group=cond, out=[("bool", ())])
    make.op("loop/cond/result", "_Retval", less, group=cond, out=[("bool", ())], index=0)
    at = make.op("loop/body/i", "_Arg", zero, group=body, out=[("int32", ())], index=0)
    state = make.op("loop/body/h", "_Arg", x, group=body, out=[("float32", (8, 4))], index=1)
    one = make.op("loop/body/one", "Const", group=body, out=[("int32", ())], value={"shape": [], "values": [1]})
    added = make.op("loop/body/add", "AddV2", at, one, group=body, out=[("int32", ())])
    tanh = make.op("loop/body/tanh", "Tanh", state, group=body, out=[("float32", (8, 4))])
    make.op("loop/body/r0", "_Retval", added, group=body, out=[("int32", ())], index=0)
    make.op("loop/body/r1", "_Retval", tanh, group=body, out=[("float32", (8, 4))], index=1)
    last = make.op("end", "Relu", f"{loop}:1", out=[("float32", (8, 4))])
    graph = make.graph("net", ["x"], [last])
    found = overview(graph)
    assert lies(graph, found.graph, apart(found.drawing.scene)) == []
    (card,) = [card for card in cards(found.drawing.scene) if card.kind == "while"]
    assert card.subtitle == "loop · 10 iterations"
    assert [type(child).__name__ for child in card.children] == ["Pill", "ChainRow"]


def test_an_op_that_takes_a_constant_first_says_so():
    make = Builder()
    last = make.op("x", "Placeholder")
    one = make.op("one", "Const", out=[("float32", ())], value={"shape": [], "values": [1.0]})
    for place, inputs in enumerate([("{}", "{one}"), ("{one}", "{}")]):
        last = make.op(f"sub{place}", "Sub", *[name.format(last, one=one) for name in inputs])
    (row,) = [
        item for item in items(overview(make.graph("net", ["x"], [last])).drawing.scene) if isinstance(item, ChainRow)
    ]
    assert [cell.text for cell in row.cells] == ["\u2212 1", "1 \u2212 x"]


@pytest.mark.parametrize(("quantity", "expected"), [("macs", 24.0), ("flops", 2400.0), ("bytes", 240.0)])
def test_the_bars_show_the_quantity_that_was_asked_for(quantity, expected):
    net, each = Net(), {"cost": Cost(100.0, 10.0, macs=1.0)}
    here = net.make.op("x", "Placeholder")
    for number in range(4):
        here = block(net, here, number, **each)
    graph = only(net.make.graph("net", ["x"], [here]), quantity)
    found = overview(graph)
    assert found.figures.quantity.name == quantity
    assert sum(row.total or 0.0 for row in found.figures.rows) == expected


def test_numbers_of_the_user_on_layers_are_shown():
    net = Net()
    last = net.chain(net.make.op("x", "Placeholder"), ("a", "Conv2D", "Conv2D"), ("b", "Dense", "MatMul"))
    graph = net.make.graph("net", ["x"], [last]).overlay({"a": {"time": 0.002}, "b": {"time": 0.5}})
    found = overview(graph)
    by_name = {line.item.name: row.total for line, row in zip(found.lines, found.figures.rows)}
    assert by_name == {"a": 2000.0, "b": 500000.0}


def test_what_may_be_as_slow_as_the_slowest_is_named_with_it():
    def said(error):
        net = Net()
        here = net.make.op("x", "Placeholder")
        for name, took in (("a", 100.0), ("b", 99.0), ("c", 5.0)):
            measured = Measured(time_us=took, error_us=error)
            here = net.layer(name, "Dense", "MatMul", here, measured=measured)
        return overview_svg(overview(net.make.graph("net", ["x"], [here])))

    both = "most time: a (49 %) and b (48.5 %), together 97.5 % of time known; their order is uncertain<"
    assert both in said(1.0)
    assert 'class="hot"' not in said(1.0)  # no bar is marked as the longest
    assert said(0.2).count('class="hot"') == 1
    assert "slowest: a, 49 % of time known<" in said(0.2)  # 99.55 to 100.45, and 98.55 to 99.45
    assert "slowest: a, 49 % of time known<" in said(0.01)


def test_numbers_of_the_user_on_an_op_and_on_a_layer_stand_side_by_side():
    net = Net()
    last = net.chain(net.make.op("x", "Placeholder"), ("a", "Conv2D", "Conv2D"), ("b", "Dense", "MatMul"))
    graph = net.make.graph("net", ["x"], [last]).overlay({"net/a/Conv2D": {"time": 0.002}, "b": {"time": 0.5}})
    found = overview(graph)
    by_name = {line.item.name: row.total for line, row in zip(found.lines, found.figures.rows)}
    assert by_name == {"a": 2000.0, "b": 500000.0}


def kinds_of(found):
    """Kind of each closed card by its title, and the words of the legend."""
    cards_there = {item.title: item.layer_kind for item in items(found.drawing.scene) if isinstance(item, Card)}
    return cards_there, [LOOKS[kind].title for kind in found.drawing.scene.families]


@pytest.mark.parametrize(
    ("layers", "kind"),
    [
        ([("c", "Conv2D", "Conv2D"), ("n", "BatchNormalization", "FusedBatchNormV3"), ("r", "ReLU", "Relu")], "dense"),
        ([("n", "LayerNormalization", "Mul"), ("r", "ReLU", "Relu")], "activation"),
        ([("a", "MultiHeadAttention", "Einsum"), ("n", "LayerNormalization", "Mul")], "attention"),
        ([("a", "MultiHeadAttention", "Einsum"), ("d", "Dense", "MatMul")], ""),
        ([("l", "LSTM", "MatMul"), ("o", "Dropout", "Mul")], "recurrent"),
        ([("o", "Dropout", "Mul"), ("f", "Flatten", "Reshape")], ""),
    ],
)
def test_a_closed_card_has_the_colour_of_its_layers_where_they_are_of_one_kind(layers, kind):
    net = Net()
    here = net.make.op("x", "Placeholder")
    for number in range(60):  # so many that they stay closed
        around = net.make.group(f"b{number}", "layer", net.model, cls="Sequential", defined_in="keras")
        here = net.chain(here, *layers, parent=around)
        here = net.layer(f"between{number}", *[("Dense", "MatMul"), ("MaxPooling2D", "MaxPool")][number % 2], here)
    made = net.make.graph("net", ["x"], [here])
    index = next(place for place, group in enumerate(net.make.groups) if group.name == "b0")
    assert KindsOfCards(made, GroupOps(made)).kind(index) == kind


def test_closed_blocks_that_repeat_are_white_as_an_open_one_is():
    net = Net()
    here = net.make.op("x", "Placeholder")
    for number in range(60):  # so much that some of it stays closed
        around = net.make.group(f"b{number}", "layer", net.model, cls="Sequential", defined_in="keras")
        for inner in range(1 + number):
            here = net.layer(f"d{inner}", *[("Dense", "MatMul"), ("Conv1D", "Conv2D")][inner % 2], here, parent=around)
    found = net.drawn(here)
    closed = [item for item in items(found.drawing.scene) if isinstance(item, Card) and not item.open]
    assert closed
    assert all(card.repeat > 1 and not card.layer_kind for card in closed)
    assert not re.search(r'<rect class="f-dense"[^>]* rx="9"', overview_svg(found))  # cards are rounder than cells


@pytest.mark.parametrize("beside", [False, True])
def test_a_librarys_layer_around_a_stack_alone_has_no_frame(beside):
    net = Net()
    here = net.layer("stem", "Dense", "MatMul", net.make.op("x", "Placeholder"), settings={"units": 8})
    encoder = net.make.group("encoder", "layer", net.model, cls="Encoder", defined_in="transformers")
    for number in range(6):
        around = net.make.group(f"layer_{number}", "layer", encoder, cls="EncoderLayer", defined_in="transformers")
        made = net.layer("dense", "Dense", "MatMul", here, parent=around, settings={"units": 16})
        made = net.layer("again", "Dense", "MatMul", made, parent=around, settings={"units": 8})
        here = net.layer("add", "Add", "AddV2", made, here, parent=around)
    if beside:
        again = net.make.group("more", "layer", encoder, cls="More", defined_in="transformers")
        for number in range(5):
            inner = net.layer(f"apart{number}", "Dense", "MatMul", here, parent=again, settings={"units": number + 2})
            here = net.layer(f"sum{number}", "Add", "AddV2", inner, here, parent=again)
    found = net.drawn(net.layer("head", "Dense", "MatMul", here, settings={"units": 4}))
    titles = {card.title: (card.repeat, card.subtitle) for card in cards(found.drawing.scene) if card.open}
    if beside:
        assert "encoder" in titles and "layer_0 … 5" in titles
    else:
        assert "encoder" not in titles
        assert titles["encoder/layer_0 … 5"] == (6, "EncoderLayer · in sequence")


def test_the_legend_of_an_overview_names_kinds_of_layers():
    net = Net()
    last = net.chain(
        net.make.op("x", "Placeholder"), ("e", "Embedding", "GatherV2"), ("a", "Attention", "MatMul"), ("l", "GRU", "MatMul"),
        ("d", "Dense", "MatMul"), ("s", "Softmax", "Softmax"), ("p", "GlobalMaxPooling1D", "Max"), ("o", "Dropout", "Mul"),
    )  # fmt: skip
    assert kinds_of(net.drawn(last))[1] == [
        "dense, conv", "attention", "recurrent", "normalization, activation, arithmetic", "pooling, reduction", "shape, embedding",
        "dropout, random",
    ]  # fmt: skip


def test_loss_and_gradients_have_a_colour_of_their_own():
    net = Net()
    here = net.chain(net.make.op("x", "Placeholder"), ("d", "Dense", "MatMul"))
    for kind in ("loss", "backward", "optimizer"):
        around = net.make.group(kind, kind)
        here = net.make.op(f"{kind}/b", "Neg", net.make.op(f"{kind}/a", "Mul", here, here, group=around), group=around)
    assert {**kinds_of(net.drawn(here))[0], "net": ""} == {
        "net": "",
        "loss": "training",
        "backward": "training",
        "optimizer": "training",
    }


def measured_net(*names, take=10.0):
    """Dense layers in a row, of which each op took so long: layers have the sum of their ops, as a profile gives it."""
    net = Net()
    here = net.make.op("x", "Placeholder")
    for name in names:
        here = net.layer(
            name, "Dense", "MatMul", here, measured=Measured(time_us=take, memory_bytes=64.0, error_us=2.0)
        )
        net.make.groups[-1] = replace(
            net.make.groups[-1], measured=Measured(time_us=take, memory_bytes=64.0, error_us=2.0)
        )
    return net.make.graph("net", ["x"], [here])


def test_numbers_of_the_user_take_the_place_of_measured_ones_and_have_no_error():
    found = overview(measured_net("a", "b", "c").overlay({"b": {"time": 0.5}}))
    by_name = {line.item.name: row for line, row in zip(found.lines, found.figures.rows)}
    assert {name: row.total for name, row in by_name.items()} == {"a": 10.0, "b": 500000.0, "c": 10.0}
    assert [by_name[name].error for name in "abc"] == [2.0, None, 2.0]
    assert [by_name[name].given for name in "abc"] == [False, True, False]


def test_numbers_of_the_user_on_one_layer_of_a_row_leave_what_was_measured_on_the_others():
    net = Net()
    each = {"measured": Measured(time_us=10.0, error_us=2.0)}
    last = net.chain(net.make.op("x", "Placeholder"), ("a", "Conv2D", "Conv2D"), ("b", "ReLU", "Relu"), **each)
    plain = net.make.graph("net", ["x"], [last])
    (row,) = overview(plain).figures.rows
    assert row.total == 20.0
    (row,) = overview(plain.overlay({"a": {"time": 0.5}})).figures.rows
    assert (row.total, row.error) == (500010.0, None)


def test_memory_that_the_user_gives_is_shown_where_memory_is_asked_for():
    graph = measured_net("a", "b").overlay({"b": {"memory": 4096}})
    found = overview(only(graph, "memory"))
    assert [row.total for row in found.figures.rows] == [64.0, 4096.0]
    assert [row.total for row in overview(graph).figures.rows] == [
        10.0,
        10.0,
    ]  # the first quantity, as in other drawings


def test_numbers_of_the_user_on_all_copies_of_a_stack_are_those_of_its_line():
    net, each = Net(), {"measured": Measured(time_us=7.0)}
    here = net.make.op("x", "Placeholder")
    for number in range(4):
        here = block(net, here, number, **each)
    last = net.layer("head", "Softmax", "Softmax", here, measured=Measured(time_us=1.0))
    graph = net.make.graph("net", ["x"], [last]).overlay({"Conv2D": {"time": 0.001}})
    assert sum(row.total or 0.0 for row in overview(graph).figures.rows) == 4 * (2 * 1000.0 + 4 * 7.0) + 1.0


def test_a_number_for_a_phase_is_not_divided_among_the_layers_whose_gradients_are_in_it():
    make = Builder()
    forward = make.group("forward", "forward")
    layer = make.group("one", "layer", forward, cls="Dense", defined_in="keras")
    make.op("x", "Placeholder")
    here = make.op("forward/one/m", "MatMul", "x", group=layer, measured=Measured(time_us=10.0))
    backward = make.group("backward", "backward")
    mirror = make.group("one", "scope", backward, of="forward/one")
    last = make.op("backward/one/g", "MatMul", here, group=mirror, measured=Measured(time_us=100.0))
    last = make.op("backward/g", "MatMul", last, group=backward, measured=Measured(time_us=5.0))
    graph = make.graph("step", ["x"], [last]).overlay({"backward": {"time": 0.5}})
    assert sum(row.total or 0.0 for row in overview(graph).figures.rows) == 115.0


def test_a_share_says_what_it_is_of():
    graph = measured_net("a", "b", "c")
    assert "most time: a (33.3 %), b (33.3 %) and c (33.3 %) of time known" in overview_svg(overview(graph))
    step = with_measurement(graph, {"step_time_us": 40.0, "profiled_step_time_us": 50.0})
    assert "c (33.3 %) of op time" in overview_svg(overview(step))  # not 60 %, of the step
    given = overview_svg(overview(step.overlay({"b": {"time": 0.5}})))
    assert "slowest: b, &gt; 99.9 % of time known" in given
    assert "% of all FLOPs" in overview_svg(overview(only(graph_with_costs(), "flops")))


def graph_with_costs():
    net = Net()
    last = net.layer("a", "Dense", "MatMul", net.make.op("x", "Placeholder"), cost=Cost(100.0, None))
    return net.make.graph("net", ["x"], [last])


def test_the_step_that_times_are_of_is_named_where_it_is_another_than_the_one_in_the_headline():
    def heading(step, profiled):
        measurement = {"step_time_us": step, "profiled_step_time_us": profiled, "devices": ["CPU"]}
        return overview(with_measurement(measured_net("a", "b"), measurement)).drawing.scene.heading

    assert heading(1000.0, 1200.0).endswith(", forward pass 1 ms on CPU (1.2 ms while profiled, as below)")
    assert heading(1000.0, 800.0).endswith(", forward pass 1 ms on CPU (800 µs while profiled, as below)")
    assert heading(1000.0, 1005.0).endswith(
        ", forward pass 1 ms on CPU"
    )  # nearly the same: the note below the drawing has it
    assert heading(None, 1200.0).endswith(", forward pass 1.2 ms on CPU, while profiled")


@pytest.mark.parametrize(
    ("facts", "in_line"), [("1 op · 1 layer", True), ("1 op · 1 layer of a long line of facts" * 7, False)]
)
def test_the_facts_stand_beside_the_title_if_there_is_room_and_clear_of_the_heads_of_the_figures(facts, in_line):
    net = Net()
    last = net.layer(
        "d", "Dense", "MatMul", net.make.op("x", "Placeholder"), settings={"units": 4}, cost=Cost(100.0, 10.0)
    )
    found = net.drawn(last)
    drawing = replace(found.drawing, scene=replace(found.drawing.scene, facts=facts))
    text = overview_svg(replace(found, drawing=drawing))
    (head,) = set(re.findall(r'class="head" x="[\d.]+" y="([\d.]+)"[^>]*>FLOPs', text))
    title, below = (
        float(re.findall(rf'class="{name}" x="[\d.]+" y="([\d.]+)"', text)[0]) for name in ("title", "facts")
    )
    assert (title == below) == in_line
    assert ("translate(0 20)" in text) != in_line  # so much lower is all that is drawn
    assert float(head) + (0.0 if in_line else 20.0) - (below - 20.0) > 15.0  # the title is moved up by 20


@pytest.mark.parametrize(
    "facts", ["1 op", "1 op of a long line of facts that reaches over the heads of the figures" * 2]
)
@pytest.mark.parametrize("fed", [True, False])
def test_the_figures_of_the_first_row_stand_clear_of_their_heads(facts, fed):
    """A model that begins with an op of its own, such as a GAN with its noise, has its first row where others have their input."""
    net = Net()
    first = (
        net.make.op("x", "Placeholder") if fed else net.make.op("noise", "RandomStandardNormal", cost=Cost(900.0, 0.0))
    )
    last = net.layer("d", "Dense", "MatMul", first, settings={"units": 4}, cost=Cost(100.0, 10.0))
    found = overview(net.make.graph("net", ["x"] if fed else [], [last]))
    drawing = replace(found.drawing, scene=replace(found.drawing.scene, facts=facts))
    text = overview_svg(replace(found, drawing=drawing))
    (head,) = {float(y) for y in re.findall(r'class="head" x="[\d.]+" y="([\d.]+)"', text)}
    figures = [float(y) for y in re.findall(r'class="number" x="[\d.]+" y="([\d.]+)"', text)]
    assert figures
    assert min(figures) - head >= 15  # letters are 11 high


def test_a_row_is_not_called_what_one_of_its_boxes_says_already():
    net = Net()
    net.layer("project_1", "", "MatMul", net.make.op("x", "Placeholder"))
    graph = net.make.graph("net", ["x"], ["net/project_1/MatMul"])
    card = next(card for card in cards(compose(for_drawing(graph, "layers"))) if card.title == "project_1")
    cells = (Cell(Box(0, "Einsum", "matmul", ""), "einsum", "dense"), Cell(card, "project_1", "dense"))
    assert name_together(cells, 1, "", {}, set()) == ""
    worded = (cells[0], replace(cells[1], text="Dense 16"))
    assert name_together(worded, 1, "", {}, set()) == "project_1"


def test_the_shape_behind_a_stack_is_told_even_if_it_was_that_before():
    def behind(wide):
        net = Net()
        here, made = net.make.op("x", "Placeholder"), [("float32", (8, wide))]
        for number in range(8):
            block = net.make.group(
                f"block_{number}", "layer", net.model, cls="Block", defined_in="__main__", outputs=(F,)
            )
            for name, cls, op in (
                ("one", "Dense", "MatMul"),
                ("two", "Conv2D", "Conv2D"),
                ("three", "Dense", "MatMul"),
                ("four", "ReLU", "Relu"),
            ):
                group = net.make.group(name, "layer", block, cls=cls, defined_in="keras", outputs=(F,))
                here = net.make.op(f"block_{number}/{name}/{op}", op, here, group=group, out=made)
        scene = net.drawn(net.layer("end", "Flatten", "Reshape", here)).drawing.scene
        return [
            wire.label
            for card in cards(scene)
            for wire in card.wires
            if wire.source.child >= 0
            and isinstance(card.children[wire.source.child], Card)
            and card.children[wire.source.child].repeat > 1
        ]

    assert behind(16) == ["(8, 16)"]
    assert behind(F.shape[1]) == ["(8, 4)"]


THICK = 0.7
"""Half of the thickest line around a box or a closed card."""


@pytest.fixture(scope="module")
def reach():
    """How far ``(4, 64)`` reaches above its base line and below it, in pixels."""
    font_tools = pytest.importorskip("fontTools.ttLib", exc_type=ImportError)
    bounds = pytest.importorskip("fontTools.pens.boundsPen", exc_type=ImportError)
    font = font_tools.TTFont(Path(opscope.__file__).parent / "render" / "font" / "JetBrainsMono-Regular.ttf")
    glyphs = font.getGlyphSet()
    found = []
    for letter in "(4, 64)":
        pen = bounds.BoundsPen(glyphs)
        glyphs[font.getBestCmap()[ord(letter)]].draw(pen)
        found.append(pen.bounds or (0, 0, 0, 0))
    scale = SMALL_FONT.size / font["head"].unitsPerEm
    return max(high for *_, high in found) * scale, -min(low for _, low, _, _ in found) * scale


def test_no_shape_in_an_overview_is_struck_by_a_border(reach):
    above, below = reach
    net = Net()
    last = net.make.op("x", "Placeholder")
    for number in range(4):
        last = block(net, last, number, odd=not number)
    drawing = overview(net.make.graph("net", ["x"], [last])).drawing
    checked = 0
    rooms = [drawing.root.inside]
    for room in rooms:
        rooms += [drawn.inside for drawn in room.children if drawn.inside is not None]
        for label in room.labels:
            checked += 1
            for drawn in room.children:
                top, low = drawn.body.y - THICK, drawn.body.y + drawn.body.height + THICK
                aside = not drawn.body.x <= label.x <= drawn.body.x + drawn.body.width
                assert aside or label.y + below <= top or label.y - above >= low, (label, drawn.item)
    assert checked


@pytest.mark.parametrize(
    ("narrow", "widths", "expected"),
    [
        ((128, 160, 160, 192), (64, 64, 64, 64), "copies 1 to 4: filters 128 → 160 → 160 → 192"),
        ((16, 16, 16, 16), (64, 32, 32, 32), "copies 1 to 4: input 9×64 → 9×32"),
        ((24, 16, 16, 16), (64, 32, 32, 32), "copies 1 to 4: filters 24 → 16 → 16 → 16"),
        ((8, 16, 32, 64), (64, 64, 64, 64), "copies 1 to 4: filters 8 → 16 → 32 → 64"),
    ],
)
def test_what_copies_differ_in_is_what_they_take_or_their_filters_not_an_op_inside(narrow, widths, expected):
    """Inception's blocks give the same shape; an op in them of which nobody knows where it is has another one in each."""
    net = Net()
    last = 32 if len(set(widths)) > 1 else 64
    here = net.make.op("x", "Placeholder", out=[("float32", (4, 9, widths[0]))])
    for number, filters in enumerate(narrow):
        wide = {**CONV, "kernel_size": [1, 1], "filters": last}
        parts = (("pool", {}, widths[number]), ("a", {**CONV, "filters": filters}, filters), ("b", wide, last))
        for part, settings, channels in parts:
            layer = ("conv", "Conv2D", "Conv2D") if settings else ("pool", "MaxPooling2D", "MaxPool")
            for kind, cls, op in (layer, ("relu", "ReLU", "Relu")):
                path = f"block{number}_{part}_{kind}"
                group = net.make.group(
                    path, "layer", net.model, cls=cls, defined_in="keras", settings=settings if kind == "conv" else {},
                    outputs=(F,),
                )  # fmt: skip
                out = [("float32", (4, 9, channels))]
                here = net.make.op(f"{net.make.groups[group].path}/{op}", op, here, group=group, out=out)
    (stack,) = [card for card in cards(net.drawn(here).drawing.scene) if card.repeat > 1]
    assert expected in f"{stack.subtitle} · {stack.detail}"


def test_a_row_that_ends_a_block_and_begins_the_next_has_both_names():
    """Without a name it belonged to none, and readers took the row before for the whole block."""
    classes = dict.fromkeys(range(3), "Conv2D")
    cells = [
        Cell(Card(number, "layer", name, "", False), "1×1 conv", "dense")
        for number, name in enumerate(["block7a_se", "block7a_project", "top_conv"])
    ]
    assert names_of_several(cells, "", classes, {0, 1, 2}) == "block7a, top_conv"
    assert names_of_several(cells[:2], "", classes, {0, 1}) == ""  # that is one block, with a name of its own
    made_up = [cells[0], Cell(Card(1, "layer", "conv2d_7", "", False), "1×1 conv", "dense")]
    assert names_of_several(made_up, "", classes, {0, 1}) == ""
