"""What a layer is set to, in words. The table was written by hand from the documentation of Keras and Sonnet."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from graphs import Builder
from opscope.graph.groups import Group
from opscope.graph.types import Cost, TensorType
from opscope.layout.scene.layer_table import known_classes
from opscope.layout.scene.layer_words import MOST_WORDS, card_text, family_of_layer, kind_word, settings_text

CONV = {
    "strides": [1, 1],
    "padding": "valid",
    "dilation_rate": [1, 1],
    "groups": 1,
    "activation": "linear",
    "use_bias": True,
}
LSTM = {
    "return_sequences": False, "return_state": False, "go_backwards": False, "stateful": False, "unroll": False, "activation": "tanh",
    "recurrent_activation": "sigmoid", "use_bias": True, "dropout": 0.0, "recurrent_dropout": 0.0, "seed": None,
}  # fmt: skip
RNN = {name: LSTM[name] for name in ("return_sequences", "return_state", "go_backwards", "stateful")}
HEADS = {"num_heads": 8, "key_dim": 64, "value_dim": 64, "dropout": 0.0, "use_bias": True, "attention_axes": None}


def conv(**more):
    return {**CONV, **more}


def lstm(units, **more):
    return {**LSTM, "units": units, **more}


def one(cls, **settings):
    return {"class": cls, **settings}


KERAS = [
    # core
    ("Dense", {"units": 1000, "activation": "softmax", "use_bias": True}, "Dense 1000, softmax"),
    ("Dense", {"units": 64, "activation": "linear"}, "Dense 64"),
    ("Dense", {"units": 64, "activation": None}, "Dense 64"),
    ("Dense", {"units": 64, "activation": "my_act"}, "Dense 64, my_act"),
    ("Dense", {"units": 64, "activation": one("LeakyReLU", negative_slope=0.2)}, "Dense 64, LeakyReLU 0.2"),
    ("EinsumDense", {"equation": "ab,bc->ac", "output_shape": 64, "activation": "relu"}, "einsum ab,bc→ac, ReLU"),
    ("Embedding", {"input_dim": 10000, "output_dim": 128, "mask_zero": False}, "Embedding 10,000 × 128"),
    ("Embedding", {"input_dim": 500, "output_dim": 8, "mask_zero": True, "input_length": 4}, "Embedding 500 × 8, masks 0"),
    ("Activation", {"activation": "gelu"}, "GELU"),
    ("Activation", {"activation": "linear"}, "linear"),
    ("Lambda", {"function": "lambda"}, "lambda"),
    ("Lambda", {"function": "my_crop"}, "my_crop"),
    ("TFOpLambda", {"function": "math.reduce_mean"}, "math.reduce_mean"),
    ("SlicingOpLambda", {"function": "__operators__.getitem"}, "slice"),
    ("Masking", {"mask_value": 0.0}, "masks 0"),
    ("Identity", {}, "identity"),
    ("InputLayer", {"sparse": False}, "input"),
    # convolutions
    ("Conv1D", conv(filters=100, kernel_size=[2], strides=[1], dilation_rate=[1], padding="same", activation="relu"), "2-wide conv, 100, ReLU"),
    ("Conv1D", conv(filters=32, kernel_size=[5], strides=[2], dilation_rate=[1], padding="causal"), "5-wide conv, 32, /2, causal"),
    ("Conv2D", conv(filters=64, kernel_size=[7, 7], strides=[2, 2], padding="same"), "7×7 conv, 64, /2"),
    ("Conv2D", conv(filters=64, kernel_size=[3, 3]), "3×3 conv, 64, valid"),
    ("Conv2D", conv(filters=64, kernel_size=[1, 1]), "1×1 conv, 64"),
    ("Conv2D", conv(filters=8, kernel_size=[1, 7], strides=[2, 1], padding="same"), "1×7 conv, 8, /2×1"),
    ("Conv2D", conv(filters=8, kernel_size=[3, 3], dilation_rate=[2, 2], groups=4, padding="same"), "3×3 conv, 8, dilation 2, 4 groups"),
    ("Conv3D", conv(filters=16, kernel_size=[3, 3, 3], strides=[1, 2, 2], dilation_rate=[1, 1, 1], padding="same"), "3×3×3 conv, 16, /1×2×2"),
    ("Conv1DTranspose", conv(filters=4, kernel_size=[4], strides=[2], padding="same"), "4-wide transposed conv, 4, stride 2"),
    ("Conv2DTranspose", conv(filters=64, kernel_size=[2, 2], strides=[2, 2], padding="valid", output_padding=None),
     "2×2 transposed conv, 64, stride 2, valid"),
    ("Conv3DTranspose", conv(filters=64, kernel_size=[2, 2, 2], strides=[2, 2, 2], padding="same"), "2×2×2 transposed conv, 64, stride 2"),
    ("DepthwiseConv1D", conv(kernel_size=[3], strides=[1], padding="same", depth_multiplier=1), "3-wide depthwise conv"),
    ("DepthwiseConv2D", conv(kernel_size=[3, 3], strides=[2, 2], padding="same", depth_multiplier=1), "3×3 depthwise conv, /2"),
    ("DepthwiseConv2D", conv(kernel_size=[3, 3], padding="valid", depth_multiplier=2), "3×3 depthwise conv, 2 per channel, valid"),
    ("SeparableConv1D", conv(filters=12, kernel_size=[3], strides=[1], padding="same", depth_multiplier=1), "3-wide separable conv, 12"),
    ("SeparableConv2D", conv(filters=728, kernel_size=[3, 3], padding="same", depth_multiplier=1), "3×3 separable conv, 728"),
    ("LocallyConnected1D", conv(filters=6, kernel_size=[3], strides=[1]), "3-wide locally connected, 6, valid"),
    ("LocallyConnected2D", conv(filters=6, kernel_size=[3, 3]), "3×3 locally connected, 6, valid"),
    ("ConvLSTM1D", {**lstm(None), **conv(filters=8, kernel_size=[3], padding="same", activation="tanh")}, "3-wide ConvLSTM, 8"),
    ("ConvLSTM2D", {**conv(filters=8, kernel_size=[3, 3], padding="same", activation="tanh"), "return_sequences": True},
     "3×3 ConvLSTM, 8, returns sequences"),
    ("ConvLSTM3D", conv(filters=8, kernel_size=[3, 3, 3], padding="same", activation="tanh"), "3×3×3 ConvLSTM, 8"),
    # pooling
    ("MaxPooling1D", {"pool_size": [2], "strides": [2], "padding": "valid"}, "2-wide max pool"),
    ("MaxPooling2D", {"pool_size": [2, 2], "strides": [2, 2], "padding": "valid"}, "2×2 max pool"),
    ("MaxPooling2D", {"pool_size": [3, 3], "strides": [2, 2], "padding": "valid"}, "3×3 max pool, /2"),
    ("MaxPooling2D", {"pool_size": [3, 3], "strides": [1, 1], "padding": "same"}, "3×3 max pool, /1, same"),
    ("MaxPooling3D", {"pool_size": [2, 2, 2], "strides": None, "padding": "valid"}, "2×2×2 max pool"),
    ("AveragePooling1D", {"pool_size": 4, "strides": 4, "padding": "valid"}, "4-wide average pool"),
    ("AveragePooling2D", {"pool_size": [2, 3], "strides": [2, 3], "padding": "same"}, "2×3 average pool, same"),
    ("AveragePooling3D", {"pool_size": [2, 2, 2], "strides": [1, 2, 2], "padding": "valid"}, "2×2×2 average pool, /1×2×2"),
    ("GlobalMaxPooling1D", {"keepdims": False}, "global max pool"),
    ("GlobalMaxPooling2D", {"keepdims": True}, "global max pool, keeps dimensions"),
    ("GlobalMaxPooling3D", {}, "global max pool"),
    ("GlobalAveragePooling1D", {"keepdims": False}, "global average pool"),
    ("GlobalAveragePooling2D", {"keepdims": False}, "global average pool"),
    ("GlobalAveragePooling3D", {}, "global average pool"),
    ("AdaptiveAveragePooling2D", {"output_size": [7, 5]}, "adaptive average pool to 7×5"),
    ("AdaptiveMaxPooling1D", {"output_size": [4]}, "adaptive max pool to 4"),
    # recurrent
    ("LSTM", lstm(128, return_sequences=True), "LSTM 128, returns sequences"),
    ("LSTM", lstm(128, return_state=True, return_sequences=True), "LSTM 128, returns sequences and state"),
    ("LSTM", lstm(32, dropout=0.1, recurrent_dropout=0.2, stateful=True), "LSTM 32, dropout 0.1, recurrent dropout 0.2, stateful"),
    ("LSTM", lstm(32, activation="relu", recurrent_activation="hard_sigmoid"), "LSTM 32, ReLU, gates hard sigmoid"),
    ("GRU", lstm(8, reset_after=True, go_backwards=True), "GRU 8, backwards"),
    ("SimpleRNN", lstm(8, activation="relu"), "simple RNN 8, ReLU"),
    ("LSTMCell", lstm(16), "LSTM cell 16"),
    ("GRUCell", lstm(16), "GRU cell 16"),
    ("SimpleRNNCell", lstm(16), "simple RNN cell 16"),
    ("StackedRNNCells", {"cells": [one("LSTMCell", **lstm(16)), one("GRUCell", **lstm(8))]}, "LSTM cell 16 + GRU cell 8"),
    ("RNN", {**RNN, "return_sequences": True, "cell": one("LSTMCell", **lstm(4))}, "RNN of LSTM cell 4, returns sequences"),
    ("RNN", {**RNN, "cell": one("MyCell", units=4)}, "RNN of MyCell units 4"),
    ("Bidirectional", {"merge_mode": "concat", "layer": one("LSTM", **lstm(64, return_sequences=True))}, "bidirectional LSTM 64, returns sequences"),
    ("Bidirectional", {"merge_mode": "sum", "layer": one("GRU", **lstm(64)), "backward_layer": one("GRU", **lstm(64, go_backwards=True))},
     "bidirectional GRU 64, merged by sum"),
    ("Bidirectional", {"merge_mode": None, "layer": one("GRU", **lstm(64)), "backward_layer": one("LSTM", **lstm(32, go_backwards=True))},
     "bidirectional GRU 64, backwards LSTM 32, not merged"),
    ("TimeDistributed", {"layer": one("Dense", units=84, activation="softmax")}, "each step: Dense 84, softmax"),
    ("TimeDistributed", {"layer": one("Sequential")}, "each step: Sequential"),
    # attention
    ("MultiHeadAttention", HEADS, "8 heads × 64"),
    ("MultiHeadAttention", {**HEADS, "num_heads": 1, "value_dim": 32, "dropout": 0.1}, "1 head × 64, values 32, dropout 0.1"),
    ("GroupedQueryAttention", {"num_query_heads": 8, "num_key_value_heads": 2, "head_dim": 64, "dropout": 0.0}, "8 heads × 64, 2 of keys and values"),
    ("Attention", {"use_scale": False, "score_mode": "dot", "dropout": 0.0}, "attention"),
    ("Attention", {"use_scale": True, "score_mode": "concat", "dropout": 0.5}, "attention, scaled, concat scores, dropout 0.5"),
    ("AdditiveAttention", {"use_scale": True, "dropout": 0.0}, "additive attention"),
    # normalization
    ("BatchNormalization", {"axis": -1, "momentum": 0.99, "epsilon": 0.001, "center": True, "scale": True}, "BN"),
    ("BatchNormalization", {"axis": [1], "momentum": 0.99}, "BN, axis 1"),
    ("SyncBatchNormalization", {"axis": -1}, "BN over replicas"),
    ("LayerNormalization", {"axis": -1, "epsilon": 1e-6, "center": True, "scale": True}, "LayerNorm"),
    ("LayerNormalization", {"axis": [1, 2]}, "LayerNorm, axes 1, 2"),
    ("GroupNormalization", {"groups": 32, "axis": -1}, "GroupNorm, 32 groups"),
    ("GroupNormalization", {"groups": -1, "axis": -1}, "InstanceNorm"),
    ("RMSNormalization", {"axis": -1, "epsilon": 1e-6}, "RMSNorm"),
    ("UnitNormalization", {"axis": -1}, "unit norm"),
    ("SpectralNormalization", {"power_iterations": 1, "layer": one("Conv2D", **conv(filters=8, kernel_size=[1, 1]))}, "spectral norm: 1×1 conv, 8"),
    ("Normalization", {"axis": -1, "mean": None, "variance": None}, "normalize"),
    # activations
    ("ReLU", {"max_value": None, "negative_slope": 0.0, "threshold": 0.0}, "ReLU"),
    ("ReLU", {"max_value": 6.0, "negative_slope": 0.0, "threshold": 0.0}, "ReLU6"),
    ("ReLU", {"max_value": 20.0, "negative_slope": 0.1, "threshold": 1.0}, "ReLU up to 20, slope 0.1, threshold 1"),
    ("LeakyReLU", {"negative_slope": 0.3}, "LeakyReLU 0.3"),
    ("LeakyReLU", {"alpha": 0.2}, "LeakyReLU 0.2"),
    ("PReLU", {"shared_axes": None}, "PReLU"),
    ("ELU", {"alpha": 1.0}, "ELU"),
    ("ELU", {"alpha": 0.5}, "ELU 0.5"),
    ("ThresholdedReLU", {"theta": 1.0}, "ReLU above 1"),
    ("Softmax", {"axis": -1}, "softmax"),
    ("Softmax", {"axis": 1}, "softmax, axis 1"),
    # regularization
    ("Dropout", {"rate": 0.1, "noise_shape": None, "seed": None}, "Dropout 0.1"),
    ("SpatialDropout1D", {"rate": 0.2, "seed": 3}, "spatial Dropout 0.2"),
    ("SpatialDropout2D", {"rate": 0.2}, "spatial Dropout 0.2"),
    ("SpatialDropout3D", {"rate": 0.2}, "spatial Dropout 0.2"),
    ("AlphaDropout", {"rate": 0.2}, "alpha Dropout 0.2"),
    ("GaussianDropout", {"rate": 0.5}, "Gaussian Dropout 0.5"),
    ("GaussianNoise", {"stddev": 0.05}, "Gaussian noise 0.05"),
    ("ActivityRegularization", {"l1": 0.0, "l2": 0.01}, "activity regularization"),
    # merging
    ("Add", {}, "add"),
    ("Subtract", {}, "subtract"),
    ("Multiply", {}, "multiply"),
    ("Average", {}, "average"),
    ("Maximum", {}, "maximum"),
    ("Minimum", {}, "minimum"),
    ("Concatenate", {"axis": -1}, "concat, axis -1"),
    ("Dot", {"axes": [1, 2], "normalize": False}, "dot, axes 1, 2"),
    ("Dot", {"axes": 1, "normalize": True}, "cosine, axis 1"),
    # shapes
    ("Reshape", {"target_shape": [16, 4]}, "reshape to (16, 4)"),
    ("Reshape", {"target_shape": [7, 7, -1]}, "reshape to (7, 7, -1)"),
    ("Flatten", {"data_format": "channels_last"}, "flatten"),
    ("Permute", {"dims": [2, 1]}, "permute (2, 1)"),
    ("RepeatVector", {"n": 5}, "repeat 5 times"),
    ("Cropping1D", {"cropping": [1, 1]}, "crop 1"),
    ("Cropping2D", {"cropping": [[1, 2], [1, 2]]}, "crop (1, 2)"),
    ("Cropping3D", {"cropping": [[1, 1], [2, 2], [1, 1]]}, "crop 1×2×1"),
    ("ZeroPadding1D", {"padding": [0, 1]}, "zero pad (0, 1)"),
    ("ZeroPadding2D", {"padding": [[3, 3], [3, 3]], "data_format": "channels_last"}, "zero pad 3"),
    ("ZeroPadding3D", {"padding": [[1, 1], [1, 1], [1, 1]]}, "zero pad 1"),
    ("UpSampling1D", {"size": 2}, "2× upsample"),
    ("UpSampling2D", {"size": [2, 2], "interpolation": "bilinear"}, "2× upsample, bilinear"),
    ("UpSampling3D", {"size": [1, 2, 2]}, "1×2×2 upsample"),
    # preprocessing
    ("Rescaling", {"scale": 1 / 255, "offset": 0.0}, "rescale × 1/255"),
    ("Rescaling", {"scale": 1 / 127.5, "offset": -1}, "rescale × 1/127.5 − 1"),
    ("Rescaling", {"scale": 0.0173, "offset": 2.0}, "rescale × 0.0173 + 2"),
    ("Resizing", {"height": 224, "width": 224, "interpolation": "bilinear"}, "resize to 224×224"),
    ("Resizing", {"height": 32, "width": 64, "interpolation": "nearest"}, "resize to 32×64, nearest"),
    ("CenterCrop", {"height": 200, "width": 100}, "center crop 200×100"),
    ("RandomCrop", {"height": 24, "width": 24, "seed": None}, "random crop 24×24"),
    ("RandomFlip", {"mode": "horizontal", "seed": None}, "random flip, horizontal"),
    ("RandomFlip", {"mode": "horizontal_and_vertical"}, "random flip"),
    ("RandomRotation", {"factor": 0.1, "fill_mode": "reflect"}, "random rotation 0.1"),
    ("RandomRotation", {"factor": [-0.2, 0.3]}, "random rotation -0.2 to 0.3"),
    ("RandomZoom", {"height_factor": 0.2, "width_factor": None}, "random zoom 0.2"),
    ("RandomTranslation", {"height_factor": 0.2, "width_factor": 0.1}, "random shift 0.2×0.1"),
    ("RandomContrast", {"factor": [0.5, 1.5]}, "random contrast 0.5 to 1.5"),
    ("RandomBrightness", {"factor": [-0.2, 0.2], "value_range": [0, 255]}, "random brightness 0.2"),
    ("RandomHeight", {"factor": 0.2}, "random height 0.2"),
    ("RandomWidth", {"factor": 0.2}, "random width 0.2"),
    ("CategoryEncoding", {"num_tokens": 10, "output_mode": "multi_hot"}, "multi-hot 10"),
    ("Discretization", {"bin_boundaries": [0.0, 1.0, 2.0], "num_bins": None}, "4 bins"),
    ("Discretization", {"bin_boundaries": None, "num_bins": 7}, "7 bins"),
    ("Hashing", {"num_bins": 100}, "hash into 100"),
    ("HashedCrossing", {"num_bins": 64, "output_mode": "int"}, "hash into 64"),
    ("IntegerLookup", {"max_tokens": None, "vocabulary": [1, 2, 3], "output_mode": "int"}, "integer lookup, 3 integers"),
    ("StringLookup", {"max_tokens": None, "vocabulary_size": 20000, "output_mode": "one_hot"}, "string lookup, 20,000 words, one-hot"),
    ("TextVectorization", {"max_tokens": 10000, "output_mode": "int", "output_sequence_length": 200, "vocabulary": None},
     "tokens of text, at most 10,000 words, length 200"),
]  # fmt: skip
OTHERS = [
    ("sonnet", "Linear", {"output_size": 5, "with_bias": True, "input_size": 4}, "Linear 5"),
    ("sonnet", "Conv2D", {"output_channels": 4, "kernel_shape": 3, "stride": 2, "rate": 1, "conv_padding": "SAME"}, "3×3 conv, 4, /2"),
    ("sonnet", "Conv1D", {"output_channels": 4, "kernel_shape": 3, "stride": 1, "rate": 1, "conv_padding": "VALID"}, "3-wide conv, 4, valid"),
    ("sonnet", "DepthwiseConv2D", {"channel_multiplier": 1, "kernel_shape": 3, "stride": [1, 2, 2, 1], "rate": [1, 1], "padding": "SAME"},
     "3×3 depthwise conv, /2"),
    ("sonnet", "Conv2DTranspose", {"output_channels": 4, "kernel_shape": 3, "stride": 2, "rate": 1, "padding": "SAME"},
     "3×3 transposed conv, 4, stride 2"),
    ("sonnet", "BatchNorm", {"eps": 1e-5, "create_scale": True}, "BN"),
    ("sonnet", "LayerNorm", {"axis": [-1], "eps": 1e-5}, "LayerNorm"),
    ("sonnet", "GroupNorm", {"groups": 2, "eps": 1e-5}, "GroupNorm, 2 groups"),
    ("sonnet", "InstanceNorm", {"eps": 1e-5}, "InstanceNorm"),
    ("sonnet", "LSTM", {"hidden_size": 7, "forget_bias": 1.0}, "LSTM 7"),
    ("sonnet", "GRU", {"hidden_size": 7}, "GRU 7"),
    ("sonnet", "VanillaRNN", {"hidden_size": 7}, "simple RNN 7"),
    ("sonnet", "Embed", {"vocab_size": 30000, "embed_dim": 8}, "Embed 30,000 × 8"),
    ("sonnet", "Flatten", {"output_shape": [-1], "preserve_dims": 1}, "flatten"),
    ("sonnet", "Reshape", {"output_shape": [3, 4], "preserve_dims": 1}, "reshape to (3, 4)"),
    ("sonnet", "Dropout", {"rate": 0.3}, "Dropout 0.3"),
    ("sonnet", "MLP", {"with_bias": True, "activate_final": True}, "MLP activate_final"),
    ("keras_hub", "TransformerEncoder", {"intermediate_dim": 512, "num_heads": 8, "dropout": 0.1}, "encoder, 8 heads, feed-forward 512, dropout 0.1"),
    ("keras_hub", "TokenAndPositionEmbedding", {"vocabulary_size": 10000, "sequence_length": 64, "embedding_dim": 32},
     "Embedding 10,000 × 32, 64 positions"),
    ("__main__", "GatedBlock", {"units": 64, "rate": 0.1}, "GatedBlock units 64, rate 0.1"),
    ("__main__", "GatedBlock", {"activation": "relu", "causal": True, "bias": False, "shape": [1, 2], "seed": 3, "mode": "x"},
     "GatedBlock ReLU, causal, shape (1, 2), mode x"),
    ("__main__", "GatedBlock", {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}, "GatedBlock a 1, b 2, c 3, d 4, …"),
    ("__main__", "GatedBlock", {"inner": one("Dense", units=4)}, "GatedBlock inner Dense"),
    ("__main__", "GatedBlock", {}, ""),
]  # fmt: skip


def layer(cls, settings, package="keras", outputs=()):
    return Group("layer", -1, "layer", "layer", cls, settings=settings, defined_in=package, outputs=outputs)


@pytest.mark.parametrize(("cls", "settings", "words"), KERAS)
def test_a_layer_of_keras_is_written_as_a_practitioner_would(cls, settings, words):
    assert settings_text(layer(cls, settings)) == words
    assert settings_text(layer(cls, settings, "tf_keras")) == words


@pytest.mark.parametrize(("package", "cls", "settings", "words"), OTHERS)
def test_layers_of_other_packages(package, cls, settings, words):
    assert settings_text(layer(cls, settings, package)) == words


def test_the_table_has_more_than_80_classes_and_each_is_tried_here():
    tried = {cls for cls, *_ in KERAS} | {cls for _, cls, *_ in OTHERS}
    assert len(tried & set(known_classes())) >= 80


def test_the_documented_forms_are_among_them():
    page = (Path(__file__).resolve().parents[2] / "docs" / "drawing.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| .* \| (`.*) \|$", page.partition("## What a layer is set to")[2].partition("\n## ")[0], re.MULTILINE
    )
    forms = [form for row in rows for form in re.findall("`(.*?)`", row)]
    assert len(forms) > 50
    assert not set(forms) - {words for *_, words in (*KERAS, *OTHERS)}


def test_a_class_of_the_same_name_in_the_users_own_code_is_another_class():
    assert settings_text(layer("Dense", {"units": 4, "activation": "softmax"}, "__main__")) == "Dense units 4, softmax"
    assert settings_text(layer("Attention", {"heads": 4}, "my_models")) == "Attention heads 4"
    assert kind_word(layer("BatchNormalization", {}, "my_models")) == "BatchNormalization"


def test_a_known_class_with_settings_of_another_is_taken_as_unknown():
    """A file of Keras 2 names the class of a user's own layer without a package."""
    assert settings_text(layer("Dense", {"width": 4}, None)) == "Dense width 4"
    assert settings_text(layer("Conv2D", {}, None)) == ""


