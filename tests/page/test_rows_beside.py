"""Figures in a narrow window of rows that stand side by side, of stacks whose head is out of view, and of rows that have none."""

from __future__ import annotations

import re
from typing import Any, Dict

import pytest
from page_driver import SHADOW, mark

from graphs import Builder, F
from layout.test_overview_inner_figures import layer
from opscope.layout.overview.one_page import overview
from opscope.render.svg.overview_page import overview_svg

TOOK = {"norm": 11.0, "gate": 40.0, "up": 30.0, "join": 5.0, "down": 20.0}
COPIES = 10
MEASURED = {
    "step_time_us": 1100.0, "profiled_step_time_us": 1200.0, "steps": 10, "steps_kept": 10, "attributed": 1.0, "trace_level": 3,
    "devices": ["CPU"], "coverage": {"ops": 1.0},
}  # fmt: skip
LISTED = """[...document.querySelectorAll('.figures .figures-row:not(.elsewhere)')].map((row) => [row.querySelector('.figures-name')?.textContent ?? '', [...row.querySelectorAll('.figures-cell')].pop().textContent])"""
"""The rows of the strip: the name that each has, and its figure in the last column, which is time."""
SAID = "document.querySelector('.figures-missing').hidden ? '' : document.querySelector('.figures-missing').innerText"

COUNTED = """[...document.querySelectorAll('.figures .figures-row:not(.elsewhere) .figures-counts')].filter((one) => one.checkVisibility()).map((one) => {
  const cell = one.nextElementSibling.getBoundingClientRect(), { top, bottom, right } = one.getBoundingClientRect();
  return [one.textContent, right <= cell.left && top < cell.bottom && bottom > cell.top];
})"""
"""Of how many copies the figures of rows are, as it is said before them, and whether that is in their line."""

CUT = """(() => {
  const { left, right, top, bottom } = document.querySelector('.figures').getBoundingClientRect();
  const head = document.querySelector('.figures-head').getBoundingClientRect().bottom;
  const said = [...document.querySelectorAll('.figures-missing .figures-said, .figures-missing .figures-cell, .figures-missing .figures-name, .figures-row:not(.elsewhere) :is(.figures-label, .figures-counts)')];
  const box = (one) => { const range = document.createRange(); range.selectNodeContents(one); return range.getBoundingClientRect(); };
  return said.filter((one) => one.textContent && one.checkVisibility()).filter((one) => { const at = box(one); return at.left < left || at.right > right || at.top < head - 3 || at.bottom > bottom; }).map((one) => one.textContent);
})()"""
"""Words in the strip of figures that its borders cut, or that lie under its head."""


def gated(sides: "tuple[str, ...]" = ("gate", "up"), called: str = "mixing_of_features") -> Any:
    """Ten equal blocks: in each two layers stand side by side, and what they give is multiplied."""
    make = Builder()
    model = make.group("net", "model", cls="Net", defined_in="mine")
    here = make.op("x", "Placeholder")
    for number in range(COPIES):
        block = make.group(f"{called}_{number}", "layer", model, cls="Block", defined_in="mine", outputs=(F,))
        normed = layer(make, "norm", block, "LayerNormalization", "Mul", here, took=TOOK["norm"])
        mlp = make.group("mlp", "layer", block, cls="GatedMLP", defined_in="mine", outputs=(F,))
        given = [
            layer(make, side, mlp, "Dense", "MatMul", normed, took=TOOK.get(side, 30.0), flops=100.0, size=7)
            for side in sides
        ]
        joined = make.op(f"join_{number}", "Mul", *given, group=mlp)
        down = layer(make, "down", mlp, "Dense", "MatMul", joined, took=TOOK["down"], flops=100.0, size=7)
        here = make.op(f"sum_{number}", "AddV2", here, down, group=block)
    return make.graph("net", ["x"], [here], measurement=MEASURED)


