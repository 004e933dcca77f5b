"""What every test may use: golden files, the shared real files, and skips that a run can forbid."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Callable, Iterator

import pytest

SHARED = Path(__file__).resolve().parents[2] / "shared"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files instead of comparing")


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


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()
    word = _forbidden(report)
    if word:
        report.outcome = "failed"
        report.longrepr = f"skipped, but OPSCOPE_REQUIRE forbids it ({word}): {report.longrepr[2]}"


@pytest.hookimpl(hookwrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    outcome = yield
    report = outcome.get_result()
    word = _forbidden(report)
    if word:
        report.outcome = "failed"
        report.longrepr = f"skipped, but OPSCOPE_REQUIRE forbids it ({word}): {report.longrepr[2]}"
