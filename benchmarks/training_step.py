"""A translation transformer's training step as a GraphDef: forward, loss, gradients op by op, clipping, Adam for each variable.

Names, shapes and ops are those that Keras 3 and TensorFlow's tape make; encoder and decoder differ, so that a step has more than one
kind of block. Nothing is computed: the graph is only to be looked at.
"""

from __future__ import annotations

import struct
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from generated import field

BATCH, LENGTH, WIDTH, HEADS, WORDS = 8, 32, 512, 8, 8000
FLOAT, INT32, INT64, RESOURCE = 1, 3, 9, 20
"""Numbers of `DataType` in TensorFlow's types.proto."""


class Tensor(NamedTuple):
    """An op's first output."""

    name: str
    shape: Tuple[int, ...]
    dtype: int = FLOAT


class Step:
    """The graph as it is written: ops in order, the tape of those that have a gradient, the variables."""

    def __init__(self) -> None:
        self.nodes: List[bytes] = []
        self.tape: List[Tuple[str, Tensor, Sequence[Tensor]]] = []
        self.variables: List[Tuple[Tensor, Tensor]] = []
        self._used: Dict[str, int] = {}

    def add(
        self, name: str, op: str, inputs: Sequence[Tensor] = (), shape: Tuple[int, ...] = (), dtype: int = FLOAT, *, after: Sequence[str] = (),
        attributes: Sequence[bytes] = (), taped: bool = True,
    ) -> Tensor:  # fmt: skip
        """One op, on the tape unless told otherwise; a name that is taken gets `_1` and so on."""
        count = self._used.get(name, 0)
        self._used[name] = count + 1
        made = Tensor(f"{name}_{count}" if count else name, shape, dtype)
        parts = [field(1, made.name.encode()), field(2, op.encode())]
        parts += [field(3, source.name.encode()) for source in inputs]
        parts += [field(3, f"^{source}".encode()) for source in after]
        key = "dtype" if op in {"Const", "Placeholder", "ReadVariableOp"} else "T"
        parts += [_attribute(key, _varint(6, dtype)), _attribute("_output_shapes", _shapes(shape)), *attributes]
        self.nodes.append(field(1, b"".join(parts)))
        if taped and dtype == FLOAT and op in GRADIENTS:
            self.tape.append((op, made, inputs))
        return made

    def const(self, name: str, *values: int) -> Tensor:
        """A small constant of integers, as shapes and axes are."""
        shape = (len(values),)
        content = struct.pack(f"<{len(values)}i", *values)
        tensor = field(8, _varint(1, INT32) + field(2, _shape(shape)) + field(4, content))
        return self.add(name, "Const", (), shape, INT32, attributes=[_attribute("value", tensor)])

    def scalar(self, name: str, value: float) -> Tensor:
        """A constant number."""
        tensor = field(8, _varint(1, FLOAT) + field(2, b"") + field(4, struct.pack("<f", value)))
        return self.add(name, "Const", attributes=[_attribute("value", tensor)])

    def variable(self, name: str, shape: Tuple[int, ...]) -> Tensor:
        """The value of a new variable."""
        handle = self.add(f"{name}/ReadVariableOp/resource", "Placeholder", dtype=RESOURCE)
        value = self.add(f"{name}/ReadVariableOp", "ReadVariableOp", [handle], shape)
        self.variables.append((handle, value))
        return value

    def reshape(self, name: str, x: Tensor, shape: Tuple[int, ...]) -> Tensor:
        """The same numbers in another shape, which is a constant of its own."""
        return self.add(name, "Reshape", [x, self.const(f"{name}/shape", *shape)], shape)


# Layers


def dense(step: Step, scope: str, x: Tensor, units: int) -> Tensor:
    """A dense layer over the last axis, through two dimensions, as Keras does."""
    kernel = step.variable(f"{scope}/Cast", (x.shape[-1], units))
    rows = x.shape[0] * x.shape[1]
    flat = step.reshape(f"{scope}/Tensordot/Reshape", x, (rows, x.shape[-1]))
    product = step.add(f"{scope}/Tensordot/MatMul", "MatMul", [flat, kernel], (rows, units))
    y = step.reshape(f"{scope}/Tensordot", product, (*x.shape[:2], units))
    return step.add(f"{scope}/BiasAdd", "BiasAdd", [y, step.variable(f"{scope}/BiasAdd", (units,))], y.shape)


