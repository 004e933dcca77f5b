"""Generated training steps of transformers, as GraphDef files: attention, normalisation, gradients, one optimizer chain a variable."""

from __future__ import annotations

from pathlib import Path
from typing import List, Tuple

Op = Tuple[str, str, List[str]]


def forward(layer: int, last: str) -> List[Op]:
    """One encoder layer; its output is the last op."""
    scope = f"net/layer{layer}"
    ops: List[Op] = []
    for name in ("query", "key", "value"):
        ops += dense(f"{scope}/attention/{name}", last)
    query, key, value = (f"{scope}/attention/{name}/BiasAdd" for name in ("query", "key", "value"))
    ops += [
        (f"{scope}/attention/scores", "BatchMatMulV2", [query, key]),
        (f"{scope}/attention/Softmax", "Softmax", [f"{scope}/attention/scores"]),
        (f"{scope}/attention/mix", "BatchMatMulV2", [f"{scope}/attention/Softmax", value]),
        *dense(f"{scope}/attention/output", f"{scope}/attention/mix"),
        (f"{scope}/Add", "AddV2", [f"{scope}/attention/output/BiasAdd", last]),
        *norm(f"{scope}/norm", f"{scope}/Add"),
        *dense(f"{scope}/wide", f"{scope}/norm/Sub"),
        (f"{scope}/Relu", "Relu", [f"{scope}/wide/BiasAdd"]),
        *dense(f"{scope}/narrow", f"{scope}/Relu"),
        (f"{scope}/Add_1", "AddV2", [f"{scope}/narrow/BiasAdd", f"{scope}/norm/Sub"]),
    ]
    return ops


def dense(scope: str, source: str) -> List[Op]:
    """A dense layer with its two variables."""
    return [
        (f"{scope}/kernel", "VarHandleOp", []),
        (f"{scope}/MatMul/Read", "ReadVariableOp", [f"{scope}/kernel"]),
        (f"{scope}/MatMul", "MatMul", [source, f"{scope}/MatMul/Read"]),
        (f"{scope}/bias", "VarHandleOp", []),
        (f"{scope}/BiasAdd/Read", "ReadVariableOp", [f"{scope}/bias"]),
        (f"{scope}/BiasAdd", "BiasAdd", [f"{scope}/MatMul", f"{scope}/BiasAdd/Read"]),
    ]


def norm(scope: str, source: str) -> List[Op]:
    """A normalisation, shortened."""
    return [
        (f"{scope}/axis", "Const", []),
        (f"{scope}/Mean", "Mean", [source, f"{scope}/axis"]),
        (f"{scope}/Sub", "Sub", [source, f"{scope}/Mean"]),
    ]


def backward(ops: List[Op], last: str) -> List[Op]:
    """The gradient of a layer: one op for each op of the layer that is no variable, in reverse."""
    found: List[Op] = []
    for name, op, _ in reversed(ops):
        if op not in {"VarHandleOp", "ReadVariableOp", "Const"}:
            found.append((f"gradient_tape/{name}_grad", "Mul", [last, name]))
            last = found[-1][0]
    return found


def update(number: int, handle: str, gradient: str) -> List[Op]:
    """One variable's chain in a flat optimizer scope."""
    names = [f"adam/{part}_{number}" for part in ("Square", "Sqrt", "Div", "Mul", "Assign")]
    square, root, quotient, product, assign = names
    return [
        (square, "Square", [gradient]),
        (root, "Sqrt", [square]),
        (quotient, "RealDiv", [gradient, root]),
        (product, "Mul", [quotient, "rate"]),
        (assign, "AssignSubVariableOp", [handle, product]),
    ]


def write_transformer(file: Path, layers: int, *, least: int = 0) -> int:
    """Write a training step of so many layers, or of as many as `least` ops need; return its number of ops."""
    ops: List[Op] = [("x", "Placeholder", []), ("rate", "Placeholder", [])]
    layers = max(layers, least // _ops_of_a_layer() + 1) if least else layers
    blocks, last = [], "x"
    for layer in range(layers):
        blocks.append(forward(layer, last))
        last = blocks[-1][-1][0]
        ops += blocks[-1]
    ops.append(("loss/Mean", "Mean", [last]))
    last = "loss/Mean"
    for layer in reversed(range(layers)):
        steps = backward(blocks[layer], last)
        last = steps[-1][0]
        ops += steps
    number = 0
    for block in blocks:
        for name, op, _ in block:
            if op == "VarHandleOp":
                user = f"{name.rpartition('/')[0]}/{'MatMul' if name.endswith('kernel') else 'BiasAdd'}"
                ops += update(number, name, f"gradient_tape/{user}_grad")
                number += 1
    file.write_bytes(_encoded(ops))
    return len(ops)


def _ops_of_a_layer() -> int:
    """How many ops a layer has, its gradients and updates included."""
    layer = forward(0, "x")
    updates = sum(len(update(0, "", "")) for _, op, _ in layer if op == "VarHandleOp")
    return len(layer) + len(backward(layer, "")) + updates


def _encoded(ops: List[Op]) -> bytes:
    """A GraphDef, written by hand: field 1 of a graph is a node, fields 1 to 3 of a node its name, op and inputs."""
    nodes = []
    for name, op, inputs in ops:
        parts = [field(1, name.encode()), field(2, op.encode()), *(field(3, source.encode()) for source in inputs)]
        nodes.append(field(1, b"".join(parts)))
    return b"".join(nodes)


def field(number: int, data: bytes) -> bytes:
    """A length-delimited field."""
    size = len(data)
    length = b""
    while size > 127:
        length += bytes([size & 127 | 128])
        size >>= 7
    return bytes([number << 3 | 2]) + length + bytes([size]) + data
