"""The overview: a live model beside `plot_model`, files as whole processes, growth with equal layers, a million ops; beside an earlier revision.

`OPSCOPE_BENCH_BEFORE` names a revision of git whose opscope makes the same files in turn with this one, the million ops too: by the same
command each makes the picture that is its default. Two revisions from before the overview was that:

    make bench ARGS=overview OPSCOPE_BENCH_BEFORE=094e14c8    # the default picture of a million ops took the 46 s of the limit's 25
    make bench ARGS=overview OPSCOPE_BENCH_BEFORE=a4add57c    # the last one
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional, Sequence, Tuple

from generated import write_transformer

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "graphs"
RUNS = 5
"""Of each file; sides and sizes in turn, since a machine's speed changes."""
LIVE_RUNS = 31
"""By processor time, that of `dot` included: what else the machine does says nothing of either side."""
LAYERS = (48, 96, 192)
MILLION = 1_000_000
MILLION_RUNS = 2
"""Of each side, in turn: each takes a minute."""
BEFORE = os.environ.get("OPSCOPE_BENCH_BEFORE", "")

COMMAND = (
    "import resource, sys; from opscope.cli import main; code = main(); "
    "print('memory', resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024); sys.exit(code)"
)
"""The command as a user's shell starts it, which tells its memory at the end."""
LOADED = "import gc, sys; from opscope.load import load; graph = load(sys.argv[1]); len(graph); print('memory', 0); gc.freeze()"
"""Only the reading of a file, every op expanded: no picture of it can be quicker. It ends as the command does, see `cli.main`."""
LIVE = """
import resource, sys
import keras, opscope
folder, runs = sys.argv[1], int(sys.argv[2])
model = keras.applications.ResNet50(weights=None)
graph = opscope.trace(model, (1, 224, 224, 3))
makers = {"opscope": lambda path: graph.save(path)}
try:
    import pydot
    # The two steps of `plot_model`, which then hands the SVG to IPython, if that is installed: it raises an error.
    makers["plot_model"] = lambda path: keras.utils.model_to_dot(model, show_shapes=True, expand_nested=True).write(path, format="svg")
except ImportError:
    pass
def used():
    usages = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)
for lap in range(runs):
    for name, make in makers.items():
        start = used()
        make(f"{folder}/{name}.svg")
        print(name, used() - start)
"""


class Lap(NamedTuple):
    """One fresh process."""

    used: float
    """Its processor seconds, the start of Python and imports included."""
    wall: float
    memory: int
    """The most that it had, in MB."""


def run(source: Path, code: str, *arguments: str) -> Lap:
    """Run Python code with the opscope of a source folder in a fresh process."""
    before, start = os.times(), time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True, env=as_installed(source)
    )
    wall, after = time.perf_counter() - start, os.times()
    used = after.children_user + after.children_system - before.children_user - before.children_system
    return Lap(used, wall, int(done.stdout.split()[-1]))


def as_installed(source: Path) -> Dict[str, str]:
    """The environment of a process with the opscope of a source folder, whose modules are compiled once, as those of an installed package are."""
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    return {**environment, "PYTHONPATH": os.pathsep.join([str(source), *filter(None, [os.environ.get("PYTHONPATH")])])}


def live(folder: Path) -> None:
    """The overview of a live model, tracing excluded, beside Keras's own picture in the same process, in turn."""
    print(f"| live ResNet50 to SVG, processor s | first | median of {LIVE_RUNS - 1} more |\n|---|---|---|")
    for runs in (1, LIVE_RUNS):  # the first process only compiles what was not compiled yet
        command = [sys.executable, "-c", LIVE, str(folder), str(runs)]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=as_installed(ROOT / "src"))
    if done.returncode:
        print("| TensorFlow or Keras is not installed here | | |")
        return
    laps: Dict[str, List[float]] = {"opscope": [], "plot_model": []}
    for line in done.stdout.splitlines():
        name, _, seconds = line.partition(" ")
        if name in laps:
            laps[name].append(float(seconds))
    own, peer = laps["opscope"], laps["plot_model"]
    print(f"| opscope's overview | {own[0]:.3f} | {statistics.median(own[1:]):.3f} |")
    if not peer:
        print("| `keras.utils.plot_model` | needs pydot and Graphviz | |")
        return
    print(f"| `keras.utils.plot_model` | {peer[0]:.3f} | {statistics.median(peer[1:]):.3f} |")
    ratio = statistics.median(one / other for one, other in zip(own[1:], peer[1:]))
    print(f"| ratio (limit 1.2x) | {own[0] / peer[0]:.2f}x | {ratio:.2f}x |")


