"""Does a drawing tell the truth? A checker that shares nothing with the passes and the layout.

It takes the whole graph, the graph that was drawn (of which it uses which ops stayed, their groups, and which copies each stack
stands for) and the scene, and works out for itself which mark stands for which ops and which op really feeds which. The rules are
those of "The drawing tells no lie" in the contract.
"""

from __future__ import annotations

import re
from typing import AbstractSet, Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from loop_truth import false_bookkeeping
from opscope.graph.content import content_of
from opscope.graph.graph import Graph
from opscope.graph.view import ASIDE, BOOKKEEPING, SHAPING
from opscope.layout.scene.items import Box, Card, CardWire, Item, Pill, Scene
from role_truth import Roles, copies_said, reversed_said, skips_said
from shape_truth import false_shapes

BORDER = -1
NONE = -1
"""In the place of an op of the drawn copy that another copy has not."""
PASSING = {"Identity", "IdentityN", "Snapshot", "_Arg", "_Retval"}
"""Ops that hand on what they are given."""
SIDE = {
    "Const",
    "VarHandleOp",
    "VariableV2",
    "Variable",
    "ReadVariableOp",
    "Placeholder",
    "_Arg",
    "Cast",
    "Reshape",
    "Identity",
    *("VAR_HANDLE", "READ_VARIABLE", "DEQUANTIZE", "DENSIFY", "CAST", "RESHAPE", "EXPAND_DIMS", "SQUEEZE"),
}
"""Ops that may stand as a chip where they are used: constants, variables, and what reads or converts them."""
_KINDS = {"resource": "handle"}
"""What drawings call a dtype otherwise: users give iterators and tables, of which TensorFlow passes on handles."""


class Leaf(NamedTuple):
    """A mark at which wires end: ``op`` with its row, ``card`` with its group (both of the drawn graph), ``output`` with its number."""

    kind: str
    number: int


def lies(whole: Graph, drawn: Graph, scene: Scene) -> List[str]:
    """What the drawing says that is not so, and what it should say and does not; a sentence each."""
    check = _Check(whole, drawn, scene)
    said = [*check.copies(), *check.variations(), *check.carried(), *check.borders()]
    return [
        *check.shapes(),
        *check.loops(),
        *check.places(),
        *check.ends(),
        *check.first_values(),
        *check.empty_cards(),
        *check.uses_told(),
        *check.wires(),
        *Roles(whole, drawn).false(check.cards),
        *check.chips(),
        *check.missing(),
        *said,
    ]


