"""Pairs of models that people really compare, small, each with the one thing changed. Needs TensorFlow with Keras 3.

What a reader expects to be told of each is in `expected_changes`, written down before any of them was compared. `python tests/pair_models.py`
writes what tracing gives of them to recorded/pairs.zip, so that the comparison is tested without TensorFlow as well.
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any, Callable, Dict, Optional, Sequence, Tuple

import pytest

import opscope

tf = pytest.importorskip("tensorflow")
layers = tf.keras.layers
RECORDED = Path(__file__).parent / "diff" / "recorded" / "pairs.zip"
Pair = Tuple[opscope.Graph, opscope.Graph]


def net(*inside: Any, size: Tuple[int, ...] = (16,), name: str = "net") -> Any:
    """A Sequential model."""
    return tf.keras.Sequential([tf.keras.Input(size, name="x"), *inside], name=name)


def dense(*units: int, names: Sequence[str] = ("a", "b", "c", "d"), activation: str = "relu") -> Any:
    return net(*[layers.Dense(size, activation=activation, name=name) for size, name in zip(units, names)])


def traced(model: Any, batch: Optional[int] = None, **options: Any) -> opscope.Graph:
    """The graph of a model, or of what it does in training, for inputs of the size that it was made for."""
    return opscope.trace(model, (batch, *model.inputs[0].shape[1:]), **options)


def step(model: Any, loss: str = "mse", optimizer: Any = "sgd") -> opscope.Graph:
    """The graph of a training step of 4 examples of 16 features."""
    model.compile(optimizer, loss)
    return opscope.trace(model, tf.zeros((4, 16)), tf.zeros((4, 10)), step="train")


def renamed_layer() -> Pair:
    return traced(dense(32, 32, 10)), traced(dense(32, 32, 10, names=("a", "hidden", "c")))


def inserted_layer() -> Pair:
    return traced(dense(64, 32, 10)), traced(dense(64, 48, 32, 10, names=("a", "new", "b", "c")))


class Half(layers.Layer):
    """Layers one behind the other, under a name of the author's."""

    def __init__(self, *inside: Any, **more: Any) -> None:
        super().__init__(**more)
        self.inside = list(inside)

    def call(self, x: Any) -> Any:
        for layer in self.inside:
            x = layer(x)
        return x


def moved_block() -> Pair:
    """A normalisation that was the encoder's last layer is the decoder's first."""

    def made(last: bool) -> Any:
        norm, first = layers.LayerNormalization(name="norm"), layers.Dense(24, activation="relu", name="narrow")
        second = layers.Dense(16, name="wide")
        encoder = Half(first, *([norm] if last else []), name="encoder")
        return net(encoder, Half(*([] if last else [norm]), second, name="decoder"))

    return traced(made(last=True)), traced(made(last=False))


def wrapped_in_block() -> Pair:
    """Two of three layers were put into a block of the author's own (a refactoring: the same maths)."""

    def made(block: bool) -> Any:
        one, two = (
            layers.Dense(32, activation="relu", name="one"),
            layers.Dense(24, activation="relu", name="two"),
        )
        return net(*([Half(one, two, name="block")] if block else [one, two]), layers.Dense(4, name="head"))

    return traced(made(block=False)), traced(made(block=True))


def name_scope_around() -> Pair:
    """A function without layers, all that it does under a name."""

    def plain(x: Any) -> Any:
        with tf.name_scope("scale"):
            x = x * 2.0 - 1.0
        with tf.name_scope("soften"):
            return tf.tanh(x) / tf.reduce_sum(tf.exp(x), axis=-1, keepdims=True)

    def scoped(x: Any) -> Any:
        with tf.name_scope("preprocess"):
            return plain(x)

    one, two = [tf.function(each) for each in (plain, scoped)]
    return opscope.trace(one, (None, 8)), opscope.trace(two, (None, 8))


class Residual(layers.Layer):
    """A block of the author's own."""

    def __init__(self, **more: Any) -> None:
        super().__init__(**more)
        self.one, self.two = layers.Dense(32, activation="relu", name="one"), layers.Dense(16, name="two")

    def call(self, x: Any) -> Any:
        return x + self.two(self.one(x))


def repeat_count() -> Pair:
    eight, twelve = [net(*[Residual(name=f"block_{number}") for number in range(count)]) for count in (8, 12)]
    return traced(eight), traced(twelve)


def units_changed() -> Pair:
    return traced(dense(32, 32, 10)), traced(dense(32, 48, 10))


def activation_changed() -> Pair:
    def made(middle: str) -> Any:
        return net(
            layers.Dense(32, activation="relu", name="a"),
            layers.Dense(32, activation=middle, name="b"),
            layers.Dense(10, name="c"),
        )

    return traced(made("relu")), traced(made("gelu"))


def sequential_and_functional() -> Pair:
    """The same layers, written in Keras's two ways."""
    here = there = tf.keras.Input((16,), name="x")
    for size, name in ((32, "a"), (10, "b")):
        here = layers.Dense(size, activation="relu", name=name)(here)
    return traced(dense(32, 10)), traced(tf.keras.Model(there, here, name="net"))


