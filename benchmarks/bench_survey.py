"""A survey of 2,000 model files, 1 KB to 7 MB: in one process, in one and in two of Dask's, beside a shell loop over `opscope summary --json`.

    PYTHONPATH=src python benchmarks/bench_survey.py [FILES]

Needs `pip install 'opscope[survey]'`. Takes some three minutes with 2,000 files on a quiet machine of two cores. Python's compiled files are kept in a folder of the run, and made by a survey before
the first one that counts: where they are not written, each process would compile opscope anew, which is no part of the question.
"""

from __future__ import annotations

import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Dict, List, NamedTuple, Optional

from generated import field

WILD = Path(__file__).resolve().parents[2] / "shared" / "wild"
FILES = 2000
LOOPED = 60
"""How many of the files the shell loop gets; it takes as long for each other one."""
KINDS = (
    ("tflite/add4.tflite", 30), ("tflite/fully_connected.tflite", 15), ("tf1.1-half_plus_two", 10), ("tf2.0-multiple_signatures", 8),
    ("tf2.2-mixed_precision", 8), ("tf2.3-flask", 12), ("tf2.10-dcnn", 8), ("tf2.7-gan_generator", 4), ("tf2.10-lstm_text", 2),
    ("tf1.6-word_segmentation", 1), ("frozen/lstm.pb", 1), ("tf2.15-seq2seq", 1),
)  # fmt: skip
"""Models of others, and how often each of them is among the copies."""
EFFICIENCY = 0.8
LARGEST = 7_000_000
DAMAGED, PADDED = 0.03, 0.05
"""Shares of the files that are damaged, and that get a constant of up to `LARGEST` bytes."""


class Survey(NamedTuple):
    """One run of the command."""

    seconds: float
    processor: float
    peak: float
    """MB of the largest process."""
    rows: int
    failed: int


def main() -> None:
    """Print the table."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else FILES
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        size = make_models(folder / "models", count)
        few = make_models(folder / "few", 10) and folder / "few"
        for jobs in (None, 1):
            survey(few, jobs, folder)
        print(f"{count:,} files, {size / 1e6:.0f} MB, {DAMAGED:.0%} of them damaged\n")
        print("| | s | files/s | processor s | peak MB of a process | rows | not read |")
        print("|---|---|---|---|---|---|---|")
        whole = told("in process", survey(folder / "models", None, folder), count)
        one = told("`--jobs 1`", survey(folder / "models", 1, folder), count)
        two = told("`--jobs 2`", survey(folder / "models", 2, folder), count)
        loop = looped(folder / "models") if whole else None
        if loop is not None:
            print(
                f"| shell loop over `opscope summary --json`, {LOOPED} of them | {loop:.1f} | {LOOPED / loop:.1f} | | | | |"
            )
    if one and two and whole and loop:
        start = f"Starting Dask and its processes is part of the time. Efficiency of two processes beside in process: {whole.seconds / two.seconds / 2:.2f} (at least {EFFICIENCY} is asked for)"
        print(
            f"\n{start}, beside one process: {one.seconds / two.seconds / 2:.2f}. In process it is {loop / LOOPED * count / whole.seconds:.0f} times as fast as the loop.\n"
        )


def make_models(folder: Path, count: int) -> int:
    """Copies of models, some of them damaged or padded; how many bytes they have."""
    chance = random.Random(21)
    names, weights = zip(*KINDS)
    for number, name in enumerate(chance.choices(names, weights, k=count)):
        place = folder / f"{number % 20:02}" / f"{number:04}-{Path(name).name}"
        source = WILD / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if source.is_dir():
            shutil.copytree(source, place)
            place = place / "saved_model.pb"
        else:
            shutil.copy(source, place)
        place.chmod(0o644)
        draw = chance.random()
        if draw < DAMAGED:
            data = bytearray(place.read_bytes())
            data[chance.randrange(len(data) // 2) :] = b""
            place.write_bytes(data)
        elif draw < DAMAGED + PADDED:
            frozen = (WILD / "frozen" / "lstm.pb").read_bytes()
            large = place.parent / f"{number:04}-large.pb"
            large.write_bytes(frozen + constant(chance.randrange(LARGEST - len(frozen)), chance))
            place.unlink()
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def constant(size: int, chance: random.Random) -> bytes:
    """A node of a GraphDef: a constant of so many bytes, which graph.proto's field 1 adds to those before it."""
    tensor = b"\x08\x04" + field(2, field(2, b"\x08" + _number(size))) + field(4, chance.randbytes(size))
    values = field(5, field(1, b"value") + field(2, field(8, tensor))) + field(
        5, field(1, b"dtype") + field(2, b"\x30\x04")
    )
    return field(1, field(1, b"large") + field(2, b"Const") + values)


def _number(value: int) -> bytes:
    """A varint of protobuf."""
    parts = bytearray()
    while value > 127:
        parts.append(value & 127 | 128)
        value >>= 7
    return bytes([*parts, value])


def survey(models: Path, jobs: Optional[int], folder: Path) -> Optional[Survey]:
    """Run the command; ``None`` if Dask is not installed."""
    rows = folder / f"rows-{models.name}-{jobs}.jsonl"
    command = [sys.executable, "-m", "opscope", "survey", str(models), "-o", str(rows)]
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(
        [*command, *([] if jobs is None else ["--jobs", str(jobs)])],
        capture_output=True, text=True, check=False, env=compiled_kept(folder),
    )  # fmt: skip
    seconds, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode:
        print(f"| {done.stderr.strip()} | | | | | | |")
        return None
    read = [json.loads(line) for line in rows.read_text(encoding="utf-8").splitlines()]
    processor = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    failed = sum(row["error"] is not None for row in read)
    return Survey(seconds, processor, after.ru_maxrss / 1024, len(read), failed)


def compiled_kept(folder: Path) -> Dict[str, str]:
    """The environment of a process that keeps what Python compiles."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}


def told(title: str, found: Optional[Survey], count: int) -> Optional[Survey]:
    """The survey, once its row is printed."""
    if found is not None:
        print(
            f"| {title} | {found.seconds:.1f} | {count / found.seconds:.1f} | {found.processor:.1f} | {found.peak:.0f} | {found.rows:,} | {found.failed:,} |",
            flush=True,
        )
    return found


def looped(folder: Path) -> float:
    """How long a shell's loop takes for some of the models."""
    every: List[Path] = sorted(path for place in folder.iterdir() for path in place.iterdir())
    some = every[:: max(1, len(every) // LOOPED)][:LOOPED]
    script = 'for path; do "$PYTHON" -m opscope summary "$path" --json --cost >> "$OUT" 2>&1 || true; done'
    environment = {**compiled_kept(folder.parent), "PYTHON": sys.executable, "OUT": str(folder.parent / "loop.txt")}
    begun = time.perf_counter()
    subprocess.run(["sh", "-c", script, "sh", *map(str, some)], env=environment, check=True)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
