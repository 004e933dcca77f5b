"""What is written as ×n in networks written down op by op: what a person who knows them would write (docs/layout.md has the table)."""

from __future__ import annotations

import pytest

from folding import folds, stacks, variations
from networks import Network, Scoped, residual
from opscope.layout.scene.compose import compose
from opscope.layout.scene.items import cards
from opscope.passes import for_drawing

RESIDUAL = {
    (2, 3, 5, 2): ["conv0_block1 ×2", "conv1_block1 ×3", "conv2_block1 ×5", "conv3_block1 ×2"],
    (3, 5): ["conv0_block1 ×3", "conv1_block1 ×5"],
    (3, 4, 6, 3): ["conv0_block1 ×3", "conv1_block1 ×4", "conv2_block1 ×6", "conv3_block1 ×3"],
}


@pytest.mark.parametrize("stages", RESIDUAL)
def test_stages_of_residual_blocks_with_projections(stages):
    graph = residual(*stages)
    assert folds(graph) == RESIDUAL[stages]
    first, *others = variations(graph)
    assert first == ["copy 1: projection shortcut"]
    assert others == [["copy 1: projection shortcut, stride 2"]] * (len(stages) - 1)


def test_stages_in_scopes_of_their_own():
    graph = residual(3, 4, 6, 3, net=Scoped(), name="net/block{}/unit_{}/")
    assert folds(graph) == ["unit_1 ×3", "unit_1 ×4", "unit_1 ×6", "unit_1 ×3"]
    assert variations(graph)[1] == ["copy 1: projection shortcut, stride 2"]


def test_stages_without_projections_do_not_run_into_each_other():
    graph = residual(3, 5, projections=False)
    assert folds(graph) == ["conv0_block0 ×3", "conv1_block1 ×5"]
    assert variations(graph) == [[], ["copy 1: stride 2"]]


@pytest.mark.parametrize("projections", [True, False])
def test_stages_of_as_many_blocks_are_copies_in_which_blocks_are_copies(projections):
    graph = residual(3, 3, 3, projections=projections)
    assert folds(graph) == ["conv1_block ×3", "conv1_block1 ×3"]
    stage, block = stacks(graph)
    assert "3 in each of 3, 9 in all" in block.detail
    assert "in all" not in stage.detail


def test_two_stages_are_drawn_one_after_the_other_as_two_equal_groups_are():
    assert folds(residual(3, 3)) == ["conv0_block1 ×3", "conv1_block1 ×3"]


def test_stages_in_scopes_nest_as_their_scopes():
    graph = residual(3, 3, 3, net=Scoped(), name="net/block{}/unit_{}/")
    assert folds(graph) == ["block1 ×3", "unit_1 ×3"]
    assert variations(graph) == [["copy 1: stride 1"], ["copy 1: projection shortcut, stride 2"]]


def unet(depth):
    """Encoder and decoder of equal stages, joined by skip connections."""
    net = Network()
    skips = []
    for level in range(depth):
        out = (64 >> level, 8 << level)
        net.layer(f"enc{level}_conv1", out=out)
        skips.append(net.layer(f"enc{level}_conv2", out=out))
        net.layer(f"enc{level}_pool", ops=("MaxPool", "Identity"), out=(32 >> level, 8 << level))
    net.layer("middle_conv", out=(64 >> depth, 8 << depth))
    for level in reversed(range(depth)):
        out = (64 >> level, 8 << level)
        up = net.layer(f"dec{level}_up", ops=("Conv2DBackpropInput", "BiasAdd"), out=out)
        net.layer(f"dec{level}_join", up, skips[level], ops=("ConcatV2",), out=out)
        net.layer(f"dec{level}_conv1", out=out)
        net.layer(f"dec{level}_conv2", out=out)
    net.layer("head")
    return net.graph()


def test_a_u_net_is_its_encoder_and_its_decoder_in_phase():
    assert folds(unet(4)) == ["enc0 ×4", "dec0 ×4"]  # the two that belong together


