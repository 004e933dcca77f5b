"""Writes small TensorFlow Lite files by hand: FlatBuffers' binary format from its description, nothing shared with opscope.load."""

from __future__ import annotations

import struct
from typing import Any, Dict, List


class Scalar:
    """A number in a table, by its code in `struct`."""

    def __init__(self, code: str, value: Any) -> None:
        self.code, self.value = code, value


class Numbers:
    """A vector of numbers."""

    def __init__(self, code: str, values: Any) -> None:
        self.code, self.values = code, values


Table = Dict[int, Any]
"""Field -> a `Scalar`, a text, `Numbers`, another table or a list of tables."""


def file_of(root: Table) -> bytes:
    """The bytes of a file with this root."""
    out = bytearray(b"\0\0\0\0TFL3")
    struct.pack_into("<I", out, 0, _table(out, root))
    return bytes(out)


def _align(out: bytearray, size: int) -> None:
    out.extend(bytes(-len(out) % size))


def _table(out: bytearray, fields: Table) -> int:
    """Append a table, then what it points to; where it begins."""
    count = max(fields, default=-1) + 1
    _align(out, 8)
    vtable = len(out)
    out.extend(bytes(4 + 2 * count))
    _align(out, 8)
    start = len(out)
    out.extend(struct.pack("<i", start - vtable) + bytes(4))
    places = {}
    for field, value in fields.items():
        places[field] = len(out)
        code = value.code if isinstance(value, Scalar) else "I"
        out.extend(struct.pack("<" + code, value.value if isinstance(value, Scalar) else 0))
        _align(out, 8)
        struct.pack_into("<H", out, vtable + 4 + 2 * field, places[field] - start)
    struct.pack_into("<HH", out, vtable, 4 + 2 * count, len(out) - start)
    for field, value in fields.items():
        if not isinstance(value, Scalar):
            target = _pointed(out, value)
            struct.pack_into("<I", out, places[field], target - places[field])
    return start


def _pointed(out: bytearray, value: Any) -> int:
    if isinstance(value, dict):
        return _table(out, value)
    _align(out, 8)
    out.extend(bytes(4))  # so that what follows the length is aligned to 8 as well
    start = len(out)
    if isinstance(value, str):
        raw = value.encode()
        out.extend(struct.pack("<I", len(raw)) + raw + b"\0")
    elif isinstance(value, Numbers):
        out.extend(struct.pack(f"<I{len(value.values)}{value.code}", len(value.values), *value.values))
    else:
        out.extend(struct.pack("<I", len(value)) + bytes(4 * len(value)))
        written: Dict[int, int] = {}  # a table that is in the list twice is written once
        for index, each in enumerate(value):
            place = start + 4 + 4 * index
            if id(each) not in written:
                written[id(each)] = _table(out, each)
            struct.pack_into("<I", out, place, written[id(each)] - place)
    return start


def tensor(name: str, shape: Any, dtype: int = 0, buffer: int = 0, **more: Any) -> Table:
    """A tensor; `more` may have `quantization`."""
    found: Table = {
        0: Numbers("i", [abs(dim) for dim in shape]),
        1: Scalar("b", dtype),
        2: Scalar("I", buffer),
        3: name,
    }
    if any(dim < 0 for dim in shape):
        found[7] = Numbers("i", shape)
    if "quantization" in more:
        found[4] = more["quantization"]
    return found


def operator(code: int, inputs: Any, outputs: Any, kind: int = 0, options: Any = None) -> Table:
    """An operator, with a member of the first union of options."""
    found: Table = {0: Scalar("I", code), 1: Numbers("i", inputs), 2: Numbers("i", outputs)}
    if options is not None:
        found.update({3: Scalar("B", kind), 4: options})
    return found


def subgraph(name: str, tensors: List[Table], inputs: Any, outputs: Any, operators: List[Table]) -> Table:
    """A subgraph."""
    return {0: tensors, 1: Numbers("i", inputs), 2: Numbers("i", outputs), 3: operators, 4: name}


def model(codes: List[int], subgraphs: List[Table], buffers: Any = (b"",), **more: Any) -> Table:
    """A model of operators that are built in; `more` may have `signatures`, `description`, `custom` (codes of operators that are not)."""
    known = [{0: Scalar("b", min(code, 127)), 3: Scalar("i", code)} for code in codes]
    custom = [{0: Scalar("b", 32), 1: code, 3: Scalar("i", 32)} for code in more.get("custom", ())]
    found: Table = {
        0: Scalar("I", 3),
        1: [*known, *custom],
        2: subgraphs,
        4: [{0: Numbers("B", data)} if data else {} for data in buffers],
    }
    if "description" in more:
        found[3] = more["description"]
    if "signatures" in more:
        found[7] = more["signatures"]
    return found


def looping(times: int = 3) -> Table:
    """A loop whose body is a dense layer; and a subgraph that nothing calls."""
    less, add, dense, loop = range(4)
    cond = subgraph(
        "cond", [tensor("i", (), 2), tensor("x", (2, 4)), tensor("n", (), 2, 1), tensor("go", (), 6)], [0, 1], [3],
        [operator(less, [0, 2], [3])],
    )  # fmt: skip
    body = subgraph(
        "body",
        [tensor("i", (), 2), tensor("x", (2, 4)), tensor("one", (), 2, 2), tensor("w", (4, 4), 0, 3), tensor("next", (), 2), tensor("m/d/MatMul", (2, 4))],
        [0, 1], [4, 5],
        [operator(add, [0, 2], [4]), operator(dense, [1, 3, -1], [5], 8, {0: Scalar("b", 1)})],
    )  # fmt: skip
    main = subgraph(
        "main", [tensor("x", (2, 4)), tensor("zero", (), 2, 4), tensor("end", (), 2), tensor("y", (2, 4))], [0], [3],
        [operator(loop, [1, 0], [2, 3], 93, {0: Scalar("i", 1), 1: Scalar("i", 2)})],
    )  # fmt: skip
    alone = subgraph("alone", [tensor("x", (2, 4)), tensor("twice", (2, 4))], [0], [1], [operator(add, [0, 0], [1])])
    signature = {
        0: [{0: "given", 1: Scalar("I", 0)}],
        1: [{0: "told", 1: Scalar("I", 3)}],
        2: "serving_default",
        4: Scalar("I", 0),
    }
    number = struct.pack("<i", times)
    weights = struct.pack("<16f", *range(16))
    buffers = (b"", number, struct.pack("<i", 1), weights, struct.pack("<i", 0))
    return model([58, 0, 9, 119], [main, cond, body, alone], buffers, signatures=[signature], description="by hand")
