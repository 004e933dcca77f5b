"""Small drawings in closed cards: their chips and branches are those of the graph, and all has its room."""

import re
from dataclasses import replace

import pytest

from layout.test_overview_rows import CONV, Net
from opscope.layout.overview.one_page import overview
from opscope.layout.scene.items import Card, cards
from opscope.layout.scene.sketch import ChipPart, Sketch, SketchChip, SketchJoint, SketchWord, enters_aside
from opscope.layout.sizes.extents import CARD_PAD, head_height, head_width, measure_card, sketch_place
from opscope.layout.sizes.sketch_sizes import SKETCH_FONT, STEP_HIGH, placed_sketch
from opscope.layout.sizes.text_width import width

CONVOLUTION = re.compile(r"(\d+)×(\d+) conv, (\d+)")


def chip(*texts):
    return SketchChip(tuple(ChipPart(text, "dense") for text in texts))


def conv(net, name, kernel, filters, *before):
    settings = {**CONV, "kernel_size": [kernel, kernel], "filters": filters}
    return net.layer(name, "Conv2D", "Conv2D", *before, settings=settings)


def modules(count, stage, make, net, here):
    for number in range(count):
        here = make(net, f"stage{stage}_block{number}", here)
    return here


def residual(net, name, here):
    one = conv(net, f"{name}_a_conv", 1, 8, here)
    two = conv(net, f"{name}_b_conv", 3, 16, net.layer(f"{name}_a_relu", "ReLU", "Relu", one))
    return net.layer(f"{name}_add", "Add", "AddV2", two, here)


def sketched(net, last):
    found = net.drawn(last)  # the checker has looked at it
    return [card for card in cards(found.drawing.scene) if card.sketch is not None]


def test_a_later_stage_draws_its_own_sizes():
    net = Net()
    here = modules(4, 0, residual, net, net.make.op("x", "Placeholder"))
    first, card = sketched(net, modules(5, 1, residual, net, here))  # of blocks that are alike all are drawn alike
    assert (first.title, first.repeat, first.sketch) == ("stage0_block0 … 3", 4, card.sketch)
    assert (card.title, card.repeat, card.open) == ("stage1_block0 … 4", 5, False)
    (joint,) = card.sketch.steps
    assert joint.text == "+"
    assert [[[part.text for part in step.parts] for step in branch] for branch in joint.branches] == [
        [["1×1 conv, 8", "ReLU"], ["3×3 conv, 16"]],
        [],
    ]
    assert {part.family for step in joint.branches[0] for part in step.parts} == {"dense", "activation"}
    assert "as stage0_block" not in f"{card.subtitle} {card.detail}"


def test_words_tell_of_the_first_copy_where_it_is_not_known_what_its_layers_are_set_to():
    """Its shortcut alone has a layer; the others have none of which to say what is true of all."""

    def projected(net, name, here):
        shortcut = conv(net, f"{name}_c_conv", 1, 16, here) if name.endswith("block0") else here
        one = conv(net, f"{name}_a_conv", 1, 8, here)
        two = conv(net, f"{name}_b_conv", 3, 16, net.layer(f"{name}_a_relu", "ReLU", "Relu", one))
        return net.layer(f"{name}_add", "Add", "AddV2", two, shortcut)

    net = Net()
    here = modules(6, 0, projected, net, net.make.op("x", "Placeholder"))
    for card in sketched(net, modules(7, 1, projected, net, here)):
        assert f"{card.subtitle} {card.detail}".count("copy 1: shortcut 1×1 conv, 16") == 1


@pytest.mark.parametrize("turned", [False, True])
def test_what_a_difference_takes_away_is_said_where_its_line_ends(turned):
    """Nobody would see by the sign which operand is taken away."""

    def unlike(net, name, here):
        one = conv(net, f"{name}_a_conv", 1, 8, here)
        two = conv(net, f"{name}_b_conv", 3, 16, net.layer(f"{name}_a_relu", "ReLU", "Relu", one))
        return net.layer(f"{name}_less", "Subtract", "Sub", *((here, two) if turned else (two, here)))

    net = Net()
    here = modules(4, 0, unlike, net, net.make.op("x", "Placeholder"))
    _, card = sketched(net, modules(5, 1, unlike, net, here))
    (joint,) = card.sketch.steps
    first, second = joint.branches
    assert joint.text == "\u2212"
    assert second[-1] == SketchWord("subtracted")
    assert (len(first), len(second)) == ((0, 3) if turned else (2, 1))


