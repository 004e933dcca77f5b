"""Counts by layer what is not the same in two graphs, as ``git diff --stat`` does by file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Optional, Sequence, Tuple

from ...diff.edited import is_edited
from ...diff.model import ADDED, CHANGED, CONVERTING, REMOVED
from ...graph.content import content_of

if TYPE_CHECKING:
    from ...diff.difference import Difference
    from ...diff.model import Delta, StoryEntry
    from ...graph.graph import Graph
    from ...graph.groups import Group

_OUTSIDE = "outside of layers"
"""What ops are told under that lie in no group."""


@dataclass
class LayerCount:
    """What is not the same in one layer, the layers inside it not included."""

    path: str
    """The path of the layer or other group in `b`, or in `a` if `b` does not have it."""
    status: str
    """``added`` or ``removed`` if the whole layer was, else ``changed``."""
    added: int = 0
    """How many ops it has more than before."""
    removed: int = 0
    changed: int = 0
    before: int = 0
    """Where one graph was made of the other, how many ops of `a` the other one does by others, and how many these are."""
    after: int = 0
    parameters: Optional[int] = None
    """By how much the number of its parameters grew; ``None`` if it is not known."""


def layer_counts(difference: "Difference") -> List[LayerCount]:
    """A row for each layer in which ops differ, in the order of `b`; of one that was added or removed as a whole, what it holds included."""
    sides = [_Side(graph, difference.groups, status) for graph, status in _graphs(difference)]
    blocks = {path: entry.name for entry in _blocks(difference) for path in (*entry.a, *entry.b)}
    """Path of a layer of a block that is repeated more or less often -> what the block is called."""
    rows: Dict[Tuple[str, str], LayerCount] = {}
    conversion = _Conversion(difference, sides)
    for delta in difference.nodes:
        if conversion.tells(delta):
            conversion.count(rows, delta)
            continue
        if not is_edited(delta) or conversion.hides(delta):
            continue
        side = sides[delta.status != REMOVED]
        path, whole = side.home(delta)
        path = blocks.get(path, path)
        row = rows.setdefault((path, whole), LayerCount(path, whole))
        setattr(row, delta.status, getattr(row, delta.status) + 1)
    _count_parameters(difference, rows.values(), sides)
    return list(rows.values())


class _Conversion:
    """Where one graph was made of the other: which ops each of them does as well, and in which layer."""

    def __init__(self, difference: "Difference", sides: Sequence["_Side"]) -> None:
        told = [entry for entry in difference.story if entry.what == "op"]
        same = [entry for entry in told if entry.kind in CONVERTING]
        self._sides = sides
        self._done = [{name for entry in same for name in entry.a}, {name for entry in same for name in entry.b}]
        self._told = {name for entry in told for name in (*entry.a, *entry.b)}
        self._across: List[Dict[str, str]] = [{}, {}]
        """For each side the path of a group -> that of its counterpart."""
        pairs = enumerate(difference.matches.groups) if difference.matches is not None else ()
        for row, other in pairs:
            if other >= 0:
                one, two = sides[0].groups[row].path, sides[1].groups[other].path
                self._across[0][one], self._across[1][two] = two, one

    def tells(self, delta: "Delta") -> bool:
        """Whether an op is done by the other graph as well."""
        return delta.a in self._done[0] or delta.b in self._done[1]

    def hides(self, delta: "Delta") -> bool:
        """Whether an op differs only as all ops do that a tool writes down in another way."""
        return any(self._done) and delta.a not in self._told and delta.b not in self._told

    def count(self, rows: Dict[Tuple[str, str], LayerCount], delta: "Delta") -> None:
        """Count an op in the layer where each graph has it."""
        for side, row in ((0, delta.row_a), (1, delta.row_b)):
            if row >= 0:
                path = self._layer(side, row) if self._sides[side].groups else _without_graph(delta)
                path = self._across[0].get(path, path) if side == 0 else path
                found = rows.setdefault((path, CHANGED), LayerCount(path, CHANGED))
                setattr(found, "after" if side else "before", getattr(found, "after" if side else "before") + 1)

    def _layer(self, side: int, row: int) -> str:
        """The path of the innermost group around an op that is a layer, in this graph or in the other one; else of its innermost group."""
        around = self._sides[side].around(row)
        other = self._sides[1 - side]
        for group in around:
            there = self._across[side].get(group.path)
            if group.is_call or (there is not None and other.groups[other.index[there]].is_call):
                return group.path
        return around[0].path if around else _OUTSIDE


def _blocks(difference: "Difference") -> Sequence["StoryEntry"]:
    """The entries of blocks of several layers that are repeated more or less often."""
    return [entry for entry in difference.story if entry.name and entry.kind == "repeated"]


def _graphs(difference: "Difference") -> Sequence[Tuple[Optional["Graph"], str]]:
    return (difference.a, REMOVED), (difference.b, ADDED)


class _Side:
    """One of the two graphs, and which of its groups the other does not have."""

    def __init__(self, graph: Optional["Graph"], deltas: Sequence["Delta"], status: str) -> None:
        self.groups: Sequence["Group"] = () if graph is None else content_of(graph).groups
        self._node_group: Sequence[int] = () if graph is None else content_of(graph).node_group
        self.index = {group.path: index for index, group in enumerate(self.groups)}
        self._status = status
        self._alone = {(delta.a if status == REMOVED else delta.b) for delta in deltas if delta.status == status}

    def home(self, delta: "Delta") -> Tuple[str, str]:
        """The path that an op is told under, and whether all of that was added or removed.

        That is the outermost group around it that only this graph has, else the innermost layer, else the innermost group.
        """
        row = delta.row_a if delta.status == REMOVED else delta.row_b
        if not self._node_group:
            return _without_graph(delta), CHANGED
        around = self._around(self._node_group[row])
        if not around:
            return _OUTSIDE, CHANGED
        alone = [group.path for group in around if group.path in self._alone]
        if alone:
            return alone[-1], self._status
        return next((group.path for group in around if group.is_call), around[0].path), CHANGED

    def around(self, row: int) -> List["Group"]:
        """The groups around an op, from the inside out."""
        return self._around(self._node_group[row])

    def _around(self, index: int) -> List["Group"]:
        """The groups around, from the inside out."""
        found = []
        while index >= 0:
            found.append(self.groups[index])
            index = self.groups[index].parent
        return found

    def parameters(self, path: str) -> Optional[int]:
        """The parameters of a layer; ``None`` if this graph has no such layer or does not know."""
        index = self.index.get(path)
        return None if index is None else self.groups[index].parameters


def _without_graph(delta: "Delta") -> str:
    """Where an op lies by what the difference itself tells, if the graph is not at hand."""
    record: Mapping[str, Any] = delta.record or {}
    scope = (delta.b or delta.a or "").rpartition("/")[0]
    return record.get("group") or scope or _OUTSIDE


def _count_parameters(difference: "Difference", rows: Any, sides: Sequence[_Side]) -> None:
    """By how much the parameters of each layer grew. A layer that is in both graphs may be called otherwise in `a`."""
    matches = difference.matches
    before: Dict[str, str] = {}
    if matches is not None:
        for index, other in enumerate(matches.groups):
            if other >= 0:
                before[sides[1].groups[other].path] = sides[0].groups[index].path
    blocks = {entry.name: entry for entry in _blocks(difference)}
    for row in rows:
        if row.path in blocks:
            gone, new_ones = blocks[row.path].a, blocks[row.path].b
            counts = [*[sides[1].parameters(path) for path in new_ones], *[sides[0].parameters(path) for path in gone]]
            known = None not in counts
            row.parameters = sum(filter(None, counts)) * (1 if row.status == ADDED else -1) if known else None
        elif row.status == CHANGED:
            old, new = sides[0].parameters(before.get(row.path, "")), sides[1].parameters(row.path)
            row.parameters = None if old is None or new is None else new - old
        else:
            count = sides[row.status == ADDED].parameters(row.path)
            row.parameters = count if count is None or row.status == ADDED else -count
