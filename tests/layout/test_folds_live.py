"""What is written as ×n in networks that Keras builds: what a person who knows them would write (docs/layout.md has the table)."""

from __future__ import annotations

import re

import pytest

from folding import folds, stacks, variations

keras = pytest.importorskip("keras")
tf = pytest.importorskip("tensorflow")
np = pytest.importorskip("numpy")

import opscope  # noqa: E402 - after the skips: what is traced here needs TensorFlow
from opscope.layout.scene.compose import compose  # noqa: E402 - the same
from opscope.passes import for_drawing  # noqa: E402 - the same
from truth import lies  # noqa: E402 - the same

pytestmark = pytest.mark.skipif(
    int(keras.__version__.split(".")[0]) < 3,
    reason="the ops inside a layer differ between versions; the newest is enough here",
)
PROJECTION, STRIDED = "copy 1: projection shortcut", "copy 1: projection shortcut, stride 2"
BARE = "copy 1: no shortcut"
PADDED = f"{BARE}, ZeroPadding2D more, stride 2, padding VALID"
VARIATIONS = {
    "ResNet50": [[PROJECTION], [STRIDED], [STRIDED], [STRIDED]],
    "MobileNetV2": [[PADDED], [PADDED], [PADDED], [BARE], [PADDED]],
    "EfficientNetB0": [[PADDED], [PADDED], [PADDED], [BARE], [PADDED]],
}
APPLICATIONS = {
    "MobileNet": ["conv ×3", "conv ×5"],
    "MobileNetV2": ["block_2 ×2", "block_4 ×3", "block_7 ×4", "block_11 ×3", "block_14 ×3"],
    "EfficientNetB0": ["block2b ×2", "block3b ×2", "block4b ×3", "block5b ×3", "block6b ×4"],
    "DenseNet121": ["conv2_block1 ×6", "conv3_block1 ×12", "conv4_block1 ×24", "conv5_block1 ×16"],
    "ResNet50": ["conv2_block2 ×3", "conv3_block2 ×4", "conv4_block2 ×6", "conv5_block2 ×3"],
    "InceptionV3": ["mixed0 ×3", "mixed4 ×4", "mixed9 ×2"],
    "VGG16": ["block3 ×3"],
}


@pytest.mark.parametrize("name", APPLICATIONS)
def test_networks_of_keras_applications(name):
    graph = opscope.trace(getattr(keras.applications, name)(weights=None))
    # Of ``conv2d_8 … mixed0`` the first number depends on what else Keras has made before.
    assert [fold.rpartition(" … ")[2] for fold in folds(graph)] == APPLICATIONS[name]
    if name in VARIATIONS:
        assert variations(graph) == VARIATIONS[name]


class Block(keras.layers.Layer):
    """A residual block as people write it; `project` puts a convolution into the shortcut."""

    def __init__(self, width, stride, *, project):
        super().__init__()
        layers = keras.layers
        self.first, self.second = layers.Conv2D(width, 3, stride, "same"), layers.Conv2D(width, 3, padding="same")
        self.norms = [layers.BatchNormalization(), layers.BatchNormalization()]
        self.shortcut = keras.Sequential([layers.Conv2D(width, 1, stride)]) if project else None

    def call(self, x):
        inner = self.norms[1](self.second(tf.nn.relu(self.norms[0](self.first(x)))))
        return tf.nn.relu(inner + (self.shortcut(x) if self.shortcut else x))


class Chain(keras.layers.Layer):
    """Layers, one after the other."""

    def __init__(self, layers):
        super().__init__()
        self.chained = layers

    def call(self, x):
        for layer in self.chained:
            x = layer(x)
        return x


def block(stage, number):
    return Block(8 << stage, 2 if stage and not number else 1, project=not number)


def counts(graph):
    return [card.repeat for card in stacks(graph)]


def test_blocks_of_a_class_of_their_own_one_after_the_other():
    blocks = [block(stage, number) for stage, size in enumerate((3, 4, 6, 3)) for number in range(size)]
    graph = opscope.trace(Chain([keras.layers.Conv2D(8, 3), *blocks]), (None, 16, 16, 3))
    assert counts(graph) == [3, 4, 6, 3]
    assert variations(graph) == [[PROJECTION], [STRIDED], [STRIDED], [STRIDED]]


