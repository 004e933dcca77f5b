"""Puts layers and ops that feed each other and nothing else into rows: ``7×7 conv, 64, /2 · BN · ReLU``."""

from __future__ import annotations

from types import MappingProxyType
from typing import AbstractSet, Dict, List, Mapping, Optional, Sequence, Set, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.view import LAST_FIRST, ONE_EACH, own_each
from ...graph.with_fields import with_fields
from ..flat import BORDER
from ..scene.items import PURPOSE, Box, Card, CardWire, Cell, ChainRow, End, Item, Scene, cards, with_children
from ..scene.labels import shape_text
from ..scene.layer_kinds import LAYER_KINDS
from .encoder_decoder import SKIPS, decoders_of, in_levels, is_level, skip_words, with_sides
from .formula_text import DOT
from .known_words import KnownWords
from .row_cells import LEAST_OPERANDS, Teller
from .row_kinds import HEAVY_OPS
from .row_runs import SHORT, RowRuns, cell_group, wire_shape
from .row_titles import name_together, names_of_several

_BEFORE_LOOP, _AFTER_LOOP, _PART = ", before its loop", ", after its loop", ", a part"
"""Behind the name of a recurrent layer of which a row does something beside the layer's loop."""
_NO_AXES, SCALAR = "()", "scalar"
_LIST = "variant"
"""The type of a list of tensors, which tells nobody anything."""


def in_rows(
    scene: Scene,
    graph: Graph,
    kept: AbstractSet[int] = frozenset(),
    words: Mapping[int, str] = MappingProxyType({}),
    beside: Mapping[int, str] = MappingProxyType({}),
    known: Optional[KnownWords] = None,
    *,
    manner: int = SHORT,
) -> Scene:
    """The scene with rows in place of folded cards and boxes, but for the cards of the groups `kept`. Control wires are left out beside data wires.

    `words` has what the cells of some groups say, in place of their settings, `beside` what stands behind the row of some. `known` is what
    is said of groups whichever are open, if that was found before. `manner` is `SHORT`, `LONG` or `JOINED`.

    After: the items of the rows are those of the scene, each once; every other wire of the scene is there, or joins two cells of a row.
    """
    teller = Teller(graph, kept, words, beside, known or KnownWords(graph), manner)
    built: Dict[int, Card] = {}
    for card in reversed([card for card in cards(scene) if card.open]):
        children = [built.get(id(child), child) if isinstance(child, Card) else child for child in card.children]
        built[id(card)] = _Rows(with_children(card, children), teller, _called(graph, card)).card()
    root = built[id(scene.root)]
    drawn = [child for card in built.values() for child in card.children]
    used = {cell.family for row in drawn if isinstance(row, ChainRow) for cell in row.cells}
    used |= {card.layer_kind for card in drawn if isinstance(card, Card)}
    used |= {
        kind for card in drawn if isinstance(card, Card) and card.sketch is not None for kind in card.sketch.families()
    }
    return with_fields(scene, root=root, families=tuple([kind for kind in LAYER_KINDS if kind in used]))


def _called(graph: Graph, card: Card) -> str:
    """The name of the copy that a stack draws, with which the names of its layers may begin; empty for other cards."""
    return content_of(graph).groups[card.group].name if card.repeat > 1 else ""