def heads(step: Step, scope: str, x: Tensor) -> Tensor:
    """A projection into heads."""
    size = WIDTH // HEADS
    kernel = step.reshape(
        f"{scope}/Reshape", step.variable(f"{scope}/Cast", (x.shape[-1], HEADS, size)), (x.shape[-1], WIDTH)
    )
    y = step.add(f"{scope}/MatMul", "BatchMatMulV2", [x, kernel], (*x.shape[:2], WIDTH))
    y = step.reshape(f"{scope}/Reshape_1", y, (*x.shape[:2], HEADS, size))
    return step.add(f"{scope}/Add", "AddV2", [y, step.variable(f"{scope}/Add", (HEADS, size))], y.shape)


def attention(step: Step, scope: str, x: Tensor, memory: Tensor, mask: Optional[Tensor]) -> Tensor:
    """Attention of `x` to `memory`, masked where there is a mask."""
    query, key, value = (
        heads(step, f"{scope}/{name}", side) for name, side in (("query", x), ("key", memory), ("value", memory))
    )
    scaled = step.add(f"{scope}/Mul", "Mul", [query, step.scalar(f"{scope}/Cast/x", 0.125)], query.shape)
    scores = step.add(f"{scope}/einsum/Einsum", "Einsum", [key, scaled], (BATCH, HEADS, LENGTH, LENGTH))
    if mask is not None:
        scores = step.add(f"{scope}/softmax/Add", "AddV2", [scores, mask], scores.shape)
    shares = step.add(f"{scope}/softmax/Softmax", "Softmax", [scores], scores.shape)
    mixed = step.add(f"{scope}/einsum_1/Einsum", "Einsum", [shares, value], value.shape)
    return dense(step, f"{scope}/attention_output", step.reshape(f"{scope}/Reshape", mixed, x.shape), WIDTH)


def normalised(step: Step, scope: str, x: Tensor) -> Tensor:
    """Layer normalisation."""
    one = (*x.shape[:2], 1)
    mean = step.add(f"{scope}/moments/mean", "Mean", [x, step.const(f"{scope}/moments/mean/reduction_indices", 2)], one)
    stopped = step.add(f"{scope}/moments/StopGradient", "StopGradient", [mean], one)
    squares = step.add(f"{scope}/moments/SquaredDifference", "SquaredDifference", [x, stopped], x.shape)
    axis = step.const(f"{scope}/moments/variance/reduction_indices", 2)
    variance = step.add(f"{scope}/moments/variance", "Mean", [squares, axis], one)
    gamma = step.reshape(f"{scope}/Reshape", step.variable(f"{scope}/Reshape", (WIDTH,)), (1, 1, WIDTH))
    beta = step.reshape(f"{scope}/Reshape_1", step.variable(f"{scope}/Reshape_1", (WIDTH,)), (1, 1, WIDTH))
    rsqrt = step.add(
        f"{scope}/Rsqrt",
        "Rsqrt",
        [step.add(f"{scope}/add", "AddV2", [variance, step.scalar(f"{scope}/add/y", 1e-3)], one)],
        one,
    )
    scale = step.add(f"{scope}/mul", "Mul", [rsqrt, gamma], x.shape)
    negated = step.add(f"{scope}/Neg", "Neg", [mean], one)
    shift = step.add(
        f"{scope}/add_1", "AddV2", [step.add(f"{scope}/mul_1", "Mul", [negated, scale], x.shape), beta], x.shape
    )
    return step.add(f"{scope}/add_2", "AddV2", [step.add(f"{scope}/mul_2", "Mul", [x, scale], x.shape), shift], x.shape)


def wide(step: Step, scope: str, x: Tensor) -> Tensor:
    """The two dense layers of a block, with a GELU between."""
    y = dense(step, f"{scope}/up", x, 4 * WIDTH)
    half = step.add(f"{scope}/up/Gelu/mul", "Mul", [y, step.scalar(f"{scope}/up/Gelu/mul/x", 0.5)], y.shape)
    negated = step.add(f"{scope}/up/Gelu/Neg", "Neg", [y], y.shape)
    scaled = step.add(f"{scope}/up/Gelu/mul_1", "Mul", [negated, step.scalar(f"{scope}/up/Gelu/Cast/x", 0.7)], y.shape)
    error = step.add(f"{scope}/up/Gelu/Erfc", "Erfc", [scaled], y.shape)
    return dense(step, f"{scope}/down", step.add(f"{scope}/up/Gelu/mul_2", "Mul", [half, error], y.shape), x.shape[-1])


def joined(step: Step, scope: str, x: Tensor, y: Tensor) -> Tensor:
    """A residual and the normalisation after it."""
    return normalised(step, f"{scope}norm", step.add(f"{scope}add/Add", "AddV2", [x, y], x.shape))


