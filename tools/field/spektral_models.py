"""Graph networks of Spektral, each as a forward pass and as a training step. Spektral goes with Keras 2 (`TF_USE_LEGACY_KERAS=1`)."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator

import tensorflow as tf

from .subject import Models, Subject, library, tape_step

spektral = library("spektral")


def _case(make: Callable[[], Any], inputs: Callable[[], Any]) -> "Callable[[], Iterator[Subject]]":
    def made() -> "Iterator[Subject]":
        model, batch = make(), inputs()
        model(batch)
        yield Subject("forward", model, (batch,))
        labels_loss = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)

        def loss(given: Any) -> Any:
            logits = model(given, training=True)
            return labels_loss(tf.zeros(tf.shape(logits)[:-1], tf.int64), logits) + tf.add_n(model.losses or [0.0])

        yield Subject("step", tape_step(model, loss, tf.keras.optimizers.Adam(1e-3)), (batch,))

    return made


def _single() -> Any:
    return tf.ones((6, 4)), tf.eye(6)


def _batch() -> Any:
    return tf.ones((2, 6, 4)), tf.eye(6, batch_shape=(2,))


def _models() -> "Dict[str, Callable[[], Iterator[Subject]]]":
    of, keras = spektral.layers, tf.keras

    class Nodes(keras.Model):  # type: ignore[misc]  # TensorFlow's classes are Any here
        """Two convolutions over a graph, and the classes of its nodes."""

        def __init__(self, kind: Any, **options: Any) -> None:
            super().__init__()
            self.first, self.second = kind(8, activation="relu", **options), kind(3, **options)

        def call(self, inputs: Any) -> Any:
            nodes, edges = inputs
            return self.second([self.first([nodes, edges]), edges])

    class Graphs(keras.Model):  # type: ignore[misc]
        """A convolution, a pooling and the class of each graph."""

        def __init__(self, pool: Any, **options: Any) -> None:
            super().__init__()
            self.convolution, self.pool = of.GCNConv(8, activation="relu"), pool(3, **options)
            self.total, self.head = of.GlobalSumPool(), keras.layers.Dense(3)

        def call(self, inputs: Any) -> Any:
            nodes, edges = inputs
            pooled, _ = self.pool([self.convolution([nodes, edges]), edges])[:2]
            return self.head(self.total(pooled))

    return {
        "gcn": _case(lambda: Nodes(of.GCNConv), _single),
        "gat": _case(lambda: Nodes(of.GATConv), _single),
        "arma": _case(lambda: Nodes(of.ARMAConv), _single),
        "mincut": _case(lambda: Graphs(of.MinCutPool), _batch),
        "diffpool": _case(lambda: Graphs(of.DiffPool), _batch),
        "dmon": _case(lambda: Graphs(of.DMoNPool), _batch),
    }


MODELS: Models = {f"spektral-{name}": made for name, made in _models().items()} if spektral else {}
