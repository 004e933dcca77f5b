"""What a closed card of an overview says of its inside. The graphs are written by hand, and so are the formulas, as in the papers."""

from __future__ import annotations

import re

import pytest

from graphs import F
from layout.test_overview_rows import Net
from opscope.graph.content import content_of
from opscope.layout.overview import fitting, one_try, page_shapes
from opscope.layout.overview.authors import Authors
from opscope.layout.overview.formula_text import Entering, FormulaText, InsideFormula, names_by_side
from opscope.layout.overview.insides import Insides
from opscope.layout.overview.one_page import Manner, overview
from opscope.layout.overview.page_shapes import PAGE_HIGH, more_around
from opscope.layout.overview.sketch_steps import SketchForms
from opscope.layout.scene.items import Card, ChainRow, cards, items
from opscope.layout.scene.sketch import ChipPart, Sketch, SketchChip, SketchJoint, SketchWord
from opscope.passes import prepared, repeats_folded
from opscope.passes.opening import Opening
from opscope.passes.stages import staged, stages
from opscope.render.svg.overview_page import overview_svg
from rows_apart import apart
from truth import lies

BN, RELU = ("BatchNormalization", "FusedBatchNormV3"), ("ReLU", "Relu")

AUTHORS = Authors()


class Block(Net):
    """A model with one layer of the author in it, which holds the layers."""

    def __init__(self, cls="Block"):
        super().__init__()
        self.x = self.make.op("x", "Placeholder")
        self.block = self.make.group("block", "layer", self.model, cls=cls, defined_in="__main__")
        self.count = 0

    def of(self, cls, op, *inputs, **settings):
        """One more layer of the block."""
        self.count += 1
        return self.layer(f"layer{self.count}", cls, op, *inputs, parent=self.block, settings=settings)

    def conv(self, kernel, filters, taken, strides=1, behind=(BN, RELU)):
        """A convolution with what stands behind it."""
        sizes = {"kernel_size": list(kernel), "filters": filters, "strides": [strides, strides], "padding": "same"}
        here = self.of("Conv2D", "Conv2D", taken, activation="linear", **sizes)
        for cls, op in behind:
            here = self.of(cls, op, here)
        return here

    def dense(self, units, taken):
        return self.of("Dense", "MatMul", taken, units=units, activation="linear")

    def add(self, *inputs):
        return self.of("Add", "AddV2", *inputs)

    def formula(self, last, most=3, inputs=("x",)):
        """What the closed block says, in at most so many lines of 100 characters."""
        graph = staged(
            repeats_folded(prepared(self.make.graph("net", list(inputs), [last]), shapes=False)), AUTHORS.is_own
        )
        names = [group.name for group in content_of(graph).groups]
        found = Insides(Opening(graph, {}, AUTHORS.is_own), AUTHORS).of({names.index("net")})
        return found[names.index("block")].lines(100, most) if names.index("block") in found else None


def test_an_inception_module_joins_its_branches():
    net = Block()
    a = net.conv((1, 1), 64, net.x)
    b = net.conv((5, 5), 64, net.conv((1, 1), 48, net.x))
    c = net.conv((3, 3), 96, net.conv((3, 3), 96, net.conv((1, 1), 64, net.x)))
    pool = net.of("AveragePooling2D", "AvgPool", net.x, pool_size=[3, 3], strides=[1, 1], padding="same")
    last = net.of("Concatenate", "ConcatV2", a, b, c, net.conv((1, 1), 32, pool))
    assert net.formula(last) == [
        "concat(1×1 conv, 64 | 1×1 conv, 48 → 5×5 conv, 64 | 1×1 conv, 64 → 3×3 conv, 96 → 3×3 conv, 96 |",
        "3×3 average pool, /1, same → 1×1 conv, 32) · each conv with BN, ReLU",
    ]


def test_an_inverted_residual_block_adds_its_input():
    net = Block()
    here = net.conv((1, 1), 144, net.x)
    here = net.of(
        "DepthwiseConv2D",
        "DepthwiseConv2dNative",
        here,
        kernel_size=[3, 3],
        strides=[1, 1],
        padding="same",
        activation="linear",
    )
    here = net.of(*RELU, net.of(*BN, here))
    last = net.add(net.x, net.conv((1, 1), 24, here, behind=(BN,)))
    assert net.formula(last) == [
        "1×1 conv, 144, ReLU → 3×3 depthwise conv, ReLU → 1×1 conv, 24 → + input · each conv with BN"
    ]


def test_a_projection_stands_beside_what_it_is_added_to():
    net = Block()
    here = net.conv((3, 3), 64, net.conv((1, 1), 32, net.x))
    last = net.of(*RELU, net.add(here, net.conv((1, 1), 64, net.x)))
    assert net.formula(last) == ["(1×1 conv, 32 → 3×3 conv, 64) + 1×1 conv, 64 → ReLU · each conv with BN, ReLU"]


def test_a_transformer_block_adds_to_its_input_and_then_to_the_sum():
    net = Block()
    normed = net.of("LayerNormalization", "Mean", net.x)
    attended = net.add(net.x, net.of("Mixer", "MatMul", normed))
    fed = net.dense(128, net.dense(512, net.of("LayerNormalization", "Mean", attended)))
    assert net.formula(net.add(attended, fed)) == [
        "LayerNorm → Mixer → + input → + (LayerNorm → Dense 512 → Dense 128)"
    ]


