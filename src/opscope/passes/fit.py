"""Whether the copies of a structure can be drawn as one, and what the drawn copy does not show of the others' inputs.

Parts of one structure have the same edges inside and take tensors from outside at the same places. A drawing that shows one
of them shows where that one's tensors come from. The same wire is true of another copy when its tensor comes from the
same op, from the copy before it in the chain, or from an op that is drawn by the same mark (the copies of another stack). A
constant or variable of its own is fine, too: each copy has one there. All else is a `Variation`.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, AbstractSet, Callable, Dict, List, NamedTuple, Sequence, Set, Tuple

from ..graph.content import content_of
from ..graph.view import LACKING, UNWIRED
from .reach import users_of
from .rewire import origin
from .succession import copies_of_ops

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from .structure import Outer, Part

CHAINED = (-1, 0)
"""The source of a tensor that another copy of the same stack gives."""
OWN = (-2, 0)
"""The source of a tensor that is a constant or variable of the copy's own."""

Feed = Tuple[int, int]
"""The op and output that a copy takes a tensor from, in terms of what is drawn: equal where one wire stands for both."""


class Variation(NamedTuple):
    """A tensor that some copies take from somewhere else than the drawn copy."""

    copies: Tuple[int, ...]
    """Which copies, by their places in the stack's order, counted from 0."""
    place: int
    """Which op of the structure takes it ..."""
    slot: int
    """... as which of its inputs."""
    source: Feed
    """The op of the whole graph that stands for where it comes from, and its output."""
    own: bool
    """Whether the drawn copy has a constant or variable of its own there."""
    reordered: bool
    """Whether that op takes it as often in every copy, only as another of its inputs: the copies differ in the order alone."""


class CopyRun(NamedTuple):
    """Copies of a stack that one of them can be drawn for."""

    copies: List[Part]
    is_chain: bool
    """Whether one of them feeds another."""


def chains_and_rows(graph: Graph, stack: Sequence[Part], passed: bytes) -> List[CopyRun]:
    """The copies cut into chains, in which each feeds the next, and rows side by side, in which none feeds another.

    A picture of one copy tells that much; of copies some of which feed some others it would tell nothing.
    """
    fed_by = _fed_by(graph, stack, passed)
    order = _in_order(fed_by)
    found: List[List[int]] = []
    inside: Set[int] = set()  # the copies of the last run
    for number in order:
        run = found[-1] if found else []
        chained = bool(run) and run[-1] in fed_by[number]
        starts_chain = len(run) == 1 and chained
        goes_on = chained if len(run) > 1 and run[-2] in fed_by[run[-1]] else fed_by[number].isdisjoint(inside)
        if run and (starts_chain or goes_on):
            run.append(number)
        else:
            found.append([number])
            inside.clear()
        inside.add(number)
    givers = [set().union(*[fed_by[number] for number in run]) for run in found]
    return [CopyRun([stack[number] for number in run], not fed.isdisjoint(run)) for run, fed in zip(found, givers)]


def _fed_by(graph: Graph, stack: Sequence[Part], passed: bytes) -> List[Set[int]]:
    """For each copy the others that feed it."""
    copies, table = copies_of_ops(part.traced() for part in stack), content_of(graph).table
    found: List[Set[int]] = []
    for number, part in enumerate(stack):
        sources = (origin(table, node, output, passed)[0] for _, _, node, output in part.outer)
        found.append({copies[node] for node in sources if node in copies} - {number})
    return found


def _in_order(waits: Sequence[Set[int]]) -> List[int]:
    """The copies such that none is fed by a later one; none at all where copies feed each other in a circle.

    Files list their ops in any order, so the traced order of the copies need not be that of the data.
    """
    users: Dict[int, List[int]] = {}
    for number, fed_by in enumerate(waits):
        for source in fed_by:
            users.setdefault(source, []).append(number)
    missing = [len(fed_by) for fed_by in waits]
    order: List[int] = []
    ready = [number for number, count in enumerate(missing) if not count]
    while ready:
        order += ready
        following: List[int] = []
        for user in (user for number in ready for user in users.get(number, ())):
            missing[user] -= 1
            if not missing[user]:
                following.append(user)
        ready = sorted(following)
    return order if len(order) == len(waits) else []