def convolutions(*, dropout: bool = True, **settings: Any) -> Any:
    """A small convnet; `settings` are those of what is changed."""
    filters = settings.get("filters", (8, 16))
    return net(
        layers.Conv2D(filters[0], 3, padding=settings.get("padding", "same"), name="conv1"),
        layers.BatchNormalization(momentum=settings.get("momentum", 0.99), name="bn"),
        layers.ReLU(name="relu"),
        layers.Conv2D(
            filters[1], 3, strides=settings.get("strides", 1), use_bias=settings.get("use_bias", True), name="conv2"
        ),
        layers.GlobalAveragePooling2D(name="pool"),
        *([layers.Dropout(0.5, name="drop")] if dropout else []),
        layers.Dense(10, name="head"),
        size=(16, 16, 3),
    )


def training_and_inference() -> Pair:
    model = convolutions()
    return traced(model, training=True), traced(model, training=False)


def mixed_precision() -> Pair:
    found = []
    for policy in ("float32", "mixed_float16"):
        tf.keras.mixed_precision.set_global_policy(policy)
        try:
            found.append(traced(dense(32, 24, 10)))
        finally:
            tf.keras.mixed_precision.set_global_policy("float32")
    return found[0], found[1]


def fixed_batch() -> Pair:
    """The same function under two input signatures."""
    model = dense(32, 10)
    found = []
    for batch in (None, 8):
        function = tf.function(model, input_signature=[tf.TensorSpec((batch, 16), name="x")])
        found.append(opscope.trace(function))
    return found[0], found[1]


def jit_compiled() -> Pair:
    """A part of a model that XLA compiles."""

    def made(compiled: bool) -> Any:
        @tf.function(jit_compile=compiled)
        def soften(x: Any) -> Any:
            return tf.nn.softmax(x * 0.5)

        @tf.function
        def predict(x: Any) -> Any:
            return soften(tf.nn.relu(x)) + 1.0

        return predict

    return opscope.trace(made(compiled=False), (None, 8)), opscope.trace(made(compiled=True), (None, 8))


def pruned() -> Pair:
    """Fewer filters in both convolutions, as pruning of whole channels leaves them."""
    return traced(convolutions()), traced(convolutions(filters=(6, 12)))


def other_loss() -> Pair:
    return step(dense(32, 10)), step(dense(32, 10), loss="mae")


def other_optimizer() -> Pair:
    return step(dense(32, 10)), step(dense(32, 10), optimizer="adam")


def gradients_clipped() -> Pair:
    one, two = [tf.keras.optimizers.SGD(0.01, clipnorm=norm) for norm in (None, 1.0)]
    return step(dense(32, 10), optimizer=one), step(dense(32, 10), optimizer=two)


def dropout_added() -> Pair:
    return traced(convolutions(dropout=False), training=True), traced(convolutions(), training=True)


def momentum_changed() -> Pair:
    return traced(convolutions(), training=True), traced(convolutions(momentum=0.9), training=True)


def strides_changed() -> Pair:
    return traced(convolutions()), traced(convolutions(strides=2))


def bias_left_out() -> Pair:
    return traced(convolutions()), traced(convolutions(use_bias=False))


class Attention(layers.Layer):
    """One head of self-attention."""

    def __init__(self, width: int, **more: Any) -> None:
        super().__init__(**more)
        self.query, self.key, self.value = [layers.Dense(width, name=name) for name in ("query", "key", "value")]

    def call(self, x: Any) -> Any:
        weights = tf.nn.softmax(tf.matmul(self.query(x), self.key(x), transpose_b=True) * 0.25)
        return tf.matmul(weights, self.value(x))


class Encoder(layers.Layer):
    """A block of a transformer, normalised before its parts or behind the sums."""

    def __init__(self, before: bool, **more: Any) -> None:
        super().__init__(**more)
        self.before = before
        self.norm_1, self.norm_2 = [layers.LayerNormalization(name=f"norm_{number}") for number in (1, 2)]
        self.attention, self.mlp = Attention(16, name="attention"), layers.Dense(16, activation="gelu", name="mlp")

    def call(self, x: Any) -> Any:
        if self.before:
            x = x + self.attention(self.norm_1(x))
            return x + self.mlp(self.norm_2(x))
        x = self.norm_1(x + self.attention(x))
        return self.norm_2(x + self.mlp(x))


def norm_before_and_behind() -> Pair:
    one, two = [
        net(*[Encoder(before, name=f"block_{number}") for number in range(3)], size=(6, 16)) for before in (True, False)
    ]
    return traced(one), traced(two)


class MLPFirst(Encoder):
    """What `norm_before_and_behind` has, with the parts in another order."""

    def call(self, x: Any) -> Any:
        x = x + self.mlp(self.norm_1(x))
        return x + self.attention(self.norm_2(x))