NESTED = Sketch(
    (
        SketchJoint(
            "concat",
            "reshape",
            (
                (chip("1×1 conv, 64", "BN"),),
                (chip("1×1 conv, 48"), SketchJoint("+", "activation", ((chip("a"), chip("b")), ()))),
                (SketchJoint("×", "activation", ((chip("Dense 4"),), (chip("Dense 4"), chip("c")))), chip("d")),
                (),
            ),
        ),
        chip("ReLU"),
    )
)


@pytest.mark.parametrize("beside", [False, True])
def test_nothing_of_a_small_drawing_stands_outside_of_it_or_on_another_part(beside):
    placed = placed_sketch(NESTED)
    boxes = [(chip.x, chip.y - STEP_HIGH / 2, chip.wide, STEP_HIGH) for chip in placed.chips]
    boxes += [joint[:4] for joint in placed.joints]
    assert len(boxes) == 9 + 3
    for x, y, wide, high in boxes:
        assert x >= 0 and x + wide <= placed.wide and y >= 0 and y + high <= placed.high
    for place, (x, y, wide, high) in enumerate(boxes):
        for a, b, wider, higher in boxes[:place]:
            assert x >= a + wider or a >= x + wide or y >= b + higher or b >= y + high
    ends = [point for line in placed.lines for point in line]
    # The arrow behind the last chip reaches into what a card keeps free inside its border.
    assert all(
        0 <= x < placed.wide + CARD_PAD and 0 <= y <= placed.high
        for x, y in (*ends, *(head[:2] for head in placed.heads))
    )
    assert [x for x, _ in ends if x > placed.wide] and placed.heads
    firsts = {(each.x, each.y) for each in placed.chips}
    assert all((x, y) in firsts or x > placed.wide for x, y, down in placed.heads if not down)
    for line in placed.lines:  # no line runs through a chip or joint: all run level and upright
        for (a, b), (c, d) in zip(line, line[1:]):
            assert a == c or b == d
            for x, y, wide, high in boxes:
                inside = x < max(a, c) and min(a, c) < x + wide and y < max(b, d) and min(b, d) < y + high
                assert not inside
    card = Card(0, "layer", "a title", "", open=False, sketch=Sketch(NESTED.steps, "", beside), slim=True, repeat=3)
    x, y = sketch_place(card)
    measure = measure_card(card, (0.0, 0.0), "")
    assert x + placed.wide < measure.body.width == max(measure.body.width, head_width(card, ""))
    assert y > 0 and y + placed.high < measure.body.height == head_height(card)


def sequences(steps, number=""):
    """The convolutions and poolings on each way through a small drawing, with a number for the letter on its chips."""
    found = {()}
    for step in steps:
        if isinstance(step, SketchJoint):
            inner = {way for branch in step.branches for way in sequences(branch, number)}
            found = {way + more for way in found for more in inner}
        else:
            said = CONVOLUTION.match(step.parts[0].text.replace(", n", f", {number}"))
            here = tuple(map(int, said.groups())) if said else "pool" if "pool" in step.parts[0].text else None
            found = {(*way, here) if here else way for way in found}
    return found


def ways_of(model, name, begin):
    """The same for the layers of a Keras model on each way from the layer `begin` to the layer `name`."""
    layer = model.get_layer(name)
    if name == begin:
        return {()}
    before = layer.input if isinstance(layer.input, list) else [layer.input]
    found = {way for tensor in before for way in ways_of(model, tensor._keras_history[0].name, begin)}
    cls = type(layer).__name__
    here = (*layer.kernel_size, layer.filters) if cls == "Conv2D" else "pool" if "Pooling" in cls else None
    return {(*way, here) if here else way for way in found}


def test_each_way_through_a_module_of_inception_is_one_of_the_model():
    keras = pytest.importorskip("keras")
    pytest.importorskip("tensorflow")
    if int(keras.__version__.split(".")[0]) < 3:
        pytest.skip("the newest is enough here")
    import opscope

    model = keras.applications.InceptionV3(weights=None)
    found = overview(opscope.trace(model))
    drawn = {card.title: card for card in cards(found.drawing.scene) if card.sketch is not None}
    pool = next(
        layer.name
        for layer in model.layers[::-1]
        if type(layer).__name__ == "MaxPooling2D" and layer in model.layers[:18]
    )
    begins = {
        "stem": (pool, model.layers[0].name),
        "mixed0 … 2": ("mixed0", pool), "mixed3": ("mixed3", "mixed2"), "mixed4 … 7": ("mixed4", "mixed3"), "mixed8": ("mixed8", "mixed7"),
        "mixed9 … 10": ("mixed9", "mixed8"),
    }  # fmt: skip
    assert drawn.keys() == begins.keys()
    assert not any(card.sketch.first for card in drawn.values())  # their sizes differ, and a letter tells it
    for title, (last, first) in begins.items():
        sketch = drawn[title].sketch
        numbers = sketch.numbers.partition(": ")[2].split(", ")
        copies = [(last, first)]
        if len(numbers) > 1:
            begun = int(last[len("mixed") :])
            names = [pool if place < 0 else f"mixed{place}" for place in range(begun - 1, begun + len(numbers))]
            copies = list(zip(names[1:], names))
        for number, (end, begin) in zip(numbers, copies):
            assert sequences(sketch.steps, number) == ways_of(model, end, begin), (title, end)


