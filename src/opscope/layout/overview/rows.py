"""Puts layers and ops that feed each other and nothing else into rows: ``7×7 conv, 64, /2 · BN · ReLU``."""

from __future__ import annotations

from itertools import takewhile
from types import MappingProxyType
from typing import AbstractSet, Dict, List, Mapping, Optional, Sequence, Set, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.types import TensorType
from ...graph.view import LAST_FIRST, ONE_EACH
from ...graph.vocabulary import chain as groups_around
from ...graph.with_fields import with_fields
from ..flat import BORDER
from ..scene.items import Box, Card, CardWire, Cell, ChainRow, End, Item, Scene, cards, with_children
from ..scene.labels import shape_text
from ..scene.layer_kinds import LAYER_KINDS
from ..sizes.row_sizes import row_width
from .encoder_decoder import SKIP, in_levels, is_level, skip_words, with_sides
from .formula_text import DOT
from .known_words import KnownWords
from .recurrent_words import is_recurrent
from .row_cells import EITHER_WAY, FOLLOWS, LEADS, LEAST_OPERANDS, MAIN, Teller
from .row_kinds import HEAVY_OPS
from .row_titles import are_of_one_block, name_together, names_of_several

MOST_CELLS = 5
WIDEST = 400.0
"""A row is at most so wide, in pixels, unless a single cell is wider."""
SHORT, LONG, JOINED = 0, 1, 2
"""How rows are made: at most one main layer with what leads and follows it; the same in wider rows, in which what normalizes leads as well; or all that
feeds each other, several main layers too. The later ones save height."""
_WIDEST = (WIDEST, 520.0, 620.0)
_JOINED_WIDTHS = (_WIDEST[JOINED], 540.0, 460.0, 380.0)
"""The widths that are tried for rows of several main layers."""
_MOST_CELLS = (MOST_CELLS, MOST_CELLS, 7)
_MOST_OF_BLOCK, _WIDEST_BLOCK = 10, 800.0
"""The same for a row that is one block of several main layers, as their names tell: a reader asks where a block ends that breaks by width."""
_TO_SHAPE = " \u2192 ("
"""Between an op and the shape that it makes."""
_TO_SIZE = " to ("
"""Between a layer and the shape of a sample that it is set to make."""
_BEFORE_LOOP, _AFTER_LOOP, _PART = ", before its loop", ", after its loop", ", a part"
"""Behind the name of a recurrent layer of which a row does something beside the layer's loop."""
MOST_STRANDS = 5
"""So many skip connections are lines of their own."""
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
    return with_fields(scene, root=root, families=tuple([kind for kind in LAYER_KINDS if kind in used]))


def _called(graph: Graph, card: Card) -> str:
    """The name of the copy that a stack draws, with which the names of its layers may begin; empty for other cards."""
    return content_of(graph).groups[card.group].name if card.repeat > 1 else ""


