"""Pictures: file to full detail beside `dot`, a live model beside `plot_model`, growth with equal layers, a million ops."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Dict, List, Optional, Tuple

from generated import write_transformer

from opscope.graph.content import content_of
from opscope.load import load

SHARED = Path(__file__).resolve().parents[2] / "shared" / "graphs"
RUNS = 3
ROUNDS = 9
"""Of all sizes in turn."""
MILLION = 1_000_000
DOT_LIMIT = float(os.environ.get("OPSCOPE_BENCH_DOT_LIMIT", "300"))
"""Seconds that `dot` may take; a shorter limit tries the benchmark out."""
LIVE_RUNS = 7
ENVIRONMENT = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
"""A user's Python compiles a module once."""

RENDER = (
    "import resource, sys; from opscope.load import load; load(sys.argv[1]).save(sys.argv[2], depth=sys.argv[3] or None); "
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
)
STEPS = (
    "import sys, time; from opscope.load import load; from opscope.layout.engine import draw; "
    "from opscope.layout.scene.compose import compose; from opscope.passes import for_drawing; "
    "graph = load(sys.argv[1]); len(graph); start = time.process_time(); folded = for_drawing(graph, 'all', unfold=False); "
    "middle = time.process_time(); drawing = draw(compose(folded)); "
    "print(len(graph), time.process_time() - start, drawing.structures, time.process_time() - middle)"
)
CLUSTERS = (
    "import sys; from opscope.load import load; "
    "load(sys.argv[1]).save(sys.argv[2], depth='all', engine='graphviz', timeout=float(sys.argv[3]))"
)
LIVE = """
import statistics, sys, time
import keras, opscope
folder, runs = sys.argv[1], int(sys.argv[2])
model = keras.applications.ResNet50(weights=None)
graph = opscope.trace(model, (1, 224, 224, 3))
def measured(name, make):
    laps = []
    for lap in range(runs):
        start, used = time.perf_counter(), time.process_time()
        make(f"{folder}/{name}.svg")
        laps.append(time.perf_counter() - start)
    print(name, laps[0], statistics.median(laps[1:]))
measured("opscope", lambda path: graph.save(path, depth="layers"))
try:
    import pydot
except ImportError:
    sys.exit()
# The two steps of `plot_model`, which then hands the SVG to IPython, if that is installed: it raises an error.
measured("plot_model", lambda path: keras.utils.model_to_dot(model, show_shapes=True, expand_nested=True).write(path, format="svg"))
"""


def run(code: str, *arguments: str) -> Tuple[float, float, List[str]]:
    """Wall and processor seconds of a fresh process, and what it printed."""
    before, start = os.times(), time.perf_counter()
    command = [sys.executable, "-c", code, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=ENVIRONMENT)
    wall, after = time.perf_counter() - start, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return wall, used, done.stdout.split()


def pictures(folder: Path) -> None:
    """File to SVG, each op drawn or counted in a stack."""
    print(
        "| graph | SVG | wall s (best of 3) | processor s | memory MB | size KB | limit |\n|---|---|---|---|---|---|---|"
    )
    cases = (("resnet50_fwd", "1 s"), ("tfm12_train", ""), ("resnet50_train", ""), ("tfm48_train", "5 s, 300 MB"))
    for name, limit in cases:
        target = folder / f"{name}.svg"
        laps = [run(RENDER, str(SHARED / f"{name}.pb"), str(target), "all") for _ in range(RUNS)]
        wall, used, (memory,) = min(laps)
        size = target.stat().st_size // 1024
        print(f"| `{name}` | depth all | {wall:.2f} | {used:.2f} | {memory} | {size} | {limit} |")


def beside_dot(folder: Path) -> None:
    """ResNet50's ops through `dot`: flat, as tutorials do it, and with clusters, as opscope folds them."""
    name = "resnet50_fwd"
    source, target = str(SHARED / f"{name}.pb"), str(folder / f"{name}.svg")
    flat = folder / "flat.dot"
    flat.write_text(flat_dot(source), encoding="utf-8")
    print("\n| `resnet50_fwd` to SVG | wall s |\n|---|---|")
    print(
        f"| opscope, whole process (limit 1 s) | {min(run(RENDER, source, target, 'all')[0] for _ in range(RUNS)):.2f} |"
    )
    clusters = within([sys.executable, "-c", CLUSTERS, source, target, str(DOT_LIMIT)], DOT_LIMIT + 5)
    print(f"| the same boxes and clusters through `dot`, whole process | {clusters} |")
    print(f"| flat: each op a node, `dot` alone | {within(['dot', '-Tsvg', str(flat), '-o', target], DOT_LIMIT)} |")


