"""Finds which layers and ops of an open card share a row: what feeds each other and nothing else, as far as there is room."""

from __future__ import annotations

from itertools import takewhile
from typing import Dict, List, Optional, Sequence, Set, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.types import TensorType
from ...graph.vocabulary import chain as groups_around
from ...graph.with_fields import with_fields
from ..flat import BORDER
from ..scene.items import Box, Card, CardWire, Cell
from ..scene.labels import shape_text
from ..sizes.row_sizes import row_width
from .recurrent_words import is_recurrent
from .row_cells import EITHER_WAY, FOLLOWS, LEADS, LEAST_OPERANDS, MAIN, Teller
from .row_titles import are_of_one_block, name_together

MOST_CELLS = 5
WIDEST = 400.0
"""A row is at most so wide, in pixels, unless a single cell is wider."""
SHORT, LONG, JOINED = 0, 1, 2
"""How rows are made: at most one main layer with what leads and follows it; the same in wider rows, in which what normalizes leads as well; or all that
feeds each other, several main layers too. The later ones save height."""
_WIDEST = (WIDEST, 490.0, 570.0)
_JOINED_WIDTHS = (_WIDEST[JOINED], 500.0, 420.0, 340.0)
"""The widths that are tried for rows of several main layers."""
_MOST_CELLS = (MOST_CELLS, MOST_CELLS, 7)
_MOST_OF_BLOCK, _WIDEST_BLOCK = 10, 740.0
"""The same for a row that is one block of several main layers, as their names tell: a reader asks where a block ends that breaks by width."""
_TO_SHAPE = " \u2192 ("
"""Between an op and the shape that it makes."""
_TO_SIZE = " to ("
"""Between a layer and the shape of a sample that it is set to make."""