class _Rows:
    """The rows of one open card."""

    def __init__(self, card: Card, teller: Teller, around: str) -> None:
        self._card, self._around, self._graph, self._teller = card, around, teller.graph, teller
        groups = content_of(teller.graph).groups
        self._classes = {
            child.group: groups[child.group].cls or ""
            for child in card.children
            if isinstance(child, Card) and child.group >= 0
        }
        self._told = [teller.told(child) for child in card.children]
        self._shared = teller.shared
        self._wires = _without_control(card)
        self._out: Dict[int, List[CardWire]] = {}
        self._into: Dict[int, List[CardWire]] = {}
        for wire in self._wires:
            self._out.setdefault(wire.source.child, []).append(wire)
            self._into.setdefault(wire.target.child, []).append(wire)
        joins = {child: self._joins(child) for child in range(len(card.children))}
        self._operands = {child: after for child, after in joins.items() if after is not None}
        """What is made of weights alone -> the sign that joins it with a tensor, and says both."""

    def card(self) -> Card:
        """The card with its rows."""
        runs = self._runs()
        place = {child: number for number, run in enumerate(runs) for child in run}
        place[BORDER] = BORDER
        children = tuple([self._item(run) for run in runs])
        wires, inner = [], self._labels_inside(place, runs)
        for wire in self._wires:
            source, target = place[wire.source.child], place[wire.target.child]
            if source == target != BORDER and wire.kind in ("data", "gone") and len(runs[source]) > 1:
                continue
            label = _single_number(wire.label) if wire.label != _LIST else ""
            label = label or self._said(wire, inner.get(source, "")) or self._behind_stack(wire)
            if source != BORDER and label and self._ends_with(runs[source][-1], label):
                label = ""
            label = in_levels(label, self._card.children[wire.source.child] if wire.source.child != BORDER else None)
            if self._is_skip(wire):
                label = f"{self._skips(wire)}{DOT if label else ''}{label}"
            ends = End(source, wire.source.port), End(target, wire.target.port)
            same = ends == (wire.source, wire.target) and label == wire.label
            told = wire if same else with_fields(wire, source=ends[0], target=ends[1], label=label)
            if label.startswith(SKIP):  # its label says it
                told = with_fields(told, times=0, taken="", strands=min(wire.times, MOST_STRANDS))
            wires.append(told)
        return with_fields(self._card, children=tuple(with_sides(children, wires)), wires=tuple(wires))

    def _skips(self, wire: CardWire) -> str:
        """What is said of the skip connections that a wire stands for: from which copy to which they lead, `skip ×4: level 1 → 4, 2 → 3, 3 → 2, 4 → 1`."""
        if wire.taken != LAST_FIRST:
            return f"{SKIP} \u00d7{wire.times}, one for each copy"
        ends = map(self._card.children.__getitem__, (wire.source.child, wire.target.child))
        return skip_words(wire.times, levels=all(map(is_level, ends)))

    def _ends_with(self, child: int, label: str) -> bool:
        """Whether what an item says itself is the shape that its result has."""
        told = self._told[child]
        return told is not None and told.cell.text.endswith(f"\u2192 {label}")

    def _said(self, wire: CardWire, inner: str) -> str:
        """The label of a wire from a row, of which a wire inside it says `inner`: that is new to a reader who sees the row alone.

        It is said only if it is still so behind the last cell.
        """
        shape = self._shape(wire) if inner else ""
        return inner if shape and inner.endswith(shape) else ""

    def _is_skip(self, wire: CardWire) -> bool:
        """Whether a wire stands for skip connections: each copy of a chain of blocks gives a tensor to a copy of another chain."""
        if (
            BORDER in (wire.source.child, wire.target.child)
            or wire.times < LEAST_OPERANDS
            or wire.taken not in (ONE_EACH, LAST_FIRST)
        ):
            return False
        stacks = content_of(self._graph).view.stacks
        ends = [self._card.children[end.child] for end in (wire.source, wire.target)]
        return all(isinstance(end, Card) and end.group in stacks and stacks[end.group].succession for end in ends)

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
            return self._shape(wire)
        return shape_text(leaving.type.shape) if leaving.type is not None else ""

    def _shape(self, wire: CardWire) -> str:
        """The shape of the tensor that a wire stands for; empty if it is not known."""
        kind = self._type(wire)
        return shape_text(kind.shape) if kind is not None else ""

    def _type(self, wire: CardWire) -> Optional[TensorType]:
        """The type of the tensor that a wire stands for; ``None`` if it is not known."""
        if wire.told is None:
            return None
        node, output = wire.told.tensor
        outputs = content_of(self._graph).table.outputs
        types = outputs[node] if node < len(outputs) else ()
        return types[output] if 0 <= output < len(types) else None

    def _labels_inside(self, place: Dict[int, int], runs: Sequence[Sequence[int]]) -> Dict[int, str]:
        """For each row the last label on a wire between its cells: all that follows in the row keeps that shape."""
        last: Dict[int, Tuple[int, str]] = {}
        for wire in self._wires:
            row = place[wire.source.child]
            if row != BORDER and row == place[wire.target.child] and len(runs[row]) > 1 and wire.label:
                last[row] = max(last.get(row, (-1, "")), (runs[row].index(wire.source.child), wire.label))
        return {row: label for row, (_, label) in last.items()}

    def _runs(self) -> List[List[int]]:
        """The children of each row, in the order of the first; an item that stands in no row is alone."""
        following = {child: self._operands.get(child, self._next(child)) for child in range(len(self._card.children))}
        begun = set(range(len(following))) - {after for after in following.values() if after is not None}
        runs: List[List[int]] = []
        for child in sorted(begun):
            chain = [[child]]
            while True:
                after = following[chain[-1][-1]]
                if after is None:
                    break
                if self._operands.get(chain[-1][-1]) == after or self._fits(chain[-1], after):
                    chain[-1].append(after)
                else:
                    chain.append([after])
            is_joined = self._teller.manner == JOINED and not self._is_branch(chain[0][0])
            runs += self._joined(chain) if is_joined else chain
        placed = {child for run in runs for child in run}
        runs += [[child] for child in following if child not in placed]  # that feed each other in a circle
        return sorted(runs)

    def _is_branch(self, child: int) -> bool:
        """Whether an item begins one of several branches: side by side these have no room for long rows, and only the longest makes the card high."""
        beside = {
            other.target.child
            for wire in self._into.get(child, ())
            for other in self._out.get(wire.source.child, ())
            if other.source == wire.source and other.target.child != BORDER
        }
        return sum(len(self._into[other]) == 1 for other in beside) > 1

    def _joined(self, chain: Sequence[List[int]]) -> List[List[int]]:
        """Rows that feed each other, several in one where there is room: as few as possible, of these as many with a name, then as narrow."""
        found = [
            self._joined_from(chain, wide, ends_first=ends_first)
            for wide in (_JOINED_WIDTHS if len(chain) > LEAST_OPERANDS else _JOINED_WIDTHS[:1])
            for ends_first in (False, True)
        ]

        def rank(rows: List[List[int]]) -> Tuple[int, int, float]:
            return len(rows), sum(map(self._is_of_several, rows)), max(row_width(self._cells(row)) for row in rows)

        return min(found, key=rank)

    def _joined_from(self, chain: Sequence[List[int]], wide: float, *, ends_first: bool) -> List[List[int]]:
        """Rows that are filled from the top, or from the end, each at most so wide."""
        order = list(reversed(chain)) if ends_first else list(chain)
        found = [order[0]]
        for run in order[1:]:
            both = [*run, *found[-1]] if ends_first else [*found[-1], *run]
            if self._joins_in(both, wide):
                found[-1] = both
            else:
                found.append(run)
        return found[::-1] if ends_first else found

    def _joins_in(self, run: Sequence[int], wide: float) -> bool:
        """Whether layers share a row that is so wide, or wider if they are one block."""
        cells = self._cells(run)
        if len(cells) <= _MOST_CELLS[JOINED] and row_width(cells) <= wide:
            return True
        layers = [cell.item for cell in cells if isinstance(cell.item, Card)]
        return (
            len(cells) <= _MOST_OF_BLOCK
            and row_width(cells) <= _WIDEST_BLOCK
            and are_of_one_block([layer.title for layer in layers], [self._classes[layer.group] for layer in layers])
        )

    def _is_of_several(self, run: Sequence[int]) -> bool:
        """Whether the layers of a row have no name in common."""
        main, heading = self._heads(run)
        return len(heading) > 1 and not name_together(
            tuple(self._cells(run)), main, self._around, self._classes, heading
        )

    def _heads(self, run: Sequence[int]) -> Tuple[int, Set[int]]:
        """Which cell of a row is its main one, and the groups of all that could be."""
        told = [one for one in (self._told[child] for child in run) if one is not None]
        fewer = len(told) - len(self._cells(run))  # that the first cell tells as well
        main = max(0, next((place for place, one in enumerate(told) if one.part == MAIN), 0) - fewer)
        return main, {_group(one.cell) for one in told if one.part == MAIN} - {-1}

    def _cells(self, run: Sequence[int]) -> List[Cell]:
        told = [self._told[child] for child in run]
        cells = [one.cell for one in told if one is not None]
        if len(cells) == len(run):
            shaped = [self._with_shape(cell, child, run[-1]) for cell, child in zip(cells, run)]
            # Of a row that is full anyway a shape would make two.
            cells = cells if self._teller.manner == JOINED and row_width(shaped) > _WIDEST[JOINED] else shaped
        shown = _shape_once(cells)
        if len(shown) == len(run) > 1 and self._operands.get(run[0]) == run[1]:
            shown = self._teller.with_operand(shown)
        return self._teller.with_mask(shown)

    def _with_shape(self, cell: Cell, child: int, last: int) -> Cell:
        """A cell that others of its row follow: where it takes or adds an axis, it says the shape, unless the wire behind the row tells the same."""
        if child == last or cell.symbol or _TO_SHAPE in cell.text:
            return cell
        wires = [self._out.get(each, [])[:1] for each in (child, last)]
        if not wires[0]:
            return cell
        shape, behind = (self._shape(each[0]) if each else "" for each in wires)
        taken = min(self._into.get(child, ()), key=lambda wire: wire.target.port, default=None)
        before = None if taken is None else self._rank(taken)
        if not shape or shape == behind or before in (None, self._rank(wires[0][0])):
            return cell
        to = cell.text.partition(_TO_SIZE)[2]  # of a layer that is set to a shape: all but the batch
        if to and shape.endswith(f", {to}"):
            return cell
        return with_fields(cell, text=f"{cell.text} \u2192 {shape}")

    def _rank(self, wire: CardWire) -> Optional[int]:
        """How many axes the tensor of a wire has; ``None`` if that is not known."""
        kind = self._type(wire)
        return len(kind.shape) if kind is not None and kind.shape is not None else None

    def _next(self, child: int) -> Optional[int]:
        """The item that alone takes what an item gives, and nothing else."""
        out = self._out.get(child, [])
        if self._told[child] is None or len(out) != 1 or out[0].kind != "data" or out[0].count > 1:
            return None
        after = out[0].target.child
        if after in (BORDER, child) or self._told[after] is None or len(self._into[after]) != 1:
            return None
        return after if self._layer_around(child) == self._layer_around(after) else None

    def _joins(self, child: int) -> Optional[int]:
        """The sign that joins what an item makes of weights alone with a tensor that comes from elsewhere; ``None`` if there is none."""
        out = self._out.get(child, [])
        if len(out) != 1 or out[0].kind != "data" or out[0].count > 1 or self._into.get(child):
            return None
        after = out[0].target.child
        told = self._told[after] if after not in (BORDER, child) else None
        if told is None or not told.cell.symbol or not self._teller.operand(self._card.children[child]):
            return None
        others = [wire for wire in self._into[after] if wire.source.child != child]
        if len(others) != 1 or len(self._into[after]) != LEAST_OPERANDS or others[0].kind != "data":
            return None
        if others[0].source.child != BORDER and not self._into.get(others[0].source.child):
            return None
        in_order = told.cell.text in EITHER_WAY or out[0].target.port > others[0].target.port
        return after if in_order else None

    def _layer_around(self, child: int) -> int:
        """The recurrent layer without a frame that an op is a part of, around its loop; -1 if there is none."""
        item, groups = self._card.children[child], content_of(self._graph).groups
        home = content_of(self._graph).node_group[item.node] if isinstance(item, Box) else -1
        around = takewhile(lambda each: each != self._card.group, groups_around(groups, home))
        return next((each for each in around if is_recurrent(groups[each])), -1)

    def _fits(self, run: List[int], after: int) -> bool:
        told = [self._told[child] for child in (*run, after)]
        parts = [one.part for one in told if one is not None]
        cells = self._cells([*run, after])
        manner = self._teller.manner
        if len(cells) > _MOST_CELLS[manner] or row_width(cells) > _WIDEST[manner]:
            return False
        leading = all(part == LEADS for part in parts[:-1]) if manner == SHORT else MAIN not in parts[:-1]
        return parts[-1] == FOLLOWS or leading

    def _side_of_loop(self, run: Sequence[int]) -> str:
        """On which side of its layer's loop a row stands."""
        after = [wire.target.child for wire in self._out.get(run[-1], ())]
        before = [wire.source.child for wire in self._into.get(run[0], ())]
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
        told = [one for one in (self._told[child] for child in run) if one is not None]
        if not told:
            return self._teller.coloured(self._card.children[run[0]])
        cells = tuple(self._cells(run))
        main, heading = self._heads(run)
        name = name_together(cells, main, self._around, self._classes, heading)
        if not name and len(heading) > 1:
            name = names_of_several(cells, self._around, self._classes, heading)
        layer = self._layer_around(run[0])
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
            f"{each.item.title}: {self._teller.beside[_group(each)]}"
            if len(heading) > 1 and isinstance(each.item, Card)
            else self._teller.beside[_group(each)]
            for each in cells
            if _group(each) in self._teller.beside
        ]
        said = inside[0] if len(inside) == 1 else ""  # of two nobody could say whose it is
        return ChainRow(_padded(cells), ", ".join([*([name] if name else []), *again]), main, said)


def _single_number(label: str) -> str:
    """The label of a wire, in which a tensor without axes is called what it is: ``scalar`` in place of ``()``."""
    return f"{label[: -len(_NO_AXES)]}{SCALAR}" if label == _NO_AXES or label.endswith(f" {_NO_AXES}") else label


def _group(cell: Cell) -> int:
    return cell.item.group if isinstance(cell.item, Card) else -1


def _shape_once(cells: Sequence[Cell]) -> List[Cell]:
    """The cells; of ops that bring a tensor into one shape after the other, only the last says which."""
    shaped = [isinstance(cell.item, Box) and _TO_SHAPE in cell.text for cell in cells]
    return [
        with_fields(cell, text=cell.text.partition(_TO_SHAPE)[0])
        if shaped[place] and any(shaped[place + 1 : place + 2])
        else cell
        for place, cell in enumerate(cells)
    ]


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
