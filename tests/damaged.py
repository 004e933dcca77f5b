"""Graphs that a damaged or hostile file can hold: ops whose inputs, attributes and outputs are none that an op of their type has.

`strange` makes one of a few types of op, `damaged` changes one that is right. Both take a seeded `Random`.
"""

from __future__ import annotations

import ast
import re
from array import array
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, Dict, Iterator, List, Sequence

import opscope
from graphs import Builder
from opscope.graph.content import content_of, with_content
from opscope.graph.graph import Graph
from opscope.graph.lite_ops import SAME_OP
from opscope.graph.types import CONTROL, TensorType
from opscope.graph.vocabulary import ENDS, MISSING
from opscope.program.opdefs import OpSignatures
from opscope.shapes.keras_operations import OPERATION_RULES
from opscope.shapes.keras_rules import LAYER_RULES

ROOMS = "graph program shapes load passes cost profile check layout render".split()
ODD = (
    "", "x", -1, 0, 1 << 70, 3.5, True, [], [1], ["a"], [-1, -1], [[1, 2], [3]], {}, {"function": 3}, {"shape": "x", "values": 3},
    {"shape": [2], "values": [1, "x"]}, {"shape": [1 << 62] * 3, "values": [0]}, [None], [1 << 62] * 4, [0] * 300,
)  # fmt: skip
"""Values of attributes, of any type."""
OUTPUTS = (
    [], [("float32", None)], [("float32", (None, 4))], [("int32", (2,))], [("int32", ())], [("variant", ())], [("resource", None)],
    [("unknown", None)], [("float32", (0, 1 << 62))], [("int32", None), ("float32", (2, None))], [("float32", (1,) * 254)], [("bool", ())],
)  # fmt: skip
"""What an op gives."""


class EveryAttribute(Dict[str, Any]):
    """Has an attribute of any name, all with one value: so no code asks for one that is right by chance."""

    def __init__(self, value: Any) -> None:
        super().__init__({"value": value})
        self._value = value

    def get(self, _name: str, _default: Any = None) -> Any:
        return self._value

    def __getitem__(self, _name: str) -> Any:
        return self._value

    def __contains__(self, _name: object) -> bool:
        return True


def op_types() -> List[str]:
    """The op types that the package's code names anywhere: in rule tables, in sets, in conditions."""
    root, signatures = Path(opscope.__file__).parent, OpSignatures()
    files = [path for room in ROOMS for path in (root / room).rglob("*.py")]
    words = {word for path in files for word in _words(ast.parse(path.read_text(encoding="utf-8")))}
    layers = {f"Keras>{name}" for name in LAYER_RULES} | {f"Keras>ops.{name}" for name in OPERATION_RULES}
    return sorted({word for word in words if word in SAME_OP or signatures.get(word)} | ENDS | {MISSING} | layers)


