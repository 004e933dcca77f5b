"""Bodies written down: what a file's functions are before they are expanded."""

from __future__ import annotations

from array import array

from opscope.graph.types import CONTROL, TensorType
from opscope.program.body import Body
from opscope.program.program import Program

FLOAT = (TensorType("float32", ()),)


def body(*ops, name="f", **columns):
    """A body of ``(name, op, inputs)``; an input is ``name``, ``name:1`` or ``^name``. `_Arg`s come first, `_Retval`s last."""
    rows = {op[0]: row for row, op in enumerate(ops)}
    start, producer, output = array("q", [0]), array("i"), array("i")
    for _, kind, inputs in ops:
        if kind == "_Arg":
            producer.append(0)
            output.append(0)
        for text in inputs:
            source, _, number = text.lstrip("^").partition(":")
            producer.append(rows[source])
            output.append(CONTROL if text[0] == "^" else int(number or 0))
        start.append(len(producer))
    kinds = [op[1] for op in ops]
    if name:
        columns.update(args=kinds.count("_Arg"), rets=kinds.count("_Retval"))
    return Body(
        name, [op[0] for op in ops], kinds, start, producer, output, [FLOAT if op[1] != "_Retval" else () for op in ops],
        [{}] * len(ops), [""] * len(ops), **columns,
    )  # fmt: skip


def program(main, **functions):
    return Program(main, functions)
