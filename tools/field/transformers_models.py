"""Models of `transformers` in their TensorFlow form, small, each as a forward pass and as a training step (`transformers==4.49.0`, tf-keras)."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator

import tensorflow as tf

from .subject import Models, Subject, tape_step

try:
    import tf_keras
    import transformers
    from transformers import TFBertForSequenceClassification as _  # noqa: F401 - absent from `transformers` 5
except ImportError:
    transformers = None

TEXT = {"input_ids": tf.TensorSpec((None, 16), tf.int32), "attention_mask": tf.TensorSpec((None, 16), tf.int32)}
TOKENS = {name: tf.ones((2, 16), tf.int32) for name in TEXT}
IMAGES = {"pixel_values": tf.TensorSpec((None, 3, 32, 32))}
PIXELS = {"pixel_values": tf.zeros((2, 3, 32, 32))}
SMALL = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 64}


def _case(head: str, config: str, sizes: Dict[str, Any], specs: Dict[str, Any], batch: Dict[str, Any]) -> Any:
    def made() -> "Iterator[Subject]":
        model = getattr(transformers, head)(getattr(transformers, config)(**sizes))
        yield Subject("forward", model, (specs,))
        optimizer = tf_keras.optimizers.Adam(1e-4)
        step = tape_step(model, lambda inputs: tf.reduce_mean(model(inputs, training=True).loss), optimizer)
        yield Subject("step", step, (batch,))
        model.compile(tf_keras.optimizers.Adam(1e-4))
        yield Subject("train", model, (batch,), {"step": "train"})

    return made


def _speech() -> "Iterator[Subject]":
    """Wav2Vec2, whose own loss cannot be traced since it looks at the labels' values: with the CTC loss of TensorFlow."""
    convolutions = {"conv_dim": (32, 32), "conv_stride": (5, 4), "conv_kernel": (10, 8)}
    model = transformers.TFWav2Vec2ForCTC(transformers.Wav2Vec2Config(**SMALL, **convolutions))

    def loss(batch: Any) -> Any:
        logits = model(batch, training=True).logits
        lengths = tf.fill((2,), logits.shape[1])
        labels = tf.ones((2, 8), tf.int32)
        return tf.reduce_mean(tf.nn.ctc_loss(labels, logits, tf.fill((2,), 8), lengths, logits_time_major=False))

    yield Subject("forward", model, ({"input_values": tf.TensorSpec((None, 4000))},))
    step = tape_step(model, loss, tf_keras.optimizers.Adam(1e-4))
    yield Subject("step", step, ({"input_values": tf.zeros((2, 4000))},))


def _models() -> "Dict[str, Callable[[], Iterator[Subject]]]":
    one, each = {"labels": tf.zeros((2,), tf.int64)}, {"labels": tf.ones((2, 16), tf.int64)}
    spans = {"start_positions": tf.ones((2,), tf.int64), "end_positions": tf.ones((2,), tf.int64)}
    gpt2 = {"n_embd": 32, "n_layer": 2, "n_head": 2, "vocab_size": 100, "bos_token_id": 1, "eos_token_id": 2}
    t5 = {
        "d_model": 32,
        "d_kv": 16,
        "d_ff": 64,
        "num_layers": 2,
        "num_heads": 2,
        "vocab_size": 100,
        "decoder_start_token_id": 0,
    }
    distil = {"dim": 32, "n_layers": 2, "n_heads": 2, "hidden_dim": 64, "vocab_size": 100}
    return {
        "bert": _case(
            "TFBertForSequenceClassification", "BertConfig", {**SMALL, "vocab_size": 100}, TEXT, {**TOKENS, **one}
        ),
        "bert-masked": _case("TFBertForMaskedLM", "BertConfig", {**SMALL, "vocab_size": 100}, TEXT, {**TOKENS, **each}),
        "distilbert": _case("TFDistilBertForQuestionAnswering", "DistilBertConfig", distil, TEXT, {**TOKENS, **spans}),
        "gpt2": _case("TFGPT2LMHeadModel", "GPT2Config", gpt2, TEXT, {**TOKENS, **each}),
        "t5": _case(
            "TFT5ForConditionalGeneration",
            "T5Config",
            t5,
            {**TEXT, "decoder_input_ids": TEXT["input_ids"]},
            {**TOKENS, **each},
        ),
        "vit": _case(
            "TFViTForImageClassification",
            "ViTConfig",
            {**SMALL, "image_size": 32, "patch_size": 8},
            IMAGES,
            {**PIXELS, **one},
        ),
        "wav2vec2": _speech,
    }


MODELS: Models = {f"transformers-{name}": made for name, made in _models().items()} if transformers else {}
