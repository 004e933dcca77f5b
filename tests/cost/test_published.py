"""Figures that others have published."""

from typing import NamedTuple

import pytest

from opscope.cost import estimate
from opscope.cost.formulas.contract import FORMULAS as CONTRACTIONS

tf = pytest.importorskip("tensorflow")


def multiply_adds(graph):
    """GMAC of the contractions: what the tables of model zoos count."""
    return sum(
        cost.flops for row, cost in graph.content.costs.items() if graph.table.ops[row] in CONTRACTIONS and cost.flops
    ) / 2e9  # fmt: skip


class Published(NamedTuple):
    """Multiply-adds between two bounds, in GMAC; parameters in millions, and how many of them are frozen."""

    low: float
    high: float
    millions: float
    frozen: int


PUBLISHED = {
    "ResNet50": Published(3.855, 3.885, 25.6, 53_120),  # 3.86 without, 3.88 with what is no contraction
    "MobileNetV2": Published(0.295, 0.305, 3.5, 34_112),
    "EfficientNetB0": Published(0.385, 0.405, 5.3, 42_023),
    "VGG16": Published(15.465, 15.485, 138.4, 0),
}


@pytest.fixture(scope="module", params=PUBLISHED)
def published(request):
    """A model, made once for all tests of it, and what is published of it."""
    return getattr(tf.keras.applications, request.param)(weights=None), PUBLISHED[request.param]


def test_published_multiply_adds_are_met(from_function, published):
    model, said = published
    graph = estimate(from_function(lambda x: model(x, training=False), tf.TensorSpec((1, 224, 224, 3))))
    assert said.low < multiply_adds(graph) < said.high
    assert graph.cost.without_formula == {}


def test_resnet50_with_everything_else_is_3_88_gmac(from_function):
    model = tf.keras.applications.ResNet50(weights=None)
    graph = estimate(from_function(lambda x: model(x, training=False), tf.TensorSpec((None, 224, 224, 3))))
    assert 3.86e9 < graph.cost.flops / 2 < 3.885e9
    assert graph.cost.per_sample


def test_the_shared_resnet50_training_step_is_published_size(shared):
    from opscope.load import load

    graph = estimate(load(shared / "graphs" / "resnet50_train.pb"))
    assert 23.2e9 < graph.cost.flops / 8 < 23.6e9  # traced at batch 8
    assert graph.cost.without_formula == {}


def test_published_parameters_are_met(published):
    from opscope import trace
    from opscope.cost import count_parameters

    model, said = published
    found = count_parameters(trace(model, source_lines=False))
    assert round(found.total / 1e6, 1) == said.millions
    assert found.total == model.count_params()
    assert found.frozen == said.frozen
    assert max(all_ for all_, _ in found.by_layer.values()) == found.total
