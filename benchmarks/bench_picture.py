"""From file to full-detail picture, whole process; growth with equal layers; a picture of a million ops."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import List, Tuple

from generated import write_transformer

SHARED = Path(__file__).resolve().parents[2] / "shared" / "graphs"
RUNS = 3
MILLION = 1_000_000
DOT_LIMIT = 300

RENDER = (
    "import resource, sys; from opscope.load import load; load(sys.argv[1]).save(sys.argv[2], depth=sys.argv[3] or None); "
    "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)"
)
STEPS = (
    "import sys, time; from opscope.load import load; from opscope.layout.engine import draw; "
    "from opscope.layout.compose import compose; from opscope.passes import for_drawing; "
    "graph = load(sys.argv[1]); len(graph); start = time.process_time(); folded = for_drawing(graph, 'all', unfold=False); "
    "middle = time.process_time(); drawing = draw(compose(folded)); "
    "print(len(graph), time.process_time() - start, drawing.structures, time.process_time() - middle)"
)


def run(code: str, *arguments: str) -> Tuple[float, float, List[str]]:
    """Wall and processor seconds of a fresh process, and what it printed."""
    before, start = os.times(), time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True)
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


def growth(folder: Path) -> None:
    """Layout time over the number of equal layers of a training step."""
    print(
        "\n| layers | ops | layout s | against half | with passes s | against half | distinct groups |\n|---|---|---|---|---|---|---|"
    )
    last = before = 0.0
    for layers in (12, 24, 48, 96, 192):
        file = folder / f"layers{layers}.pb"
        write_transformer(file, layers)
        laps = [run(STEPS, str(file))[2] for _ in range(RUNS)]
        ops, _, structures, _ = laps[0]
        seconds, layout = (min(float(lap[column]) for lap in laps) for column in (1, 3))
        ratios = [f"{now / then:.2f}" if then else "" for now, then in ((layout, before), (seconds, last))]
        last, before = seconds, layout
        print(f"| {layers} | {int(ops):,} | {layout:.3f} | {ratios[0]} | {seconds:.2f} | {ratios[1]} | {structures} |")


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
        growth(folder)
        million(folder)


if __name__ == "__main__":
    main()