def two_nets() -> Any:
    """Two models side by side, each a chain of layers that differ, which have one line of figures each."""
    make = Builder()
    ends = []
    for name in ("left", "right"):
        model = make.group(name, "model", cls=name.title(), defined_in="mine", outputs=(F,))
        here = make.op(f"{name}_x", "Placeholder")
        for number, op in enumerate(("Relu", "Tanh", "Exp", "Neg", "Abs", "Sin", "Cos", "Elu", "Sqrt", "Log") * 2):
            around = make.group(f"part_{number}", "layer", model, cls=f"Part{number}", defined_in="mine", outputs=(F,))
            inner = layer(make, f"a_{number}", around, "Dense", "MatMul", here, took=10.0 + number, flops=100.0, size=7)
            here = make.op(f"{name}/{number}/{op}", op, inner, group=around)
        ends.append(here)
    return make.graph("nets", ["left_x", "right_x"], [make.op("sum", "AddV2", *ends)], measurement=MEASURED)


def figure(text: str) -> float:
    """A time in microseconds."""
    value, unit = text.lstrip("~").split(" ")
    return float(value.replace(",", "")) * {"µs": 1.0, "ms": 1000.0}[unit]


def scrolled(opened: Any, script: str) -> None:
    """Scroll, and wait until the page has followed, which it does before the next picture."""
    opened.run(f"document.querySelector('.overview').{script}")
    opened.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    opened.run("opscope.view()")


def listed(opened: Any) -> "Dict[str, float]":
    opened.run("opscope.view()")
    return {name: figure(text) for name, text in opened.run(LISTED) if text}


def test_rows_side_by_side_are_listed_with_their_names_where_one_has_no_room_at_its_height(open_page):
    opened = open_page(gated(), overview=True, size=(390, 844))
    found = listed(opened)
    assert "more rows:" in opened.run(SAID)
    assert {name: found.get(name) for name in ("gate", "up")} == {name: TOOK[name] * COPIES for name in ("gate", "up")}


def test_that_figures_are_sums_is_said_below_them_where_the_head_of_the_stack_is_out_of_view(open_page):
    opened = open_page(gated(), overview=True, size=(390, 300))
    words = f"sums over all {COPIES}"

    def said() -> "list[bool]":
        opened.run("opscope.view()")
        rows = opened.run(
            "[...document.querySelectorAll('.figures-row:not(.elsewhere) .figures-below')].map((one) => one.textContent)"
        )
        return [words in rows, words in opened.run(SAID)]

    mark(opened, "norm").scroll_into_view_if_needed()
    scrolled(opened, "scrollBy(0, -40)")
    assert said() == [True, False]
    assert opened.run(COUNTED) == []
    mark(opened, "down").scroll_into_view_if_needed()
    scrolled(opened, "scrollBy(0, 60)")
    assert said() == [False, True]
    counted, rows = opened.run(COUNTED), listed_values(opened)
    assert len(counted) == len(rows) and {words for words, _ in counted} == {f"all {COPIES}"}
    assert all(is_before for _, is_before in counted)
    assert opened.run(CUT) == []


def test_where_no_row_in_view_has_a_figure_that_of_what_they_lie_in_is_told(open_page):
    opened = open_page(two_nets(), overview=True, size=(390, 500))
    scrolled(opened, "scrollTo(0, 600)")
    assert len(listed_values(opened)) == 1
    said = opened.run(SAID)
    assert said.startswith("left as a whole:") and said.endswith("its parts: see the table")


@pytest.mark.parametrize("width", [300, 320, 340, 360])
def test_how_often_a_block_is_there_is_in_view_where_its_name_has_no_room(open_page, width):
    opened = open_page(gated(), overview=True, size=(width, 700))
    opened.run("opscope.view()")
    edge, seen = opened.run(f"""() => {{
      const right = document.querySelector('.figures').getBoundingClientRect().left;
      const all = [...{SHADOW}.querySelectorAll('.cut-words span, .kept > div:not([hidden]) span, svg svg text.times')].filter((one) => one.textContent === '×{COPIES}' && one.style.opacity !== '0');
      return [right, all.map((one) => one.getBoundingClientRect().right)];
    }}""")
    assert seen and min(seen) <= edge


@pytest.mark.parametrize("high", [300, 400])
def test_each_row_in_view_has_its_figure_or_is_counted_as_not_listed(open_page, high):
    """What stands below the figures takes the room of some, which were missing without a word."""
    opened = open_page(gated(), overview=True, size=(390, high))
    moved = False
    for down in range(70, 300, 29):
        scrolled(opened, f"scrollTo(0, {down})")
        figures = set(listed_values(opened))
        said = opened.run(SAID)
        told = re.search(r"(\d+) rows? not listed", said)
        missing = [name for name, took in TOOK.items() if in_view(opened, name) and took * COPIES not in figures]
        moved |= "more rows:" in said
        assert len(missing) <= int(told[1] if told else 0), (down, missing, said)
        assert opened.run(CUT) == [], said
    assert moved, "each has room at its height, so nothing was tried"


