"""What repeated layers are called that have no name of their author's. The right answers are read off the shapes that the test writes."""

from __future__ import annotations

import pytest

from graphs import Builder
from opscope.graph.types import TensorType
from opscope.layout.overview.encoder_decoder import with_sides
from opscope.layout.overview.one_page import overview
from opscope.layout.scene.items import Box, CardWire, Cell, ChainRow, End, cards
from opscope.render.svg.overview_page import overview_svg
from rows_apart import apart
from truth import lies

OPS = {
    "Conv2D": ("Conv2D", "BiasAdd", "Relu"),
    "MaxPooling2D": ("MaxPool",),
    "BatchNormalization": ("Rsqrt", "Mul", "Sub", "AddV2"),
    "ReLU": ("Relu",),
    "Concatenate": ("ConcatV2",),
    "Conv2DTranspose": ("Conv2DBackpropInput", "BiasAdd"),
}


class Unnamed:
    """Layers with the names that Keras makes of their classes, convolutions with a weight that lies outside of them."""

    def __init__(self):
        self.make = Builder()
        self.model = self.make.group("net", "model", cls="Functional", defined_in="keras")
        self.count, self.channels = {}, 8
        self.last = self.make.op("x", "Placeholder", out=[TensorType("float32", (4, 64, 64, 8))])
        self.weight = self.make.op("w", "Const", out=[TensorType("float32", (3, 3, 8, 8))])

    def layer(self, cls, snake, size, named="", beside=()):
        number = self.count[snake] = self.count.get(snake, -1) + 1
        name = named or (f"{snake}_{number}" if number else snake)
        group = self.make.group(name, "layer", self.model, cls=cls, defined_in="keras")
        out = [TensorType("float32", (4, size, size, self.channels))]
        for op in OPS[cls]:
            sources = [self.last, self.weight] if op == "Conv2D" else [self.last, *beside]
            self.last = self.make.op(f"net/{name}/{op}", op, *sources, group=group, out=out)

    def titles(self):
        """The stacks of the overview, and the overview, in which the checker of drawings has found nothing."""
        graph = self.make.graph("net", ["x"], [self.last])
        found = overview(graph)
        assert lies(graph, found.graph, apart(found.drawing.scene)) == []
        return [(card.title, card.repeat) for card in cards(found.drawing.scene) if card.repeat > 1], found


def test_levels_are_called_by_what_they_do_to_height_and_width():
    net = Unnamed()
    for level in range(4):
        for _ in range(2):
            net.layer("Conv2D", "conv2d", 64 >> level)
            net.layer("BatchNormalization", "batch_normalization", 64 >> level)
        net.layer("MaxPooling2D", "max_pooling2d", 32 >> level)
    for level in reversed(range(4)):
        net.layer("Conv2DTranspose", "conv2d_transpose", 64 >> level)
        net.layer("ReLU", "re_lu", 64 >> level)
        net.layer("Conv2D", "conv2d", 64 >> level)
        net.layer("BatchNormalization", "batch_normalization", 64 >> level)
    titles, found = net.titles()
    assert titles == [("downsampling level", 4), ("upsampling level", 4)]
    tips = [card.tip for card in cards(found.drawing.scene) if card.repeat > 1]
    assert "max_pooling2d" in tips[0]  # the names are not lost
    assert ">downsampling level<" in overview_svg(found)


def joined_levels(channels, again=None):
    """Levels down, and levels up that take what these give in the reverse order; with so many channels, up again with others if these are given."""
    net, skips = Unnamed(), []
    for level, width in enumerate(channels):
        net.channels = width
        net.layer("Conv2D", "conv2d", 64 >> level)
        net.layer("BatchNormalization", "batch_normalization", 64 >> level)
        skips.append(net.last)
        net.layer("MaxPooling2D", "max_pooling2d", 32 >> level)
    for level in reversed(range(len(channels))):
        net.channels = (again or channels)[level]
        net.layer("Conv2DTranspose", "conv2d_transpose", 64 >> level)
        net.layer("Concatenate", "concatenate", 64 >> level, beside=[skips[level]])
        net.layer("Conv2D", "conv2d", 64 >> level)
        net.layer("BatchNormalization", "batch_normalization", 64 >> level)
    _, found = net.titles()
    return found.drawing.scene


def test_skip_connections_between_levels_are_counted_on_their_line():
    scene = joined_levels([8, 8, 8, 8])
    wires = [wire for card in cards(scene) for wire in card.wires]
    skip, inside = [wire for wire in wires if wire.label.startswith("skip")]
    assert (
        skip.label == "skips ×4: each level to its own · (4, 64, 64, 8)"
    )  # of the topmost level, which is drawn on both sides
    assert inside.label == "skip"  # its shape stands outside
    assert not any("one each" in wire.head for wire in wires)
    # The side that gives is the encoder, and the line is as thick as a bundle.
    down, up = [card for card in cards(scene) if card.repeat > 1]
    assert (down.title, up.title) == ("encoder: downsampling", "decoder: upsampling")
    assert "copy" not in f"{said(down)} {said(up)}"
    assert skip.skips == 4


