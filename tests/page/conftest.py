"""A real browser for the page's tests; they are skipped where there is none."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from page_driver import Opened

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


@pytest.fixture
def open_page(browser: Any, tmp_path: Path) -> Iterator[Callable[..., Opened]]:
    """``open_page(graph)`` saves a graph as a page, opens it from its file and waits until it is drawn.

    It starts with the drawing; with `overview`, as `Graph.save` has it: large graphs start with their overview.
    """
    from opscope.render.options import Options
    from opscope.render.page.html import html
    from opscope.render.registry import output_for

    contexts = []

    def opened(
        graph: Any,
        *,
        link: str = "",
        text: str = "",
        size: "tuple[int, int]" = (1280, 720),
        sources: Any = True,
        overview: bool = False,
        **options: Any,
    ) -> Opened:
        file = tmp_path / f"page{len(contexts)}.html"
        if overview:
            text = str(output_for(".html").make(graph, Options(sources=sources)))
        file.write_text(text or html(graph, sources=sources), encoding="utf-8")
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce", accept_downloads=True, **options
        )
        contexts.append(context)
        return Opened(context.new_page()).go(file, link)

    yield opened
    for context in contexts:
        context.close()