def embedded(step: Step, scope: str, tokens: Tensor) -> Tensor:
    """Tokens looked up, positions added."""
    shape = (BATCH, LENGTH, WIDTH)
    axis = step.const(f"{scope}/GatherV2/axis", 0)
    words = step.add(
        f"{scope}/GatherV2", "GatherV2", [step.variable(f"{scope}/Cast", (WORDS, WIDTH)), tokens, axis], shape
    )
    return step.add(f"{scope}/Add", "AddV2", [words, step.variable(f"{scope}/Add", (LENGTH, WIDTH))], shape)


# The tape


def reduced(step: Step, scope: str, gradient: Tensor, shape: Tuple[int, ...], number: int) -> Tensor:
    """The gradient summed to the shape of what was broadcast."""
    if gradient.shape == shape:
        return gradient
    end = f"_{number}" if number else ""
    padded = (1,) * (len(gradient.shape) - len(shape)) + shape
    axes = [axis for axis, (wide_, own) in enumerate(zip(gradient.shape, padded)) if wide_ != own]
    indices = step.const(f"{scope}/Sum{end}/reduction_indices", *axes)
    total = step.add(f"{scope}/Sum{end}", "Sum", [gradient, indices], padded, taped=False)
    return step.add(
        f"{scope}/Reshape{end}", "Reshape", [total, step.const(f"{scope}/Shape{end}", *shape)], shape, taped=False
    )


def through(*ops: str) -> "Callable[..., List[Tensor]]":
    """A gradient that is a chain of ops for each input: of the gradient and of the forward op's other input."""

    def made(step: Step, scope: str, gradient: Tensor, out: Tensor, inputs: Sequence[Tensor]) -> List[Tensor]:
        found = []
        for number, own in enumerate(inputs):
            value, other = gradient, inputs[1 - number] if len(inputs) == 2 else out
            for op in ops:
                shape = out.shape if op in {"Mul", "Sub"} else own.shape
                both = [value] if op in {"Square", "Neg", "Exp"} else [value, other]
                value = step.add(f"{scope}/{op}", op, both, shape, taped=False)
            found.append(reduced(step, scope, value, own.shape, number))
        return found

    return made


def same(step: Step, scope: str, gradient: Tensor, _: Tensor, inputs: Sequence[Tensor]) -> List[Tensor]:
    """A sum's gradient goes to every part of it."""
    return [reduced(step, scope, gradient, own.shape, number) for number, own in enumerate(inputs)]


def bias_add(step: Step, scope: str, gradient: Tensor, _: Tensor, inputs: Sequence[Tensor]) -> List[Tensor]:
    """The bias gets the sum over all rows."""
    return [
        gradient,
        step.add(f"{scope}/BiasAddGrad", "BiasAddGrad", [gradient], inputs[1].shape, taped=False),
    ]


def reshape(step: Step, scope: str, gradient: Tensor, _: Tensor, inputs: Sequence[Tensor]) -> List[Tensor]:
    """Back into the shape it had."""
    shape = inputs[0].shape
    return [
        step.add(f"{scope}/Reshape", "Reshape", [gradient, step.const(f"{scope}/Shape", *shape)], shape, taped=False)
    ]


def mean(step: Step, scope: str, gradient: Tensor, _: Tensor, inputs: Sequence[Tensor]) -> List[Tensor]:
    """Every number that was averaged gets its part."""
    shape = inputs[0].shape
    own = step.add(
        f"{scope}/Reshape", "Reshape", [gradient, step.const(f"{scope}/Reshape/shape", *shape[:2], 1)], (*shape[:2], 1),
        taped=False,
    )  # fmt: skip
    tiled = step.add(f"{scope}/Tile", "Tile", [own, step.const(f"{scope}/Tile/multiples", 1, 1, 2)], shape, taped=False)
    return [step.add(f"{scope}/truediv", "RealDiv", [tiled, step.scalar(f"{scope}/Const", 512)], shape, taped=False)]


def softmax(step: Step, scope: str, gradient: Tensor, out: Tensor, _: Sequence[Tensor]) -> List[Tensor]:
    """The gradient less its mean under the shares, times the shares."""
    product = step.add(f"{scope}/mul", "Mul", [gradient, out], out.shape, taped=False)
    axis = step.const(f"{scope}/Sum/reduction_indices", -1)
    total = step.add(f"{scope}/Sum", "Sum", [product, axis], (*out.shape[:-1], 1), taped=False)
    rest = step.add(f"{scope}/sub", "Sub", [gradient, total], out.shape, taped=False)
    return [step.add(f"{scope}/mul_1", "Mul", [rest, out], out.shape, taped=False)]


