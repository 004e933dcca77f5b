"""Checks: all rules on large files beyond loading, and how each rule's time grows with graphs of shapes that are hard for it."""

from __future__ import annotations

import ast
import gc
import re
import time
from array import array
from pathlib import Path
from typing import Callable, Dict, Iterator, List, Sequence, Tuple

import opscope
from opscope.check.choosing_rules import all_rules
from opscope.check.inspected import Inspected
from opscope.graph.content import Content
from opscope.graph.gradient_facts import AskedGradient, AskedSource, GradientFacts, TensorName
from opscope.graph.graph import Graph
from opscope.graph.groups import Group
from opscope.graph.table import NodeTable
from opscope.graph.types import Port, Source, TensorType, Variable
from opscope.program.opdefs import OpSignatures

GRAPHS = Path(__file__).resolve().parents[2] / "shared" / "graphs"
FEW, MANY = 10_000, 100_000
LEAST = 0.1
"""Seconds below which a rule's growth says nothing."""
FLOAT, HANDLE = (TensorType("float32", (8, 4)),), (TensorType("resource", ()),)
Ops = List[Tuple[str, Sequence[int]]]
Kind = Tuple[str, int]


def times_of_rules(graph: Graph) -> Dict[str, float]:
    """CPU seconds of each rule. What rules share is made for the first that asks, and counted there."""
    gc.collect()
    start = time.process_time()
    inspected = Inspected(graph)
    found = {"(ops that are damaged)": time.process_time() - start}
    for rule in all_rules():
        start = time.process_time()
        for _ in rule.find(inspected):
            pass
        found[rule.name] = time.process_time() - start
    return found


def kinds() -> List[Kind]:
    """The op types that the code of checks names, each with how many inputs it has."""
    folder, signatures = Path(opscope.__file__).parent / "check", OpSignatures()
    words = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                words.update(re.split(r"[^A-Za-z0-9_]+", node.value))
    found = []
    for word in sorted(words):
        signature = signatures.get(word)
        if signature is not None and not signature.functions:
            single = sum(not (arg.number_attr or arg.type_list_attr) for arg in signature.inputs)
            found.append((word, max(single, 1 if signature.inputs else 0)))
    return [(word, count) for word, count in found if count]


def star(given: Sequence[Kind], count: int) -> Iterator[Tuple[str, Sequence[int]]]:
    """One op, and all others use it."""
    for row in range(1, count):
        op, inputs = given[row % len(given)]
        yield op, [0] * inputs


def chain(given: Sequence[Kind], count: int) -> Iterator[Tuple[str, Sequence[int]]]:
    """Each op uses the one before."""
    for row in range(1, count):
        op, inputs = given[row % len(given)]
        yield op, [row - 1] * inputs


