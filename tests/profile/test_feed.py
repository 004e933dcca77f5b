"""What a function is run on: each value at its own argument, generated ones that are valid, and one line where neither is possible."""

import functools
import warnings
from typing import Any, NamedTuple

import pytest

tf = pytest.importorskip("tensorflow")
import numpy as np  # noqa: E402

from opscope import InputError, TraceError, profile  # noqa: E402
from opscope.capture.tracing import trace_function  # noqa: E402
from opscope.graph.content import content_of  # noqa: E402
from opscope.profile.running.feed import feed_of  # noqa: E402
from opscope.program.executed_names import Names  # noqa: E402

keras = tf.keras
preprocessing = keras.layers if hasattr(keras.layers, "StringLookup") else keras.layers.experimental.preprocessing


class Step(NamedTuple):
    seen: Any
    info: Any


def result_of(function, *inputs, **keywords):
    """What the traced function gives when it is run as `profile` would run it, to compare with a call of Python's own."""
    _, concrete, call = trace_function(function, *inputs, is_run=True, **keywords)
    result = concrete._call_flat(feed_of(concrete, call, 2).tensors, concrete.captured_inputs)
    return tf.nest.flatten(result)[0].numpy()


def generated(spec, batch=2):
    """The value that is made for a spec: what a function that returns its argument's parts gives back."""
    _, concrete, call = trace_function(tf.function(lambda value: tf.nest.flatten(value, expand_composites=True)), spec)
    return [tensor.numpy() for tensor in feed_of(concrete, call, batch).tensors]


def table():
    keys = tf.lookup.KeyValueTensorInitializer(["a", "b"], tf.constant([1, 2], tf.int64))
    return tf.lookup.StaticHashTable(keys, 0)


def test_a_function_that_looks_words_up_runs_and_its_table_is_as_it_was():
    words, weights = table(), tf.Variable(tf.ones((3, 2)))
    graph = profile(tf.function(lambda x: tf.gather(weights, words.lookup(x))), tf.constant([["a", "b"]]), steps=1)
    assert content_of(graph).table.ops.count("LookupTableFindV2") == 1
    assert len(content_of(graph).variables) == 1  # the table is none
    assert words.lookup(tf.constant(["a", "b", "c"])).numpy().tolist() == [1, 2, 0]


def test_each_argument_of_what_runs_is_an_op_of_the_graph():
    """TensorFlow names the arguments that an executor is given in the FunctionDef: the table's default value is one."""
    words = table()
    graph, concrete, _ = trace_function(tf.function(words.lookup), tf.constant(["a"]), is_run=True)
    arguments = [argument.name for argument in concrete.function_def.signature.input_arg]
    assert len(arguments) == 3
    found = [Names(graph).find(name, "_Arg") for name in arguments]
    assert len({row for row in found if row is not None}) == 3


def test_a_mutable_table_is_left_alone():
    counts = tf.lookup.experimental.DenseHashTable(tf.string, tf.int64, 0, "", "-")

    @tf.function
    def step(key):
        counts.insert(key, counts.lookup(key) + 1)
        return counts.lookup(key)

    graph = profile(step, tf.constant(["a"]), steps=1, warmup=1)
    assert content_of(graph).variables == ()
    assert counts.lookup(tf.constant(["a"])).numpy()[0] > 0  # what a table took in cannot be undone, as the docs say


def test_a_model_with_words_for_inputs_runs_on_values_and_on_generated_ones():
    entry = keras.Input((1,), dtype="string")
    ids = preprocessing.StringLookup(vocabulary=["paris", "rome"])(entry)
    model = keras.Model(entry, keras.layers.Embedding(5, 3)(ids))
    for inputs in ((np.array([["paris"]]),), (np.array([["paris"]], dtype=object),), ()):
        graph = profile(model, *inputs, steps=1)
        assert [variable.shape for variable in content_of(graph).variables] == [(5, 3)]


def test_feature_columns_run():
    if not hasattr(keras.layers, "DenseFeatures"):
        pytest.skip("this Keras has none")
    columns = tf.feature_column
    words = columns.categorical_column_with_vocabulary_list("city", ["paris", "rome"])
    entries = {"age": keras.Input((1,), name="age"), "city": keras.Input((1,), name="city", dtype="string")}
    features = keras.layers.DenseFeatures([columns.numeric_column("age"), columns.embedding_column(words, 4)])
    model = keras.Model(entries, keras.layers.Dense(2)(features(entries)))
    graph = profile(model, {"age": np.ones((2, 1)), "city": np.array([["rome"], ["x"]])}, steps=1)
    assert sorted(variable.shape for variable in content_of(graph).variables) == [(2,), (2, 4), (5, 2)]


