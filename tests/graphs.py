"""Graphs written down in a few words, and random ones: how tests make a `Graph`.

`Builder` takes ops and groups one by one, `graph` and `literal` take them as rows. In all of them an input is written
``name``, ``name:1`` for another output than the first, ``^name`` for a control edge. What is tested is sometimes the form itself;
then a test writes that: the table's columns (graph/test_table.py), JSON (json_mutations.py), a file's bytes (load/bodies.py).
"""

from __future__ import annotations

from array import array
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from hypothesis import strategies as st

from opscope.graph.content import Content, with_content
from opscope.graph.graph import Graph
from opscope.graph.groups import Group
from opscope.graph.table import NodeTable
from opscope.graph.types import CONTROL, Cost, Measured, Port, Source, TensorType, Variable

F = TensorType("float32", (8, 4))
FLOAT = (F,)
"""What an op gives unless the test says otherwise."""
PLAIN: Dict[str, Any] = {}
"""Ops without attributes share them, as ops of one body do."""
Ends = Union[Sequence[str], Mapping[str, str]]


class Row(NamedTuple):
    """An op with all that may be known of it; `group` is an index."""

    name: str
    op: str
    inputs: Sequence[str]
    group: int
    outputs: Tuple[TensorType, ...]
    attrs: Dict[str, Any]
    device: str
    source: Optional[Source]
    cost: Optional[Cost]
    measured: Optional[Measured]


class Builder:
    """Ops by name, a group as its index; `handles` and `dead` may be changed by hand."""

    def __init__(self) -> None:
        self.rows: List[Row] = []
        self.groups: List[Group] = []
        self.variables: List[Variable] = []
        self.handles: Dict[str, int] = {}
        self.dead: List[str] = []

    def op(
        self, name: str, kind: str, /, *inputs: str, group: int = -1, out: Any = FLOAT, device: str = "",
        source: Optional[Source] = None, cost: Optional[Cost] = None, measured: Optional[Measured] = None, **attrs: Any,
    ) -> str:  # fmt: skip
        """Add an op; `out` holds the types of its outputs, as ``(dtype, shape)``."""
        outputs = tuple(TensorType(*one) for one in out)
        self.rows.append(Row(name, kind, inputs, group, outputs, attrs or PLAIN, device, source, cost, measured))
        return name

    def group(
        self, name: str, kind: str = "scope", parent: int = -1, owner: int = -1, *, path: str = "", **more: Any
    ) -> int:
        """Add a group in another; `owner` is the row of the op whose body it is, `path` one that the names do not give."""
        path = path or (f"{self.groups[parent].path}/{name}" if parent >= 0 else name)
        self.groups.append(Group(path, parent, kind, name, owner=owner, **more))
        return len(self.groups) - 1

    def scope(self, path: str) -> int:
        """The group of that path, added with those around it where it is new; -1 for the top."""
        if not path:
            return -1
        for index, group in enumerate(self.groups):
            if group.path == path:
                return index
        around, _, name = path.rpartition("/")
        return self.group(name, parent=self.scope(around))

    def variable(self, name: str, path: str, shape: Tuple[int, ...], group: int = -1) -> str:
        """Add a variable and the op that is its handle."""
        self.handles[name] = len(self.variables)
        self.variables.append(Variable(len(self.variables), path, "float32", shape, True))
        return self.op(name, "Placeholder", group=group, out=[TensorType("resource", ())])

    def graph(self, name: str = "small", inputs: Ends = (), outputs: Ends = (), **facts: Any) -> Graph:
        """The graph; `inputs` and `outputs` are ops, or ops by the names that they have for users."""
        index = {row.name: place for place, row in enumerate(self.rows)}
        content = Content(
            _table(self.rows, index), tuple(self.groups), array("i", [row.group for row in self.rows]), tuple(self.variables),
            {index[key]: value for key, value in self.handles.items()}, _ports(inputs, index), _ports(outputs, index),
            sources={index[row.name]: row.source for row in self.rows if row.source},
            costs={index[row.name]: row.cost for row in self.rows if row.cost},
            measured={index[row.name]: row.measured for row in self.rows if row.measured},
            dead=bytes(row.name in self.dead for row in self.rows) if self.dead else b"",
        )  # fmt: skip
        return Graph(name, content, **facts)