class _Rows:
    """The rows of one open card."""

    def __init__(self, card: Card, teller: Teller, around: str) -> None:
        self._card, self._around, self._graph, self._teller = card, around, teller.graph, teller
        self._shared = teller.shared
        self._wires = _without_control(card)
        self._decoders = decoders_of(card.children, self._wires)
        self._runs = RowRuns(card, teller, around, self._wires)

    def card(self) -> Card:
        """The card with its rows."""
        runs = self._runs.found()
        place = {child: number for number, run in enumerate(runs) for child in run}
        place[BORDER] = BORDER
        children = _said_once([self._item(run) for run in runs])
        wires, inner = [], self._labels_inside(place, runs)
        for wire in self._wires:
            source, target = place[wire.source.child], place[wire.target.child]
            if source == target != BORDER and wire.kind in ("data", "gone") and len(runs[source]) > 1:
                continue
            label = _single_number(wire.label) if wire.label != _LIST else ""
            label = label or self._said(wire, inner.get(source, "")) or self._behind_stack(wire)
            if source != BORDER and label and self._ends_with(runs[source][-1], label):
                label = ""
            giver = wire.source.child
            label = in_levels(
                label, self._card.children[giver] if giver != BORDER else None, decoder=giver in self._decoders
            )
            skips = self._skips_of_each(wire)
            if skips:
                if wire.count > 1 and not wire.called.startswith(PURPOSE):  # a bundle counts those of all copies
                    label = f"{wire.count} {wire.called} each"
                label = f"{self._skips(wire, skips)}{DOT if label else ''}{label}"
            ends = End(source, wire.source.port), End(target, wire.target.port)
            same = ends == (wire.source, wire.target) and label == wire.label
            told = wire if same else with_fields(wire, source=ends[0], target=ends[1], label=label)
            if skips:  # its label says it
                told = with_fields(told, times=0, taken="", skips=wire.times // wire.count)
            wires.append(told)
        sizes = {place[child]: shapes for child, shapes in self._sizes_of_levels().items()}
        return with_fields(self._card, children=tuple(with_sides(children, wires, sizes)), wires=tuple(wires))

    def _sizes_of_levels(self) -> Dict[int, List[str]]:
        """The items that are the two sides of a U-Net, each with the shapes of the levels' skip connections, as far as these are known."""
        found: Dict[int, List[str]] = {}
        for wire in self._wires:
            if wire.target.child in self._decoders and self._skips_of_each(wire) and wire.told is not None:
                source, target = (self._card.children[end.child] for end in (wire.source, wire.target))
                if isinstance(source, Card) and isinstance(target, Card):
                    shapes = self._teller.sizes_of_skips((source.group, target.group), wire.told.tensor)
                    found.update(dict.fromkeys((wire.source.child, wire.target.child), shapes))
        return found

    def _skips(self, wire: CardWire, each: int) -> str:
        """What is said of the skip connections that a wire stands for: from which copy to which they lead, `skips ×4: each level to its own`."""
        number = wire.times // wire.count  # of one tensor of a bundle
        if wire.taken != LAST_FIRST:
            return f"{SKIPS} \u00d7{number}, {'one' if each == 1 else each} for each copy"
        ends = map(self._card.children.__getitem__, (wire.source.child, wire.target.child))
        return skip_words(number, levels=all(map(is_level, ends)))

    def _ends_with(self, child: int, label: str) -> bool:
        """Whether what an item says itself is the shape that its result has."""
        told = self._runs.told[child]
        return told is not None and told.cell.text.endswith(f"\u2192 {label}")

    def _said(self, wire: CardWire, inner: str) -> str:
        """The label of a wire from a row, of which a wire inside it says `inner`: that is new to a reader who sees the row alone.

        It is said only if it is still so behind the last cell.
        """
        shape = wire_shape(self._graph, wire) if inner else ""
        return inner if shape and inner.endswith(shape) else ""

    def _skips_of_each(self, wire: CardWire) -> int:
        """How many skip connections each copy of a stack takes by a wire, of a bundle by each of its tensors; 0 of wires that stand for none.

        They are what each copy of a chain of blocks takes from copies of another chain. Where a wire stands for more, as for those of stacks in
        the copies of a stack, its arrow head says how many.
        """
        if BORDER in (wire.source.child, wire.target.child) or not wire.times:
            return 0
        stacks = content_of(self._graph).view.stacks
        source, target = (self._card.children[end.child] for end in (wire.source, wire.target))
        if not (isinstance(source, Card) and isinstance(target, Card)):
            return 0
        if not all(end.group in stacks and stacks[end.group].succession for end in (source, target)):
            return 0
        each, rest = divmod(wire.times, wire.count * target.repeat)
        words = (ONE_EACH, LAST_FIRST) if each == 1 else (own_each([each]),) if wire.count == 1 else ()
        return each if not rest and wire.taken in words else 0

    def _behind_stack(self, wire: CardWire) -> str:
        """The label of a wire from a stack that says nothing new: a reader looks for the shape of the result where the stack ends."""
        source = self._card.children[wire.source.child] if wire.source.child >= 0 else None
        if not isinstance(source, Card) or source.repeat < LEAST_OPERANDS or wire.kind != "data" or wire.count > 1:
            return ""
        if wire.target.child == BORDER and self._card.repeat > 1:  # the wire from the outer stack says it
            return ""
        return self._given_shape(source.group, wire)

    def _given_shape(self, group: int, wire: CardWire) -> str:
        """The shape of what a stack gives where a wire leaves it: what the last copy makes; empty if that is not known."""
        stack = content_of(self._graph).view.stacks.get(group)
        leaving = stack.gives.get(wire.told.tensor) if stack is not None and wire.told is not None else None
        if leaving is None:
            return wire_shape(self._graph, wire)
        return shape_text(leaving.type.shape) if leaving.type is not None else ""

    def _labels_inside(self, place: Dict[int, int], runs: Sequence[Sequence[int]]) -> Dict[int, str]:
        """For each row the last label on a wire between its cells: all that follows in the row keeps that shape."""
        last: Dict[int, Tuple[int, str]] = {}
        for wire in self._wires:
            row = place[wire.source.child]
            if row != BORDER and row == place[wire.target.child] and len(runs[row]) > 1 and wire.label:
                last[row] = max(last.get(row, (-1, "")), (runs[row].index(wire.source.child), wire.label))
        return {row: label for row, (_, label) in last.items()}

    def _side_of_loop(self, run: Sequence[int]) -> str:
        """On which side of its layer's loop a row stands."""
        after = [wire.target.child for wire in self._runs.out.get(run[-1], ())]
        before = [wire.source.child for wire in self._runs.into.get(run[0], ())]
        if any(self._is_loop(child) for child in after):
            return _BEFORE_LOOP
        return _AFTER_LOOP if any(self._is_loop(child) for child in before) else _PART

    def _is_loop(self, child: int) -> bool:
        item = self._card.children[child] if child != BORDER else None
        return isinstance(item, Card) and item.kind == "while"

    def _is_heavy(self, cell: Cell) -> bool:
        """Whether a cell is an op that costs most of its row."""
        return isinstance(cell.item, Box) and content_of(self._graph).table.ops[cell.item.node] in HEAVY_OPS

    def _item(self, run: List[int]) -> Item:
        told = [one for one in (self._runs.told[child] for child in run) if one is not None]
        if not told:
            return self._teller.coloured(self._card.children[run[0]])
        cells = tuple(self._runs.cells(run))
        main, heading = self._runs.heads(run)
        name = name_together(cells, main, self._around, self._runs.classes, heading)
        if not name and len(heading) > 1:
            name = names_of_several(cells, self._around, self._runs.classes, heading)
        layer = self._runs.layer_around(run[0])
        if layer >= 0:
            name = f"{content_of(self._graph).groups[layer].name}{self._side_of_loop(run)}"
        if not heading and self._is_heavy(cells[main]):
            name = ""  # that of a normalization in front of it would be taken for the name of the op
        again = [
            self._shared[each.item.group]
            for each in cells
            if isinstance(each.item, Card) and each.item.group in self._shared
        ]
        inside = [
            f"{each.item.title}: {self._teller.beside[cell_group(each)]}"
            if len(heading) > 1 and isinstance(each.item, Card)
            else self._teller.beside[cell_group(each)]
            for each in cells
            if cell_group(each) in self._teller.beside
        ]
        said = inside[0] if len(inside) == 1 else ""  # of two nobody could say whose it is
        return ChainRow(_padded(cells), ", ".join([*([name] if name else []), *again]), main, said)


def _said_once(children: Sequence[Item]) -> Tuple[Item, ...]:
    """The items; of several rows on one side of a loop the first says of which layer they are, as these stand side by side."""
    found: List[Item] = []
    said: Set[str] = set()
    for child in children:
        again = isinstance(child, ChainRow) and child.name in said and child.name.endswith((_BEFORE_LOOP, _AFTER_LOOP))
        found.append(with_fields(child, name="") if again else child)
        said.update([child.name] if isinstance(child, ChainRow) else ())
    return tuple(found)


def _single_number(label: str) -> str:
    """The label of a wire, in which a tensor without axes is called what it is: ``scalar`` in place of ``()``."""
    return f"{label[: -len(_NO_AXES)]}{SCALAR}" if label == _NO_AXES or label.endswith(f" {_NO_AXES}") else label


def _padded(cells: Tuple[Cell, ...]) -> Tuple[Cell, ...]:
    """The cells; behind one that pads nobody writes that a convolution does not."""
    return tuple(
        [
            with_fields(cell, text=cell.text.replace(", valid", ""))
            if place and "pad" in cells[place - 1].text
            else cell
            for place, cell in enumerate(cells)
        ]
    )


def _without_control(card: Card) -> List[CardWire]:
    """The wires, of control wires only those of items that no other wire reaches."""
    drawn = [wire for wire in card.wires if wire.kind != "control"]
    reached = {end.child for wire in drawn for end in (wire.source, wire.target)}
    return [
        wire for wire in card.wires if wire.kind != "control" or not {wire.source.child, wire.target.child} <= reached
    ]
