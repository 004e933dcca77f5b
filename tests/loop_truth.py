"""Is what a drawing leaves out as the bookkeeping of loops really that? A rule of its own, which shares nothing with the pass.

The pass finds counters and asks who uses them. Here we go from every op that is drawn back to all that its inputs may be, through calls, loops
and branches. If that is an op said to be bookkeeping, the input must be declared as an index by TensorFlow itself, or be the list into which
the op puts something.
"""

from __future__ import annotations

from typing import Dict, Iterator, List, Optional, Set, Tuple

from opscope.graph.content import content_of
from opscope.graph.graph import Graph
from opscope.layout.scene.arguments import declared_name

INDICES = {
    ("StridedSlice", "begin"), ("StridedSlice", "end"), ("GatherV2", "indices"), ("Gather", "indices"), ("ResourceGather", "indices"),
    ("TensorListGetItem", "index"), ("TensorListSetItem", "index"),
}  # fmt: skip
FILLED = {("TensorListSetItem", "input_handle"), ("TensorListPushBack", "input_handle")}
PLAIN = {"Add", "AddV2", "Sub", "Pack", "Cast", "Reshape", "ExpandDims", "Squeeze"}
EMPTY = {"TensorListReserve", "EmptyTensorList"}
ASKING = {"Shape", "ShapeN", "Size", "Rank", "TensorListLength"}
CONSTANT = {"Const", "HostConst"}
HANDING = {"Identity", "IdentityN", "Snapshot", "_Arg", "_Retval"}
Tensor = Tuple[int, int]


def false_bookkeeping(whole: Graph, claimed: Set[int], silent: Set[int]) -> Iterator[str]:
    """What is left out as bookkeeping and is none; a sentence each.

    `claimed` are the ops that are left out, `silent` the loops that are drawn open and do not say how often they run.
    """
    yield from _Check(whole, claimed, silent).false()


