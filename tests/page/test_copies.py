"""Whatever copy of a stack is shown, every place of the page says one thing of it: what the whole graph says.

The right answers are worked out here from the graph's ops and groups; each op takes a time of its own, so that no figure
can stand for another.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from page_graphs import branches, skips, tagger
from told import (
    PANEL,
    SAVE,
    TAKEN,
    TREE,
    chosen,
    drawing,
    everything_open,
    layers_of,
    selected_one_by_one,
    shape_text,
    timed,
)

from graphs import Builder
from networks import Network
from opscope.graph.content import content_of
from opscope.graph.number_text import quantity_text
from opscope.layout.flat import BORDER
from opscope.layout.scene.items import cards
from opscope.passes import for_drawing
from opscope.render.page.copy_words import CopyWords
from opscope.render.page.stacks import CopyPlaces, copies, page_scene

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def models():
    """The gallery's models that have stacks, as ``models(name)``; each is traced once."""
    tf = pytest.importorskip("tensorflow")
    sys.path.insert(0, str(ROOT / "tools"))
    import gallery_models

    import opscope

    def resnet():
        return opscope.trace(tf.keras.applications.ResNet50(weights=None), (None, 224, 224, 3))

    def training():
        model = gallery_models.Transformer(blocks=4, name="transformer")
        model.compile(optimizer="adam", loss="mse")
        model(tf.zeros((2, 8, 64)))
        return opscope.trace(model, (2, 8, 64), (2, 8, 64), step="train")

    def staged():
        layers = tf.keras.layers
        x = start = tf.keras.Input((16, 16, 8))
        for stage in range(3):
            for number in range(3):
                name, wide, stride = f"stage{stage}_block{number}", 8 << stage, 2 if stage and not number else 1
                y = layers.ReLU(name=f"{name}_relu")(layers.Conv2D(wide, 3, stride, "same", name=f"{name}_conv1")(x))
                y = layers.Conv2D(wide, 3, padding="same", name=f"{name}_conv2")(y)
                x = x if number else layers.Conv2D(wide, 1, stride, name=f"{name}_conv0")(x)
                x = layers.ReLU(name=f"{name}_out")(layers.Add(name=f"{name}_add")([x, y]))
        return tf.keras.Model(start, x)

    def stages():
        """Stages of as many blocks, the first of each with a projection: a stack in a stack."""
        return opscope.trace(staged())

    def trained_stages():
        """The backward pass uses what only the first block of each stage has."""
        model = staged()
        model.compile(optimizer="sgd", loss="mse")
        return opscope.trace(model, (2, 16, 16, 8), (2, 4, 4, 32), step="train")

    made = {"resnet": resnet, "training": training, "stages": stages, "trained stages": trained_stages}
    known = {}

    def model(name):
        if name not in known:
            graph = made[name]()
            known[name] = graph if content_of(graph).measured else timed(graph)
        return known[name]

    return model


@pytest.mark.parametrize("name", ["resnet", "training", "stages", "trained stages"])
def test_every_copy_of_every_stack_says_one_thing_everywhere(open_page, models, name):
    graph = models(name)
    opened = everything_open(open_page, graph)
    opened.run("() => opscope.view()")
    stacked = opened.run("() => [...document.querySelectorAll('.tree-times')].length")
    assert stacked >= 1
    found = selected_one_by_one(opened, layers_of(graph))
    assert found.wrong == []
    assert found.rows > len(content_of(graph).groups) / 2
    assert len(found.states) > 2
    assert found.cards > found.rows


def test_weights_beside_the_ops_of_a_copy_are_its_own(open_page, models):
    graph = models("resnet")
    layers = {one.name: one for one in layers_of(graph) if one.cls == "Conv2D"}
    opened = everything_open(open_page, graph)
    seen = set()
    for told in layers.values():
        opened.run(f"() => opscope.select({told.path!r})")
        if chosen(opened) in seen:
            continue
        seen.add(chosen(opened))
        texts = drawing(opened)
        shown = [layers[text] for text in texts if text in layers]
        expected = Counter(f"kernel {shape_text(shape)}" for one in shown for shape in one.kernels if len(shape) == 4)
        assert Counter(text for text in texts if re.match(r"kernel \((\d+, ){3}", text)) == expected
    assert len(seen) > 2