def _words(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield from re.split(r"[^A-Za-z0-9_]+", node.value)


def strange(kinds: Sequence[str], random: Random, each: int = 6, *, used: bool = True) -> Graph:
    """A graph in which ops of these types have no inputs, too many, themselves; what they give is `used` for shapes, lists and loops."""
    make = Builder()
    _sources(make)
    given = [row.name for row in make.rows]
    for kind in kinds:
        for number, inputs in enumerate(_inputs(given, random, each)):
            name = f"{kind}_{number}".replace(">", "_")
            out, odd = random.choice(OUTPUTS), {"odd": len(make.rows)} if random.random() < 0.5 else {}
            group = make.scope(f"s{number % 2}") if random.random() < 0.3 else -1
            make.op(name, kind, *[text.replace("self", name) for text in inputs], out=out, group=group, **odd)
            if used:
                random.choice(USES)(make, name)
    return _with_odd_attributes(make.graph("strange"))


def _sources(make: Builder) -> None:
    for name, dtype, shape in (
        ("f", "float32", (None, 4)),
        ("any", "float32", None),
        ("four", "float32", (None,) * 3 + (3,)),
    ):
        make.op(name, "Placeholder", out=[(dtype, shape)])
    for name, values, shape in (
        ("two", [2], []), ("less", [-1], []), ("pair", [2, 3], [2]), ("none", [], [0]), ("square", [1, 2, 3, -4], [2, 2]),
        ("huge", [1 << 62, 1 << 62], [2]),
    ):  # fmt: skip
        tensor = {"dtype": "int64", "shape": shape, "values": values}
        make.op(name, "Const", out=[("int64", tuple(shape))], value=tensor)
    make.op("variable", "VarHandleOp", out=[("resource", ())], shape=[3, 4], dtype="float32")
    make.op("list", "TensorListReserve", "pair", "two", out=[("variant", ())])
    make.op("order", "NoOp", out=[])


def _inputs(given: Sequence[str], random: Random, count: int) -> Iterator[List[str]]:
    few: List[List[str]] = [[], [random.choice(["^f", "self", "order", "f:3"])], [random.choice(given)]]
    yield from few[:count]
    for _ in range(count - len(few)):
        inputs = [random.choice(given) for _ in range(random.choice([2, 2, 3, 3, 5]))]
        if random.random() < 0.3:
            inputs[random.randrange(len(inputs))] = random.choice(["self", "order", "f:3", "self:1"])
        yield sorted(inputs, key=lambda text: text.startswith("^"))


def _in_a_shape(make: Builder, name: str) -> None:
    size = make.op(f"{name}/Shape", "Shape", name, out=[("int32", None)])
    one = make.op(
        f"{name}/StridedSlice", "StridedSlice", size, "none", "pair", "pair", out=[("int32", ())], shrink_axis_mask=1
    )
    shape = make.op(f"{name}/Pack", "Pack", one, name, out=[("int32", (2,))], N=2)
    make.op(f"{name}/Reshape", "Reshape", "f", shape, out=[("float32", None)])


def _as_a_shape(make: Builder, name: str) -> None:
    make.op(f"{name}/Fill", "Fill", name, "two", out=[("float32", None)])
    make.op(f"{name}/Reserve", "TensorListReserve", name, out=[("variant", ())])


def _as_a_list(make: Builder, name: str) -> None:
    kept = make.op(f"{name}/Set", "TensorListSetItem", name, "two", out=[("variant", ())])
    make.op(f"{name}/Stack", "TensorListStack", kept, "pair", out=[("float32", None)])
    make.op(f"{name}/Pop", "TensorListPopBack", name, out=[("variant", ()), ("float32", None)])
    make.op(f"{name}/Length", "TensorListLength", name, out=[("int32", ())])


def _in_a_loop(make: Builder, name: str) -> None:
    """``while i < name: i += name; x = x``, of which the body returns nothing for `x`."""
    loop, owner = (
        make.op(f"{name}/While", "While", "two", name, out=[("int32", ()), ("float32", None)]),
        len(make.rows) - 1,
    )
    outer = make.group(f"{name}/While", "while", owner=owner)
    for part, computed in (("cond", "Less"), ("body", "AddV2")):
        group, at = make.group(part, part, outer, owner), f"{loop}/{part}"
        make.op(f"{at}/i", "_Arg", "two", group=group, out=[("int32", ())], index=0)
        make.op(f"{at}/x", "_Arg", name, group=group, out=[("float32", None)], index=1)
        make.op(f"{at}/next", computed, f"{at}/i", f"{at}/x", group=group, out=[("int32", ())])
        make.op(f"{at}/result", "_Retval", f"{at}/next", group=group, out=[], index=0)
    make.op(f"{loop}/body/nothing", "_Retval", group=group, out=[], index=1)


USES = (_in_a_shape, _as_a_shape, _as_a_list, _in_a_loop, lambda make, name: None)
"""What an op's outputs are used for."""


def _with_odd_attributes(graph: Graph) -> Graph:
    """Ops with the attribute ``odd`` have every attribute instead, all of a value that its number picks."""
    table = content_of(graph).table
    raw = [("odd", one["odd"]) if "odd" in one else one for one in table.raw_attrs]
    return with_content(graph, table=replace(table, raw_attrs=raw, decode=_odd_attributes))


def _odd_attributes(raw: Any) -> Dict[str, Any]:
    return EveryAttribute(ODD[raw[1] % len(ODD)])


def damaged(graph: Graph, random: Random, changes: int = 4) -> Graph:
    """The graph with some of its ops changed: an input or all of them gone, attributes gone or odd, other outputs, another type."""
    table = content_of(graph).table
    inputs = [table.inputs(row) for row in range(len(table))]
    ops, outputs, raw = list(table.ops), list(table.outputs), list(table.raw_attrs)
    for _ in range(changes):
        kind = random.choice(sorted(set(table.ops)))  # a rare type as often as a common one
        row = random.choice([row for row, op in enumerate(table.ops) if op == kind])
        what = random.randrange(9)
        if what < 2:
            inputs[row] = inputs[row][:-1] if what else inputs[row][1:]
        elif what < 4:
            inputs[row] = [(row, 0)] * 2 if what == 3 else []
        elif what == 4:
            inputs[row] = [*inputs[row], (random.randrange(len(table)), random.choice([0, 1, 5]))]
        elif what == 5:
            inputs[row] = [(node, CONTROL) for node, _ in inputs[row]]
        elif what == 6:
            raw[row] = random.choice([{}, ("odd", random.randrange(len(ODD)))])
        elif what == 7:
            outputs[row] = tuple(TensorType(*one) for one in random.choice(OUTPUTS))
        else:
            ops[row] = random.choice(ops)
    decode = table.decode
    start, producers, numbers = array("q", [0]), array("i"), array("i")
    for edges in inputs:
        for node, output in sorted(edges, key=lambda edge: edge[1] == CONTROL):
            producers.append(node)
            numbers.append(output)
        start.append(len(producers))
    changed = replace(
        table, ops=ops, outputs=outputs, raw_attrs=raw, edge_start=start, edge_node=producers, edge_output=numbers,
        decode=lambda one: _odd_attributes(one) if isinstance(one, tuple) and one[:1] == ("odd",) else decode(one),
    )  # fmt: skip
    return with_content(graph, table=changed)