def test_attention_multiplies_its_projections():
    net = Block("Attention")
    query, key, value = (net.dense(64, net.x) for _ in range(3))
    make, group = net.make, net.block
    weights = make.op("net/block/scores", "BatchMatMulV2", query, key, group=group)
    weights = make.op("net/block/softmax", "Softmax", weights, group=group)
    mixed = make.op("net/block/mix", "BatchMatMulV2", weights, value, group=group)
    assert net.formula(net.dense(64, mixed)) == ["q, k, v: Dense 64 each · q·k → softmax → ·v → Dense 64"]


HEADS, SCORES = [("float32", (2, 4, 8, 16))], [("float32", (2, 4, 8, 8))]


def heads_apart(net, here):
    """A tensor with its heads in an axis of their own."""
    here = net.make.op(f"{here}/reshape", "Reshape", here, out=[("float32", (2, 8, 4, 16))], group=net.block)
    return net.make.op(f"{here}/transpose", "Transpose", here, out=HEADS, group=net.block)


def weighed(net, query, key, value, mask=None):
    """The attention of four heads of 16 features, its scores divided by 4, the root of 16."""
    make, group = net.make, net.block
    make.op("four", "Const", out=[("float32", ())], value={"shape": [], "values": [4.0]}, group=group)
    here = make.op("net/block/scores", "BatchMatMulV2", query, key, out=SCORES, group=group)
    here = make.op("net/block/scaled", "RealDiv", here, "four", out=SCORES, group=group)
    here = make.op("net/block/masked", "AddV2", here, mask, out=SCORES, group=group) if mask else here
    here = make.op("net/block/softmax", "Softmax", here, out=SCORES, group=group)
    return make.op("net/block/mix", "BatchMatMulV2", here, value, out=HEADS, group=group)


def test_attention_with_heads_a_mask_and_keys_of_another_input_is_told_by_its_parts():
    net = Block("Attention")
    memory, mask = (net.make.op(name, "Placeholder") for name in ("memory", "mask"))
    query, key, value = (heads_apart(net, net.dense(64, taken)) for taken in (net.x, memory, memory))
    mixed = weighed(net, query, key, value, mask)
    merged = net.make.op("net/block/merged", "Reshape", mixed, out=[("float32", (2, 8, 64))], group=net.block)
    assert net.formula(net.dense(64, merged), inputs=("x", "memory", "mask")) == [
        "4 heads × 16 · q: Dense 64 of input · k, v: Dense 64 of input 2 each · q·k → × 1/√16 → + input 3 →",
        "softmax → ·v → Dense 64",
    ]


def test_queries_keys_and_values_that_one_layer_makes_are_its_parts():
    net = Block("Attention")
    made = heads_apart(net, net.dense(192, net.x))
    parts = net.make.op("net/block/parts", "Unpack", made, out=HEADS * 3, group=net.block)
    mixed = weighed(net, parts, f"{parts}:1", f"{parts}:2")
    assert net.formula(mixed) == ["4 heads × 16 · Dense 192 → parts q, k, v → q·k → × 1/√16 → softmax → ·v"]


def test_of_a_product_the_activation_of_one_factor_is_not_taken_for_a_factor():
    net = Block("GatedMLP")
    gate = net.of("Dense", "MatMul", net.x, units=640, activation="silu")
    gated = net.of("Multiply", "Mul", gate, net.dense(640, net.x))
    assert net.formula(net.dense(256, gated)) == ["(Dense 640, SiLU) × Dense 640 → Dense 256"]


def test_what_stands_before_all_three_projections_is_not_told_behind_them():
    net = Block("Attention")
    normed = net.of("LayerNormalization", "Mean", net.x)
    mixed = weighed(net, *(net.dense(64, normed) for _ in range(3)))
    assert net.formula(mixed) == ["LayerNorm → matmul(matmul(Dense 64 | Dense 64) → ÷ 4 → softmax | Dense 64)"]


def test_a_formula_is_no_longer_than_a_few_lines_however_much_room_there_is():
    long = FormulaText(" → ".join([f"Dense {units}" for units in range(100, 160)]), "")
    formula = InsideFormula(long, long)
    assert formula.lines(100, 7) == formula.lines(100, 3) == []
    lines = ("a = x", "b = a", "c = b", "result = c")
    equations = FormulaText(" · ".join(lines), "", equations=lines)
    assert InsideFormula(equations, equations).lines(100, 3) == list(lines)
    assert InsideFormula(equations, equations).lines(100, 2) == [" · ".join(lines)]
    branches = FormulaText("concat(a | b | c | d)", "", ("concat", "a", "b", "c", "d"))
    assert len(InsideFormula(branches, branches).lines(100, 7)) == 5


def test_a_mask_that_is_made_of_no_input_is_not_what_entered():
    net = Block("CausalAttention")
    query, key, value = (net.dense(64, net.x) for _ in range(3))
    make, group = net.make, net.block
    weights = make.op("net/block/scores", "BatchMatMulV2", query, key, group=group)
    mask = make.op(
        "net/block/band", "MatrixBandPart", make.op("net/block/noise", "RandomUniform", group=group), group=group
    )
    weights = make.op(
        "net/block/softmax", "Softmax", make.op("net/block/masked", "Sub", weights, mask, group=group), group=group
    )
    mixed = make.op("net/block/mix", "BatchMatMulV2", weights, value, group=group)
    assert net.formula(net.dense(64, mixed)) == [
        "q, k, v: Dense 64 each · q·k → − (made here: RandomUniform → MatrixBandPart) → softmax → ·v →",
        "Dense 64",
    ]


