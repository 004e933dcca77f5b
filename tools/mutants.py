"""Which small edits of a room's code does no test notice? Each is tried against the room's tests.

    make mutants ROOM=cost          # a seeded sample of 300 edits; writes benchmarks/results/mutants.md
    python tools/mutants.py cost [--count 300] [--seed 0] [--jobs 2] [--again] [--modules op.py reduce.py]

The edits are cosmic-ray's (a number one up or down, another operator or comparison, a condition turned round, a loop that
never runs, ...) and one of our own: a statement that changes something is dropped. Of all edits at one place a single one,
drawn by chance, is a candidate, so that a `+`, which has eleven, does not outweigh a `not`, which has one.

An edit is tried in a process forked from this one, which has pytest loaded already; the edited module is compiled from
memory, no file is touched. Tests that start a Python of their own see the module as it is. First all tests of the room that
need no TensorFlow, with few random examples and a fixed seed (a quick run: tests/conftest.py), the likeliest killers first;
then, for what they let live, those of `Room.live`. A run that takes far longer than without an edit counts as noticed.

The record is benchmarks/results/mutants.json. A survivor's `why` is written there by hand and kept from run to run.
"""

from __future__ import annotations

import argparse
import atexit
import gc
import json
import os
import re
import resource
import shutil
import signal
import sys
import tempfile
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader
from importlib.util import spec_from_file_location
from pathlib import Path
from typing import Dict, List, Optional, Sequence, Tuple

# What every child needs; imported once, before the first fork.
import hypothesis.strategies  # noqa: F401
import pytest
from mutant_edits import Mutant, sample

HERE = Path(__file__).resolve().parent.parent
ROOT = Path(tempfile.mkdtemp(prefix="mutants-")) / "tree"
"""A copy, so that whoever works on while this runs changes nothing."""
SOURCES = ROOT / "src" / "opscope"
RECORD = HERE / "benchmarks" / "results" / "mutants.json"
TABLE = RECORD.with_suffix(".md")
FIRST = 3
"""Test files that are tried before the others."""
MEMORY = 4 << 30
"""What an edited module may allocate, in bytes: an endless list ends here, not in the machine's swap."""


@dataclass(frozen=True)
class Room:
    """What is edited (paths in src/opscope) and the tests that are asked (paths in tests)."""

    sources: Tuple[str, ...]
    tests: Tuple[str, ...]
    live: Tuple[str, ...] = ()
    """Tests that need TensorFlow, for what the others let live."""


PROGRAM = "program body expand scopes dead body_columns output_types opdefs wire frames packed"
READING = "attribute compiled fused hlo names raw xplane_schema shares tables timeline xplane"
"""What the profile room makes of a recording; the others run a model."""
ROOMS = {
    "cost": Room(
        ("cost/*.py", "cost/formulas/*.py"), ("cost", "shapes"), ("cost/test_parameters.py", "shapes/test_loops.py", "shapes/test_resolve.py"),
    ),
    "shapes": Room(("shapes/*.py",), ("shapes", "cost", "load/test_shapes.py"), ("shapes/test_loops.py", "shapes/test_resolve.py")),
    "passes": Room(("passes/*.py",), ("passes",)),
    "program": Room(tuple(f"program/{name}.py" for name in PROGRAM.split()), ("load",), ("load/test_live.py",)),
    "profile": Room(tuple(f"profile/{name}.py" for name in READING.split()), ("profile",)),
}  # fmt: skip


class _Edited(SourceFileLoader):
    """Gives the edited text as the module's; what is cached on disk is neither read nor written."""

    text = ""

    def get_code(self, fullname):  # noqa: ARG002 - the loader has one module
        return compile(self.text, self.path, "exec", dont_inherit=True)