def ladder(given: Sequence[Kind], count: int) -> Iterator[Tuple[str, Sequence[int]]]:
    """Each op uses the one before and one far behind, so that there are many ways between two."""
    for row in range(1, count):
        op, inputs = given[row % len(given)]
        yield op, [row - 1, row // 2, *[0] * inputs][:inputs]


def behind_a_chain(given: Sequence[Kind], count: int) -> Iterator[Tuple[str, Sequence[int]]]:
    """Half are elementwise ops in a row, and all others use its end."""
    for row in range(1, count // 2):
        yield ("Identity", "Neg", "Exp", "Cast")[row % 4], [row - 1]
    for row in range(count // 2, count):
        op, inputs = given[row % len(given)]
        yield op, [count // 2 - 1] * inputs


def gathered(given: Sequence[Kind], count: int) -> Iterator[Tuple[str, Sequence[int]]]:
    """All ops go into one, whose result an op of each type uses."""
    middle = count - len(given) - 1
    for row in range(1, middle):
        op, inputs = given[row % len(given)]
        yield op, [0] * inputs
    yield "AddN", range(1, middle)
    for op, inputs in given:
        yield op, [middle] * inputs


def variables(given: Sequence[Kind], count: int) -> Iterator[Tuple[str, Sequence[int]]]:
    """Each third op is a read of a variable of its own, which the next two use."""
    number = 0
    for row in range(1, count):
        if row % 3 == 0:
            number += 1
            yield "ReadVariableOp", [-number]
        else:
            op, inputs = given[row % len(given)]
            yield op, [row - row % 3] * inputs


SHAPES: Dict[str, Callable[[Sequence[Kind], int], Iterator[Tuple[str, Sequence[int]]]]] = {
    "one op that all others use": star,
    "a chain": chain,
    "a ladder, with many ways between two ops": ladder,
    "half a chain, and its end used by the other half": behind_a_chain,
    "one op that uses all others": gathered,
    "variables, a third as many as ops, none of which gets a gradient": variables,
}


def graph_of(ops: Ops) -> Graph:
    """A training step of these ops in a row: forward in one layer, backward, optimizer. Input -n is the n-th variable."""
    handles = -min((row for _, inputs in ops for row in inputs), default=0)
    rows = [*[("Placeholder", ())] * handles, ("Placeholder", ()), *ops]
    start, node = array("q", [0]), array("i")
    for _, inputs in rows:
        node.extend(row + handles if row >= 0 else -row - 1 for row in inputs)
        start.append(len(node))
    count = len(rows)
    outputs = [*[HANDLE] * handles, *[FLOAT] * (count - handles)]
    table = NodeTable(
        [f"op_{row}" for row in range(count)], [op for op, _ in rows], start, node, array("i", bytes(4 * len(node))), outputs,
        [{}] * count, [""] * count,
    )  # fmt: skip
    groups = (
        Group("forward", -1, "forward", "forward"),
        Group("forward/net", 0, "layer", "net", cls="Net", call=1, object_path="", layer_source="recorded"),
        Group("backward", -1, "backward", "backward"),
        Group("optimizer", -1, "optimizer", "optimizer"),
    )
    place = array("i", [1 if row < 0.7 * count else 2 if row < 0.9 * count else 3 for row in range(count)])
    lines = [Source("model.py", line, "call") for line in range(1, 1000)]
    content = Content(
        table, groups, place, tuple(Variable(row, f"v{row}", "float32", (8, 4), True) for row in range(handles)),
        {row: row for row in range(handles)}, (), (Port("out", count - 1, 0),),
        sources={row: lines[row % len(lines)] for row in range(handles, count)},
    )  # fmt: skip
    asked = tuple(AskedSource(row, f"v{row}", None, None) for row in range(handles))
    target = TensorName("", table.names[-1], 0)
    facts = GradientFacts((AskedGradient(lines[0], (target,), asked),))
    return Graph("generated", content, facts={"gradients": facts} if handles else None)


def costliest(times: Dict[str, float]) -> str:
    """The three rules that take longest."""
    ranked = sorted(times.items(), key=lambda item: -item[1])[:3]
    return ", ".join(f"{name} {seconds:.2f}" for name, seconds in ranked)


def main() -> None:
    """Print the tables."""
    print(f"All {len(all_rules())} rules, beyond loading; limit 1 s on 47,695 ops.\n")
    print("| file | ops | loading, CPU s | all rules, CPU s | the costliest |\n|---|---|---|---|---|")
    for path in sorted(GRAPHS.glob("*.pb")):
        start = time.process_time()
        graph = opscope.load(path)
        ops = len(graph)
        loaded = time.process_time() - start
        times = times_of_rules(graph)
        print(f"| {path.name} | {ops:,} | {loaded:.2f} | {sum(times.values()):.2f} | {costliest(times)} |")
    given = kinds()
    print(
        f"\nGenerated training steps, with the {len(given)} types of op that rules name in turn. Ten times the ops are to take some ten times as long.\n"
    )
    print(
        f"| shape | {FEW:,} ops, CPU s | {MANY:,} ops, CPU s | growth | the costliest | the rule that grows most |\n|---|---|---|---|---|---|"
    )
    for name, shape in SHAPES.items():
        few, many = (times_of_rules(graph_of(list(shape(given, count)))) for count in (FEW, MANY))
        growth = {rule: many[rule] / max(few[rule], 1e-3) for rule in many if many[rule] >= LEAST}
        most = max(growth, key=lambda rule: growth[rule]) if growth else ""
        told = f"{most} ×{growth[most]:.0f}" if most else f"none above {LEAST} s"
        whole = sum(many.values()) / sum(few.values())
        print(
            f"| {name} | {sum(few.values()):.2f} | {sum(many.values()):.2f} | ×{whole:.0f} | {costliest(many)} | {told} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