def test_what_is_added_at_once_and_made_of_no_input_is_marked_as_well():
    net = Block("Positions")
    table = net.make.op("net/block/table", "RandomUniform", group=net.block)
    assert net.formula(net.dense(64, net.add(net.x, table))) == ["input → + (made here: RandomUniform) → Dense 64"]


def test_the_parts_of_a_split_are_told_apart():
    net = Block()
    make, group = net.make, net.block
    halves = [("float32", (8, 96)), ("float32", (8, 96))]
    split = make.op("net/block/split", "Split", net.dense(192, net.x), group=group, out=halves)
    gate = net.dense(96, f"{split}:1")
    last = make.op("net/block/mul", "Mul", split, gate, group=group)
    assert net.formula(last) == ["Dense 192 → split → part 1 × (part 2 → Dense 96)"]


def test_what_is_not_wired_as_a_formula_has_none():
    """The middle one of three is taken at two depths: no brackets say so."""
    net = Block()
    first, second = net.dense(8, net.x), net.dense(16, net.x)
    both = net.add(first, second)
    assert net.formula(net.add(second, net.dense(8, both))) is None


def test_a_result_that_leaves_before_the_last_step_is_marked():
    """The encoder of a U-Net: what is pooled goes on to the decoder as well."""
    net = Block()
    here = net.conv((3, 3), 16, net.conv((3, 3), 16, net.x))
    last = net.of("MaxPooling2D", "MaxPool", here, pool_size=[2, 2], strides=[2, 2], padding="valid")
    outside = net.layer("outside", "Concatenate", "ConcatV2", last, here)
    assert net.formula(outside) == ["3×3 conv, 16 → 3×3 conv, 16 (given on) → 2×2 max pool · each conv with BN, ReLU"]


def test_two_results_of_which_none_comes_before_the_other_have_no_formula():
    net = Block()
    here = net.dense(8, net.x)
    outside = net.layer("outside", "Add", "AddV2", net.dense(4, here), net.dense(2, here))
    assert net.formula(outside) is None


def test_a_result_of_which_nobody_could_say_whether_it_is_the_sum_has_no_formula():
    net = Block()
    here = net.add(net.x, net.dense(8, net.x))
    outside = net.layer("outside", "Add", "AddV2", net.dense(4, here), here)
    assert net.formula(outside) is None


def test_branches_have_a_line_each_where_there_is_room():
    net = Block()
    ends = [net.conv((1, 1), 64, net.x), net.conv((5, 5), 64, net.conv((1, 1), 48, net.x)), net.x]
    last = net.of("Concatenate", "ConcatV2", *ends)
    assert net.formula(last, most=6) == [
        "concat of 3 branches, each conv with BN, ReLU",
        "| 1×1 conv, 64",
        "| 1×1 conv, 48 → 5×5 conv, 64",
        "| input",
    ]


def test_branches_that_share_lines_are_whole_in_them():
    told = FormulaText("concat(a → b | c | d)", "each conv with BN", ("concat", "a → b", "c", "d"))
    assert told.joining() == "concat of 3 branches, each conv with BN"
    assert told.beside_each_other(40) == ["a → b | c | d"]
    assert told.beside_each_other(9) == ["a → b | c |", "d"]
    assert told.beside_each_other(5) == ["a → b |", "c | d"]
    assert told.beside_each_other(2) == []
    assert FormulaText("a → b", "").beside_each_other(40) == []


def test_another_part_of_a_split_that_leaves_has_no_formula():
    net = Block()
    halves = [("float32", (8, 96)), ("float32", (8, 96))]
    split = net.make.op("net/block/split", "Split", net.dense(192, net.x), group=net.block, out=halves)
    outside = net.layer("outside", "Add", "AddV2", net.dense(4, split), f"{split}:1")
    assert net.formula(outside) is None


def squeezed(net, here, gate="sigmoid", behind=(), taken=None):
    """What squeeze and excitation does, with the layers that Keras has for it; `taken` is what is pooled."""
    pooled = net.of("GlobalAveragePooling2D", "Mean", here if taken is None else taken, keepdims=False)
    pooled = net.of("Reshape", "Reshape", pooled, target_shape=[1, 1, 32])
    sizes = {"kernel_size": [1, 1], "strides": [1, 1], "padding": "same"}
    narrow = net.of("Conv2D", "Conv2D", pooled, filters=8, activation="silu", **sizes)
    for cls, op in behind:
        narrow = net.of(cls, op, narrow)
    return net.of("Multiply", "Mul", here, net.of("Conv2D", "Conv2D", narrow, filters=32, activation=gate, **sizes))


def test_squeeze_and_excitation_has_its_name():
    net = Block()
    here = squeezed(net, net.conv((3, 3), 32, net.x))
    assert net.formula(net.conv((1, 1), 16, here)) == [
        "3×3 conv, 32 → squeeze-excite to 8 → 1×1 conv, 16 · each conv with BN, ReLU"
    ]


def test_where_there_is_room_steps_say_the_height_and_width_that_they_give():
    net = Block()
    here = net.x
    for filters, size, stride in ((64, 14, 2), (32, 28, 2), (3, 28, 1)):
        settings = {"filters": filters, "kernel_size": [4, 4], "strides": [stride, stride], "padding": "same"}
        name = f"up{filters}"
        group = net.make.group(name, "layer", net.block, cls="Conv2DTranspose", defined_in="keras", settings=settings)
        out = [("float32", (8, size, size, filters))]
        here = net.make.op(f"net/block/{name}/conv", "Conv2DBackpropInput", here, group=group, out=out)
    assert " ".join(net.formula(here, most=7)) == (
        "4×4 transposed conv, 64, stride 2 to 14×14 → 4×4 transposed conv, 32, stride 2 to 28×28 → 4×4 transposed conv, 3"
    )
    assert "14×14" not in " ".join(net.formula(here))


