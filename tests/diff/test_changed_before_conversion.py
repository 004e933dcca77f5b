"""A model in which one thing is another than in the one that it was converted from: what is told beside the conversion is that one thing.

The graphs are written down op by op, so what differs is known from how they were made.
"""

from __future__ import annotations

from typing import Any, Callable, Dict, Sequence, Set, Tuple

import pytest

import opscope
from graphs import Builder
from opscope.diff.difference import Difference

IMAGE = (1, 8, 8, 4)
Part = Callable[["Model"], None]
Told = Set[Tuple[str, str]]


class Model:
    """Ops in a row; each part takes what the one before it gives."""

    def __init__(self, *parts: Part) -> None:
        self.make = Builder()
        self.last = self.make.op("x", "Placeholder", out=[("float32", IMAGE)])
        for part in parts:
            part(self)

    def constant(self, name: str, shape: Sequence[int] = (4,), values: Sequence[Any] = ()) -> str:
        dtype = "int32" if values and isinstance(values[0], int) else "float32"
        value = {"value": {"dtype": dtype, "shape": list(shape), "values": list(values)}} if values else {}
        return self.make.op(name, "Const", out=[(dtype, tuple(shape))], **value)

    def op(self, name: str, kind: str, *more: str, first: str = "", dtype: str = "float32", **attrs: Any) -> None:
        out = [(dtype, IMAGE)]
        self.last = self.make.op(name, kind, *([first] if first else []), self.last, *more, out=out, **attrs)

    def graph(self) -> opscope.Graph:
        return self.make.graph("model", ["x"], {"y": self.last})


def conv(name: str, *, activation: str = "Relu") -> Part:
    """A convolution with bias and activation as TensorFlow has it."""

    def part(model: Model) -> None:
        kernel = model.constant(f"{name}/kernel", (3, 3, 4, 4))
        model.op(f"{name}/Conv2D", "Conv2D", kernel, padding="SAME", strides=[1, 1, 1, 1])
        model.op(f"{name}/BiasAdd", "BiasAdd", model.constant(f"{name}/bias"))
        if activation:
            model.op(f"{name}/{activation}", activation)

    return part


def lite_conv(name: str, *, activation: str = "RELU", bias: bool = True) -> Part:
    """The same as TensorFlow Lite has it, named after all that it stands for."""

    def part(model: Model) -> None:
        weights = [model.constant(f"{name}/kernel", (4, 3, 3, 4)), *([model.constant(f"{name}/bias")] if bias else [])]
        parts = [f"{name}/Relu"] if activation == "RELU" else []
        parts += [f"{name}/BiasAdd", f"{name}/Conv2D"]
        attrs = {"padding": "SAME", "stride_w": 1, "stride_h": 1, "fused_activation_function": activation}
        model.op(parts[-1], "CONV_2D", *weights, tensor=";".join(parts), **attrs)

    return part


def op(name: str, kind: str, *constant: Any, first: bool = False, **more: Any) -> Part:
    """One op, with a constant of a shape and values as its second or, with `first`, its first input."""

    def part(model: Model) -> None:
        given = model.constant(f"{name}/given", *constant) if constant else ""
        before = {"first": given} if first else {}
        model.op(name, kind, *([given] if given and not first else []), **before, **more)

    return part


