"""What every test may use: golden files, the shared real files, a real browser, skips that a run can forbid, and the quick run."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.util import spec_from_loader
from pathlib import Path
from typing import Any, Callable, Dict, Iterator

import pytest

from package_use import uses
from run_kind import ASKED, CI, FEW, QUICK, ROW, TIMES

SHARED = Path(__file__).resolve().parents[2] / "shared"
HIDDEN = ("import of tensorflow halted", "import of playwright", "this run is quick")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files instead of comparing")


def pytest_configure() -> None:
    from hypothesis import settings

    # Without a limit on the time of an example: a busy machine may take any.
    settings.register_profile("other", max_examples=10 if FEW else 100 * TIMES, derandomize=CI, deadline=None)
    settings.load_profile("other")


def pytest_ignore_collect(collection_path: Path) -> "bool | None":
    """Leave out the test files that use none of the packages that a row of tools/matrix.py asks about."""
    if not ASKED or collection_path.suffix != ".py" or not collection_path.name.startswith("test_"):
        return None
    return not any(uses(package, collection_path) for package in ASKED) or None


def pytest_collection_modifyitems(items: "list[pytest.Item]") -> None:
    for item in items:
        if QUICK and item.get_closest_marker("slow"):
            item.add_marker(pytest.mark.skip(reason="slow, and this run is quick"))
        if ROW and item.get_closest_marker("alike"):
            item.add_marker(pytest.mark.skip(reason="alike in every row; `make test` runs it"))
    # Each of two processes takes the next file when it is done with one: a long one that came last would leave the other idle.
    long = {item.path for item in items if any(map(item.get_closest_marker, ("slow", "alike")))}
    items.sort(key=lambda item: item.path not in long)


@pytest.hookimpl(hookwrapper=True, tryfirst=True)
def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> Iterator[None]:
    """Say last what a quick run left out, so that nobody takes it for the whole suite."""
    yield
    if QUICK:
        reasons = [str(report.longrepr) for report in terminalreporter.stats.get("skipped", ())]
        hidden = sum(any(word in reason for word in HIDDEN) for reason in reasons)
        terminalreporter.write_line(
            f"quick: left out {hidden} tests and files that need TensorFlow or a browser or are slow;"
            f" {len(reasons) - hidden} others skipped. `make test` runs everything."
        )


def pytest_collectstart() -> None:
    """Teach old importers `find_spec`, which pytest asks of each: TF 2.4 pins a `six` from before there was one."""
    for finder in sys.meta_path:
        if not hasattr(finder, "find_spec"):
            type(finder).find_spec = lambda self, name, *_: (
                spec_from_loader(name, self) if self.find_module(name) else None
            )


@pytest.fixture(scope="session", autouse=True)
def _short_measurements() -> None:
    """On a busy machine no step's time is ever known within 5 %, and each profile would take its ten seconds. How well a time is known no test asks."""
    from opscope.profile.running import runner

    runner.UNPROFILED_SECONDS = 0.25


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """``golden(name, text)`` compares `text` with the file golden/`name` beside the test."""

    def check(name: str, text: str) -> None:
        path = request.path.parent / "golden" / name
        if request.config.getoption("--update-golden"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert path.exists(), f"{path} is missing; write it with: pytest {request.path} --update-golden"
        assert text == path.read_text(encoding="utf-8"), f"differs from {path}; if that is right: --update-golden"

    return check


@pytest.fixture
def shared() -> Path:
    """The folder of real files beside the checkout; tests that use it are skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("no shared files beside the checkout")
    return SHARED


def _forbidden(report: "pytest.TestReport | pytest.CollectReport") -> str:
    """The word of OPSCOPE_REQUIRE whose absence is the skip's reason ("could not import 'x'", "no x", "needs x")."""
    if not report.skipped or not isinstance(report.longrepr, tuple):
        return ""
    reason = str(report.longrepr[2])
    words = os.environ.get("OPSCOPE_REQUIRE", "").split()
    absent = r"(could not import '|\bno |\bneeds ){}\b(?! \d)"  # "needs TensorFlow 2.10" is about the version
    return next((word for word in words if re.search(absent.format(re.escape(word)), reason, re.IGNORECASE)), "")


def _unforeseen(report: "pytest.TestReport | pytest.CollectReport") -> str:
    """The package for want of which a test is skipped whose file is said not to use it, so that no row that asks about it would run the test."""
    path = Path(__file__).resolve().parents[1] / report.nodeid.partition("::")[0]
    if not report.skipped or not isinstance(report.longrepr, tuple) or not path.name.startswith("test_"):
        return ""
    missing = re.search(r"could not import '(tensorflow|tf_keras|xprof)\b", str(report.longrepr[2]))
    return missing.group(1) if missing and not uses(missing.group(1), path) else ""


def _judge(report: "pytest.TestReport | pytest.CollectReport") -> None:
    """Make a failure of a skip that is forbidden, or that shows a use which tests/package_use.py does not see."""
    word, package = _forbidden(report), _unforeseen(report)
    if word:
        report.longrepr = f"skipped, but OPSCOPE_REQUIRE forbids it ({word}): {report.longrepr[2]}"
    elif package:
        report.longrepr = f"skipped for want of {package}, which tests/package_use.py does not see that this file uses"
    if word or package:
        report.outcome = "failed"


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    outcome = yield
    _judge(outcome.get_result())


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    outcome = yield
    _judge(outcome.get_result())


@pytest.fixture
def small_graph():
    """A model of ten ops with one Dense layer called twice, a control edge, a dead op and Unicode in a name."""
    from graphs import Builder
    from opscope.graph.types import Source, TensorType, Variable

    rows = [TensorType("float32", (None, 4))]
    square = [TensorType("float32", (4, 4))]
    facts = {
        "outputs": tuple(rows), "variables": (0,), "parameters": 16, "layer_source": "recorded",
        "source": Source("net.py", 7, "call"),
    }  # fmt: skip
    make = Builder()
    net = make.group("net", "model", cls="Net", call=1, **facts)
    dense = make.group("dense", "layer", net, cls="Dense", call=1, **facts)
    again = make.group("dense", "layer", net, cls="Dense", call=2, path="net/dense#2", **facts)
    x = make.op("x", "Placeholder", out=rows)
    kernel = make.op("kernel", "Placeholder", out=[TensorType("float32", ())])
    for name, layer in (("net/dense", dense), ("net/dense_1", again)):
        read = make.op(f"{name}/Read", "ReadVariableOp", kernel, group=layer, out=square)
        product = make.op(f"{name}/MatMul", "MatMul", x, read, group=layer, out=rows)
        after = ["^net/dense/Relu"] if layer == again else []
        x = make.op(f"{name}/Relu", "Relu", product, *after, group=layer, out=rows)
    make.op("net/unused <&> \u00fc\u4e2d", "Neg", "x", group=net, out=rows)
    make.dead.append("net/unused <&> \u00fc\u4e2d")
    make.op("Identity", "Identity", x, out=rows)
    make.variables.append(Variable(0, "dense.kernel", "float32", (4, 4), True))
    return make.graph("net", ["x", "kernel"], {"output": "Identity"}, producer={"tensorflow": "2.21.0"})


@pytest.fixture
def from_function(tmp_path):
    """``from_function(function, *specs)``: what `load` reads of the function's traced GraphDef."""

    def build(function, *specs):
        import tensorflow as tf

        from opscope.load import load

        concrete = tf.function(function).get_concrete_function(*specs)
        file = tmp_path / "function.pb"
        file.write_bytes(concrete.graph.as_graph_def(add_shapes=True).SerializeToString())
        return load(file)

    return build


@pytest.fixture(scope="session")
def run_replicas() -> Callable[..., Dict[str, Any]]:
    """``run_replicas("train", ...)`` runs programs of replica_programs.py in one process, and gives what each of them found."""

    def run(*names: str) -> Dict[str, Any]:
        program = str(Path(__file__).with_name("replica_programs.py"))
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "CUDA_VISIBLE_DEVICES": ""}
        # Replicas that wait for each other do so forever.
        done = subprocess.run(
            [sys.executable, program, *names], env=environment, capture_output=True, text=True, check=False, timeout=300
        )
        assert done.returncode == 0, done.stderr[-3000:]
        return json.loads(done.stdout)

    return run


QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--force-color-profile=srgb", "--font-render-hinting=none",
)  # fmt: skip


PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
"""The first of these that is there: the same engine without a window around each page, which opens one in a third of the time; or a whole browser."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium, one for the whole run: a process can drive one alone."""
    sync_api = pytest.importorskip("playwright.sync_api")
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        pytest.skip("no chromium found")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield started
        started.close()