def said_of(net, last):
    """What the rows of the overview say, which tells no lie."""
    graph = net.make.graph("net", ["x"], [last])
    found = overview(graph)
    assert lies(graph, found.graph, apart(found.drawing.scene)) == []
    return [cell.text for row in items(found.drawing.scene) if isinstance(row, ChainRow) for cell in row.cells]


def test_squeeze_and_excitation_beside_other_layers_is_one_box():
    net = Block()
    last = net.conv((1, 1), 16, squeezed(net, net.conv((3, 3), 32, net.x)))
    assert said_of(net, last) == ["3×3 conv, 32", "BN", "ReLU", "squeeze-excite to 8", "1×1 conv, 16", "BN", "ReLU"]


@pytest.mark.parametrize("odd", ["no gate", "normalized", "of another tensor", "the factor is used again"])
def test_what_only_looks_like_squeeze_and_excitation_is_drawn(odd):
    net = Block()
    here = net.conv((3, 3), 32, net.x)
    if odd == "no gate":
        last = squeezed(net, here, gate="relu")
    elif odd == "normalized":
        last = squeezed(net, here, behind=(BN,))
    elif odd == "of another tensor":
        last = squeezed(net, here, taken=net.x)
    else:
        last = squeezed(net, here)
        names = content_of(net.make.graph("net", ["x"], [last])).table.names
        (factor,) = [name for name in names if f"layer{net.count - 1}/" in name]
        last = net.add(last, factor)
    said = said_of(net, net.conv((1, 1), 16, last))
    assert "global average pool" in said and not any("squeeze" in text for text in said)


@pytest.mark.parametrize("odd", ["no gate", "normalized", "of another tensor"])
def test_what_only_looks_like_squeeze_and_excitation_is_told_in_full(odd):
    net = Block()
    here = net.conv((3, 3), 32, net.x)
    if odd == "no gate":
        last = squeezed(net, here, gate="relu")
    elif odd == "normalized":
        last = squeezed(net, here, behind=(BN,))
    else:
        last = squeezed(net, here, taken=net.x)
    told = " ".join(net.formula(last))
    assert "squeeze" not in told and "global average pool" in told


def test_a_long_formula_is_cut_between_steps_and_counts_them():
    steps = " → ".join(f"step {number}" for number in range(10))
    formula = InsideFormula(FormulaText(steps, "each with care"), FormulaText(steps, "each with care"))
    assert formula.lines(200) == [f"{steps} · each with care"]
    assert formula.lines(45, 2) == [
        "step 0 → step 1 → step 2 → step 3 → step 4 →",
        "step 5 → step 6 → … 3 more · each with care",
    ]
    assert formula.lines(20, 1) == []


def flat(net, names, here):
    """Three layers for each name, whose own names begin with it."""
    for name in names:
        for part in ("expand", "middle", "project"):
            here = net.layer(f"{name}_{part}", "Dense", "MatMul", here, settings={"units": 8, "activation": "linear"})
            here = net.layer(f"{name}_{part}_relu", "ReLU", "Relu", here)
    return here


def test_layers_whose_names_begin_alike_are_a_stage():
    net = Net()
    here = flat(net, ["block_1"], net.make.op("x", "Placeholder"))
    here = net.layer("flat", "Flatten", "Reshape", here)
    last = flat(net, ["block_2b"], here)
    graph = staged(prepared(net.make.graph("net", ["x"], [last]), shapes=False), AUTHORS.is_own)
    found = {content_of(graph).groups[index].name: index for index in stages(graph)}
    assert sorted(found) == ["block_1", "block_2b"]
    inside = [group.name for group in content_of(graph).groups if group.parent == found["block_1"]]
    assert inside[:2] == ["block_1_expand", "block_1_expand_relu"] and len(inside) == 6
    assert all(group.parent < index for index, group in enumerate(content_of(graph).groups))


@pytest.mark.alike
def test_a_network_of_many_stages_is_one_page_and_tells_no_lie():
    net = Net()
    here = net.make.op("x", "Placeholder")
    for number in range(1, 17):  # stages of different lengths, of which none repeats
        name = f"block_{number}"
        for part in range(number % 4 + 3):
            cls, op = [("Dense", "MatMul"), ("Conv2D", "Conv2D"), ("MaxPooling2D", "MaxPool")][(part * number) % 3]
            here = net.layer(
                f"{name}_part{part}", cls, op, here, settings={"units": number * 8, "activation": "linear"}
            )
    graph = net.make.graph("net", ["x"], [here])
    found = overview(graph)
    assert lies(graph, found.graph, apart(found.drawing.scene)) == []
    high = max(column.bottom - column.top for column in found.columns)
    assert high + more_around(found.drawing.scene) <= PAGE_HIGH
    (wide, high) = re.findall(r'viewBox="0 0 ([\d.]+) ([\d.]+)"', overview_svg(found))[0]
    assert float(wide) <= 1600 and 700 < float(high) <= 900


def test_no_mark_is_cut_by_the_edge_of_the_page():
    net = Net()
    last = net.layer("d", "Dense", "MatMul", net.make.op("x", "Placeholder"), settings={"units": 4})
    found = net.drawn(last)
    inside = found.drawing.root.inside
    ends = [inside.y + child.body.y + child.body.height for child in inside.children]
    begins = [inside.y + child.body.y for child in inside.children]
    assert found.columns[0].top + 2 < min(begins) and max(ends) + 2 < found.columns[0].bottom


