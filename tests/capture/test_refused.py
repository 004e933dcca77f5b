"""What TensorFlow or Keras refuses to trace, and how the error says what to give instead; and what is traced all the same."""

from __future__ import annotations

import functools
import operator
import warnings
from typing import Any

import pytest

np = pytest.importorskip("numpy")
tf = pytest.importorskip("tensorflow")

from opscope.capture import trace  # noqa: E402
from opscope.errors import InputError, TraceError  # noqa: E402
from opscope.graph.content import content_of  # noqa: E402
from opscope.visualize import visualize_model  # noqa: E402

keras = tf.keras
preprocessing = keras.layers if hasattr(keras.layers, "StringLookup") else keras.layers.experimental.preprocessing


def shapes(graph: Any) -> Any:
    return [content_of(graph).table.outputs[port.node][port.output].shape for port in content_of(graph).inputs]


def dense(*shape: int) -> Any:
    return keras.Sequential([keras.Input(shape), keras.layers.Dense(3)])


class Words(keras.Model):  # type: ignore[misc]
    """Its second layer is the one that misses a dimension, and says so of a shape that nobody gave."""

    def __init__(self) -> None:
        super().__init__()
        self.embed, self.read, self.out = keras.layers.Embedding(20, 4), keras.layers.LSTM(3), keras.layers.Dense(2)

    def call(self, ids: Any) -> Any:
        return self.out(self.read(self.embed(tf.cast(ids, tf.int32))))


def unbuilt() -> Any:
    """It has no shape until it is called."""
    return keras.Sequential([keras.layers.Dense(3), keras.layers.Dense(1)])


class Around(keras.Model):  # type: ignore[misc]
    """Has such a model in it."""

    def __init__(self) -> None:
        super().__init__()
        self.inner = unbuilt()

    def call(self, x: Any) -> Any:
        return self.inner(x)


@pytest.mark.parametrize(
    ("model", "shape"),
    [
        (lambda: dense(10), (10,)),
        (unbuilt, (10,)),
        (Around, (10,)),
        (Words, (7,)),
        (lambda: keras.layers.Conv2D(2, 3), (8, 8, 3)),
    ],
    ids=["Sequential", "unbuilt", "nested", "subclassed", "layer"],
)
def test_a_shape_without_the_batch_dimension_is_traced_with_it_and_a_warning(model: Any, shape: Any) -> None:
    with pytest.warns(UserWarning, match="which has no batch dimension; traced with .None, "):
        graph = trace(model(), shape)
    assert shapes(graph) == [(None, *shape)]


def test_so_are_several_and_those_of_a_step() -> None:
    left, right = keras.Input((4,), name="left"), keras.Input((5,), name="right")
    model = keras.Model([left, right], keras.layers.Dense(1)(keras.layers.Concatenate()([left, right])))
    for inputs, keywords in ((((4,), (5,)), {}), (([(4,), (5,)],), {}), ((), {"left": (4,), "right": (5,)})):
        with pytest.warns(UserWarning, match="no batch dimension"):
            graph = trace(model, *inputs, **keywords)
        assert sorted(shapes(graph)) == [(None, 4), (None, 5)]
    with pytest.warns(UserWarning, match=r"does not take .*\(10,\) float32, .*; traced with .*\(None, 10\) float32"):
        trace(dense(10), inputs=(10,))
    model = dense(10)
    model.compile("sgd", "mse")
    with pytest.warns(UserWarning, match="no batch dimension"):
        assert shapes(trace(model, (10,), (3,), step="train")) == [(None, 10), (None, 3)]


def test_the_line_that_everyone_copies_draws_its_model(tmp_path: Any) -> None:
    with pytest.warns(UserWarning, match="no batch dimension"):
        path = visualize_model(dense(10), (10,), filename=str(tmp_path / "net"), engine="opscope", view=False)
    assert "Dense" in path.read_text(encoding="utf-8")


def test_a_shape_that_is_valid_is_traced_as_it_is() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        assert shapes(trace(keras.layers.ReLU(), (10,))) == [(10,)]
        assert shapes(trace(lambda x: x * 2.0, (10,))) == [(10,)]
        assert shapes(trace(dense(10), (None, 10))) == [(None, 10)]


def test_a_shape_that_does_not_fit_with_a_batch_either_is_refused_as_it_was_given() -> None:
    with pytest.raises(TraceError, match=r"\(9,\)"):
        trace(dense(10), (9,))


def test_a_model_without_a_shape_takes_any_after_it_refused_one() -> None:
    model = keras.Sequential([keras.layers.Conv2D(2, 3), keras.layers.Flatten(), keras.layers.Dense(1)])
    with pytest.raises(TraceError, match=r"\(10,\)"):
        trace(model, (10,))
    assert model(tf.ones((4, 8, 8, 3))).shape == (4, 1)


def test_a_users_own_error_is_raised_once_and_as_the_cause() -> None:
    calls = []

    class Broken(keras.Model):  # type: ignore[misc]
        def call(self, x: Any) -> Any:
            calls.append(x)
            raise ZeroDivisionError("mine")

    with pytest.raises(TraceError, match="ZeroDivisionError: mine") as caught:
        trace(Broken(), (10,))
    assert isinstance(caught.value.__cause__, ZeroDivisionError)
    assert len(calls) == 1


def leaking(x: Any) -> Any:
    """Uses a tensor of the function that it calls, which did not return it."""
    kept = []
    tf.function(lambda y: kept.append(y * 2.0))(x)
    return x + kept[0]