A, B = conv("a"), conv("b")
LITE_A, LITE_B = lite_conv("a"), lite_conv("b")
PLAIN, LITE_PLAIN = conv("a", activation=""), lite_conv("a", activation="NONE")
FOUR = (1.0, 2.0, 3.0, 4.0)
TRIALS: Dict[str, Tuple[Sequence[Part], Sequence[Part], Told]] = {
    "nothing": ([A, B], [LITE_A, LITE_B], set()),
    "no bias": ([A, B], [LITE_A, lite_conv("b", bias=False)], {("removed", "b/bias"), ("removed", "b/BiasAdd")}),
    "another activation": ([A, B], [LITE_A, lite_conv("b", activation="RELU6")], {("removed", "b/Relu"), ("changed", "b/Conv2D")}),
    "an activation is gone": ([A, B], [LITE_A, lite_conv("b", activation="NONE")], {("removed", "b/Relu")}),
    "an activation more": ([A, conv("b", activation="")], [LITE_A, LITE_B], {("changed", "b/Conv2D")}),
    "what scales behind an activation is gone": ([A, op("s/mul", "Mul", (4,)), B], [LITE_A, LITE_B], {("removed", "s/mul"), ("removed", "s/mul/given")}),
    "what scales before an activation": ([PLAIN, op("s/mul", "Mul", (4,)), B], [LITE_PLAIN, LITE_B], set()),
    "a mask by place is gone": ([PLAIN, op("s/mul", "Mul", IMAGE), B], [LITE_PLAIN, LITE_B], {("removed", "s/mul"), ("removed", "s/mul/given")}),
    "a reciprocal is gone": ([PLAIN, op("s/div", "RealDiv", (4,), first=True), B], [LITE_PLAIN, LITE_B], {("removed", "s/div"), ("removed", "s/div/given")}),
    "operands exchanged": ([A, op("s/sub", "Sub", (4,), FOUR), B], [LITE_A, op("s/sub", "SUB", (4,), FOUR, first=True), LITE_B], {("changed", "s/sub")}),
    "another constant": ([A, op("s/mul", "Mul", (), (0.5,)), B], [LITE_A, op("s/mul", "MUL", (), (0.25,)), LITE_B], {("changed", "s/mul/given")}),
    "a transposition is gone": ([A, op("t/T", "Transpose", (4,), (0, 2, 1, 3)), B], [LITE_A, LITE_B], {("removed", "t/T"), ("removed", "t/T/given")}),
    "what transposes nothing": ([A, op("t/T", "Transpose", (4,), (0, 1, 2, 3)), B], [LITE_A, LITE_B], set()),
    "whole numbers are gone": ([A, op("c/to", "Cast", dtype="int32"), op("c/back", "Cast"), B], [LITE_A, LITE_B], {("removed", "c/to"), ("removed", "c/back")}),
    "a pool is gone": ([A, op("p/Pool", "MaxPool", ksize=[1, 2, 2, 1]), B], [LITE_A, LITE_B], {("removed", "p/Pool")}),
    "an op twice": ([A, op("r/Tanh", "Tanh"), B], [LITE_A, op("q/x", "TANH"), op("r/Tanh", "TANH"), LITE_B], {("inserted", "q/x")}),
    "another op of one name": ([A, op("s/act", "Tanh"), B], [LITE_A, op("s/act", "RELU6"), LITE_B], {("removed", "s/act"), ("inserted", "s/act")}),
    "another op without a scope": ([A, op("act", "Tanh"), B], [LITE_A, op("y", "RELU6"), LITE_B], {("removed", "act"), ("inserted", "y")}),
    "another op at the end": ([A, op("act", "Tanh")], [LITE_A, op("y", "RELU6")], {("removed", "act"), ("inserted", "y")}),
    "a layer is gone": ([A, conv("n"), B], [LITE_A, LITE_B], {("removed", f"n/{each}") for each in ("kernel", "Conv2D", "bias", "BiasAdd", "Relu")}),
    "a layer more": ([A, B], [LITE_A, lite_conv("n"), LITE_B], {("inserted", f"n/{each}") for each in ("kernel", "Conv2D", "bias")}),
}  # fmt: skip
"""How a model is written, how the one that was converted is, and of which ops more is told than the conversion."""


def told(found: Difference) -> Told:
    """What is told of which op of the first graph, or of the second where it is in that alone."""
    edits = [entry for entry in found if entry.kind in ("removed", "inserted", "changed")]
    return {(entry.kind, name) for entry in edits for name in entry.a or entry.b}


@pytest.mark.parametrize("name", TRIALS)
def test_what_was_changed_before_the_conversion_is_told_and_nothing_else(name: str) -> None:
    written, converted, expected = TRIALS[name]
    one, two = Model(*written).graph(), Model(*converted).graph()
    found = opscope.diff(one, two)
    assert found.conversion is not None
    assert told(found) == expected
    assert found.reversed() == opscope.diff(two, one)


def test_hostile_names_and_circles_end() -> None:
    deep, calls = Builder(), Builder()
    for make, name, kind in ((deep, "/".join("a" * 50_000), "Exp"), (calls, "PartitionedCall/" * 10_000 + "a", "EXP")):
        make.op("x", "Placeholder")
        make.op(name, kind, "x")
    assert opscope.diff(deep.graph("g", ["x"]), calls.graph("g", ["x"]))
    circles = []
    for kinds in (("Exp", "Tanh"), ("EXP", "TANH")):
        make = Builder()
        make.op("c/a", kinds[0], "c/b")
        make.op("c/b", kinds[1], "c/a")
        circles.append(make.graph("g", [], ["c/b"]))
    assert {entry.kind for entry in opscope.diff(*circles)} <= {"converted"}
    assert opscope.diff(circles[0], Builder().graph("g")).counts["nodes"]["removed"] == len(circles[0])
