"""Inputs in every form that people have them in."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest

np = pytest.importorskip("numpy")
tf = pytest.importorskip("tensorflow")

import zoo  # noqa: E402
from opscope.capture import trace  # noqa: E402
from opscope.capture.failure import explain  # noqa: E402
from opscope.capture.inputs import Reading, constant_inputs, is_shape, read, shown  # noqa: E402
from opscope.capture.target import Target  # noqa: E402
from opscope.capture.target_call import TargetCall  # noqa: E402
from opscope.errors import InputError, KeywordError, TraceError, for_command  # noqa: E402
from opscope.graph.content import content_of  # noqa: E402

layers = tf.keras.layers


def ports(graph: Any) -> Any:
    return [
        (
            port.name,
            content_of(graph).table.outputs[port.node][0].dtype,
            content_of(graph).table.outputs[port.node][0].shape,
        )
        for port in content_of(graph).inputs
    ]


@pytest.mark.parametrize(
    ("value", "lists", "expected"),
    [((None, 10), False, True), ((), False, True), ([None, 10], False, False), ([None, 10], True, True),
     (((1,), (2,)), False, False), ((1.5,), False, False), ((True,), False, False), ("ab", True, False)],
)  # fmt: skip
def test_a_shape_is_a_tuple_of_integers_and_none(value: Any, lists: bool, expected: bool) -> None:
    assert is_shape(value, lists) is expected


def test_nests_keep_their_form() -> None:
    class Pair(NamedTuple):
        left: Any
        right: Any

    found = read({"a": [(3,), tf.TensorSpec((2,), tf.int32)], "b": Pair((1,), "text")}, Reading())
    assert (found["a"][0].shape, found["a"][0].dtype) == ((3,), tf.float32)
    assert found["a"][1].dtype == tf.int32
    assert found["b"].right == "text"
    assert isinstance(found["b"], Pair)


def test_arrays_and_tensors_give_their_type() -> None:
    assert read(np.ones((2, 3)), Reading()).dtype == tf.float64
    assert read(np.ones((2, 3)), Reading(floats="float32")).dtype == tf.float32
    assert read(np.array(["a"]), Reading()).dtype == tf.string
    assert read(tf.ones((2,)), Reading()).shape == (2,)


def test_a_negative_dimension_is_refused_with_the_remedy() -> None:
    with pytest.raises(InputError, match="write None"):
        read((-1, 3), Reading())


def test_a_shape_of_unknown_rank_is_one() -> None:
    assert read(tf.TensorShape(None), Reading()).shape.rank is None


def test_a_number_is_no_input_of_a_layer() -> None:
    with pytest.raises(InputError, match=r"\(None, 10\)"):
        trace(zoo.sequential().target, 10)


def test_constants_are_shown_as_in_a_call() -> None:
    assert constant_inputs((1, (2,), "a"), {"n": 2, "t": None}) == ["1", "'a'", "n=2"]
    assert shown((tf.TensorSpec((None, 2)),), {"n": 2}) == "(None, 2) float32, n=2"


def test_a_model_that_knows_its_inputs_needs_none() -> None:
    assert ports(trace(zoo.sequential().target))[0][1:] == ("float32", (None, 10))


def test_a_model_that_was_called_knows_its_inputs() -> None:
    model = zoo.unbuilt().target
    model(tf.ones((2, 3)))
    assert ports(trace(model))[0][2][-1] == 3


def test_a_model_that_was_never_built_asks_for_its_inputs() -> None:
    with pytest.raises(InputError, match=r"opscope.trace\(model, \(None, 10\)\)"):
        trace(zoo.unbuilt().target)


def test_a_keyword_in_place_of_the_inputs_says_that_shapes_go_by_position() -> None:
    said = r"the call of .* gets shapes by position, as in trace\(model, \(None, 10\)\), and takes no 'input_shape'"
    with pytest.raises(KeywordError, match=said):
        trace(zoo.subclassed().target, input_shape=(None, 8))


@pytest.mark.parametrize(
    ("message", "shape", "remedy"),
    [
        (
            "Input 0 with name 'None' of layer 'conv2d' is incompatible with the layer: expected min_ndim=4, found ndim=3.",
            (32, 32, 3),
            "is the batch dimension missing? try (None, 32, 32, 3)",
        ),
        (
            'Input 0 of layer "conv2d" is incompatible with the layer: expected min_ndim=4, found ndim=3. Full shape received: (32, 32, 3)',
            (32, 32, 3),
            "is the batch dimension missing? try (None, 32, 32, 3)",
        ),
        (
            'Input 0 of layer "dense" is incompatible with the layer: expected min_ndim=2, found ndim=1.',
            (32,),
            "is the batch dimension missing? try (None, 32)",
        ),
        (
            "Invalid input shape for input Tensor(...). Expected shape (None, 32), but input has incompatible shape (32,)",
            (32,),
            "is the batch dimension missing? try (None, 32)",
        ),
        (
            "Input 0 of layer 'net' is incompatible with the layer: expected shape=(None, 32, 3), found shape=(32, 3)",
            (32, 3),
            "is the batch dimension missing? try (None, 32, 3)",
        ),
        ("incompatible: expected min_ndim=4, found ndim=3", (None, 32, 3), "check the shapes of the inputs"),
        ("expected min_ndim=4, found ndim=2. Full shape", (32, 3), "check the shapes of the inputs"),
        ("expected shape=(None, 8), found shape=(None, 9)", (None, 9), "check the shapes of the inputs"),
    ],
)
def test_a_shape_without_the_batch_dimension_is_asked_about(message: str, shape: Any, remedy: str) -> None:
    """By the wordings of Keras 3 and Keras 2."""
    call = TargetCall("net", args=(tf.TensorSpec(shape),))
    said = str(explain(ValueError(message), Target("layer", "net", None), call))
    assert f"; {remedy}" in said


@pytest.mark.parametrize(
    ("layer", "shape"),
    [(tf.keras.layers.Conv2D(4, 3), (32, 32, 3)), (tf.keras.layers.Dense(4), (32,))],
    ids=["Conv2D", "Dense"],
)
def test_keras_itself_has_such_a_wording(layer: Any, shape: Any) -> None:
    """Of a whole spec that the user wrote: nothing is put in front of that."""
    for model in (layer, tf.keras.Sequential([layer])):
        with pytest.raises(TraceError) as caught:
            trace(model, tf.TensorSpec(shape))
        assert str(caught.value).endswith(f"is the batch dimension missing? try {(None, *shape)}")
        assert f"try --input None,{','.join(map(str, shape))}" in for_command(caught.value)


def test_several_inputs_of_a_functional_model_by_position_and_by_name() -> None:
    model = zoo.siamese().target
    expected = [("left", "float32", (None, 12, 12, 1)), ("right", "float32", (None, 12, 12, 1))]
    shape = (None, 12, 12, 1)
    assert ports(trace(model)) == expected
    assert ports(trace(model, shape, shape)) == expected
    assert ports(trace(model, [shape, shape])) == expected
    assert len(ports(trace(model, left=shape, right=shape))) == 2


def test_an_embedding_gets_integers_where_only_a_shape_is_given() -> None:
    assert ports(trace(layers.Embedding(9, 3), (None, 4)))[0][1] == "int32"


def test_keyword_inputs_are_passed_by_name() -> None:
    graph = trace(lambda x, scale: x * scale, (3,), scale=tf.TensorSpec((), tf.float32))
    assert [port[2] for port in ports(graph)] == [(3,), ()]


def test_outputs_are_named_by_their_place() -> None:
    graph = trace(lambda x: {"b": [x, x + 1.0], "a": x * 2.0}, (3,))
    assert [port.name for port in content_of(graph).outputs] == ["a", "b_0", "b_1"]


def test_training_is_false_unless_asked_for() -> None:
    model = zoo.normalised().target
    assert "RandomUniform" not in " ".join(content_of(trace(model, (8, 3))).table.ops)
    assert "Random" in " ".join(content_of(trace(model, (8, 3), training=True)).table.ops)


def test_a_functions_own_default_of_training_stays() -> None:
    def f(x: Any, training: bool = True) -> Any:
        return tf.sin(x) if training else x

    assert "Sin" in content_of(trace(f, (3,))).table.ops


def test_freezing_leaves_no_variable() -> None:
    graph = trace(zoo.sequential().target, freeze=True)
    assert not [op for op in content_of(graph).table.ops if "Variable" in op]
    assert {"mlp", "dense"} <= {group.name.rstrip("_0123456789") for group in content_of(graph).groups}
    assert "Const" in content_of(graph).table.ops


def test_a_step_that_does_not_exist_is_named() -> None:
    case = zoo.keras_step()
    with pytest.raises(InputError, match="train, test, predict"):
        trace(case.target, *case.inputs, step="fit")


def test_a_step_needs_a_compiled_model() -> None:
    with pytest.raises(InputError, match="compile"):
        trace(zoo.sequential().target, (8, 10), (8, 10), step="train")
    with pytest.raises(InputError, match="Keras model"):
        trace(lambda x: x, (3,), step="train")


def test_a_module_without_call_names_its_functions() -> None:
    class Two(tf.Module):
        @tf.function
        def encode(self, x: Any) -> Any:
            return x + 1.0

    with pytest.raises(InputError, match="encode"):
        trace(Two(), (3,))
    assert trace(Two().encode, (3,)).name == "encode"


def test_a_concrete_function_is_used_as_it_is() -> None:
    concrete = tf.function(lambda x: tf.sin(x)).get_concrete_function(tf.TensorSpec((3,)))  # noqa: PLW0108
    assert "Sin" in content_of(trace(concrete)).table.ops
    with pytest.raises(InputError, match="no inputs"):
        trace(concrete, (3,))