@pytest.mark.parametrize("nested", [True, False])
def test_stages_of_as_many_blocks(nested):
    stages = [[block(stage, number) for number in range(3)] for stage in range(3)]
    inner = [Chain(stage) for stage in stages] if nested else [one for stage in stages for one in stage]
    graph = opscope.trace(Chain([keras.layers.Conv2D(8, 3), *inner]), (None, 16, 16, 3))
    assert counts(graph) == [3, 3]
    assert variations(graph) == [["copy 1: stride 1"], [STRIDED]]


def test_stages_of_a_functional_model_without_names():
    layers = keras.layers
    x = start = keras.Input((16, 16, 3))
    x = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(8, 3, padding="same")(x)))
    for stage in range(3):
        for number in range(3):
            width, stride = 8 << stage, 2 if stage and not number else 1
            y = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(width, 3, stride, "same")(x)))
            y = layers.BatchNormalization()(layers.Conv2D(width, 3, padding="same")(y))
            x = layers.ReLU()(layers.Add()([x if number else layers.Conv2D(width, 1, stride)(x), y]))
    graph = opscope.trace(keras.Model(start, layers.Dense(10)(layers.GlobalAveragePooling2D()(x))))
    assert counts(graph) == [3, 3]
    assert "3 in each of 3, 9 in all" in stacks(graph)[1].detail
    assert variations(graph) == [["copy 1: stride 1"], [STRIDED]]


class Encoder(keras.layers.Layer):
    """An encoder layer as BERT has it."""

    def __init__(self):
        super().__init__()
        layers = keras.layers
        self.attention, self.dropout = layers.MultiHeadAttention(2, 4), layers.Dropout(0.1)
        self.norms = [layers.LayerNormalization(), layers.LayerNormalization()]
        self.wide, self.narrow = layers.Dense(16, activation="gelu"), layers.Dense(8)

    def call(self, x):
        x = self.norms[0](x + self.dropout(self.attention(x, x)))
        return self.norms[1](x + self.dropout(self.narrow(self.wide(x))))


class Bert(keras.Model):
    """Embeddings, twelve encoder layers, a pooler."""

    def __init__(self):
        super().__init__()
        layers = keras.layers
        self.words, self.places, self.kinds = (layers.Embedding(size, 8) for size in (99, 16, 2))
        self.norm, self.pooler = layers.LayerNormalization(), layers.Dense(8, activation="tanh")
        self.encoders = [Encoder() for _ in range(12)]

    def call(self, ids):
        x = self.norm(self.words(ids) + self.places(tf.range(16)) + self.kinds(tf.zeros_like(ids)))
        for encoder in self.encoders:
            x = encoder(x)
        return x, self.pooler(x[:, 0])


def test_bert_is_its_twelve_encoder_layers():
    graph = opscope.trace(Bert(), tf.TensorSpec((None, 16), tf.int32))
    assert counts(graph) == [12]
    assert variations(graph) == [[]]


def test_a_transformer_of_eight_blocks():
    class Layer(keras.layers.Layer):
        def __init__(self, **options):
            super().__init__(**options)
            self.norm, self.attention = keras.layers.LayerNormalization(), keras.layers.MultiHeadAttention(2, 4)
            self.wide, self.narrow = keras.layers.Dense(16, activation="relu"), keras.layers.Dense(8)

        def call(self, x):
            normed = self.norm(x)
            x = x + self.attention(normed, normed)
            return x + self.narrow(self.wide(x))

    class Transformer(keras.Model):
        def __init__(self):
            super().__init__()
            self.blocks = [Layer(name=f"block_{number}") for number in range(8)]

        def call(self, x):
            for inner in self.blocks:
                x = inner(x)
            return x

    assert folds(opscope.trace(Transformer(), (2, 5, 8))) == ["block_0 ×8"]


