"""What every place of a page ought to say of a layer, worked out from the graph's ops and groups, and how it is read from the page."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import replace
from html import unescape
from typing import Dict, List, NamedTuple

from opscope.graph.content import content_of, with_measurement
from opscope.graph.number_text import quantity_text
from opscope.graph.types import Measured
from opscope.passes import for_drawing

PART = re.compile(r"<(?:text|tspan)\b([^>]*)>([^<]*)")
"""A text of an SVG, or a part of one: its attributes and what it says."""
FIGURE = re.compile(r"[\d.,]+ (\u00b5s|ms|s)\b")
TAKEN = """() => { window.taken = []; URL.createObjectURL = (blob) => { window.taken.push(blob); return 'about:blank'; };
HTMLAnchorElement.prototype.click = () => {}; }"""
"""What the page would have the browser save is kept for the test instead."""
SAVE = """async (entry) => { const found = [...document.querySelectorAll('[role=menuitem]')].find((one) => one.textContent.startsWith(entry));
found.click(); await new Promise((done) => setTimeout(done, 0)); return window.taken.pop().text(); }"""
PANEL = """() => ({ name: document.querySelector('.details .name').textContent,
rows: [...document.querySelectorAll('.details > .pairs')].map((list) => [...list.querySelectorAll('dt')].map((dt) => [dt.textContent, dt.nextSibling.textContent])) })"""
TREE = """() => { const row = document.querySelector('.tree-row.selected'); return row && { title: row.title, figure: row.querySelector('.tree-figure')?.textContent ?? '' }; }"""


class Told:
    """What the graph says of a group: worked out from its ops."""

    def __init__(self, graph, drawn, index):
        group = content_of(drawn).groups[index]
        self.path, self.name, self.cls = group.path, group.path.rpartition("/")[2], group.cls or ""
        self.kind, self.around = group.kind, content_of(drawn).groups[group.parent].path if group.parent >= 0 else ""
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


def timed(graph, error=None):
    """The graph as if every op had been measured, known to a part of `error`; a group has the sum of its ops."""
    took = {row: time_of(row) for row in range(len(graph))}
    sums = [0.0] * len(content_of(graph).groups)
    for row, home in enumerate(content_of(graph).node_group):
        while home >= 0:
            sums[home] += took[row]
            home = content_of(graph).groups[home].parent
    groups = tuple(
        replace(group, measured=Measured(time, time, 1, None, error_us=error and error * time))
        for group, time in zip(content_of(graph).groups, sums)
    )
    whole = sum(took.values())
    measurement = {"steps": 4, "step_time_us": 0.8 * whole, "profiled_step_time_us": whole, "coverage": {"ops": 1.0}}
    measured = {row: Measured(time, time, 1, None, error_us=error and error * time) for row, time in took.items()}
    return with_measurement(graph, measurement, groups=groups, measured=measured)


def everything_open(open_page, graph):
    opened = open_page(graph)
    opened.run(TAKEN)
    opened.page.click("button:has-text('View')")
    opened.page.click("[role=menuitem]:has-text('Open all inside')")
    return opened


class Written(str):
    """A text of the drawing; titles of cards are bold."""

    __slots__ = ("bold",)


def drawing(opened):
    """All texts of the drawing as it is now, in the order in which they were written."""
    opened.page.keyboard.press("0")
    found = []
    for looks, content in PART.findall(opened.run(f"({SAVE})('SVG')")):
        if content:
            found.append(Written(unescape(content)))
            found[-1].bold = 'font-weight="600"' in looks
    return found


def chosen(opened):
    """Which copies are shown, as the link has it."""
    return tuple(opened.run("() => opscope.view().open.filter((one) => one.startsWith('='))"))


def layers_of(graph):
    drawn = for_drawing(graph, "all")
    return [Told(graph, drawn, index) for index in range(len(content_of(drawn).groups))]


def compared(texts, layers):
    """How many cards of a drawing say what a layer of their name does, and those that say something else."""
    named = {}
    for layer in layers:
        named.setdefault(layer.name, []).append(layer)
    right, wrong = 0, []
    for at, text in enumerate(texts):
        # A card writes its figure, then its name, class, number of copies and second line; open, it does not count its ops.
        own = [layer for layer in named.get(text, ()) if layer.cls == "" or layer.cls in texts[at + 1 : at + 2]]
        if not own or not text.bold or not FIGURE.match(texts[at - 1]):  # an input or output may have a layer's name
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


def wrongly_told(told, panel, row):
    """What the panel and the selected row of the tree say of a layer that is not so, and whether it has such a row."""
    rows = dict(panel["rows"][0])
    said = {
        "panel": panel["name"] == told.path,
        "time": rows["Time"].startswith(f"{told.time_text} per step"),
        "ops": rows["Ops"] == f"{told.ops:,}",
        "parameters": rows.get("Parameters", "0") == f"{told.parameters:,}",
        "output": not told.shapes
        or rows["Output" if len(told.shapes) == 1 else f"Output {len(told.shapes)}"].endswith(
            shape_text(told.shapes[-1])
        ),
    }
    drawn = row is not None and row["title"].split()[0] == told.name  # else no card is drawn for it alone
    if drawn:
        said["tree"] = row["figure"] == told.time_text
    return [(told.path, what) for what, right in said.items() if not right], drawn


class Selected(NamedTuple):
    """What selecting every layer has shown."""

    wrong: List[object]
    rows: int
    """How many have a row of the tree."""
    states: Dict[object, List[str]]
    """Which copies were shown -> all texts of the drawing."""
    cards: int
    """How many cards were read in the drawings."""
    tips: int
    """How many tips were read."""


SELECT = """([names, states]) => { const seen = new Set(states.map((state) => state.join())), read = [];
for (const name of names) {
  const there = opscope.select(name), state = opscope.view().open.filter((one) => one.startsWith('='));
  read.push({ there, state, panel: (PANEL)(), row: (TREE)() });
  if (!seen.has(state.join())) break;
}
return read; }""".replace("PANEL", PANEL).replace("TREE", TREE)
"""Select one layer after the other up to the first that shows copies as they have not been seen, and read what the page says of each.

