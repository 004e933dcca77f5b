"""What Keras's layers return that multiply by an equation, or go over images in time, and what its wrappers of cells return.

Source: keras/src/layers/core/einsum_dense.py, keras/src/layers/merging/dot.py, keras/src/layers/rnn/conv_lstm.py and rnn.py.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Sequence, Tuple

from ..graph.types import Shape
from .budget import Unknown
from .inference import Dim
from .keras_windows import WINDOWS, channels_first

_Settings = Mapping[str, Any]
_Rule = Callable[[_Settings, Sequence[Shape]], List[Shape]]
_MOST_LETTERS = 60


class Equation(NamedTuple):
    """The equation of an EinsumDense with the sizes that its letters stand for."""

    output: Tuple[Dim, ...]
    kernel: Tuple[Dim, ...]
    bias: Tuple[Dim, ...]
    """Empty without a bias."""


def solved(settings: _Settings, shapes: Sequence[Shape]) -> Equation:
    """The sizes in an EinsumDense: those of the input where a letter is in it, else those that its ``output_shape`` has.

    >>> solved({"equation": "...x,xy->...y", "output_shape": 8, "bias_axes": "y"}, [(None, 3, 4)])
    Equation(output=(None, 3, 8), kernel=(4, 8), bias=(8,))
    """
    shape, width = shapes[0], settings["output_shape"]
    left, _, result = settings["equation"].replace(" ", "").partition("->")
    given, _, kernel = left.partition(",")
    if shape is None or len(left) + len(result) > _MOST_LETTERS or "..." in kernel:
        raise Unknown
    given, result = _written_out(given, result, len(shape))
    if len(given) != len(shape):
        raise Unknown
    own: List[Dim] = list(width) if isinstance(width, (list, tuple)) else [width]
    # The batch, and what dots stand for, are not in the setting: it is about the last dimensions.
    sizes: Dict[str, Dim] = dict(zip(reversed(result), reversed(own)))
    sizes.update(zip(given, shape))
    axes = settings.get("bias_axes") or ""
    first = min((result.index(axis) for axis in axes), default=len(result))
    return Equation(
        tuple(sizes[each] for each in result), tuple(sizes[each] for each in kernel),
        tuple(sizes[each] if each in axes else 1 for each in result[first:]),
    )  # fmt: skip


def _written_out(given: str, result: str, rank: int) -> Tuple[str, str]:
    """The input's and the result's part of an equation, with letters that no equation has in place of dots."""
    if "..." not in given:
        return given, result
    more = "".join(map(str, range(rank - len(given) + 3)))
    return given.replace("...", more), result.replace("...", more)


def _einsum_dense(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    return [solved(settings, shapes).output]


def _dot(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    """The products of each example's two tensors, summed over one axis of either."""
    left, right = shapes
    if left is None or right is None:
        raise Unknown
    axes = settings["axes"]
    one, other = axes if isinstance(axes, (list, tuple)) else (axes, axes)
    one, other = one % len(left), other % len(right)
    found = [*left[:one], *left[one + 1 :], *(dim for place, dim in enumerate(right) if place not in {0, other})]
    return [tuple(found) if len(found) > 1 else (*found, 1)]


def _conv_lstm(dims: int, settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    """The convolution of one step gives the shape of the state; ``return_sequences`` gives that of each step."""
    shape = shapes[0]
    if shape is None or len(shape) != dims + 3:
        raise Unknown
    batch, steps, *rest = shape
    (state,) = WINDOWS[f"Conv{dims}D"](settings, [(batch, *rest)])
    if state is None:
        raise Unknown
    whole = (batch, steps, *state[1:]) if settings.get("return_sequences") else state
    return [whole, *([state, state] if settings.get("return_state") else [])]


def _of_cells(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    """RNN: what its cell returns, of several in a stack the last; with ``return_state`` also what each remembers."""
    shape = shapes[0]
    if shape is None or len(shape) != 3:
        raise Unknown
    batch, steps, _ = shape
    cells = cells_of(settings["cell"])
    last = cells[-1]["units"]
    result = (batch, steps, last) if settings.get("return_sequences") else (batch, last)
    states: List[Shape] = [(batch, cell["units"]) for cell in cells for _ in range(CELLS[cell["class"]][1])]
    if settings.get("return_state") and len(cells) > 1:
        raise Unknown  # which Keras 2 and 3 nest in different ways
    return [result, *(states if settings.get("return_state") else [])]


CELLS = {"LSTMCell": (4, 2), "GRUCell": (3, 1), "SimpleRNNCell": (1, 1)}
"""Class of a cell -> how many gates it has, and how many tensors it remembers."""


def cells_of(cell: Any) -> List[Mapping[str, Any]]:
    """The cell of an RNN, or those of a stack; each is of a class in `CELLS`."""
    found = cell["cells"] if cell["class"] == "StackedRNNCells" else [cell]
    if not found or any(each["class"] not in CELLS for each in found):
        raise Unknown
    return list(found)


def _adaptive(dims: int, settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    """Pooling to a size that is set."""
    shape, size = shapes[0], settings["output_size"]
    space = list(size) if isinstance(size, (list, tuple)) else [size] * dims
    if shape is None or len(shape) != dims + 2 or len(space) != dims:
        raise Unknown
    return [(*shape[:2], *space) if channels_first(settings) else (shape[0], *space, shape[-1])]


CONTRACTING: Dict[str, _Rule] = {
    "EinsumDense": _einsum_dense,
    "Dot": _dot,
    "RNN": _of_cells,
    **{f"ConvLSTM{dims}D": partial(_conv_lstm, dims) for dims in (1, 2, 3)},
    **{f"AdaptiveAveragePooling{dims}D": partial(_adaptive, dims) for dims in (1, 2, 3)},
    **{f"AdaptiveMaxPooling{dims}D": partial(_adaptive, dims) for dims in (1, 2, 3)},
}
"""Class of a layer -> its rule."""
