"""The tab in a real TensorBoard and a real browser."""

from __future__ import annotations

import os
import re
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest
from recorded_logs import MARKUP, contents, unpacked

import opscope
from servers import served

GET = "no tensorboard: python -m pip install -e '.[tensorboard]'"
LOCAL = re.compile(r"http://(127\.0\.0\.1|localhost)[:/]|data:|blob:|about:")
READY = "document.querySelector('iframe')?.contentDocument?.documentElement?.dataset.opscope === 'ready'"


def is_found() -> bool:
    """Whether TensorBoard finds the plugin: an installation from before there was one has no entry point."""
    from importlib.metadata import distribution

    return "opscope.tensorboard.plugin" in (distribution("opscope").read_text("entry_points.txt") or "")


@pytest.fixture(scope="module")
def logs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return unpacked(tmp_path_factory.mktemp("logs"))


@pytest.fixture(scope="module")
def server(logs: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a TensorBoard on this machine that shows the recorded logs."""
    pytest.importorskip("tensorboard", reason=GET)
    if not is_found():
        pytest.skip(GET)
    command = [sys.executable, "-m", "tensorboard.main", "--logdir", str(logs), "--host", "127.0.0.1", "--port", "0"]
    environment = {**os.environ, "PYTHONPATH": str(Path(opscope.__file__).parent.parent), "PYTHONUNBUFFERED": "1"}
    folder = tmp_path_factory.mktemp("empty")
    with served(command, r"http://127\.0\.0\.1:\d+/", cwd=folder, env=environment) as address:
        yield address[0]


@pytest.fixture
def opened(browser: Any, server: str) -> Iterator[Dict[str, Any]]:
    """TensorBoard at our tab: its page, the tab's frame, and what was asked for and went wrong in it."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.set_default_timeout(180_000)  # a busy machine may take any time
    page = context.new_page()
    asked: List[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server}#opscope")
    handle = page.wait_for_selector("iframe[src*='plugin_entry.html?name=opscope']")
    frame = handle.content_frame()
    frame.wait_for_selector("button.item")
    yield {"page": page, "frame": frame, "asked": asked}
    context.close()


def choose(frame: Any, run: str, name: str) -> None:
    """Click what is listed below a run."""
    frame.locator(f"xpath=//h2[text()={run!r}]/following-sibling::button[starts-with(., {name!r})]").first.click()


def test_a_profile_is_drawn_in_the_tab_of_tensorboard(opened: Dict[str, Any], logs: Path, tmp_path: Path) -> None:
    before = contents(logs)
    page, frame = opened["page"], opened["frame"]
    choose(frame, "tf221/loop", "profile")
    frame.wait_for_function(READY)
    inner = frame.query_selector("iframe").content_frame()
    assert inner.evaluate("opscope.search('op:MatMul')") == 2  # of the product, and of its gradient
    assert inner.get_by_text("Profiled step").count()
    frame.wait_for_function("document.querySelector('#said').textContent === 'tf221/loop: profile 2026_11_28_02_10_06'")
    # The next one takes its place.
    choose(frame, "tf215/keras/train", "keras")
    frame.wait_for_function("document.querySelector('iframe')?.title === 'tf215/keras/train: keras'")
    frame.wait_for_function(READY)
    assert frame.locator("iframe").count() == 1
    assert frame.locator("button.item[aria-current]").count() == 1
    page.screenshot(path=str(tmp_path / "tab.png"))
    assert [url for url in opened["asked"] if "/plugin/opscope/" in url and not LOCAL.match(url)] == []
    assert contents(logs) == before


def test_a_name_with_markup_is_text(opened: Dict[str, Any]) -> None:
    frame = opened["frame"]
    assert MARKUP in frame.locator("h2").all_text_contents()
    assert frame.locator("#list img").count() == 0
    frame.locator("h2", has_text=MARKUP).locator("xpath=following-sibling::button").first.click()
    frame.wait_for_function(READY)
    inner = frame.query_selector("iframe").content_frame()
    assert inner.locator("img[src=x]").count() == 0
    assert frame.locator("img").count() == 0


def test_what_cannot_be_shown_is_one_line(opened: Dict[str, Any]) -> None:
    frame = opened["frame"]
    choose(frame, "tf221/keras/train", "profile")
    frame.wait_for_selector("#said.failed")
    assert "Keras 3 logs layers alone" in frame.locator("#said").text_content()
    assert frame.locator("iframe").count() == 0


def test_a_page_whose_script_may_not_run_is_noticed(opened: Dict[str, Any]) -> None:
    page, frame = opened["page"], opened["frame"]
    stopped = "<!DOCTYPE html><html data-opscope='loading'><p>Reading the graph</p></html>"
    page.route("**/page?**", lambda route: route.fulfill(body=stopped, content_type="text/html"))
    page.clock.install()
    choose(frame, "tf221/loop/train", "graph_def")
    frame.wait_for_selector("iframe", state="attached")
    for _ in range(20):
        page.clock.run_for(1000)
    frame.wait_for_selector("#said.failed")
    assert "its script has not run" in frame.locator("#said").text_content()


def test_the_list_is_searched_by_words(opened: Dict[str, Any]) -> None:
    frame = opened["frame"]
    frame.locator("input").fill("tf24 PROFILE")
    assert frame.locator("h2").all_text_contents() == ["tf24/keras/train", "tf24/loop"]
    frame.locator("input").fill("nothing has this")
    assert frame.locator("h2").count() == 0
    assert "Nothing in the list has these words" in frame.locator("#list").text_content()