def greedy(x: Any) -> Any:
    raise tf.errors.ResourceExhaustedError(None, None, "OOM when allocating a tensor")


@pytest.mark.parametrize(
    ("function", "inputs", "said"),
    [
        (lambda x, y: x + y, ((3,),), r"; it takes \(x, y\) \(given: \(3,\) float32\)"),
        (lambda x, y: x + y, ((3,), (3,), (3,)), r"; it takes \(x, y\) "),
        (lambda i: tf.gather(tf.ones((3,)), i), ((3,),), "; give each input its dtype, as in tf.TensorSpec"),
        (lambda x: tf.matmul(x, tf.ones((3, 3), tf.float64)), ((3, 3),), "; give each input its dtype"),
        (lambda x: tf.matmul(x, x), ((3,),), r"; check the shapes of the inputs \(given: \(3,\) float32\)"),
        (lambda x: tf.Variable(x) * 2.0, ((3,),), "; create its variables once, outside of the function"),
        (lambda x, words: x, ((3,), {"a", "b"}), "; TensorFlow takes no such objects as arguments; .*, set\\)"),
        (leaking, ((3,),), "; it uses a tensor that was made while another function was traced"),
        (greedy, ((3,),), "; there is not enough memory; give smaller inputs"),
    ],
    ids=[
        "too few",
        "too many",
        "dtype of indices",
        "dtype of a factor",
        "rank",
        "variable",
        "set",
        "leaked",
        "memory",
    ],
)
def test_an_error_of_tensorflow_says_what_to_give(function: Any, inputs: Any, said: str) -> None:
    with pytest.raises(TraceError, match=said) as caught:
        trace(function, *inputs)
    assert "\n" not in str(caught.value)


class Counter(tf.Module):  # type: ignore[misc]
    def __init__(self) -> None:
        super().__init__()
        self.total = tf.Variable(tf.zeros(3))

    @tf.function
    def __call__(self, x: Any) -> Any:
        return self.total.assign_add(x) + x


def test_freezing_what_writes_a_variable_says_to_leave_it_out() -> None:
    with pytest.raises(TraceError, match=r"cannot freeze 'counter': .*; leave out freeze=True") as caught:
        trace(Counter(), (3,), freeze=True)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("kind", ["TextVectorization", "StringLookup", "IntegerLookup"])
def test_a_table_among_a_layers_weights_is_no_variable(kind: str) -> None:
    """Keras 2 lists a handler of the table among the weights of these layers."""
    layer = {
        "TextVectorization": lambda: preprocessing.TextVectorization(max_tokens=20, output_sequence_length=4),
        "StringLookup": lambda: preprocessing.StringLookup(vocabulary=["paris", "rome"]),
        "IntegerLookup": lambda: preprocessing.IntegerLookup(vocabulary=[5, 7]),
    }[kind]()
    if kind == "TextVectorization":
        layer.adapt(np.array([["hello world"], ["big world"]]))
    entry = keras.Input((1,), dtype="int64" if kind == "IntegerLookup" else "string")
    graph = trace(keras.Model(entry, keras.layers.Embedding(20, 3)(layer(entry))))
    assert [variable.shape for variable in content_of(graph).variables] == [(20, 3)]
    group = next(each for each in content_of(graph).groups if each.cls == kind)
    assert group.parameters == 0
    assert group.variables == ()


def test_callables_of_every_kind() -> None:
    kernel = tf.Variable(tf.ones((3, 3)))

    @tf.function
    def product(var: Any, x: Any, times: float = 1.0) -> Any:
        return tf.matmul(x, var) * times

    class Owner:
        def method(self, x: Any) -> Any:
            return product(kernel, x)

        def __call__(self, x: Any) -> Any:
            return self.method(x)

    callables = [
        functools.partial(product, kernel), functools.partial(product, kernel, times=2.0), Owner().method, Owner(),
        functools.partial(Owner().method), functools.partial(functools.partial(product, kernel), times=2.0),
        lambda x: product(kernel, x),
    ]  # fmt: skip
    for target in callables:
        graph = trace(target, (2, 3))
        assert content_of(graph).table.ops.count("MatMul") == 1
        assert [variable.shape for variable in content_of(graph).variables] == [(3, 3)]
    assert "AddV2" in content_of(trace(operator.add, (3,), (3,))).table.ops


def test_a_variable_argument_is_a_variable_of_the_graph_and_no_input() -> None:
    kernel = tf.Variable(tf.ones((4, 2)))
    graph = trace(tf.function(lambda var, x: tf.matmul(x, var)), kernel, (None, 4))
    assert [(each.object_path, each.shape) for each in content_of(graph).variables] == [("var", (4, 2))]
    assert [port.name for port in content_of(graph).inputs] == ["x"]


def test_a_dataset_gives_a_model_the_specs_of_its_elements() -> None:
    model = dense(3)
    data = tf.data.Dataset.from_tensor_slices((np.ones((4, 3), "float32"), np.ones((4, 3), "float32"))).batch(2)
    assert shapes(trace(model, data)) == [(None, 3)]
    model.compile("sgd", "mse")
    assert shapes(trace(model, data, step="train")) == [(None, 3), (None, 3)]


def test_what_is_no_input_says_what_is() -> None:
    for wrong in ((row for row in [1]), object()):
        with pytest.raises(InputError, match=r"give a shape like \(None, 10\), a tf.TensorSpec, an array"):
            trace(dense(3), wrong)
    with pytest.raises(InputError, match="give it a dtype"):
        trace(lambda x: x, np.array([1, "a", None], dtype=object))
