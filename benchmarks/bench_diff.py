"""Comparing: a graph of 47,695 ops with the same after 20 edits, as whole processes, and what a text diff of the two says."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, List, Tuple

HERE = Path(__file__).resolve().parent
GRAPHS = HERE.parents[1] / "shared" / "graphs"
RUNS = 5
EDITS = 20
COMPARE = """
import opscope, resource, sys
found = opscope.diff(sys.argv[1], sys.argv[2])
used = resource.getrusage(resource.RUSAGE_SELF)
print(found.cost, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024)
"""


def edited(data: bytes) -> bytes:
    """The GraphDef after 20 edits: a fourth each of the type, of an attribute, of an op put in, of an input taken from elsewhere."""
    from opscope.program.proto import message_class

    graph = message_class("GraphDef")()
    graph.ParseFromString(data)
    muls = [node for node in graph.node if node.op == "Mul"][:: max(1, len(graph.node) // 4000)]
    for number, node in enumerate(muls[:EDITS]):
        if number % 4 == 0:
            node.op = "Maximum"
        elif number % 4 == 1:
            node.attr["edited"].i = number
        elif number % 4 == 2:
            put_in = graph.node.add(name=f"{node.name}/put_in", op="Abs", input=[node.input[0]])
            put_in.attr["T"].CopyFrom(node.attr["T"])
            node.input[0] = put_in.name
        else:
            node.input[1] = node.input[0]
    return bytes(graph.SerializeToString())


def measured(a: Path, b: Path) -> Tuple[int, float, float, float]:
    """The cost of the difference, and the least CPU seconds, the least wall seconds and the most MB of a few processes."""
    laps: List[Any] = []
    for _ in range(RUNS):
        start = time.perf_counter()
        done = subprocess.run(
            [sys.executable, "-c", COMPARE, str(a), str(b)], capture_output=True, text=True, check=True
        )
        cost, cpu, memory = done.stdout.split()
        laps.append((int(cost), float(cpu), time.perf_counter() - start, float(memory)))
    return laps[0][0], min(lap[1] for lap in laps), min(lap[2] for lap in laps), max(lap[3] for lap in laps)


def text_diff(a: Path, b: Path, folder: Path) -> str:
    """How many lines of the two graphs as text `diff` says were added or removed; empty where there is no such command."""
    from opscope.program.proto import message_class

    texts = []
    for number, path in enumerate((a, b)):
        graph = message_class("GraphDef")()
        graph.ParseFromString(path.read_bytes())
        texts.append(folder / f"{number}.pbtxt")
        texts[-1].write_text(str(graph), encoding="utf-8")
    if shutil.which("diff") is None:
        return ""
    done = subprocess.run(["diff", *map(str, texts)], capture_output=True, text=True, check=False)
    return str(sum(line[:1] in "<>" for line in done.stdout.splitlines()))


def main() -> None:
    """Print the table."""
    print("A whole process: both files read and compared; limit 3 s, 400 MB.\n")
    print(
        f"| least of {RUNS} | edits told | CPU s | wall s | peak MB | lines of a text diff |\n|---|---|---|---|---|---|"
    )
    with tempfile.TemporaryDirectory() as folder:
        for name in ("tfm12_train.pb", "tfm48_train.pb"):
            path = GRAPHS / name
            if not path.is_file():
                continue
            other = Path(folder) / name
            other.write_bytes(edited(path.read_bytes()))
            cost, cpu, wall, memory = measured(path, other)
            lines = text_diff(path, other, Path(folder))
            print(f"| {name} with {EDITS} edits | {cost} | {cpu:.2f} | {wall:.2f} | {memory:.0f} | {lines} |")
        for one, two in (("tfm12_train.pb", "tfm48_train.pb"), ("resnet50_fwd.pb", "resnet50_train.pb")):
            if (GRAPHS / one).is_file():
                cost, cpu, wall, memory = measured(GRAPHS / one, GRAPHS / two)
                print(f"| {one} with {two} | {cost} | {cpu:.2f} | {wall:.2f} | {memory:.0f} | |")


if __name__ == "__main__":
    main()