class _Check:
    def __init__(self, whole: Graph, claimed: Set[int], silent: Set[int]) -> None:
        self.content, self.table = content_of(whole), content_of(whole).table
        self.claimed, self.silent = claimed, silent
        self.body: List[int] = []
        for index, group in enumerate(self.content.groups):
            owns = group.owner >= 0 and group.kind not in ("while", "if", "dataset")
            self.body.append(index if owns else self.body[group.parent] if group.parent >= 0 else -1)
        self.ends: Dict[Tuple[int, str, int], int] = {}
        for op, kind in enumerate(self.table.ops):
            if kind in ("_Arg", "_Retval"):
                self.ends[self.within(op), kind, int(self.table.attrs(op).get("index", 0))] = op
        self.owned: Dict[int, List[int]] = {}
        for index, group in enumerate(self.content.groups):
            if self.body[index] == index:
                self.owned.setdefault(group.owner, []).append(index)

    def within(self, op: int) -> int:
        group = self.content.node_group[op]
        return self.body[group] if group >= 0 else -1

    def kind(self, op: int) -> str:
        """The kind of the body that an op lies in directly."""
        return self.content.groups[self.within(op)].kind if self.within(op) >= 0 else ""

    def decides(self, op: int) -> int:
        """The loop of whose condition an op is part; -1 for none."""
        group = self.content.node_group[op]
        while group >= 0 and self.content.groups[group].kind != "cond":
            group = self.content.groups[group].parent
        return self.content.groups[group].owner if group >= 0 else -1

    def false(self) -> Iterator[str]:
        names, table = self.table.names, self.table
        for op in self.claimed:
            if not self.is_bookkeeping(op):
                yield f"{names[op]} is left out as bookkeeping"
        for port in self.content.outputs:
            yield from (
                f"output {port.name} is {names[op]}" for op in self.origins((port.node, port.output)) & self.claimed
            )
        for user, kind in enumerate(table.ops):
            if user in self.claimed or kind in HANDING or (self.content.dead and self.content.dead[user]):
                continue
            inputs = [edge for edge in table.inputs(user) if edge.output >= 0]
            for slot, edge in enumerate(inputs):
                if user in self.owned and not (kind.endswith(("If", "Case")) and slot == 0):
                    continue  # what is handed to a body is used there
                name = (kind, declared_name(kind, slot, len(inputs)))
                found = self.origins((edge.node, edge.output)) & self.claimed
                if name in FILLED:
                    found = {op for op in found if table.ops[op] not in EMPTY | {"_Arg"}}
                if name not in INDICES:
                    yield from (f"{names[user]} uses {names[op]}, which is left out as bookkeeping" for op in found)

    def is_bookkeeping(self, op: int) -> bool:
        kind = self.table.ops[op]
        loop = self.decides(op)
        if loop >= 0:  # it decides how often a loop runs, and that number is on the loop's card
            return loop not in self.silent
        if kind in EMPTY:
            return True
        if self.is_size(op):
            return True
        if kind in PLAIN:
            sources = {
                source
                for edge in self.table.inputs(op)
                if edge.output >= 0
                for source in self.origins((edge.node, edge.output))
            }
            return all(source in self.claimed or self.table.ops[source] in CONSTANT for source in sources)
        return kind == "_Arg" and self.kind(op) == "body" and (self.counts(op) or self.collects(op))

    def is_size(self, op: int) -> bool:
        """Whether an op's value follows from shapes and constants alone: it says how often a loop may run."""
        waiting, seen = [op], {op}
        while waiting:
            here = waiting.pop()
            if self.table.ops[here] in ASKING or self.table.ops[here] in CONSTANT:
                continue
            sources = {
                source
                for edge in self.table.inputs(here)
                if edge.output >= 0
                for source in self.origins((edge.node, edge.output))
            }
            if not sources or self.table.ops[here] == "_Arg":
                return False
            waiting += sources - seen
            seen |= sources
        return True

    def counts(self, argument: int) -> bool:
        """Whether a constant is added to a variable of a loop in each iteration."""
        given = self.next(argument)
        if given is None or self.table.ops[given] not in {"Add", "AddV2"}:
            return False
        inputs = [op for edge in self.table.inputs(given) for op in sorted(self.origins((edge.node, edge.output)))]
        others = [op for op in inputs if op != argument]
        return argument in inputs and len(others) == 1 and len(self.value(others[0])) == 1

    def collects(self, argument: int) -> bool:
        """Whether a variable of a loop is a list that gets a result in each iteration."""
        given = self.next(argument)
        if given is None or self.table.ops[given] not in {"TensorListSetItem", "TensorListPushBack"}:
            return False
        first = self.table.inputs(given)[0]
        return self.straight((first.node, first.output))[0] == argument

    def next(self, argument: int) -> Optional[int]:
        result = self.ends.get((self.within(argument), "_Retval", int(self.table.attrs(argument).get("index", 0))))
        return self.straight((result, 0))[0] if result is not None else None

    def value(self, op: int) -> List[float]:
        found = self.table.attrs(op).get("value", {}) if self.table.ops[op] in CONSTANT else {}
        return list(found.get("values", ()))

    def straight(self, tensor: Tensor) -> Tensor:
        """What an identity or a result hands on."""
        while self.table.ops[tensor[0]] in {"Identity", "Snapshot", "_Retval"}:
            edge = next(edge for edge in self.table.inputs(tensor[0]) if edge.output >= 0)
            tensor = (edge.node, edge.output)
        return tensor

    def origins(self, tensor: Tensor) -> Set[int]:
        """The ops that a tensor may come from: what only hands on is seen through, but for loops' variables, which are ops too."""
        found: Set[int] = set()
        waiting, seen = [tensor], {tensor}
        while waiting:
            op, output = waiting.pop()
            steps = self.behind(op, output)
            if not steps or (self.table.ops[op] == "_Arg" and self.next(op) != op):
                found.add(op)
            for step in steps:
                if step not in seen:
                    seen.add(step)
                    waiting.append(step)
        return found

    def behind(self, op: int, output: int) -> List[Tensor]:
        kind, inputs = (
            self.table.ops[op],
            [(edge.node, edge.output) for edge in self.table.inputs(op) if edge.output >= 0],
        )
        if op in self.owned:
            results = [
                self.ends.get((body, "_Retval", output))
                for body in self.owned[op]
                if self.content.groups[body].kind != "cond"
            ]
            return [(result, 0) for result in results if result is not None]
        if kind == "_Arg" and self.kind(op) == "cond":
            owner = self.content.groups[self.within(op)].owner
            index = int(self.table.attrs(op).get("index", 0))
            others = [self.ends.get((body, "_Arg", index)) for body in self.owned[owner]]
            return [(other, 0) for other in others if other is not None and other != op]
        if kind == "_Arg" and self.kind(op) == "body" and op in self.claimed:
            return []  # it is more than before by a constant, or the list with one more in it
        if kind == "IdentityN":
            return inputs[output : output + 1]
        return inputs if kind in HANDING else []