def test_a_dataset_that_the_function_holds_is_left_alone():
    held = tf.data.Dataset.range(10)
    graph = profile(lambda x: held.reduce(x, lambda a, b: a + b), tf.constant(0, tf.int64), steps=1)
    assert graph.measurement["steps"] == 1


def test_a_variable_argument_is_passed_counted_and_has_its_value_again():
    kernel = tf.Variable(tf.ones((4, 4)))

    @tf.function
    def update(var, x):
        var.assign_add(x)
        return tf.matmul(x, var)

    for target, inputs in ((update, (kernel, (4, 4))), (functools.partial(update, kernel), ((4, 4),))):
        graph = profile(target, *inputs, steps=1)
        assert [variable.shape for variable in content_of(graph).variables] == [(4, 4)]
        assert (kernel.numpy() == 1).all()
    graph = profile(update, x=(4, 4), var=kernel, steps=1)
    assert [variable.object_path for variable in content_of(graph).variables] == ["var"]
    assert [port.name for port in content_of(graph).inputs] == ["x"]


def test_a_ragged_spec_gets_rows_of_several_lengths():
    values, splits = generated(tf.RaggedTensorSpec((None, None), tf.int32), batch=3)
    assert values.dtype == np.int32
    assert splits[0] == 0
    assert splits[-1] == len(values)
    assert (np.diff(splits) > 0).all()
    assert len(set(np.diff(splits))) > 1
    assert len(splits) == 4  # three rows, as the batch says


def test_a_ragged_spec_keeps_what_is_fixed():
    values, splits = generated(tf.RaggedTensorSpec((2, None, 3), tf.float32, ragged_rank=1))
    assert values.shape == (splits[-1], 3)
    assert len(splits) == 3
    _, splits = generated(tf.RaggedTensorSpec((None, None), tf.string, row_splits_dtype=tf.int32))
    assert splits.dtype == np.int32
    parts = generated(tf.RaggedTensorSpec((None, None, None, 2), tf.float32))
    assert tf.RaggedTensor.from_nested_row_splits(parts[0], parts[1:], validate=True).to_tensor().shape[-1] == 2


def test_a_sparse_spec_gets_elements_within_its_shape_in_order():
    indices, values, shape = generated(tf.SparseTensorSpec((None, 6), tf.float32))
    assert shape.tolist() == [2, 6]
    assert len(indices) == len(values) == 2
    assert (indices < shape).all()
    assert indices.tolist() == sorted(indices.tolist())


def test_means_over_ragged_and_products_of_sparse_inputs_run():
    rows = tf.Variable(tf.ones((50, 4)))

    def mean(ids):
        return tf.reduce_mean(tf.ragged.map_flat_values(tf.nn.embedding_lookup, rows, ids), axis=1)

    def product(x):
        return tf.sparse.sparse_dense_matmul(x, tf.ones((6, 2)))

    assert result_of(mean, tf.RaggedTensorSpec((None, None), tf.int32)).shape == (2, 4)
    assert result_of(product, tf.SparseTensorSpec((None, 6), tf.float32)).shape == (2, 2)


def test_an_open_height_and_width_is_asked_for():
    model = keras.Sequential([keras.Input((None, None, 3)), keras.layers.Conv2D(2, 3)])
    with pytest.raises(InputError, match=r"\(None, None, None, 3\).*give one to run with, such as \(1, 64, 64, 3\)"):
        profile(model, steps=1)
    assert profile(model, (1, 8, 8, 3), steps=1).measurement["steps"] == 1


def test_one_open_size_is_run_as_1_and_told():
    with pytest.warns(UserWarning, match=r"\(None, None, 3\) and was run with \(1, 1, 3\); give one"):
        profile(tf.function(lambda x: x * 2.0), (None, None, 3), steps=1)


def test_an_unknown_rank_is_asked_for():
    with pytest.raises(InputError, match=r"the rank of .* is not known.*give a shape"):
        profile(tf.function(lambda x: x * 2.0), tf.TensorSpec(None), steps=1)