class Gate(keras.layers.Layer):
    """Weighs a skip connection by what the decoder is about to look at (Attention U-Net)."""

    def __init__(self, width):
        super().__init__()
        self.of_skip, self.of_gate = keras.layers.Conv2D(width, 1, use_bias=False), keras.layers.Conv2D(width, 1)
        self.weigh = keras.layers.Conv2D(1, 1, activation="sigmoid")

    def call(self, skip, gate):
        return skip * self.weigh(tf.nn.relu(self.of_skip(skip) + self.of_gate(gate)))


def convolve(x, width, *, norm):
    layers = keras.layers
    for _ in range(2):
        x = layers.Conv2D(width, 3, padding="same", activation=None if norm else "relu")(x)
        x = layers.ReLU()(layers.BatchNormalization()(x)) if norm else x
    return x


def unet(levels, *, up, norm, gated=False, size=64, strided=False):
    """A U-Net as a functional model; `up` makes the layer that doubles the size. `strided`: a convolution halves it, not a pooling."""
    layers = keras.layers
    x = start = keras.Input((size, size, 1))
    skips = []
    for level in range(levels):
        x = convolve(x, 8 << level, norm=norm)
        skips.append(x)
        x = layers.Conv2D(8 << level, 3, 2, "same", activation="relu")(x) if strided else layers.MaxPooling2D()(x)
    x = layers.Dropout(0.3)(convolve(x, 8 << levels, norm=norm))
    for level in reversed(range(levels)):
        x = up(8 << level)(x)
        x = layers.Concatenate()([Gate(4 << level)(skips[level], x) if gated else skips[level], x])
        x = convolve(layers.Dropout(0.1)(x), 8 << level, norm=norm)
    return keras.Model(start, layers.Conv2D(3, 1, activation="softmax")(x))


def transposed(width):
    return keras.layers.Conv2DTranspose(width, 2, strides=2, padding="same")


def nearest(_):
    return keras.layers.UpSampling2D()


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (lambda: unet(4, up=transposed, norm=True, gated=True), ["conv2d … max_pooling2d ×4", "conv2d_transpose … re_lu ×4"]),
        (lambda: unet(3, up=nearest, norm=True), ["conv2d … max_pooling2d ×3", "up_sampling2d … re_lu ×3"]),
        (lambda: unet(4, up=nearest, norm=False, size=None), ["conv2d … max_pooling2d ×4", "up_sampling2d … conv2d ×4"]),
        (lambda: unet(3, up=transposed, norm=False), ["conv2d … max_pooling2d ×3", "conv2d_transpose … conv2d ×3"]),
        (lambda: unet(4, up=transposed, norm=False, strided=True), ["conv2d ×4", "conv2d_transpose … conv2d ×4"]),
        (lambda: unet(4, up=nearest, norm=True, strided=True), ["conv2d … conv2d ×4", "up_sampling2d … re_lu ×4"]),
    ],
    ids=["attention", "upsampling", "any size", "plain", "strided", "strided, normalized"],
)  # fmt: skip
def test_u_nets_of_keras(model, expected):
    # In a stage, twice a convolution with its normalization and activation may be a stack of two.
    given = [fold for fold in folds(opscope.trace(model())) if not fold.endswith("×2")]
    # Keras counts the layers of a class through all models of a process.
    assert [re.sub(r"_\d+\b", "", fold) for fold in given] == expected


class Twice(keras.layers.Layer):
    """Two convolutions with their normalizations, as a class of one's own."""

    def __init__(self, width):
        super().__init__()
        self.convolutions = [keras.layers.Conv2D(width, 3, padding="same") for _ in range(2)]
        self.norms = [keras.layers.BatchNormalization() for _ in range(2)]

    def call(self, x):
        for convolution, norm in zip(self.convolutions, self.norms):
            x = tf.nn.relu(norm(convolution(x)))
        return x