In one call: between two calls the browser paints, and that takes longer than all the rest.
"""


def selected_one_by_one(opened, layers, *, tips=False):
    """Select every layer; in each state of copies read all cards, and with `tips` hover over them."""
    wrong, rows, states, cards, hovered = [], 0, {}, 0, 0
    waiting = list(layers)
    while waiting:
        read = opened.page.evaluate(SELECT, [[f"group:{told.path}" for told in waiting], list(map(list, states))])
        for told, page in zip(waiting, read):
            assert page["there"], told.path
            more, drawn = wrongly_told(told, page["panel"], page["row"])
            wrong += more
            rows += drawn
        waiting = waiting[len(read) :]
        state = tuple(read[-1]["state"])
        if state in states:
            continue
        states[state] = drawing(opened)
        right, more = compared(states[state], layers)
        wrong += [(state, one) for one in more]
        cards += right
        if tips:
            right, more = hovered_over(opened, layers)
            wrong += [(state, one) for one in more]
            hovered += right
    return Selected(wrong, rows, states, cards, hovered)


PLACED = re.compile(r'<text x="([-\d.]+)" y="([-\d.]+)"(?! text-anchor)[^>]*>([^<]*)')
BOX = re.compile(r'viewBox="([-\d.]+) ([-\d.]+) ([-\d.]+) ([-\d.]+)"')
HOVER = """(points) => { const canvas = document.querySelector('canvas.drawing'), frame = canvas.getBoundingClientRect(), tip = document.querySelector('.tip');
const said = points.map(([x, y]) => {
  canvas.dispatchEvent(new PointerEvent('pointermove', { clientX: frame.x + x * frame.width, clientY: frame.y + y * frame.height }));
  return tip.hidden ? null : [...tip.children].map((line) => line.textContent); });
canvas.dispatchEvent(new PointerEvent('pointerleave')); return said; }"""
"""The tips at points that are given as parts of the drawing's width and height."""


def hovered_over(opened, layers):
    """How many tips over titles of cards say what the layer of that name is, and those that say something else."""
    opened.page.keyboard.press("0")
    svg = opened.run(f"({SAVE})('SVG')")
    left, top, wide, high = map(float, BOX.search(svg).groups())
    named = {layer.name for layer in layers}
    titles = [
        (unescape(text), float(x) + 1, float(y) - 3) for x, y, text in PLACED.findall(svg) if unescape(text) in named
    ]
    said = opened.run(f"() => ({HOVER})({[[(x - left) / wide, (y - top) / high] for _, x, y in titles]})")
    of_path = {layer.path: layer for layer in layers}
    right, wrong = 0, []
    for (title, _, _), lines in zip(titles, said):
        told = (
            of_path.get(lines[0]) if lines else None
        )  # an op's tip begins with its name; where all can be read there is none
        if told is None:
            continue
        detail = lines[-1] if len(lines) > 2 - (told.cls == "") else ""
        fits = told.name == title and detail.startswith(told.detail().rpartition(" \u00b7 ")[0])
        right += fits
        wrong += [] if fits else [("tip", title, lines, told.detail())]
    return right, wrong