def test_an_empty_part_of_a_nest_stays_empty():
    def total(step):
        assert step.info == ()
        return tf.reduce_sum(step.seen)

    assert result_of(total, Step(np.full((4, 2), 3.0, "float32"), ())) == 24.0
    assert (
        result_of(lambda x: x["a"] + x["b"][0], {"b": (np.ones(3, "float32"), ()), "a": np.ones(3, "float32")})[0] == 2
    )


def test_keywords_reach_their_own_arguments_in_whatever_order():
    def product(*, b, a):
        return tf.matmul(b, a)

    left, right = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4)
    assert (result_of(product, a=right, b=left) == left @ right).all()
    assert (result_of(lambda x, y: x - y, y=np.ones(2), x=np.full(2, 5.0)) == 4).all()


def test_values_are_used_whatever_holds_them():
    ones = np.ones((2, 3))
    assert result_of(lambda x, n: x * n, ones, 2.5)[0, 0] == 2.5
    assert result_of(lambda x, mask=None: x if mask is None else x * mask, ones, None)[0, 0] == 1
    assert result_of(lambda x, mask=None: x if mask is None else x * mask, ones)[0, 0] == 1
    assert result_of(lambda words: tf.strings.length(words), np.array(["a", "bcd"])).tolist() == [1, 3]  # noqa: PLW0108
    assert result_of(tf.strings.length, np.array(["a", "bcd"], dtype=object)).tolist() == [1, 3]
    assert result_of(lambda x: tf.reduce_sum(x, axis=1), tf.ragged.constant([[1.0, 2.0], [3.0]])).tolist() == [3, 3]
    assert result_of(tf.sparse.reduce_sum, tf.sparse.from_dense([[1.0, 0.0], [0.0, 4.0]])) == 5
    slices = tf.IndexedSlices(tf.ones((1, 2)), tf.constant([1]), tf.constant([3, 2]))
    assert result_of(tf.convert_to_tensor, slices).tolist() == [[0, 0], [1, 1], [0, 0]]


def test_an_extension_type_is_passed_whole_and_generated():
    if not hasattr(tf.experimental, "ExtensionType"):
        pytest.skip("this TensorFlow has none")

    class Pair(tf.experimental.ExtensionType):
        left: tf.Tensor
        times: int

    assert result_of(lambda pair: pair.left * 2.0, Pair(tf.fill((3,), 4.0), 2)).tolist() == [8, 8, 8]
    spec = tf.type_spec_from_value(Pair(tf.fill((3,), 4.0), 2))
    assert result_of(lambda pair: pair.left, spec).shape == (3,)


def test_an_array_of_objects_without_a_dtype_is_refused():
    with pytest.raises(InputError, match="give it a dtype"):
        profile(tf.function(lambda x: x), np.array([1, "a", None], dtype=object), steps=1)


def test_a_dataset_of_pairs_fills_a_function_of_two_and_of_dicts_a_model_of_names():
    pairs = tf.data.Dataset.from_tensors((np.full((2, 3), 2.0), np.ones((2, 3))))
    graph = profile(tf.function(lambda x, y: x - y), pairs, steps=1)
    assert len(content_of(graph).inputs) == 2
    left, right = keras.Input((4,), name="left"), keras.Input((5,), name="right")
    model = keras.Model({"left": left, "right": right}, keras.layers.Concatenate()([left, right]))
    named = tf.data.Dataset.from_tensors({"left": np.ones((2, 4), "float32"), "right": np.ones((2, 5), "float32")})
    assert len(content_of(profile(model, named, steps=1)).inputs) == 2
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    weighted = tf.data.Dataset.from_tensors((np.ones((4, 3)), np.ones((4, 2)), np.ones(4)))
    model.compile("sgd", "mse")
    assert len(content_of(profile(model, weighted, steps=1)).inputs) == 1
    assert len(content_of(profile(model, weighted, step="train", steps=1)).inputs) == 3


class Scaled(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec((None, 3), tf.float32, "x"), tf.TensorSpec((), tf.float32, "scale")])
    def __call__(self, x, scale):
        return x * scale


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    folder = str(tmp_path_factory.mktemp("scaled") / "model")
    module = Scaled()
    tf.saved_model.save(module, folder, signatures=module.__call__.get_concrete_function())
    return tf.saved_model.load(folder)


