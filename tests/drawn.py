"""Small literal graphs for the tests of passes, layout and renderers, and a check that a drawing loses nothing."""

from __future__ import annotations

from typing import Dict

from graphs import Builder, F
from opscope.graph.content import content_of
from opscope.graph.graph import Graph
from opscope.graph.types import CONTROL, Source, TensorType
from opscope.graph.view import BOX, CHIP
from opscope.layout.scene.items import Box, Card, Pill, items
from opscope.passes.flow import Flow
from opscope.render.dot.leaves import Leaves


def dense() -> Graph:
    """x -> MatMul(kernel) -> BiasAdd(bias) -> Relu, in a layer in a model, with an Identity at the end."""
    make = Builder()
    model = make.group("net", "model", cls="Sequential", outputs=(F,), parameters=20)
    source = Source("tagger.py", 14, "call")
    layer = make.group("hidden", "layer", model, cls="Dense", outputs=(F,), parameters=20, source=source, call=1)
    make.op("x", "Placeholder")
    make.variable("k", "hidden.kernel", (4, 4))
    make.variable("b", "hidden.bias", (4,))
    make.op("kr", "ReadVariableOp", "k", group=layer, out=[TensorType("float32", (4, 4))])
    make.op("mm", "MatMul", "x", "kr", group=layer)
    make.op("br", "ReadVariableOp", "b", group=layer, out=[TensorType("float32", (4,))])
    make.op("ba", "BiasAdd", "mm", "br", group=layer)
    make.op("relu", "Relu", "ba", group=layer)
    make.op("out", "Identity", "relu")
    return make.graph("dense", ["x"], ["out"])


def branch() -> Graph:
    """If(p, x): then x*x, else x; the result is cast."""
    make = Builder()
    make.op("x", "Placeholder", out=[F])
    make.op("p", "Placeholder", out=[TensorType("bool", ())])
    make.op("if", "If", "p", "x")
    make.op("cast", "Cast", "if", out=[TensorType("float16", (8, 4))])
    owned = make.group("if", "if", owner=2)
    then, other = make.group("then", "branch", owned, owner=2), make.group("else", "branch", owned, owner=2)
    make.op("if/then/a", "_Arg", "x", group=then, index=0)
    make.op("if/then/mul", "Mul", "if/then/a", "if/then/a", group=then)
    make.op("if/then/r", "_Retval", "if/then/mul", group=then, out=[], index=0)
    make.op("if/else/a", "_Arg", "x", group=other, index=0)
    make.op("if/else/same", "Identity", "if/else/a", group=other)
    make.op("if/else/r", "_Retval", "if/else/same", group=other, out=[], index=0)
    return make.graph("branch", ["x", "p"], ["cast"])


def loop(*, changes: bool = True) -> Graph:
    """While(i, s, w): i+1 < 10, s * w; w never changes and is a variable; `changes` False: s does not either."""
    make = Builder()
    scalar = TensorType("int32", ())
    make.op("x", "Placeholder")
    make.op("zero", "Const", out=[scalar], value={"dtype": "int32", "shape": [], "values": [0]})
    make.variable("w", "cell.w", (4, 4))
    make.op("loop", "While", "zero", "x", "w", out=[scalar, F, TensorType("resource", ())])
    make.op("after", "Relu", "loop:1")
    owned = make.group("loop", "while", owner=3)
    cond, body = make.group("cond", "cond", owned, owner=3), make.group("body", "body", owned, owner=3)
    for part, group in (("cond", cond), ("body", body)):
        for k, (name, source) in enumerate((("i", "zero"), ("s", "x"), ("w", "w"))):
            out = [(scalar, F, TensorType("resource", ()))[k]]
            make.op(f"loop/{part}/{name}", "_Arg", source, group=group, out=out, index=k)
    make.handles["loop/body/w"] = make.handles["loop/cond/w"] = 0
    make.op("loop/cond/ten", "Const", group=cond, out=[scalar], value={"dtype": "int32", "shape": [], "values": [10]})
    make.op("loop/cond/less", "Less", "loop/cond/i", "loop/cond/ten", group=cond, out=[TensorType("bool", ())])
    make.op("loop/cond/r", "_Retval", "loop/cond/less", group=cond, out=[], index=0)
    make.op("loop/body/one", "Const", group=body, out=[scalar], value={"dtype": "int32", "shape": [], "values": [1]})
    make.op("loop/body/add", "AddV2", "loop/body/i", "loop/body/one", group=body, out=[scalar])
    make.op("loop/body/read", "ReadVariableOp", "loop/body/w", group=body)
    make.op("loop/body/mul", "Mul", "loop/body/s", "loop/body/read", group=body)
    results = ("loop/body/add", "loop/body/mul" if changes else "loop/body/s", "loop/body/w")
    for k, source in enumerate(results):
        make.op(f"loop/body/r{k}", "_Retval", source, group=body, out=[], index=k)
    return make.graph("loop", ["x"], ["after"])


