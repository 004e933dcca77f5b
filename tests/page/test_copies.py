"""Whatever copy of a stack is shown, every place of the page says one thing of it: what the whole graph says.

The right answers are worked out here from the graph's ops and groups; each op takes a time of its own, so that no figure
can stand for another.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest

from opscope.graph.content import content_of, with_measurement
from opscope.graph.number_text import quantity_text
from opscope.graph.types import Measured
from opscope.passes import for_drawing

ROOT = Path(__file__).resolve().parents[2]
TEXT = re.compile(r"<text\b[^>]*>(.*?)</text>", re.DOTALL)
FIGURE = re.compile(r"[\d.,]+ (\u00b5s|ms|s)\b")
MARKUP = re.compile(r"<[^>]+>")
TAKEN = """() => { window.taken = []; URL.createObjectURL = (blob) => { window.taken.push(blob); return 'about:blank'; };
HTMLAnchorElement.prototype.click = () => {}; }"""
"""What the page would have the browser save is kept for the test instead."""
SAVE = """async (entry) => { const found = [...document.querySelectorAll('[role=menuitem]')].find((one) => one.textContent.startsWith(entry));
found.click(); await new Promise((done) => setTimeout(done, 0)); return window.taken.pop().text(); }"""
PANEL = """() => ({ name: document.querySelector('.details .name').textContent,
rows: [...document.querySelectorAll('.details > .pairs')].map((list) => [...list.querySelectorAll('dt')].map((dt) => [dt.textContent, dt.nextSibling.textContent])) })"""
TREE = """() => { const row = document.querySelector('.tree-row.selected'); return row && { title: row.title, figure: row.querySelector('.tree-figure')?.textContent ?? '' }; }"""
TREE_UNITS = "() => [...document.querySelectorAll('.tree-row')].map((row) => row.title)"


class Told:
    """What the graph says of a group: worked out from its ops."""

    def __init__(self, graph, drawn, index):
        group = content_of(drawn).groups[index]
        self.path, self.name, self.cls = group.path, group.path.rpartition("/")[2], group.cls or ""
        self.ops = len(inside(drawn, index))
        # Drawings move a few ops of a training step (`home_sums`, `home_metrics`); what was measured stays where it was recorded.
        self.time = sum(
            time_of(row) for row in inside(graph if index < len(content_of(graph).groups) else drawn, index)
        )
        self.parameters = group.parameters or 0
        self.shapes = [kind.shape for kind in group.outputs]
        self.is_call = group.is_call
        self.kernels = [graph.variables[at].shape for at in group.variables]

    @property
    def time_text(self):
        return quantity_text("time_us", self.time)

    def detail(self):
        """The second line of its closed card."""
        parts = []
        if self.shapes and self.is_call:
            parts.append("out " + ", ".join(shape_text(shape) for shape in self.shapes))
        if self.parameters:
            parts.append(f"{self.parameters:,} parameters")
        return " · ".join([*parts, f"{self.ops:,} op" + ("s" if self.ops != 1 else "")])


def shape_text(shape):
    return f"({', '.join(map(str, shape))})"


def inside(graph, index):
    """The ops in a group, at any depth."""
    groups = {index}
    for at in range(index + 1, len(content_of(graph).groups)):  # parents come first
        if content_of(graph).groups[at].parent in groups:
            groups.add(at)
    return [row for row, home in enumerate(content_of(graph).node_group) if home in groups]


def time_of(row):
    """Microseconds: no two ops have the same, and no sum of a few reads as another."""
    return 3.0 + 0.37 * row + (row * row % 97) * 1.91


def timed(graph):
    """The graph as if every op had been measured; a group has the sum of its ops."""
    took = {row: time_of(row) for row in range(len(graph))}
    sums = [0.0] * len(content_of(graph).groups)
    for row, home in enumerate(content_of(graph).node_group):
        while home >= 0:
            sums[home] += took[row]
            home = content_of(graph).groups[home].parent
    groups = tuple(
        replace(group, measured=Measured(time, time, 1, None)) for group, time in zip(content_of(graph).groups, sums)
    )
    whole = sum(took.values())
    measurement = {"steps": 4, "step_time_us": 0.8 * whole, "profiled_step_time_us": whole, "coverage": {"ops": 1.0}}
    measured = {row: Measured(time, time, 1, None) for row, time in took.items()}
    return with_measurement(graph, measurement, groups=groups, measured=measured)


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

    def stages():
        """Stages of as many blocks, the first of each with a projection: a stack in a stack."""
        layers = tf.keras.layers
        x = start = tf.keras.Input((16, 16, 8))
        for stage in range(3):
            for number in range(3):
                name, wide, stride = f"stage{stage}_block{number}", 8 << stage, 2 if stage and not number else 1
                y = layers.ReLU(name=f"{name}_relu")(layers.Conv2D(wide, 3, stride, "same", name=f"{name}_conv1")(x))
                y = layers.Conv2D(wide, 3, padding="same", name=f"{name}_conv2")(y)
                x = x if number else layers.Conv2D(wide, 1, stride, name=f"{name}_conv0")(x)
                x = layers.ReLU(name=f"{name}_out")(layers.Add(name=f"{name}_add")([x, y]))
        return opscope.trace(tf.keras.Model(start, x))

    made = {"resnet": resnet, "training": training, "stages": stages}
    known = {}

    def model(name):
        if name not in known:
            graph = made[name]()
            known[name] = graph if content_of(graph).measured else timed(graph)
        return known[name]

    return model


def everything_open(open_page, graph):
    opened = open_page(graph)
    opened.run(TAKEN)
    opened.page.click("button:has-text('View')")
    opened.page.click("[role=menuitem]:has-text('Open all inside')")
    return opened


def drawing(opened):
    """All texts of the drawing as it is now, in the order in which they were written."""
    opened.page.keyboard.press("0")
    written = TEXT.findall(opened.run(f"({SAVE})('SVG')"))
    return [unescape(text) for line in written for text in MARKUP.split(line) if text]


def chosen(opened):
    """Which copies are shown, as the link has it."""
    return tuple(opened.run("() => opscope.view().open.filter((one) => one.startsWith('='))"))


def layers_of(graph):
    drawn = for_drawing(graph, "all")
    return [Told(graph, drawn, index) for index in range(len(content_of(drawn).groups))]


@pytest.mark.parametrize("name", ["resnet", "training", "stages"])
def test_every_copy_of_every_stack_says_one_thing_everywhere(open_page, models, name):
    graph = models(name)
    opened = everything_open(open_page, graph)
    opened.run("() => opscope.view()")
    stacked = opened.run("() => [...document.querySelectorAll('.tree-times')].length")
    assert stacked >= 1
    states, drawn, wrong = {}, 0, []
    layers = layers_of(graph)
    for told in layers:
        assert opened.run(f"() => opscope.select({told.path!r})"), told.path
        panel, row = opened.run(PANEL), opened.run(TREE)
        rows = dict(panel["rows"][0])
        said = {
            "panel": panel["name"] == told.path,
            "time": rows["Time"].startswith(f"{told.time_text} per step"),
            "ops": rows["Ops"] == f"{told.ops:,}",
            "parameters": rows.get("Parameters", "0") == f"{told.parameters:,}",
            "output": not told.shapes or rows["Output"].endswith(shape_text(told.shapes[-1])),
        }
        if row is not None and row["title"].split()[0] == told.name:  # else no card is drawn for it alone
            drawn += 1
            said["tree"] = row["figure"] == told.time_text
        wrong += [(told.path, what) for what, right in said.items() if not right]
        state = chosen(opened)
        if state not in states:
            states[state] = drawing(opened)
    assert wrong == []
    assert drawn > len(content_of(graph).groups) / 2
    assert len(states) > 2
    read = 0
    for state, texts in states.items():
        right, wrong = compared(texts, layers)
        assert wrong == [], state
        read += right
    assert read > drawn


def compared(texts, layers):
    """How many cards of a drawing say what a layer of their name does, and those that say something else."""
    named = {}
    for layer in layers:
        named.setdefault(layer.name, []).append(layer)
    right, wrong = 0, []
    for at, text in enumerate(texts):
        # A card writes its figure, then its name, class, number of copies and second line; open, it does not count its ops.
        own = [layer for layer in named.get(text, ()) if layer.cls == "" or layer.cls in texts[at + 1 : at + 2]]
        if not own or not FIGURE.match(texts[at - 1]):  # an input or output may have a layer's name
            continue
        figure, rest = texts[at - 1], [one for one in texts[at + 1 : at + 4] if not one.startswith("\u00d7")]
        same = [layer for layer in own if figure.startswith(layer.time_text)]
        said = [
            layer
            for layer in same
            if "".join(rest[bool(layer.cls) :]).startswith(layer.detail().rpartition(" \u00b7 ")[0])
        ]
        right += bool(said)
        wrong += [] if said else [(text, figure, rest)]
    return right, wrong


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
    bars = opened.run("() => [...document.querySelectorAll('button.flame-bar:not(.root)')].map((bar) => bar.title)")
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
    assert dict(panel["rows"][0])["Time"] == f"{told[panel['name']].time_text} per step"


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
