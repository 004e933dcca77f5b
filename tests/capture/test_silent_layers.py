"""Layers that make no op while a model is not trained. What follows what stands in the models below."""

from __future__ import annotations

import pytest

tf = pytest.importorskip("tensorflow")

import opscope  # noqa: E402 - behind the check that TensorFlow is there
from opscope.graph.content import content_of  # noqa: E402
from opscope.layout.scene.layer_words import settings_text  # noqa: E402

layers = tf.keras.layers
silent = pytest.mark.skipif(
    not tf.keras.__name__.startswith("keras._tf_keras"), reason="the Dropout of Keras 2 makes an Identity, and is drawn"
)


def said(graph):
    """Name of a layer -> its words."""
    return {group.name: settings_text(group) for group in content_of(graph).groups if group.is_call}


@silent
def test_a_dropout_that_makes_no_op_is_told_by_the_layer_before_it():
    model = tf.keras.Sequential(
        [
            tf.keras.Input((8, 8, 3)),
            layers.Dropout(0.1),  # behind no layer
            layers.Conv2D(4, 3, padding="same", name="conv"),
            layers.MaxPooling2D(name="pool"),
            layers.Dropout(0.25),
            layers.GaussianNoise(0.5),
            layers.Flatten(name="flat"),
            layers.Dense(2, name="head"),
        ]
    )
    words = said(opscope.trace(model, (None, 8, 8, 3)))
    assert words["pool"].startswith("2×2 max pool, Dropout 0.25, ")
    assert not any("Dropout" in words[name] for name in ("conv", "flat", "head"))
    trained = said(opscope.trace(model, (None, 8, 8, 3), training=True))
    assert "Dropout" not in trained["pool"]  # it has ops of its own


@silent
def test_a_dropout_behind_a_model_is_told_by_the_model_and_not_by_a_layer_in_it():
    inner = tf.keras.Sequential([layers.Dense(4, name="inside")], name="inner")
    model = tf.keras.Sequential([tf.keras.Input((3,)), inner, layers.Dropout(0.5), layers.Dense(2, name="head")])
    groups = {group.name: group for group in content_of(opscope.trace(model, (None, 3))).groups}
    assert groups["inner"].settings["followed_by"][0]["rate"] == 0.5
    assert "followed_by" not in groups["inside"].settings
    assert "followed_by" not in groups["head"].settings


@silent
def test_the_settings_of_a_second_call_are_its_own():
    dense, drop = layers.Dense(3, name="dense"), layers.Dropout(0.5)

    class Twice(tf.keras.Model):
        def call(self, value):
            return dense(drop(dense(value)))

    told = [
        group.settings.get("followed_by")
        for group in content_of(opscope.trace(Twice(), (None, 3))).groups
        if group.name == "dense"
    ]
    assert [bool(each) for each in told] == [True, False]


@pytest.mark.parametrize("odd", [7, "Dropout", [7], [{"class": 7}], [{"class": "Dropout"}], {"class": "Dropout"}, None])
def test_odd_values_of_a_file_are_no_error(odd):
    from opscope.graph.groups import Group

    group = Group("d", -1, "layer", "d", "Dense", settings={"units": 4, "followed_by": odd}, defined_in="keras")
    assert settings_text(group).startswith("Dense 4")