def test_an_axis_that_is_the_last_one_is_not_said():
    images, rows = (TensorType("float32", (None, 8, 8, 3)),), (TensorType("float32", (None, 8)),)
    assert settings_text(layer("BatchNormalization", {"axis": [3]}, outputs=images)) == "BN"
    assert settings_text(layer("BatchNormalization", {"axis": [1]}, outputs=images)) == "BN, axis 1"
    assert settings_text(layer("BatchNormalization", {"axis": [1]}, outputs=rows)) == "BN"


def test_a_word_for_the_kind_alone():
    kinds = [
        kind_word(layer(cls, {})) for cls in ("Conv2D", "BatchNormalization", "ReLU", "MultiHeadAttention", "MyLayer")
    ]
    assert kinds == ["conv", "BN", "ReLU", "attention", "MyLayer"]


def test_only_calls_of_layers_have_settings():
    assert settings_text(Group("scope", -1, "scope", "scope", settings={"units": 4})) == ""
    assert settings_text(Group("scope", -1, "backward", "scope", "Dense", settings={"units": 4})) == ""


ODD = [
    None, True, -1, 0, 1e308, 10**18, "", "x" * 500, "\u202e\x1b[2J\n<b>", [], {}, [[]], [None], {"class": 3}, {"class": "LSTM"}, [1, "a"],
    [[1, 2], "x"], {"class": "Bidirectional", "layer": {"class": "Bidirectional", "layer": None}}, [3] * 40, -0.0,
]  # fmt: skip


