"""Live models: what is folded reaches no output, and the shapes that labels say are those of real tensors when the functions run."""

from __future__ import annotations

import pytest

from shaped import at, decided, false, folded, made

tf = pytest.importorskip("tensorflow")

import opscope  # noqa: E402
import zoo  # noqa: E402 - after the skip: it is TensorFlow's
from opscope.graph.content import content_of  # noqa: E402

SIZES = {"b": 3, "t": 5, "h": 6, "w": 7}
TEXT = tf.TensorSpec((None, None, 16), name="x")


def attention(x):
    """An attention as people write it by hand, with a mask and a bias made to measure."""

    def split(tensor):
        batch, length = tf.shape(tensor)[0], tf.shape(tensor)[1]
        return tf.transpose(tf.reshape(tensor, (batch, length, 4, 4)), (0, 2, 1, 3))

    batch, length = tf.shape(x)[0], tf.shape(x)[1]
    queries = split(x)
    weights = tf.nn.softmax(tf.matmul(queries, queries, transpose_b=True))
    mask = tf.range(length)[:, tf.newaxis] >= tf.range(length)
    weights = tf.where(tf.tile(mask[tf.newaxis, tf.newaxis], [batch, 4, 1, 1]), weights, 0.0)
    joined = tf.reshape(tf.transpose(tf.matmul(weights, queries), (0, 2, 1, 3)), [batch * length, 16])
    return tf.reshape(joined, [batch, -1, 16]) + tf.fill([batch, 1, 16], 1.0)