def said(card):
    """What a card says beside and below its title: where it would be wide, the sizes stand in the second line."""
    return " · ".join(filter(None, [card.subtitle, *card.detail.split("\n")]))


def test_levels_that_belong_together_bear_one_number_on_both_sides():
    """The numbers count from the top, where the image is whole, and the drawn levels are partners: both are the topmost."""
    scene = joined_levels([8, 16, 32, 64])
    down, up = [card for card in cards(scene) if card.repeat > 1]
    sizes = ["64×64×8", "32×32×16", "16×16×32", "8×8×64"]
    assert said(down) == f"drawn: level 1 · levels 1 to 4: {' → '.join(sizes)}"
    assert said(up) == f"drawn: level 1 · levels 4 to 1: {' → '.join(sizes[::-1])}"
    labels = [wire.label for card in (up, scene.root) for wire in card.wires]
    assert "level 1: (4, 32, 32, 16)" in labels  # what the topmost one takes from the level below it
    assert "level 4: (4, 4, 4, 64)" in labels  # what the deepest one down gives


def test_a_level_without_twice_the_channels_of_the_one_before_is_marked():
    down, up = [card for card in cards(joined_levels([8, 16, 24, 64])) if card.repeat > 1]
    assert "16×16×24 (odd, not 32)" in said(down) and "16×16×24 (odd, not 32)" in said(up)
    assert (said(down) + said(up)).count("odd") == 2


def test_levels_whose_results_are_not_as_their_skips_keep_their_own_sizes():
    down, up = [card for card in cards(joined_levels([8, 16, 32, 64], again=[4, 8, 16, 32])) if card.repeat > 1]
    assert said(down).endswith("64×64×8 → 32×32×16 → 16×16×32 → 8×8×64")
    assert "levels 4 to 1: " in said(up) and said(up).endswith("8×8×32 → 16×16×16 → 32×32×8 → 64×64×4")


def test_levels_that_keep_height_and_width_are_so_many_layers():
    net = Unnamed()
    for _ in range(4):
        net.layer("Conv2D", "conv2d", 64)
        net.layer("BatchNormalization", "batch_normalization", 64)
        net.layer("MaxPooling2D", "max_pooling2d", 64)
    assert net.titles()[0] == [("3 layers", 4)]


@pytest.mark.parametrize("place", [0, 2])
def test_a_name_of_the_author_is_kept(place):
    net = Unnamed()
    for level in range(4):
        names = ["", "", ""]
        names[place] = f"level{level}"
        net.layer("Conv2D", "conv2d", 64 >> level, names[0])
        net.layer("BatchNormalization", "batch_normalization", 64 >> level, names[1])
        net.layer("MaxPooling2D", "max_pooling2d", 32 >> level, names[2])
    (title, repeat) = net.titles()[0][0]
    assert ("level0" in title, repeat) == (True, 4)


def test_a_side_that_the_author_named_is_not_renamed():
    """Titles come from the author where there are any; what takes no skip is no decoder."""
    net = Unnamed()
    for level in range(4):
        net.layer("Conv2D", "conv2d", 64 >> level)
        net.layer("BatchNormalization", "batch_normalization", 64 >> level)
        net.layer("MaxPooling2D", "max_pooling2d", 32 >> level)
    assert net.titles()[0] == [("downsampling level", 4)]


def recurrent_pair(*, sequence, names=("", "")):
    """Two recurrent layers, of which the second begins with the state of the first, and may take its sequence too."""
    rows = [
        ChainRow((Cell(Box(number, "LSTM", "", ""), "LSTM 4", "recurrent"),), name) for number, name in enumerate(names)
    ]
    wires = [CardWire(End(0, 1), End(1, 1), role="last state h → initial state h")]
    wires += [CardWire(End(0, 0), End(1, 0))] if sequence else []
    return [row.name for row in with_sides(rows, wires)]


def test_recurrent_layers_that_a_state_joins_are_encoder_and_decoder():
    assert recurrent_pair(sequence=False) == ["encoder", "decoder"]
    assert recurrent_pair(sequence=True) == ["", ""]  # one on top of the other
    assert recurrent_pair(sequence=False, names=("reader", "writer")) == ["reader", "writer"]


def test_a_name_that_keras_made_of_the_class_says_it_once_and_has_no_number_in_a_box_for_all_copies():
    """Four blocks of the author's, each with a gate that Keras numbered; one of another name keeps its class."""
    make = Builder()
    last = make.op("x", "Placeholder", out=[TensorType("float32", (4, 8))])
    for number in range(4):
        block = make.group(f"block_{number}", "layer", cls="Block", defined_in="mine")
        for name, cls in ((f"soft_gate_{number + 1}", "SoftGate"), ("mixer", "Mix")):
            group = make.group(name, "layer", block, cls=cls, defined_in="mine")
            for op in ("Tanh", "Exp", "Sigmoid"):
                last = make.op(f"block_{number}/{name}/{op}", op, last, group=group)
            last = make.op(f"block_{number}/{name}/Mul", "Mul", last, last, group=group)
    drawn = {card.title: card for card in cards(overview(make.graph("net", ["x"], [last])).drawing.scene)}
    assert drawn["soft_gate"].subtitle == ""
    assert drawn["mixer"].subtitle.startswith("Mix")