def call(function: str = "__inference_f_7") -> Graph:
    """x -> call -> Relu, where the call's body is an Add of its argument and a constant."""
    make = Builder()
    make.op("x", "Placeholder")
    make.op("call", "StatefulPartitionedCall", "x", f={"function": function})
    make.op("relu", "Relu", "call")
    owned = make.group("call", "function", owner=1)
    make.op("call/a", "_Arg", "x", group=owned, index=0)
    make.op("call/c", "Const", group=owned, out=[TensorType("float32", ())], value={"shape": [], "values": [2.5]})
    make.op("call/add", "AddV2", "call/a", "call/c", group=owned)
    make.op("call/r", "_Retval", "call/add", group=owned, out=[], index=0)
    return make.graph("call", ["x"], ["relu"])


def chain(length: int, groups: int = 0) -> Graph:
    """A chain of Relus, in `groups` scopes nested in each other."""
    make = Builder()
    inner = -1
    scopes = []
    for level in range(groups):
        inner = make.group(f"s{level}", "scope", inner)
        scopes.append(inner)
    last = make.op("x", "Placeholder")
    for k in range(length):
        last = make.op(f"op{k}", "Relu", last, group=scopes[k * groups // length] if scopes else -1)
    return make.graph("chain", ["x"], [last])


def roles_of(graph: Graph) -> Dict[str, int]:
    """Op name -> role."""
    return dict(zip(content_of(graph).table.names, content_of(graph).view.roles))


def leaf_edges(scene):
    """(source, target) of every edge, by the op or the group of the leaf; a point where wires meet is seen through."""
    leaves = Leaves(scene)

    def name(tip):
        if tip.merge:
            return ("merge", tip.place[0], tip.port)
        item = leaves.item(tip.place)
        if isinstance(item, Box):
            return item.node
        return f"card{item.group}" if isinstance(item, Card) else item.nodes or item.title

    return [(name(edge.source), name(edge.target), edge.kind) for edge in leaves.edges()]


def lost(graph, scene):
    """The data edges into a box that neither a wire, a chip nor a fold shows."""
    flow = Flow(graph, content_of(graph).view.roles)
    drawn_at = {item.node: item for item in items(scene) if isinstance(item, Box)}
    drawn_at.update({node: item for item in items(scene) if isinstance(item, Pill) for node in item.nodes})
    edges = {(source, target) for source, target, _ in leaf_edges(scene)}
    open_bodies = {
        content_of(graph).groups[card.group].owner for card in items(scene) if isinstance(card, Card) and card.open
    }
    owned_by = {
        group.owner: index for index, group in reversed(list(enumerate(content_of(graph).groups))) if group.owner >= 0
    }
    folded = [item.group for item in items(scene) if isinstance(item, Card) and not item.open]

    def leaf(node):
        if node in drawn_at:
            return node if isinstance(drawn_at[node], Box) else drawn_at[node].nodes
        group = owned_by.get(node, content_of(graph).node_group[node])
        while group >= 0 and group not in folded:
            group = content_of(graph).groups[group].parent
        return f"card{group}" if group >= 0 else None

    def chips(node):
        if node in drawn_at:
            return drawn_at[node].chips
        return next(item.chips for item in items(scene) if isinstance(item, Card) and f"card{item.group}" == leaf(node))

    missing = []
    for node in range(len(graph)):
        if content_of(graph).view.role(node) != BOX or leaf(node) is None:
            continue
        owned = [group.kind for group in content_of(graph).groups if group.owner == node]
        edges_in = content_of(graph).table.inputs(node)  # what goes into a body is used by the ops of the body
        for edge in edges_in if not owned else edges_in[:1] if "if" in owned else []:
            source = flow.source(*edge)[0] if edge.output != CONTROL else -1
            role = content_of(graph).view.role(source) if source >= 0 else -1
            docked = role in {BOX, CHIP} and any(
                f"{content_of(graph).table.names[source]} (" in chip.tip for chip in chips(node)
            )
            if role == CHIP and node in drawn_at:
                shown = docked
            elif (
                source >= 0 and source in open_bodies
            ):  # what a loop or branch gives comes from inside its card, or straight through it
                shown = docked or any(target == leaf(node) for _, target in edges)
            elif role == BOX:
                shown = docked or leaf(source) == leaf(node) or (leaf(source), leaf(node)) in edges
            else:
                shown = True
            if not shown:
                missing.append((content_of(graph).table.names[source], content_of(graph).table.names[node]))
    return missing


def named(names, title):
    """A graph with a layer for each name, which is its class, its own, and the type of its two ops."""
    make = Builder()
    last = make.op("x", "Placeholder")
    for place, name in enumerate(names):
        group = make.group(name, "layer", cls=name)
        last = make.op(f"a{place}", name, last, group=group)
        make.op(f"b{place}", name, last, group=group)
    return make.graph(title)
