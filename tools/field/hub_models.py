"""Models of keras-hub, small, each as a forward pass and as a training step."""

from __future__ import annotations

from typing import Any, Callable, Dict, Iterator

import tensorflow as tf

from .subject import Models, Subject, library, tape_step

hub = library("keras_hub")


def _hub(make: Callable[[], Any], inputs: Callable[[], Any], labels: Any) -> "Callable[[], Iterator[Subject]]":
    def made() -> "Iterator[Subject]":
        model, batch = make(), inputs()
        open_batch = tf.nest.map_structure(lambda each: tf.TensorSpec((None, *each.shape[1:]), each.dtype), batch)
        yield Subject("forward", model, (open_batch,))
        model.compile("adam", tf.keras.losses.SparseCategoricalCrossentropy(from_logits=True))
        yield Subject("train", model, (batch, labels), {"step": "train"})

    return made


def _backbone(name: str, inputs: Any, **sizes: Any) -> "Callable[[], Iterator[Subject]]":
    """A model without a head, trained on the mean of its squares."""

    def made() -> "Iterator[Subject]":
        model = getattr(hub.models, f"{name}Backbone")(**sizes)
        open_batch = tf.nest.map_structure(lambda each: tf.TensorSpec((None, *each.shape[1:]), each.dtype), inputs)
        yield Subject("forward", model, (open_batch,))

        def loss(batch: Any) -> Any:
            return sum(tf.reduce_mean(tf.square(each)) for each in tf.nest.flatten(model(batch, training=True)))

        yield Subject("step", tape_step(model, loss, tf.keras.optimizers.Adam(1e-3)), (inputs,))

    return made


def _backbones() -> "Dict[str, Callable[[], Iterator[Subject]]]":
    tokens = tf.ones((2, 16), tf.int32)
    text = {"token_ids": tokens, "padding_mask": tokens}
    pair = {f"{side}_{name}": tokens for side in ("encoder", "decoder") for name in text}
    sizes = {"vocabulary_size": 100, "num_layers": 2, "hidden_dim": 32, "intermediate_dim": 64}
    grouped = {**sizes, "num_query_heads": 2, "num_key_value_heads": 1}
    heads = {**sizes, "num_heads": 2}
    sound = {"encoder_features": tf.zeros((2, 32, 80)), "decoder_token_ids": tokens, "decoder_padding_mask": tokens}
    image = {"image_shape": (32, 32, 3)}
    vit = {"patch_size": 8, "num_layers": 2, "num_heads": 2, "hidden_dim": 32, "mlp_dim": 64, **image}
    return {
        "mixtral": _backbone("Mixtral", text, num_experts=2, **grouped),
        "gemma": _backbone("Gemma", text, head_dim=16, attention_logit_soft_cap=50, **grouped),
        "deberta": _backbone("DebertaV3", text, max_sequence_length=16, bucket_size=4, **heads),
        "xlnet": _backbone("XLNet", {**text, "segment_ids": tokens}, **heads),
        "t5": _backbone("T5", pair, **heads),
        "whisper": _backbone("Whisper", sound, max_encoder_sequence_length=32, max_decoder_sequence_length=16, **heads),
        "vit": _backbone("ViT", tf.zeros((2, 32, 32, 3)), **vit),
    }


def _hub_models() -> "Dict[str, Callable[[], Iterator[Subject]]]":
    models, tokens = hub.models, tf.ones((2, 16), tf.int32)
    padding = {"token_ids": tokens, "padding_mask": tokens}
    sizes = {"vocabulary_size": 100, "num_layers": 2, "num_heads": 2, "hidden_dim": 32, "intermediate_dim": 64}
    llama = {**sizes, "num_query_heads": 2, "num_key_value_heads": 1}
    del llama["num_heads"]

    def resnet() -> Any:
        backbone = models.ResNetBackbone(
            input_conv_filters=[64],
            input_conv_kernel_sizes=[7],
            stackwise_num_filters=[64, 128],
            stackwise_num_blocks=[2, 2],
            stackwise_num_strides=[1, 2],
            block_type="basic_block",
            image_shape=(64, 64, 3),
        )
        return models.ResNetImageClassifier(backbone=backbone, num_classes=5)

    def bert() -> Any:
        return models.BertTextClassifier(backbone=models.BertBackbone(**sizes, max_sequence_length=16), num_classes=2)

    def gpt2() -> Any:
        return models.GPT2CausalLM(backbone=models.GPT2Backbone(**sizes, max_sequence_length=16))

    def of_llama() -> Any:
        return models.LlamaCausalLM(backbone=models.LlamaBackbone(**llama))

    labels = tf.zeros((2,), tf.int32)
    return {
        "resnet": _hub(resnet, lambda: tf.zeros((2, 64, 64, 3)), labels),
        "bert": _hub(bert, lambda: {**padding, "segment_ids": tokens}, labels),
        "gpt2": _hub(gpt2, lambda: padding, tokens),
        "llama": _hub(of_llama, lambda: padding, tokens),
    }


MODELS: Models = {f"hub-{name}": made for name, made in {**_hub_models(), **_backbones()}.items()} if hub else {}