def test_settings_of_a_stranger_are_harmless_whatever_they_are():
    names = sorted({name for _, settings, _ in KERAS for name in settings})
    chosen = random.Random(15)
    for cls in (*known_classes(), "Unknown"):
        for _ in range(20):
            settings = {name: chosen.choice(ODD) for name in chosen.sample(names, 25)}
            words = settings_text(layer(cls, settings, chosen.choice(["keras", None, "\x1b"])))
            assert len(words) <= MOST_WORDS
            assert words.isprintable()
            assert "\u202e" not in words


def test_layers_nested_without_end_take_no_time():
    nested = one("LSTM", units=4)
    for _ in range(30):  # each tells its inner layer three times: 3 ** 30 words, if nobody stopped
        nested = one("Bidirectional", layer=nested, backward_layer=nested, merge_mode="concat")
    assert settings_text(layer("Bidirectional", nested)).startswith("bidirectional bidirectional")


def small_graph(*, costs=True):
    """A custom layer of a product and a dropout, a known layer, and a scope."""
    make = Builder()
    block = make.group("block", "layer", cls="Block", defined_in="__main__")
    norm = make.group("norm", "layer", cls="BatchNormalization", defined_in="keras", settings={"axis": -1})
    cost = lambda flops: Cost(flops, 0.0) if costs else None  # noqa: E731
    make.op("block/random", "RandomUniform", group=block, cost=cost(10.0))
    make.op("block/product", "BatchMatMulV2", "block/random", group=block, cost=cost(1000.0))
    make.op("norm/mul", "Mul", "block/product", group=norm, cost=cost(10.0))
    return make.graph()


@pytest.mark.parametrize("costs", [True, False])
def test_a_layer_has_the_colour_of_the_op_that_does_most(costs):
    graph = small_graph(costs=costs)
    assert [family_of_layer(graph, index) for index in (0, 1)] == ["matmul", "elementwise"]


def test_a_card_says_the_settings():
    assert [card_text(small_graph(), index) for index in (0, 1)] == ["", "BN"]


def test_a_normalization_without_a_class_has_the_colour_of_one_with():
    make = Builder()
    group = make.group("norm")
    make.op("norm/read", "Const", group=group, out=[("float32", (16,))])
    make.op("norm/guard", "Const", group=group, out=[("float32", ())])
    make.op("x", "Placeholder", out=[("float32", (8, 16))])
    make.op("norm/add", "AddV2", "norm/read", "norm/guard", group=group, out=[("float32", (16,))])
    make.op("norm/Rsqrt", "Rsqrt", "norm/add", group=group, out=[("float32", (16,))])
    make.op("norm/mul", "Mul", "x", "norm/Rsqrt", group=group, out=[("float32", (8, 16))])
    graph = make.graph()
    assert (card_text(graph, 0), family_of_layer(graph, 0)) == ("BN", "elementwise")
