"""Each op has the user's own file and line, AutoGraph and all."""

from __future__ import annotations

import inspect
import os
import runpy
import sys
import types
from pathlib import Path
from typing import Any, Dict

import pytest

tf = pytest.importorskip("tensorflow")

import opscope  # noqa: E402
import zoo  # noqa: E402
from opscope.capture import trace  # noqa: E402
from opscope.graph.content import content_of  # noqa: E402
from opscope.graph.graph import Graph  # noqa: E402
from opscope.program.proto import message_class  # noqa: E402
from strangers import CODE, SECRET, debug_info, page_text  # noqa: E402

HERE = os.path.relpath(__file__)


def line_of(function: Any, text: str) -> int:
    lines, first = inspect.getsourcelines(function)
    return first + next(index for index, line in enumerate(lines) if text in line)


def by_op(graph: Graph) -> Dict[str, Any]:
    return {content_of(graph).table.ops[row]: source for row, source in content_of(graph).sources.items()}


def branch(x: Any) -> Any:
    if tf.reduce_sum(x) > 0:
        return tf.sin(x)
    return tf.cos(x)


def helper(x: Any) -> Any:
    return tf.exp(x)


def outer(x: Any) -> Any:
    return helper(x) + 1.0


def test_an_op_of_an_autographed_branch_has_its_line() -> None:
    source = by_op(trace(branch, (3,)))["Sin"]
    assert source == (HERE, line_of(branch, "tf.sin"), "branch")


def test_the_innermost_frame_of_the_user_counts() -> None:
    sources = by_op(trace(outer, (3,)))
    assert sources["Exp"] == (HERE, line_of(helper, "tf.exp"), "helper")
    assert sources["AddV2"].line == line_of(outer, "+ 1.0")


def test_a_librarys_layer_has_the_line_that_called_it() -> None:
    graph = trace(zoo.OneDense(), (2, 3))
    dense = next(group for group in content_of(graph).groups if group.cls == "Dense")
    assert dense.source.line == line_of(zoo.OneDense.call, "self.dense(x)")
    assert by_op(graph)["MatMul"] == dense.source


def test_a_users_layer_has_the_line_of_its_class() -> None:
    graph = trace(zoo.OneDense(), (2, 3))
    model = content_of(graph).groups[0]
    assert Path(model.source.file).name == "zoo.py"
    assert model.source.line == inspect.getsourcelines(zoo.OneDense)[1]


def test_a_users_activation_has_its_own_line() -> None:
    def swish(x: Any) -> Any:
        return x * tf.sigmoid(x)

    graph = trace(tf.keras.Sequential([tf.keras.layers.Dense(2, activation=swish)]), (2, 3))
    assert by_op(graph)["Sigmoid"] == (HERE, line_of(swish, "sigmoid"), "swish")


def test_gradient_and_optimizer_ops_have_the_line_that_asked_for_them() -> None:
    case = zoo.train_step()
    graph = trace(case.target, *case.inputs)
    lines = {"backward": "tape.gradient", "optimizer": "apply_gradients"}
    for row, source in content_of(graph).sources.items():
        phase = (content_of(graph).group_path(row) or "").partition("/")[0]
        if phase == "backward":
            assert source.line == line_of(zoo.train_step, lines[phase])


def test_a_model_of_the_library_alone_has_no_line_of_the_users() -> None:
    assert not content_of(trace(zoo.sequential().target)).sources


def test_lines_can_be_left_out() -> None:
    graph = trace(outer, (3,), source_lines=False)
    assert not content_of(graph).sources


def embedded(graph: Graph, folder: Path, **options: Any) -> str:
    return page_text(graph.save(folder / "page.html", **options).read_text(encoding="utf-8"))


def test_a_page_has_the_code_of_a_graph_traced_in_this_process(tmp_path: Path, monkeypatch: Any) -> None:
    graph = trace(outer, (3,))
    monkeypatch.chdir(tmp_path)  # the names are relative to where it was traced
    for same in (graph, graph.overlay({"Exp": {"time": 1.0}})):
        assert "return helper(x) + 1.0" in embedded(same, tmp_path)
    assert "return helper(x)" not in embedded(graph, tmp_path, sources=False)
    assert "return helper(x)" not in embedded(opscope.load(graph.save("graph.json")), tmp_path)
    assert "return helper(x) + 1.0" in embedded(opscope.load("graph.json"), tmp_path, sources=Path(__file__).parent)


