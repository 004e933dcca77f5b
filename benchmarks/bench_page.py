"""The interactive page in headless Chromium: size, first drawing, opening groups, search, frames, memory; and its peers on the same graphs."""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import tempfile
import time
from array import array
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple, Optional

from browser import chromium, opened, percentile, renderer_memory
from generated import write_transformer
from page_peers import rows
from training_step import write_training_step

import opscope
from opscope.graph.content import Content, content_of
from opscope.graph.graph import Graph
from opscope.graph.groups import Group
from opscope.graph.table import NodeTable
from opscope.graph.types import TensorType
from opscope.render.page.html import html

SHARED = Path(__file__).resolve().parents[2] / "shared" / "graphs"
STARTS = 3
"""A page is opened so often, each time in a fresh browser; the middle time counts."""
OPENED = 150
"""Groups that are opened: the largest, and others drawn at random."""
LARGEST = 20
SEARCHES = (
    "relu",
    "op:MatMul",
    "dtype:float32 shape:64",
    "/att[a-z_]*[0-9]*.*Einsum$/",
    "kernel -gradient",
    "nothing like this",
)
"""Typed letter by letter, as the page searches with each."""
FRAMES = 240

READY = """new Promise((done) => {
  const look = () => document.documentElement.dataset.opscope !== 'loading' ? done() : setTimeout(look, 10);
  look();
})"""
PAN = """async (frames) => {
  const canvas = document.querySelector('canvas.drawing');
  const times = [];
  const drawn = [];
  const observer = new PerformanceObserver((list) => drawn.push(...list.getEntriesByName('opscope:frame')));
  observer.observe({entryTypes: ['measure']});
  const wheel = (deltaX, deltaY) => canvas.dispatchEvent(
    new WheelEvent('wheel', {deltaX, deltaY, clientX: 700, clientY: 400, bubbles: true, cancelable: true}));
  await new Promise((done) => requestAnimationFrame(done));
  let before = performance.now();
  for (let frame = 0; frame < frames; frame++) {
    const way = frame % 40 < 20 ? 1 : -1;
    if (frame % 2) wheel(0, 8 * way); else wheel(6 * way, 3 * way);
    await new Promise((done) => requestAnimationFrame(done));
    const now = performance.now();
    times.push(now - before);
    before = now;
  }
  drawn.push(...observer.takeRecords().filter((entry) => entry.name === 'opscope:frame'));
  return {times, drawn: drawn.map((entry) => entry.duration), marks: Math.min(...drawn.map((entry) => entry.detail.marks))};
}"""

LIMITS = """
Limits: 4 MB at 47,695 ops; first drawing 1.5 s there, 2.5 s at 100,000; any group 100 ms; search 50 ms; frames 20 ms with 5,000 boxes in view; renderer
250 MB at 100,000; 1,000,000 ops open. *First drawing* counts from the start of navigation (the median of three fresh browsers), *memory* is the resident set of
the renderer after the first drawing and after all that follows, garbage collected, *in view* the fewest boxes and cards that a measured frame drew, *its drawing* the
page's own part of a frame. Searches are typed letter by letter. The training step of 100,230 ops is generated (`training_step.py`); `boxes` are layers of which no two
are alike, all open, in the shape of a screen.

What dominates: making a page, finding what repeats, then costs and attributes; the first drawing, starting the browser's renderer and inflating and decoding
columns; opening a group, placing what is around it, then painting; a search, the first look at each distinct name; a frame, rasterising thousands of rectangles
without a GPU (two thirds; the page's own calls are the other third); memory, Chromium's own 165 MiB: at 100,000 ops the page's data are 15 MB of columns and 14 MB of objects.
"""


class Case(NamedTuple):
    """A graph to make a page of; a file, so that making begins where a user's does."""

    name: str
    graph: Graph
    depth: Optional[str] = None
    light: bool = False
    """Only made and opened: what it must do is open."""


def many_boxes(layers: int = 9, chains: int = 8, length: int = 88) -> Graph:
    """About 6,300 boxes in layers side by side, no two alike, so that all are drawn, in the shape of a screen."""
    chance = random.Random(1)
    kinds = ("Relu", "Tanh", "Exp", "MatMul", "Sum", "Reshape", "AddV2")
    names, ops, home, inputs = ["x"], ["Placeholder"], array("i", [-1]), [[]]  # type: ignore[var-annotated]

    def add(name: str, op: str, layer: int, sources: List[int]) -> int:
        names.append(f"layer_{layer}/{name}")
        ops.append(op)
        home.append(layer)
        inputs.append(sources)
        return len(names) - 1

    for layer in range(layers):
        start = add("start", "Identity", layer, [0])
        ends = []
        for chain in range(chains):
            before = start
            for step in range(length):
                before = add(f"chain{chain}_op{step}", chance.choice(kinds), layer, [before])
            ends.append(before)
        add("sum", "AddN", layer, ends)
    rows = len(names)
    starts, producers = array("q", [0]), array("i")
    for sources in inputs:
        producers.extend(sources)
        starts.append(len(producers))
    groups = tuple(Group(f"layer_{at}", -1, "layer", f"layer_{at}", cls=f"Layer{at}") for at in range(layers))
    table = NodeTable(
        names, ops, starts, producers, array("i", bytes(4 * len(producers))), [(TensorType("float32", (8, 64)),)] * rows,
        [{}] * rows, [""] * rows,
    )  # fmt: skip
    return Graph("boxes", Content(table, groups, home, dead=bytes(rows)))