class _Check:
    def __init__(self, whole: Graph, drawn: Graph, scene: Scene) -> None:
        self.whole, self.drawn, self.scene = whole, drawn, scene
        self.cards: List[Card] = [scene.root]
        for card in self.cards:
            self.cards.extend(child for child in card.children if isinstance(child, Card))
        self.rows = {name: row for row, name in enumerate(content_of(whole).table.names)}
        named = content_of(drawn).view.role
        self.stays = {
            self.rows[name]: row for row, name in enumerate(content_of(drawn).table.names) if named(row) != ASIDE
        }
        self.copy: Dict[int, Dict[int, int]] = {}
        """Op of the whole graph -> stack -> which copy it is in."""
        self.first: Dict[int, int] = {}
        """Op of the whole graph in another copy -> the op at its place in the drawn one."""
        self.extra: Dict[int, int] = {}
        """Op that only one copy has -> the stack."""
        for group, stack in content_of(drawn).view.stacks.items():
            for number, copy in enumerate(stack.copies):
                for place, op in enumerate(copy):
                    if op == NONE:
                        continue
                    self.copy.setdefault(op, {})[group] = number
                    if place >= len(stack.copies[0]):
                        self.extra[op] = group
                    elif number:
                        self.first[op] = stack.copies[0][place]
        self.shaping = self._left_out(SHAPING)
        """Ops that the drawing leaves out as shape arithmetic."""
        self.bookkeeping = self._left_out(BOOKKEEPING)
        """Ops that the drawing leaves out as the bookkeeping of loops."""
        self.leaf = self._leaves()
        self.marks = set(self.leaf.values())
        self.feeds = _Feeds(whole, self.leaf, self.shaping | self.bookkeeping)
        self.real: Dict[Tuple[Leaf, Leaf], List[Tuple[int, int]]] = {}
        self.takes: Dict[int, Set[int]] = {}
        self.gives: Dict[int, Set[int]] = {}
        for source, target in self.feeds.edges():
            self.real.setdefault((self.leaf[source], self.leaf[target]), []).append((source, target))
            self.takes.setdefault(target, set()).add(source)
            self.gives.setdefault(source, set()).add(target)
        self.outputs: Dict[Leaf, Set[Leaf]] = {}
        for number, port in enumerate(content_of(whole).outputs):
            for op in self.feeds.origins(port.node, port.output):
                self.outputs.setdefault(self.leaf[op], set()).add(Leaf("output", self._oval_of(number)))

    def _oval_of(self, number: int) -> int:
        """The first of the outputs that have one oval."""
        return next((same[0] for same in content_of(self.drawn).view.gathered_outputs if number in same), number)

    # which mark stands for which ops

    def _left_out(self, reason: int) -> Set[int]:
        role = content_of(self.drawn).view.role
        shown = ((op, self._shown(op)) for op in range(len(self.whole)))
        return {op for op, drawn in shown if drawn in self.stays and role(self.stays[drawn]) == reason}

    def _leaves(self) -> Dict[int, Leaf]:
        boxes: Dict[int, int] = {}  # row -> the row that its mark goes by
        folded: Set[int] = set()
        for card in self.cards:
            if not card.open:
                folded.add(card.group)
            for child in card.children:
                nodes = (child.node,) if isinstance(child, Box) else child.nodes if isinstance(child, Pill) else ()
                boxes.update((node, nodes[0]) for node in nodes)
        groups = content_of(self.drawn).groups
        owned = {group.owner: index for index, group in reversed(list(enumerate(groups))) if group.owner >= 0}
        found: Dict[int, Leaf] = {}
        for op in range(len(self.whole)):
            shown = op
            while shown in self.first and shown not in self.stays:
                shown = self.first[shown]
            row = self.stays.get(shown)
            if op in self.shaping or op in self.bookkeeping or (row is None and shown not in self.extra):
                continue
            if row in boxes:
                found[op] = Leaf("op", boxes[row])
                continue
            if row is None:  # what only one copy has stands for nothing smaller than the stack
                group = self.extra[shown]
                found[op] = Leaf("card", group)
            else:
                group = owned.get(row, content_of(self.drawn).node_group[row])
            while group >= 0:
                if group in folded:
                    found[op] = Leaf("card", group)
                group = groups[group].parent
        return found

    def _around(self, leaf: Leaf) -> Set[int]:
        """The stacks in which a mark stands; a stack's own card stands outside of it."""
        if leaf.kind == "output":
            return set()
        groups = content_of(self.drawn).groups
        group = groups[leaf.number].parent if leaf.kind == "card" else content_of(self.drawn).node_group[leaf.number]
        found = set()
        while group >= 0:
            found.add(group)
            group = groups[group].parent
        return found & set(content_of(self.drawn).view.stacks)

    def name(self, leaf: Leaf) -> str:
        """What a sentence calls a mark."""
        if leaf.kind == "output":
            return f"output {content_of(self.whole).outputs[leaf.number].name}"
        return (
            content_of(self.drawn).table.names[leaf.number]
            if leaf.kind == "op"
            else f"card {content_of(self.drawn).groups[leaf.number].path}"
        )

    # what must hold

    def shapes(self) -> Iterator[str]:
        """What is left out as shape arithmetic is that, and is counted."""
        table = content_of(self.whole).table
        every = {
            op: Leaf("op", op)
            for op, kind in enumerate(table.ops)
            if kind not in PASSING and op not in self.feeds.bodies
        }
        feeds = _Feeds(self.whole, every)
        groups = content_of(self.whole).groups
        conditions = [
            op
            for (group, kind, _), op in feeds.ends.items()
            if kind == "_Retval" and group >= 0 and groups[group].kind == "cond"
        ]
        if self.shaping:
            yield from false_shapes(self.whole, self.shaping, set(feeds.bodies), conditions, feeds.tensors)
        said = content_of(self.drawn).view.counts.shaping
        if not len(self.shaping) <= said <= len(self.shaping) + len(self.extra):
            yield f"{said} ops are said to be shape arithmetic, {len(self.shaping)} are left out as that"

    def loops(self) -> Iterator[str]:
        """What is left out as the bookkeeping of loops is that, and is counted."""
        if self.bookkeeping:
            drawn = content_of(self.drawn)
            silent = [
                drawn.table.names[drawn.groups[card.group].owner]
                for card in self.cards
                if card.kind == "while"
                and card.open
                and not re.search(r"(?<!≤ )\b[\d,.]+ iteration", f"{card.subtitle} {card.detail}")
            ]
            yield from false_bookkeeping(self.whole, self.bookkeeping, {self.rows[name] for name in silent})
        said = content_of(self.drawn).view.counts.bookkeeping
        if not len(self.bookkeeping) <= said <= len(self.bookkeeping) + len(self.extra):
            yield f"{said} ops are said to be bookkeeping of loops, {len(self.bookkeeping)} are left out as that"

    def places(self) -> Iterator[str]:
        """Every op has its one place, those of copies that are not drawn aside."""
        counted = self.scene.root.hidden
        for card in self.cards[1:]:
            counted += (card.hidden + (card.node >= 0)) if card.open else card.ops
        for card in self.cards:
            for child in card.children:
                if isinstance(child, Card):
                    continue
                counted += len(child.nodes) if isinstance(child, Pill) else 1
                counted += sum(len(chip.nodes) for chip in child.chips)
        if counted != len(self.drawn):
            yield f"{counted} ops have a place, {len(self.drawn)} are drawn"
        told = (self.stays, self.first, self.extra)
        gone = [op for op in range(len(self.whole)) if not any(op in ops for ops in told)]
        yield from (f"{content_of(self.whole).table.names[op]} is neither drawn nor in a copy" for op in gone[:5])
        for op, shown in self.first.items():
            if content_of(self.whole).table.ops[op] != content_of(self.whole).table.ops[shown]:
                yield f"{content_of(self.whole).table.names[shown]} stands for {content_of(self.whole).table.names[op]}, of another type"

    def ends(self) -> Iterator[str]:
        """Each input and output of the model is an oval of its own with its name and its type."""
        pills = [child for card in self.cards for child in card.children if isinstance(child, Pill)]
        table = content_of(self.whole).table
        shown = {
            content_of(self.drawn).table.names[node]: pill
            for pill in pills
            if pill.kind == "input"
            for node in pill.nodes
        }
        docked = {content_of(self.drawn).table.names[node] for chip in self._chips() for node in chip.nodes}
        for port in content_of(self.whole).inputs:
            name = table.names[port.node]
            if name not in shown:
                if content_of(self.whole).view.role(port.node) == 0:
                    yield f"input {port.name} is not drawn"
                continue
            oval = shown[name]
            # Names that nobody gave are not said; where there are several, they are numbered.
            said = port.name.replace("serving_default_", "").startswith(oval.title.rstrip("…"))
            if len(oval.nodes) == 1 and not (
                said or oval.title == port.name or re.fullmatch(r"input(_\d+| \d+ of \d+)?", oval.title)
            ):
                yield f"input {port.name} is called {oval.title}"
            types = table.outputs[port.node]
            if len(oval.nodes) == 1 and types and _KINDS.get(types[0].dtype, types[0].dtype) not in oval.tip:
                yield f"the oval of input {port.name} does not say its type"
        given = {port.node for port in content_of(self.whole).inputs}
        for op, kind in enumerate(table.ops):
            # Nothing is handed to an argument of the main graph: it is fed, or it is what the function captured.
            if kind != "_Arg" or table.inputs(op) or op in given or table.outputs[op][0].dtype == "resource":
                continue
            # A closed card counts what it uses of captured values and does not name it.
            if self.gives_any(op) and table.names[op] not in docked and all(card.open for card in self.cards):
                yield f"argument {table.names[op]} is not drawn"
        lines = [line for pill in pills if pill.kind == "output" for line in pill.tip.split("\n")]
        titles = [line.split(" ")[1] for line in lines if " " in line]
        for port in content_of(self.whole).outputs:
            if port.name.split(" ")[0] not in titles:
                yield f"output {port.name} is not drawn"

    def gives_any(self, op: int) -> bool:
        """Whether any op takes what an op gives."""
        table = content_of(self.whole).table
        return any(edge.node == op for user in range(len(table)) for edge in table.inputs(user))

    def first_values(self) -> Iterator[str]:
        """What an input of the model gives to a loop as a first value is wired to the variable of the loop, or to the card around it."""
        table, groups = content_of(self.whole).table, content_of(self.whole).groups
        inputs, wired = {port.node for port in content_of(self.whole).inputs}, self.wired()
        for op, target in self.leaf.items():
            group = self.feeds.within[op]
            if table.ops[op] != "_Arg" or group < 0 or groups[group].kind != "body" or not table.inputs(op):
                continue
            edge = table.inputs(op)[0]
            stacks = self._around(target)
            for origin in {edge.node} & inputs if self._drawn_copy(op, stacks) else ():
                source = self.leaf.get(origin)
                if source is None:
                    yield f"input {table.names[origin]} has no mark, and {table.names[op]} begins with it"
                elif not (
                    source == target
                    or (source, target) in wired
                    or any((source, Leaf("card", card)) in wired for card in self._above(target))
                    or self._named(source, target)
                    or target.kind == "card"
                    or self._is_noted(source, target)
                ):
                    yield f"no wire from input {table.names[origin]} to {table.names[op]}, which begins with it"

    def _chips(self) -> Iterator["object"]:
        for card in self.cards:
            yield from card.chips
            for child in card.children:
                if not isinstance(child, Card):
                    yield from child.chips

    def chips(self) -> Iterator[str]:
        """What is docked on a box is what that very op uses."""
        names = content_of(self.drawn).table.names
        for card in self.cards:
            for child in card.children:
                if not isinstance(child, Box):
                    continue
                op = self.rows[names[child.node]]
                used = self._side_matter(op)
                for chip in child.chips:
                    for node in chip.nodes:
                        if self.rows[names[node]] not in used:
                            yield f"{names[node]} is docked on {names[child.node]}, which does not use it"

    def _is_side(self, op: int) -> bool:
        """Whether the drawing has an op as side matter, which is never wired."""
        return content_of(self.whole).table.ops[op] in SIDE

    def _is_handle(self, op: int) -> bool:
        """Whether an op, such as a loop, hands on the handle of a variable."""
        return any(kind.dtype == "resource" for kind in content_of(self.whole).table.outputs[op])

    def _side_matter(self, op: int) -> Set[int]:
        """All that an op is computed from, as far as what has no mark of its own."""
        table = content_of(self.whole).table
        found: Set[int] = set()
        waiting = [edge.node for edge in table.inputs(op) if edge.output >= 0]
        while waiting:
            here = waiting.pop()
            if here not in found and (here not in self.leaf or self._is_side(here) or self._is_handle(here)):
                found.add(here)
                for output in range(max(1, len(table.outputs[here]))):
                    waiting += [step for step, _ in self.feeds.behind(here, output)]
        return found

    def empty_cards(self) -> Iterator[str]:
        """No card is drawn for nothing."""
        for card in self.cards[1:]:
            if (card.open and not card.children) or (not card.open and not card.ops):
                yield f"card {card.title} is empty"

    def wires(self) -> Iterator[str]:
        """A wire from A to B: some op that A stands for feeds some op that B stands for.

        Inside a stack, and into one, both are of the drawn copy; out of one it may be of any.
        """
        for source, target in sorted(self.wired()):
            if target.kind == "output":
                if target not in self.outputs.get(source, ()):
                    yield f"a wire from {self.name(source)} to {self.name(target)}"
                continue
            pairs = self._pairs(source, target)
            inside = self._around(target)
            both = self._around(source) & inside
            if any(self._drawn_copy(one, both) and self._drawn_copy(other, inside) for one, other in pairs):
                if target not in self.marks and self._each_takes(source, {other for _, other in pairs}, target.number):
                    yield f"a wire from {self.name(source)} to {self.name(target)} beside those that say that each copy takes it"
                continue
            if not self._enters_chain(source, target, inside - both):
                yield f"a wire from {self.name(source)} to {self.name(target)}"

    def _each_takes(self, source: Leaf, users: Set[int], stack: int) -> bool:
        """Whether those of some ops that are in a stack take what a mark stands for in all its copies: the wires to the drawn one's tell it."""
        copies = content_of(self.drawn).view.stacks[stack].copies
        numbers = {op: self.copy[op][stack] for op in users if stack in self.copy.get(op, {})}
        places = {copies[number].index(op) for op, number in numbers.items()}
        if any(place >= len(copies[0]) for place in places):
            return False  # what only one copy has
        # As often as the drawn copy's op, that is: a second time is what only that copy has.
        taken = [{self._outputs_taken(source, copy[place]) for copy in copies} for place in places]
        return bool(taken) and all(len(one) == 1 and () not in one for one in taken)

    def _outputs_taken(self, source: Leaf, user: int) -> Tuple[int, ...]:
        """Which outputs of what a mark stands for an op takes, each as often as it does; none where there is no op."""
        if user == NONE:
            return ()
        inputs = [edge for edge in content_of(self.whole).table.inputs(user) if edge.output >= 0]
        tensors = [self.feeds.tensors(edge.node, edge.output) for edge in inputs]
        return tuple(sorted(output for own in tensors for one, output in own if self.leaf[one] == source))

    def _enters_chain(self, source: Leaf, target: Leaf, stacks: Set[int]) -> bool:
        """Whether a wire from outside shows the input of a chain of which another copy than the first is drawn.

        The drawn copy's op then takes a tensor of another copy. That tensor's place, at some op of the drawn copy, has in the first copy
        what the wire comes from.
        """
        around = self._around(target)
        users = [op for op, leaf in self.leaf.items() if leaf == target and self._drawn_copy(op, around)]
        waiting = [one for op in users for one in self.takes.get(op, ())]
        seen = set(waiting)
        for one in waiting:  # grows: the first copy may lie in a copy of an outer stack, which is not the first there
            for stack in stacks:
                copies = content_of(self.drawn).view.stacks[stack]
                if not copies.places or not self.copy.get(one, {}).get(stack):
                    continue
                first = dict(zip(copies.copies[0], copies.copies[copies.places.index(0)]))
                given = {x for op in self.gives[one] if op in first for x in self.takes.get(first[op], ())}
                if any(self.leaf[op] == source for op in given):
                    return True
                waiting += sorted(given - seen)
                seen |= given
        return False

    def copies(self) -> Iterator[str]:
        """Each copy of a stack is wired as the drawn one is, but for what only it has, and past what it has not."""
        table = content_of(self.whole).table
        for stack in content_of(self.drawn).view.stacks.values():
            shown = stack.copies[0]
            if NONE in shown:
                yield f"a copy is drawn that lacks what others have: {table.names[next(op for op in shown if op != NONE)]}"
                continue
            place = {op: number for number, op in enumerate(shown)}
            for copy in stack.copies[1:]:
                own = {op: number for number, op in enumerate(copy[: len(shown)]) if op != NONE}
                more = set(copy[len(shown) :])
                past = self._past(shown, copy)
                for first, other in zip(shown, copy):
                    if other == NONE:
                        continue
                    ends = [[e for e in table.inputs(op) if e.output >= 0] for op in (first, other)]
                    pairs = [
                        (past.get(one.node, {place.get(one.node)}), own.get(its.node), its.node)
                        for one, its in zip(*ends)
                    ]
                    if len(ends[0]) != len(ends[1]) or any(
                        its not in one for one, its, node in pairs if node not in more
                    ):
                        yield f"{table.names[first]} is not wired as {table.names[other]}, for which it stands"
            yield from self._handed_on(stack.copies)

    def _past(self, shown: Sequence[int], copy: Sequence[int]) -> Dict[int, Set[Optional[int]]]:
        """For each op of the drawn copy that another copy has not: the places whose ops it is made of, through others that are lacking; ``None``: what is outside."""
        table = content_of(self.whole).table
        place = {op: number for number, op in enumerate(shown)}
        lacking = {op for op, other in zip(shown, copy) if other == NONE}
        found: Dict[int, Set[Optional[int]]] = {}
        for op in lacking:
            waiting, seen = [op], {op}
            for here in waiting:  # grows
                for edge in table.inputs(here):
                    if edge.output < 0 or edge.node in seen:
                        continue
                    seen.add(edge.node)
                    if edge.node in lacking:
                        waiting.append(edge.node)
                    else:
                        found.setdefault(op, set()).add(place.get(edge.node))
        return found

    def _handed_on(self, copies: Sequence[Sequence[int]]) -> Iterator[str]:
        """What a copy hands on to another in the place of an op that it has not is what that op would be given."""
        table, shown = content_of(self.whole).table, copies[0]
        lacking = [{place for place, op in enumerate(copy) if op == NONE} for copy in copies]
        if not any(lacking):
            return
        at = {op: (number, place) for number, copy in enumerate(copies) for place, op in enumerate(copy) if op != NONE}
        given: Dict[Tuple[int, int], Set[int]] = {}
        """Which op takes it, by its place, as which input -> the places at which other copies give it."""
        uses = []
        for op, (number, place) in at.items():
            for slot, edge in enumerate(edge for edge in table.inputs(op) if edge.output >= 0):
                giver, its = at.get(edge.node, (number, place))
                if giver != number:
                    uses.append((place, slot, giver, its))
                    if not lacking[giver]:
                        given.setdefault((place, slot), set()).add(its)
        for place, slot, giver, its in uses:
            usual = given.get((place, slot), set())
            if not lacking[giver] or not usual or its in usual or its >= len(shown):
                continue
            past = self._past(shown, copies[giver])
            if not any(its in past.get(shown[one], ()) for one in usual):
                yield f"{table.names[copies[giver][its]]} is handed on where the others hand on {[table.names[shown[one]] for one in usual]}"

    def variations(self) -> Iterator[str]:
        """What is said of single copies is so, and said of each copy that has more than the drawn one."""
        stacks = content_of(self.drawn).view.stacks
        for card in self.cards:
            if card.group not in stacks:
                continue
            stack = stacks[card.group]
            places = stack.places or tuple(range(len(stack.copies)))
            said: Dict[int, str] = {}
            for line in card.tip.split("\n"):
                found = re.match(r"copies differ: (?:copy|copies) ([\d, ]+): (.*)", line)
                for number in found[1].split(", ") if found else ():
                    said[int(number) - 1] = f"{said.get(int(number) - 1, '')}, {found[2]}"
            for place, copy in zip(places, stack.copies):
                more = copy[len(stack.copies[0]) :]
                if more and not said.get(place):
                    yield f"{card.title}: copy {place + 1} has {len(more)} ops more, of which nothing is said"
                if NONE in copy and not re.search(r"\bno |\bless\b", said.get(place, "")):
                    yield f"{card.title}: copy {place + 1} lacks ops, of which nothing is said"
                yield from self._as_said(card.title, said.get(place, ""), copy, stack.copies)

    def _as_said(self, title: str, words: str, copy: Sequence[int], copies: Sequence[Sequence[int]]) -> Iterator[str]:
        table, more = content_of(self.whole).table, set(copy[len(copies[0]) :])
        if "projection shortcut" in words:
            kinds = {table.ops[op] for op in more}
            sums = [op for op in copy if op not in more and table.ops[op].startswith("Add")]
            if not kinds & {"Conv2D", "Conv1D", "Conv3D", "MatMul", "Einsum"} or not any(
                edge.node in more for op in sums for edge in table.inputs(op)
            ):
                yield f"{title}: a copy has no projection, and it is said to"
        yield from self._lacks_as_said(title, words, copy, copies)
        for kind in re.findall(r"inputs of (\w+) in another order", words):
            places = [place for place in zip(copy, copies[0]) if place[0] != NONE and table.ops[place[0]] == kind]
            if not any(self._ordered(own) != self._ordered(drawn) for own, drawn in places):
                yield f"{title}: the inputs of no {kind} are in another order"
        said = [("strides", size[0], f"the stride {size}") for size in re.findall(r"stride ([\dx]+)", words)]
        said += [("padding", kind, f"the padding {kind}") for kind in re.findall(r"padding (\w+)", words)]
        for name, value, text in said:
            alike = [[op for op in place if op != NONE] for place in zip(copy, *copies) if place[0] != NONE]
            values = [[str(table.attrs(op).get(name)) for op in place] for place in alike]
            if not any(value in own and any(other != own for other in others) for own, *others in values):
                yield f"{title}: no op of a copy has {text}"

    def _lacks_as_said(
        self, title: str, words: str, copy: Sequence[int], copies: Sequence[Sequence[int]]
    ) -> Iterator[str]:
        """Whether a copy lacks just what is said: a shortcut is a sum with something that the block is given, else it is a type of op or a class of layer in it."""
        content, shown = content_of(self.whole), copies[0]
        absent = [op for op, own in zip(shown, copy) if own == NONE]
        seen = [op for op in absent if op not in self.shaping]
        drawn = [op for op in seen if not self._is_side(op) and content.table.ops[op] not in PASSING]
        inside, others = set(shown), {op for each in copies for op in each}
        given = {op: {e for e in content.table.inputs(op) if e.output >= 0 and e.node not in inside} for op in shown}
        elsewhere = {edge for op in inside.difference(absent) for edge in given[op]}
        joins = [
            op for op in drawn
            if content.table.ops[op].startswith("Add") and any(e.node in others or e in elsewhere for e in given[op])
        ]  # fmt: skip
        named = re.findall(r"\bno ([^,]+)", words)
        if ("shortcut" in named) != bool(joins):
            yield f"{title}: a copy has {'no' if joins else 'a'} shortcut, and {named} is said to be lacking"
        for kind in named:
            # An identity that is all of a layer is drawn.
            if kind != "shortcut" and not any(kind in self._kinds(op) for op in absent if op in self.leaf):
                yield f"{title}: a copy lacks no {kind}, and is said to"
        if "kinds of ops less" not in words:
            told = {"shortcut"} & set(named) and set(joins)
            untold = [op for op in drawn if op not in (told or ()) and not self._kinds(op) & set(named)]
            yield from (
                f"{title}: nothing is said of {content.table.names[op]}, which a copy lacks" for op in untold[:3]
            )

    def _kinds(self, op: int) -> Set[str]:
        """The type of an op, and the classes of the layers around it."""
        content, found = content_of(self.whole), {content_of(self.whole).table.ops[op]}
        group = content.node_group[op]
        while group >= 0:
            found.add(str(content.groups[group].cls))
            group = content.groups[group].parent
        return found

    def _slots(self, source: int, user: int) -> List[int]:
        """As which of its inputs an op takes what another gives."""
        inputs = [edge for edge in content_of(self.whole).table.inputs(user) if edge.output >= 0]
        return [slot for slot, edge in enumerate(inputs) if source in self.feeds.origins(edge.node, edge.output)]

    def _ordered(self, op: int) -> List[Set[Tuple[int, int]]]:
        """What an op takes as each of its inputs, in terms of what is drawn."""
        inputs = [edge for edge in content_of(self.whole).table.inputs(op) if edge.output >= 0]
        return [{(self._shown(one), out) for one, out in self.feeds.tensors(edge.node, edge.output)} for edge in inputs]

    def carried(self) -> Iterator[str]:
        """What a wire that enters a stack is called inside, the drawn copy takes."""
        for card in self.cards:
            stack = content_of(self.drawn).view.stacks.get(card.group)
            if stack is None:
                continue
            inside = set(stack.copies[0])
            for wire in card.wires:
                name = wire.tip.split(" ")[0].rpartition(":")[0]
                if wire.source.child != BORDER or wire.kind != "data" or name not in self.rows:
                    continue
                made = self.rows[name]
                if made in inside or not inside.intersection(self.gives.get(made, ())):
                    yield f"{card.title}: {name} enters, which the drawn copy does not take"

    def _pairs(self, source: Leaf, target: Leaf) -> List[Tuple[int, int]]:
        """The real edges between two marks; into an open card, as a whole, those to anything in it."""
        if target.kind != "card" or any(card.group == target.number and not card.open for card in self.cards):
            return self.real.get((source, target), [])
        found = [
            pairs for (one, other), pairs in self.real.items() if one == source and target.number in self._above(other)
        ]
        return [pair for pairs in found for pair in pairs]

    def _drawn_copy(self, op: int, stacks: Set[int]) -> bool:
        copies = self.copy.get(op, {})
        return all(copies.get(stack, 0) == 0 for stack in stacks)

    def missing(self) -> Iterator[str]:
        """What feeds something is wired to it, named on it, or another copy of it."""
        wired = self.wired()
        unnamed: Dict[Leaf, Dict[int, str]] = {}
        """Mark -> op that feeds it and is not named there -> what to say of that."""
        for (source, target), pairs in self.real.items():
            if source == target or (source, target) in wired:
                continue
            if any((source, Leaf("card", group)) in wired for group in self._above(target)):
                continue
            if self._told_of_a_copy(source, target, wired):
                continue
            both = self._around(source) & self._around(target)
            inside = [pair for pair in pairs if all(self._drawn_copy(op, both) for op in pair)]
            inside = [pair for pair in inside if pair in self.feeds.certain]
            # What a folded card uses of weights and constants is in its count; a box in a stack has its own copy's.
            if target.kind == "card":
                inside = [pair for pair in inside if not self._is_side(pair[0])]
            else:
                own = self._around(target)
                inside = [pair for pair in inside if not self._is_side(pair[0]) or self._drawn_copy(pair[1], own)]
            if self._is_noted(source, target):
                continue
            if inside and not self._named(source, target):
                names = content_of(self.whole).table.names
                for one, other in inside:
                    unnamed.setdefault(target, {})[one] = f"no wire from {names[one]} to {names[other]}"
        for target, said in unnamed.items():
            # The chip of a folded card counts what it uses from elsewhere, and lists only the first.
            if len(said) > self._counted_on(target):
                yield from said.values()

    def _is_noted(self, source: Leaf, target: Leaf) -> bool:
        """Whether a note says of all gradients that no wire leads to them from the forward pass, nor from the inputs."""
        if "lines from layers to backward are left out" not in self.scene.notes:
            return False
        inputs = {content_of(self.whole).table.names[port.node] for port in content_of(self.whole).inputs}
        is_input = source.kind == "op" and content_of(self.drawn).table.names[source.number] in inputs
        forward = "forward" if any(group.kind == "forward" for group in content_of(self.drawn).groups) else ""
        return self._phase_of(target) == "backward" and (is_input or self._phase_of(source) == forward)

    def _phase_of(self, leaf: Leaf) -> str:
        """The outermost phase of a training step in which a mark is; empty for none."""
        groups = content_of(self.drawn).groups
        group = leaf.number if leaf.kind == "card" else content_of(self.drawn).node_group[leaf.number]
        phase = ""
        while group >= 0 and leaf.kind != "output":
            phase = (
                groups[group].kind
                if groups[group].kind in ("forward", "loss", "backward", "optimizer", "metrics")
                else phase
            )
            group = groups[group].parent
        return phase

    # what is said at the borders of stacks

    def borders(self) -> Iterator[str]:
        """A wire that stands for tensors of several copies says how many; one that all copies of a stack take says so."""
        routes: Dict[Tuple[Leaf, Leaf, Tuple[int, int]], List[List[Tuple[Card, CardWire]]]] = {}
        for source, target, pieces in _Wires(self.scene, self.cards, self._ovals()).routes():
            name, _, output = pieces[0][1].tip.split(" ")[0].rpartition(":")
            if pieces[0][1].kind == "data" and name in self.rows:
                tensor = (self._shown(self.rows[name]), int(output))
                routes.setdefault((source, target, tensor), []).append(pieces)
        stands: Dict[int, Tuple[CardWire, Dict[Tuple[int, int], Set[int]], str]] = {}
        """Wire -> for each tensor of the drawing that it carries what it is in the copies."""
        sure: Dict[int, Dict[Tuple[int, int], Set[int]]] = {}
        """Those of them that are used with no folded identity between, whose card may have a wire of its own."""
        for (source, target, tensor), several in routes.items():
            pairs = self._pairs_of(source, target, tensor)
            for pieces in several:
                for card, wire in pieces:
                    yield from self._wrong_word(card, wire, source, target, pairs, alone=len(several) == 1)
                    if wire is not _meeting(pieces) and _times(wire) > 1:
                        yield f"a number stands on a piece of the wire from {self.name(source)} to {self.name(target)}"
            name = f"{self.name(source)} to {self.name(target)}"
            given = {one for one, _ in pairs} or {-1}  # -1: not to be told by following tensors
            straight = {
                one
                for one, other in pairs
                if other == -1 or (one in self.feeds.near.get(other, ()) and not self._hands_out(other, target))
            }
            wires = {id(_meeting(pieces)): _meeting(pieces) for pieces in several}
            for key, wire in wires.items():
                carried = stands.setdefault(key, (wire, {}, name))[1].setdefault(tensor, set())
                carried.update(given if len(wires) == 1 else {-1})
                sure.setdefault(key, {}).setdefault(tensor, set()).update(straight)
            # An oval for many outputs has a wire for each, an op that takes a tensor twice has two.
            said = [_times(wire) for wire in wires.values()]
            if -1 not in given and len(straight) > sum(said):
                yield f"the wires from {name} say {said}, they stand for {len(given)} tensors"
        for key, (wire, carried, name) in stands.items():
            # A bundle counts all its tensors. Otherwise several meet in one wire where only one of them comes: of branches.
            together = set().union(*carried.values())
            least = sure[key].values()
            number, fewest = (
                (len(together), len(set().union(*least)))
                if wire.count > 1
                else (max(map(len, carried.values())), max(map(len, least)))
            )
            if -1 not in together and not fewest <= _times(wire) <= number:
                yield f"the wire from {name} says {_times(wire)}, it stands for {number} tensors"

    def _hands_out(self, op: int, target: Leaf) -> bool:
        """Whether an op only passes on what it takes, and only to what lies outside of its mark: the wire may run past that."""
        users = self.gives.get(op, set())
        passes = content_of(self.whole).table.ops[op] in PASSING
        return passes and bool(users) and all(self.leaf.get(user) != target for user in users)

    def _pairs_of(self, source: Leaf, target: Leaf, tensor: Tuple[int, int]) -> List[Tuple[int, int]]:
        """The uses of one tensor of the drawing, in all copies: (op that makes it, op that uses it; -1: an output)."""
        if target.kind == "output":
            ports = [
                port
                for number, port in enumerate(content_of(self.whole).outputs)
                if self._oval_of(number) == target.number
            ]
            makers = {each for port in ports for each in self.feeds.tensors(port.node, port.output)}
            return [(op, -1) for op, output in makers if (self._shown(op), output) == tensor]
        both = self._around(source) & self._around(target)
        # A wire to an open stack as a whole is what only other copies take.
        whole = target.kind == "card" and target not in self.marks
        pairs = [
            (one, other)
            for one, other in self._pairs(source, target)
            if (not whole or self.copy.get(other, {}).get(target.number, 0) > 0)
            and self._shown(one) == tensor[0]
            and tensor[1] in self.feeds.outputs[(one, other)]
            and self._drawn_copy(one, both)
            and self._drawn_copy(other, both)
        ]
        # A folded card in a stack hides at which of its ops a tensor is used. What another copy takes at another op than the drawn
        # one does is a variation of that copy: its wire leads to the stack as a whole, not to the card.
        own = self._around(target)
        places = {other for _, other in pairs if self._drawn_copy(other, own)}
        return [pair for pair in pairs if whole or not places or self._in_drawn(pair[1], own) in places]

    def _in_drawn(self, op: int, stacks: Iterable[int]) -> int:
        """The op at the place of one in the drawn copies of some stacks, the outer ones first; inner stacks stay as they are."""
        for stack in sorted(stacks):
            copies = content_of(self.drawn).view.stacks[stack].copies
            place = (
                list(copies[self.copy.get(op, {}).get(stack, 0)]).index(op) if stack in self.copy.get(op, {}) else -1
            )
            if 0 <= place < len(copies[0]) and copies[0][place] != NONE:
                op = copies[0][place]
        return op

    def _wrong_word(
        self, card: Card, wire: CardWire, source: Leaf, target: Leaf, pairs: List[Tuple[int, int]], *, alone: bool
    ) -> Iterator[str]:
        """What is wrong with the word at the end of one piece of a route, which lies in `card`."""
        child = card.children[wire.target.child] if wire.target.child != BORDER else None
        group = child.group if isinstance(child, Card) else -1
        stack = content_of(self.drawn).view.stacks.get(group)
        if stack is None:
            if _word(wire):
                yield f"a wire into {self.name(target)} says {wire.head!r}, and enters no stack"
            return
        others = self._around(target) | ({target.number} if target.kind == "card" else set())
        taken: Dict[int, List[Set[int]]] = {}
        """Op that uses it, by what is drawn for it -> for each copy what is taken."""
        slots: Dict[Tuple[int, int], List[Set[int]]] = {}
        """The same for each input of the op."""
        for one, other in pairs:
            if group in self.copy.get(other, {}) and self._drawn_copy(other, others - {group}):
                takes = taken.setdefault(self._in_drawn(other, [group]), [set() for _ in stack.copies])
                takes[self.copy[other][group]].add(one)
                for slot in self._slots(one, other):
                    at = slots.setdefault((self._in_drawn(other, [group]), slot), [set() for _ in stack.copies])
                    at[self.copy[other][group]].add(one)
        words = {_how(takes) for takes in taken.values()} - {""}
        # An op that takes it twice has two wires, each with what is so of that input; an only wire to an op tells of all its inputs.
        exact = {_how(takes) for takes in slots.values()} if target.kind == "card" or not alone else set()
        # A card has many users: what one copy takes at one of them, another may take elsewhere.
        together = _how([set().union(*same) for same in zip(*taken.values())]) if taken else ""
        said = _word(wire)
        each = re.fullmatch(r"(\d+) each", said)
        if skips_said(wire) not in (0, len(stack.copies) * (int(each[1]) if each else 1)):
            yield f"a wire from {self.name(source)} to {self.name(target)} says {wire.label!r}, and {len(stack.copies)} copies take it"
        if reversed_said(wire) and not self._is_reversed(source, target, group, pairs):
            yield f"a wire from {self.name(source)} to {self.name(target)} says {wire.head!r}, and the order of copies is another"
        if (said and said not in {*words, *exact, together}) or (words and not said and alone and self._sure(pairs)):
            yield f"a wire from {self.name(source)} to {self.name(target)} says {wire.head!r} at a stack, where it is {words}"

    def _is_reversed(self, source: Leaf, target: Leaf, group: int, pairs: List[Tuple[int, int]]) -> bool:
        """Whether in some stack that a wire comes from the places of the copies that give and of those that take add up to the last place."""
        stacks = content_of(self.drawn).view.stacks
        inside = self._around(source) | ({source.number} if source.kind == "card" else set())

        def place(stack: int, op: int) -> int:
            number = self.copy.get(op, {}).get(stack, NONE)
            return (stacks[stack].places or range(len(stacks[stack].copies)))[number] if number != NONE else NONE

        # Beside the wire there may be others with another word, between the same two: it is enough that it is so of what one op takes at one place.
        taking: Dict[Tuple[int, int], List[Tuple[int, int]]] = {}
        for one, other in pairs:
            if group in self.copy.get(other, {}):
                for slot in self._slots(one, other):
                    taking.setdefault((self._in_drawn(other, [group]), slot), []).append((one, other))
        return any(
            all(place(giving, one) + place(group, other) == len(stacks[giving].copies) - 1 for one, other in same)
            and {place(giving, one) for one, _ in same} == set(range(len(stacks[giving].copies)))
            for giving in (inside & stacks.keys()) - self._around(target)
            for same in taking.values()
        )

    def _sure(self, pairs: List[Tuple[int, int]]) -> bool:
        """Whether what is used is used by name, through no loop, call or branch."""
        return all(pair in self.feeds.certain for pair in pairs)

    def _shown(self, op: int) -> int:
        """The op that is drawn for an op."""
        while op in self.first and op not in self.stays:
            op = self.first[op]
        return op

    def _ovals(self) -> List[int]:
        return [number for number in range(len(content_of(self.whole).outputs)) if self._oval_of(number) == number]

    def _told_of_a_copy(self, source: Leaf, target: Leaf, wired: Set[Tuple[Leaf, Leaf]]) -> bool:
        """Whether an edge is of what only one copy of an open stack has: that has no wires inside, and from outside those of the others."""
        stacks = set(self.extra.values())
        if source.kind == "card" and source.number in stacks and source.number in self._above(target):
            return True
        if target.kind != "card" or target.number not in stacks:
            return False
        within = target.number in self._above(source)
        return within or any(one == source and target.number in self._above(other) for one, other in wired)

    def _above(self, leaf: Leaf) -> Iterator[int]:
        groups = content_of(self.drawn).groups
        if leaf.kind == "output":
            return
        group = leaf.number if leaf.kind == "card" else content_of(self.drawn).node_group[leaf.number]
        while group >= 0:
            yield group
            group = groups[group].parent

    def _named(self, source: Leaf, target: Leaf) -> bool:
        """Whether a chip on the target names an op that the source stands for."""
        around = [Leaf("card", group) for group in self._above(target)]
        names = "\n".join(self._names_on.get(leaf, "") for leaf in (target, *around))
        return any(
            f"{content_of(self.whole).table.names[op]} (" in names for op, leaf in self.leaf.items() if leaf == source
        )

    def _counted_on(self, target: Leaf) -> int:
        """How many tensors from elsewhere a card says that it uses, on a chip or, of gradients in an overview, in words; 0 if it says none."""
        chips = (
            chip.text
            for card in self.cards
            if Leaf("card", card.group) == target and not card.open
            for chip in card.chips
        )
        counted = [int(text.split(" ")[0]) for text in chips if text.endswith(" drawn elsewhere")]
        # The tip of an open card's chip names them all, up to a limit.
        around = set(self._above(target))
        counted += [
            int(chip.text.split(" ")[0].replace(",", "")) - chip.tip.count("drawn elsewhere: ")
            for card in self.cards
            if card.open and card.group in around
            for chip in card.chips
            if chip.text.endswith(" drawn elsewhere")
        ]
        return max(
            [*counted, *(self._said_uses(card) for card in self.cards if Leaf("card", card.group) == target)], default=0
        )

    def _said_uses(self, card: Card) -> int:
        """How many tensors the words on the card of closed gradients say that they use, beside those that are wired to it."""
        notes = " ".join(self.scene.notes) if card.kind == "backward" else ""
        said = re.search(
            r"uses? ([\d,]+) more tensors? of the layers|([\d,]+) more lines? into",
            f"{card.subtitle} {card.detail} {notes}",
        )
        return int((said[1] or said[2]).replace(",", "")) if said and not card.open else 0

    def uses_told(self) -> Iterator[str]:
        """What gradients are said to use is, with what is wired to them, as much as the ops that feed them, and no more than these give."""
        for around in self.cards:
            for place, card in enumerate(around.children):
                said = self._said_uses(card) if isinstance(card, Card) else 0
                if not said:
                    continue
                wired = sum(
                    max(wire.times, wire.count, _times(wire)) for wire in around.wires if wire.target.child == place
                )
                pairs = [
                    pairs
                    for (source, target), pairs in self.real.items()
                    if target == Leaf("card", card.group) != source
                ]
                feeding = {one for each in pairs for one, _ in each}
                given = sum(len(content_of(self.whole).table.outputs[op]) for op in feeding)
                feeding = {one for one in feeding if not self._is_side(one)}
                if not len(feeding) - wired <= said <= given:
                    yield f"{card.title} is said to use {said} tensors beside {wired}, and {len(feeding)} ops feed it"

    @property
    def _names_on(self) -> Dict[Leaf, str]:
        if not hasattr(self, "_named_on"):
            self._named_on: Dict[Leaf, str] = {}
            for card in self.cards:
                for child in card.children:
                    leaf = Leaf("card", child.group) if isinstance(child, Card) else _leaf_of(child)
                    if leaf is not None:
                        self._named_on[leaf] = "\n".join(chip.tip for chip in child.chips)
        return self._named_on

    # what is wired

    def wired(self) -> Set[Tuple[Leaf, Leaf]]:
        """From which mark to which a reader can follow a wire of data."""
        if not hasattr(self, "_wired"):
            self._wired = set(_Wires(self.scene, self.cards, self._ovals()).follow())
        return self._wired


