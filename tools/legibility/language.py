"""Networks for text: a GPT written by hand, and the BERT of `transformers` under a head of one's own."""

from __future__ import annotations

from functools import partial
from typing import Any, Optional

import tensorflow as tf

from .case import AbsentError, Case, Live

layers = tf.keras.layers


class LearnedPositions(layers.Layer):  # type: ignore[misc]  # TensorFlow's classes are Any here
    """Adds a learned vector for each place of the sequence."""

    def build(self, shape: Any) -> None:
        self.table = self.add_weight(name="table", shape=(256, shape[-1]), initializer="uniform")

    def call(self, tokens: Any) -> Any:
        return tokens + self.table[: tf.shape(tokens)[1]]


class CausalSelfAttention(layers.Layer):  # type: ignore[misc]
    """Every place looks at those before it; queries, keys and values come from one projection."""

    def __init__(self, width: int, heads: int, **options: Any) -> None:
        super().__init__(**options)
        self.heads, self.size = heads, width // heads
        self.project_in = layers.Dense(3 * width, use_bias=False, name="qkv")
        self.project_out = layers.Dense(width, name="out")
        self.dropout = layers.Dropout(0.1)

    def call(self, tokens: Any, training: Optional[bool] = None) -> Any:
        batch, length = tf.shape(tokens)[0], tf.shape(tokens)[1]
        joined = tf.reshape(self.project_in(tokens), (batch, length, 3, self.heads, self.size))
        query, key, value = tf.unstack(tf.transpose(joined, (2, 0, 3, 1, 4)))
        scores = tf.matmul(query, key, transpose_b=True) * self.size**-0.5
        mask = tf.linalg.band_part(tf.ones((length, length)), -1, 0)
        weights = self.dropout(tf.nn.softmax(scores - 1e9 * (1.0 - mask)), training=training)
        mixed = tf.transpose(tf.matmul(weights, value), (0, 2, 1, 3))
        return self.project_out(tf.reshape(mixed, (batch, length, self.heads * self.size)))


class GatedMLP(layers.Layer):  # type: ignore[misc]
    """SwiGLU: one projection decides how much of the other passes."""

    def __init__(self, width: int, hidden: int, **options: Any) -> None:
        super().__init__(**options)
        self.gate = layers.Dense(hidden, activation="silu", use_bias=False, name="gate")
        self.up = layers.Dense(hidden, use_bias=False, name="up")
        self.down = layers.Dense(width, use_bias=False, name="down")

    def call(self, tokens: Any) -> Any:
        return self.down(self.gate(tokens) * self.up(tokens))


class Block(layers.Layer):  # type: ignore[misc]
    """Attention, then the MLP; each sees normalised tokens and adds to what came in."""

    def __init__(self, width: int, heads: int, mlp_first: bool, **options: Any) -> None:
        super().__init__(**options)
        self.mlp_first = mlp_first
        self.norm_1 = layers.LayerNormalization(epsilon=1e-5, name="norm_1")
        self.attention = CausalSelfAttention(width, heads, name="attention")
        self.norm_2 = layers.LayerNormalization(epsilon=1e-5, name="norm_2")
        self.mlp = GatedMLP(width, 640, name="mlp")

    def call(self, tokens: Any, training: Optional[bool] = None) -> Any:
        if self.mlp_first:
            tokens = tokens + self.mlp(self.norm_1(tokens))
            return tokens + self.attention(self.norm_2(tokens), training=training)
        tokens = tokens + self.attention(self.norm_1(tokens), training=training)
        return tokens + self.mlp(self.norm_2(tokens))


class GPT(tf.keras.Model):  # type: ignore[misc]
    """Predicts the next token. The head has no weights of its own: it is the table of the embedding."""

    def __init__(self, vocabulary: int, width: int, heads: int, blocks: int, mlp_first: bool) -> None:
        super().__init__(name="gpt")
        self.embed = layers.Embedding(vocabulary, width, name="token_embedding")
        self.positions = LearnedPositions(name="positions")
        self.dropout = layers.Dropout(0.1)
        self.blocks = [Block(width, heads, mlp_first, name=f"block_{number}") for number in range(blocks)]
        self.norm = layers.LayerNormalization(epsilon=1e-5, name="final_norm")

    def call(self, tokens: Any, training: Optional[bool] = None) -> Any:
        value = self.dropout(self.positions(self.embed(tokens)), training=training)
        for block in self.blocks:
            value = block(value, training=training)
        return tf.matmul(self.norm(value), self.embed.embeddings, transpose_b=True)


def gpt(mlp_first: bool = False, blocks: int = 8) -> Live:
    """Blocks of width 256 over at most 256 tokens."""
    model = GPT(vocabulary=8000, width=256, heads=8, blocks=blocks, mlp_first=mlp_first)
    batch = tf.random.stateless_uniform((4, 128), (1, 2), 0, 8000, tf.int32)
    return Live(model, (tf.TensorSpec((None, None), tf.int32, name="tokens"),), batch=(batch,))


def bert() -> Live:
    """The BERT of `transformers` with a pooling of one's own."""
    try:
        import tf_keras  # noqa: PLC0415 - absent where Keras 2 is not installed beside Keras 3
        from transformers import BertConfig, TFBertModel  # noqa: PLC0415
    except ImportError as error:
        raise AbsentError(f"{error}; pip install 'transformers==4.49.0' tf-keras") from error

    class AttentionPooling(tf_keras.layers.Layer):  # type: ignore[misc]
        """A mean over the tokens, weighted by a learned score; padding has weight 0."""

        def __init__(self, **options: Any) -> None:
            super().__init__(**options)
            self.score = tf_keras.layers.Dense(1, use_bias=False, name="score")

        def call(self, tokens: Any, mask: Any) -> Any:
            scores = self.score(tokens) + (1.0 - tf.cast(mask, tf.float32)[:, :, None]) * -1e9
            return tf.reduce_sum(tf.nn.softmax(scores, axis=1) * tokens, axis=1)

    class TopicClassifier(tf_keras.Model):  # type: ignore[misc]
        """Four topics from a text of 64 tokens."""

        def __init__(self) -> None:
            super().__init__(name="topic_classifier")
            self.bert = TFBertModel(BertConfig(num_hidden_layers=6), add_pooling_layer=False, name="bert")
            self.pool = AttentionPooling(name="pool")
            self.dropout = tf_keras.layers.Dropout(0.2)
            self.topics = tf_keras.layers.Dense(4, activation="softmax", name="topics")

        def call(self, inputs: Any, training: bool = False) -> Any:
            tokens = self.bert(inputs, training=training).last_hidden_state
            pooled = self.pool(tokens, inputs["attention_mask"])
            return self.topics(self.dropout(pooled, training=training))

    tokens = {name: tf.TensorSpec((None, 64), tf.int32, name=name) for name in ("input_ids", "attention_mask")}
    return Live(TopicClassifier(), (tokens,))


CASES = {
    "gpt": Case(gpt, measured=True),
    "gpt-wrong": Case(partial(gpt, mlp_first=True), measured=True),
    "bert": Case(bert),
}
