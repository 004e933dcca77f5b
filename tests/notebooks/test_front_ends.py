"""Graphs as values of cells in real notebooks: JupyterLab's and Notebook's own servers and front ends, and what nbconvert makes of one."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any, Dict, Iterator, List, NamedTuple

import pytest
from page_driver import wait
from page_graphs import chain, tagger

import opscope
from servers import served

CELLS = ("import opscope\nopscope.load('tagger.json')", "opscope.load('chain.json')")
LOCAL = re.compile(r"(http|ws)://(127\.0\.0\.1|localhost)[:/]|data:|blob:|about:")
QUIET = {"fetchNews": "false", "checkForUpdates": False}
"""JupyterLab's own settings against its question about news, which covers the drawing."""
HOMES = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR", "JUPYTERLAB_WORKSPACES_DIR")
PLACES = {"jupyterlab": "lab/tree/{}?reset&{}", "notebook": "notebooks/{}?{}"}
"""Where each front end shows a notebook."""


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


class FrontEnd(NamedTuple):
    """A server on this machine."""

    address: str
    token: str
    place: str
    folder: Path
    environment: Dict[str, str]

    def of(self, notebook: str) -> str:
        """Where a notebook is shown."""
        return f"{self.address}/{self.place.format(notebook, self.token)}"


@pytest.fixture(scope="module", params=list(PLACES))
def front_end(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FrontEnd]:
    """JupyterLab, then Notebook, with the two graphs in its folder, a notebook that is to be run, and one that was run elsewhere."""
    module = request.param
    found = pytest.importorskip(module, reason=f"no {module}: python -m pip install 'jupyterlab>=4' 'notebook>=7'")
    if module == "notebook" and int(found.__version__.partition(".")[0]) < 7:
        pytest.skip("no notebook 7")
    home = tmp_path_factory.mktemp(module)
    folder = home / "notebooks"
    settings = home / "settings" / "@jupyterlab" / "apputils-extension"
    for made in (folder, settings):
        made.mkdir(parents=True)
    (settings / "notification.jupyterlab-settings").write_text(json.dumps(QUIET))
    tagger().save(folder / "tagger.json")
    chain(6).save(folder / "chain.json")
    (folder / "graphs.ipynb").write_text(written())
    (folder / "foreign.ipynb").write_text(written([graph._repr_mimebundle_() for graph in (tagger(), chain(6))]))
    environment = {
        **os.environ,
        **{name: str(home / name.lower()) for name in HOMES},
        "JUPYTERLAB_SETTINGS_DIR": str(home / "settings"),
        "PYTHONPATH": str(Path(opscope.__file__).parent.parent),
        "OPENBLAS_NUM_THREADS": "1",
    }
    command = [
        sys.executable, "-m", module, "--no-browser", "--allow-root", "--ip=127.0.0.1", "--port=0", "--ServerApp.port_retries=0",
        "--LabApp.extension_manager=readonly", "--LabApp.news_url=", f"--ServerApp.root_dir={folder}",
    ]  # fmt: skip
    says = r"(http://127\.0\.0\.1:\d+)/(?:lab|tree)\?(token=\w+)"
    with served(command, says, env=environment, cwd=home) as address:
        yield FrontEnd(*address.groups(), PLACES[module], folder, environment)


def kernel_answers(page: Any, front_end: FrontEnd) -> None:
    """Until the notebook has a kernel that waits for cells: one that is run before is not run at all, or asks which kernel to take."""
    for _ in range(600):
        sessions = page.request.get(f"{front_end.address}/api/sessions?{front_end.token}").json()
        if any(each["kernel"]["execution_state"] == "idle" and each["kernel"]["connections"] for each in sessions):
            break
        page.wait_for_timeout(200)
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]", timeout=60_000)


def run(page: Any, at: int) -> None:
    """Run a cell, until it has its number."""
    page.locator(".jp-CodeCell .jp-InputArea-editor").nth(at).click()
    page.keyboard.press("Control+Enter")
    prompt = f"document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')[{at}].textContent"
    page.wait_for_function(f"/\\d/.test({prompt})", timeout=120_000)


def pages(page: Any) -> List[Any]:
    """The frames of both cells, once both are drawn."""
    page.wait_for_function("document.querySelectorAll('iframe[title=opscope]').length === 2", timeout=60_000)
    frames = [handle.content_frame() for handle in page.query_selector_all("iframe[title=opscope]")]
    for inner in frames:
        wait(inner, "document.documentElement.dataset.opscope === 'ready'")
    return frames


def test_two_graphs_in_a_notebook(browser, front_end, tmp_path):
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    requests, errors = [], []
    page.on("request", lambda request: requests.append(request.url))
    page.on("websocket", lambda socket: requests.append(socket.url))
    page.on("pageerror", lambda error: errors.append(f"{error}\n{error.stack}"))
    page.goto(front_end.of("graphs.ipynb"))
    kernel_answers(page, front_end)
    run(page, 0)
    run(page, 1)
    one, other = pages(page)
    assert page.locator(".jp-OutputArea-output").count() == 2  # the pages, and nothing printed beside them

    # The frame covers what is behind it, for places without frames.
    for handle in page.query_selector_all("iframe[title=opscope]"):
        box, behind = handle.bounding_box(), handle.evaluate_handle("frame => frame.parentElement").bounding_box()
        assert box["height"] == behind["height"] == 640
        assert box["width"] == behind["width"]

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
    page.screenshot(path=str(tmp_path / "notebook.png"))

    # Saved and opened again, both are drawn without running anything: the notebook is the reader's own.
    page.locator(".jp-CodeCell .jp-InputArea-editor").first.click()
    with page.expect_response(lambda answer: answer.request.method == "PUT" and "graphs.ipynb" in answer.url):
        page.keyboard.press("Control+s")
    saved = json.loads((front_end.folder / "graphs.ipynb").read_text())["cells"][0]["outputs"][0]["data"]
    assert "".join(saved["text/plain"]) == tagger().summary()
    page.reload()
    pages(page)
    assert [url for url in requests if not LOCAL.match(url)] == []
    assert [error for error in errors if "srcdoc" in error] == []  # Notebook 7 has some of its own
    context.close()


def test_a_notebook_from_elsewhere_shows_pictures_until_it_is_trusted(browser, front_end):
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.goto(front_end.of("foreign.ipynb"))
    page.wait_for_function(
        "[...document.querySelectorAll('.jp-OutputArea-output img')].filter((each) => each.naturalWidth > 0).length === 2", timeout=120_000
    )  # fmt: skip
    assert page.locator("iframe[title=opscope]").count() == 0
    assert "trust the notebook, or run the cell again" in page.locator(".jp-OutputArea-output").first.inner_text()
    signed = [sys.executable, "-m", "nbformat.sign", "foreign.ipynb"]  # what `jupyter trust` runs
    subprocess.run(signed, check=True, cwd=front_end.folder, env=front_end.environment, capture_output=True)
    page.goto("about:blank")
    page.goto(front_end.of("foreign.ipynb"))
    one, _ = pages(page)
    assert one.evaluate("opscope.search('op:Tanh')") == 5
    context.close()


def test_what_nbconvert_makes_of_a_notebook_keeps_the_pages(browser, tmp_path):
    pytest.importorskip(
        "nbconvert", reason="no jupyterlab, which brings nbconvert: python -m pip install 'jupyterlab>=4'"
    )
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
