"""What Keras's layers compute that multiply by an equation, go over images in time or run cells, in a graph whose ops are calls of layers.

Source: keras/src/layers/core/einsum_dense.py, merging/dot.py, rnn/conv_lstm.py and rnn/rnn.py. As in `keras_sequences` the counters of loops
are left out.
"""

from __future__ import annotations

from functools import partial
from typing import Dict, Optional

from ...shapes.budget import Unknown
from ...shapes.keras_contractions import cells_of, solved
from ...shapes.keras_rules import layer_shapes
from ...shapes.keras_windows import channels_first, for_each_dim
from ..layer_calls import NOTHING, LayerCall, activated, formulas_of_layers, run_op, together
from ..op import Formula, Work
from .keras_sequences import RECURRENT, lstm_step


def _einsum_dense(layer: LayerCall) -> Optional[Work]:
    equation = solved(layer.settings, layer.inputs)
    if None in equation.kernel or layer.settings.get("lora_rank"):
        return None
    kernel = tuple(dim or 0 for dim in equation.kernel)
    product = run_op("Einsum", [layer.inputs[0], kernel], layer.output, equation=layer.settings["equation"])
    bias = run_op("AddV2", [layer.output] * 2, layer.output) if equation.bias else NOTHING
    activation = activated(layer.settings.get("activation"), layer.output)
    return None if activation is None else together(product, bias, activation)


def _dot(layer: LayerCall) -> Optional[Work]:
    """Each number of the result is a sum over the axis that both are multiplied along."""
    axes = layer.settings["axes"]
    axis = axes[0] if isinstance(axes, (list, tuple)) else axes
    if layer.settings.get("normalize"):
        return None
    summed = layer.inputs[0][axis]
    return run_op("BatchMatMulV2", [(1, summed)], layer.output)


def _conv_lstm(dims: int, layer: LayerCall) -> Optional[Work]:
    """For each step a convolution of the input to four gates and one of the state, which keeps its size; then the step of an LSTM."""
    settings = layer.settings
    batch, steps, *image = layer.inputs[0]
    (state,) = layer_shapes(f"Conv{dims}D", settings, [(batch, *image)])
    if state is None or None in state or channels_first(settings):
        raise Unknown
    kernel, filters = for_each_dim(settings, "kernel_size", dims), settings["filters"]
    known = tuple(dim or 0 for dim in state)
    gates = (*known[:-1], 4 * filters)
    of_input = run_op("Conv2D", [(batch, *image), (*kernel, image[-1], 4 * filters)], gates)
    of_state = run_op("Conv2D", [known, (*kernel, filters, 4 * filters)], gates)
    rest = lstm_step(layer, known)
    if rest is None:
        return None
    one = together(of_input, of_state, rest)
    return Work(one.flops * steps, one.macs * steps)


def _of_cells(layer: LayerCall) -> Optional[Work]:
    """RNN: what the layer of each cell's own kind computes, one on the result of the other."""
    found = NOTHING
    batch, steps, _ = shape = layer.inputs[0]
    for cell in cells_of(layer.settings["cell"]):
        rule = RECURRENT[cell["class"][: -len("Cell")]]
        own = rule(LayerCall(cell, [shape], (batch, cell["units"])))
        if own is None:
            return None
        found, shape = together(found, own), (batch, steps, cell["units"])
    return found


FORMULAS: Dict[str, Formula] = formulas_of_layers(
    {
        "EinsumDense": _einsum_dense, "Dot": _dot, "RNN": _of_cells,
        **{f"ConvLSTM{dims}D": partial(_conv_lstm, dims) for dims in (1, 2, 3)},
    }
)  # fmt: skip
