"""Decides which wires a drawing has: one for each use of a tensor, those of loops and branches, control edges.

What is wired goes to `lift`, what is named or shown as a chip instead goes to `docks`.
"""

from __future__ import annotations

from itertools import takewhile
from typing import Dict, Iterator, List, NamedTuple, Optional, Set, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.types import CONTROL
from ...graph.view import ASIDE, BOX, CHIP, PILL, Carried
from ...graph.vocabulary import FLOW_KINDS, GIVING_PARTS, chain
from ...passes.flow import TensorRef
from ...visible import one_line
from . import labels
from .arguments import argument_name, declared_name
from .docks import Docks, named
from .gradient_uses import GradientUses
from .items import Pill
from .lift import PLAIN, Lift, Load
from .settled import Settled
from .stage import NOWHERE, Stage

HUB_USES = 16
"""If so many items use a tensor, or more, it is named at each of them: wires to all would cover the picture."""


class TensorUse(NamedTuple):
    """One use of a tensor by the item `target`, on its port `port` (-1: as a whole); `kind` as in `CardWire`."""

    tensor: TensorRef
    target: int
    port: int
    kind: str = "data"
    user: int = -1
    """The op in the target that uses it; -1 for an output of the graph."""
    carried: Carried = PLAIN


class Linker:
    """Goes through the edges of a graph and fills `lift` with wires and `docks` with chips."""

    def __init__(self, graph: Graph, *, gradients_told: bool = False, settled: Optional[Settled] = None) -> None:
        self.graph, self._gradients_told = graph, gradients_told
        self.stage = Stage(graph, settled)
        self.docks = Docks(self.stage)
        self.lift = Lift(self.stage)
        self.extras: Dict[int, Pill] = {}
        """Items without an op of their own: the graph's outputs, and constant results of branches."""
        self.uses: Dict[int, List[TensorRef]] = {}
        """Item -> the tensors that are wired to it or named at it, and are no chips.

        The position of a tensor is its input port, if the item is a box or a pill.
        """
        self.dropped: Dict[str, int] = {}
        """How many control edges have no wire, by reason."""
        self._by_gradients = GradientUses(self.stage)
        self.told: Dict[int, Dict[TensorRef, Set[TensorRef]]] = {}
        """Item of closed gradients -> the tensors of layers that they use and that are told instead of wired, each with those of other
        copies of a stack that it stands for."""

    def run(self) -> None:
        """Make all wires and chips.

        The uses of tensors are collected first, because a tensor that many items use is named instead of wired. Results
        of loops and branches come after the wires, which tell what results are used at all. Control edges come after
        all uses of tensors, because one that a data wire implies is left out.
        """
        links = [*self._data_links(), *self._stack_links(), *self._next_links(), *self._output_links()]
        self._draw(links)
        self._draw_results()
        self._draw_gone()
        self._draw_orders(links)
        self._draw_choices()

    def _data_links(self) -> Iterator[TensorUse]:
        """Every use of a tensor by a box, a pill or a folded card, and a chip for each use of side matter.

        Inside a folded card nothing is wired.
        """
        table, groups, stage = content_of(self.graph).table, content_of(self.graph).groups, self.stage
        carried = content_of(self.graph).view.borders.edges
        for node in stage.settled.drawn:
            target = stage.target(node)
            if target == NOWHERE:
                continue
            start, end = table.edge_start[node], table.edge_start[node + 1]
            owned = stage.owned.get(node, -1)
            if owned >= 0 and node not in stage.flow.datasets:
                # What goes into a body is used by ops of the body. Only a branch op has a box, for its first input.
                end = min(end, start + 1) if groups[owned].kind == "if" else start
            rows = [row for row in range(start, end) if table.edge_output[row] != CONTROL]
            passed = self._passed_on(node) if owned >= 0 else ()
            for place, row in enumerate(rows):
                tensor = (table.edge_node[row], table.edge_output[row])
                if tensor in passed:
                    continue
                if owned >= 0 and target == stage.card(owned) and stage.is_open(owned):
                    yield from self._link(*tensor, self._setting(node, owned, place, len(rows)))
                else:
                    name = argument_name(table.ops[node], place, len(rows)) if target == node else ""
                    yield from self._link(*tensor, target, name=name, user=node, carried=carried.get(row, PLAIN))

    def _setting(self, node: int, group: int, place: int, count: int) -> int:
        """A pill in the open card of an op of tf.data for an input that the op uses itself: a chip needs an item to stand beside."""
        op = content_of(self.graph).table.ops[node]
        item = self.stage.new_item(group)
        name = declared_name(op, place, count) or f"input {place}"
        self.extras[item] = Pill("result", name, f"{name} of {op}")
        return item

    def _passed_on(self, node: int) -> Set[TensorRef]:
        """The inputs that an op of tf.data gives its functions. All others, such as the size of a batch, it uses itself."""
        flow, table = self.stage.flow, content_of(self.graph).table
        arguments = (arg for body in flow.datasets.get(node, ()) for arg in flow.args.get(body, ()))
        return {(edge.node, edge.output) for arg in arguments for edge in table.data_inputs(arg)}

    def _link(
        self,
        node: int,
        output: int,
        target: int,
        kind: str = "data",
        name: str = "",
        user: int = -1,
        carried: Carried = PLAIN,
    ) -> Iterator[TensorUse]:
        """The use of one tensor by an item, unless it becomes a chip or needs no wire. `name` is the argument's."""
        stage = self.stage
        tensor = stage.flow.source(node, output)
        if stage.roles[tensor[0]] == CHIP:
            self.docks.dock(tensor, target, name)
            return
        origin = stage.origin(tensor[0])
        if origin == NOWHERE and stage.roles[tensor[0]] == ASIDE:
            self.docks.mention(tensor, target, named(stage, tensor))
            return
        # What a folded card both makes and uses needs no wire. Only a box or a pill may be wired to itself.
        if origin == NOWHERE or (origin == target and not stage.is_box(target)):
            return
        if kind == "data" and self._named_in_condition(tensor, target):
            return
        uses = self.uses.setdefault(target, [])
        uses.append(tensor)
        yield TensorUse(tensor, target, len(uses) - 1, kind, user, carried)

    def _named_in_condition(self, tensor: TensorRef, target: int) -> bool:
        """Whether a loop's condition uses one of the loop's variables, which is then named there instead of wired.

        The variable's pill stands in the body, so a wire would lead out of the body into the condition beside it.
        """
        stage, groups = self.stage, content_of(self.graph).groups
        if stage.roles[tensor[0]] != PILL or stage.origin(tensor[0]) != tensor[0]:
            return False
        body = stage.home(tensor[0])  # the pill stands in the loop's body
        group = stage.home(target) if stage.is_box(target) else stage.group_of(target)
        # From the user outwards; a use inside the body comes to the body before it comes to a condition beside it.
        for index in takewhile(lambda index: index != body, chain(groups, group)):
            if groups[index].kind == "cond" and groups[index].parent == groups[body].parent:
                self.docks.mention(tensor, target, labels.variable_name(self.graph, tensor[0]))
                return True
        return False

    def _stack_links(self) -> Iterator[TensorUse]:
        """What only other copies of a stack take from outside: it is wired to the stack's card.

        A wire to a box of the drawn copy would be false, as that copy does not use it. So an open card is meant as a
        whole (port -1); a folded one has a port for it, as for all that it uses.
        """
        stage = self.stage
        for group, stack in content_of(self.graph).view.stacks.items():
            fold = stage.folded_in[group]  # the stack itself, or a card around it
            target = stage.card(fold if fold >= 0 else group)
            if fold < 0 and not stage.is_open(group):
                continue
            for node, output in stack.others:
                carried = content_of(self.graph).view.borders.others.get((group, (node, output)), PLAIN)
                for use in self._link(node, output, target, carried=carried):
                    yield use if fold >= 0 else use._replace(port=-1)

    def _next_links(self) -> Iterator[TensorUse]:
        """In the body of each loop, the ways back: from what is computed for a variable to the variable's pill.

        The state of a function that runs for each element of a dataset has one too.
        """
        stage = self.stage
        for arg, result in stage.flow.ways_back():
            if stage.roles[arg] == PILL and stage.target(arg) == arg:
                yield from self._link(result, 0, arg, "next")

    def _output_links(self) -> Iterator[TensorUse]:
        """A pill for each output of the graph, and its use of a tensor."""
        outputs = content_of(self.graph).outputs
        gathered = {place: places for places in content_of(self.graph).view.gathered_outputs for place in places}
        for place, port in enumerate(outputs):
            types = content_of(self.graph).table.outputs[port.node]
            kind = labels.type_text(types[port.output]) if 0 <= port.output < len(types) else ""
            gives = gathered.get(place, (place,))
            ports = [outputs[other] for other in gives]
            if place != gathered.get(place, (place,))[0]:
                continue  # its oval is that of the first
            item = self.stage.new_item(-1)
            tips = [f"output {one_line(each.name)} {kind}".strip() for each in ports]
            each = tuple(Pill("output", labels.cut(port.name), tip) for port, tip in zip(ports, tips))
            uses: List[TensorUse] = []
            which: List[int] = []
            for end, own in enumerate(gives):
                carried = content_of(self.graph).view.borders.outputs.get(own, PLAIN)
                for use in self._link(outputs[own].node, outputs[own].output, item, carried=carried):
                    uses.append(use)
                    which.append(end)
            many = Pill("output", f"{len(ports)} outputs", labels.listed(tips), kind, each=each, ports=tuple(which))
            self.extras[item] = many if len(ports) > 1 else each[0]
            yield from uses

    def _draw(self, links: List[TensorUse]) -> None:
        """Wire each use of a tensor, or name the tensor at the item that uses it."""
        users: Dict[TensorRef, Set[int]] = {}  # tensor -> the items that use it, each once
        for link in links:
            users.setdefault(link.tensor, set()).add(link.target)
        told = self._by_gradients.told(links, users) if self._gradients_told else {}
        for tensor, target, port, kind, user, carried in links:
            if kind == "data" and tensor in told.get(target, ()):
                self.told.setdefault(target, {}).setdefault(tensor, set()).update(carried.given)
            elif kind == "data" and (len(users[tensor]) >= HUB_USES or self._by_gradients.is_saved(tensor, target)):
                self.docks.mention(tensor, target, named(self.stage, tensor))
            else:
                self.lift.connect(
                    tensor, self.stage.origin(tensor[0]), target, port, kind=kind, user=user, carried=carried
                )

    def _draw_gone(self) -> None:
        """Of two graphs in one: the wires that only the first has. They come last, so that none hides one that is there."""
        stage = self.stage
        for node, output, taker in content_of(self.graph).wires_gone:
            tensor, target = stage.flow.source(node, output), stage.target(taker)
            drawn = (BOX, PILL)
            if stage.roles[tensor[0]] not in drawn or stage.roles[taker] not in drawn or target == NOWHERE:
                continue
            source = stage.origin(tensor[0])
            if source not in (NOWHERE, target):
                self.lift.connect(tensor, source, target, -1, kind="gone", user=taker)

    def told_uses(self, item: int) -> int:
        """How many tensors of layers closed gradients use that are told instead of wired."""
        return sum(max(1, len(given)) for given in self.told.get(item, {}).values())

    def _draw_results(self) -> None:
        """Inside open loops and branches, wire what computes a result to the card's border, if the result is used.

        A result is used if it has a port in the border. Its wire may give a loop inside a port too, so this is repeated
        until no new port appears.
        """
        groups, outputs = content_of(self.graph).groups, self.lift.outputs
        done: Set[Load] = set()
        while True:
            fresh = [
                (group, load)
                for group, loads in outputs.items()
                if groups[group].kind in FLOW_KINDS and self.stage.is_open(group)
                for load in loads
                if load.tensor[0] == groups[group].owner and load.tensor[1] >= 0 and load not in done
            ]
            if not fresh:
                return
            for group, load in fresh:
                done.add(load)
                self._draw_result(group, load)

    def _draw_result(self, group: int, output: Load) -> None:
        """Wire one result of the open loop or branch `group`, from each body that may give it."""
        stage, flow = self.stage, self.stage.flow
        for body, result in self._results(group, output.tensor[1]):
            tensor = flow.source(result, 0)
            if stage.roles[tensor[0]] == CHIP:
                self._constant_result(tensor, body, group, output, result)
            elif stage.origin(tensor[0]) != NOWHERE:
                self.lift.leave(tensor, stage.origin(tensor[0]), group, output, result)

    def _results(self, group: int, output: int) -> Iterator[Tuple[int, int]]:
        """The bodies that may give an output of the loop or branch `group`, each with the row of the result that is the output.

        What a dataset consists of leaves through its one output: all components of its elements do.
        """
        owner, flow = content_of(self.graph).groups[group].owner, self.stage.flow
        for body in self._bodies(group):
            results = flow.results.get(body, [])
            if body in flow.datasets.get(owner, ()):
                given = flow.given(owner, body)
                first = output if given.are_outputs else given.next_state if given.output == output else len(results)
                results = results[first : first + 1 if given.are_outputs else None]
            else:
                results = results[output : output + 1]
            for result in results:
                yield body, result

    def _bodies(self, group: int) -> List[int]:
        """The body of a loop, all branches of a branch op, or all functions of an op of tf.data."""
        return [
            k
            for k, inner in enumerate(content_of(self.graph).groups)
            if inner.parent == group and inner.kind in GIVING_PARTS
        ]

    def _constant_result(self, tensor: TensorRef, body: int, group: int, output: Load, result: int) -> None:
        """Wire the result of a body that only hands out a constant, by its op `result`.

        A constant is a chip, and a chip needs an item to stand beside, so this adds a pill for the result.
        """
        stage = self.stage
        # In the branch if that is open; else beside it, with the branch's name.
        item = stage.new_item(body if stage.is_open(body) else group)
        name = labels.group_title(self.graph, body)
        title = "result" if stage.is_open(body) else name
        self.extras[item] = Pill("result", title, f"result of {name}", result=result)
        self.docks.dock(tensor, item)
        self.lift.leave((item, 0), item, group, output, -1)

    def _draw_orders(self, links: List[TensorUse]) -> None:
        """Wire the control edges between items. Those that would say nothing new have no wire and are counted."""
        stage = self.stage
        known = {(stage.origin(link.tensor[0]), link.target) for link in links}
        for before, after in stage.settled.control_edges:
            self._draw_order(before, after, known)

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
            known.add((source, target))  # so that a second order between the two is implied as well
            self.lift.connect((before, CONTROL), source, target, -1, kind="control")

    def _inside(self, item: int, other: int) -> bool:
        """Whether the item lies inside `other`, which is a card."""
        around, group = self.stage.home(item), self.stage.group_of(other)
        return group >= 0 and group in chain(content_of(self.graph).groups, around)

    def _drop(self, why: str) -> None:
        self.dropped[why] = self.dropped.get(why, 0) + 1

    def _draw_choices(self) -> None:
        """Wire the box of each branch op to its branches, to show that it chooses one of them."""
        stage = self.stage
        for index, group in enumerate(content_of(self.graph).groups):
            if group.kind != "branch" or group.owner < 0 or group.parent < 0 or not stage.is_open(group.parent):
                continue
            is_drawn = stage.is_open(index) or stage.is_folded(index)
            if is_drawn and stage.target(group.owner) == group.owner:
                self.lift.connect((group.owner, CONTROL), group.owner, stage.card(index), -1, kind="branch")