keras_only = pytest.mark.parametrize(
    ("name", "expected"),
    [
        (
            "InceptionV3",
            (
                "mixed0 … 2",
                "1×1 conv, 64|1×1 conv, 48|5×5 conv, 64|1×1 conv, 64|3×3 conv, 96|3×3 conv, 96|3×3 average pool, /1, same|1×1 conv, n|concat",
            ),
        ),
        (
            "EfficientNetB0",
            (
                "block2a … b",
                "1×1 conv, 144|BN|SiLU|3×3 depthwise conv|BN|SiLU|squeeze-excite to 6|1×1 conv, 24|BN, Dropout 0.025|+",
            ),
        ),
        ("MobileNetV2", ("block_1 … 2", "1×1 conv, 144|BN|ReLU6|3×3 depthwise conv|BN|ReLU6|1×1 conv, 24|BN|+")),
        ("DenseNet121", ("conv2_block1 … 6", "BN|ReLU|1×1 conv, 128|BN|ReLU|3×3 conv, 32|concat")),
    ],
)


@keras_only
def test_a_network_of_keras_is_one_page_that_says_what_its_blocks_hold(name, expected):
    keras = pytest.importorskip("keras")
    pytest.importorskip("tensorflow")
    if int(keras.__version__.split(".")[0]) < 3:
        pytest.skip("the newest is enough here")
    import opscope

    found = overview(opscope.trace(getattr(keras.applications, name)(weights=None)))
    high = max(column.bottom - column.top for column in found.columns)
    assert high + more_around(found.drawing.scene) <= PAGE_HIGH
    title, begins = expected
    (card,) = [card for card in cards(found.drawing.scene) if card.title == title]
    drawn = [cell.text for row in card.children if isinstance(row, ChainRow) for cell in row.cells]
    assert card.open or card.sketch is not None
    assert "|".join(drawn if card.open else chips(card.sketch.steps)) == begins
    if name == "InceptionV3":
        assert card.sketch.strip == "strip behind a conv: BN, ReLU"
        assert (
            " ".join(card.detail.split()) == "n in each copy: 32, 64, 64"
        )  # of the convolution behind the pooling, by its code
    if name in {"MobileNetV2", "EfficientNetB0"}:  # by their code: the depthwise convolution has the stride
        assert "zero pad (0, 1)|3×3 depthwise conv, /2, valid" in "|".join(chips(card.sketch.first))
        assert "+" not in chips(card.sketch.first)
    rows = [item for item in items(found.drawing.scene) if isinstance(item, (ChainRow, Card))]
    assert rows


def chips(steps):
    """What stands on the chips and joints of a small drawing, of each joint behind its branches."""
    for step in steps:
        if isinstance(step, SketchJoint):
            for branch in step.branches:
                yield from chips(branch)
            yield step.text
        else:
            yield from (part.text for part in step.parts if part.text)


def test_a_stage_says_which_of_its_sizes_the_first_copy_has_otherwise():
    """The first block of a stage of MobileNetV2 widens what the stage before gives, so it has other filters than the rest."""
    keras = pytest.importorskip("keras")
    pytest.importorskip("tensorflow")
    if int(keras.__version__.split(".")[0]) < 3:
        pytest.skip("the newest is enough here")
    import opscope

    model = keras.applications.MobileNetV2(weights=None)
    told = {card.title: card for card in cards(overview(opscope.trace(model)).drawing.scene)}
    for first, last in ((3, 5), (6, 9), (10, 12), (13, 15)):
        one, other, narrow = (
            model.get_layer(f"block_{block}_{part}").filters
            for block, part in ((first, "expand"), (last, "expand"), (last, "project"))
        )
        assert one != other
        card = told[f"block_{first} … {last}"]
        for steps, wide in ((card.sketch.first, one), (card.sketch.steps, other)):
            assert [text for text in chips(steps) if "1×1" in text] == [f"1×1 conv, {wide}", f"1×1 conv, {narrow}"]


def test_a_stage_says_all_that_it_has_otherwise_than_the_copy_that_is_drawn():
    """EfficientNet's stages differ in kernels, of which one goes back to the first stage's, in filters, squeezes and rates of dropout."""
    keras = pytest.importorskip("keras")
    pytest.importorskip("tensorflow")
    if int(keras.__version__.split(".")[0]) < 3:
        pytest.skip("the newest is enough here")
    import opscope

    model = keras.applications.EfficientNetB0(weights=None)
    told = {card.title: card for card in cards(overview(opscope.trace(model)).drawing.scene)}
    closed = []
    for stage, last in ((2, "b"), (3, "b"), (4, "c"), (5, "c"), (6, "d")):

        def layer(copy, part, stage=stage):
            return model.get_layer(f"block{stage}{copy}_{part}")

        kernel = "×".join(map(str, layer("b", "dwconv").kernel_size))
        rates = list(dict.fromkeys(f"{layer(copy, 'drop').rate:.5g}" for copy in ("b", last)))
        stride = ", /2, valid" if layer("a", "dwconv").strides == (2, 2) else ""
        card = told[f"block{stage}a … {last}"]
        if card.open:  # it says what differs by copy, beside one that is drawn
            continue
        closed.append(stage)
        first = list(chips(card.sketch.first))
        assert f"1×1 conv, {layer('a', 'expand_conv').filters}" == first[0] and "+" not in first
        assert {f"{kernel} depthwise conv{stride}", f"squeeze-excite to {layer('a', 'se_reduce').filters}"} < set(first)
        assert card.subtitle == ""
        assert list(chips(card.sketch.steps)) == [
            f"1×1 conv, {layer('b', 'expand_conv').filters}", "BN", "SiLU", f"{kernel} depthwise conv", "BN", "SiLU",
            f"squeeze-excite to {layer('b', 'se_reduce').filters}", f"1×1 conv, {layer('b', 'project_conv').filters}",
            f"BN, Dropout {' to '.join(rates)}", "+",
        ]  # fmt: skip
    assert closed[-4:] == [3, 4, 5, 6]  # each with its own sizes; there may be room to open the first