class _Finder:
    """Finds the one edited module."""

    def __init__(self, module: str, text: str) -> None:
        parts = ["opscope", *Path(module).with_suffix("").parts]
        self.name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        self.path, self.text = SOURCES / module, text

    def find_spec(self, name, path=None, target=None):  # noqa: ARG002 - Python's own signature
        if name != self.name:
            return None
        loader = _Edited(name, str(self.path))
        loader.text = self.text
        inside = [str(self.path.parent)] if self.path.name == "__init__.py" else None
        return spec_from_file_location(name, self.path, loader=loader, submodule_search_locations=inside)


class _Watch:
    """Writes down the first test, or file, that fails."""

    def __init__(self, path: str) -> None:
        self._path = path

    def pytest_runtest_logreport(self, report):
        self._note(report)

    def pytest_collectreport(self, report):
        self._note(report)

    def _note(self, report):
        if report.failed and not Path(self._path).stat().st_size:
            Path(self._path).write_text(report.nodeid)


def child(mutant: Optional[Mutant], tests: Sequence[str], *, live: bool, note: str, limit: float) -> None:
    """Run the tests in this process and end it: 0 where all pass."""
    os.setsid()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    resource.setrlimit(resource.RLIMIT_CPU, (int(limit), int(limit) + 5))
    os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = tempfile.mkdtemp()
    os.environ.pop("OPSCOPE_QUICK", None)
    if not live:
        os.environ["OPSCOPE_QUICK"] = "1"
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    out = os.open(f"{note}.out", os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
    os.dup2(out, 1)
    os.dup2(out, 2)
    if mutant is not None:
        sys.meta_path.insert(0, _Finder(mutant.module, mutant.source(SOURCES)))
    options = ["-x", "-q", "--no-header", "--tb=no", "--assert=plain", "--hypothesis-seed=0"]
    options += ["-p", "no:cacheprovider", "-p", "no:xdist"]
    code = 0
    for some in (tests[:FIRST], tests[FIRST:]):  # most edits end in the first: the others need not even be collected
        if some and code == 0:
            code = int(pytest.main([*options, *some], plugins=[_Watch(note)]))
    sys.stdout.flush()
    os._exit(code)


@dataclass
class Run:
    """A process that tries an edit."""

    mutant: Optional[Mutant]
    note: str
    code: int = 0
    seconds: float = 0.0
    """Of the processor, so that it is the same whatever else the machine does."""

    @property
    def killer(self) -> str:
        """The test that failed first."""
        text = Path(self.note).read_text()
        return text or ("" if self.code == 0 else "too long" if self.late else f"exit code {self.code}")

    @property
    def late(self) -> bool:
        """Whether it took longer than it may."""
        return self.code in {-signal.SIGXCPU, -signal.SIGKILL}


class Trial:
    """Tries edits on a room's tests, some at a time."""

    def __init__(self, room: Room, jobs: int) -> None:
        self._room = room
        self._jobs = jobs
        self._folder = tempfile.mkdtemp()
        self._killers: Dict[str, Counter[str]] = defaultdict(Counter)
        self._files = [path for name in room.tests for path in _files(ROOT / "tests" / name)]
        self._texts = {path: path.read_text() for path in self._files}

    def run(self, mutants: Sequence[Optional[Mutant]], *, live: bool = False, limit: float = 3600) -> List[Run]:
        """Try all; ``None`` is the code as it is."""
        running: Dict[int, Run] = {}
        try:
            return self._run(list(reversed(mutants)), running, live, limit)
        finally:  # also when this process is told to end: nobody else would end an endless loop
            for pid in running:
                os.killpg(pid, signal.SIGKILL)

    def _run(self, waiting: List[Optional[Mutant]], running: Dict[int, Run], live: bool, limit: float) -> List[Run]:
        done: List[Run] = []
        count = len(waiting)
        while waiting or running:
            while waiting and len(running) < self._jobs:
                pid, run = self._start(waiting.pop(), live, len(done) + len(running), limit)
                running[pid] = run
            pid, status, used = os.wait4(-1, os.WNOHANG)
            if pid in running:
                run = running.pop(pid)
                run.code = os.waitstatus_to_exitcode(status)
                run.seconds = used.ru_utime + used.ru_stime
                done.append(run)
                self._tell(run, len(done), count)
                continue
            time.sleep(0.02)
        return done

    def _start(self, mutant: Optional[Mutant], live: bool, number: int, limit: float) -> Tuple[int, Run]:
        note = f"{self._folder}/{'live' if live else 'quick'}{number}-{time.monotonic_ns()}"
        Path(note).touch()
        tests = [str(ROOT / "tests" / name) for name in self._room.live] if live else self._ordered(mutant)
        gc.freeze()
        pid = os.fork()
        if not pid:
            try:
                child(mutant, tests, live=live, note=note, limit=limit)
            finally:
                os._exit(99)
        return pid, Run(mutant, note)

    def _ordered(self, mutant: Optional[Mutant]) -> List[str]:
        """The test files: what has killed most edits of the module, what names it, then the others; its doctests first."""
        if mutant is None:
            return [str(path) for path in self._files]
        stem = Path(mutant.module).stem
        killed = self._killers[mutant.module]
        names = re.compile(rf"opscope\.\w+\.{stem}\b")

        def rank(path: Path) -> Tuple[int, bool, bool, int]:
            text = self._texts[path]
            named = path.stem == f"test_{stem}" or names.search(text) is not None
            large = "shared" in text or "slow" in text  # real files
            return -killed[path.name], not named, large, len(text)

        files = [str(path) for path in sorted(self._files, key=rank)]
        source = SOURCES / mutant.module
        return [str(source), *files] if ">>>" in source.read_text() else files

    def _tell(self, run: Run, number: int, count: int) -> None:
        if run.mutant is None:
            return
        killer = run.killer
        self._killers[run.mutant.module][Path(killer.partition("::")[0]).name] += 1
        if run.code == 0:
            print(f"{number}/{count} lives: {run.mutant.module}:{run.mutant.line} {run.mutant.operator}", flush=True)
            print(f"    {run.mutant.before}\n    {run.mutant.after}", flush=True)
        elif number % 25 == 0:
            print(f"{number}/{count}", flush=True)


def _files(place: Path) -> List[Path]:
    """The test files of a folder, or the one file."""
    return sorted(place.glob("test_*.py")) if place.is_dir() else [place]


def try_room(name: str, mutants: Sequence[Mutant], jobs: int, *, live: bool) -> List[Run]:
    """Every edit's run; the last one that it survived, or the first that noticed it."""
    room, trial = ROOMS[name], Trial(ROOMS[name], jobs)
    plain = trial.run([None])[0]
    if plain.code != 0:
        sys.exit(f"error: the tests fail without an edit ({plain.killer}); see {plain.note}.out")
    print(f"{len(mutants)} edits of {name}; without one the tests take {plain.seconds:.1f} s of the processor")
    runs = trial.run(mutants, limit=5 + 2 * plain.seconds)
    alive = [run.mutant for run in runs if run.code == 0]
    if alive and room.live and live:
        plain = trial.run([None], live=True)[0]
        if plain.code != 0:
            sys.exit(f"error: the live tests fail without an edit ({plain.killer}); see {plain.note}.out")
        print(f"{len(alive)} go on to the tests with TensorFlow, {plain.seconds:.0f} s each")
        again = trial.run(alive, live=True, limit=20 + 2 * plain.seconds)
        runs = [run for run in runs if run.code != 0] + again
    return runs


def write(record: dict) -> None:
    """The record, and the table made of it."""
    RECORD.write_text(json.dumps(record, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    lines = [
        "# mutants", "",
        "`make mutants ROOM=...`: a seeded sample of small edits, each tried against the room's tests (`tools/mutants.py`).", "",
        "| room | modules | edits tried | noticed | of these by time | unnoticed: they change nothing | not explained |",
        "|---|---|---|---|---|---|---|",
    ]  # fmt: skip
    for name, room in sorted(record.items()):
        alive = room["survivors"]
        equal = sum(one["why"].startswith("same") for one in alive)
        without = f", without {', '.join(room['without'])}" if room["without"] else ""
        share = 100 * (1 - len(alive) / room["tried"])
        lines.append(
            f"| {name} | {room['modules']}{without} | {room['tried']} | {room['tried'] - len(alive)} ({share:.1f} %)"
            f" | {room['time']} | {equal} of {len(alive)} | {sum(not one['why'] for one in alive)} |"
        )
    for name, room in sorted(record.items()):
        lines += ["", f"## {name}: what no test notices", ""]
        lines += ["| where | as it is | edited | why |", "|---|---|---|---|"] if room["survivors"] else ["Nothing."]
        for one in room["survivors"]:
            cells = [f"{one['module']}:{one['line']}", f"`{one['before']}`", f"`{one['after']}`", one["why"]]
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    TABLE.write_text("\n".join(lines) + "\n", encoding="utf-8")


def copy() -> None:
    """Make the copy; the real files beside the checkout, where there are any, lie beside it too."""
    atexit.register(shutil.rmtree, ROOT.parent, ignore_errors=True)
    for name in ("src", "tests"):
        shutil.copytree(HERE / name, ROOT / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("conftest.py", "pyproject.toml"):
        shutil.copy(HERE / name, ROOT / name)
    if (HERE.parent / "shared").is_dir():
        (ROOT.parent / "shared").symlink_to(HERE.parent / "shared")
    sys.path.insert(0, str(ROOT / "src"))
    os.environ["PYTHONPATH"] = str(ROOT / "src")
    os.chdir(ROOT)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("room", choices=[*ROOMS, "table"], help="`table` writes the table of the record again")
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--modules", nargs="*", help="only these files of the room; nothing is recorded")
    parser.add_argument("--without", nargs="*", default=[], help="not these files of the room")
    parser.add_argument("--no-live", action="store_true", help="without the tests that need TensorFlow")
    parser.add_argument("--again", action="store_true", help="only what survived last time; the others count as then")
    options = parser.parse_args()
    os.nice(10)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("ended from outside"))
    record = json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    if options.room == "table":
        write(record)
        return
    copy()
    paths = [path for pattern in ROOMS[options.room].sources for path in sorted(SOURCES.glob(pattern))]
    paths = [
        path for path in paths if path.name not in options.without and path.name in (options.modules or [path.name])
    ]
    modules = [path.relative_to(SOURCES).as_posix() for path in paths]
    mutants = sample(SOURCES, modules, options.count, options.seed)
    old = record.get(options.room, {"survivors": []})
    lived = {(one["module"], one["before"], one["after"]): one["why"] for one in old["survivors"]}
    tried = [m for m in mutants if not options.again or (m.module, m.before, m.after) in lived]
    runs = try_room(options.room, tried, options.jobs, live=not options.no_live)
    alive = sorted((run.mutant for run in runs if run.code == 0), key=lambda one: (one.module, one.line))
    print(f"{len(alive)} of {len(mutants)} live")
    if options.modules:
        return
    record = (
        json.loads(RECORD.read_text(encoding="utf-8")) if RECORD.exists() else {}
    )  # another room may be done by now
    record[options.room] = {
        "modules": len(modules), "without": options.without, "seed": options.seed, "tried": len(mutants),
        "time": old.get("time", 0) if options.again else sum(run.late for run in runs),
        "survivors": [
            {"module": one.module, "line": one.line, "operator": one.operator, "before": one.before, "after": one.after,
             "why": lived.get((one.module, one.before, one.after), "")}
            for one in alive
        ],
    }  # fmt: skip
    write(record)


if __name__ == "__main__":
    main()
