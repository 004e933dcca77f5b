"""The magics in a real kernel: what it sends to a front end, and that a mistake stops *Run All*."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

import opscope

GET = "no jupyterlab, which brings nbclient and ipykernel: python -m pip install 'jupyterlab>=4'"
pytest.importorskip("ipykernel", reason=GET)
nbclient = pytest.importorskip("nbclient", reason=GET)
pytest.importorskip("tensorflow")

LOADED = "%load_ext opscope\nimport tensorflow as tf"
MODEL = """%%opscope --graph g
model = tf.keras.Sequential([tf.keras.Input((10,)), tf.keras.layers.Dense(3, name="classes")])
"""


def run(tmp_path, monkeypatch, *cells):
    """The notebook after its cells were run in a kernel of its own, and the error that stopped it."""
    from nbformat.v4 import new_code_cell, new_notebook

    monkeypatch.setenv(
        "PYTHONPATH", os.pathsep.join([str(Path(opscope.__file__).parent.parent), *filter(None, sys.path)])
    )
    monkeypatch.setenv("IPYTHONDIR", str(tmp_path))
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "3")
    notebook = new_notebook(cells=[new_code_cell(cell) for cell in cells])
    client = nbclient.NotebookClient(
        notebook, timeout=600, startup_timeout=300, resources={"metadata": {"path": str(tmp_path)}}
    )
    error = None
    try:
        client.execute()
    except nbclient.exceptions.CellExecutionError as found:
        error = found
    return notebook, error


def outputs(cell, *kinds):
    return [each for each in cell.outputs if each.output_type in kinds]


def test_a_cell_defines_a_model_and_the_next_ask_its_graph(tmp_path, monkeypatch):
    notebook, error = run(
        tmp_path, monkeypatch, LOADED, MODEL, "len(g.ops(type='MatMul'))", "%opscope model -o model.html", "%opscope modl", "1 + 1"
    )  # fmt: skip
    _, defined, asked, written, mistaken, after = notebook.cells
    (shown,) = outputs(defined, "display_data", "execute_result")
    assert set(shown.data) == {"text/html", "image/svg+xml", "text/plain"}
    assert "classes" in shown.data["text/plain"]
    assert outputs(asked, "execute_result")[0].data["text/plain"] == "1"
    assert "href='model.html'" in outputs(written, "display_data")[0].data["text/html"]
    assert (tmp_path / "model.html").is_file()
    assert error is not None
    assert error.ename == "UsageError"
    assert "did you mean model?" in outputs(mistaken, "stream")[0].text
    assert after.outputs == []  # not run


def test_an_error_in_the_cell_is_sent_once(tmp_path, monkeypatch):
    notebook, error = run(tmp_path, monkeypatch, LOADED, "%%opscope\nprint('before')\n1 / 0")
    assert error is not None
    assert error.ename == "ZeroDivisionError"
    failed = notebook.cells[1]
    assert [each.output_type for each in failed.outputs if each.get("name") != "stderr"] == ["stream", "error"]
    assert "defined_models" not in "\n".join(failed.outputs[-1].traceback)