def _ports(ends: Ends, index: Dict[str, int]) -> Tuple[Port, ...]:
    named = ends if isinstance(ends, Mapping) else {name: name for name in ends}
    return tuple(Port(name, index[op], 0) for name, op in named.items())


def _table(rows: List[Row], index: Dict[str, int]) -> NodeTable:
    start, producers, outputs = array("q", [0]), array("i"), array("i")
    for row in rows:
        for text in row.inputs:
            producer, output = _edge(text)
            producers.append(index[producer])
            outputs.append(output)
        start.append(len(producers))
    return NodeTable(
        [row.name for row in rows], [row.op for row in rows], start, producers, outputs, [row.outputs for row in rows],
        [row.attrs for row in rows], [row.device for row in rows],
    )  # fmt: skip


def _edge(text: str) -> Tuple[str, int]:
    if text.startswith("^"):
        return text[1:], CONTROL
    name, _, number = text.rpartition(":")
    return (name, int(number)) if name and number.isdigit() else (text, 0)


def graph(ops, name="test"):
    """A graph from (name, op, inputs), each with one output of floats; scopes become groups."""
    make = Builder()
    for op_name, op, inputs in ops:
        make.op(op_name, op, *inputs, group=make.scope(op_name.rpartition("/")[0]))
    return make.graph(name)


def literal(*nodes, groups=(), places=None, **columns):
    """A graph from ``(name, op, inputs, outputs, attrs)``, where attributes may be missing.

    `groups` are `Group`s or ``(path, parent, kind, owner)`` with the owner's name; `places` has the group of each op;
    `columns` are the content's.
    """
    make = Builder()
    rows = {node[0]: row for row, node in enumerate(nodes)}
    for one in groups:
        if not isinstance(one, Group):
            path, parent, kind, owner = one
            one = Group(path, parent, kind, path.rpartition("/")[2], owner=rows[owner] if owner else -1)
        make.groups.append(one)
    for (name, op, inputs, outputs, *attrs), place in zip(nodes, places or [-1] * len(nodes)):
        make.op(name, op, *inputs, group=place, out=outputs, **(attrs[0] if attrs else {}))
    return with_content(make.graph("literal"), **columns)


def dense_model():
    """The model of the docstrings' examples, Dense(64, relu) and Dense(10, softmax) on (None, 10), as tracing gives it."""
    make = Builder()
    last = make.op("x", "Placeholder", out=[("float32", (None, 10))])
    root = make.group(
        "small", "model", cls="Sequential", call=1, object_path="", layer_source="recorded", parameters=1354,
        variables=(0, 1, 2, 3), outputs=(TensorType("float32", (None, 10)),),
    )  # fmt: skip
    for line, (name, taken, units, function) in enumerate([("hidden", 10, 64, "Relu"), ("classes", 64, 10, "Softmax")]):
        source = Source("model.py", 12 + line, "call")
        layer = make.group(
            name, "layer", root, cls="Dense", call=1, object_path=f"layers[{line}]", layer_source="recorded", source=source,
            variables=(2 * line, 2 * line + 1), parameters=(taken + 1) * units, outputs=(TensorType("float32", (None, units)),),
        )  # fmt: skip
        scope, out = f"small/{name}", [("float32", (None, units))]
        held = [("kernel", (taken, units)), ("bias", (units,))]
        read = []
        for part, shape in held:
            handle = make.variable(f"{scope}/{part}", f"layers[{line}].{part}", shape)
            read.append(
                make.op(
                    f"{scope}/{part}/Read",
                    "ReadVariableOp",
                    handle,
                    group=layer,
                    source=source,
                    out=[("float32", shape)],
                )
            )
        last = make.op(f"{scope}/MatMul", "MatMul", last, read[0], group=layer, source=source, out=out)
        last = make.op(f"{scope}/BiasAdd", "BiasAdd", last, read[1], group=layer, source=source, out=out)
        last = make.op(f"{scope}/{function}", function, last, group=layer, source=source, out=out)
    make.op("Identity", "Identity", last, out=[("float32", (None, 10))])
    return make.graph("small", ["x"], {"output": "Identity"})


