"""``%opscope`` and ``%%opscope`` in IPython, as a user types them."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from magic_shell import Notebook

import opscope

GET = "no jupyterlab, which brings IPython: python -m pip install 'jupyterlab>=4'"
pytest.importorskip("IPython", reason=GET)
tf = pytest.importorskip("tensorflow")

TWO_LAYERS = """
entered = tf.keras.Input((10,))
hidden = tf.keras.layers.Dense(64, name="hidden")
classes = tf.keras.layers.Dense(3, name="classes")
model = tf.keras.Model(entered, classes(hidden(entered)))
"""


BAD = """
@tf.function
def bad(x):
    return tf.matmul(x, x)
"""


@pytest.fixture
def notebook():
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell.instance()
    shell.user_ns["tf"] = tf
    shell.run_line_magic("load_ext", "opscope")
    yield Notebook(shell)
    shell.extension_manager.loaded.clear()
    InteractiveShell.clear_instance()


def graph_shown(notebook, cell):
    """The graph that a cell shows, which it also keeps as `kept`."""
    shown = notebook.run(cell)
    assert shown.error is None, shown.complaints
    assert [set(each) for each in shown.displays] == [{"text/html", "image/svg+xml", "text/plain"}]
    assert shown.displays[0]["text/plain"] == notebook.shell.user_ns["kept"].summary()
    return notebook.shell.user_ns["kept"]


def test_a_cell_shows_the_model_that_it_defines_and_not_the_layers_in_it(notebook):
    graph = graph_shown(notebook, f"%%opscope --graph kept{TWO_LAYERS}")
    assert {"hidden", "classes"} <= {layer.name for layer in graph.layers()}
    assert graph.parameters == 10 * 64 + 64 + 64 * 3 + 3
    assert "model" in notebook.shell.user_ns


def test_a_cell_shows_a_function_and_prints_as_any_cell(notebook):
    shown = notebook.run(
        '%%opscope --input 2,3\n@tf.function\ndef step(x):\n    return tf.nn.relu(x)\nprint("said")\n6 * 7'
    )
    assert shown.error is None, shown.complaints
    assert "Relu" in shown.displays[0]["text/plain"]
    assert re.fullmatch(r"said\nOut\[\d\]: 42\n", shown.printed)


def test_a_function_of_a_cell_has_the_lines_of_the_cell(notebook):
    graph = graph_shown(
        notebook,
        "%%opscope --graph kept --input 2,3\n\n@tf.function\ndef step(x):\n    y = tf.nn.relu(x)\n    return y\n",
    )
    (op,) = graph.ops(type="Relu")
    assert op.source.line == 5  # of the cell, the magic's line included


def test_a_cell_whose_value_is_a_model_shows_that(notebook):
    graph = graph_shown(notebook, f"%%opscope --graph kept --input 5,10{TWO_LAYERS}\nhidden")
    assert graph.name == "hidden"


def test_a_model_that_was_there_before_is_shown_when_the_cell_names_it_again(notebook):
    notebook.run(TWO_LAYERS)
    assert graph_shown(notebook, "%%opscope --graph kept\nmodel = model").parameters == 899
    assert "the cell defines no Keras model" in notebook.complaint("%%opscope\nother = 1")


def test_the_line_shows_what_it_names_and_a_graph_as_it_is(notebook):
    notebook.run(TWO_LAYERS)
    notebook.run("class Trainer: pass\ntrainer = Trainer(); trainer.net = model")
    assert graph_shown(notebook, "%opscope trainer.net --graph kept").parameters == 899
    graph_shown(notebook, "%opscope kept --depth layers")
    assert "leave the options of tracing" in notebook.complaint("%opscope kept --input 3,10")


def test_a_plain_function_is_shown_when_it_is_named(notebook):
    notebook.run("def double(x): return x * 2")
    assert graph_shown(notebook, "%opscope double --input 4,4:int32 --graph kept").ops(type="Mul", dtype="int32")


def test_a_profile_of_what_a_cell_defines(notebook):
    graph = graph_shown(notebook, f"%%opscope --profile --steps 2 --batch 4 --graph kept{TWO_LAYERS}")
    assert graph.measurement["steps"] == 2
    assert graph.ops(type="MatMul")[0].measured is not None


def test_a_picture_and_a_file_in_place_of_the_page(notebook, tmp_path):
    notebook.run(TWO_LAYERS)
    (shown,) = notebook.run("%opscope model --picture --direction right").displays
    assert set(shown) == {"image/svg+xml", "text/plain"}
    file = tmp_path / "drawn model.svg"
    (shown,) = notebook.run(f"%opscope model -o '{file}' --graph kept").displays
    assert f"href='{file}'" in shown["text/html"]
    assert file.read_text(encoding="utf-8").startswith("<svg")
    assert notebook.shell.user_ns["kept"].parameters == 899


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        ("%opscope", "name the model: %opscope model"),
        ("%opscope modle", "there is no modle in this notebook; did you mean model?"),
        ("%opscope model.layer", "model has no layer; did you mean layers"),
        ("%opscope model['a']", "is not a name"),
        ("%opscope model --depht 1", "did you mean --depth"),
        ("%opscope model --direction right", "or show a picture, with --picture"),
        ("%opscope model --input 3;4", "is not a dimension"),
        ("%opscope model 'a", "close the quotation mark"),
        ("%opscope model --steps 3", "add --profile"),
        ("%opscope model --graph a-b", "is not a name"),
        ("%opscope model --picture -o a.svg", "leave one of them out"),
        ("%opscope model -o a.svgg", "svgg"),
        ("%%opscope\na = tf.keras.layers.Dense(1); b = tf.keras.layers.Dense(1)", "defines a, b; it has run, so name one: %opscope a"),
        ("%%opscope\ndef step(x): return x", "it has the function step: put @tf.function before it"),
        ("%%opscope\nclass Net(tf.keras.Model): pass", "it has the class Net: make an object of it"),
        ("%%opscope\nx = 3", "assign the model to a name in it"),
    ],
)  # fmt: skip
def test_a_mistake_is_one_line_that_says_what_to_do(notebook, cell, words):
    notebook.run(TWO_LAYERS)
    assert words in notebook.complaint(cell)


def test_an_error_of_the_cell_is_its_own_and_shows_no_graph(notebook):
    shown = notebook.run(f"%%opscope{TWO_LAYERS}\n1 / 0")
    assert isinstance(shown.error, ZeroDivisionError)
    assert shown.displays == []
    assert "defined_models" not in shown.printed + shown.complaints


def test_an_error_while_tracing_is_one_line_and_leads_to_the_users_code(notebook):
    line = notebook.complaint(f"%%opscope --input 3{BAD}")
    assert line.startswith("cannot trace 'bad'")
    assert line.endswith("--traceback shows where")
    shown = notebook.run(f"%%opscope --input 3 --traceback{BAD}")
    assert isinstance(shown.error, opscope.TraceError)
    assert "tf.matmul(x, x)" in re.sub(r"\x1b\[[\d;]*m", "", shown.printed)


def test_help_is_shown_in_the_cell_and_the_kernel_goes_on(notebook):
    shown = notebook.run("%opscope -h")
    assert shown.error is None
    assert "--input" in shown.printed
    assert "show a picture instead of the interactive page" in shown.printed
    assert notebook.shell.object_inspect("%%opscope", detail_level=0)["docstring"] == shown.printed.strip()


def test_the_extension_is_loaded_again(notebook):
    assert notebook.run("%reload_ext opscope").error is None
    notebook.run(TWO_LAYERS)
    assert notebook.run("%opscope model").displays


def test_a_plain_import_needs_no_ipython():
    code = "import sys, opscope; hasattr(opscope, 'trace'); sys.exit('IPython' in sys.modules or 'opscope.notebook' in sys.modules)"
    environment = {"PYTHONPATH": str(Path(opscope.__file__).parent.parent)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)