def test_a_loaded_function_uses_all_that_it_is_given(loaded):
    x = np.ones((2, 3), "float32")
    signature = loaded.signatures["serving_default"]
    assert (result_of(loaded, x, np.float32(3.0)) == 3).all()
    assert (result_of(loaded, x, 3.0) == 3).all()
    assert (result_of(signature, x=x, scale=np.float32(3.0)) == 3).all()
    assert result_of(signature, x=(5, 3)).shape == (5, 3)


@pytest.mark.parametrize(
    ("inputs", "keywords", "said"),
    [
        ((np.ones((2, 3)),), {}, "1 values were given and the function takes 2.*give one for each"),
        ((), {"y": np.ones((2, 3))}, "the function has no input 'y'; it takes .*x \\(None, 3\\) float32"),
        ((), {"x": np.ones((2, 4))}, "'x' takes the shape \\(None, 3\\), not \\(2, 4\\); give one that fits"),
        ((), {"x": (2, 4)}, "'x' takes the shape \\(None, 3\\), not \\(2, 4\\); give one that fits"),
        ((), {"x": np.array([["a", "b", "c"]])}, "the value given for 'x' is not float32"),
    ],
)
def test_what_a_loaded_function_cannot_use_is_refused(loaded, inputs, keywords, said):
    with pytest.raises(InputError, match=said):
        profile(loaded.signatures["serving_default"], *inputs, steps=1, **keywords)


def test_a_loaded_function_names_what_it_was_saved_with(loaded):
    with pytest.raises(TraceError, match=r"give inputs like those that it was saved with: \(None, 3\) float32"):
        profile(loaded, np.ones((2, 4), "float32"), np.float32(1.0), steps=1)


def test_a_traced_function_takes_its_constants_again_and_no_others():
    traced = tf.function(lambda x, y, n: x * y + n).get_concrete_function(
        tf.TensorSpec((3,)), y=tf.TensorSpec((3,)), n=3.0
    )
    ones = np.ones(3, "float32")
    for inputs, keywords in (((ones, ones), {}), ((ones, ones, 3.0), {}), ((ones,), {"y": ones})):
        assert result_of(traced, *inputs, **keywords).tolist() == [4, 4, 4]
    with pytest.raises(InputError, match=r"traced for 3.0, not 4.0"):
        profile(traced, ones, ones, 4.0, steps=1)


def test_where_generated_values_cannot_be_run_on_the_model_s_error_is_the_cause():
    @tf.function
    def picky(x):
        tf.debugging.assert_greater(x, 5.0, message="too small here")
        return x

    with pytest.raises(InputError, match=r"cannot run on generated values: .*; give arrays or tensors for x") as caught:
        profile(picky, (3,), steps=1)
    assert "too small here" in str(caught.value.__cause__)
    with pytest.raises(tf.errors.InvalidArgumentError, match="too small here"):
        profile(picky, np.zeros(3, "float32"), steps=1)


def test_too_little_memory_asks_for_smaller_inputs():
    with pytest.raises(InputError, match=r"not enough memory to run it: .*; give smaller inputs, or a smaller batch="):
        profile(
            tf.function(lambda n: tf.reduce_sum(tf.random.normal((n, 1 << 20, 1 << 10)))), tf.constant(1 << 10), steps=1
        )


def test_a_variable_without_a_value_is_told():
    with tf.Graph().as_default():
        handle_name = "never_made"

    @tf.function
    def reads(x):
        handle = tf.raw_ops.VarHandleOp(dtype=tf.float32, shape=(3,), shared_name=handle_name)
        return x + tf.raw_ops.ReadVariableOp(resource=handle, dtype=tf.float32)

    with pytest.raises(TraceError, match=r"has no value yet: .*; initialize it before it is run"):
        profile(reads, np.ones(3, "float32"), steps=1)


def test_an_op_without_a_kernel_here_is_told():
    if tf.config.list_physical_devices("GPU"):
        pytest.skip("has a kernel on a GPU")

    @tf.function
    def recurrent(x):
        return tf.raw_ops.CudnnRNN(input=x, input_h=x, input_c=x, params=tf.ones(8)).output

    with pytest.raises(
        TraceError, match=r"TensorFlow cannot run it on this machine: .*; it can still be traced and drawn"
    ):
        profile(recurrent, np.ones((1, 1, 4), "float32"), steps=1)


def test_known_values_bring_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)
        profile(tf.function(lambda x: x * 2.0), np.ones((2, 3), "float32"), steps=1)