UNLIKE = (
    "MatMul",
    "Conv2D",
    "MaxPool",
    "AvgPool",
    "Tanh",
    "Sigmoid",
    "Exp",
    "Log",
    "Erf",
    "Neg",
    "Sqrt",
    "Rsqrt",
    "Square",
    "Softplus",
    "Abs",
)
WIDE = "_".join(["a_name_so_long_that_no_two_columns_stand_side_by_side"] * 2)


def test_a_closed_layer_in_a_row_says_beside_it_what_it_holds(monkeypatch):
    """A page so low that no card has room for a line more, and on which rows have one main layer."""
    monkeypatch.setattr(one_try, "PAGE_SHAPES", one_try.PAGE_SHAPES[:1])
    monkeypatch.setattr(one_try, "NARROW_SHAPES", one_try.NARROW_SHAPES[:2])
    monkeypatch.setattr(page_shapes, "PAGE_HIGH", 512.0)
    net = Net()
    here = net.make.op("x", "Placeholder")
    for number, op in enumerate(UNLIKE):
        here = net.layer(f"{op}_{WIDE}", f"Part{number}", op, here)
    block = net.make.group("mixer", "layer", net.model, cls="Mixer", defined_in="__main__", outputs=(F,))
    for name, units in (("wide", 640), ("narrow", 256)):
        here = net.layer(name, "Dense", "MatMul", here, parent=block, settings={"units": units, "activation": "relu"})
    found = net.drawn(net.layer("last", "Conv2D", "Conv2D", here))
    rows = [item for item in items(found.drawing.scene) if isinstance(item, ChainRow)]
    assert {row.cells[0].text: row.inside for row in rows if row.inside} == {
        "Mixer": "Dense 640, ReLU → Dense 256, ReLU"
    }
    assert "Dense 640, ReLU \u2192 Dense 256, ReLU</text>" in overview_svg(found)


@pytest.mark.parametrize(
    ("entering", "steps"),
    [
        (["a:0", "b:0"], "(left input → Dense 8) × right input"),
        (["b:0", "a:0"], "(right input → Dense 8) × left input"),
        (["b:0"], "(input → Dense 8) × input 2"),
        (["b:0", "c:0"], "(input → Dense 8) × input 2"),
        (["a:0", "b:0", "b:0"], "(input → Dense 8) × input 2"),
    ],
)
def test_two_inputs_are_called_by_the_side_on_which_they_enter_if_that_is_known(entering, steps):
    text = FormulaText("(input → Dense 8) × input 2", "")
    assert InsideFormula(text, text, ("a:0", "b:0")).sided(Entering(entering), "left", "right").full.steps == steps


def test_of_two_inputs_the_one_that_a_skip_connection_brings_is_called_so():
    text = FormulaText("(input → Dense 8) × input 2", "")
    found = InsideFormula(text, text, ("a:0", "b:0")).sided(
        Entering(["a:0", "b:0"], frozenset({"b:0"})), "left", "right"
    )
    assert found.full.steps == "(input → Dense 8) × skip"


def test_more_inputs_are_numbered_from_the_left_and_a_single_one_has_no_side():
    text = FormulaText("Gather(input | input 3 | input 2)", "")
    found = InsideFormula(text, text, ("a:0", "b:0", "c:0")).sided(Entering(["c:0", "a:0", "b:0"]), "left", "right")
    assert found.short.steps == "Gather(input 2 | input 1 | input 3)"
    one = FormulaText("Dense 8 → + input", "")
    assert InsideFormula(one, one, ("a:0",)).sided(Entering(["a:0"]), "left", "right").full == one


@pytest.mark.parametrize("turned", [False, True])
def test_the_side_that_a_small_drawing_names_is_that_of_the_wire(turned, monkeypatch):
    """The block multiplies what comes from ``one`` by a layer of what comes from ``two``, whichever stands left."""
    monkeypatch.setattr(fitting, "BUDGETS", (1,))
    monkeypatch.setattr(fitting, "MORE_TRIES", 0)
    net = Block()
    first, second = ("two", "one") if turned else ("one", "two")
    made = {
        name: net.layer(name, "Conv2D", "Conv2D", net.x, settings={"filters": 8, "kernel_size": [3, 3]})
        for name in (first, second)
    }
    last = net.of("Multiply", "Mul", made["one"], net.dense(8, net.dense(16, made["two"])))
    graph = net.make.graph("net", ["x"], [last])
    found = overview(graph)
    (block,) = [card for card in cards(found.drawing.scene) if card.title == "block"]
    paths = [path for path in around(found.drawing.root, block).inside.paths if "block" not in path.wire.tip]
    ends = {name: path.points[-1][0] for path in paths for name in made if f"{name}/" in path.wire.tip}
    assert len(ends) == 2
    sides = {name: "left" if ends[name] == min(ends.values()) else "right" for name in ends}
    (product,) = block.sketch.steps
    said = [
        [step.text if isinstance(step, SketchWord) else step.parts[0].text for step in branch]
        for branch in product.branches
    ]
    assert product.text == "×"
    assert sorted(said, key=len) == [[f"{sides['one']} input"], [f"{sides['two']} input", "Dense 16", "Dense 8"]]
    assert lies(graph, found.graph, apart(found.drawing.scene)) == []
    neutral = overview(graph, wanted=Manner(placed=False))  # Graphviz has its own places
    assert "left input" not in overview_svg(neutral)