def mlp_before_attention() -> Pair:
    """As in gpt and gpt-wrong of the legibility trial: in each block the MLP comes first. The class has the same name."""
    MLPFirst.__name__ = "Encoder"
    one, two = [
        net(*[make(True, name=f"block_{number}") for number in range(4)], size=(6, 16)) for make in (Encoder, MLPFirst)
    ]
    return traced(one), traced(two)


def norm_behind_activation() -> Pair:
    """Convolution, normalisation, activation; or the activation first."""

    def made(first: bool) -> Any:
        norm, relu = layers.BatchNormalization(name="norm"), layers.ReLU(name="relu")
        conv = layers.Conv2D(8, 3, name="conv")
        return net(conv, *((relu, norm) if first else (norm, relu)), layers.Flatten(name="flat"), size=(8, 8, 3))

    return traced(made(first=False)), traced(made(first=True))


def branches_swapped() -> Pair:
    """What two branches give is joined in the other order."""

    def made(swapped: bool) -> Any:
        x = tf.keras.Input((16,), name="x")
        left = layers.Dense(8, activation="relu", name="left")(x)
        right = layers.Dense(8, activation="tanh", name="right")(x)
        joined = layers.Concatenate(name="join")([right, left] if swapped else [left, right])
        return tf.keras.Model(x, layers.Dense(4, name="head")(joined), name="net")

    return traced(made(swapped=False)), traced(made(swapped=True))


class Siamese(tf.keras.Model):
    """Compares two inputs, encoded by one layer, or by a layer each."""

    def __init__(self, shared: bool) -> None:
        super().__init__(name="siamese")
        self.encode = layers.Dense(8, activation="relu", name="encode")
        self.encode_other = self.encode if shared else layers.Dense(8, activation="relu", name="encode_other")

    def call(self, x: Any) -> Any:
        one, two = tf.split(x, 2, axis=-1)
        return tf.reduce_sum(self.encode(one) * self.encode_other(two), axis=-1)


def shared_and_two() -> Pair:
    return opscope.trace(Siamese(shared=True), (None, 16)), opscope.trace(Siamese(shared=False), (None, 16))


class Language(tf.keras.Model):
    """Predicts tokens by the table of its embedding, or by a layer of its own."""

    def __init__(self, tied: bool) -> None:
        super().__init__(name="language")
        self.embed, self.body = layers.Embedding(50, 16, name="embed"), layers.Dense(16, activation="relu", name="body")
        self.head = None if tied else layers.Dense(50, use_bias=False, name="head")

    def call(self, tokens: Any) -> Any:
        value = self.body(self.embed(tokens))
        return tf.matmul(value, self.embed.embeddings, transpose_b=True) if self.head is None else self.head(value)


def tied_and_own_head() -> Pair:
    tokens = tf.TensorSpec((None, 6), tf.int32, name="tokens")
    return opscope.trace(Language(tied=True), tokens), opscope.trace(Language(tied=False), tokens)


def built_twice() -> Pair:
    """One model, built twice in one process: Keras counts on in the names that it makes up itself."""

    def made() -> Any:
        return tf.keras.Sequential([tf.keras.Input((16,)), layers.Dense(8, activation="relu"), layers.Dense(4)])

    return traced(made()), traced(made())


def other_cell() -> Pair:
    one, two = [
        net(cell(8, name="rnn"), layers.Dense(4, name="head"), size=(5, 16)) for cell in (layers.LSTM, layers.GRU)
    ]
    return traced(one), traced(two)


def second_head() -> Pair:
    def made(both: bool) -> Any:
        x = tf.keras.Input((16,), name="x")
        body = layers.Dense(8, activation="relu", name="body")(x)
        heads = [layers.Dense(4, name="classes")(body), *([layers.Dense(1, name="age")(body)] if both else [])]
        return tf.keras.Model(x, heads, name="net")

    return traced(made(both=False)), traced(made(both=True))


PAIRS: Dict[str, Callable[[], Pair]] = {
    make.__name__: make
    for make in (
        renamed_layer, inserted_layer, moved_block, wrapped_in_block, name_scope_around, repeat_count, units_changed, activation_changed,
        sequential_and_functional, training_and_inference, mixed_precision, fixed_batch, jit_compiled, pruned, other_loss, other_optimizer,
        gradients_clipped, dropout_added, momentum_changed, strides_changed, bias_left_out, norm_before_and_behind, mlp_before_attention,
        norm_behind_activation, branches_swapped, shared_and_two, tied_and_own_head, built_twice, other_cell, second_head,
    )
}  # fmt: skip


def record(path: Path = RECORDED) -> None:
    """Write both graphs of each pair, as opscope's JSON."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, make in PAIRS.items():
            tf.keras.backend.clear_session()
            for side, graph in zip("ab", make()):
                # The date is fixed, so that the same graphs are the same bytes.
                packed.writestr(
                    zipfile.ZipInfo(f"{name}.{side}.json"),
                    json.dumps(json.loads(graph.to_json())),
                    zipfile.ZIP_DEFLATED,
                )


if __name__ == "__main__":
    record()