FIND = """([name, place]) => { const input = document.querySelector('[role=combobox]'); input.focus(); input.value = name; input.dispatchEvent(new Event('input'));
const hit = [...document.querySelectorAll('.hit')].find((row) => row.querySelector('.hit-name').textContent === name && row.title.split('\\n')[0] === place);
if (!hit) return null; const what = hit.querySelector('.soft').textContent.trim();
hit.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true, cancelable: true })); opscope.view();
return { what, panel: (PANEL)(), row: (TREE)() }; }""".replace("PANEL", PANEL).replace("TREE", TREE)
"""Search for a name, choose the hit in that place, and read what is shown then."""


def searched_one_by_one(opened, layers):
    """What is wrong with the hits of a search for each layer and with what choosing them shows, and how many were found in the list."""
    wrong, found = [], 0
    names = [(told.path[len(told.around) + 1 :] if told.around else told.path, told.path) for told in layers]
    # In one call, as in SELECT.
    for told, hit in zip(layers, opened.page.evaluate(f"(names) => names.map({FIND})", names)):
        if hit is None:  # further down in a long list
            continue
        found += 1
        more, _ = wrongly_told(told, hit["panel"], hit["row"])
        wrong += [("search", *one) for one in more]
        if hit["what"] != (told.cls or told.kind):
            wrong.append(("search", told.path, hit["what"]))
    opened.page.fill("[role=combobox]", "")
    return wrong, found


FLAMES = """(most) => {
const titles = (kind) => [...document.querySelectorAll(`button.flame-bar.${kind}`)].map((bar) => bar.title);
const look = () => ({ bars: titles('group'), stacks: titles('stack') });
const all = look();
return [all, ...all.bars.slice(0, most).flatMap((title) => {
  [...document.querySelectorAll('button.flame-bar')].find((one) => one.title === title).click();
  const inside = look();
  document.querySelector('.flame-bar.root').click();
  return [inside];
})]; }"""
"""The titles of the bars of groups and of stacks, all of the flame graph shown, and each of the first bars at full width. In one call, as in SELECT."""
RANGE = re.compile(r"(.*?)(\d+) \u2026 (\d+) \u00d7(\d+): (.*)")


def wrong_stacks(titles, of_path):
    """Bars of stacks whose copies are layers of their own, ``a/block_0 … 5 ×6: 7 ms``, that say something else than these come to."""
    wrong = []
    for title in titles:
        stem, first, last, count, figure = RANGE.fullmatch(title).groups()
        step = 1 if int(first) < int(last) else -1
        copies = [of_path.get(f"{stem}{number}") for number in range(int(first), int(last) + step, step)]
        if None not in copies:  # else each is several layers
            whole = quantity_text("time_us", sum(copy.time for copy in copies))
            wrong += [] if (len(copies), figure) == (int(count), whole) else [("stack", title, whole)]
    return wrong


def flames(opened, layers, most=25):
    """What bars of the flame graph say that is not so, all of it shown and each of the first bars at full width; and how many were read."""
    of_path = {layer.path: layer for layer in layers}
    opened.page.click("[role=tab]:has-text('Flame graph')")
    read, wrong = 0, []
    for look in opened.page.evaluate(FLAMES, most):
        read += len(look["bars"])
        for bar in look["bars"]:
            path, _, figure = bar.rpartition(": ")
            if path not in of_path or figure != of_path[path].time_text:
                wrong.append(("flame", bar))
        wrong.extend(wrong_stacks([title for title in look["stacks"] if RANGE.fullmatch(title)], of_path))
    return wrong, read


def tabled(opened, layers):
    """What the table of layers says that is not so, and how many rows it has."""
    of_path = {layer.path: layer for layer in layers}
    opened.page.click("[role=tab] >> nth=0")  # of layers; of groups where there are none
    rows = list(csv.DictReader(io.StringIO(opened.run(f"({SAVE})('CSV')"))))
    wrong = []
    for row in rows:
        told = of_path.get(row["Name"])
        right = told is not None and (
            round(float(row["Time"]), 3) == round(told.time, 3)
            and int(row["Ops"]) == told.ops
            and int(row.get("Parameters") or 0) == told.parameters
            and row["Class"] == (told.cls or told.kind)
            and (not told.shapes or row["Output"].startswith(shape_text(told.shapes[0])))
        )
        wrong += [] if right else [("table", row)]
    return wrong, len(rows)
