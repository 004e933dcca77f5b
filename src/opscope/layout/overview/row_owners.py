"""Which line of an overview each op of the whole graph counts in, ops of undrawn copies, gradients and updates included.

LineTree lie within others: that of an open stack has those of its rows inside it. An op has the innermost line whose item stands for it.
"""

from __future__ import annotations

from array import array
from functools import cached_property, lru_cache, reduce
from itertools import compress
from typing import TYPE_CHECKING, Dict, Iterator, List, NamedTuple, Sequence, Set, Tuple

from ...graph.content import content_of
from ...graph.view import LACKING
from ...graph.vocabulary import LATER_PHASES, PHASES, READ, chain
from ..scene.items import Box, Card, ChainRow, Pill
from .row_parameters import CountedParameters

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ...graph.groups import Group
    from ..scene.items import Chip, Item
    from .figure_lines import FigureLine


class LineTree(NamedTuple):
    """The lines of figures, each before those inside it; a line is known by its place among them."""

    items: List[Item]
    around: List[int]
    """The line that each is directly inside; -1 for none."""

    @property
    def outer(self) -> List[int]:
        """The lines that are inside no other."""
        return self.inside(-1)

    def inside(self, place: int) -> List[int]:
        """The lines directly inside one."""
        return [line for line, around in enumerate(self.around) if around == place]

    def up(self, place: int) -> Iterator[int]:
        """A line and those around it, the innermost first; nothing for -1."""
        while place >= 0:
            yield place
            place = self.around[place]

    def common(self, one: int, other: int) -> int:
        """The innermost line that two lines are both inside, or are; -1 if there is none."""
        ways = set(self.up(one))
        return next((place for place in self.up(other) if place in ways), -1)


def numbered(lines: Sequence[FigureLine]) -> LineTree:
    """The lines with those inside them."""
    found = LineTree([], [])

    def add(line: FigureLine, around: int) -> None:
        place = len(found.items)
        found.items.append(line.item)
        found.around.append(around)
        for each in line.inner:
            add(each, place)

    for line in lines:
        add(line, -1)
    return found


class Counting(NamedTuple):
    """Where an op counts."""

    line: int
    """-1: in none."""
    part: str
    """The part of the bar."""


