"""Headless Chromium to measure in, and what the operating system says of it."""

from __future__ import annotations

import os
import shutil
import signal
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Timer
from typing import Any, Iterator, List, Optional

QUIET = (
    "--headless", "--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update",
    "--disable-sync",
)  # fmt: skip
NO_GPU = ("--disable-gpu",)
SOFTWARE_WEBGL = ("--use-angle=swiftshader", "--enable-unsafe-swiftshader")
"""For Model Explorer, which draws with WebGL and nothing else."""


def chromium() -> Optional[str]:
    """The browser's path; nothing is downloaded."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


@contextmanager
def opened(playwright: Any, program: str, extra: "tuple[str, ...]" = NO_GPU) -> Iterator[Any]:
    """A fresh browser with one empty page, so that no measurement warms up another."""
    browser = playwright.chromium.launch(executable_path=program, args=[*QUIET, *extra])
    try:
        yield browser.new_page(viewport={"width": 1440, "height": 900})
    finally:
        browser.close()


def renderers(page: Any) -> List[int]:
    """The processes that draw pages."""
    processes = page.context.browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    return [process["id"] for process in processes if process["type"] == "renderer"]


def renderer_memory(page: Any) -> float:
    """Resident memory of the page's browser's largest renderer, in MiB, once it has collected its garbage."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    session.detach()
    sizes = [0.0]
    for process in renderers(page):
        status = Path(f"/proc/{process}/status")
        if status.exists():
            line = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmRSS"))
            sizes.append(int(line.split()[1]) / 1024)
    return max(sizes)


@contextmanager
def patience(page: Any, seconds: float) -> Iterator[None]:
    """End a page that is still busy after so long: what it was asked then fails, instead of waiting forever."""
    found = renderers(page)

    def end() -> None:
        for process in found:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)

    timer = Timer(seconds, end)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def percentile(values: List[float], share: float) -> float:
    """The value that `share` of them do not exceed."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("nan")