def _times(wire: CardWire) -> int:
    """For how many tensors a wire says that it stands."""
    found = re.match("\u00d7(\\d+)|from all (\\d+) copies", wire.head)
    return skips_said(wire) or (int(found[1] or found[2]) if found else 1)


def _word(wire: CardWire) -> str:
    """How the copies of the stack that a wire enters take it, as it says."""
    return copies_said(wire)


def _how(takes: Sequence[Set[int]]) -> str:
    """How the copies of a stack take a tensor, given what each takes."""
    if not all(takes):
        return ""
    if len(set().union(*takes)) < sum(map(len, takes)):
        return "each"
    least, most = min(map(len, takes)), max(map(len, takes))
    if least < most:
        return f"{least} {'or' if least + 1 == most else 'to'} {most} each"
    return "one each" if most == 1 else f"{most} each"


def _meeting(pieces: List[Tuple[Card, CardWire]]) -> CardWire:
    """The piece of a way that lies in the card around both its ends: behind it there are only entries into cards."""
    return [wire for _, wire in pieces if wire.source.child != BORDER][-1]


def _leaf_of(item: Item) -> Optional[Leaf]:
    if isinstance(item, Box):
        return Leaf("op", item.node)
    if isinstance(item, Pill):
        return Leaf("op", item.nodes[0]) if item.nodes else None
    return None if item.open else Leaf("card", item.group)