def flat_dot(source: str) -> str:
    """Every op a node, every edge an edge: the recipe that tutorials give."""
    table = content_of(load(source)).table
    lines = ["digraph {", "node [shape=box];"]
    for row, op in enumerate(table.ops):
        lines.append(f'{row} [label="{op}"];')
        lines.extend(f"{edge.node} -> {row};" for edge in table.inputs(row))
    return "\n".join([*lines, "}"])


def within(command: List[str], limit: float) -> str:
    """The wall seconds of a command, or why there are none."""
    start = time.perf_counter()
    try:
        done = subprocess.run(command, capture_output=True, check=False, timeout=limit, env=ENVIRONMENT)
    except FileNotFoundError:
        return "not installed here"
    except subprocess.TimeoutExpired:
        return f"not finished in {limit:.0f} s"
    seconds = time.perf_counter() - start
    return f"{seconds:.2f}" if done.returncode == 0 else f"failed after {seconds:.0f} s"


def live(folder: Path) -> None:
    """The layers of a live model, tracing excluded, beside Keras's own picture."""
    print(f"\n| live ResNet50 to SVG | first, s | median of {LIVE_RUNS - 1} more, s |\n|---|---|---|")
    seconds = times(folder)
    if seconds is None:
        print("| TensorFlow or Keras is not installed here | | |")
        return
    names = {"opscope": "opscope, `depth=layers` (limit 0.3 s)", "plot_model": "`keras.utils.plot_model`"}
    for name, title in names.items():
        first, more = seconds.get(name, ("needs pydot", ""))
        print(f"| {title} | {first} | {more} |")


def times(folder: Path) -> Optional[Dict[str, Tuple[str, str]]]:
    """What `LIVE` prints: for each picture the first time and the median; ``None`` where it cannot run."""
    command = [sys.executable, "-c", LIVE, str(folder), str(LIVE_RUNS)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=ENVIRONMENT)
    if done.returncode:
        return None
    rows = [line.split() for line in done.stdout.splitlines() if line.startswith(("opscope ", "plot_model "))]
    return {name: (f"{float(first):.3f}", f"{float(more):.3f}") for name, first, more in rows}


def growth(folder: Path) -> None:
    """Layout time over the number of equal layers of a training step; sizes in turn, since a machine's speed changes."""
    files = {layers: folder / f"layers{layers}.pb" for layers in (12, 24, 48, 96, 192)}
    for layers, file in files.items():
        write_transformer(file, layers)
    rounds = [{layers: run(STEPS, str(file))[2] for layers, file in files.items()} for _ in range(ROUNDS)]
    print(
        "\n| layers | ops | layout s | against half | with passes s | against half | distinct groups |\n|---|---|---|---|---|---|---|"
    )
    for layers in files:
        ops, _, structures, _ = rounds[0][layers]
        passes, layout = (statistics.median(float(lap[layers][column]) for lap in rounds) for column in (1, 3))
        ratios = [_against_half(rounds, layers, column) for column in (3, 1)]
        print(f"| {layers} | {int(ops):,} | {layout:.3f} | {ratios[0]} | {passes:.2f} | {ratios[1]} | {structures} |")


def _against_half(rounds: List[Dict[int, List[str]]], layers: int, column: int) -> str:
    """The median over the rounds of a figure's ratio to that of half the layers."""
    if layers // 2 not in rounds[0]:
        return ""
    return f"{statistics.median(float(lap[layers][column]) / float(lap[layers // 2][column]) for lap in rounds):.2f}x"


def million(folder: Path) -> None:
    """The default picture of a million ops."""
    file = folder / "million.pb"
    ops = write_transformer(file, 1, least=MILLION)
    wall, used, (memory,) = run(RENDER, str(file), str(folder / "million.svg"), "")
    print(f"\nDefault picture of {ops:,} ops: {wall:.1f} s wall, {used:.1f} s processor, {memory} MB (limit 60 s).")


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pictures(folder)
        beside_dot(folder)
        live(folder)
        growth(folder)
        million(folder)


if __name__ == "__main__":
    main()
