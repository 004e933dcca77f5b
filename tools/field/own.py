"""The models of the demo, of the gallery and of the legibility trial."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Callable, Iterator

import gallery_models
import tensorflow as tf
from legibility import files, images, language, recurrent, steps

from opscope.demo import models as demo_models

from .subject import Models, Subject

if TYPE_CHECKING:
    from legibility.case import Case


def _compiled(maker: Callable[[], Any], size: Any, loss: str = "sparse_categorical_crossentropy") -> Any:
    def made() -> "Iterator[Subject]":
        model = maker()
        yield Subject("forward", model, ((None, *size),))
        of_logits = tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile("adam", of_logits if loss == "logits" else loss)
        outputs = model(tf.zeros((2, *size))).shape[:-1]
        yield Subject("train", model, (tf.zeros((2, *size)), tf.zeros(outputs, tf.int64)), {"step": "train"})

    return made


def _gallery_gan() -> "Iterator[Subject]":
    gan = gallery_models.GAN()
    yield Subject("step", gan.step, (tf.TensorSpec((8, 64), name="real"),))


def _trial(case: Case) -> "Callable[[], Iterator[Subject]]":
    def made() -> "Iterator[Subject]":
        live = case.make()
        yield Subject("as in the trial", live.target, live.inputs, live.options)

    return made


_TRIAL = {**images.CASES, **language.CASES, **recurrent.CASES, **steps.CASES, **files.CASES}

MODELS: Models = {
    "demo-small": _compiled(demo_models.small_model, (10,)),
    "demo-waves": _compiled(demo_models.wave_model, (10,)),
    "demo-tagger": _compiled(demo_models.SpeechTagger, (40, 32), "logits"),
    "gallery-classifier": _compiled(gallery_models.sequential, (28, 28, 1)),
    "gallery-tagger": _compiled(gallery_models.tagger, (20, 32), "logits"),
    "gallery-transformer": _compiled(lambda: gallery_models.Transformer(2), (16, 64), "logits"),
    "gallery-gan": _gallery_gan,
    **{f"trial-{name}": _trial(case) for name, case in _TRIAL.items()},
}
