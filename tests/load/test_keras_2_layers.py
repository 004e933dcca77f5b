"""Layers that only Keras 2 has: shapes, parameters and FLOPs are those of Keras 2 itself."""

from __future__ import annotations

import pytest

import opscope
from opscope.graph.content import content_of

pytest.importorskip("tensorflow", exc_type=ImportError)
keras = pytest.importorskip("tf_keras", exc_type=ImportError)
pytest.importorskip("h5py", exc_type=ImportError)
L = keras.layers

SPACES = {1: (9, 4), 2: (8, 7, 3)}
WAYS = [{}, {"use_bias": False, "strides": 2}, {"implementation": 2, "padding": "same"}, {"implementation": 3}]


@pytest.mark.parametrize("dims", [1, 2])
@pytest.mark.parametrize("way", WAYS, ids=["plain", "strides", "one matrix", "sparse"])
@pytest.mark.parametrize("suffix", [".h5", ".json", ".keras"])
def test_a_convolution_with_weights_of_each_place(dims, way, suffix, tmp_path):
    given = keras.Input(SPACES[dims], batch_size=2)
    layer = getattr(L, f"LocallyConnected{dims}D")(5, 3, activation="relu", **way)
    model = keras.Model(given, layer(given))
    path = tmp_path / f"model{suffix}"
    path.write_text(model.to_json()) if suffix == ".json" else model.save(path)
    graph = opscope.load(path)
    content = content_of(graph)
    assert content.table.outputs[-1][0].shape == tuple(model.output.shape)
    assert graph.parameters == model.count_params()
    cost = graph.estimate().cost
    if way.get("implementation", 1) == 1:
        of_ops = opscope.trace(model).estimate().cost
        assert cost.macs == of_ops.macs
        assert cost.flops == of_ops.flops
    elif way["implementation"] == 2:
        assert list(cost.without_formula) == [f"Keras>LocallyConnected{dims}D"]