SETTINGS = re.compile(r"(\d+)×(\d+) (depthwise )?conv(?:, (\d+))?(?:, /(\d))?(?:, (?:valid|same))?$")


def told_ways(steps):
    """The convolutions, paddings and normalizations on each way through a small drawing."""
    found = {()}
    for step in steps:
        if isinstance(step, SketchJoint):
            inner = {way for branch in step.branches for way in told_ways(branch)}
            found = {way + more for way in found for more in inner}
            continue
        for part in step.parts:
            said = SETTINGS.match(part.text)
            here = part.text.split(" ")[0] if said is None else (int(said[1]), int(said[4] or 0), int(said[5] or 1))
            if here not in ("ReLU", "ReLU6"):
                found = {(*way, here) for way in found}
    return found


def layer_ways(layer, begin):
    """The same of the layers of a Keras model on each way from the layer `begin` to a layer."""
    if layer.name == begin:
        return {()}
    before = layer.input if isinstance(layer.input, list) else [layer.input]
    found = {way for tensor in before for way in layer_ways(tensor._keras_history[0], begin)}
    cls = type(layer).__name__
    if cls in ("Conv2D", "DepthwiseConv2D"):
        filters = layer.filters if cls == "Conv2D" else 0
        return {(*way, (layer.kernel_size[0], filters, layer.strides[0])) for way in found}
    here = {"BatchNormalization": "BN", "ZeroPadding2D": "zero"}.get(cls)
    return {(*way, here) if here else way for way in found}


@pytest.mark.parametrize(
    ("name", "stages"),
    [
        (
            "ResNet50",
            [("pool1_pool", "conv2_block{}_out", 1, 3), ("conv2_block3_out", "conv3_block{}_out", 1, 4),
             ("conv3_block4_out", "conv4_block{}_out", 1, 6), ("conv4_block6_out", "conv5_block{}_out", 1, 3)],
        ),
        (
            "MobileNetV2",
            [("expanded_conv_project_BN", "block_{}", 1, 2), ("block_2_add", "block_{}", 3, 3), ("block_5_add", "block_{}", 6, 4),
             ("block_9_add", "block_{}", 10, 3), ("block_12_add", "block_{}", 13, 3)],
        ),
    ],
)  # fmt: skip
def test_the_first_copy_and_the_others_are_drawn_as_the_model_has_them(name, stages):
    keras = pytest.importorskip("keras")
    pytest.importorskip("tensorflow")
    if int(keras.__version__.split(".")[0]) < 3:
        pytest.skip("the newest is enough here")
    import opscope

    model = getattr(keras.applications, name)(weights=None)
    drawn = [
        card
        for card in cards(overview(opscope.trace(model)).drawing.scene)
        if card.sketch is not None and card.repeat > 1
    ]
    assert len(drawn) == len(stages)
    for card, (before, blocks, first, count) in zip(
        sorted(drawn, key=lambda card: card.title), sorted(stages, key=lambda stage: stage[1].format(stage[2]))
    ):

        def last_of(number, blocks=blocks):
            name = blocks.format(number)
            return next(
                layer
                for layer in model.layers[::-1]
                if layer.name == name or layer.name in (f"{name}_add", f"{name}_project_BN")
            )

        assert told_ways(card.sketch.first) == layer_ways(last_of(first), before), card.title
        assert told_ways(card.sketch.steps) == layer_ways(last_of(first + 1), last_of(first).name), card.title
        others = {2: "then 2", 3: "then 2, 3"}.get(count, f"then 2 to {count}")
        assert (card.repeat, card.sketch.copies) == (count, ("copy 1", others))
        # The others' layers lead from what the first copy gives: so does the line between their drawings.
        assert card.sketch.joined
        assert "copy 1" not in card.subtitle + card.detail