def test_what_enters_a_small_drawing_from_an_input_of_the_model_has_its_name(monkeypatch):
    monkeypatch.setattr(fitting, "BUDGETS", (1,))
    monkeypatch.setattr(fitting, "MORE_TRIES", 0)
    net = Block()
    mask = net.make.op("mask", "Placeholder")
    taken = net.layer("stem", "Conv2D", "Conv2D", net.x, settings={"filters": 8, "kernel_size": [3, 3]})
    last = net.of("Multiply", "Mul", net.dense(8, net.dense(16, taken)), mask)
    graph = net.make.graph("net", ["x", "mask"], [last])
    found = overview(graph)
    assert lies(graph, found.graph, apart(found.drawing.scene)) == []
    (block,) = [card for card in cards(found.drawing.scene) if card.title == "block"]
    (product,) = block.sketch.steps
    begun = {branch[0].text: len(branch) for branch in product.branches}
    assert begun == {"stem": 3, "mask": 1}  # the two layers are on what the stem gives


@pytest.mark.parametrize(
    ("entering", "names"),
    [
        (Entering(["a:0", "b:0"], frozenset({"b:0"})), ["input", "skip"]),
        (Entering(["a:0", "b:0"], frozenset({"b:0"}), sources={"a:0": "bert", "b:0": "conv"}), ["bert", "skip"]),
        (Entering(["b:0", "a:0"]), ["right input", "left input"]),
        (Entering(["a:0", "b:0"], given={"b:0": "mask"}), ["input", "mask"]),
        (Entering(["a:0", "b:0"], given={"a:0": "ids", "b:0": "mask"}), ["ids", "mask"]),
        (Entering(["a:0"]), ["input", "input 2"]),  # it is not known where all of them enter
    ],
)
def test_words_where_the_lines_of_a_small_drawing_begin(entering, names):
    """Of two tensors the second is added to a layer of the first."""
    words = [SketchWord("input", 0), SketchWord("input 2", 1)]
    layer = SketchChip((ChipPart("Dense 8", "dense"),))
    drawing = Sketch((SketchJoint("+", "activation", ((words[0], layer), (words[1],))),))
    forms = SketchForms((drawing,), False, ("a:0", "b:0"))
    (found,) = forms.called(names_by_side(forms.inputs, entering, "left", "right")).forms
    (joint,) = found.steps
    assert [branch[0] for branch in joint.branches] == [SketchWord(name, port) for port, name in enumerate(names)]
    assert joint.branches[0][1] == layer


def around(drawn, card):
    """The drawn card that holds a card."""
    for child in drawn.inside.children if drawn.inside else ():
        if child.item is card:
            return drawn
        found = around(child, card)
        if found is not None:
            return found
    return None


def attention_net():
    """A block with causal attention of the author's, whose mask is made of no input, as part of a model that fills the page."""
    net = Net()
    make, here = net.make, net.make.op("x", "Placeholder")
    for number in range(8):
        here = net.layer(f"d{number}", "Dense", "MatMul", here, settings={"units": 8 + number, "activation": "linear"})
    settings = {"heads": 4}
    own = make.group("attention", "layer", net.model, cls="CausalAttention", defined_in="__main__", settings=settings)
    parts = [
        net.layer(name, "Dense", "MatMul", here, parent=own, settings={"units": 64, "activation": "linear"})
        for name in ("q", "k", "v")
    ]
    scores = make.op("net/attention/scores", "BatchMatMulV2", *parts[:2], group=own)
    mask = make.op("net/attention/noise", "RandomUniform", group=own)
    masked = make.op("net/attention/masked", "Sub", scores, mask, group=own)
    mixed = make.op(
        "net/attention/mix",
        "BatchMatMulV2",
        make.op("net/attention/softmax", "Softmax", masked, group=own),
        parts[2],
        group=own,
    )
    here = net.layer("out", "Dense", "MatMul", mixed, parent=own, settings={"units": 64, "activation": "linear"})
    small = make.group("small", "layer", net.model, cls="Small", defined_in="__main__", outputs=(F,))
    for name in ("first", "second"):
        here = net.layer(name, "Dense", "MatMul", here, parent=small, settings={"units": 8, "activation": "relu"})
    return net, here


@pytest.mark.parametrize("high", [300.0, 400.0, 577.0])
def test_what_holds_most_opens_rather_than_what_a_line_tells(high, monkeypatch):
    monkeypatch.setattr(page_shapes, "PAGE_HIGH", high)
    net, here = attention_net()
    found = net.drawn(here)
    opened = {card.title for card in cards(found.drawing.scene) if card.open}
    assert "attention" in opened or "small" not in opened
    if "attention" in opened:
        card = next(card for card in cards(found.drawing.scene) if card.title == "attention")
        assert card.subtitle == "CausalAttention heads 4"
        assert sum(isinstance(child, ChainRow) for child in card.children) >= 4
    assert high < 577.0 or "attention" in opened


