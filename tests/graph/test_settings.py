"""What a configuration tells of a layer: plain values, of bounded size, whatever it holds."""

from __future__ import annotations

import json
import math
from pathlib import Path

import pytest

from json_mutations import complete
from opscope.errors import LoadError
from opscope.graph.content import content_of
from opscope.graph.json import from_dict, to_dict
from opscope.graph.settings import package_of, settings_of


def keras(cls, **config):
    return {"class_name": cls, "config": config, "shared_object_id": 3}


@pytest.mark.parametrize(
    ("config", "settings"),
    [
        ({"name": "a", "trainable": True, "dtype": "float32", "units": 4, "use_bias": False}, {"units": 4, "use_bias": False}),
        ({"dtype": "float16", "rate": 0.5, "seed": None}, {"dtype": "float16", "rate": 0.5, "seed": None}),
        ({"dtype": {"module": "keras", **keras("DTypePolicy", name="float32")}}, {}),
        ({"dtype": {"module": "keras", **keras("DTypePolicy", name="mixed_float16")}}, {"dtype": "mixed_float16"}),
        ({"kernel_initializer": keras("Zeros"), "bias_regularizer": None, "kernel_constraint": keras("MaxNorm", max_value=2)}, {}),
        ({"kernel_size": (3, 3), "strides": [2, 2]}, {"kernel_size": [3, 3], "strides": [2, 2]}),
        ({"kernel_size": {"class_name": "__tuple__", "items": [3, 3]}}, {"kernel_size": [3, 3]}),
        ({"activation": {"module": "builtins", "class_name": "function", "config": "my_act"}}, {"activation": "my_act"}),
        ({"activation": keras("my_package>LeakyReLU", name="a", alpha=0.2)}, {"activation": {"class": "LeakyReLU", "alpha": 0.2}}),
        ({"layer": keras("LSTM", name="l", units=8, kernel_initializer=keras("Zeros"))}, {"layer": {"class": "LSTM", "units": 8}}),
        ({"layer": keras("Sequential", layers=[keras("Dense", units=4)])}, {"layer": {"class": "Sequential"}}),
        ({"layers": 4, "vocabulary": [str(word) for word in range(1000)]}, {"layers": 4, "vocabulary_size": 1000}),
        ({"scale": math.inf, "offset": math.nan}, {"scale": "inf", "offset": "nan"}),
        ({"huge": 1 << 70, "object": object(), "function": len, 3: 4, "array": keras("__numpy__", value=[1.0])}, {}),
        ({"text": "a" * 1000, "half": "\ud800"}, {"text": "a" * 199 + "…", "half": "?"}),
        ([1, 2], {}),
        (None, {}),
    ],
)  # fmt: skip
def test_a_configuration_tells_its_settings(config, settings):
    assert settings_of(config) == settings


def count(value):
    inside = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return 1 + sum(map(count, inside))


def test_a_configuration_of_any_size_gives_few_settings():
    many = {str(number): number for number in range(100_000)}
    assert count(settings_of(many)) < 120
    circle = {}
    for number in range(200):
        circle[str(number)] = circle
    assert count(settings_of(circle)) < 120
    assert count(settings_of({"a": [[[[[[1] * 16] * 16] * 16] * 16]] * 16})) < 120


def test_the_keras_inside_tensorflow_is_keras():
    modules = [
        "keras.src.layers.core.dense",
        "tensorflow.python.keras.layers.core",
        "tensorflow.python.module",
        "my.layers",
        "__main__",
        "",
    ]
    assert [package_of(module) for module in modules] == ["keras", "keras", "tensorflow", "my", "__main__", None]


SETTINGS = {"units": 4, "activation": None, "layer": {"class": "LSTM", "sizes": [1, 2.5]}, "causal": True}


def with_settings(**more):
    data = complete()
    data["groups"][2].update(more)
    return data


def test_settings_come_back_from_json():
    data = with_settings(settings=SETTINGS, defined_in="__main__")
    graph = from_dict(data)
    group = content_of(graph).groups[2]
    assert (group.settings, group.defined_in) == (SETTINGS, "__main__")
    assert to_dict(graph) == data
    assert json.loads(graph.to_json()) == data


def test_without_settings_a_file_says_nothing_of_them():
    graph = from_dict(complete())
    assert all(not group.settings and group.defined_in is None for group in content_of(graph).groups)
    assert all("settings" not in group and "defined_in" not in group for group in to_dict(graph)["groups"])


def test_equal_settings_are_one_object():
    data = with_settings(settings=SETTINGS)
    data["groups"][3]["settings"] = json.loads(json.dumps(SETTINGS))
    groups = content_of(from_dict(data)).groups
    assert groups[2].settings is groups[3].settings


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"settings": []}, "groups[2].settings: a list of 0 is not an object"),
        ({"settings": None}, "groups[2].settings: null is not an object"),
        ({"settings": {"a": math.inf}}, "groups[2].settings.a: inf is not a finite number"),
        ({"settings": {"a": ["\ud800"]}}, r"groups[2].settings.a[0]: '\ud800' holds half a character"),
        ({"defined_in": None}, "groups[2].defined_in: null is not text"),
        ({"setting": {}}, "groups[2]: 'setting' is not a key that belongs here"),
    ],
)
def test_wrong_settings_are_refused_with_their_place(more, words):
    with pytest.raises(LoadError) as refused:
        from_dict(with_settings(**more))
    assert words in str(refused.value)


def test_version_1_has_no_settings():
    data = json.loads(Path(__file__).with_name("version-1.json").read_text(encoding="utf-8"))
    data["groups"][0]["settings"] = {}
    with pytest.raises(LoadError, match="'settings' is not a key that belongs here"):
        from_dict(data)