@pytest.mark.parametrize("name", ["resnet", "training"])
def test_table_flame_graph_and_search_say_what_the_panel_says(open_page, models, name):
    graph = models(name)
    told = {one.path: one for one in layers_of(graph)}
    opened = open_page(graph)
    opened.run(TAKEN)
    opened.page.click("[role=tab]:has-text('Layers')")
    lines = [line.split(",") for line in opened.run(f"({SAVE})('CSV')").splitlines()]
    head = lines[0]
    table = {line[head.index("Name")]: float(line[head.index("Time")]) for line in lines[1:]}
    assert table
    assert {path: round(time, 3) for path, time in table.items()} == {path: round(told[path].time, 3) for path in table}
    opened.page.click("[role=tab]:has-text('Flame graph')")
    bars = opened.run("() => [...document.querySelectorAll('button.flame-bar.group')].map((bar) => bar.title)")
    assert bars
    assert [
        bar
        for bar in bars
        if not bar.startswith(f"{bar.rpartition(': ')[0]}: {told[bar.rpartition(': ')[0]].time_text}")
    ] == []
    last = max(table)
    opened.page.fill("[role=combobox]", last.rpartition("/")[2])
    opened.page.keyboard.press("Enter")
    panel = opened.run(PANEL)
    of_pass = ", forward" if panel["name"].startswith("forward/") else ""  # of a training step it says of which pass
    assert dict(panel["rows"][0])["Time"] == f"{told[panel['name']].time_text} per step{of_pass}"


def test_a_stack_tells_its_own_copys_figure_and_that_of_all(open_page, models):
    graph = models("training")
    blocks = [one for one in layers_of(graph) if re.fullmatch(r"forward/transformer/block_\d", one.path)]
    together = f"all 4: {quantity_text('time_us', sum(block.time for block in blocks))}"
    opened = open_page(graph)
    opened.run(TAKEN)
    for block in blocks:
        opened.run(f"() => opscope.select({block.path!r})")
        row, panel = opened.run(TREE), opened.run(PANEL)
        assert row["figure"] == block.time_text
        assert row["title"].endswith(together)
        # Not of the gradients, which the overview counts as well.
        figures = [
            (name, said) for rows in panel["rows"][:2] for name, said in rows if name in ("Time", "FLOPs", "MACs")
        ]
        assert {"Time", "FLOPs"} <= dict(figures).keys()
        assert [name for name, said in figures if not said.endswith(", forward")] == []
        assert dict(panel["rows"][1])["Ops"] == f"{sum(one.ops for one in blocks):,}"
        assert any(text == f"{block.time_text} · {together}" for text in drawing(opened))


def test_going_back_shows_the_copies_that_were_shown(open_page, models):
    opened = open_page(models("training"))
    opened.run("() => opscope.select('forward/transformer/block_1')")
    opened.run("() => opscope.select('forward/transformer/block_3')")
    opened.page.click("[aria-label='Back']")
    assert opened.run(PANEL)["name"] == "forward/transformer/block_1"
    assert opened.page.input_value("[aria-label='Number of the copy that is shown']") == "2"


def test_the_tree_and_what_it_leaves_out_come_to_the_ops_of_the_header(open_page, models):
    graph = models("resnet")
    opened = open_page(graph)
    opened.page.click("[role=radio]:has-text('Family')")
    figures = opened.run(
        "() => [...document.querySelectorAll('.tree-row[aria-level=\"1\"] .tree-figure')].map((one) => one.textContent)"
    )
    rest = opened.run("() => document.querySelector('.tree-rest').textContent")
    counted = sum(int(figure.replace(",", "")) for figure in figures) + int(re.sub(r"\D", "", rest))
    assert counted == len(graph)
    assert f"{counted:,} ops" in opened.run("() => document.querySelector('.title').textContent")


def test_labels_of_wires_are_those_of_the_copy_that_is_shown(open_page):
    """Stages of 64, 32, 16 and 8 channels down, and up again: each stage's own wires carry its own shapes, and what enters it those of the stage before."""
    opened = everything_open(open_page, skips())
    for level in range(4):
        opened.run(f"() => opscope.select('down_{level}')")
        opened.run(f"() => opscope.select('up_{level}')")
        told = {text for text in drawing(opened) if re.fullmatch(r"(copy \d: )?\(8, \d+\)", text)}
        down, up = 64 >> level, 8 << level
        own = {f"(8, {down})", f"(8, {up})"}
        entering = {
            4 if level == 0 else 2 * down,
            up if level == 0 else up // 2,
            up,
        }  # from the stages before, and over the skip
        ends = {"(8, 4)"}
        assert f"(8, {down})" in told, level
        assert told <= own | {f"copy {level + 1}: (8, {channels})" for channels in entering} | ends, level


def test_the_label_of_what_enters_names_the_copy_that_is_shown(open_page, models):
    """Blocks of a ResNet take from the second on another shape than the stack does."""
    opened = everything_open(open_page, models("resnet"))
    for block, enters in ((2, "28, 28, 512"), (3, "28, 28, 512"), (1, "56, 56, 256")):
        opened.run(f"() => opscope.select('resnet50/conv3_block{block}_1_conv')")
        told = [text for text in drawing(opened) if text.startswith("copy ")]
        assert f"copy {block}: (None, {enters})" in told, told


