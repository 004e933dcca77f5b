"""Coverage-guided fuzzing: whatever opscope reads gives a clear error or a result, never anything else, never slowly.

    pip install atheris; python tools/fuzz.py [--seconds 60] [--seed 7] [--only models values] [FILE OR FOLDER OF MODELS ...]

Four kinds of input, each a module of tools/fuzzing: model files, opscope's JSON, graphs made of the small values that
shapes and loops depend on, recorded profiles. Atheris (libFuzzer) steers by the branches of the package. Every try is
counted as a clear error, a result, or a finding: any other exception, more processor time than --slowest, more than 1 GB. A
finding is written to --findings (an input to repeat it with: python tools/fuzz.py --only KIND --repeat INPUT) and fails the run.

Without --seed each run tries something else. With one, a commit has the same tries every time, as many as --seconds have room
for on a machine with nothing else to do (`TRIES`): one that is faster tries no more, and one that is slower, or does other things
beside, takes longer, up to `PATIENCE` times --seconds.
"""

from __future__ import annotations

import argparse
import importlib
import json
import os
import subprocess
import sys
import tempfile
import time
import traceback
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

TRIES = {"models": 3500, "graph_json": 1400, "values": 3000, "profiles": 700}
"""Kind -> how many tries a minute has if their number is to be the same each time: somewhat fewer than one core does."""
KINDS = tuple(TRIES)
PATIENCE = 5
"""So many times --seconds may tries take whose number is given, on a machine that does other things beside."""
LARGEST = 1000
"""Megabytes that a fuzzing process may hold."""
HANGING = 15
"""So many times --slowest, but by the clock, ends a try that may never end. A machine with much else to do is as slow as that."""
MOST_FINDINGS = 5
"""Findings of one kind after which it is no longer tried: they are likely one fault."""


@dataclass
class Counts:
    """What became of the tries of one kind of input."""

    kind: str
    seconds: float = 0.0
    tries: int = 0
    errors: int = 0
    results: int = 0
    findings: int = 0


def child(options: argparse.Namespace) -> None:
    """Fuzz one kind in this process; libFuzzer ends it, so the counts are written as they grow."""
    atheris = importlib.import_module("atheris")
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    with atheris.instrument_imports(include=["opscope"], exclude=["opscope.render.font"]):
        importlib.import_module("opscope.load.formats.saved_model")
        module = importlib.import_module(f"fuzzing.{options.child}")
    error = importlib.import_module("opscope.errors").OpscopeError
    target = module.make(options.paths)
    counts = {"tries": 0, "errors": 0, "results": 0}
    written = time.monotonic()

    def outcome(data: bytes) -> str:
        began, found = time.process_time(), "results"
        try:
            target.use(data)
        except error:
            found = "errors"
        if time.process_time() - began > options.slowest:
            raise TimeoutError(f"{time.process_time() - began:.0f} s of processor time")
        return found

    def one(data: bytes) -> None:
        nonlocal written
        counts["tries"] += 1
        try:
            counts[outcome(data)] += 1
        except BaseException:
            traceback.print_exc()  # libFuzzer ends the process without flushing what Python has to say
            sys.stderr.flush()
            raise
        if options.counts and time.monotonic() - written > 0.5:
            written = time.monotonic()
            options.counts.write_text(json.dumps(counts))

    if options.repeat:
        one(options.repeat.read_bytes())
        print(counts)
        return
    with tempfile.TemporaryDirectory() as folder:
        inputs = [Path(folder) / f"{number}" for number in range(len(target.seeds))]
        for path, data in zip(inputs, target.seeds):
            path.write_bytes(data)
        # A list of files, as libFuzzer takes those of a folder in the order in which the file system has them.
        (Path(folder) / "list").write_text(",".join(map(str, inputs)))
        hanging = options.slowest * HANGING
        limits = [
            f"-seed_inputs=@{folder}/list", f"-seed={options.seed}", f"-runs={options.tries}", f"-max_total_time={options.seconds}",
            f"-timeout={hanging}", f"-report_slow_units={hanging}", f"-rss_limit_mb={LARGEST}", f"-max_len={target.most_bytes}",
            f"-artifact_prefix={options.findings}/{options.child}-", "-verbosity=0",
        ]  # fmt: skip
        atheris.Setup([sys.argv[0], *limits], one)
        atheris.Fuzz()


