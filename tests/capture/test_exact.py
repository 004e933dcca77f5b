"""Every op, data edge and control edge is as TensorFlow's own GraphDef has them, bodies included, for the whole zoo."""

from __future__ import annotations

from collections import Counter
from typing import Any, Dict, List, Tuple

import pytest

tf = pytest.importorskip("tensorflow")

from opscope.capture import tracing  # noqa: E402
from opscope.graph.content import content_of  # noqa: E402
from opscope.graph.graph import Graph  # noqa: E402
from opscope.graph.types import CONTROL  # noqa: E402
from zoo import ZOO  # noqa: E402
from zoo import traced as zoo_graph  # noqa: E402

ROLES = {
    "PartitionedCall": [("", "f")], "StatefulPartitionedCall": [("", "f")],
    "While": [("cond", "cond"), ("body", "body")], "StatelessWhile": [("cond", "cond"), ("body", "body")],
    "If": [("then", "then_branch"), ("else", "else_branch")],
    "StatelessIf": [("then", "then_branch"), ("else", "else_branch")],
}  # fmt: skip

DATA_ROLES = {
    "MapDataset": ["f"], "FilterDataset": ["predicate"], "ScanDataset": ["f"], "ReduceDataset": ["f"],
    "GroupByWindowDataset": ["key_func", "reduce_func", "window_size_func"],
}  # fmt: skip
"""The ops of tf.data in the zoo. Of a window's functions none captures anything there."""


def traced(name: str, monkeypatch: Any) -> Tuple[Graph, Any]:
    """The graph that opscope makes of a model, and TensorFlow's GraphDef of the very same trace."""
    seen: List[Any] = []
    original = tracing._graph

    def keep(target: Any, call: Any, done: Any, *rest: Any) -> Graph:
        seen.append(done.concrete.graph.as_graph_def())
        return original(target, call, done, *rest)

    monkeypatch.setattr(tracing, "_graph", keep)
    case = ZOO[name]()
    return tracing.trace(case.target, *case.inputs, **case.options), seen[0]


class Oracle:
    """A GraphDef expanded independently of opscope: node name -> (op, inputs as (name, output or control))."""

    def __init__(self, graph_def: Any) -> None:
        self.functions = {function.signature.name: function for function in graph_def.library.function}
        self.nodes: Dict[str, Tuple[str, List[Tuple[str, int]]]] = {}
        for node in graph_def.node:
            self.nodes[node.name] = (node.op, [self.edge(text) for text in node.input])
        for node in graph_def.node:
            self.expand(node, node.name)

    @staticmethod
    def edge(text: str) -> Tuple[str, int]:
        if text.startswith("^"):
            return text[1:], CONTROL
        name, _, output = text.partition(":")
        return name, int(output or 0)

    def expand(self, node: Any, name: str) -> None:
        roles = [("", node.op)] if node.op in self.functions else ROLES.get(node.op, [])
        for role, attr in roles:
            function = attr if node.op in self.functions else node.attr[attr].func.name
            prefix = f"{name}/{role}/" if role else f"{name}/"
            passed = [edge for edge in self.nodes[name][1] if edge[1] != CONTROL]
            self.body(self.functions[function], prefix, passed[1:] if "If" in node.op else passed)
        for role in DATA_ROLES.get(node.op, ()):
            function = self.functions[node.attr[role].func.name]
            self.body(function, f"{name}/{role}/", self.given(node, name, role, len(function.signature.input_arg)))

    def given(self, node: Any, name: str, role: str, count: int) -> List[Tuple[str, int]]:
        """What the arguments of a function of tf.data come from: state, then an element's components, then captures."""
        data, *rest = [edge for edge in self.nodes[name][1] if edge[1] != CONTROL]
        if node.op == "GroupByWindowDataset" and role != "key_func":
            key = next(inputs for op, inputs in self.within(f"{name}/key_func/") if op == "_Retval")
            return [key[0], data][:count]
        states, captures = (
            len(node.attr[kind].list.type) if kind in node.attr else 0 for kind in ("Tstate", "Targuments")
        )
        return [*rest[:states], *[data] * (count - states - captures), *rest[states : states + captures]]

    def within(self, prefix: str) -> List[Tuple[str, List[Tuple[str, int]]]]:
        return [node for key, node in self.nodes.items() if key.startswith(prefix)]

    def body(self, function: Any, prefix: str, passed: List[Tuple[str, int]]) -> None:
        arguments = {argument.name for argument in function.signature.input_arg}
        for argument, edge in zip(function.signature.input_arg, passed):
            self.nodes[prefix + argument.name] = ("_Arg", [edge])
        starts = {node.name: self.starts(node) for node in function.node_def}
        for node in function.node_def:
            inputs = [self.inner(text, prefix, arguments, starts) for text in node.input]
            self.nodes[prefix + node.name] = (node.op, inputs)
        for node in function.node_def:
            self.expand(node, prefix + node.name)
        for result in function.signature.output_arg:
            name = prefix + result.name
            if name in self.nodes:
                name += "~2"
            self.nodes[name] = ("_Retval", [self.inner(function.ret[result.name], prefix, arguments, starts)])

    def inner(self, text: str, prefix: str, arguments: Any, starts: Any) -> Tuple[str, int]:
        if text.startswith("^"):
            return prefix + text[1:], CONTROL
        if text in arguments:
            return prefix + text, 0
        name, argument, number = text.split(":")
        return prefix + name, starts[name][argument] + int(number)

    def starts(self, node: Any) -> Dict[str, int]:
        """At which output each named output argument of the op begins, asked of TensorFlow's own registry."""
        definition = tf.raw_ops and _definition(node.op, self.functions)
        found, place = {}, 0
        for argument in definition.output_arg:
            found[argument.name] = place
            if argument.type_list_attr:
                place += len(node.attr[argument.type_list_attr].list.type)
            elif argument.number_attr:
                place += node.attr[argument.number_attr].i
            else:
                place += 1
        return found


def _definition(op: str, functions: Any) -> Any:
    from tensorflow.python.framework import op_def_registry

    return functions[op].signature if op in functions else op_def_registry.get(op)


@pytest.mark.parametrize("name", sorted(ZOO))
def test_every_op_and_edge_is_tensorflows(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    graph, graph_def = traced(name, monkeypatch)
    table = content_of(graph).table
    ours = {
        table.names[row]: (table.ops[row], [(table.names[edge.node], edge.output) for edge in table.inputs(row)])
        for row in range(len(table))
    }
    theirs = Oracle(graph_def).nodes
    assert len(ours) == len(table)
    assert set(ours) == set(theirs)
    assert Counter(op for op, _ in ours.values()) == Counter(op for op, _ in theirs.values())
    for key, value in theirs.items():
        assert ours[key] == value, key


@pytest.mark.parametrize("name", sorted(ZOO))
def test_every_op_is_in_one_group_whose_parents_come_first(name: str) -> None:
    graph = zoo_graph(name)
    assert len(content_of(graph).node_group) == len(graph)
    assert all(group.parent < index for index, group in enumerate(content_of(graph).groups))
    assert len({group.path for group in content_of(graph).groups}) == len(content_of(graph).groups)
    used = {group for group in content_of(graph).node_group if group >= 0}
    for index in list(used):
        parent = content_of(graph).groups[index].parent
        while parent >= 0:
            used.add(parent)
            parent = content_of(graph).groups[parent].parent
    assert used == set(range(len(content_of(graph).groups)))