def library_net(layers):
    """A model that holds a layer of a library with so many dense layers, twice, among others."""
    net = Net()
    here = net.make.op("x", "Placeholder")
    for number in range(2):
        around = net.make.group(
            f"ffn{number}", "layer", net.model, cls=f"LibraryFfn{number}", defined_in="transformers", outputs=(F,)
        )
        for inner in range(layers):
            kinds = (("Dense", "MatMul"), ("Conv1D", "Conv2D"))[(inner + number) % 2]
            here = net.layer(f"inner{inner}", *kinds, here, parent=around, settings={"units": inner + 1})
    return net, here


def test_a_layer_of_a_library_with_few_parts_needs_no_frame_and_its_parts_have_its_name():
    net, here = library_net(3)
    found = net.drawn(here)
    assert not [card for card in cards(found.drawing.scene) if card.title.startswith("ffn")]
    names = [row.name for row in items(found.drawing.scene) if isinstance(row, ChainRow)]
    assert names and all(name.startswith("ffn") for name in names)


def test_a_closed_card_says_which_of_the_layers_in_its_formula_are_the_authors(monkeypatch):
    monkeypatch.setattr(page_shapes, "PAGE_HIGH", 170.0)  # so that it is closed
    net = Block("Generator")
    here = net.conv((3, 3), 8, net.conv((3, 3), 16, net.x))
    own = net.make.group("norm", "layer", net.block, cls="PixelNorm", defined_in="__main__")
    here = net.make.op(
        "net/block/norm/Mul", "Tanh", net.make.op("net/block/norm/Sq", "Square", here, group=own), group=own
    )
    here = net.dense(1, net.conv((3, 3), 32, here))
    for number in range(6):
        here = net.layer(
            f"after{number}", "Conv2D", "Conv2D", here, settings={"filters": 8 + number, "kernel_size": [3, 3]}
        )
    found = net.drawn(here)
    (card,) = [card for card in cards(found.drawing.scene) if card.title == "block"]
    assert not card.open
    assert "by the author: PixelNorm" in f"{card.subtitle}\n{card.detail}"
    # It has the colour of what it holds, as cells have, which are less round.
    assert card.layer_kind == "dense"
    assert re.search(r'<rect class="f-dense"[^>]* rx="9"', overview_svg(found))


@pytest.mark.parametrize("high", [300.0, 200.0])
def test_of_two_networks_side_by_side_neither_is_a_bare_name(high, monkeypatch):
    """On a page that has room for one of them open, or for what both hold in lines."""
    monkeypatch.setattr(page_shapes, "PAGE_HIGH", high)
    net = Net()
    ends = []
    for name, layers in (("generator", 7), ("critic", 8)):
        here = net.make.op(f"for_{name}", "Placeholder")
        own = net.make.group(name, "layer", net.model, cls=name.title(), defined_in="__main__", outputs=(F,))
        for number in range(layers):
            size = {"units": 8 + number, "activation": "relu"}
            here = net.layer(f"{name}{number}", "Dense", "MatMul", here, parent=own, settings=size)
        ends.append(here)
    graph = net.make.graph("net", ["for_generator", "for_critic"], [net.layer("join", "Add", "AddV2", *ends)])
    found = overview(graph)
    assert lies(graph, found.graph, apart(found.drawing.scene)) == []
    drawn = {card.title: card for card in cards(found.drawing.scene)}
    assert drawn["generator"].open or "Dense 14, ReLU" in drawn["generator"].detail
    assert drawn["critic"].open or "Dense 15, ReLU" in drawn["critic"].detail


def test_the_outermost_layer_of_a_library_names_it_and_keras_needs_no_name():
    net, here = library_net(9)
    drawn = [card for card in cards(net.drawn(here).drawing.scene) if card.group >= 0]
    said = {card.title: card.subtitle.split(" · ")[0] for card in drawn}
    assert said["ffn0"] == "LibraryFfn0 of transformers"
    assert not [words for title, words in said.items() if "of transformers" in words and not title.startswith("ffn")]


def test_a_layer_of_a_library_with_many_parts_keeps_its_frame():
    net, here = library_net(9)
    found = net.drawn(here)
    assert [card for card in cards(found.drawing.scene) if card.title.startswith("ffn") and card.open]


def test_rows_that_save_height_hold_several_main_layers_and_the_last_of_several_shapes(monkeypatch):
    """On a page so low that rows of one main layer each do not fit, and of one column."""
    monkeypatch.setattr(one_try, "PAGE_SHAPES", [shape for shape in one_try.PAGE_SHAPES if shape.columns == 1])
    monkeypatch.setattr(page_shapes, "PAGE_HIGH", 225.0)
    net = Net()
    here = net.make.op("x", "Placeholder")
    for number in range(7):  # unlike, so that they are no stack
        here = net.layer(f"part{number}", f"Part{number}", UNLIKE[number], here)
        here = net.layer(f"norm{number}", "LayerNormalization", "Mean", here)
    shaped = net.make.op("net/first", "Reshape", here, group=net.model, out=[("float32", (2, 4))])
    found = net.drawn(net.make.op("net/second", "Transpose", shaped, group=net.model, out=[("float32", (4, 2))]))
    texts = [[cell.text for cell in row.cells] for row in items(found.drawing.scene) if isinstance(row, ChainRow)]
    assert ["Part0", "LayerNorm", "Part1", "LayerNorm"] in [row[:4] for row in texts]
    assert [text for row in texts for text in row][-2:] == ["reshape", "transpose \u2192 (4, 2)"]