def measure(playwright: Any, program: str, file: Path, graph: Graph) -> Dict[str, float]:
    """Open a page and use it; times in milliseconds, memory in MiB."""
    with opened(playwright, program) as page:
        found = {"first": first_drawing(page, file), "memory": renderer_memory(page)}
        page.locator("[aria-label='Show everything']").first.click()
        page.wait_for_timeout(600)  # until the camera has glided there
        frames = page.evaluate(PAN, FRAMES)
        found["frame"], found["drawn"] = percentile(frames["times"], 0.95), percentile(frames["drawn"], 0.95)
        found["marks"] = frames["marks"]
        for path in chosen(graph):
            page.evaluate("(path) => opscope.open(path) && opscope.close(path)", path)
        times = durations(page, "opscope:open")
        found["open"], found["longest"] = percentile(times, 0.95), max(times, default=float("nan"))
        for typed in (text[:end] for text in SEARCHES for end in range(2, len(text) + 1)):
            page.evaluate("(text) => opscope.search(text)", typed)
        found["search"] = percentile(durations(page, "opscope:search"), 0.95)
        found["used"] = renderer_memory(page)
    for _ in range(STARTS - 1):
        with opened(playwright, program) as page:
            found[f"first{_}"] = first_drawing(page, file)
    found["first"] = statistics.median(value for key, value in found.items() if key.startswith("first"))
    return found


def first_drawing(page: Any, file: Path) -> float:
    """Milliseconds from the start of navigation until everything is drawn."""
    page.set_default_timeout(180_000)
    page.goto(file.as_uri())
    page.evaluate(READY)
    return float(page.evaluate("performance.getEntriesByName('opscope:first-draw')[0].startTime"))


def durations(page: Any, name: str) -> List[float]:
    """What the page has measured under a name."""
    return list(page.evaluate("(name) => performance.getEntriesByName(name).map((entry) => entry.duration)", name))


def chosen(graph: Graph) -> List[str]:
    """The largest groups and others at random."""
    sizes = [0] * len(content_of(graph).groups)
    for group in content_of(graph).node_group:
        if group >= 0:
            sizes[group] += 1
    largest = sorted(range(len(sizes)), key=lambda group: -sizes[group])[:LARGEST]
    others = random.Random(0).sample(range(len(sizes)), min(OPENED - LARGEST, len(sizes)))
    return [content_of(graph).groups[group].path for group in [*largest, *others]]


def cases(folder: Path) -> Iterator[Case]:
    """What is measured, each made when its turn comes."""
    for file in shared():
        yield Case(file.stem, opscope.load(file))
    write_training_step(folder / "step.pb")
    yield Case("generated training step", opscope.load(folder / "step.pb"))
    yield Case("boxes", many_boxes(), depth="all")
    write_transformer(folder / "million.pb", 1, least=1_000_000)
    yield Case("generated, a million", opscope.load(folder / "million.pb"), light=True)


def shared() -> List[Path]:
    """The training steps beside the checkout, where they are."""
    return [file for file in (SHARED / f"{name}.pb" for name in ("tfm12_train", "tfm48_train")) if file.exists()]


def row(playwright: Any, program: str, case: Case, file: Path) -> str:
    """Make a page, measure it, and say so in a line of the table."""
    start = time.perf_counter()
    text = html(case.graph, depth=case.depth)
    made = time.perf_counter() - start
    file.write_text(text, encoding="utf-8")
    head = f"| {case.name} | {len(case.graph):,} | {made:.1f} s | {len(text.encode()) / 1e6:.2f} MB "
    if case.light:
        with opened(playwright, program) as page:
            first = first_drawing(page, file)
            return f"{head}| {first:.0f} ms | {renderer_memory(page):.0f} MiB | | | | | |"
    found = measure(playwright, program, file, case.graph)
    return (
        f"{head}| {found['first']:.0f} ms | {found['memory']:.0f} / {found['used']:.0f} MiB | {found['open']:.0f} ms / {found['longest']:.0f} ms "
        f"| {found['search']:.0f} ms | {found['frame']:.1f} ms | {found['drawn']:.1f} ms | {found['marks']:,} |"
    )


def main() -> int:
    """Measure every graph, then the peers, and print both tables."""
    from playwright.sync_api import sync_playwright

    program = chromium()
    if program is None:
        print("no chromium found; install it", file=sys.stderr)
        return 1
    version = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    print(f"{version or 'Chromium'}, headless, without a GPU\n")
    print(
        "| page | ops | made | size | first drawing | memory | open a group, p95 / longest | search, p95 | frame, p95 | its drawing | in view |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        for case in cases(Path(folder)):
            print(row(playwright, program, case, Path(folder) / "page.html"), flush=True)
        print(LIMITS)
        print(
            "| peer | graph | server ready | page open to first picture | memory, first / used | open a group, median / longest, of how many |"
        )
        print("|---|---|---|---|---|---|")
        for line in rows(playwright, program, shared(), Path(folder)):
            print(line, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
