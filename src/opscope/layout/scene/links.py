"""Which wires a drawing has: every use of a tensor, what loops and branches give, orders and choices."""

from __future__ import annotations

from itertools import takewhile
from typing import Dict, Iterator, List, NamedTuple, Set, Tuple

from ...graph.graph import Graph
from ...graph.types import CONTROL
from ...graph.view import BOX, CHIP, PILL
from ...graph.vocabulary import FLOW_KINDS, GIVING_PARTS, PHASES, chain
from ...passes.flow import TensorRef
from . import labels
from .arguments import argument_name
from .docks import Docks, named
from .items import Pill
from .lift import Lift
from .stage import NOWHERE, Stage

HUB_USES = 16
"""A tensor that this many items or more use is named at each instead of wired."""


class TensorUse(NamedTuple):
    """One use of a tensor: by an item, on one of its ports."""

    tensor: TensorRef
    target: int
    port: int
    kind: str = "data"


class Linker:
    """Draws the wires of a stage into `lift` and docks side matter in `docks`."""

    def __init__(self, graph: Graph) -> None:
        self.graph = graph
        self.stage = Stage(graph)
        self.docks = Docks(self.stage)
        self.lift = Lift(self.stage)
        self.extras: Dict[int, Pill] = {}
        """Items that stand for no op of their own: the graph's outputs, constant results of branches."""
        self.uses: Dict[int, List[TensorRef]] = {}
        """Item -> the tensors wired to it; of a box or pill in the order of its input ports."""
        self.dropped: Dict[str, int] = {}
        """Control edges without a wire, by reason."""
        self._phases = any(group.kind == "backward" for group in graph.groups)

    def run(self) -> None:
        """Draw everything."""
        links = [*self._data_links(), *self._stack_links(), *self._next_links(), *self._output_links()]
        self._draw(links)
        self._draw_results()
        self._draw_orders(links)
        self._draw_choices()

    def _data_links(self) -> Iterator[TensorUse]:
        """Every use of a tensor by an item other than the one that makes it; side matter is docked on the way."""
        table, groups, stage = self.graph.table, self.graph.groups, self.stage
        for node in range(len(table)):
            if stage.roles[node] not in (BOX, PILL):
                continue
            target = stage.target(node)
            if target == NOWHERE:
                continue
            start, end = table.edge_start[node], table.edge_start[node + 1]
            owned = stage.owned.get(node, -1)
            if owned >= 0:  # what goes into a body is used by the ops of the body
                end = min(end, start + 1) if groups[owned].kind == "if" else start
            rows = [row for row in range(start, end) if table.edge_output[row] != CONTROL]
            for place, row in enumerate(rows):
                name = argument_name(table.ops[node], place, len(rows)) if target == node else ""
                yield from self._link(table.edge_node[row], table.edge_output[row], target, name=name)

    def _link(self, node: int, output: int, target: int, kind: str = "data", name: str = "") -> Iterator[TensorUse]:
        stage = self.stage
        tensor = stage.flow.source(node, output)
        if stage.roles[tensor[0]] == CHIP:
            self.docks.dock(tensor, target, name)
            return
        origin = stage.origin(tensor[0])
        if origin == NOWHERE or (origin == target and not stage.is_box(target)):
            return
        if kind == "data" and self._named_in_condition(tensor, target):
            return
        uses = self.uses.setdefault(target, [])
        uses.append(tensor)
        yield TensorUse(tensor, target, len(uses) - 1, kind)

    def _named_in_condition(self, tensor: TensorRef, target: int) -> bool:
        """A loop's variable is named, not wired, where the loop's condition uses it."""
        stage, groups = self.stage, self.graph.groups
        if stage.roles[tensor[0]] != PILL or stage.origin(tensor[0]) != tensor[0]:
            return False
        body = stage.home(tensor[0])
        group = stage.home(target) if stage.is_box(target) else stage.group_of(target)
        for index in takewhile(lambda index: index != body, chain(groups, group)):
            if groups[index].kind == "cond" and groups[index].parent == groups[body].parent:
                self.docks.mention(tensor, target, labels.variable_name(self.graph, tensor[0]))
                return True
        return False

    def _stack_links(self) -> Iterator[TensorUse]:
        """What only other copies of a stack take from outside: wired to the stack's card, not to a box of the drawn copy."""
        stage = self.stage
        for group, stack in self.graph.content.view.stacks.items():
            fold = stage.folded_in[group]
            target = stage.card(fold if fold >= 0 else group)
            if fold < 0 and not stage.is_open(group):
                continue
            for node, output in stack.others:
                for use in self._link(node, output, target):
                    yield use if fold >= 0 else use._replace(port=-1)

    def _next_links(self) -> Iterator[TensorUse]:
        """From what a loop's body computes back to the variables at its start."""
        stage, flow = self.stage, self.stage.flow
        for body in sorted(flow.loops.values()):
            for arg, result in zip(flow.args.get(body, ()), flow.results.get(body, ())):
                if stage.roles[arg] == PILL and stage.target(arg) == arg:
                    yield from self._link(result, 0, arg, "next")

    def _output_links(self) -> Iterator[TensorUse]:
        for port in self.graph.content.outputs:
            item = self.stage.new_item(-1)
            types = self.graph.table.outputs[port.node]
            kind = labels.type_text(types[port.output]) if 0 <= port.output < len(types) else ""
            self.extras[item] = Pill("output", labels.cut(port.name), f"output {port.name} {kind}".strip())
            yield from self._link(port.node, port.output, item)

    def _draw(self, links: List[TensorUse]) -> None:
        users: Dict[TensorRef, Set[int]] = {}
        for link in links:
            users.setdefault(link.tensor, set()).add(link.target)
        for tensor, target, port, kind in links:
            if kind == "data" and (len(users[tensor]) >= HUB_USES or self._saved(tensor, target)):
                self.docks.mention(tensor, target, named(self.stage, tensor))
            else:
                self.lift.connect(tensor, self.stage.origin(tensor[0]), target, port, kind=kind)

    def _saved(self, tensor: TensorRef, target: int) -> bool:
        """Whether a gradient uses what the forward pass left: named, so that the step's own flow stays readable."""
        if not self._phases:
            return False
        groups, user = self.graph.groups, self._phase(target)
        if user < 0 or groups[user].kind != "backward":
            return False
        if tensor[0] in self.stage.inputs:
            return True
        source = self._phase(self.stage.origin(tensor[0]))
        if source < 0 or groups[source].kind != "forward":
            return False
        return not (self.stage.is_folded(source) and self.stage.is_folded(user))

    def _phase(self, item: int) -> int:
        """The phase of the training step in which an item stands; -1 when there is none."""
        group = self.stage.group_of(item)
        group = group if group >= 0 else self.stage.home(item)
        groups = self.graph.groups
        return min((index for index in chain(groups, group) if groups[index].kind in PHASES), default=-1)

    def _draw_results(self) -> None:
        """Inside open loops and branches: wires from what computes a used output to the border."""
        groups, outputs = self.graph.groups, self.lift.outputs
        done: Set[TensorRef] = set()
        while True:
            fresh = [
                (group, tensor)
                for group, tensors in outputs.items()
                if groups[group].kind in FLOW_KINDS and self.stage.is_open(group)
                for tensor in tensors
                if tensor[0] == groups[group].owner and tensor[1] >= 0 and tensor not in done
            ]
            if not fresh:
                return
            for group, tensor in fresh:
                done.add(tensor)
                self._draw_result(group, tensor)

    def _draw_result(self, group: int, output: TensorRef) -> None:
        stage, flow = self.stage, self.stage.flow
        for body in self._bodies(group):
            results = flow.results.get(body, ())
            if output[1] >= len(results):
                continue
            tensor = flow.source(results[output[1]], 0)
            if stage.roles[tensor[0]] == CHIP:
                self._constant_result(tensor, body, group, output)
            elif stage.origin(tensor[0]) != NOWHERE:
                self.lift.leave(tensor, stage.origin(tensor[0]), group, output)

    def _bodies(self, group: int) -> List[int]:
        return [k for k, inner in enumerate(self.graph.groups) if inner.parent == group and inner.kind in GIVING_PARTS]

    def _constant_result(self, tensor: TensorRef, body: int, group: int, output: TensorRef) -> None:
        """A branch that gives a constant: the chip needs something to sit on."""
        stage = self.stage
        item = stage.new_item(body if stage.is_open(body) else group)
        name = labels.group_title(self.graph, body)
        title = "result" if stage.is_open(body) else name
        self.extras[item] = Pill("result", title, f"result of {name}")
        self.docks.dock(tensor, item)
        self.lift.leave((item, 0), item, group, output)

    def _draw_orders(self, links: List[TensorUse]) -> None:
        """Control edges between drawn items; those that a data wire implies or that touch side matter are counted."""
        stage, table = self.stage, self.graph.table
        known = {(stage.origin(link.tensor[0]), link.target) for link in links}
        for node in range(len(table)):
            for row in range(table.edge_start[node], table.edge_start[node + 1]):
                if table.edge_output[row] == CONTROL:
                    self._draw_order(table.edge_node[row], node, known)

    def _draw_order(self, before: int, after: int, known: Set[Tuple[int, int]]) -> None:
        stage = self.stage
        source, target = stage.origin(before), stage.origin(after)
        if NOWHERE in (source, target) or stage.roles[before] != BOX or stage.roles[after] != BOX:
            self._drop("with side matter")
        elif source == target or self._inside(source, target) or self._inside(target, source):
            self._drop("inside a card")
        elif (source, target) in known:
            self._drop("implied by a wire")
        else:
            known.add((source, target))
            self.lift.connect((before, CONTROL), source, target, -1, kind="control")

    def _inside(self, item: int, other: int) -> bool:
        around, group = self.stage.home(item), self.stage.group_of(other)
        return group >= 0 and group in chain(self.graph.groups, around)

    def _drop(self, why: str) -> None:
        self.dropped[why] = self.dropped.get(why, 0) + 1

    def _draw_choices(self) -> None:
        """From the box of a branch op to each of its branches."""
        stage = self.stage
        for index, group in enumerate(self.graph.groups):
            if group.kind != "branch" or group.owner < 0 or group.parent < 0 or not stage.is_open(group.parent):
                continue
            is_drawn = stage.is_open(index) or stage.is_folded(index)
            if is_drawn and stage.target(group.owner) == group.owner:
                self.lift.connect((group.owner, CONTROL), group.owner, stage.card(index), -1, kind="branch")
