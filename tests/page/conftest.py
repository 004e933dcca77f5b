"""A real browser for the page's tests; they are skipped where there is none."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

sys.path.insert(0, str(Path(__file__).parent))

QUIET = (
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--force-color-profile=srgb", "--font-render-hinting=none",
)  # fmt: skip


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium, one for the whole run."""
    sync_api = pytest.importorskip("playwright.sync_api")
    program = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
    if program is None:
        pytest.skip("no chromium found")
    with sync_api.sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(QUIET))
        yield started
        started.close()


class Opened:
    """A page that has been opened: `page` drives it, `requests` and `errors` list what it asked for and what went wrong."""

    def __init__(self, page: Any) -> None:
        self.page = page
        self.requests: "list[str]" = []
        self.errors: "list[str]" = []
        page.on("request", lambda request: self.requests.append(request.url))
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)

    def go(self, file: Path, link: str = "") -> "Opened":
        self.page.goto(file.as_uri() + (f"#{link}" if link else ""))
        self.page.wait_for_function("document.documentElement.dataset.opscope !== 'loading'")
        return self

    def run(self, script: str) -> Any:
        return self.page.evaluate(script)


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """``open_page(graph)`` saves a graph as a page, opens it from its file and waits until it is drawn."""
    from opscope.render.html import html

    contexts = []

    def opened(
        graph: Any, *, link: str = "", text: str = "", size: "tuple[int, int]" = (1280, 720), **options: Any
    ) -> Opened:
        file = tmp_path / f"page{len(contexts)}.html"
        file.write_text(text or html(graph), encoding="utf-8")
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", accept_downloads=True, **options
        )
        contexts.append(context)
        return Opened(context.new_page()).go(file, link)

    yield opened
    for context in contexts:
        context.close()