def pooled(x):
    """Half as many steps, each of two put together, and noise."""
    batch, length = tf.shape(x)[0], tf.shape(x)[1]
    even = x[:, : length // 2 * 2]
    pairs = tf.reshape(even, [batch, length // 2, 32])
    return pairs + tf.random.normal(tf.shape(pairs)) + tf.zeros([tf.shape(x)[0], 1, 32])


def resized(x):
    size = tf.shape(x)[1:3]
    larger = tf.image.resize(x, size * 2)
    return tf.reshape(larger, [tf.shape(x)[0], size[0] * size[1] * 4, 3])


def branched(x):
    """The same Reshape in a branch and in a function, to a size that is computed outside of them."""
    batch, double = tf.shape(x)[0], tf.shape(x)[1] * 2

    @tf.function
    def inner(tensor, count):
        return tf.reshape(tensor, [-1, count, 8])

    chosen = tf.cond(
        tf.reduce_sum(x) > 0, lambda: tf.reshape(x, [batch, double, 8]), lambda: tf.zeros([batch, double, 8])
    )
    return chosen + inner(x, double)


def unrolled(x):
    """A recurrent network by hand: a loop whose list has the length of the text."""
    batch, length = tf.shape(x)[0], tf.shape(x)[1]
    state, states = tf.zeros([batch, 16]), tf.TensorArray(tf.float32, size=length)
    for step in tf.range(length):
        state = tf.tanh(state + tf.reshape(tf.reshape(x[:, step], [batch, 4, 4]), [batch, 16]))
        states = states.write(step, state)
    return tf.transpose(states.stack(), [1, 0, 2])


def gradient(x):
    with tf.GradientTape() as tape:
        tape.watch(x)
        loss = tf.reduce_mean(tf.reduce_sum(tf.reshape(x, [tf.shape(x)[0], -1]) ** 2.0, axis=1))
    return tape.gradient(loss, x) * tf.cast(tf.shape(x)[0], tf.float32)


FUNCTIONS = {
    "attention": (
        attention,
        TEXT,
        {"Reshape": "(b, t, 4, 4)", "Tile": "(b, 4, t, t)", "Reshape_1": "(b·t, 16)", "Fill": "(b, 1, 16)"},
    ),
    "pooled": (pooled, TEXT, {"Reshape": "(b, t/2, 32)", "random_normal/RandomStandardNormal": "(b, t/2, 32)"}),
    "resized": (
        resized,
        tf.TensorSpec((None, None, None, 3)),
        {"resize/ResizeBilinear": "(b, h·2, w·2, 3)", "Reshape": "(b, h·w·4, 3)"},
    ),
    "branched": (branched, TEXT, {"PartitionedCall/Reshape": "(b, t·2, 8)", "cond/then/cond/Reshape": "(b, t·2, 8)"}),
    "unrolled": (tf.autograph.to_graph(unrolled), TEXT, {"while/body/while/Reshape": "(b, 4, 4)", "zeros": "(b, 16)"}),
    "gradient": (gradient, TEXT, {}),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_labels_say_the_shapes_that_tensors_have_when_the_function_runs(name):
    function, spec, expected = FUNCTIONS[name]
    wrapped = tf.compat.v1.wrap_function(function, [spec])
    said = made(opscope.trace(wrapped))
    assert {op: said.get(op) for op in expected} == expected
    inside = {op.name for op in wrapped.graph.get_operations()}
    asked = [op for op in said if op in inside]  # what is in a body cannot be fetched from outside
    names = ("b", "h", "w") if spec.shape.rank == 4 else ("b", "t")
    fed = tf.ones([SIZES[name] for name in names] + list(spec.shape)[len(names) :])
    run = wrapped.prune(wrapped.inputs[:1], [wrapped.graph.get_tensor_by_name(f"{op}:0") for op in asked])
    for op, value in zip(asked, run(fed)):
        told = at(said[op], **SIZES)
        assert len(told) == value.shape.rank
        assert all(one in (None, other) for one, other in zip(told, value.shape)), (op, said[op], value.shape)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_what_is_folded_of_functions_is_shape_arithmetic(name):
    function, spec, _ = FUNCTIONS[name]
    graph = opscope.trace(tf.function(function), spec)
    assert folded(graph)
    assert false(graph) == []


@pytest.mark.parametrize("name", sorted(zoo.ZOO))
def test_what_is_folded_of_models_is_shape_arithmetic(name):
    assert false(zoo.traced(name)) == []


def test_the_size_by_which_a_mean_is_divided_stays():
    graph = opscope.trace(tf.function(gradient), TEXT)
    found = folded(graph)
    content = content_of(decided(graph))
    casts = [row for row, op in enumerate(content.table.ops) if op == "Cast"]
    assert casts
    assert not {content.table.names[row] for row in casts} & set(found)


def test_what_a_branch_returns_and_what_a_loop_goes_on_by_stays():
    def decide(x):
        def some():
            double = tf.shape(x)[1] * 2
            return tf.reshape(x, [-1, double, 8]), double

        y, count = tf.cond(tf.reduce_sum(x) > 0, some, lambda: (tf.reshape(x, [-1, tf.shape(x)[0], 8]), 1))
        length = tf.shape(x)[1]

        def step(number, state):
            return number + 1, state + tf.reduce_sum(tf.reshape(x, [length, -1]))

        return y, tf.while_loop(lambda number, state: number < length, step, [0, 0.0])[1] + tf.cast(count, tf.float32)

    graph = opscope.trace(tf.function(decide), TEXT)
    left = {name.rpartition("/")[2] for name in set(content_of(graph).table.names) - set(folded(graph))}
    assert {"mul", "strided_slice"} <= left  # in the branch; outside, for the loop
    assert "(t, b·16)" in made(graph).values()
    assert false(graph) == []


def test_a_size_that_changes_from_one_iteration_to_the_next_is_not_said_and_one_that_stays_is():
    def grow(x):
        def step(text):
            column = tf.reshape(text, [tf.shape(text)[0], tf.shape(text)[1] * 16])
            return (tf.concat([text, tf.reshape(column, [-1, tf.shape(text)[1], 16])], 1),)

        return tf.while_loop(lambda text: tf.reduce_sum(text) > 0, step, [x], shape_invariants=[TEXT.shape])

    graph = opscope.trace(tf.function(grow), TEXT)
    assert set(made(graph).values()) == {"(b, None)", "(None, None, 16)"}  # the -1 in front is not worked out
    assert false(graph) == []


def test_keras_attention_and_recurrent_layers():
    layers = tf.keras.layers
    attend = layers.MultiHeadAttention(4, 4)
    model = tf.keras.Sequential([tf.keras.Input((None, 16)), layers.LSTM(8, return_sequences=True), layers.Dense(4)])
    for graph in (opscope.trace(lambda x: attend(x, x), TEXT), opscope.trace(model, TEXT)):
        assert false(graph) == []
    assert "(b, 8)" in made(opscope.trace(model, TEXT)).values()


def test_what_a_recurrent_layer_gives_has_the_batch_and_the_length_of_what_it_takes():
    layer = tf.keras.layers.LSTM(8, return_sequences=True)

    def after(x):
        states = layer(x)
        return tf.reshape(states, [tf.shape(states)[0], tf.shape(states)[1], 2, 4])

    # Keras 2 runs the layer as a function, of which the shapes need not be known.
    keras_2 = getattr(tf.keras, "__version__", "2.").startswith("2.")
    known = {"(b, t, 2, 4)", "(None, None, 2, 4)"} if keras_2 else {"(b, t, 2, 4)"}
    assert known & set(made(opscope.trace(after, TEXT)).values())