def test_words_at_arrow_heads_stay_when_another_copy_is_shown(open_page):
    opened, reverse = everything_open(open_page, skips()), "\u00d74, one each, last first"
    for level in range(4):
        opened.run(f"() => opscope.select('down_{level}')")
        words = Counter(text for text in drawing(opened) if text in {"each", "\u00d74", reverse})
        assert words == {
            "each": 2,
            "\u00d74": 3,
            reverse: 1,
        }  # both stacks are ×4, and so is the wire to the sum


def test_a_number_that_a_branch_gives_is_that_of_the_copy_that_is_shown(open_page):
    opened = everything_open(open_page, branches())
    for block in range(3):
        opened.run(f"() => opscope.select('block_{block}')")
        assert [text for text in drawing(opened) if text in {"0.5", "1.5", "2.5"}] == [f"{block}.5"]


def test_what_a_search_finds_in_another_copy_is_told_by_the_stack_and_by_nothing_inside(open_page):
    opened = open_page(tagger())
    opened.run(TAKEN)
    opened.run("opscope.close('model/block_0')")
    found = opened.run("opscope.search('block_3/Tanh')")
    assert found == 1
    assert [text for text in drawing(opened) if "found" in text] == ["1 found in other copies"]
    opened.run("opscope.open('model/block_0')")
    assert [text for text in drawing(opened) if "found" in text] == ["1 found in other copies"]
    opened.run("opscope.select('model/block_3/Tanh')")
    assert [text for text in drawing(opened) if "found" in text] == []
    opened.run("opscope.close('model/block_3')")
    assert [text for text in drawing(opened) if "found" in text] == ["1 found"]


def test_no_card_holds_more_of_what_was_found_than_it_has_ops(open_page):
    """The kernel of a layer is a chip in its card and an op elsewhere."""
    build = Builder()
    build.op("x", "Placeholder")
    build.op("dense/kernel", "Const")
    layer = build.group("dense", "layer", cls="Dense")
    build.op("dense/MatMul", "MatMul", "x", "dense/kernel", group=layer)
    build.op("dense/Relu", "Relu", "dense/MatMul", group=layer)
    opened = open_page(build.graph("net", ["x"], ["dense/Relu"]))
    opened.run(TAKEN)
    opened.run("opscope.close('dense')")
    assert opened.run("opscope.search('dense/')") == 3
    assert [text for text in drawing(opened) if "found" in text] == ["2 found"]


def test_what_enters_another_copy_than_the_first_is_told_where_it_is_of_another_shape_than_what_stands_outside():
    """Each level halves the size. The second takes what the first gives, whereas the shape above the stack is the stem's."""
    net = Network()
    net.layer("stem", out=(64, 4))
    for level in range(4):
        out = (32 >> level, 8 << level)
        for part in ("1", "2"):
            net.layer(f"level{level}_{part}_conv", out=out, stride=2 if part == "1" else 1)
            net.layer(f"level{level}_{part}_bn", ops=("FusedBatchNormV3", "Identity"), out=out)
            net.layer(f"level{level}_{part}_relu", ops=("Relu",), out=out)
    net.layer("head", ops=("Mean", "MatMul"))
    found = copies(for_drawing(net.graph(), "all"))
    every = list(cards(page_scene(found.drawn)))
    stack = next(card for card in every if card.repeat == 4)
    said = [(label.wire, label.text) for label in CopyWords(found, CopyPlaces(found)).labels([stack])]
    enters = next(place for place, wire in enumerate(stack.wires) if wire.source.child == BORDER)
    assert said == [
        (enters, f"copy {copy}: {shape}") for copy, shape in ((2, "(32, 8)"), (3, "(16, 16)"), (4, "(8, 32)"))
    ]


def test_a_copy_that_takes_what_stands_outside_says_nothing_where_that_enters():
    """Blocks of one shape: the wire into each carries what the one into the first does."""
    net = Network()
    net.layer("stem", out=(64, 4))
    for block in range(4):
        for part in ("1", "2"):
            net.layer(f"block{block}_{part}_conv", out=(64, 4))
            net.layer(f"block{block}_{part}_bn", ops=("FusedBatchNormV3", "Identity"), out=(64, 4))
            net.layer(f"block{block}_{part}_relu", ops=("Relu",), out=(64, 4))
    net.layer("head", ops=("Mean", "MatMul"))
    found = copies(for_drawing(net.graph(), "all"))
    every = list(cards(page_scene(found.drawn)))
    assert any(card.repeat > 1 for card in every)
    assert list(CopyWords(found, CopyPlaces(found)).labels(every)) == []
