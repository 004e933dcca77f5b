"""Graphs as values of cells in a real notebook: JupyterLab's own server and front end, and what nbconvert makes of it."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List

import pytest
from page_driver import wait
from page_graphs import chain, tagger

import opscope
from servers import served

GET = "no jupyterlab: python -m pip install 'jupyterlab>=4'"
CELLS = ("import opscope\nopscope.load('tagger.json')", "opscope.load('chain.json')")
LOCAL = re.compile(r"(http|ws)://(127\.0\.0\.1|localhost)[:/]|data:|blob:|about:")
QUIET = {"fetchNews": "false", "checkForUpdates": False}
"""JupyterLab's own settings against its question about news, which covers the drawing."""


def written(outputs: "List[Dict[str, Any]] | None" = None) -> str:
    """A notebook of the two cells, run when there are outputs."""
    run = outputs or [{}, {}]
    cells = [
        {
            "cell_type": "code", "id": f"cell{at}", "metadata": {}, "source": source, "execution_count": at + 1 if outputs else None,
            "outputs": [{"output_type": "execute_result", "execution_count": at + 1, "metadata": {}, "data": run[at]}] if outputs else [],
        }
        for at, source in enumerate(CELLS)
    ]  # fmt: skip
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return json.dumps({"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def server(tmp_path: Path) -> Iterator[str]:
    """The address of a JupyterLab on this machine, with the two graphs and a notebook in its folder."""
    pytest.importorskip("jupyterlab", reason=GET)
    folder = tmp_path / "notebooks"
    settings = tmp_path / "settings" / "@jupyterlab" / "apputils-extension"
    for made in (folder, settings):
        made.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(QUIET))
    tagger().save(folder / "tagger.json")
    chain(6).save(folder / "chain.json")
    (folder / "graphs.ipynb").write_text(written())
    homes = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "JUPYTERLAB_WORKSPACES_DIR")
    environment = {
        **os.environ,
        **{name: str(tmp_path / name.lower()) for name in homes},
        "JUPYTERLAB_SETTINGS_DIR": str(tmp_path / "settings"),
        "PYTHONPATH": str(Path(opscope.__file__).parent.parent),
        "OPENBLAS_NUM_THREADS": "1",
    }
    command = [
        sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0", "--ServerApp.port_retries=0",
        "--LabApp.extension_manager=readonly", "--LabApp.news_url=", f"--ServerApp.root_dir={folder}",
    ]  # fmt: skip
    with served(command, r"(http://127\.0\.0\.1:\d+/lab)\?(token=\w+)", env=environment, cwd=tmp_path) as address:
        yield "{}/tree/graphs.ipynb?reset&{}".format(*address.groups())


def pages(page: Any) -> List[Any]:
    """The frames of both cells, once both are drawn."""
    page.wait_for_function("document.querySelectorAll('iframe[title=opscope]').length === 2", timeout=60_000)
    frames = [handle.content_frame() for handle in page.query_selector_all("iframe[title=opscope]")]
    for inner in frames:
        wait(inner, "document.documentElement.dataset.opscope === 'ready'")
    return frames


def test_two_graphs_in_a_notebook_of_jupyterlab(browser, server, tmp_path):
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    requests, errors = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("websocket", lambda socket: requests.append(socket.url))
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(server)
    # A cell that is run before the kernel answers is not run at all.
    page.get_by_text("| Idle").wait_for(timeout=60_000)
    page.locator(".jp-CodeCell .jp-InputArea-editor").first.click()
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    one, other = pages(page)
    assert page.locator(".jp-OutputArea-output").count() == 2  # the pages, and nothing printed beside them

    # A group opens, and the other page stays as it was.
    before = other.evaluate("opscope.view()")
    assert one.evaluate("opscope.close('model/head') && opscope.view().open") == ["-model/head"]
    assert one.evaluate("opscope.open('model/head') && opscope.view().open") == []
    assert one.evaluate("opscope.search('op:Tanh')") == 5
    assert other.evaluate("opscope.view()") == before
    assert other.evaluate("opscope.search('op:Tanh')") != 5
    assert other.evaluate("opscope.open('layer_1')")

    # Keys go to the page that was clicked: two d's would delete the notebook's cell.
    cells = page.locator(".jp-CodeCell").count()
    box = page.locator("iframe[title=opscope]").first.bounding_box()
    page.mouse.click(box["x"] + 620, box["y"] + 560)
    page.keyboard.type("dd")
    assert page.locator(".jp-CodeCell").count() == cells
    page.screenshot(path=str(tmp_path / "lab.png"))

    # Saved and opened again, both are drawn without running anything: the notebook is the reader's own.
    page.locator(".jp-CodeCell .jp-InputArea-editor").first.click()
    with page.expect_response(lambda answer: answer.request.method == "PUT" and "graphs.ipynb" in answer.url):
        page.keyboard.press("Control+s")
    saved = json.loads((tmp_path / "notebooks" / "graphs.ipynb").read_text())["cells"][0]["outputs"][0]["data"]
    assert "".join(saved["text/plain"]) == tagger().summary()
    page.reload()
    pages(page)
    assert [url for url in requests if not LOCAL.match(url)] == []
    assert errors == []
    context.close()


def test_what_nbconvert_makes_of_a_notebook_keeps_the_pages(browser, tmp_path):
    pytest.importorskip("nbconvert", reason=GET)
    notebook = tmp_path / "graphs.ipynb"
    notebook.write_text(written([graph._repr_mimebundle_() for graph in (tagger(), chain(6))]))
    subprocess.run([sys.executable, "-m", "nbconvert", "--to=html", str(notebook)], check=True, capture_output=True)
    context = browser.new_context(viewport={"width": 1400, "height": 1000}, offline=True)
    page = context.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url) if request.frame != page.main_frame else None)
    page.goto((tmp_path / "graphs.html").as_uri(), wait_until="commit")
    one, other = pages(page)
    assert one.evaluate("opscope.search('op:Tanh')") == 5
    assert other.evaluate("opscope.open('layer_1')")
    assert [url for url in asked if not LOCAL.match(url)] == []
    context.close()
