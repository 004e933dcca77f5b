"""Keras 1: a Merge of models at the start of a Sequential, and the modes of Merge."""

from __future__ import annotations

import json

import pytest

import opscope
from opscope.graph.content import content_of


def dense(name, units, **more):
    return {"class_name": "Dense", "config": {"name": name, "output_dim": units, "init": "uniform", "activation": "linear", "bias": True, "trainable": True, **more}}  # fmt: skip


def branch(name, width, units):
    layers = [dense(f"{name}_1", units, batch_input_shape=[None, width], input_dtype="float32"), dense(f"{name}_2", 4)]
    return {"class_name": "Sequential", "config": layers}


def merge(*branches, mode="concat", **more):
    config = {"name": "merge_1", "mode": mode, "concat_axis": -1, "dot_axes": -1, "layers": list(branches), "mode_type": "raw", "trainable": True, **more}  # fmt: skip
    return {"class_name": "Merge", "config": config}


def model(*layers):
    return {"class_name": "Sequential", "keras_version": "1.2.2", "config": list(layers)}


WHOLE = model(merge(branch("left", 6, 5), branch("right", 3, 2)), dense("top", 2))


def load(tmp_path, data):
    (tmp_path / "model.json").write_text(json.dumps(data))
    return opscope.load(tmp_path / "model.json")


def told(graph):
    table = content_of(graph).table
    return [
        (op, table.outputs[row][0].shape, [edge.node for edge in table.inputs(row)]) for row, op in enumerate(table.ops)
    ]


def test_models_on_inputs_of_their_own_are_joined_first(tmp_path):
    graph = load(tmp_path, WHOLE)
    assert told(graph) == [
        ("Placeholder", (None, 6), []), ("Placeholder", (None, 3), []), ("Keras>Dense", (None, 5), [0]), ("Keras>Dense", (None, 4), [2]),
        ("Keras>Dense", (None, 2), [1]), ("Keras>Dense", (None, 4), [4]), ("Keras>Concatenate", (None, 8), [3, 5]), ("Keras>Dense", (None, 2), [6]),
    ]  # fmt: skip
    assert graph.parameters == 6 * 5 + 5 + 5 * 4 + 4 + 3 * 2 + 2 + 2 * 4 + 4 + 8 * 2 + 2
    models = [group.object_path for group in content_of(graph).groups if group.kind == "model"]
    assert models == ["", "sequential", "sequential_"]
    assert [port.node for port in content_of(graph).inputs] == [0, 1]


@pytest.mark.parametrize(
    ("mode", "op", "shape"),
    [("sum", "Add", (None, 4)), ("mul", "Multiply", (None, 4)), ("ave", "Average", (None, 4)), ("max", "Maximum", (None, 4)),
     ("dot", "Dot", (None, 1)), ("cos", "Dot", (None, 1)), ("concat", "Concatenate", (None, 8))],
)  # fmt: skip
def test_each_mode_is_the_layer_that_does_the_same(mode, op, shape, tmp_path):
    graph = load(tmp_path, model(merge(branch("left", 6, 5), branch("right", 3, 2), mode=mode)))
    assert told(graph)[-1] == (f"Keras>{op}", shape, [3, 5])


def test_a_merge_in_a_merge(tmp_path):
    inner = model(merge(branch("a", 6, 5), branch("b", 3, 2), mode="sum"), dense("mid", 4))
    graph = load(
        tmp_path, model(merge({"class_name": "Sequential", "config": inner["config"]}, branch("c", 7, 3), mode="mul"))
    )
    assert [shape for op, shape, _ in told(graph) if op == "Placeholder"] == [(None, 6), (None, 3), (None, 7)]
    assert told(graph)[-1][:2] == ("Keras>Multiply", (None, 4))


def test_a_merge_by_code_is_named_and_not_run(tmp_path):
    code = "\u00e3raise"
    graph = load(tmp_path, model(merge(branch("left", 6, 5), mode=code, mode_type="lambda"), dense("top", 2)))
    assert told(graph)[-2][0] == "Layer>Merge"


def test_weights_that_keras_1_lists_by_layer_are_put_to_the_layers_of_the_branches(tmp_path):
    h5py, np = pytest.importorskip("h5py", exc_type=ImportError), pytest.importorskip("numpy", exc_type=ImportError)
    shapes = {"left_1": (6, 5), "left_2": (5, 4), "right_1": (3, 2), "right_2": (2, 4), "top": (8, 2)}
    with h5py.File(tmp_path / "model.h5", "w") as file:
        file.attrs["model_config"] = json.dumps({"class_name": "Sequential", "config": WHOLE["config"]}).encode()
        weights = file.create_group("model_weights")
        weights.attrs["layer_names"] = [name.encode() for name in shapes]
        for name, shape in shapes.items():
            own = weights.create_group(name)
            own.attrs["weight_names"] = [f"{name}_W".encode(), f"{name}_b".encode()]
            own[f"{name}_W"], own[f"{name}_b"] = np.zeros(shape, "float32"), np.zeros(shape[1:], "float32")
    graph = opscope.load(tmp_path / "model.h5")
    sizes = {name: shape[0] * shape[1] + shape[1] for name, shape in shapes.items()}
    layers = [group for group in content_of(graph).groups if group.kind == "layer"]
    assert {group.name: group.parameters for group in layers} == {**sizes, "merge_1": 0}
    assert graph.parameters == sum(sizes.values())
    assert len(graph.variables) == 10