class Subclassed(keras.Model):
    """A U-Net whose stages are layers of a class of its own."""

    def __init__(self):
        super().__init__()
        self.down = [Twice(8 << level) for level in range(4)]
        self.pools = [keras.layers.MaxPooling2D() for _ in range(4)]
        self.middle = Twice(128)
        self.ups = [transposed(64 >> level) for level in range(4)]
        self.joins = [keras.layers.Concatenate() for _ in range(4)]
        self.after = [Twice(64 >> level) for level in range(4)]

    def call(self, x):
        skips = []
        for down, pool in zip(self.down, self.pools):
            skips.append(down(x))
            x = pool(skips[-1])
        x = self.middle(x)
        for up, join, after in zip(self.ups, self.joins, self.after):
            x = after(join([skips.pop(), up(x)]))
        return x


def test_a_u_net_of_classes_of_its_own():
    cards = [card for card in stacks(opscope.trace(Subclassed(), (1, 64, 64, 3))) if card.repeat == 4]
    assert [[child.subtitle for child in card.children] for card in cards] == [
        ["Twice", "MaxPooling2D"],
        ["Conv2DTranspose", "Concatenate", "Twice"],
    ]


def test_in_a_training_step_too_a_first_block_without_a_shortcut_is_a_copy():
    """It has nothing of its own that the backward pass could use."""
    layers = keras.layers
    x = start = keras.Input((8, 8, 3))
    for number in range(4):
        y = layers.Conv2D(8, 3, padding="same", name=f"block{number}_conv1")(x)
        y = layers.ReLU(name=f"block{number}_relu")(layers.BatchNormalization(name=f"block{number}_bn1")(y))
        y = layers.Conv2D(8, 3, padding="same", name=f"block{number}_conv2")(y)
        y = layers.BatchNormalization(name=f"block{number}_bn2")(y)
        x = layers.Add(name=f"block{number}_add")([x, y]) if number else y
    model = keras.Model(start, layers.Dense(10)(layers.GlobalAveragePooling2D()(x)))
    model.compile("sgd", "mse")
    graph = opscope.trace(model, np.zeros((2, 8, 8, 3), "float32"), np.zeros((2, 10), "float32"), step="train")
    assert ["copy 1: no shortcut"] in variations(graph)
    assert "block1 ×4" in folds(graph)


def test_in_a_training_step_the_first_block_of_a_stage_with_its_projection_is_a_copy():
    """The backward pass uses what only that block computes, and names it: no wire leads there in a training step."""
    layers = keras.layers
    x = start = keras.Input((16, 16, 3))
    x = layers.Conv2D(8, 3, padding="same", name="stem")(x)
    for stage, blocks in enumerate((3, 4), 2):
        for number in range(1, blocks + 1):
            name = f"conv{stage}_block{number}"
            short = x
            if number == 1:
                short = layers.Conv2D(8 * stage, 1, strides=stage - 1, name=f"{name}_0_conv")(x)
                short = layers.BatchNormalization(name=f"{name}_0_bn")(short)
            y = layers.Conv2D(8, 1, strides=stage - 1 if number == 1 else 1, name=f"{name}_1_conv")(x)
            y = layers.BatchNormalization(name=f"{name}_1_bn")(y)
            y = layers.ReLU(name=f"{name}_1_relu")(y)
            y = layers.Conv2D(8 * stage, 3, padding="same", name=f"{name}_2_conv")(y)
            y = layers.BatchNormalization(name=f"{name}_2_bn")(y)
            x = layers.ReLU(name=f"{name}_out")(layers.Add(name=f"{name}_add")([short, y]))
    model = keras.Model(start, layers.Dense(10)(layers.GlobalAveragePooling2D()(x)))
    model.compile("adam", "mse")
    graph = opscope.trace(model, np.zeros((2, 16, 16, 3), "float32"), np.zeros((2, 10), "float32"), step="train")
    assert {"conv2_block2 ×3", "conv3_block2 ×4"} <= set(folds(graph))
    told = [words for words in variations(graph) if any("projection" in word for word in words)]
    assert told == [["copy 1: projection shortcut"], ["copy 1: projection shortcut, stride 2"]]
    for depth in ("all", "layers", None):
        drawn = for_drawing(graph, depth, unfold=False)
        assert lies(graph, drawn, compose(drawn)) == []