class RowRuns:
    """The items of an open card that stand in one row, each run of them in the order in which they feed each other."""

    def __init__(self, card: Card, teller: Teller, around: str, wires: Sequence[CardWire]) -> None:
        """Get ready.

        Args:
            card: the card.
            teller: says what stands in cells.
            around: what names of the card's layers may begin with.
            wires: those of the card that count.
        """
        self._card, self._around, self._graph, self._teller = card, around, teller.graph, teller
        groups = content_of(teller.graph).groups
        self.classes = {
            child.group: groups[child.group].cls or ""
            for child in card.children
            if isinstance(child, Card) and child.group >= 0
        }
        self.told = [teller.told(child) for child in card.children]
        self.out: Dict[int, List[CardWire]] = {}
        self.into: Dict[int, List[CardWire]] = {}
        for wire in wires:
            self.out.setdefault(wire.source.child, []).append(wire)
            self.into.setdefault(wire.target.child, []).append(wire)
        joins = {child: self._joins(child) for child in range(len(card.children))}
        self.operands = {child: after for child, after in joins.items() if after is not None}
        """What is made of weights alone -> the sign that joins it with a tensor, and says both."""

    def found(self) -> List[List[int]]:
        """The children of each row, in the order of the first; an item that stands in no row is alone."""
        following = {child: self.operands.get(child, self._next(child)) for child in range(len(self._card.children))}
        begun = set(range(len(following))) - {after for after in following.values() if after is not None}
        runs: List[List[int]] = []
        for child in sorted(begun):
            chain = [[child]]
            while True:
                after = following[chain[-1][-1]]
                if after is None:
                    break
                if self.operands.get(chain[-1][-1]) == after or self._fits(chain[-1], after):
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
            for wire in self.into.get(child, ())
            for other in self.out.get(wire.source.child, ())
            if other.source == wire.source and other.target.child != BORDER
        }
        return sum(len(self.into[other]) == 1 for other in beside) > 1

    def _joined(self, chain: Sequence[List[int]]) -> List[List[int]]:
        """Rows that feed each other, several in one where there is room: as few as possible, of these as many with a name, then as narrow."""
        found = [
            self._joined_from(chain, wide, ends_first=ends_first)
            for wide in (_JOINED_WIDTHS if len(chain) > LEAST_OPERANDS else _JOINED_WIDTHS[:1])
            for ends_first in (False, True)
        ]

        def rank(rows: List[List[int]]) -> Tuple[int, int, float]:
            return len(rows), sum(map(self._is_of_several, rows)), max(row_width(self.cells(row)) for row in rows)

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
        cells = self.cells(run)
        if len(cells) <= _MOST_CELLS[JOINED] and row_width(cells) <= wide:
            return True
        layers = [cell.item for cell in cells if isinstance(cell.item, Card)]
        return (
            len(cells) <= _MOST_OF_BLOCK
            and row_width(cells) <= _WIDEST_BLOCK
            and are_of_one_block([layer.title for layer in layers], [self.classes[layer.group] for layer in layers])
        )

    def _is_of_several(self, run: Sequence[int]) -> bool:
        """Whether the layers of a row have no name in common."""
        main, heading = self.heads(run)
        return len(heading) > 1 and not name_together(tuple(self.cells(run)), main, self._around, self.classes, heading)

    def heads(self, run: Sequence[int]) -> Tuple[int, Set[int]]:
        """Which cell of a row is its main one, and the groups of all that could be."""
        told = [one for one in (self.told[child] for child in run) if one is not None]
        fewer = len(told) - len(self.cells(run))  # that the first cell tells as well
        main = max(0, next((place for place, one in enumerate(told) if one.part == MAIN), 0) - fewer)
        return main, {cell_group(one.cell) for one in told if one.part == MAIN} - {-1}

    def cells(self, run: Sequence[int]) -> List[Cell]:
        """The cells of a run, with the shapes that the row tells."""
        told = [self.told[child] for child in run]
        cells = [one.cell for one in told if one is not None]
        if len(cells) == len(run):
            shaped = [self._with_shape(cell, child, run[-1]) for cell, child in zip(cells, run)]
            # Of a row that is full anyway a shape would make two.
            cells = cells if self._teller.manner == JOINED and row_width(shaped) > _WIDEST[JOINED] else shaped
        shown = _shape_once(cells)
        if len(shown) == len(run) > 1 and self.operands.get(run[0]) == run[1]:
            shown = self._teller.with_operand(shown)
        return self._teller.with_mask(shown)

    def _with_shape(self, cell: Cell, child: int, last: int) -> Cell:
        """A cell that others of its row follow: where it takes or adds an axis, it says the shape, unless the wire behind the row tells the same."""
        if child == last or cell.symbol or _TO_SHAPE in cell.text:
            return cell
        wires = [self.out.get(each, [])[:1] for each in (child, last)]
        if not wires[0]:
            return cell
        shape, behind = (wire_shape(self._graph, each[0]) if each else "" for each in wires)
        taken = min(self.into.get(child, ()), key=lambda wire: wire.target.port, default=None)
        before = None if taken is None else self._rank(taken)
        if not shape or shape == behind or before in (None, self._rank(wires[0][0])):
            return cell
        to = cell.text.partition(_TO_SIZE)[2]  # of a layer that is set to a shape: all but the batch
        if to and shape.endswith(f", {to}"):
            return cell
        return with_fields(cell, text=f"{cell.text} \u2192 {shape}")

    def _rank(self, wire: CardWire) -> Optional[int]:
        """How many axes the tensor of a wire has; ``None`` if that is not known."""
        kind = wire_type(self._graph, wire)
        return len(kind.shape) if kind is not None and kind.shape is not None else None

    def _next(self, child: int) -> Optional[int]:
        """The item that alone takes what an item gives, and nothing else."""
        out = self.out.get(child, [])
        if self.told[child] is None or len(out) != 1 or out[0].kind != "data" or out[0].count > 1:
            return None
        after = out[0].target.child
        if after in (BORDER, child) or self.told[after] is None or len(self.into[after]) != 1:
            return None
        return after if self.layer_around(child) == self.layer_around(after) else None

    def _joins(self, child: int) -> Optional[int]:
        """The sign that joins what an item makes of weights alone with a tensor that comes from elsewhere; ``None`` if there is none."""
        out = self.out.get(child, [])
        if len(out) != 1 or out[0].kind != "data" or out[0].count > 1 or self.into.get(child):
            return None
        after = out[0].target.child
        told = self.told[after] if after not in (BORDER, child) else None
        if told is None or not told.cell.symbol or not self._teller.operand(self._card.children[child]):
            return None
        others = [wire for wire in self.into[after] if wire.source.child != child]
        if len(others) != 1 or len(self.into[after]) != LEAST_OPERANDS or others[0].kind != "data":
            return None
        if others[0].source.child != BORDER and not self.into.get(others[0].source.child):
            return None
        in_order = told.cell.text in EITHER_WAY or out[0].target.port > others[0].target.port
        return after if in_order else None

    def layer_around(self, child: int) -> int:
        """The recurrent layer without a frame that an op is a part of, around its loop; -1 if there is none."""
        item, groups = self._card.children[child], content_of(self._graph).groups
        home = content_of(self._graph).node_group[item.node] if isinstance(item, Box) else -1
        around = takewhile(lambda each: each != self._card.group, groups_around(groups, home))
        return next((each for each in around if is_recurrent(groups[each])), -1)

    def _fits(self, run: List[int], after: int) -> bool:
        told = [self.told[child] for child in (*run, after)]
        parts = [one.part for one in told if one is not None]
        manner = self._teller.manner
        leading = all(part == LEADS for part in parts[:-1]) if manner == SHORT else MAIN not in parts[:-1]
        if parts[-1] != FOLLOWS and not leading:  # before any cell is made and measured
            return False
        cells = self.cells([*run, after])
        return len(cells) <= _MOST_CELLS[manner] and row_width(cells) <= _WIDEST[manner]


def wire_shape(graph: Graph, wire: CardWire) -> str:
    """The shape of the tensor that a wire stands for; empty if it is not known."""
    kind = wire_type(graph, wire)
    return shape_text(kind.shape) if kind is not None else ""


def wire_type(graph: Graph, wire: CardWire) -> Optional[TensorType]:
    """The type of the tensor that a wire stands for; ``None`` if it is not known."""
    if wire.told is None:
        return None
    node, output = wire.told.tensor
    outputs = content_of(graph).table.outputs
    types = outputs[node] if node < len(outputs) else ()
    return types[output] if 0 <= output < len(types) else None


def cell_group(cell: Cell) -> int:
    """The group of the closed card that a cell is; -1 for an op."""
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