def test_copies_stand_below_each_other_and_apart():
    first = (SketchJoint("+", "activation", ((chip("one", "BN"),), (chip("shortcut"),))), chip("ReLU"))
    sketch = Sketch(
        (SketchJoint("+", "activation", ((chip("one"),), ())), chip("ReLU")),
        first=first,
        copies=("copy 1", "then 2, 3"),
    )
    placed = placed_sketch(sketch)
    (word, other) = placed.words
    assert (word.text, other.text) == ("copy 1", "then 2, 3")
    above = [each for each in placed.chips if each.y <= word.y + STEP_HIGH * 2 and each.y < other.y - STEP_HIGH]
    below = [each for each in placed.chips if each not in above]
    assert [part.part.text for each in above for part in each.parts] == ["one", "BN", "shortcut", "ReLU"]
    assert max(each.y for each in above) + STEP_HIGH < min(each.y for each in below)
    assert min(each.y for each in placed.chips) - STEP_HIGH / 2 >= 0
    assert max(each.y for each in placed.chips) + STEP_HIGH / 2 <= placed.high
    assert above[0].x == below[0].x
    begins = [(head.x, head.y) for head in placed.heads if not head.down]
    # What enters points to the first chip of each branch and copy, and an arrow leads on behind the last chip of each copy.
    assert {(each.x, each.y) for each in (above[0], above[1], below[0])} < set(begins)
    for last in (above[-1], below[-1]):
        assert [x for x, y in begins if y == last.y and x > last.x + last.wide]
    (arc,) = [head for head in placed.heads if head.down]  # around what the other copies do
    (sign,) = [joint for joint in placed.joints if joint.y <= other.y <= joint.y + joint.high]
    assert (arc.x, arc.y) == (sign.x + sign.wide / 2, sign.y)


@pytest.mark.parametrize("widest", ["first", "others"])
def test_a_line_leads_from_the_first_copy_to_the_others_and_crosses_nothing(widest):
    more = tuple(chip(f"more {number}") for number in range(3))
    first = (
        SketchJoint("+", "activation", ((chip("one", "BN"),), (chip("shortcut"),))),
        chip("ReLU"),
        *(more if widest == "first" else ()),
    )
    steps = (
        SketchJoint("+", "activation", ((chip("one"),), ())),
        chip("ReLU"),
        *(more if widest == "others" else ()),
    )
    sketch = Sketch(steps, first=first, copies=("copy 1", "then 2, 3"))
    apart, joined = placed_sketch(sketch), placed_sketch(replace(sketch, joined=True))
    (line,) = [each for each in joined.lines if each[0][1] < each[-1][1] and each[0][0] > each[-1][0]]
    (_, other) = joined.words
    last = max((each for each in joined.chips if each.y < other.y - 2 * STEP_HIGH), key=lambda each: each.x)
    assert line[0] == (last.x + last.wide, last.y)  # behind the last chip of the first copy
    begin = min(x for each in joined.lines if each is not line for x, y in each if y == other.y)
    assert line[-1][1] == other.y and begin <= line[-1][0]  # on the line that leads to the first chip of the others
    assert all(a[0] == b[0] or a[1] == b[1] for a, b in zip(line, line[1:]))
    for (x1, y1), (x2, y2) in zip(line, line[1:]):
        left, right, top, bottom = min(x1, x2), max(x1, x2), min(y1, y2), max(y1, y2)
        for each in joined.chips:
            inside = left < each.x + each.wide and right > each.x
            assert not (inside and top < each.y + STEP_HIGH / 2 and bottom > each.y - STEP_HIGH / 2), each
        for word in joined.words:
            half = width(word.text, SKETCH_FONT) / 2
            assert not (left < word.x + half and right > word.x - half and top < word.y + 5 and bottom > word.y - 5)
    arrows = [head for head in joined.heads if not head.down and head.x > last.x + last.wide]
    assert all(head.y == other.y for head in arrows)  # out of the card leads what the last copy gives, and nothing else
    assert joined.wide == apart.wide


def test_no_line_joins_copies_that_take_something_else_too():
    entering, alone = SketchWord("mask", 1), (chip("one"),)
    assert not enters_aside(alone)
    assert not enters_aside((SketchJoint("+", "activation", (alone, ())),))
    assert enters_aside((entering, chip("one")))
    assert enters_aside((SketchJoint("+", "activation", (alone, (entering, chip("two")))),))
    assert not enters_aside((SketchWord("q"), chip("one")))  # what an operand is to the joint
