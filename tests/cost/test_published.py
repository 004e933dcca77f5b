"""Figures that others have published."""

from typing import NamedTuple

import pytest

from opscope.cost import estimate

tf = pytest.importorskip("tensorflow")


def multiply_adds(layer):
    """Of one Keras layer, for one image: for each element of its result the weights that feed it, from its shapes alone."""
    kind = type(layer).__name__
    if kind == "Dense":
        return layer.units * layer.input.shape[-1]
    if kind not in {"Conv2D", "DepthwiseConv2D"}:
        return 0
    _, height, width, channels = layer.output.shape
    window = layer.kernel_size[0] * layer.kernel_size[1]
    return height * width * channels * window * (1 if kind == "DepthwiseConv2D" else layer.input.shape[-1])


class Published(NamedTuple):
    """Multiply-adds between two bounds, in billions; parameters in millions, and how many of them are frozen."""

    low: float
    high: float
    millions: float
    frozen: int


PUBLISHED = {
    "ResNet50": Published(3.855, 3.865, 25.6, 53_120),  # He et al. 2015, table 1, have 3.8
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
    assert said.low < graph.cost.macs / 1e9 < said.high
    assert graph.cost.macs == sum(multiply_adds(layer) for layer in model.layers)
    assert graph.cost.without_formula == {}


def test_resnet50_with_everything_else_is_3_88_gmac(from_function):
    model = tf.keras.applications.ResNet50(weights=None)
    graph = estimate(from_function(lambda x: model(x, training=False), tf.TensorSpec((None, 224, 224, 3))))
    assert 3.86e9 < graph.cost.flops / 2 < 3.885e9
    assert graph.cost.per_sample


def test_the_shared_resnet50_training_step_is_published_size(shared):
    from opscope.load import load

    graph = estimate(load(shared / "graphs" / "resnet50_train.pb"))
    # The gradient of the images, which nobody asked for, is dead: of 112×112 pixels with 64 filters of 7×7×3, as many as the first convolution.
    unasked = 2 * 112 * 112 * 64 * 7 * 7 * 3
    assert 23.2e9 < graph.cost.flops / 8 + unasked < 23.6e9  # traced at batch 8
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