def belongs_together(graph: Graph, stack: Sequence[Part], passed: bytes) -> bool:
    """Whether copies of which none feeds another are fed by one tensor or feed one op.

    Blocks of several siblings repeat by that; but single equal layers that just stand next to each other in the order of the graph, as the normalizations in the four branches of an
    Inception module do, are no repeat to a reader.
    """
    table = content_of(graph).table
    given: List[Set[Tuple[int, int]]] = []
    for part in stack:
        sources = (origin(table, node, output, passed) for _, _, node, output in part.outer)
        given.append({source for source in sources if content_of(graph).view.role(source[0]) not in UNWIRED})
    if set.intersection(*given):
        return True
    copies = copies_of_ops(part.traced() for part in stack)
    users = users_of(table, set(copies))
    taken: List[Set[int]] = [set() for _ in stack]
    for node, number in copies.items():
        taken[number].update(user for user in users.get(node, ()) if user not in copies)
    return bool(set.intersection(*taken))


def joins_ends(graph: Graph, stack: Sequence[Part], passed: bytes, inputs: AbstractSet[int]) -> bool:
    """Whether copies of which none feeds another lie between inputs and outputs of the model that are drawn one by one.

    Drawn as one, each output would seem to come from every input. Of a chain that is true: what enters it reaches all that leaves it.
    """
    table = content_of(graph).table
    given: Dict[int, Set[int]] = {}
    for number, part in enumerate(stack):
        for _, _, node, output in part.outer:
            source = origin(table, node, output, passed)[0]
            if source in inputs:
                given.setdefault(source, set()).add(number)
    apart = {number for users in given.values() if len(users) == 1 for number in users}
    ends = {port.node for port in content_of(graph).outputs}
    return sum(not ends.isdisjoint(stack[number].traced()) for number in apart) > 1


def _taken_inside(graph: Graph, part: Part, passed: bytes) -> Sequence[Outer]:
    """The data edges into a copy, without those that only an identity takes which nothing else in the copy uses.

    The identity is a wire. Where it ends the copy, the wire runs past: no op of the copy takes that tensor.
    """
    ops = part.ops()
    if not any(passed[ops[edge[0]]] for edge in part.outer):
        return part.outer
    table = content_of(graph).table
    waiting = [op for op in ops if not passed[op]]
    inside, taken = set(ops), set(waiting)
    while waiting:
        for edge in table.data_inputs(waiting.pop()):
            if edge.node in inside and edge.node not in taken:
                taken.add(edge.node)
                waiting.append(edge.node)
    return [edge for edge in part.outer if ops[edge[0]] in taken]


def variations(graph: Graph, stack: Sequence[Part], stand_in: Callable[[int], int], passed: bytes) -> List[Variation]:
    """What the other copies take from elsewhere than the drawn one, each source once.

    `stand_in` gives the op that is drawn for an op, `passed` says which ops a wire runs through. Of a chain in which another copy
    than the first is drawn, what the first takes enters the chain; and what only some copies have is told by `peculiar`.
    """
    table, roles = content_of(graph).table, content_of(graph).view.roles or bytes(len(graph))
    copies: Set[int] = set().union(*[part.traced() for part in stack])

    def feed(node: int, output: int) -> Feed:
        node, output = origin(table, node, output, passed)
        if node in copies:
            return CHAINED
        return OWN if roles[node] in UNWIRED else (stand_in(node), output)

    edges = _taken_inside(graph, stack[0], passed)
    drawn = [feed(edge[2], edge[3]) for edge in edges]
    found: Dict[Tuple[int, Feed], List[int]] = {}
    for part in stack[1:]:
        ops = part.ops()
        for index, (place, slot, _, _) in enumerate(edges):
            if ops[place] == LACKING:
                continue
            edge = table.edge_start[ops[place]] + slot
            source = feed(table.edge_node[edge], table.edge_output[edge])
            if source not in (CHAINED, drawn[index]) and not (drawn[index] == CHAINED and part.place == 0):
                found.setdefault((index, source), []).append(part.place)
    shown = Counter((edge[0], source) for edge, source in zip(edges, drawn))

    taken: "Dict[int, List[Counter[Feed]]]" = {}  # place -> for each other copy what its op there takes, and how often

    def reordered(place: int, source: Feed) -> bool:
        if not shown[place, source]:
            return False
        if place not in taken:
            users = (part.ops()[place] for part in stack[1:])
            inputs = (table.data_inputs(user) for user in users if user != LACKING)
            taken[place] = [Counter(feed(*edge) for edge in own) for own in inputs]
        return all(own[source] == shown[place, source] for own in taken[place])

    return [
        Variation(
            tuple(sorted(numbers)), *edges[index][:2], source, drawn[index] == OWN, reordered(edges[index][0], source)
        )
        for (index, source), numbers in found.items()
    ]
