"""What formulas of layers are made of: the call of a layer as they see it, and the formulas of the ops that Keras makes of it."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence

from ..graph.vocabulary import KERAS_LAYER
from ..shapes.budget import Unknown
from ..shapes.tensor import Dims, Tensor
from .op import Formula, Op, Work


class LayerCall(NamedTuple):
    """One call of a layer, as its rule sees it."""

    settings: Mapping[str, Any]
    inputs: Sequence[Dims]
    output: Dims


LayerFormula = Callable[[LayerCall], Optional[Work]]
"""Gives the work of a call; ``None`` if it is set to something that has no formula."""


class _Inner(Op):
    """An op that a layer runs, of which only shapes and attributes are known."""

    __slots__ = ("_given", "_made", "_op")

    def __init__(self, kind: str, given: Sequence[Dims], made: Dims, attrs: Dict[str, Any]) -> None:
        self._op, self._attrs, self.row = kind, attrs, -1
        self._given: List[Tensor] = [("float32", shape) for shape in given]
        self._made: List[Tensor] = [("float32", made)]

    @property
    def kind(self) -> str:
        return self._op

    @property
    def inputs(self) -> List[Tensor]:
        return self._given

    @property
    def outputs(self) -> Sequence[Tensor]:
        return self._made


def run_op(kind: str, given: Sequence[Dims], made: Dims, **attrs: Any) -> Work:
    """What one op computes."""
    from .formulas import formulas  # among which are those of layers

    found = formulas()[kind](_Inner(kind, given, made, attrs))
    if found is None:
        raise Unknown
    return Work(found) if isinstance(found, (int, float)) else found


def together(*parts: Work) -> Work:
    """What several ops compute."""
    return Work(sum(part.flops for part in parts), sum(part.macs for part in parts))


NOTHING = Work(0.0)
_ACTIVATIONS = {
    "relu": "Relu", "relu6": "Relu6", "sigmoid": "Sigmoid", "tanh": "Tanh", "softmax": "Softmax", "log_softmax": "LogSoftmax",
    "elu": "Elu", "selu": "Selu", "softplus": "Softplus", "softsign": "Softsign", "exponential": "Exp", "leaky_relu": "LeakyRelu",
}  # fmt: skip
"""Name of an activation -> the op that it is."""


def activated(name: Any, shape: Dims) -> Optional[Work]:
    """What an activation computes; ``None`` for one that has no formula."""
    if name is None or name == "linear":
        return NOTHING
    if name in {"silu", "swish"}:  # x * sigmoid(beta * x): TensorFlow multiplies by a beta of 1 as well
        times = run_op("Mul", [shape, shape], shape)
        return together(times, run_op("Sigmoid", [shape], shape), times)
    op = _ACTIVATIONS.get(name) if isinstance(name, str) else None
    return None if op is None else run_op(op, [shape], shape)


def resized(settings: Mapping[str, Any], given: Dims, made: Dims) -> Optional[Work]:
    """What it takes to bring images to another size; ``None`` for a way of doing so that has no formula."""
    if any(settings.get(name) for name in ("crop_to_aspect_ratio", "pad_to_aspect_ratio", "antialias")):
        return None
    kind = settings.get("interpolation")
    if kind == "nearest":
        return NOTHING
    return run_op("ResizeBilinear", [given], made) if kind == "bilinear" else None


def formulas_of_layers(rules: Mapping[str, LayerFormula]) -> Dict[str, Formula]:
    """The formulas of the ops that are calls of these classes."""
    return {KERAS_LAYER + cls: partial(_formula, rule) for cls, rule in rules.items()}


def _formula(rule: LayerFormula, op: Op) -> Optional[Work]:
    inputs = [op.shape_in(index) for index in range(len(op.inputs))]
    return rule(LayerCall(op.attributes(), inputs, op.shape_out()))
