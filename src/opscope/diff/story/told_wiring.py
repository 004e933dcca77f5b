"""What is told of inputs that come from elsewhere: by the layers between which they run, not op by op.

Where layers in one block stand in another order, that is one thing, however many of their ops take something else. Other inputs of a layer
that come from elsewhere are told of the layer, with the layers that they come from.
"""

from __future__ import annotations

import json
from functools import cached_property
from typing import Dict, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from ...graph.closure import all_reached
from ..increasing import longest_increasing
from ..model import ORDER_OF_LAYERS, Change, StoryEntry, WireDelta
from .evidence import Evidence

_MOST_INSIDE = 1_000
"""Blocks with more layers and ops side by side are not looked at: who comes before whom takes the square of it."""


class _Rewired(NamedTuple):
    """An input that comes from elsewhere, all by rows of `b`."""

    consumer: int
    source: int
    before: int
    """The counterpart of the op that it came from."""
    output: Tuple[Optional[int], Optional[int]]
    """Which outputs of the two."""


class Wiring:
    """The rewired inputs of a difference, told by layers where that can be."""

    def __init__(self, evidence: Evidence, wires: Sequence[WireDelta]) -> None:
        self._evidence = evidence
        self._tables = [side.table for side in evidence.sides]
        rows = [self._rows(wire) for wire in wires if wire.a is not None and wire.b is not None]
        homes = evidence.sides[1].group_of
        self._rewired = [wire for wire in rows if not evidence.is_replaced(1, homes[wire.consumer])]
        self._orders = dict(self._found_orders())

    def entries(self) -> Iterator[StoryEntry]:
        """The blocks whose layers stand in another order, those with the same change together, and the layers with other inputs."""
        told: Dict[str, List[int]] = {}
        for group, change in self._orders.items():
            told.setdefault(json.dumps([self._evidence.label(1, group), change.a, change.b]), []).append(group)
        for groups in told.values():
            yield self._entry(groups, self._orders[groups[0]], _moves(self._orders[groups[0]]) * len(groups))
        alike: Dict[str, List[Tuple[int, Change, int]]] = {}
        for group, wires in self._of_layers.items():
            before = [self._origin(group, wire.before) for wire in wires]
            change = Change("inputs", before, [self._origin(group, wire.source) for wire in wires])
            alike.setdefault(json.dumps([change.a, change.b]), []).append((group, change, len(wires)))
        for found in alike.values():
            yield self._entry([group for group, _, _ in found], found[0][1], sum(count for _, _, count in found))

    def tells(self, wire: WireDelta) -> bool:
        """Whether a rewired input is told by these entries, so that its op need not tell it."""
        if wire.a is None or wire.b is None:
            return False
        rewired = self._rows(wire)
        return self._is_of_order(rewired) or self._layer(rewired) >= 0

    def _rows(self, wire: WireDelta) -> _Rewired:
        assert wire.a is not None
        assert wire.b is not None
        before = self._evidence.nodes[0][self._tables[0].index(wire.a.source)]
        index = self._tables[1].index
        return _Rewired(index(wire.b.node), index(wire.b.source), before, (wire.a.output, wire.b.output))

    def _entry(self, groups: Sequence[int], change: Change, cost: int) -> StoryEntry:
        evidence = self._evidence
        others = [evidence.groups[1][group] for group in groups]
        return StoryEntry(
            "changed", "group", tuple([evidence.path(0, other) for other in others]), tuple([evidence.path(1, group) for group in groups]),
            sum([evidence.sizes[1][group] for group in groups]), cost, (change,),
            labels=(evidence.label(0, others[0]), evidence.label(1, groups[0])),
        )  # fmt: skip

    @cached_property
    def _of_layers(self) -> Dict[int, List[_Rewired]]:
        """Layer of `b` -> its inputs that come from elsewhere, each tensor once, however many ops of the layer take it."""
        found: Dict[int, Dict[Tuple[int, int, Tuple[Optional[int], Optional[int]]], _Rewired]] = {}
        for wire in self._rewired:
            layer = -1 if self._is_of_order(wire) else self._layer(wire)
            if layer >= 0:
                found.setdefault(layer, {}).setdefault((wire.source, wire.before, wire.output), wire)
        return {layer: list(wires.values()) for layer, wires in found.items()}

    def _layer(self, wire: _Rewired) -> int:
        """The outermost layer around the consumer that takes both the old and the new input from outside; -1 if there is none.

        A variable comes from outside of all layers, and is the innermost one's affair.
        """
        outside = {*self._around(wire.source), *self._around(wire.before)}
        own = [group for group in self._around(wire.consumer) if group not in outside]
        calls = [group for group in own if self._evidence.sides[1].groups[group].is_call]
        kept = [group for group in calls if self._evidence.groups[1][group] >= 0]
        is_variable = wire.source in self._evidence.sides[1].content.handles
        return kept[0 if is_variable else -1] if kept else -1

    def _around(self, row: int) -> List[int]:
        """The groups of `b` around an op, from the inside out."""
        side, found = self._evidence.sides[1], []
        group = side.group_of[row]
        while group >= 0:
            found.append(group)
            group = side.groups[group].parent
        return found

    def _origin(self, layer: int, row: int) -> str:
        """What an input comes from: a variable, the outermost layer around it that is not around the taker too, or else the op."""
        side = self._evidence.sides[1]
        number = side.content.handles.get(row, -1)
        if number >= 0 and side.variables[number].object_path:
            return side.variables[number].object_path
        around = set(self._around_group(layer))
        calls = [group for group in self._around(row) if group not in around and side.groups[group].is_call]
        return side.groups[calls[-1]].name if calls else side.table.names[row]

    def _around_group(self, group: int) -> Iterator[int]:
        while group >= 0:
            yield group
            group = self._evidence.sides[1].groups[group].parent

    def _is_of_order(self, wire: _Rewired) -> bool:
        """Whether an input runs between the parts of a block whose layers stand in another order, or into or out of it."""
        ends = (wire.consumer, wire.source, wire.before)
        for group in {group for end in ends for group in self._around(end)} & self._orders.keys():
            parts = {self._part(group, end) for end in ends}
            if len(parts) > 1:
                return True
        return False

    def _part(self, group: int, row: int) -> int:
        """The group or op (as -2 - row) directly in a group that an op lies in or is; -1 outside of it."""
        around = self._around(row)
        if group not in around:
            return -1
        place = around.index(group)
        return around[place - 1] if place else -2 - row

    def _found_orders(self) -> Iterator[Tuple[int, Change]]:
        """The blocks of `b` with layers that came before others and come behind them now, innermost blocks too."""
        touched = {group for wire in self._rewired for end in wire[:3] for group in self._around(end)}
        evidence = self._evidence
        for group in sorted(touched):
            other = evidence.groups[1][group]
            layers = [
                child
                for child in evidence.children[1][group]
                if evidence.sides[1].groups[child].is_call and evidence.groups[1][child] >= 0
            ]
            if other < 0 or len(layers) < 2:
                continue
            here, there = _reached(evidence, 1, group), _reached(evidence, 0, other)
            if here is None or there is None:
                continue
            pairs = [
                (one, two)
                for one in layers
                for two in layers
                if two in here[one] and evidence.groups[1][one] in there[evidence.groups[1][two]]
            ]
            if pairs and not any((two, one) in pairs for one, two in pairs):  # in a loop each comes before each
                moved = sorted({layer for pair in pairs for layer in pair})
                yield group, self._change(moved, here, there)

    def _change(self, moved: List[int], here: Dict[int, Set[int]], there: Dict[int, Set[int]]) -> Change:
        evidence = self._evidence
        back = {layer: evidence.groups[1][layer] for layer in moved}
        now = sorted(moved, key=lambda layer: sum(layer in here[one] for one in moved))
        once = sorted(moved, key=lambda layer: sum(back[layer] in there[back[one]] for one in moved))
        names = [evidence.sides[0].groups[back[layer]].name for layer in once]
        return Change(ORDER_OF_LAYERS, names, [evidence.sides[1].groups[layer].name for layer in now])


def _moves(change: Change) -> int:
    """How many layers have to be moved to get the new order: all but the most that may stay."""
    places = {name: place for place, name in enumerate(change.a)}
    order = [places.get(name, 0) for name in change.b]
    return max(1, len(order) - len(longest_increasing(order)))


def _reached(evidence: Evidence, side: int, group: int) -> Optional[Dict[int, Set[int]]]:
    """For each layer directly in a group the others that take, over whatever else is in the group, what it gives; ``None`` if it is too large."""
    this = evidence.sides[side]
    part_of: Dict[int, int] = {row: -2 - row for row in evidence.members[side][group]}
    for child in evidence.children[side][group]:
        waiting = [child]
        while waiting:
            inner = waiting.pop()
            part_of.update((row, child) for row in evidence.members[side][inner])
            waiting += evidence.children[side][inner]
    takers: Dict[int, Set[int]] = {}
    for row, part in part_of.items():
        for edge in this.table.data_inputs(row):
            source = part_of.get(edge.node)
            if source is not None and source != part:
                takers.setdefault(source, set()).add(part)
    if len(set(part_of.values())) > _MOST_INSIDE:
        return None
    return {child: all_reached(takers.get(child, ()), takers) for child in evidence.children[side][group]}
