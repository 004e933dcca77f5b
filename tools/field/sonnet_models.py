"""Models of Sonnet, small, each as a forward pass and as a training step."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator

import tensorflow as tf

from .subject import Models, Subject, library

sonnet = library("sonnet")


def _sonnet(make: Callable[[], Any], shape: Any, loss: Callable[[Any, Any], Any]) -> "Callable[[], Iterator[Subject]]":
    def made() -> "Iterator[Subject]":
        model = make()
        model(tf.zeros((2, *shape)))
        yield Subject("forward", tf.function(model), (tf.TensorSpec((None, *shape)),))
        optimizer = sonnet.optimizers.Adam(1e-3)

        @tf.function  # type: ignore[untyped-decorator]
        def step(batch: Any) -> Any:
            with tf.GradientTape() as tape:
                value = loss(model, batch)
            weights = model.trainable_variables
            optimizer.apply(tape.gradient(value, weights), weights)
            return value

        yield Subject("step", step, (tf.zeros((2, *shape)),))

    return made


def _sonnet_models() -> "Dict[str, Callable[[], Iterator[Subject]]]":
    def classes(outputs: Any) -> Any:
        labels = tf.zeros(outputs.shape[:1], tf.int64)
        return tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels, outputs))

    def mlp() -> Any:
        network = sonnet.nets.MLP([32, 16, 5], dropout_rate=None)
        return sonnet.Sequential([sonnet.Flatten(), network])

    class VQ(sonnet.Module):  # type: ignore[misc]
        """Vectors drawn to the nearest of a codebook that follows by averages."""

        def __init__(self) -> None:
            super().__init__()
            self.encode, self.decode = sonnet.Linear(8), sonnet.Linear(12)
            self.quantize = sonnet.nets.VectorQuantizerEMA(8, 16, 0.25, 0.99)

        def __call__(self, value: Any) -> Any:
            return self.decode(self.quantize(self.encode(value), is_training=False)["quantize"])

        def loss(self, value: Any) -> Any:
            coded = self.quantize(self.encode(value), is_training=True)
            return tf.reduce_mean((self.decode(coded["quantize"]) - value) ** 2) + coded["loss"]

    class Recurrent(sonnet.Module):  # type: ignore[misc]
        """An LSTM unrolled over ten moments."""

        def __init__(self) -> None:
            super().__init__()
            self.core, self.head = sonnet.LSTM(16), sonnet.Linear(5)

        def __call__(self, value: Any) -> Any:
            moments = tf.transpose(value, (1, 0, 2))
            outputs, _ = sonnet.dynamic_unroll(self.core, moments, self.core.initial_state(tf.shape(value)[0]))
            return self.head(outputs[-1])

    def resnet() -> Any:
        network = sonnet.nets.ResNet([1, 1, 1, 1], 5)
        return Classifier(network)

    class Classifier(sonnet.Module):  # type: ignore[misc]
        def __init__(self, network: Any) -> None:
            super().__init__()
            self.network = network

        def __call__(self, value: Any, is_training: bool = False) -> Any:
            return self.network(value, is_training=is_training)

    return {
        "mlp": _sonnet(mlp, (4, 4), lambda model, batch: classes(model(batch))),
        "vq": _sonnet(VQ, (12,), lambda model, batch: model.loss(batch)),
        "lstm": _sonnet(Recurrent, (10, 6), lambda model, batch: classes(model(batch))),
        "resnet": _sonnet(resnet, (32, 32, 3), lambda model, batch: classes(model(batch, is_training=True))),
    }


MODELS: Models = {f"sonnet-{name}": made for name, made in _sonnet_models().items()} if sonnet else {}