def test_a_page_has_the_code_of_a_script_that_is_no_module(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text("import tensorflow as tf\nclass Net(tf.Module):\n    def __call__(self, x):\n        return tf.sin(x)\n"
                      "def call(x):\n    return tf.exp(x)  # here\n")  # fmt: skip
    left = runpy.run_path(str(script), run_name="script")
    assert "tf.exp(x)  # here" in embedded(trace(left["call"], (3,)), tmp_path)
    assert "tf.sin(x)" in embedded(trace(left["Net"](), (3,)), tmp_path)


@pytest.fixture
def settings(tmp_path: Path) -> str:
    (tmp_path / "settings.py").write_text(CODE)
    return str(tmp_path / "settings.py")


def test_a_loaded_saved_model_brings_no_file_along(settings: str, tmp_path: Path) -> None:
    module = tf.Module()
    module.call = tf.function(lambda x: tf.exp(x) * 2.0, input_signature=[tf.TensorSpec([2])])
    folder = tmp_path / "model"
    tf.saved_model.save(module, str(folder), signatures=module.call)
    saved_model_pb2 = pytest.importorskip("tensorflow.core.protobuf.saved_model_pb2")
    saved = saved_model_pb2.SavedModel.FromString((folder / "saved_model.pb").read_bytes())
    graph = saved.meta_graphs[0].graph_def
    names = [f"{node.name}@" for node in graph.node]
    names += [
        f"{node.name}@{function.signature.name}" for function in graph.library.function for node in function.node_def
    ]
    (folder / "debug").mkdir(exist_ok=True)
    info = debug_info(message_class("GraphDebugInfo")(), settings, names)
    (folder / "debug" / "saved_model_debug_info.pb").write_bytes(info.SerializeToString())
    if "debug_info" in graph.DESCRIPTOR.fields_by_name:
        debug_info(graph.debug_info, settings, names)
        (folder / "saved_model.pb").write_bytes(saved.SerializeToString())
    assert content_of(opscope.load(folder)).sources, "opscope reads the places"
    loaded = tf.saved_model.load(str(folder))
    for found in (trace(loaded.signatures["serving_default"]), trace(loaded.call, (2,)), trace(lambda x: loaded.call(x) + 1.0, (2,)),
                  opscope.profile(folder, steps=1)):  # fmt: skip
        assert SECRET not in embedded(found, tmp_path)


def test_an_imported_graph_brings_no_file_along(settings: str, tmp_path: Path) -> None:
    with tf.Graph().as_default() as built:
        tf.exp(tf.compat.v1.placeholder(tf.float32, [2], name="x"), name="e")
    message = built.as_graph_def()
    if "debug_info" not in message.DESCRIPTOR.fields_by_name:
        pytest.skip("needs TensorFlow 2.15")
    debug_info(message.debug_info, settings, ["x", "e", "x@", "e@"])

    @tf.function
    def imports(x: Any) -> Any:
        return tf.import_graph_def(message, input_map={"x": tf.sin(x)}, return_elements=["e:0"])[0]

    concrete = imports.get_concrete_function(tf.TensorSpec([2]))
    frames = [frame.filename for op in concrete.graph.get_operations() for frame in op.traceback or ()]
    assert settings in frames, "TensorFlow tells the file's frames as if they had run, else this shows nothing"
    for graph in (trace(concrete), trace(imports, (2,))):
        text = embedded(graph, tmp_path)
        assert "tf.sin(x)" in text
        assert SECRET not in text


def test_a_lambda_read_from_a_file_brings_no_file_along(settings: str, tmp_path: Path) -> None:
    """As Keras reads it: a code object from the file's bytes, in a function of Keras's own module."""
    code = (lambda x: x * 2.0).__code__
    if not hasattr(code, "replace"):
        pytest.skip("needs Python 3.8")
    read = types.FunctionType(
        code.replace(co_filename=settings, co_firstlineno=5), vars(sys.modules[tf.keras.Model.__module__])
    )
    graph = trace(tf.keras.Sequential([tf.keras.layers.Lambda(read)]), (2, 3))
    assert any(source.file == settings for source in content_of(graph).sources.values()), (
        "it is told, else this shows nothing"
    )
    assert SECRET not in embedded(graph, tmp_path)
