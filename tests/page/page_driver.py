"""A page in the browser, driven by a test."""

from __future__ import annotations

from pathlib import Path
from typing import Any

PATIENCE = 60_000
"""Milliseconds of a page's life after which a condition that does not hold is a failure."""


def wait(page: Any, condition: str) -> None:
    """Until a condition in JavaScript holds; Playwright's own way evaluates a text, which the page's policy forbids."""
    page.evaluate(
        "(least) => new Promise((done, fail) => { const look = () => "
        f"({condition}) ? done() : performance.now() > least ? fail('never: ' + {condition!r}) : setTimeout(look, 10); look(); }})",
        PATIENCE,
    )


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
        wait(self.page, "document.documentElement.dataset.opscope !== 'loading'")
        return self

    def wait(self, condition: str) -> None:
        wait(self.page, condition)

    def run(self, script: str) -> Any:
        return self.page.evaluate(script)

    def saved(self, entry: str) -> Any:
        """The download that an entry of the menu *Save* gives."""
        self.page.click("button:has-text('Save')")
        with self.page.expect_download() as waiting:
            self.page.click(f"[role=menuitem]:has-text('{entry}')")
        return waiting.value

    def saved_svg(self) -> str:
        """The drawing as it is now, as the page saves it."""
        return Path(self.saved("SVG").path()).read_text(encoding="utf-8")


def of_pixels(answer: str) -> str:
    """A function for the page that takes a PNG in base64 and returns what `answer` says of its `context` and its `image`."""
    return (
        """async (picture) => {
  const image = new Image();
  image.src = 'data:image/png;base64,' + picture;
  await image.decode();
  const canvas = document.createElement('canvas'), context = canvas.getContext('2d');
  [canvas.width, canvas.height] = [image.width, image.height];
  context.drawImage(image, 0, 0);
"""
        + answer
        + "}"
    )


SHADOW = "document.querySelector('.overview').shadowRoot"
"""Where the overview's own elements are."""


def shown(opened: Any) -> str:
    """Which of the two is shown: what the page says of itself, after looking whether it is so."""
    pane = opened.page.locator(".overview")
    seen = [
        name
        for name, there in (
            ("overview", pane.count() > 0 and pane.is_visible()),
            ("drawing", opened.page.is_visible("canvas.drawing")),
        )
        if there
    ]
    assert seen == [opened.run("opscope.view().shown")]
    return seen[0]


def mark(opened: Any, text: str) -> Any:
    """The text of a mark of the overview; Playwright looks into shadow roots."""
    return opened.page.locator(f".overview text:text-is({text!r})").first


def details(opened: Any) -> str:
    """The name of what the details tell of."""
    return opened.page.inner_text(".details .name")
