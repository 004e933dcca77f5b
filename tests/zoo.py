"""The models of the suite: small, of every kind that people write, made anew by each call. Needs TensorFlow."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Callable, Dict, NamedTuple, Tuple

import pytest

tf = pytest.importorskip("tensorflow")

from opscope.capture import trace  # noqa: E402
from opscope.graph.graph import Graph  # noqa: E402

layers = tf.keras.layers


class Case(NamedTuple):
    """A target of `trace` with its inputs and options."""

    target: Any
    inputs: Tuple[Any, ...] = ()
    options: Dict[str, Any] = {}  # noqa: RUF012


class OneDense(tf.keras.Model):
    """A subclassed model with one layer."""

    def __init__(self) -> None:
        super().__init__(name="one_dense")
        self.dense = layers.Dense(100, name="dense")  # else Keras numbers it by what this process has made before

    def call(self, x: Any) -> Any:
        return self.dense(x)


class Sine(layers.Layer):
    """A custom layer without variables."""

    def call(self, x: Any) -> Any:
        return tf.sin(x)


class Unstack(layers.Layer):
    """A custom layer that returns a list of four tensors."""

    def call(self, x: Any) -> Any:
        return tf.unstack(x, axis=-1)


class Residual(layers.Layer):
    """A block that overrides ``__call__``."""

    def __init__(self, filters: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.first = layers.Conv2D(filters, 3, padding="same")
        self.second = layers.Conv2D(filters, 3, padding="same")

    def __call__(self, x: Any) -> Any:
        return super().__call__(x)

    def call(self, x: Any) -> Any:
        return x + self.second(tf.nn.relu(self.first(x)))


class Blocks(tf.keras.Model):
    """Five residual blocks in a list."""

    def __init__(self) -> None:
        super().__init__(name="blocks")
        self.blocks = [Residual(4, name=f"residual_{index}") for index in range(5)]

    def call(self, x: Any) -> Any:
        for block in self.blocks:
            x = block(x)
        return x


class Cell(layers.Layer):
    """A recurrent cell of one's own."""

    def __init__(self, units: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units
        self.state_size = units
        self.output_size = units
        self.mix = layers.Dense(units, name="mix")

    def build(self, input_shape: Any) -> None:
        self.mix.build((None, int(input_shape[-1]) + self.units))
        super().build(input_shape)

    def call(self, inputs: Any, states: Any) -> Any:
        state = states[0] if isinstance(states, (list, tuple)) else states
        output = tf.tanh(self.mix(tf.concat([inputs, state], -1)))
        return output, [output]


class Looping(tf.keras.Model):
    """The cell in a `tf.while_loop`."""

    def __init__(self) -> None:
        super().__init__(name="looping")
        self.cell = Cell(3, name="cell")

    def call(self, x: Any) -> Any:
        if not self.cell.built:
            self.cell.build((None, x.shape[-1]))

        def body(step: Any, state: Any) -> Any:
            output, _ = self.cell(x[:, 0], [state])
            return step + 1, output

        start = tf.zeros([tf.shape(x)[0], 3])
        return tf.while_loop(lambda step, _: step < 4, body, [tf.constant(0), start])[1]


class Branching(tf.Module):
    """A module whose call AutoGraph must turn into a branch."""

    def __init__(self) -> None:
        super().__init__(name="branching")
        self.weight = tf.Variable(2.0, name="weight")

    def __call__(self, x: Any) -> Any:
        if tf.reduce_sum(x) > 0:
            return x * self.weight
        return x - self.weight


class Stack(tf.Module):
    """Modules in a dict and a list, name scopes and a `tf.function`."""

    def __init__(self) -> None:
        super().__init__(name="stack")
        self.parts = {"a": Branching(), "b": [Branching()]}

    @tf.function
    def __call__(self, x: Any) -> Any:
        return self.parts["b"][0](self.parts["a"](x))


def sequential() -> Case:
    model = tf.keras.Sequential(
        [layers.Dense(64, activation="relu", input_shape=(10,)), layers.Dense(10, activation="softmax")], name="mlp"
    )
    return Case(model)


def unbuilt() -> Case:
    return Case(tf.keras.Sequential([layers.Dense(4), Sine(), layers.Dense(2)], name="never_built"), ((None, 3),))


def subclassed() -> Case:
    return Case(OneDense(), ((10, 100),))


def single_layer() -> Case:
    return Case(layers.Dense(3, name="alone"), ((None, 5),))


def nested() -> Case:
    """m1: one input, two outputs; m2: two inputs added; m2(m1(x))."""
    one = tf.keras.Input((4,), name="in0")
    m1 = tf.keras.Model(one, [layers.Dense(1, name="left")(one), layers.Dense(1, name="right")(one)], name="m1")
    a, b = tf.keras.Input((1,)), tf.keras.Input((1,))
    m2 = tf.keras.Model([a, b], layers.Add(name="sum")([a, b]), name="m2")
    return Case(tf.keras.Model(one, m2(m1(one)), name="both"))


def siamese() -> Case:
    """One vision model on two inputs, joined."""
    image = tf.keras.Input((12, 12, 1))
    x = layers.Conv2D(8, 3, name="conv_a")(image)
    x = layers.Conv2D(8, 3, name="conv_b")(x)
    x = layers.Flatten(name="flatten")(layers.MaxPooling2D(2, name="pool")(x))
    vision = tf.keras.Model(image, x, name="vision")
    left, right = tf.keras.Input((12, 12, 1), name="left"), tf.keras.Input((12, 12, 1), name="right")
    joined = layers.Concatenate(name="join")([vision(left), vision(right)])
    return Case(tf.keras.Model([left, right], layers.Dense(1, name="head")(joined), name="siamese"))


def unstacking() -> Case:
    return Case(Unstack(name="unstack_four"), ((None, 12, 4),))


def residuals() -> Case:
    return Case(Blocks(), ((2, 6, 6, 4),))


def recurrent() -> Case:
    rnn = layers.RNN(Cell(3, name="cell"), name="rnn")
    return Case(tf.keras.Sequential([rnn, layers.Dense(1, name="head")], name="recurrent"), ((2, 5, 4),))


def looping() -> Case:
    return Case(Looping(), ((2, 5, 4),))


def lstm() -> Case:
    model = tf.keras.Sequential(
        [layers.Bidirectional(layers.LSTM(3), name="both_ways"), layers.Dense(1, name="head")], name="lstm_model"
    )
    return Case(model, ((2, 5, 4),))


def attention() -> Case:
    return Case(layers.MultiHeadAttention(2, 4, name="attention"), ((2, 5, 8), (2, 5, 8)))


def normalised() -> Case:
    model = tf.keras.Sequential([layers.Dense(4), layers.BatchNormalization(), layers.Dropout(0.5)], name="normalised")
    return Case(model, ((8, 3),), {"training": True})


def embedding() -> Case:
    return Case(tf.keras.Sequential([layers.Embedding(10, 4), layers.Dense(2)], name="words"), ((None, 7),))


def module() -> Case:
    return Case(Branching(), ((3,),))


def modules() -> Case:
    return Case(Stack(), ((3,),))


def dictionary() -> Case:
    def f(inputs: Any, scale: Any = None) -> Any:
        return {"sum": inputs["a"] + inputs["b"][0], "scaled": [inputs["a"] * scale]}

    return Case(f, ({"a": (3,), "b": [(3,)]},), {"scale": tf.TensorSpec((), tf.float32)})


def ragged() -> Case:
    spec = tf.RaggedTensorSpec((None, None), tf.float32)
    return Case(lambda x: tf.reduce_sum(x, axis=1), (spec,))


def sparse() -> Case:
    value = tf.sparse.from_dense([[1.0, 0.0], [0.0, 2.0]])
    return Case(tf.sparse.sparse_dense_matmul, (value, (2, 3)))


def strings() -> Case:
    return Case(tf.strings.length, (tf.TensorSpec((None,), tf.string),))


def coin() -> Case:
    """Case 2 of issue 2: a branch on a random number."""

    def f(x: Any) -> Any:
        if tf.random.uniform(()) < 0.5:
            x = x * x
        x = tf.cast(x, tf.float32)
        return 2 * x + 5

    return Case(f, (3,))


def train_step() -> Case:
    """Case 1 of issue 2: a model with one Dense, Adam, and a step of one's own."""
    model, optimizer = OneDense(), tf.keras.optimizers.Adam()

    @tf.function
    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    return Case(step, ((10, 100), (10, 100)))


def lstm_step() -> Case:
    model, optimizer = lstm().target, tf.keras.optimizers.Adam()

    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(x, training=True) - y))
        gradients = tape.gradient(loss, model.trainable_variables)
        gradients, _ = tf.clip_by_global_norm(gradients, 1.0)
        optimizer.apply_gradients(zip(gradients, model.trainable_variables))
        return loss

    return Case(step, ((2, 5, 4), (2, 1)))