def gather(step: Step, scope: str, gradient: Tensor, _: Tensor, inputs: Sequence[Tensor]) -> List[Tensor]:
    """Rows of an embedding: flattened with their numbers and summed."""
    table, tokens = inputs[0], inputs[1]
    rows = step.reshape(f"{scope}/Reshape", gradient, (BATCH * LENGTH, WIDTH))
    numbers = step.add(
        f"{scope}/Reshape_1", "Reshape", [tokens, step.const(f"{scope}/Size", BATCH * LENGTH)], (BATCH * LENGTH,), INT64
    )
    count = step.const(f"{scope}/strided_slice", WORDS)
    return [
        step.add(f"{scope}/UnsortedSegmentSum", "UnsortedSegmentSum", [rows, numbers, count], table.shape, taped=False)
    ]


GRADIENTS: Dict[str, "Callable[..., List[Tensor]]"] = {
    "MatMul": through("MatMul"), "BatchMatMulV2": through("BatchMatMulV2"), "Einsum": through("Einsum"), "Mul": through("Mul"),
    "AddV2": same, "BiasAdd": bias_add, "Reshape": reshape, "Mean": mean, "Softmax": softmax, "GatherV2": gather,
    "Rsqrt": through("RsqrtGrad"), "Neg": through("Neg"), "Erfc": through("Square", "Neg", "Exp", "Mul"),
    "SquaredDifference": through("Sub", "Mul"), "SparseSoftmaxCrossEntropyWithLogits": through("Mul"),
}  # fmt: skip
SINGLE = ("Reshape", "Mean", "GatherV2")
"""Ops of which only the first input is differentiated."""


def gradients(step: Step, loss: Tensor) -> Dict[str, Tensor]:
    """What `tape.gradient` adds; the gradient of every value by its name."""
    waiting: Dict[str, List[Tensor]] = {loss.name: [step.scalar("ones_like", 1)]}
    found: Dict[str, Tensor] = {}
    for op, out, inputs in reversed(step.tape[:]):
        parts = waiting.pop(out.name, None)
        if parts is None:
            continue
        whole = parts[0] if len(parts) == 1 else step.add("AddN", "AddN", parts, out.shape, taped=False)
        own = inputs[:1] if op in SINGLE else inputs
        scope = f"gradient_tape/{out.name}"
        made = GRADIENTS[op](step, scope, whole, out, inputs if op == "GatherV2" else own)
        for source, gradient in zip(own, made):
            waiting.setdefault(source.name, []).append(gradient)
    for _, value in step.variables:
        parts = waiting[value.name]
        found[value.name] = parts[0] if len(parts) == 1 else step.add("AddN", "AddN", parts, value.shape, taped=False)
    return found


# The optimizer


def clipped(step: Step, parts: Sequence[Tensor]) -> List[Tensor]:
    """Clipping by the norm of all gradients together."""
    squares = [step.add("clip_by_global_norm/L2Loss", "L2Loss", [part], taped=False) for part in parts]
    stacked = step.add("clip_by_global_norm/stack", "Pack", squares, (len(squares),), taped=False)
    total = step.add(
        "clip_by_global_norm/Sum", "Sum", [stacked, step.const("clip_by_global_norm/Const", 0)], taped=False
    )
    norm = step.add("clip_by_global_norm/global_norm", "Sqrt", [total], taped=False)
    least = step.add(
        "clip_by_global_norm/Minimum", "Minimum", [norm, step.scalar("clip_by_global_norm/y", 1)], taped=False
    )
    return [step.add("clip_by_global_norm/mul", "Mul", [part, least], part.shape, taped=False) for part in parts]