def tower(blocks, prefix="net", start="x"):
    """A chain of residual blocks, each a scope with six ops, and a head: (name, op, inputs)."""
    ops = [(start, "Placeholder", [])]
    last = start
    for block in range(blocks):
        scope = f"{prefix}/block{block}"
        ops += [
            (f"{scope}/w", "Const", []),
            (f"{scope}/dense/MatMul", "MatMul", [last, f"{scope}/w"]),
            (f"{scope}/dense/Relu", "Relu", [f"{scope}/dense/MatMul"]),
            (f"{scope}/norm/Mean", "Mean", [f"{scope}/dense/Relu"]),
            (f"{scope}/norm/Sub", "Sub", [f"{scope}/dense/Relu", f"{scope}/norm/Mean"]),
            (f"{scope}/Add", "AddV2", [f"{scope}/norm/Sub", last]),
        ]
        last = f"{scope}/Add"
    return [*ops, ("head", "Softmax", [last])]


def optimizer(variables):
    """A flat scope of one chain a variable, all fed by one learning rate."""
    ops = [("rate", "Placeholder", [])]
    ops.extend((f"grad{index}", "Placeholder", []) for index in range(variables))
    for index in range(variables):
        ops += [
            (f"adam/Square_{index}", "Square", [f"grad{index}"]),
            (f"adam/Sqrt_{index}", "Sqrt", [f"adam/Square_{index}"]),
            (f"adam/Div_{index}", "RealDiv", [f"grad{index}", f"adam/Sqrt_{index}"]),
            (f"adam/Mul_{index}", "Mul", [f"adam/Div_{index}", "rate"]),
        ]
    return ops


OPS = ("MatMul", "AddV2", "Relu", "Mul", "Const", "Identity", "Softmax")
SCOPES = ("", "a", "a/b", "a/c", "d", "d/e", "d/e/f")


@st.composite
def graphs(draw, most=24):
    """Random acyclic graphs in nested scopes, with constants, identities, shared tensors and control edges."""
    count = draw(st.integers(1, most))
    ops = []
    for index in range(count):
        scope = draw(st.sampled_from(SCOPES))
        name = f"{scope}/op{index}" if scope else f"op{index}"
        op = draw(st.sampled_from(OPS)) if index else "Placeholder"
        sources = [] if op == "Const" else draw(st.lists(st.integers(0, index - 1), max_size=3)) if index else []
        inputs = [ops[source][0] for source in sources]
        if index and draw(st.booleans()) and draw(st.booleans()):
            inputs.append(f"^{ops[draw(st.integers(0, index - 1))][0]}")
        ops.append((name, op, inputs))
    return graph(ops)


def nested_layers():
    """Two layers called ``one``, one of them in a layer ``two`` that also calls a function."""
    make = Builder()
    net = make.group("net", "model", cls="Net", object_path="model")
    one = make.group("one", "layer", net, cls="Dense", object_path="model.one")
    two = make.group("two", "layer", net, cls="Block")
    inner = make.group("one", "layer", two, cls="Dense")
    make.op("x", "Placeholder")
    make.op("net/one/mul", "MatMul", "x", group=one)
    make.op("net/two/relu", "Relu", "net/one/mul", group=two)
    make.op("net/two/call", "PartitionedCall", "net/two/relu", group=two)
    body = make.group("call", "function", two, owner=3)
    make.op("net/two/call/neg", "Neg", group=body)
    make.op("net/two/one/mul", "MatMul", "net/two/relu", group=inner)
    make.op("y", "Identity", "net/two/one/mul")
    return make.graph("net", ["x"], ["y"])