def listed_values(opened: Any) -> "list[float]":
    opened.run("opscope.view()")
    return [figure(text) for _, text in opened.run(LISTED) if text]


def in_view(opened: Any, name: str) -> bool:
    """Whether all of a mark is in view, below the head of the strip and above what fades at the lower end."""
    return opened.run(f"""() => {{
      const window = document.querySelector('.overview').getBoundingClientRect();
      const words = [...{SHADOW}.querySelectorAll('svg svg text')].find((one) => one.textContent === '{name}');
      if (!words) return false; // a sign
      const {{ top, bottom }} = words.getBoundingClientRect();
      return top >= window.top + 24 && bottom <= window.bottom - 24;
    }}""")


@pytest.mark.parametrize("size", [(390, 844), (640, 360), (800, 600)], ids=str)
def test_no_words_in_the_strip_are_cut_however_far_the_window_is_scrolled(open_page, size):
    """Names of rows, and of how many copies the figures are, were cut by the strip's border: a sum read as one copy's, a figure belonged to nothing."""
    opened = open_page(gated(("gate_projection", "up_projection")), overview=True, size=size)
    for down in range(0, 260, 17):
        scrolled(opened, f"scrollTo(0, {down})")
        assert opened.run(CUT) == [], (down, opened.run(SAID))


def test_a_row_without_room_is_told_by_the_name_that_stands_beside_it(open_page):
    opened = open_page(gated(), overview=True, size=(390, 300))
    mark(opened, "down").scroll_into_view_if_needed()
    scrolled(opened, "scrollBy(0, 60)")
    told = {name: took for down in range(70, 300, 29) for name, took in told_at(opened, down)}
    assert {"down", "norm"} & set(told), told
    mlp = TOOK["gate"] + TOOK["up"] + TOOK["down"]
    took = {**TOOK, "mlp": mlp, "mixing_of_features_0 … 9": mlp + TOOK["norm"]}
    assert told == {name: took[name] * COPIES for name in told}


def test_a_strip_names_only_rows_that_others_stand_beside(open_page):
    """The picture names all its lines where one needs a name; in a narrow window these names would take the drawing's room."""
    graph = gated(called="block")
    assert re.search(r'<g class="also"><text[^>]*>block_0 … 9<', overview_svg(overview(graph)))
    opened = open_page(graph, overview=True, size=(800, 600))
    scrolled(opened, "scrollTo(0, 0)")
    rows = opened.run(LISTED)
    assert len(rows) > 2
    assert {name for name, _ in rows} - {""} <= {"gate", "up"}


def told_at(opened: Any, down: int) -> "list[tuple[str, float]]":
    """The names and times of the rows that are told below all when the window is scrolled so far."""
    scrolled(opened, f"scrollTo(0, {down})")
    rows = opened.run(
        "[...document.querySelectorAll('.figures-missing .figures-row')].map((row) => [row.querySelector('.figures-name')?.textContent ?? '', [...row.querySelectorAll('.figures-cell')].pop().textContent])"
    )
    return [(name, figure(text)) for name, text in rows]


def test_parts_of_a_card_in_view_that_are_out_of_view_at_the_side_are_told_below(open_page):
    """A card had more time than the figures beside its parts, as those of rows left or right of the window were left out without a word."""
    opened = open_page(gated(("gate", "up", "more", "most")), overview=True, size=(390, 844))
    mark(opened, "mlp").scroll_into_view_if_needed()
    scrolled(opened, "scrollTo(10000, document.querySelector('.overview').scrollTop)")
    opened.run("opscope.view()")
    told = opened.run(SAID).split("\n")
    assert told[0] == "more rows:"
    found = dict(zip(told[1::2], told[2::2]))
    assert {name: figure(found[name]) for name in ("norm", "down")} == {
        name: TOOK[name] * COPIES for name in ("norm", "down")
    }