class _Wires:
    """Follows wires through the borders of cards."""

    def __init__(self, scene: Scene, every: List[Card], ovals: Sequence[int]) -> None:
        self.parent: Dict[int, Tuple[Card, int]] = {}
        self.out: Dict[int, Dict[Tuple[int, int], List[CardWire]]] = {}
        self.every = every
        for card in every:
            wires: Dict[Tuple[int, int], List[CardWire]] = {}
            for wire in card.wires:
                if wire.kind in ("data", "next"):
                    wires.setdefault((wire.source.child, wire.source.port), []).append(wire)
            self.out[id(card)] = wires
            for place, child in enumerate(card.children):
                if isinstance(child, Card):
                    self.parent[id(child)] = (card, place)
        pills = [child for child in scene.root.children if isinstance(child, Pill) and child.kind == "output"]
        self.output = {id(pill): Leaf("output", number) for number, pill in zip(ovals, pills)}

    def follow(self) -> Iterator[Tuple[Leaf, Leaf]]:
        """(from, to) of all wires between marks."""
        for card in self.every:
            for child, port in self.out[id(card)]:
                source = _leaf_of(card.children[child]) if child != BORDER else None
                if source is not None:
                    for target in self._reached(card, child, port):
                        yield source, target

    def routes(self) -> Iterator[Tuple[Leaf, Leaf, List[Tuple[Card, CardWire]]]]:
        """Every way of wires from one mark to another: (from, to, its pieces, each with the card that it lies in)."""
        for card in self.every:
            for child, port in self.out[id(card)]:
                source = _leaf_of(card.children[child]) if child != BORDER else None
                if source is None:
                    continue
                waiting: List[Tuple[Card, int, int, List[Tuple[Card, CardWire]]]] = [(card, child, port, [])]
                while waiting:
                    here, at, number, pieces = waiting.pop()
                    for wire in self.out[id(here)].get((at, number), ()):
                        if any(wire is piece for _, piece in pieces):
                            continue
                        end, further = wire.target, [*pieces, (here, wire)]
                        if end.child == BORDER:
                            above, place = self.parent[id(here)]
                            waiting.append((above, place, end.port, further))
                            continue
                        item = here.children[end.child]
                        if isinstance(item, Card) and item.open:
                            if end.port >= 0:
                                waiting.append((item, BORDER, end.port, further))
                            else:
                                yield source, Leaf("card", item.group), further
                            continue
                        leaf = self.output.get(id(item)) or _leaf_of(item)
                        if leaf is not None:
                            yield source, leaf, further

    def _reached(self, card: Card, child: int, port: int) -> Iterator[Leaf]:
        waiting, seen = [(card, child, port)], set()
        while waiting:
            here, child, port = waiting.pop()
            if (id(here), child, port) in seen:
                continue
            seen.add((id(here), child, port))
            for wire in self.out[id(here)].get((child, port), ()):
                end = wire.target
                if end.child == BORDER:
                    above, place = self.parent[id(here)]
                    waiting.append((above, place, end.port))
                    continue
                item = here.children[end.child]
                if isinstance(item, Card) and item.open:
                    if end.port >= 0:
                        waiting.append((item, BORDER, end.port))
                    else:
                        yield Leaf("card", item.group)
                    continue
                leaf = self.output.get(id(item)) or _leaf_of(item)
                if leaf is not None:
                    yield leaf


