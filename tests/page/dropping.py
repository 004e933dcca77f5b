"""Files dropped on a page in the browser."""

from __future__ import annotations

from typing import Any, Mapping

DROP = """([target, files]) => {
  const data = new DataTransfer();
  for (const [name, content] of Object.entries(files)) data.items.add(new File([content], name));
  for (const kind of ['dragenter', 'dragover', 'drop']) target.dispatchEvent(new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true, composed: true}));
}"""


def drop(page: Any, files: Mapping[str, str], target: str = "document.body") -> None:
    """Drop files, by name and content, on what the expression `target` finds."""
    page.evaluate(f"(files) => ({DROP})([{target}, files])", dict(files))


def frames(page: Any, count: int, where: str = "#files") -> "list[Any]":
    """The frames of the graphs that are shown, from left to right, once all of them are drawn."""
    place = page.locator(where)
    shown = place.locator(".shown:not(.coming) iframe")
    shown.nth(count - 1).wait_for(state="visible")
    place.locator(".shown.coming").wait_for(state="detached")
    assert shown.count() == count
    return [handle.content_frame() for handle in shown.element_handles()]


def title(frame: Any) -> str:
    """The name of the graph in a frame."""
    return str(frame.inner_text(".title h1"))


def told(page: Any, where: str = "#files") -> str:
    """What is said over the page of a file that was dropped."""
    note = page.locator(f"{where} .note")
    note.locator("p").wait_for()
    return str(note.locator("p").inner_text())
