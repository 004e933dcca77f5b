"""The interactive page in headless Chromium: size, first drawing, opening groups, search, frames, memory."""

from __future__ import annotations

import random
import shutil
import sys
import tempfile
import time
from array import array
from dataclasses import replace
from pathlib import Path
from typing import Any, Dict, List

import opscope
from opscope.graph.graph import Content, Graph
from opscope.graph.groups import Group
from opscope.graph.table import NodeTable
from opscope.graph.types import TensorType
from opscope.render.html import html

SHARED = Path(__file__).resolve().parents[2] / "shared" / "graphs"
QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip
OPENED = 150
"""Groups that are opened, drawn at random."""
SEARCHES = (
    "relu",
    "op:MatMul",
    "dtype:float32 shape:64",
    "/attn[0-9]+.*Einsum$/",
    "kernel -gradient",
    "nothing like this",
)
FRAMES = 120

READY = """new Promise((done) => {
  const look = () => document.documentElement.dataset.opscope === 'ready' ? done() : setTimeout(look, 10);
  look();
})"""
PAN = """async (frames) => {
  const canvas = document.querySelector('canvas.drawing');
  const times = [];
  let before = performance.now();
  for (let frame = 0; frame < frames; frame++) {
    const zoom = frame % 2 === 0;
    canvas.dispatchEvent(new WheelEvent('wheel', {deltaX: zoom ? 0 : 12, deltaY: zoom ? (frame % 4 ? 6 : -6) : 9, clientX: 700,
      clientY: 400, bubbles: true, cancelable: true}));
    await new Promise((done) => requestAnimationFrame(done));
    const now = performance.now();
    times.push(now - before);
    before = now;
  }
  const drawn = performance.getEntriesByName('opscope:frame').slice(-frames).map((entry) => entry.duration);
  return {times, drawn};
}"""


LIMITS = """
Limits: 4 MB at 47,695 ops; first drawing 1.5 s there, 2.5 s at 100,000; any group 100 ms; search 50 ms; frames 20 ms; renderer 250 MiB at 100,000.
Making the page is dominated by finding what repeats, then by costs and attributes; opening it by starting the browser's renderer (about 170 MiB
are Chromium's own) and decoding columns; a frame by rasterising without a GPU, not by the page's drawing calls ("its drawing").
"""


def times_over(graph: Graph, count: int) -> Graph:
    """The graph `count` times side by side, each under a name of its own."""
    table, groups, content = graph.table, graph.groups, graph.content
    names, producers, starts = [], array("i"), array("q", [0])
    home, all_groups = array("i"), []
    for copy in range(count):
        base, first, prefix = copy * len(table), copy * len(groups), f"copy{copy}/"
        names.extend(prefix + name for name in table.names)
        producers.extend(node + base for node in table.edge_node)
        starts.extend(start + copy * len(table.edge_node) for start in table.edge_start[1:])
        home.extend(group + first if group >= 0 else -1 for group in content.node_group)
        for group in groups:
            parent = group.parent + first if group.parent >= 0 else -1
            all_groups.append(replace(group, path=prefix + group.path, parent=parent, owner=-1))
    wide = NodeTable(
        names, table.ops * count, starts, producers, table.edge_output * count, table.outputs * count,
        table.raw_attrs * count, table.devices * count, table.decode,
    )  # fmt: skip
    return Graph(f"{graph.name} x {count}", Content(wide, tuple(all_groups), home, dead=content.dead * count))


def many_boxes(branches: int = 70, length: int = 72) -> Graph:
    """About 5,000 boxes no two branches of which are alike, so that all of them are drawn."""
    chance = random.Random(1)
    kinds = ("Relu", "Tanh", "Exp", "MatMul", "Sum", "Reshape", "AddV2")
    names, ops, producers, starts, home = ["x"], ["Placeholder"], array("i"), array("q", [0, 0]), array("i", [-1])
    groups = []
    for branch in range(branches):
        groups.append(Group(f"branch_{branch}", -1, "layer", f"branch_{branch}", cls=f"Branch{branch}"))
        before = 0
        for step in range(length):
            names.append(f"branch_{branch}/op{step}")
            ops.append(chance.choice(kinds))
            producers.append(before)
            starts.append(len(producers))
            home.append(branch)
            before = len(names) - 1
    rows = len(names)
    table = NodeTable(
        names, ops, starts, producers, array("i", bytes(4 * len(producers))), [(TensorType("float32", (8, 64)),)] * rows,
        [{}] * rows, [""] * rows,
    )  # fmt: skip
    return Graph("boxes", Content(table, tuple(groups), home, dead=bytes(rows)))


