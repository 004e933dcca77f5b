"""What the cell of a layer or an op in a row says, and whether it leads, follows or is what the row is about."""

from __future__ import annotations

import re
from typing import AbstractSet, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.view import CHIP
from ...graph.vocabulary import FLOW_KINDS, FLOW_PARTS, READ, chain
from ...graph.with_fields import with_fields
from ...passes.naming import is_made_up
from ...passes.rewire import origin
from ..scene.items import Box, Card, Cell, Chip, Item
from ..scene.labels import cut, shape_text
from ..scene.layer_kinds import kind_of_op
from ..scene.layer_table import entry_of
from ..scene.op_words import operator_text
from ..scene.seen_op import SeenOp
from ..scene.setting_values import number_words
from .first_rows import FIRST_ROWS, SLICING, first_rows
from .known_words import KnownWords
from .recurrent_words import with_states
from .row_kinds import (
    ASSIGNING,
    CIRCLED,
    FOLLOWING,
    HEAVY_OPS,
    LAYER_SIGNS,
    LEADING,
    OP_SIGNS,
    ORDERED,
    POWER,
    REDUCING,
    RESHAPING,
)
from .skip_sizes import skip_sizes
from .step_of_loop import StepsOfLoops

MOST_CELL_TEXT = 44
"""A cell says at most so many characters."""
LEAST_OPERANDS = 2
MOST_OPERAND = 28
"""What is made of weights alone is told where it is used, in at most so many characters."""
EITHER_WAY = frozenset({"+", "\u00d7"})
"""Signs of which it does not matter which operand stands behind them."""
_SHAPE = re.compile(r" \([\d, ]*\)")
_AND_MORE = ", \u2026"
AS_TYPE = " as "
"""Between a constant and the type that it is cast to."""
MAIN, FOLLOWS, LEADS = "main", "follows", "leads"
_FILLED = {0: "zeros", 1: "ones"}
"""What a tensor of this number is called."""
_POWERS = {2: "x\u00b2", 3: "x\u00b3", 0.5: "\u221ax", -0.5: "1/\u221ax", -1: "1/x"}
"""What the power of a tensor by this number is called."""


class RowCell(NamedTuple):
    """A cell, and its part in a row: `MAIN`, `FOLLOWS` or `LEADS`."""

    cell: Cell
    part: str


