"""Runs the test suite on every supported TensorFlow, each in its own environment under .ci-envs/.

    python tools/matrix.py [--jobs 2] [--others] [--list] [ROW ...] [-- PYTEST ARGUMENTS]

Interpreters are found by tools/find-python. One that is absent fails the run in CI (CI=true) and is skipped, visibly,
elsewhere. An environment is made once and used again while its row and the package's dependencies stay the same.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Dict, List, Optional, Tuple

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ROOT / ".ci-envs"


@dataclass(frozen=True)
class Row:
    """One row of the matrix: a Python, what is installed beside opscope, and which tests it is there to run.

    A test runs in each row whose versions can change its outcome, and in no other. What asks nothing of TensorFlow runs on the oldest and
    the newest Python; what looks at what TensorFlow makes, on each TensorFlow; what rests on source lines, code objects and classes, on each Python with TensorFlow.
    """

    name: str
    python: str
    packages: Tuple[str, ...]
    require: str = "tensorflow"
    """What must not be absent: a test that is skipped for want of it fails."""
    asks: Tuple[str, ...] = ()
    """Only the test files that use one of these packages run, as tests/package_use.py tells; all of them where it is empty."""
    tests: Tuple[str, ...] = ()
    """Only these files and folders run, where other rows have what the rest asks about."""


_BOARD = "tensorflow tensorboard"
"""Of rows whose TensorFlow brings TensorBoard; the newest has none of its own."""

_BY_TENSORFLOW = (
    "tests/capture", "tests/check", "tests/cost", "tests/executed", "tests/load", "tests/passes", "tests/profile", "tests/shapes",
    "tests/tensorboard_tab", "tests/test_docs.py", "tests/test_visualize.py",
)  # fmt: skip
"""The rooms that look at what a TensorFlow makes: graphs, files, profiles. What those behind them do with it, the command, comparisons,
drawings and their processes, is told by the oldest and the newest."""

_BY_PYTHON = (
    "tests/capture", "tests/check/test_comments_and_signatures.py", "tests/check/test_ignore_comments.py",
    "tests/check/test_python_in_graph.py", "tests/check/test_retraced.py", "tests/check/test_rulebook.py",
    "tests/cli/test_names.py", "tests/cli/test_stop.py", "tests/demo", "tests/profile/test_callback.py",
    "tests/profile/test_feed.py", "tests/test_one_module.py", "tests/test_signatures.py", "tests/test_visualize.py",
)  # fmt: skip
"""What rests on how a Python runs, names and inspects the user's code, with TensorFlow. Costs, shapes, profiles and drawings of what was
traced depend on TensorFlow alone."""

_BY_KERAS = (
    "tests/capture/test_keywords.py", "tests/capture/test_layer_settings.py", "tests/capture/test_layers.py",
    "tests/capture/test_rebuilt_model.py", "tests/capture/test_silent_layers.py", "tests/capture/test_step_settings.py",
    "tests/capture/test_training_steps.py", "tests/load/test_checkpoints_live.py", "tests/load/test_keras_2_files.py",
    "tests/load/test_keras_2_layers.py", "tests/load/test_schema.py", "tests/profile/test_callback.py",
)  # fmt: skip
"""What uses the Keras 2 of `tf_keras`, and what looks for it among the modules. Elsewhere `tf.keras` stays Keras 3, as in the newest row."""

_BY_FILES = (
    "src", "tests/cli", "tests/executed", "tests/load", "tests/notebooks", "tests/profile", "tests/render", "tests/survey", "tests/tensorboard_tab", "tests/test_docs.py", "tests/test_one_module.py",
    "tests/test_package.py", "tests/test_rooms.py", "tests/test_signatures.py", "tests/test_visible.py", "tests/workers",
)  # fmt: skip
"""What reads and writes files, and so looks for packages that may be absent; the rooms between look for none."""

ROWS = (
    # The oldest of everything: each test, so also each line of the package in the oldest syntax.
    Row("tf2.4-py3.8", "3.8", ("tensorflow-cpu==2.4.4", "protobuf<3.21", "numpy<1.20"), _BOARD),
    # Keras 2 in packages of its own, with the fused optimizers; then with those written in Python.
    Row(
        "tf2.10-py3.10", "3.10", ("tensorflow-cpu==2.10.1", "protobuf<3.20", "numpy<2"), _BOARD,
        asks=("tensorflow", "tensorboard"), tests=_BY_TENSORFLOW,
    ),
    Row(
        "tf2.15-py3.11", "3.11", ("tensorflow-cpu==2.15.1",), _BOARD,
        asks=("tensorflow", "tensorboard"), tests=_BY_TENSORFLOW,
    ),
    # The TensorFlow of the newest row on the Python before: what a Python changes.
    Row("tf2.21-py3.12", "3.12", ("tensorflow-cpu==2.21.0",), asks=("tensorflow",), tests=_BY_PYTHON),
    # The newest of everything: each test.
    Row("tf2.21-py3.13", "3.13", ("tensorflow-cpu==2.21.0",)),
    # The newest with Keras 2 beside Keras 3.
    Row(
        "tf2.21-tf_keras-py3.13", "3.13", ("tensorflow-cpu==2.21.0", "tf_keras==2.21.0"), "tensorflow tf_keras",
        asks=("tensorflow", "tf_keras"), tests=_BY_KERAS,
    ),
    # Without TensorFlow and all that comes with it: what reads files.
    Row("no-tf-py3.12", "3.12", ("pandas>=1.2,<4",), "pandas", tests=_BY_FILES),
    # TensorFlow's own reader of profiles brings a hundred packages, which no other row is to have.
    Row("xprof-py3.12", "3.12", ("xprof==2.24.2",), "xprof", asks=("xprof",), tests=("tests/profile/test_xprof.py",)),
)  # fmt: skip


@dataclass(frozen=True)
class Outcome:
    """How one row ended: ``passed``, ``failed`` or ``skipped``, with a closing line and the time it took."""

    row: Row
    state: str
    line: str
    seconds: float


def installed(package: str) -> Optional[str]:
    """The version of a package in the Python that runs this; ``None`` if it is not there."""
    try:
        return version(package)
    except PackageNotFoundError:
        return None


def is_here(row: Row) -> bool:
    """Whether the Python that runs this is as that of the row: of its version, with the same TensorFlow and Keras."""
    running = ".".join(map(str, sys.version_info[:2]))
    pinned = dict(package.split("==") for package in row.packages if "==" in package)
    return row.python == running and all(
        installed(name) == pinned.get(name) for name in ("tensorflow-cpu", "tf_keras", "xprof")
    )


def find_python(wanted: str) -> Optional[str]:
    """The path of that Python, or ``None``."""
    found = subprocess.run([ROOT / "tools/find-python", wanted], capture_output=True, text=True, check=False)
    return found.stdout.strip() or None


def prepare(row: Row, python: str, log: Path) -> str:
    """Make the row's environment, or take the one that is there; returns its Python."""
    folder = ENVIRONMENTS / row.name
    binary = folder / "bin" / "python"
    stamp = folder / ".installed"
    # Only what is installed counts, not the settings of tools further down.
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8").partition("[tool.")[0]
    wanted = hashlib.sha256(f"{row.python} {row.packages} {declared}".encode()).hexdigest()
    if not stamp.exists() or stamp.read_text() != wanted:
        shutil.rmtree(folder, ignore_errors=True)
        run([python, "-m", "venv", folder], log)
        run([binary, "-m", "pip", "install", "--upgrade", "pip"], log)
        run([binary, "-m", "pip", "install", "--editable", f"{ROOT}[test]", *row.packages], log)
        stamp.write_text(wanted)
    return str(binary)


def run(command: List[object], log: Path, environment: Optional[Dict[str, str]] = None) -> None:
    """Run a command with its output at the end of `log`; `CalledProcessError` when it fails."""
    with log.open("a") as out:
        out.write(f"$ {' '.join(map(str, command))}\n")
        out.flush()
        subprocess.run(
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=out, stderr=out, check=True, cwd=ROOT,
            env={**os.environ, **(environment or {})},
        )  # fmt: skip


def test(row: Row, arguments: List[str]) -> Outcome:
    """Install and test one row; its whole output goes to .ci-envs/<row>.log."""
    started = time.monotonic()
    log = ENVIRONMENTS / f"{row.name}.log"
    log.write_text("")
    python = find_python(row.python)
    if python is None:
        state = "failed" if os.environ.get("CI") else "skipped"
        return Outcome(row, state, f"Python {row.python} was not found", 0.0)
    require = f"{os.environ.get('OPSCOPE_REQUIRE', '')} {row.require}"
    settings = {"OPSCOPE_REQUIRE": require, "TF_CPP_MIN_LOG_LEVEL": "3", "PYTHONPATH": ""}
    # Random examples are for `make test`; a row asks what its versions change.
    settings["OPSCOPE_MATRIX_ROW"] = " ".join(row.asks) or "everything"
    try:
        binary = prepare(row, python, log)
        run([binary, "-m", "pytest", "-q", "-p", "no:cacheprovider", *row.tests, *arguments], log, settings)
        state = "passed"
    except subprocess.CalledProcessError:
        state = "failed"
    return Outcome(row, state, closing_line(log), time.monotonic() - started)


def closing_line(log: Path) -> str:
    """Pytest's last count in a log, or the log's last line."""
    lines = [line for line in log.read_text(errors="replace").splitlines() if line.strip()]
    counts = [line for line in lines if re.search(r"\d+ (passed|failed|error)", line)]
    return (counts or lines or ["no output"])[-1].strip("= ")


def report(outcomes: List[Outcome]) -> bool:
    """Print the failed rows' logs, then one line a row; true when none failed."""
    for outcome in outcomes:
        if outcome.state == "failed":
            log = ENVIRONMENTS / f"{outcome.row.name}.log"
            print(f"\n===== {outcome.row.name} =====", *log.read_text(errors="replace").splitlines()[-150:], sep="\n")
    print("\nmatrix:")
    for outcome in outcomes:
        print(f"  {outcome.state:8}{outcome.row.name:26}{outcome.seconds:6.0f} s  {outcome.line}")
    return all(outcome.state != "failed" for outcome in outcomes)


def main() -> int:
    """Test the rows named on the command line, or all."""
    arguments = sys.argv[1:]
    split = arguments.index("--") if "--" in arguments else len(arguments)
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rows", nargs="*", metavar="ROW", help=", ".join(row.name for row in ROWS))
    parser.add_argument("--jobs", type=int, default=2, help="rows tested at the same time")
    parser.add_argument(
        "--others", action="store_true", help="leave out the row that the running Python and its TensorFlow are"
    )
    parser.add_argument("--list", action="store_true", help="print the rows' names, and test none")
    options = parser.parse_args(arguments[:split])
    unknown = set(options.rows) - {row.name for row in ROWS}
    if unknown:
        parser.error(f"no such row: {', '.join(sorted(unknown))}")
    rows = [row for row in ROWS if not options.rows or row.name in options.rows]
    if options.others:
        rows = [row for row in rows if not is_here(row)]
    if options.list:
        print(*(row.name for row in rows), sep="\n")
        return 0
    ENVIRONMENTS.mkdir(exist_ok=True)
    with ThreadPoolExecutor(options.jobs) as pool:
        outcomes = list(pool.map(lambda row: test(row, arguments[split + 1 :]), rows))
    return 0 if report(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