class _Feeds:
    """Which drawn op really feeds which: all that is no mark is seen through."""

    def __init__(self, graph: Graph, leaf: Dict[int, Leaf], unwired: AbstractSet[int] = frozenset()) -> None:
        self.graph, self.leaf = graph, leaf
        self.unwired = unwired
        """Ops of which no wire tells, nor of what they are made of."""
        self.memo: Dict[Tuple[int, int], Set[Tuple[int, int]]] = {}
        self.outputs: Dict[Tuple[int, int], Set[int]] = {}
        """(from, to) -> which outputs of the first the second uses."""
        self.near: Dict[int, Set[int]] = {}
        """Op -> the ops with a mark that it uses, with no other mark between."""
        self.certain: Set[Tuple[int, int]] = set()
        """Edges that a drawing must show: those that no loop, call, branch or folded identity lies between."""
        body: List[int] = []
        self.owner: List[int] = []
        for index, group in enumerate(content_of(graph).groups):
            around = body[group.parent] if group.parent >= 0 else -1
            owns = group.owner >= 0 and group.kind not in ("while", "if", "dataset")
            body.append(index if owns else around)
        self.ends: Dict[Tuple[int, str, int], int] = {}
        """(body, ``_Arg`` or ``_Retval``, index) -> op."""
        self.within = [body[group] if group >= 0 else -1 for group in content_of(graph).node_group]
        for op, kind in enumerate(content_of(graph).table.ops):
            if kind in ("_Arg", "_Retval"):
                self.ends[(self.within[op], kind, int(content_of(graph).table.attrs(op).get("index", 0)))] = op
        self.bodies: Dict[int, List[int]] = {}
        for index, group in enumerate(content_of(graph).groups):
            if body[index] == index:
                self.bodies.setdefault(group.owner, []).append(index)

    def edges(self) -> Iterator[Tuple[int, int]]:
        """(from, to) of every use of a tensor by an op that has a mark."""
        for op in self.leaf:
            for source, output in self._inputs(op):
                self.near.setdefault(op, set()).update(self.nearest(source, output))
                for origin, number in self.tensors(source, output):
                    self.outputs.setdefault((origin, op), set()).add(number)
                for origin in self.origins(source, output):
                    yield origin, op
                if (
                    not (content_of(self.graph).dead and content_of(self.graph).dead[op])
                    and source in self.leaf
                    and not self._only_passes(source)
                    and not self.bodies.get(source)
                    and not self._only_passes(op)
                    and not self.bodies.get(op)
                    and content_of(self.graph).table.ops[op] != "_Arg"
                ):
                    self.certain.add((source, op))

    def _inputs(self, op: int) -> List[Tuple[int, int]]:
        """The tensors that an op takes; a loop's variable also takes what the body gives for the next iteration."""
        found = [(edge.node, edge.output) for edge in content_of(self.graph).table.inputs(op) if edge.output >= 0]
        group = self.within[op]
        if (
            content_of(self.graph).table.ops[op] == "_Arg"
            and group >= 0
            and content_of(self.graph).groups[group].kind == "body"
            and content_of(self.graph).table.attrs(op).get("given") in (None, "state")
        ):
            result = self.ends.get((group, "_Retval", int(content_of(self.graph).table.attrs(op).get("index", 0))))
            found += [(result, 0)] if result is not None else []
        return found

    def origins(self, op: int, output: int) -> Set[int]:
        """The ops with a mark that a tensor comes from."""
        return {source for source, _ in self.tensors(op, output)}

    def nearest(self, op: int, output: int) -> Set[int]:
        """The ops with a mark that a tensor comes from, seen through no other mark but that of an op with a body."""
        found: Set[int] = set()
        waiting, seen = [(op, output)], {(op, output)}
        while waiting:
            here = waiting.pop()
            if here[0] in self.leaf:
                found.add(here[0])
                if not self.bodies.get(here[0]):
                    continue
            steps = [step for step in self.behind(*here) if step not in seen]
            seen.update(steps)
            waiting += steps
        return found

    def tensors(self, op: int, output: int) -> Set[Tuple[int, int]]:
        """The tensors of ops with a mark that a tensor may be."""
        known = self.memo.get((op, output))
        if known is not None:
            return known
        found: Set[Tuple[int, int]] = set()
        waiting, seen = [(op, output)], {(op, output)}
        while waiting:
            here = waiting.pop()
            further = self.behind(*here)
            if here[0] in self.leaf:
                found.add(here)
                if not self.bodies.get(here[0]) and not self._only_passes(here[0]):
                    continue
            for step in further:
                if step not in seen:
                    seen.add(step)
                    waiting.append(step)
        self.memo[(op, output)] = found
        return found

    def _only_passes(self, op: int) -> bool:
        """Whether a wire may run through an op although a folded card counts it."""
        return self.leaf[op].kind == "card" and content_of(self.graph).table.ops[op] in PASSING

    def _elements(self, op: int, body: int, output: int) -> List[int]:
        """The results of a function of tf.data that an output of its op consists of: a dataset is whole elements, of all components.

        What a function returns for the op alone (a key, whether an element stays, the next state) is in no output.
        """
        table, name = content_of(self.graph).table, content_of(self.graph).groups[body].name
        results = [at for (group, kind, _), at in sorted(self.ends.items()) if group == body and kind == "_Retval"]
        if table.ops[op] == "ReduceDataset":
            return results[output : output + 1]
        if table.ops[op] == "ScanDataset":
            return results[len(table.attrs(op)["Tstate"]) :]
        return [] if name in ("predicate", "key_func", "window_size_func") else results

    def behind(self, op: int, output: int) -> List[Tuple[int, int]]:
        """What a tensor is made from, one step back, as if its op were not drawn."""
        if op in self.unwired:
            return []
        table, groups = content_of(self.graph).table, content_of(self.graph).groups
        inputs = self._inputs(op)
        bodies = self.bodies.get(op)
        if bodies and groups[bodies[0]].parent >= 0 and groups[groups[bodies[0]].parent].kind == "dataset":
            return [(result, 0) for body in bodies for result in self._elements(op, body, output)]
        if bodies:
            results = [self.ends.get((body, "_Retval", output)) for body in bodies if groups[body].kind != "cond"]
            found = [(result, 0) for result in results if result is not None]
            if any(groups[body].kind == "body" for body in bodies) and output < len(inputs):
                found.append(inputs[output])  # a loop that does not run gives what it was given
            return found
        if table.ops[op] == "_Arg":
            group = self.within[op]
            if group >= 0 and groups[group].kind == "cond":
                index = int(table.attrs(op).get("index", 0))
                other = [self.ends.get((body, "_Arg", index)) for body in self.bodies.get(groups[group].owner, ())]
                return [(arg, 0) for arg in other if arg is not None and arg != op] + inputs
            return inputs
        if table.ops[op] == "IdentityN":
            return inputs[output : output + 1]
        return inputs