class Teller:
    """Says what the cell of an item says."""

    def __init__(
        self,
        graph: Graph,
        kept: AbstractSet[int],
        words: Mapping[int, str],
        beside: Mapping[int, str],
        known: KnownWords,
        manner: int,
    ) -> None:
        self.graph, self.beside, self.manner = graph, beside, manner
        self.shared, self._steps = known.shared, StepsOfLoops(graph)
        self._kept, self._words, self._known = kept, words, known

    def told(self, item: Item) -> Optional[RowCell]:
        """The cell of an item that may stand in a row; ``None`` for those that may not."""
        if isinstance(item, Box):
            return self._op(item)
        if (
            not isinstance(item, Card)
            or item.open
            or item.repeat > 1
            or item.group < 0
            or item.chips
            or item.uses
            or item.group in self._kept
        ):
            return None
        group = content_of(self.graph).groups[item.group]
        if not group.is_call and group.kind != "scope":
            return None
        return self._layer(item, group.cls or "")

    def with_mask(self, cells: Sequence[Cell]) -> List[Cell]:
        """The cells of a row; one in place of those in front that make a causal mask."""
        for last in range(len(cells) - 1, -1, -1):
            boxes = [cell.item for cell in cells[: last + 1] if isinstance(cell.item, Box)]
            said = self._known.causal_mask(self.graph, boxes[-1].node) if len(boxes) == last + 1 else ""
            if said:
                told = with_fields(cells[last], text=said, symbol=False, before=tuple(boxes[:-1]))
                return [told, *cells[last + 1 :]]
        return list(cells)

    def sizes_of_skips(self, stacks: Tuple[int, int], tensor: Tuple[int, int]) -> List[str]:
        """The shapes of the skip connections between two stacks, of which one is drawn; see `skip_sizes`."""
        return skip_sizes(self.graph, self._known.whole, stacks, tensor)

    def operand(self, item: Item) -> bool:
        """Whether an item is a small op that takes nothing but weights and constants: what it makes is told where it is used."""
        if not isinstance(item, Box) or item.inputs or not any(map(self._is_weight, item.chips)):
            return False
        op = content_of(self.graph).table.ops[item.node]
        told = self._op(item)
        reshapes = op in RESHAPING and not told.cell.text.startswith(FIRST_ROWS)
        plain = not reshapes and op not in HEAVY_OPS and op not in ASSIGNING
        return plain and len(told.cell.text) <= MOST_OPERAND and told.cell.text != item.title

    def with_operand(self, cells: Sequence[Cell]) -> List[Cell]:
        """The cells of a row whose first makes an operand of the second of weights alone: the second says both, ``× (1 \u2212 leak)``."""
        made, user = cells[0], cells[1]
        told = _SHAPE.sub("", made.text)
        assert isinstance(made.item, Box)
        text = f"{user.text} ({told})"
        return [with_fields(user, text=text, symbol=False, operand=made.item), *cells[2:]]

    def coloured(self, item: Item) -> Item:
        """An item that stands in no row; a closed card has the colour of its layers, if they are of one kind.

        A block of layers has none: closed it is the same thing to a reader as an open one beside it, which is white.
        """
        if not isinstance(item, Card) or item.open or item.group < 0 or item.kind in FLOW_KINDS | FLOW_PARTS:
            return item
        if self._known.is_block(item.group, item.repeat):
            return item
        return with_fields(item, layer_kind=self._known.kind(item.group))

    def _op(self, box: Box) -> RowCell:
        op = content_of(self.graph).table.ops[box.node]
        sign = self._filled(box.node) or self._power(box.node) or OP_SIGNS.get(op, box.title)
        joins = box.inputs > 1
        text = (
            self._steps.words(box.node)
            or self._first_rows(box, op)
            or self._of_attention(box.node, sign)
            or self._formula(box, op, sign)
            or operator_text(self.graph, box.node)
            or self._of_chips(box, op, sign)
            or f"{sign} {self._beside(box, op)}".strip()
        )
        part = MAIN if op in HEAVY_OPS or joins else FOLLOWS
        return RowCell(Cell(box, text, kind_of_op(op), symbol=text in CIRCLED), part)

    def _of_attention(self, node: int, sign: str) -> str:
        """What an op says that makes or scales the scores of an attention, or weighs its values: ``matmul q \u00b7 k``; empty for others."""
        words = self._known.attention
        return f"{sign} {words.products[node]}" if node in words.products else words.scales.get(node, "")

    def _first_rows(self, box: Box, op: str) -> str:
        """What an op says that takes the first rows of a weight; empty for others."""
        count = first_rows(self.graph, box.node) if op in SLICING else 0
        names = [chip.text for chip in box.chips if self._is_weight(chip)]
        return f"{FIRST_ROWS}{count:,} rows of {_SHAPE.sub('', names[0])}" if count and len(names) == 1 else ""

    def _filled(self, node: int) -> str:
        """What an op is called that makes a tensor of one number, if that is known: ``zeros``; empty for others."""
        values = SeenOp(self.graph, node).constant(1) if content_of(self.graph).table.ops[node] == "Fill" else None
        if not values or len(values) != 1 or isinstance(values[0], str):
            return ""
        return _FILLED.get(values[0]) or f"fill {number_words(values[0])}"

    def _power(self, node: int) -> str:
        """What an op says that raises what it takes to a power that is known: ``x\u00b2``; empty for others."""
        values = SeenOp(self.graph, node).constant(1) if content_of(self.graph).table.ops[node] == POWER else None
        if not values or len(values) != 1 or isinstance(values[0], str):
            return ""
        return _POWERS.get(values[0]) or f"x^{number_words(values[0])}"

    def _formula(self, box: Box, op: str, sign: str) -> str:
        """What an op says that takes a constant as its first operand, ``1 \u2212 gate``, ``1 \u2212 x`` where what it takes has no name; empty for others."""
        if op not in ORDERED or not box.chips:
            return ""
        content = content_of(self.graph)
        taken = [origin(content.table, *edge, self._known.passed)[0] for edge in content.table.data_inputs(box.node)]
        if not taken or content.view.role(taken[0]) != CHIP:
            return ""
        second = box.chips[1].text if len(box.chips) > 1 else self._layer_beside(box.node, taken[-1]) or "x"
        return f"{box.chips[0].text} {sign} {second}"

    def _layer_beside(self, node: int, source: int) -> str:
        """The name of the layer beside an op that gives what the op takes; empty if it is in none, or its author gave it no name."""
        content = content_of(self.graph)
        around = set(chain(content.groups, content.node_group[node]))
        beside = [index for index in chain(content.groups, content.node_group[source]) if index not in around]
        group = content.groups[beside[-1]] if beside else None
        is_named = group is not None and group.is_call and not is_made_up(group.name, group.cls or "")
        return cut(group.name) if group is not None and is_named else ""

    def _of_chips(self, box: Box, op: str, sign: str) -> str:
        """What an op says that takes nothing but variables and constants: ``step + 1``, ``seen += 1``; empty for others."""
        said = [chip.text.split(AS_TYPE)[0] for chip in box.chips]
        if op in ASSIGNING and said:
            if len(said) < LEAST_OPERANDS:
                return f"set {said[0]}" if ASSIGNING[op] == "=" else f"{said[0]} {ASSIGNING[op]} x"
            return f"{said[0]} {ASSIGNING[op]} {said[1]}"
        return f" {sign} ".join(said) if sign in CIRCLED and box.inputs == 0 and len(said) >= LEAST_OPERANDS else ""

    def _beside(self, box: Box, op: str) -> str:
        """What stands behind the sign of an op: the shape that it makes, or the constants and weights that it uses."""
        content = content_of(self.graph)
        names = [chip.text for chip in box.chips if self._is_weight(chip)]
        if box.node in content.view.makes:
            return " ".join([*names, f"\u2192 {content.view.makes[box.node]}"])
        if op in RESHAPING:
            types = content.table.outputs[box.node]
            return " ".join([*names, f"\u2192 {shape_text(types[0].shape)}" if types else ""])
        types = content.table.outputs[box.node]
        if (op == POWER and self._power(box.node)) or (op in REDUCING and types and types[0].shape == ()):
            return ""  # the sign says the power, and of a sum of all elements nobody asks along which axes
        said = [self._known.borrowed.words(box.node, chip) for chip in box.chips[:2]]
        return " ".join(said) + (" \u2026" if len(box.chips) > 2 else "")

    def _is_weight(self, chip: Chip) -> bool:
        """Whether a chip names a variable."""
        content = content_of(self.graph)
        return any(node in content.handles or content.table.ops[node] == READ for node in chip.nodes)

    def _layer(self, card: Card, cls: str) -> RowCell:
        sign = LAYER_SIGNS.get(cls, "")
        family = self._known.kind(card.group) or "unknown"
        if sign:
            return RowCell(Cell(card, sign, family, symbol=sign in CIRCLED), MAIN)
        if card.group in self._words:
            is_block = self._known.is_block(card.group, card.repeat)
            return RowCell(Cell(card, self._words[card.group], "" if is_block else family), MAIN)
        part = FOLLOWS if cls in FOLLOWING else LEADS if cls in LEADING else MAIN
        group = content_of(self.graph).groups[card.group]
        text = _shortened(self._known.layer(card.group) or cls or card.title)
        # Of a class that nobody knows only some settings are told in any case.
        if entry_of(group.cls, group.defined_in) is None and text.endswith(_AND_MORE):
            text = text[: -len(_AND_MORE)]
        inside = self._known.recurrent.of(card.group)
        return RowCell(Cell(card, with_states(text, inside), family), part)


def _shortened(text: str) -> str:
    """The words of a cell, with as many settings as there is room for.

    >>> _shortened("TFBertEmbeddings hidden_size 768, max_position_embeddings 512")
    'TFBertEmbeddings hidden_size 768, \u2026'
    """
    if len(text) <= MOST_CELL_TEXT:
        return text
    begun = text[:MOST_CELL_TEXT].rpartition(", ")[0]
    return f"{begun}{_AND_MORE}" if begun else cut(text, MOST_CELL_TEXT)
