"""Opens pages in the real browser of tests/conftest.py."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from page_driver import Opened


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