def cell_step() -> Case:
    model = recurrent().target

    def step(x: Any) -> Any:
        with tf.GradientTape() as tape:
            loss = tf.reduce_sum(model(x))
        for variable, gradient in zip(model.trainable_variables, tape.gradient(loss, model.trainable_variables)):
            variable.assign_sub(0.1 * gradient)
        return loss

    return Case(step, ((2, 5, 4),))


def keras_step() -> Case:
    model = tf.keras.Sequential(
        [layers.Dense(4, activation="relu", name="hidden"), layers.Dense(1, name="head")], name="fit"
    )
    model.compile(optimizer="adam", loss="mse", metrics=["mae"])
    return Case(model, ((8, 3), (8, 1)), {"step": "train"})


def gan_step() -> Case:
    """Two models, two tapes, two optimizers: the second forward pass reads what the first optimizer wrote."""
    generator = tf.keras.Sequential([layers.Dense(4, name="make")], name="generator")
    critic = tf.keras.Sequential([layers.Dense(1, name="judge")], name="critic")
    generator.build((None, 3))
    critic.build((None, 4))
    first, second = tf.keras.optimizers.SGD(0.1), tf.keras.optimizers.SGD(0.1)

    def step(noise: Any, real: Any) -> Any:
        with tf.GradientTape() as tape:
            critic_loss = tf.reduce_mean(critic(generator(noise))) - tf.reduce_mean(critic(real))
        gradients = tape.gradient(critic_loss, critic.trainable_variables)
        first.apply_gradients(zip(gradients, critic.trainable_variables))
        with tf.GradientTape() as tape:
            generator_loss = -tf.reduce_mean(critic(generator(noise)))
        gradients = tape.gradient(generator_loss, generator.trainable_variables)
        second.apply_gradients(zip(gradients, generator.trainable_variables))
        return critic_loss, generator_loss

    return Case(step, ((8, 3), (8, 4)))