class Owners:
    """Which line each op of the whole graph counts in."""

    def __init__(self, whole: Graph, drawn: Graph, lines: LineTree) -> None:
        self._whole, self._drawn, self._lines = whole, drawn, lines
        self._later = _parts_of_bars(content_of(whole).groups)
        self._own = array("i", [-1]) * len(whole)
        """For each op of the whole graph the line that stands for it, -1 for none."""
        self._find_own()
        self._pairs = set(zip(self._own, content_of(whole).node_group))
        """All pairs of such a line and the group of an op that it stands for: few in any graph, so that most questions are asked of them."""
        self._group_row = self._rows_of_groups()
        self.parameters = CountedParameters(whole, drawn, lines, self._ids())
        paths = {variable.id: variable.object_path for variable in whole.variables}
        self._variable_row = {paths[each]: place for each, place in self.parameters.places.items() if paths.get(each)}
        self._of_path = {
            group.path: self._group_row[index]
            for index, group in enumerate(content_of(whole).groups)
            if index in self._group_row
        }

    def _find_own(self) -> None:
        """Give each op the line whose item stands for it, ops of the copies of stacks too."""
        drawn = content_of(self._drawn)
        row_of_group: Dict[int, int] = {}
        row_of_op: Dict[int, int] = {}
        for place, item in enumerate(self._lines.items):
            for part in item.items if isinstance(item, ChainRow) else (item,):
                if isinstance(part, Card):
                    row_of_group[part.group] = place
                for node in _places(part):
                    row_of_op[node] = place
        for index, group in enumerate(drawn.groups):  # parents come before their children
            if index not in row_of_group and group.parent in row_of_group:
                row_of_group[index] = row_of_group[group.parent]
        # Of the whole graph's names only those of the few ops that are drawn are looked up.
        named = set(drawn.table.names)
        rows = {name: row for row, name in enumerate(content_of(self._whole).table.names) if name in named}
        loose = self._loose(row_of_op, row_of_group)
        for node, home in enumerate(drawn.node_group):
            place = loose.get(node, row_of_op.get(node, row_of_group.get(home, -1)))
            if place >= 0:
                self._own[rows[drawn.table.names[node]]] = place
        for index in sorted(drawn.view.stacks, reverse=True):  # a stack in another one before that
            self._add_copies(index, row_of_group.get(index, -1))

    def _loose(self, row_of_op: Dict[int, int], row_of_group: Dict[int, int]) -> Dict[int, int]:
        """Ops without a mark of their own in a card with lines inside it -> the line in which all ops of the card count that use them."""
        drawn, around = content_of(self._drawn), set(self._lines.around)
        home = {
            node: row_of_group[group]
            for node, group in enumerate(drawn.node_group)
            if node not in row_of_op and row_of_group.get(group, -1) in around and row_of_group.get(group, -1) >= 0
        }
        users: Dict[int, List[int]] = {node: [] for node in home}
        for node in range(len(drawn.node_group)) if home else ():
            for source, _ in drawn.table.data_inputs(node):
                if source in users:
                    users[source].append(node)
        found: Dict[int, int] = {}
        waiting = list(home)
        while waiting:
            node = waiting[-1]
            unknown = [user for user in users[node] if user in home and user not in found]
            if node not in found and unknown:
                found.update({node: home[node]})  # of ops that feed each other in a circle, until their users are known
                waiting.extend(unknown)
                continue
            waiting.pop()
            places = [
                found.get(user, row_of_op.get(user, row_of_group.get(drawn.node_group[user], -1)))
                for user in users[node]
            ]
            inside = [place for place in places if home[node] in self._lines.up(place)]
            found[node] = reduce(self._lines.common, inside) if inside else home[node]
        return found

    def _add_copies(self, index: int, place: int) -> None:
        """Give the ops of a stack's copies the lines of the ops that stand for them; those for which none stands, that of the stack."""
        if place < 0:
            return
        first, *others = content_of(self._drawn).view.stacks[index].copies
        own = self._own
        for op in first:
            if own[op] < 0:
                own[op] = place
        lines = [own[op] for op in first]
        for copy in others:
            for op, line in zip(copy, lines):
                if op != LACKING:
                    own[op] = line
            for op in copy[len(first) :]:
                own[op] = place

    def _rows_of_groups(self) -> Dict[int, int]:
        """Group of the whole graph -> the innermost line that stands for all of its ops for which any line stands."""
        content, common = content_of(self._whole), lru_cache(maxsize=None)(self._lines.common)  # there are few lines
        found: Dict[int, int] = {}
        for place, home in sorted(self._pairs):
            for group in chain(content.groups, home) if place >= 0 else ():
                known = found.get(group)
                if known in (place, -1):
                    break  # and those around have that line, or one around it, by then
                found[group] = place if known is None else common(known, place)
        return {group: place for group, place in found.items() if place >= 0}

    def _ids(self) -> List[Set[int]]:
        """The variables of each line, without those of the lines inside it."""
        content = content_of(self._whole)
        found: List[Set[int]] = [set() for _ in self._lines.items]
        for op, variable in content.handles.items():
            place, home = self._own[op], content.node_group[op]
            if place >= 0 and (home < 0 or self._later[home] == "forward"):
                found[place].add(variable)
        for group, place in self._group_row.items():
            if self._later[group] == "forward":
                found[place].update(content.groups[group].variables)
        readers = self._readers()
        for place in sorted(set(self._lines.around) - {-1}):
            for variable in found[place] & readers.keys():
                inside = [reader for reader in readers[variable] if place in self._lines.up(reader)]
                if inside:
                    found[reduce(self._lines.common, inside)].add(variable)
        return found

    def _readers(self) -> Dict[int, Set[int]]:
        """Variable -> the lines of the ops that read it, where lines are inside others.

        A file says of a scope which variables it has, not which row of the scope uses them.
        """
        content = content_of(self._whole)
        found: Dict[int, Set[int]] = {}
        if all(around < 0 for around in self._lines.around):
            return found
        for op, place in compress(enumerate(self._own), map(READ.__eq__, content.table.ops)):
            if place >= 0:
                variable = content.handles.get(next(iter(content.table.data_inputs(op)), (-1, 0))[0])
                if variable is not None:
                    found.setdefault(variable, set()).add(place)
        return found

    def homes(self) -> Set[Tuple[int, int]]:
        """Which line's item stands for an op (-1: no line's), and in which line it counts: all such pairs."""
        return {(own, counted.line) for (own, _), counted in self._counting.items()}

    def each(self) -> List[Counting]:
        """For each op where it counts; ops that count alike share one object."""
        return list(map(self._counting.__getitem__, zip(self._own, content_of(self._whole).node_group)))

    @cached_property
    def _counting(self) -> Dict[Tuple[int, int], Counting]:
        """Line that stands for an op, and group of the op -> where it counts."""
        parts = [*self._later, "forward"]  # the last entry is that of the loose ops, whose group is -1
        mirrors = [self._mirror(index) if part != "forward" else -1 for index, part in enumerate(parts)]
        known: Dict[Tuple[int, str], Counting] = {}
        found: Dict[Tuple[int, int], Counting] = {}
        for own, home in self._pairs:
            counting = (mirrors[home] if mirrors[home] >= 0 else own, parts[home])
            if counting not in known:
                known[counting] = Counting(*counting)
            found[own, home] = known[counting]
        return found

    def _mirror(self, index: int) -> int:
        """The line whose gradients or updates a group holds; -1 if that is no line's."""
        groups = content_of(self._whole).groups
        for around in chain(groups, index):
            of = groups[around].of
            if of:
                place = self._of_path.get(of, self._variable_row.get(of, -1))
                if place >= 0:
                    return place
        return -1


def _parts_of_bars(groups: Sequence[Group]) -> List[str]:
    """For each group the part of a bar that its ops belong to: which later phase is outermost around them."""
    outermost: List[str] = []
    for group in groups:  # parents come before their children
        around = outermost[group.parent] if group.parent >= 0 else ""
        outermost.append(around or (group.kind if group.kind in LATER_PHASES else ""))
    names = {PHASES[2]: PHASES[2], PHASES[3]: "update"}
    return [names.get(kind, "forward") for kind in outermost]


def _places(item: Item) -> Iterator[int]:
    """The ops that have their place in a box or pill, or on the chips beside an item."""
    if isinstance(item, Box):
        yield item.node
    elif isinstance(item, Pill):
        yield from item.nodes
    chips: Tuple[Chip, ...] = getattr(item, "chips", ())
    for chip in chips:
        yield from chip.nodes