class Counted(Network):
    """A network without names of the author's: Keras counts the layers of each class."""

    def __init__(self):
        super().__init__()
        self._counts = {}

    def add(self, kind, *inputs, ops, out, stride=1):
        self._counts[kind] = count = self._counts.get(kind, -1) + 1
        return self.layer(f"{kind}_{count}" if count else kind, *inputs, ops=ops, out=out, stride=stride)

    def convolve(self, times, out, *, norm, dropout=False, stride=1):
        for place in range(times):
            self.add("conv2d", ops=("Conv2D",) if norm else ("Conv2D", "BiasAdd", "Relu"), out=out, stride=stride)
            if norm:
                self.add("batch_normalization", ops=("Rsqrt", "Mul", "Sub", "AddV2"), out=out)
                self.add("re_lu", ops=("Relu",), out=out)
            if dropout and place == 0:
                self.add("dropout", ops=("Identity",), out=out)
        return self.last


UP = {
    "conv2d_transpose": ("Conv2DBackpropInput", "BiasAdd"),
    "up_sampling2d": ("ResizeNearestNeighbor",),
}


def counted_unet(
    levels=4, *, up="conv2d_transpose", norm=True, dropout=False, encoder=2, bottleneck=2, decoder=2, strided=False
):
    """A U-Net as people write it with Keras's functional models, and what an author would say of it.

    The skip connections are taken before the poolings, or, without a `bottleneck`, behind them, and joined before the images grow.
    `strided`: a convolution with stride 2 stands in the place of a pooling.
    """
    net, skips = Counted(), []
    sizes = [(1, 64 >> level, 64 >> level, 8 << level) for level in range(levels)]
    for out in sizes:
        skips.append(net.convolve(encoder, out, norm=norm, dropout=dropout))
        half = (1, out[1] // 2, out[2] // 2, out[3])
        if strided:
            pooled = net.convolve(1, half, norm=norm, stride=2)
        else:
            pooled = net.add("max_pooling2d", ops=("MaxPool",), out=half)
        skips[-1] = skips[-1] if bottleneck else pooled
    net.convolve(bottleneck or 1, (1, 64 >> levels, 64 >> levels, 8 << levels), norm=norm)
    for out, skip in zip(reversed(sizes), reversed(skips)):
        if bottleneck:
            net.add(up, ops=UP[up], out=out)
        net.add("concatenate", net.last, skip, ops=("ConcatV2",), out=(1, *out[1:3], 2 * out[3]))
        net.convolve(decoder, (1, *out[1:3], out[3]), norm=norm, dropout=dropout)
        if not bottleneck:
            net.add(up, ops=UP[up], out=out)
    net.add("head", ops=("Conv2D", "Softmax"), out=(1, 64, 64, 3))
    convolved = "re_lu" if norm else "conv2d"
    first, last = ("conv2d", convolved if strided else "max_pooling2d"), (up, convolved)
    joined = ("concatenate", up)
    return net.graph(), [(*first, levels), (*(last if bottleneck else joined), levels)]


def stages(graph):
    """The stacks that lie in no other: the kinds of the first and the last layer of the drawn copy, and how many copies there are."""
    found = stacks(graph)
    inner = {id(child) for stack in found for child in stack.children}
    return [(_end(stack, 0), _end(stack, -1), stack.repeat) for stack in found if id(stack) not in inner]


def _end(card, place):
    """The kind of the first or last layer in a card."""
    child = card.children[place]
    return _end(child, place) if child.kind == "scope" else child.title.rstrip("_0123456789")


@pytest.mark.parametrize("levels", [3, 4])
@pytest.mark.parametrize("up", UP)
@pytest.mark.parametrize("norm", [True, False])
@pytest.mark.parametrize("dropout", [True, False])
@pytest.mark.parametrize("bottleneck", [2, 1, 0])
def test_a_u_net_without_names_is_its_encoder_and_its_decoder_in_phase(levels, up, norm, dropout, bottleneck):
    graph, expected = counted_unet(levels, up=up, norm=norm, dropout=dropout, bottleneck=bottleneck)
    assert stages(graph) == expected


def members(graph):
    """How many layers the drawn copy of each outermost stack has."""
    found = stacks(graph)
    inner = {id(child) for stack in found for child in stack.children}
    return [_layers(stack) for stack in found if id(stack) not in inner]


def _layers(card):
    return sum(_layers(child) * child.repeat if child.kind == "scope" else 1 for child in card.children)


@pytest.mark.parametrize("levels", [3, 4])
@pytest.mark.parametrize("up", UP)
@pytest.mark.parametrize("norm", [True, False])
@pytest.mark.parametrize("encoder", [1, 2, 3])
@pytest.mark.parametrize("bottleneck", [2, 1])
def test_a_u_net_that_halves_images_by_strides_is_its_encoder_and_its_decoder(levels, up, norm, encoder, bottleneck):
    """All its convolutions are equal but for the stride: a level ends with that of 2, behind which the bottleneck begins."""
    graph, expected = counted_unet(levels, up=up, norm=norm, encoder=encoder, bottleneck=bottleneck, strided=True)
    assert stages(graph) == expected
    assert members(graph)[0] == (encoder + 1) * (3 if norm else 1)


@pytest.mark.parametrize(("encoder", "decoder"), [(1, 2), (2, 1), (2, 3), (3, 2), (1, 1)])
@pytest.mark.parametrize("norm", [True, False])
def test_a_u_net_whose_encoder_and_decoder_differ(encoder, decoder, norm):
    graph, expected = counted_unet(encoder=encoder, decoder=decoder, norm=norm)
    assert stages(graph) == expected


def test_each_stage_of_the_encoder_gives_one_skip_connection_and_each_of_the_decoder_takes_one():
    graph, _ = counted_unet(4)
    root = compose(for_drawing(graph, "all", unfold=False)).root
    titles = [getattr(child, "title", "") for child in root.children]
    encoder, decoder = titles.index("conv2d … max_pooling2d"), titles.index("conv2d_transpose_3 … re_lu_17")
    assert [wire.head for wire in root.wires if (wire.source.child, wire.target.child) == (encoder, decoder)] == [
        "×4, one each, last first"
    ]


def inception(widths, number=4):
    """Modules of branches, their ops traced branch by branch within a kind, as Keras does; `widths` are of the filters inside."""
    net = Network()
    counts = {}

    def layer(kind, *inputs, ops, out):
        counts[kind] = counts.get(kind, -1) + 1
        return net.layer(f"{kind}_{counts[kind]}" if counts[kind] else kind, *inputs, ops=ops, out=out)

    normalization = ("Mul", "AddV2", "Rsqrt", "Sub")
    for module, width in enumerate(widths):
        start = net.last
        heads = [layer("conv2d", start, ops=("Conv2D", "BiasAdd"), out=(1, 9, 9, width)) for _ in range(number)]
        heads = [layer("batch_normalization", head, ops=normalization, out=(1, 9, 9, width)) for head in heads]
        heads = [layer("activation", head, ops=("Relu",), out=(1, 9, 9, width)) for head in heads]
        pool = layer("average_pooling2d", start, ops=("AvgPool",), out=(1, 9, 9, 64))
        net.layer(f"mixed{module}", *heads, pool, ops=("ConcatV2",), out=(1, 9, 9, 64))
    return net.graph()


def test_modules_that_give_one_size_are_copies_and_their_branches_are_none():
    assert [fold.rpartition(" … ")[2] for fold in folds(inception([8, 12, 12, 16]))] == ["mixed0 ×4"]
    assert folds(inception([8])) == []


def test_a_block_begins_where_the_number_in_its_names_changes():
    net = Network()
    for block in range(1, 8):
        net.layer(f"conv_dw_{block}", ops=("Conv2D", "BiasAdd") if block > 1 else ("Conv3D", "BiasAdd"))
        net.layer(f"conv_dw_{block}_relu", ops=("Relu6",))
        net.layer(f"conv_pw_{block}", ops=("MatMul", "BiasAdd"))
        net.layer(f"conv_pw_{block}_relu", ops=("Relu6",))
    (stack,) = stacks(net.graph())
    assert stack.repeat == 6
    assert [child.title for child in stack.children][0] == "conv_dw_2"


def test_the_course_of_the_shapes_is_told():
    scene = compose(for_drawing(unet(4), "all", unfold=False))
    details = [card.tip for card in cards(scene) if card.repeat > 1]
    assert "copies differ: MaxPool (32, 8) → (16, 16) → (8, 32) → (4, 64)" in details[0]


def epochs():
    """Two epochs of one training step, written one after the other."""
    net = Network()
    phases = {
        "forward": ("MatMul", "Relu"),
        "loss": ("Sub", "Square", "Mean"),
        "backward": ("ReluGrad", "MatMul"),
        "update": ("Mul", "Sub"),
    }
    for epoch in range(2):
        for phase, ops in phases.items():
            net.layer(f"epoch_{epoch}_{phase}", ops=ops * 2)
    return net.graph()


def test_two_epochs_are_one_drawn_twice():
    assert folds(epochs()) == ["epoch_0 ×2"]