def files(folder: Path, before: Optional[Path]) -> None:
    """Files as whole processes: overview, page, and all of a picture; beside reading alone, and an earlier revision."""
    named = f" | {BEFORE}: the same command, s | against it" if before else ""
    print(f"\n| whole process | processor s, best of {RUNS} | wall s | MB | limit{named} |")
    print("|---|---|---|---|---" + ("|---|---|" if before else "|"))
    large = SHARED / "tfm48_train.pb"
    cases: Sequence[Tuple[str, str, Tuple[str, ...]]] = (
        ("`tfm48_train`, reading alone", "", (str(large),)),
        ("`tfm48_train`, overview", "1.5 s", ("render", str(large), "-o", str(folder / "a.svg"))),
        ("`tfm48_train`, page", "1.1x", ("render", str(large), "-o", str(folder / "a.html"))),
        ("`resnet50_train`, depth all", "1.1x", _all_of("resnet50_train", folder)),
        ("`tfm48_train`, depth all", "1.1x", _all_of("tfm48_train", folder)),
    )
    sources = [ROOT / "src", *([before] if before else [])]
    for title, limit, arguments in cases:
        code = COMMAND if arguments[0] == "render" else LOADED
        laps = [[run(source, code, *arguments) for source in sources] for _ in range(RUNS)]
        best = min(lap[0] for lap in laps)
        row = f"| {title} | {best.used:.2f} | {best.wall:.2f} | {best.memory or ''} | {limit} |"
        if before:
            ratio = statistics.median(own.used / other.used for own, other in laps)
            row += f" {min(lap[1] for lap in laps).used:.2f} | {ratio:.2f}x |"
        print(row)


def _all_of(name: str, folder: Path) -> Tuple[str, ...]:
    return ("render", str(SHARED / f"{name}.pb"), "-o", str(folder / "b.svg"), "--depth", "all")


def growth(folder: Path) -> None:
    """The overview of twice the equal layers. Reading a file takes twice as long, so it is taken off."""
    graphs = {layers: folder / f"layers{layers}.pb" for layers in LAYERS}
    ops = {layers: write_transformer(file, layers) for layers, file in graphs.items()}
    rounds = [{layers: _beyond_reading(file, folder) for layers, file in graphs.items()} for _ in range(RUNS)]
    print("\n| equal layers | ops | overview beyond reading, s | against half |\n|---|---|---|---|")
    for layers in LAYERS:
        seconds = statistics.median(lap[layers] for lap in rounds)
        ratios = [lap[layers] / lap[layers // 2] for lap in rounds if layers // 2 in lap]
        print(
            f"| {layers} | {ops[layers]:,} | {seconds:.2f} | {f'{statistics.median(ratios):.2f}x' if ratios else ''} |"
        )


def _beyond_reading(file: Path, folder: Path) -> float:
    drawn = run(ROOT / "src", COMMAND, "render", str(file), "-o", str(folder / "c.svg"), "--depth", "overview")
    return drawn.used - run(ROOT / "src", LOADED, str(file)).used


def million(folder: Path, before: Optional[Path]) -> None:
    """The overview of a million ops, and the default picture of an earlier revision."""
    file = folder / "million.pb"
    ops = write_transformer(file, 1, least=MILLION)
    reading = run(ROOT / "src", LOADED, str(file)).used
    sources = [ROOT / "src", *([before] if before else [])]
    command = ("render", str(file), "-o", str(folder / "million.svg"))
    laps = [[run(source, COMMAND, *command) for source in sources] for _ in range(MILLION_RUNS)]
    lap = min(lap[0] for lap in laps)
    print(
        f"\nOverview of {ops:,} ops, whole process, best of {MILLION_RUNS}: {lap.wall:.1f} s wall, {lap.used:.1f} s processor, "
        f"of which {reading:.1f} s are reading; {lap.memory} MB (limit 25 s, 2,000 MB)."
    )
    if before:
        other = min(lap[1] for lap in laps)
        ratio = statistics.median(own.used / its.used for own, its in laps)
        print(
            f"\n{BEFORE} by the same command, in turn: {other.used:.1f} s processor, {other.memory} MB; the overview takes {ratio:.2f}x of it "
            f"(the limit of 25 s was set where the default picture took 46 s: {25 / 46:.2f}x)."
        )


def earlier(folder: Path) -> Optional[Path]:
    """The sources of the revision to compare with; ``None`` if none is named."""
    if not BEFORE:
        return None
    packed = subprocess.run(["git", "-C", str(ROOT), "archive", BEFORE, "src"], capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", str(folder)], input=packed, check=True)
    return folder / "src"


def main() -> None:
    """Print the tables."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        before = earlier(folder)
        live(folder)
        files(folder, before)
        growth(folder)
        million(folder, before)


if __name__ == "__main__":
    main()