def fuzz(kind: str, options: argparse.Namespace) -> Counts:
    """Fuzz one kind for its time, started again after each finding."""
    total, started = Counts(kind), time.monotonic()
    counts = options.findings / f"{kind}.counts"
    most = TRIES[kind] * options.seconds // 60
    seconds = options.seconds * (PATIENCE if options.seed else 1)
    while total.findings < MOST_FINDINGS and (total.tries < most or not options.seed):
        left = int(seconds - (time.monotonic() - started))
        if left < 1:
            break
        counts.write_text("{}")
        command = [
            sys.executable,
            str(Path(__file__).resolve()),
            "--child",
            kind,
            "--seconds",
            left,
            "--counts",
            counts,
        ]
        command += ["--slowest", options.slowest, "--findings", options.findings, *options.paths]
        if options.seed:  # the same one would lead to the same finding again
            command += ["--seed", options.seed + total.findings, "--tries", most - total.tries]
        done = subprocess.run(
            list(map(str, command)), capture_output=True, text=True, errors="replace", check=False,
            env={"PYTHONHASHSEED": "0", **os.environ},
        )  # fmt: skip
        for name, count in json.loads(counts.read_text()).items():
            setattr(total, name, getattr(total, name) + count)
        if not done.returncode:
            break
        total.findings += 1
        told = [line for line in done.stderr.splitlines() if not line.startswith(("INFO", "WARNING"))]
        print(f"\n===== {kind}: a finding =====", *told[-40:], sep="\n")
    total.seconds = time.monotonic() - started
    counts.unlink()
    return total


def table(rows: list[Counts]) -> str:
    """The counts as a Markdown table."""
    lines = ["| input | seconds | tries | clear errors | results | anything else |", "|---|---:|---:|---:|---:|---:|"]
    lines += [
        f"| {row.kind.replace('_', ' ')} | {row.seconds:,.0f} | {row.tries:,} | {row.errors:,} | {row.results:,} | {row.findings} |"
        for row in rows
    ]
    return "\n".join(lines)


def main() -> int:
    """Fuzz every kind; exit code 1 when anything was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=int, default=60, help="for each kind of input")
    parser.add_argument(
        "--seed", type=int, default=0, help="the same tries each time; 0, the default: others each time"
    )
    parser.add_argument("--only", nargs="+", choices=KINDS, default=KINDS, metavar="KIND", help=", ".join(KINDS))
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="kinds at the same time")
    parser.add_argument(
        "--slowest", type=int, default=20, help="seconds of processor time that one input may take, instrumented (20)"
    )
    parser.add_argument("--findings", type=Path, default=Path("fuzz-findings"), help="where inputs that fail go")
    parser.add_argument("--repeat", type=Path, metavar="INPUT", help="try one input again, and show what it raises")
    parser.add_argument("--child", choices=KINDS, help=argparse.SUPPRESS)
    parser.add_argument("--counts", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--tries", type=int, default=-1, help=argparse.SUPPRESS)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH", help="models to change")
    options = parser.parse_args()
    # A process that fuzzes works in a folder of its own.
    options.findings, options.paths = options.findings.resolve(), [path.resolve() for path in options.paths]
    options.repeat = options.repeat and options.repeat.resolve()
    if options.repeat:
        options.child = options.only[0]
    if options.child:
        child(options)
        return 0
    options.findings.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor(options.jobs) as pool:
        rows = list(pool.map(lambda kind: fuzz(kind, options), options.only))
    print(table(rows))
    return int(any(row.findings or not row.tries for row in rows))


if __name__ == "__main__":
    sys.exit(main())