def percentile(values: List[float], share: float) -> float:
    """The value that `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")


class Chromium:
    """A browser to measure in: a fresh one for each page, so that none warms up another."""

    def __init__(self, playwright: Any, program: str) -> None:
        self._playwright, self._program = playwright, program

    def measure(self, file: Path, paths: List[str]) -> Dict[str, float]:
        """Open a page and use it; times in milliseconds, memory in MiB."""
        browser = self._playwright.chromium.launch(executable_path=self._program, args=list(QUIET))
        try:
            page = browser.new_page(viewport={"width": 1440, "height": 900})
            page.goto(file.as_uri())
            page.evaluate(READY)
            found = {"first": page.evaluate("performance.getEntriesByName('opscope:first-draw')[0].startTime")}
            found["memory"] = self._memory(browser)
            for path in paths:
                page.evaluate("(path) => opscope.open(path) && opscope.close(path)", path)
            opened = page.evaluate("performance.getEntriesByName('opscope:open').map((entry) => entry.duration)")
            found["open"] = percentile(opened, 0.95)
            for text in SEARCHES:
                page.evaluate("(text) => opscope.search(text)", text)
            searched = page.evaluate("performance.getEntriesByName('opscope:search').map((entry) => entry.duration)")
            found["search"] = percentile(searched, 0.95)
            page.evaluate("opscope.search('')")
            page.keyboard.press("0")
            page.wait_for_timeout(400)
            frames = page.evaluate(PAN, FRAMES)
            found["frame"], found["drawn"] = percentile(frames["times"], 0.95), percentile(frames["drawn"], 0.95)
            return found
        finally:
            browser.close()

    @staticmethod
    def _memory(browser: Any) -> float:
        """Resident memory of the largest renderer."""
        processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
        sizes = [0.0]
        for process in processes:
            status = Path(f"/proc/{process['id']}/status")
            if process["type"] == "renderer" and status.exists():
                line = next(
                    line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmRSS")
                )
                sizes.append(int(line.split()[1]) / 1024)
        return max(sizes)


def graphs() -> List[Graph]:
    """What is measured: the shared training steps where they are, a generated one of 100,000 ops, 5,000 boxes."""
    found = [
        opscope.load(SHARED / f"{name}.pb")
        for name in ("tfm12_train", "tfm48_train")
        if (SHARED / f"{name}.pb").exists()
    ]
    if found:
        found.append(times_over(found[-1], 2))
    return [*found, many_boxes()]


def main() -> int:
    """Measure every graph and print a table."""
    from playwright.sync_api import sync_playwright

    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        print("no chromium found; install it", file=sys.stderr)
        return 1
    print(
        "| graph | ops | page made | size | first drawing | memory | open a group, p95 | search, p95 | frame, p95 | its drawing |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        for graph in graphs():
            start = time.perf_counter()
            depth = "all" if graph.name == "boxes" else None
            text = html(graph, depth=depth)
            made = time.perf_counter() - start
            file = Path(folder) / "page.html"
            file.write_text(text, encoding="utf-8")
            paths = [group.path for group in graph.groups]
            chosen = random.Random(0).sample(paths, min(OPENED, len(paths)))
            found = Chromium(playwright, program).measure(file, chosen)
            print(
                f"| {graph.name} | {len(graph):,} | {made:.1f} s | {len(text) / 1e6:.2f} MB | {found['first']:.0f} ms "
                f"| {found['memory']:.0f} MiB | {found['open']:.0f} ms | {found['search']:.0f} ms | {found['frame']:.0f} ms "
                f"| {found['drawn']:.1f} ms |",
                flush=True,
            )
    print(LIMITS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
