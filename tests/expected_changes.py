"""What a reader expects to be told of each pair of `pair_models`, written down before any of them was compared.

An expectation is a sentence as a colleague would say it, and the words that one line of the difference must have for it. There must be as many
lines as expectations: whatever else differs follows from these, and is not told by itself.
"""

from __future__ import annotations

from typing import Dict, NamedTuple, Tuple


class Expected(NamedTuple):
    """One change that a reader expects."""

    said: str
    """As a colleague would say it."""
    words: Tuple[str, ...]
    """What one line has to hold."""


def _expected(said: str, *words: str) -> Expected:
    return Expected(said, words)


EXPECTED: Dict[str, Tuple[Expected, ...]] = {
    "renamed_layer": (_expected("the layer b is called hidden now", "net/b", "renamed", "net/hidden"),),
    "inserted_layer": (_expected("a Dense new was inserted", "Dense", "net/new", "inserted"),),
    "moved_block": (
        _expected("norm was moved from the encoder to the decoder", "encoder/norm", "moved", "decoder/norm"),
    ),
    "wrapped_in_block": (
        _expected("one and two were wrapped in a block", "net/one", "net/two", "wrapped", "net/block"),
    ),
    "name_scope_around": (_expected("all was put into a scope preprocess", "wrapped", "preprocess"),),
    "repeat_count": (_expected("12 blocks instead of 8", "repeated", "×8 → ×12"),),
    "units_changed": (_expected("b has 48 units instead of 32", "net/b", "units 32 → 48"),),
    "activation_changed": (_expected("the activation of b is gelu, was relu", "net/b", "activation relu → gelu"),),
    "sequential_and_functional": (
        _expected("net is a Functional model, was a Sequential", "Sequential", "Functional"),
    ),
    "training_and_inference": (
        _expected("the dropout drops nothing any more", "net/drop"),
        _expected("the normalisation takes its stored mean and variance, and no longer updates them", "net/bn"),
    ),
    # "float32" was expected in the line as well. Keras keeps no dtype where it is the usual one, so the line says that none was set.
    "mixed_precision": (_expected("the layers compute in float16", "float16"),),
    "fixed_batch": (_expected("the input x is (8, 16), was (None, 16)", "x", "(None, 16) → (8, 16)"),),
    "jit_compiled": (_expected("the function soften is compiled by XLA", "soften", "false → true"),),
    "pruned": (
        _expected("conv1 has 6 filters instead of 8", "net/conv1", "filters 8 → 6"),
        _expected("conv2 has 12 filters instead of 16", "net/conv2", "filters 16 → 12"),
    ),
    "other_loss": (_expected("the loss is the mean absolute error, was the mean squared error", "loss"),),
    "other_optimizer": (_expected("the optimizer is Adam, was SGD", "SGD", "Adam"),),
    "gradients_clipped": (_expected("the gradients are clipped", "clip"),),
    "dropout_added": (_expected("a Dropout was inserted", "Dropout", "net/drop", "inserted"),),
    "momentum_changed": (_expected("the momentum of bn is 0.9, was 0.99", "net/bn", "momentum 0.99 → 0.9"),),
    "strides_changed": (_expected("conv2 has stride 2 instead of 1", "net/conv2", "strides"),),
    "bias_left_out": (_expected("conv2 has no bias any more", "net/conv2", "bias"),),
    "norm_before_and_behind": (
        _expected(
            "in each of 3 blocks the norms come behind the sums, not before the attention and the MLP", "3", "norm_1"
        ),
    ),
    "mlp_before_attention": (
        _expected("in each of 4 blocks the MLP comes before the attention", "4", "mlp", "attention"),
    ),
    "norm_behind_activation": (_expected("relu comes before norm", "norm", "relu"),),
    "branches_swapped": (_expected("join takes left and right in the other order", "net/join", "inputs"),),
    "shared_and_two": (_expected("the second input has an encoder of its own", "encode_other"),),
    "tied_and_own_head": (_expected("the head has a layer of its own, was the embedding's table", "head"),),
    "built_twice": (),
    "other_cell": (_expected("rnn is a GRU, was an LSTM", "LSTM", "replaced", "GRU"),),
    "second_head": (_expected("a second head, age, was added", "Dense", "net/age", "inserted"),),
}
