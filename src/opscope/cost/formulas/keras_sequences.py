"""What Keras's recurrent layers, their wrappers and MultiHeadAttention compute, in a graph whose ops are calls of layers.

Source: the cells in keras/src/layers/rnn/, keras/src/layers/attention/multi_head_attention.py. The counters and lists of the loop that runs
a cell are left out.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Dict, Optional

from ...shapes.budget import Unknown
from ...shapes.keras_rules import layer_shapes
from ...shapes.tensor import Dims, product
from ..layer_calls import LayerCall, LayerFormula, activated, formulas_of_layers, run_op, together
from ..op import Formula, Work
from .keras_layers import LAYER_FORMULAS


def _gates(layer: LayerCall, count: int) -> Work:
    """The products of one step, with the input and with the state."""
    batch, units = layer.inputs[0][0], layer.settings["units"]
    made = (batch, count * units)
    return together(run_op("MatMul", [(batch, layer.inputs[0][-1])], made), run_op("MatMul", [(batch, units)], made))


def _recurrent(count: int, rest: Callable[[LayerCall, Dims], Optional[Work]], layer: LayerCall) -> Optional[Work]:
    """So many gates a step, and `rest`, for each step."""
    each = rest(layer, (layer.inputs[0][0], layer.settings["units"]))
    if each is None:
        return None
    one, steps = together(_gates(layer, count), each), layer.inputs[0][1]
    return Work(one.flops * steps, one.macs * steps)


def _several(op: str, times: int, shape: Dims) -> Work:
    return Work(times * run_op(op, [shape, shape], shape).flops)


def lstm_step(layer: LayerCall, state: Dims) -> Optional[Work]:
    """Three gates, two activations; c = f * c + i * new, h = o * c."""
    inner = activated(layer.settings.get("recurrent_activation"), state)
    outer = activated(layer.settings.get("activation"), state)
    if inner is None or outer is None:
        return None
    sums = _several("AddV2", 5 + 4 * bool(layer.settings.get("use_bias", True)), state)
    return together(inner, inner, inner, outer, outer, sums, _several("Mul", 3, state))


def _gru_step(layer: LayerCall, state: Dims) -> Optional[Work]:
    """Two gates and a candidate, with a bias for either product; h = z * h + (1 - z) * new."""
    if not layer.settings.get("reset_after"):
        return None
    inner = activated(layer.settings.get("recurrent_activation"), state)
    outer = activated(layer.settings.get("activation"), state)
    if inner is None or outer is None:
        return None
    sums = _several("AddV2", 4 + 6 * bool(layer.settings.get("use_bias", True)), state)
    return together(inner, inner, outer, sums, _several("Sub", 1, state), _several("Mul", 3, state))


def _rnn_step(layer: LayerCall, state: Dims) -> Optional[Work]:
    outer = activated(layer.settings.get("activation"), state)
    sums = _several("AddV2", 1 + bool(layer.settings.get("use_bias", True)), state)
    return None if outer is None else together(outer, sums)


def _attention(layer: LayerCall) -> Optional[Work]:
    """MultiHeadAttention: projections, scores of each query with each key, their softmax, the sum of values, the projection back."""
    settings, query = layer.settings, layer.inputs[0]
    value = layer.inputs[1]
    key = layer.inputs[2] if len(layer.inputs) > 2 else value
    if settings.get("use_gate") or len(query) != 3 or len(value) != 3:
        return None
    heads, width = settings["num_heads"], settings["key_dim"]
    return _of_heads(layer, key, heads, heads, width, settings.get("value_dim") or width)


def _grouped_attention(layer: LayerCall) -> Optional[Work]:
    """GroupQueryAttention: several heads of the query share one of key and value."""
    settings, query = layer.settings, layer.inputs[0]
    key = layer.inputs[2] if len(layer.inputs) > 2 else layer.inputs[1]
    if settings.get("use_gate") or settings.get("sliding_window") or len(query) != 3 or len(key) != 3:
        return None
    heads, width = settings["num_query_heads"], settings["head_dim"]
    return _of_heads(layer, key, heads, settings["num_key_value_heads"], width, width)


def _of_heads(layer: LayerCall, key: Dims, heads: int, shared: int, width: int, values: int) -> Work:
    query, value = layer.inputs[0], layer.inputs[1]
    bias = bool(layer.settings.get("use_bias", True))

    def projected(shape: Dims, size: int) -> Work:
        made = (product(shape[:-1]), size)
        product_of = run_op("MatMul", [(made[0], shape[-1])], made)
        return together(product_of, run_op("BiasAdd", [made], made)) if bias else product_of

    scores = (query[0], heads, query[1], key[1])
    of_scores = run_op("BatchMatMulV2", [(query[0], heads, query[1], width)], scores)
    of_values = run_op("BatchMatMulV2", [scores], (query[0], heads, query[1], values))
    return together(
        projected(query, heads * width), projected(key, shared * width), projected(value, shared * values), of_scores, of_values,
        run_op("Mul", [scores, scores], scores), run_op("Softmax", [scores], scores),
        projected((*query[:-1], heads * values), layer.output[-1]),
    )  # fmt: skip


def _dot_attention(layer: LayerCall) -> Optional[Work]:
    """Attention on [query, value, key]: the product with each key, perhaps scaled, a softmax, the sum of values."""
    query, value = layer.inputs[0], layer.inputs[1]
    if layer.settings.get("score_mode", "dot") != "dot" or len(query) != 3 or len(value) != 3:
        return None
    scores = (*query[:2], value[1])
    scaled = [run_op("Mul", [scores, scores], scores)] if layer.settings.get("use_scale") else []
    return together(
        run_op("BatchMatMulV2", [query], scores), *scaled, run_op("Softmax", [scores], scores),
        run_op("BatchMatMulV2", [scores], layer.output),
    )  # fmt: skip


def _inside(layer: Any, inputs: Any) -> Optional[Work]:
    """What a layer computes that stands among the settings of another."""
    if not isinstance(layer, dict) or not isinstance(layer.get("class"), str):
        raise Unknown
    rule, (made, *_) = (
        _SEQUENCES.get(layer["class"], LAYER_FORMULAS.get(layer["class"])),
        layer_shapes(layer["class"], layer, inputs),
    )
    return None if rule is None or made is None else rule(LayerCall(layer, inputs, made))  # type: ignore[arg-type]


def _bidirectional(layer: LayerCall) -> Optional[Work]:
    """The layer in both directions. What is not concatenated is added, multiplied or averaged."""
    if layer.settings.get("merge_mode", "concat") not in {"concat", None}:
        return None
    one = _inside(layer.settings.get("layer"), layer.inputs[:1])
    return None if one is None else together(one, one)


def _distributed(layer: LayerCall) -> Optional[Work]:
    """The layer inside, for each step."""
    batch, steps, *rest = layer.inputs[0]
    return _inside(layer.settings.get("layer"), [(batch * steps, *rest)])


RECURRENT: Dict[str, LayerFormula] = {
    "LSTM": partial(_recurrent, 4, lstm_step),
    "GRU": partial(_recurrent, 3, _gru_step),
    "SimpleRNN": partial(_recurrent, 1, _rnn_step),
}
"""Class of a layer that runs one cell -> its formula."""
_SEQUENCES: Dict[str, LayerFormula] = {
    **RECURRENT,
    "MultiHeadAttention": _attention,
    "GroupQueryAttention": _grouped_attention,
    "Attention": _dot_attention,
    "Bidirectional": _bidirectional,
    "TimeDistributed": _distributed,
}
FORMULAS: Dict[str, Formula] = formulas_of_layers(_SEQUENCES)
