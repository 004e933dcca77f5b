"""Models of Keras, of either version, in which layers and models are called more than once."""

from __future__ import annotations

from functools import wraps


def shared_calls(keras):
    """One convolution on three inputs, then six times in a row, with a ReLU between each two."""
    layers = keras.layers
    inputs = [keras.Input((8, 8, 3), name=f"in{number}") for number in range(3)]
    conv, relu = layers.Conv2D(3, 3, padding="same", name="conv"), layers.ReLU(name="relu")
    found = [conv(each) for each in inputs]
    x = layers.Add(name="sum")([found[2], found[0], found[1]])
    for _ in range(6):
        x = relu(conv(x))
    return keras.Model(inputs, [x, found[1]], name="shared_calls")


def nested(keras):
    """A model with two outputs in a model that is called twice, in a model; and a Sequential of a functional model."""
    layers = keras.layers
    a = keras.Input((6,), name="a")
    h = layers.Dense(6, name="h")(a)
    inner = keras.Model(a, [h, layers.ReLU(name="r")(h)], name="inner")
    b = keras.Input((6,), name="b")
    first, second = inner(b)
    third, fourth = inner(second)
    middle = keras.Model(b, [layers.Add(name="join")([first, third, fourth]), third], name="middle")
    chain = keras.Sequential(
        [keras.Input((6,)), layers.Dense(4, name="c1"), layers.Dropout(0.5, name="c2"), layers.Dense(6, name="c3")],
        name="chain",
    )
    x = keras.Input((6,), name="x")
    one, two = middle(chain(x))
    three, four = middle(chain(two))
    return keras.Model(x, [four, layers.Concatenate(name="all")([one, three])], name="nested")


def called_models(keras):
    """Functions that build them with a version of Keras."""

    def built_with(build):
        @wraps(build)
        def make():
            return build(keras)

        return make

    return [built_with(shared_calls), built_with(nested)]