def called_functions() -> Case:
    """`tf.function`s called by a function, twice, with a gradient through them."""

    @tf.function
    def inner(x: Any) -> Any:
        return tf.sin(x) * 2.0

    def outer(x: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = inner(inner(x))
        return tape.gradient(y, x)

    return Case(outer, ((3,),))


def two_outputs() -> Case:
    """Case 6 of issue 2: one op uses two outputs of another, of different shapes."""

    def f(x: Any) -> Any:
        first, second = tf.split(x, [1, 3])
        return tf.concat([first, second], 0)

    return Case(f, ((4,),))


def epoch() -> Case:
    """A training loop over a dataset inside a function: the whole step is the body of a ScanDataset."""
    model = tf.keras.Sequential(
        [layers.Dense(4, activation="relu", name="hidden"), layers.Dense(1, name="out")], name="net"
    )
    model.build((None, 3))
    data = tf.data.Dataset.from_tensor_slices((tf.ones((12, 3)), tf.ones((12, 1)))).batch(4)

    @tf.function
    def train(data: Any, rate: Any) -> Any:
        total = tf.constant(0.0)
        for x, y in data:
            with tf.GradientTape() as tape:
                loss = tf.reduce_mean((model(x) - y) ** 2)
            for variable, gradient in zip(model.trainable_variables, tape.gradient(loss, model.trainable_variables)):
                variable.assign_sub(rate * gradient)
            total += loss
        return total

    return Case(train, (data, ()))


def pipeline() -> Case:
    """A dataset that is made and gone through in one function, by ops with one function and with several."""

    def f(x: Any, limit: Any) -> Any:
        data = tf.data.Dataset.from_tensor_slices({"a": x, "b": 2.0 * x})
        data = data.map(lambda row: (row["a"] * limit, row["b"])).filter(lambda a, b: a + b < limit)
        data = data.apply(
            tf.data.experimental.group_by_window(
                lambda a, _: tf.cast(a, tf.int64), lambda _, window: window.batch(2), window_size=2
            )
        )
        return data.reduce(0.0, lambda total, pair: total + tf.reduce_sum(pair[0] * pair[1]))

    return Case(f, ((8,), ()))


ZOO: Dict[str, Callable[[], Case]] = {
    make.__name__: make
    for make in (
        sequential, unbuilt, subclassed, single_layer, nested, siamese, unstacking, residuals, recurrent, looping, lstm,
        attention, normalised, embedding, module, modules, dictionary, ragged, sparse, strings, coin, train_step,
        lstm_step, cell_step, keras_step, gan_step, called_functions, two_outputs, epoch, pipeline,
    )
}  # fmt: skip


@lru_cache(maxsize=None)
def traced(name: str) -> Graph:
    """The graph of a model of the zoo. It is traced once in a run, as no test changes a graph."""
    case = ZOO[name]()
    return trace(case.target, *case.inputs, **case.options)
