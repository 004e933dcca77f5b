"""TensorBoard's graph plugin and Model Explorer on the graphs of bench_page, driven in the same browser.

They come from the Python that OPSCOPE_BENCH_PEERS names; TensorBoard also from this one. What is absent says so.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from math import inf
from pathlib import Path
from threading import Thread
from typing import Any, Dict, Iterator, List
from urllib.parse import quote
from urllib.request import urlopen

from browser import NO_GPU, SOFTWARE_WEBGL, opened, patience, percentile, renderer_memory

PYTHON = os.environ.get("OPSCOPE_BENCH_PEERS", sys.executable)
MODEL_EXPLORER_PORT = 8191
LIMIT = 75
"""Seconds that a peer has for a graph, from the opening of its page; then it is left, with what was measured."""
LIMIT_OPEN = 30
"""Seconds that a peer may take to open a group."""

EVENT = """
import sys
from tensorboard.compat.proto import event_pb2
from tensorboard.summary.writer.event_file_writer import EventFileWriter
writer = EventFileWriter(sys.argv[2])
writer.add_event(event_pb2.Event(wall_time=1.0, graph_def=open(sys.argv[1], "rb").read()))
writer.close()
"""
SCOPES = """() => {
  const all = (root) => [...root.querySelectorAll('*')].flatMap((e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
  return all(document).filter((e) => e.matches('g.node.meta')).map((e) => e.__data__.node.name);
}"""
OPEN = """(name) => setTimeout(async () => {
  const all = (root) => [...root.querySelectorAll('*')].flatMap((e) => [e, ...(e.shadowRoot ? all(e.shadowRoot) : [])]);
  const node = all(document).find((e) => e.matches('g.node.meta') && e.__data__?.node?.name === name);
  window.took = null;
  const start = performance.now();
  node.querySelector('.nodeshape').dispatchEvent(new MouseEvent('dblclick', {bubbles: true, composed: true, cancelable: true}));
  while (!node.querySelector('g.node')) await new Promise((done) => requestAnimationFrame(done));
  window.took = performance.now() - start;
})"""


def has(module: str) -> bool:
    """Whether the peers' Python has a module."""
    done = subprocess.run([PYTHON, "-c", f"import {module}"], capture_output=True, check=False)
    return done.returncode == 0


@contextmanager
def served(command: List[str], **settings: str) -> Iterator[str]:
    """A server's address, once it has said it; the server ends with the block."""
    server = subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env={**os.environ, **settings}
    )
    assert server.stdout
    try:
        found = next(filter(None, (re.search(r"http://[\w.]+:\d+/", line) for line in server.stdout)), None)
        if found is None:
            raise OSError(f"{command[2]} did not start")
        Thread(target=server.stdout.read, daemon=True).start()  # a full pipe would stop the server
        yield found.group()
    finally:
        server.terminate()
        server.wait()


def tensorboard(playwright: Any, program: str, file: Path, folder: Path, found: Dict[str, Any]) -> None:
    """Page open to first picture, memory, and how long its scopes take to open: the outermost ones and what the first of them holds."""
    log = folder / f"events-{file.stem}"
    subprocess.run([PYTHON, "-c", EVENT, file, log], check=True, capture_output=True)
    command = [PYTHON, "-m", "tensorboard.main", "--logdir", str(log), "--host=127.0.0.1", "--port=0"]
    start = time.perf_counter()
    with served(command) as address, opened(playwright, program, NO_GPU) as page:
        while not json.load(urlopen(f"{address}data/plugin/graphs/info")):  # noqa: S310  (the server of this block)
            time.sleep(0.05)
        found["server"] = time.perf_counter() - start
        start = time.perf_counter()
        page.goto(f"{address}#graphs", wait_until="commit")
        with patience(page, LIMIT):
            page.locator("g.node").first.wait_for(timeout=LIMIT * 1000)
            found["first"] = time.perf_counter() - start
            found["memory"] = renderer_memory(page)
            found["opens"] = []
            outer = sorted(page.evaluate(SCOPES), key=lambda name: ("adam" in name, "gradient" in name))
            open_in_turn(page, outer[:1], found["opens"])
            open_in_turn(page, [name for name in page.evaluate(SCOPES) if "/" in name][:5], found["opens"])
            open_in_turn(page, outer[1:], found["opens"])
            found["used"] = renderer_memory(page)


def open_in_turn(page: Any, names: List[str], times: List[float]) -> None:
    """Open scopes, each as a user does; one that takes too long counts as infinite, and nothing after it is tried."""
    from playwright.sync_api import TimeoutError as Late

    for name in names:
        page.evaluate(f"window.took = null; ({OPEN})({json.dumps(name)})")
        try:
            times.append(page.wait_for_function("window.took", timeout=LIMIT_OPEN * 1000).json_value())
        except Late:
            times.append(inf)
            raise


def model_explorer(playwright: Any, program: str, file: Path, folder: Path, found: Dict[str, Any]) -> None:
    """Page open to first picture, conversion included, and memory; groups are drawn in WebGL, where no script can tell them."""
    graph = folder / f"{file.stem}.graphdef"
    shutil.copy(file, graph)
    command = [
        PYTHON,
        "-m",
        "model_explorer",
        "--host=127.0.0.1",
        f"--port={MODEL_EXPLORER_PORT}",
        "--no_open_in_browser",
        str(graph),
    ]
    data = quote(json.dumps({"models": [{"url": str(graph), "adapterId": "builtin_graphdef"}]}))
    start = time.perf_counter()
    with served(command, PYTHONUNBUFFERED="1") as address, opened(playwright, program, SOFTWARE_WEBGL) as page:
        page.route(lambda url: not url.startswith(address), lambda route: route.abort())
        found["server"] = time.perf_counter() - start
        start = time.perf_counter()
        page.goto(f"{address}?data={data}", wait_until="commit")
        with patience(page, LIMIT):
            page.locator("webgl-renderer canvas").first.wait_for(state="attached", timeout=LIMIT * 1000)
            found["first"] = time.perf_counter() - start
            found["memory"] = renderer_memory(page)


PEERS = {
    "TensorBoard": ("tensorboard", tensorboard),
    "Model Explorer": ("model_explorer", model_explorer),
}


def rows(playwright: Any, program: str, files: List[Path], folder: Path) -> Iterator[str]:
    """A line of the table for each peer and graph."""
    from playwright.sync_api import Error

    for name, (module, measure) in PEERS.items():
        if not has(module):
            yield f"| {name} | not installed: OPSCOPE_BENCH_PEERS names a Python that has it | | | | |"
            continue
        for file in files:
            found: Dict[str, Any] = {}
            try:
                measure(playwright, program, file, folder, found)
            except (Error, OSError, subprocess.CalledProcessError) as error:
                found["error"] = str(error).partition("\n")[0][:80]
            yield f"| {name} | {file.stem} | {told(found)} |"


def told(found: Dict[str, Any]) -> str:
    """The figures as cells of the table; where one is missing, what happened."""
    missing = f"not within {LIMIT} s ({found.get('error', '')})"
    server = f"{found['server']:.1f} s" if "server" in found else missing
    first = f"{found['first']:.1f} s" if "first" in found else missing
    memory = f"{found['memory']:.0f} MiB" if "memory" in found else ""
    used = f" / {found['used']:.0f} MiB" if "used" in found else ""
    opens = found.get("opens", [])
    if not opens:
        return f"{server} | {first} | {memory}{used} | "
    late = f"over {LIMIT_OPEN} s"
    middle, longest = (late if value == inf else f"{value:.0f} ms" for value in (percentile(opens, 0.5), max(opens)))
    return f"{server} | {first} | {memory}{used} | {middle} / {longest if 'used' in found else late} of {len(opens)}"