def adam(step: Step, handle: Tensor, value: Tensor, gradient: Tensor, rate: Tensor, steps: Tensor) -> str:
    """One variable's update, as Keras 3 writes it; the last op's name."""

    def op(name: str, kind: str, *inputs: Tensor, after: Sequence[str] = ()) -> Tensor:
        shape = max((one.shape for one in inputs if one.dtype != RESOURCE), key=len, default=())
        return step.add(f"adam/{name}", kind, inputs, shape, after=after, taped=False)

    count = step.add(
        "adam/Cast", "Cast", [step.add("adam/Add", "AddV2", [steps, step.const("adam/Const", 1)], (), INT64)]
    )
    first, second = (op("Pow", "Pow", step.scalar("adam/Cast/x", beta), count) for beta in (0.9, 0.999))
    root = op("Sqrt", "Sqrt", op("sub", "Sub", step.scalar("adam/sub/x", 1), second))
    pace = op("truediv", "RealDiv", op("mul", "Mul", rate, root), op("sub", "Sub", step.scalar("adam/sub/x", 1), first))
    kept = []
    for source, part in ((gradient, 0.1), (op("Square", "Square", gradient), 0.001)):
        slot = step.add("adam/Sub/ReadVariableOp/resource", "Placeholder", dtype=RESOURCE)
        read = step.add("adam/Sub/ReadVariableOp", "ReadVariableOp", [slot], value.shape)
        change = op("Mul", "Mul", op("Sub", "Sub", source, read), step.scalar("adam/Const", part))
        assigned = op("AssignAddVariableOp", "AssignAddVariableOp", slot, change, after=[read.name])
        kept.append(step.add("adam/Mul/ReadVariableOp", "ReadVariableOp", [slot], value.shape, after=[assigned.name]))
    below = op("Add", "AddV2", op("Sqrt", "Sqrt", kept[1]), step.scalar("adam/Const", 1e-7))
    change = op("truediv", "RealDiv", op("Mul", "Mul", kept[0], pace), below)
    return op("AssignSubVariableOp", "AssignSubVariableOp", handle, change, after=[value.name]).name


def write_training_step(file: Path, blocks: int = 42) -> int:
    """Write a training step of so many encoder and as many decoder blocks (42: 100,230 ops); return its number of ops."""
    step = Step()
    source, target = (step.add(name, "Placeholder", (), (BATCH, LENGTH), INT64) for name in ("source", "target"))
    mask = step.add("translator/decoder/mask", "Const", (), (1, 1, LENGTH, LENGTH), taped=False)
    memory = embedded(step, "translator/encoder/embedding", source)
    for block in range(blocks):
        scope = f"translator/encoder/block_{block}"
        memory = joined(
            step, f"{scope}/attention_", memory, attention(step, f"{scope}/attention", memory, memory, None)
        )
        memory = joined(step, f"{scope}/wide_", memory, wide(step, f"{scope}/wide", memory))
    x = embedded(step, "translator/decoder/embedding", target)
    for block in range(blocks):
        scope = f"translator/decoder/block_{block}"
        x = joined(step, f"{scope}/self_", x, attention(step, f"{scope}/self_attention", x, x, mask))
        x = joined(step, f"{scope}/cross_", x, attention(step, f"{scope}/cross_attention", x, memory, None))
        x = joined(step, f"{scope}/wide_", x, wide(step, f"{scope}/wide", x))
    logits = step.reshape("loss/Reshape", dense(step, "translator/words", x, WORDS), (BATCH * LENGTH, WORDS))
    each = step.add(
        "loss/SparseSoftmaxCrossEntropyWithLogits", "SparseSoftmaxCrossEntropyWithLogits", [logits], (BATCH * LENGTH,)
    )
    loss = step.add(
        "loss/Mean", "Mean", [step.reshape("loss/Reshape_1", each, (BATCH, LENGTH, 1)), step.const("loss/Const", 0, 1)]
    )
    found = gradients(step, loss)
    parts = clipped(step, [found[value.name] for _, value in step.variables])
    rate, steps = (
        step.add(f"adam/{name}", "ReadVariableOp", [step.add(f"adam/{name}/resource", "Placeholder", dtype=RESOURCE)], (), dtype)
        for name, dtype in (("learning_rate", FLOAT), ("iteration", INT64))
    )  # fmt: skip
    updates = [
        adam(step, handle, value, part, rate, steps) for (handle, value), part in zip(list(step.variables), parts)
    ]
    done = step.add("group_deps", "NoOp", after=updates, taped=False)
    step.add("Identity", "Identity", [loss], after=[done.name], taped=False)
    file.write_bytes(b"".join(step.nodes))
    return len(step.nodes)


def _varint(number: int, value: int) -> bytes:
    """A field that holds an integer; a negative one takes ten bytes, as protobuf has it."""
    value &= (1 << 64) - 1
    found = bytes([number << 3])
    while value > 127:
        found += bytes([value & 127 | 128])
        value >>= 7
    return found + bytes([value])


def _shape(shape: Tuple[int, ...]) -> bytes:
    return b"".join(field(2, _varint(1, size)) for size in shape)


def _shapes(shape: Tuple[int, ...]) -> bytes:
    return field(1, field(7, _shape(shape)))


def _attribute(key: str, value: bytes) -> bytes:
    """An entry of a node's attributes; `value` is an AttrValue's content."""
    return field(5, field(1, key.encode()) + field(2, value))
