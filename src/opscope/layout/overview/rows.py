"""Puts layers and ops that feed each other and nothing else into rows: ``7×7 conv, 64, /2 · BN · ReLU``."""

from __future__ import annotations

from dataclasses import replace
from types import MappingProxyType
from typing import AbstractSet, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.view import CHIP
from ...graph.vocabulary import FLOW_KINDS, FLOW_PARTS, READ
from ...passes.naming import is_made_up
from ...passes.rewire import origin
from ..flat import BORDER
from ..scene.items import Box, Card, CardWire, Cell, ChainRow, Chip, End, Item, Scene, cards
from ..scene.labels import cut, shape_text
from ..scene.layer_kinds import LAYER_KINDS, kind_of_op
from ..scene.op_words import operator_text
from ..sizes.row_sizes import row_width
from .known_words import KnownWords
from .row_kinds import ASSIGNING, CIRCLED, FOLLOWING, HEAVY_OPS, LAYER_SIGNS, LEADING, OP_SIGNS, ORDERED, RESHAPING
from .step_of_loop import StepsOfLoops

MOST_CELL_TEXT = 44
"""A cell says at most so many characters."""
MOST_CELLS = 5
WIDEST = 400.0
"""A row is at most so wide, in pixels, unless a single cell is wider."""
SHORT, LONG, JOINED = 0, 1, 2
"""How rows are made: at most one main layer with what leads and follows it; the same in wider rows, in which what normalizes leads as well; or all that
feeds each other, several main layers too. The later ones save height."""
_WIDEST = (WIDEST, 520.0, 620.0)
_MOST_CELLS = (MOST_CELLS, MOST_CELLS, 7)
LEAST_OPERANDS = 2
_TO_SHAPE = " \u2192 ("
"""Between an op and the shape that it makes."""
AS_TYPE = " as "
"""Between a constant and the type that it is cast to."""
_LIST = "variant"
"""The type of a list of tensors, which tells nobody anything."""
LEAST_STEM = 3
"""What names begin with is a name if it has so many characters."""
MAIN, FOLLOWS, LEADS = "main", "follows", "leads"


class _Told(NamedTuple):
    """A cell, and its part in a row: `MAIN`, `FOLLOWS` or `LEADS`."""

    cell: Cell
    part: str


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
    teller = _Teller(graph, kept, words, beside, known or KnownWords(graph), manner)
    built: Dict[int, Card] = {}
    for card in reversed(cards(scene)):
        children = tuple([built.get(id(child), child) if isinstance(child, Card) else child for child in card.children])
        built[id(card)] = _Rows(replace(card, children=children), teller, _called(graph, card)).card()
    root = built[id(scene.root)]
    drawn = [child for card in built.values() for child in card.children]
    used = {cell.family for row in drawn if isinstance(row, ChainRow) for cell in row.cells}
    used |= {card.layer_kind for card in drawn if isinstance(card, Card)}
    return replace(scene, root=root, families=tuple([kind for kind in LAYER_KINDS if kind in used]))


def _called(graph: Graph, card: Card) -> str:
    """The name of the copy that a stack draws, with which the names of its layers may begin; empty for other cards."""
    return content_of(graph).groups[card.group].name if card.repeat > 1 else ""


class _Teller:
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

    def told(self, item: Item) -> Optional[_Told]:
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

    def coloured(self, item: Item) -> Item:
        """An item that stands in no row; a closed card has the colour of its layers, if they are of one kind."""
        if not isinstance(item, Card) or item.open or item.group < 0 or item.kind in FLOW_KINDS | FLOW_PARTS:
            return item
        return replace(item, layer_kind=self._known.kind(item.group))

    def _op(self, box: Box) -> _Told:
        op = content_of(self.graph).table.ops[box.node]
        sign = OP_SIGNS.get(op, box.title)
        joins = box.inputs > 1
        text = (
            self._steps.words(box.node)
            or self._formula(box, op, sign)
            or operator_text(self.graph, box.node)
            or self._of_chips(box, op, sign)
            or f"{sign} {self._beside(box, op)}".strip()
        )
        part = MAIN if op in HEAVY_OPS or joins else FOLLOWS
        return _Told(Cell(box, text, kind_of_op(op), symbol=text in CIRCLED), part)

    def _formula(self, box: Box, op: str, sign: str) -> str:
        """What an op says that takes a constant as its first operand, ``1 \u2212 x``; empty for others."""
        if op not in ORDERED or not box.chips:
            return ""
        content = content_of(self.graph)
        first = next(iter(content.table.data_inputs(box.node)), None)
        if first is None or content.view.role(origin(content.table, *first, self._known.passed)[0]) != CHIP:
            return ""
        second = box.chips[1].text if len(box.chips) > 1 else "x"
        return f"{box.chips[0].text} {sign} {second}"

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
        if box.node in content.view.makes:
            return f"\u2192 {content.view.makes[box.node]}"
        if op in RESHAPING:
            types = content.table.outputs[box.node]
            names = [chip.text for chip in box.chips if self._is_weight(chip)]
            return " ".join([*names, f"\u2192 {shape_text(types[0].shape)}" if types else ""])
        return " ".join(chip.text for chip in box.chips[:2]) + (" \u2026" if len(box.chips) > 2 else "")

    def _is_weight(self, chip: Chip) -> bool:
        """Whether a chip names a variable."""
        content = content_of(self.graph)
        return any(node in content.handles or content.table.ops[node] == READ for node in chip.nodes)

    def _layer(self, card: Card, cls: str) -> _Told:
        sign = LAYER_SIGNS.get(cls, "")
        family = self._known.kind(card.group) or "unknown"
        if sign:
            return _Told(Cell(card, sign, family, symbol=sign in CIRCLED), MAIN)
        if card.group in self._words:
            return _Told(Cell(card, self._words[card.group], family), MAIN)
        part = FOLLOWS if cls in FOLLOWING else LEADS if cls in LEADING else MAIN
        text = _shortened(self._known.layer(card.group) or cls or card.title)
        inside = self._known.recurrent.of(card.group)
        return _Told(Cell(card, f"{text} \u00b7 {inside}" if inside else text, family), part)


class _Rows:
    """The rows of one open card."""

    def __init__(self, card: Card, teller: _Teller, around: str) -> None:
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

    def card(self) -> Card:
        """The card with its rows."""
        if not self._card.open:
            return self._card
        runs = self._runs()
        place = {child: number for number, run in enumerate(runs) for child in run}
        place[BORDER] = BORDER
        children = tuple([self._item(run) for run in runs])
        wires, inner = [], self._labels_inside(place, runs)
        for wire in self._wires:
            source, target = place[wire.source.child], place[wire.target.child]
            if source == target != BORDER and wire.kind == "data" and len(runs[source]) > 1:
                continue
            label = wire.label if wire.label != _LIST else ""
            label = label or self._said(wire, inner.get(source, "")) or self._behind_stack(wire)
            if source != BORDER and label and self._ends_with(runs[source][-1], label):
                label = ""
            ends = End(source, wire.source.port), End(target, wire.target.port)
            same = ends == (wire.source, wire.target) and label == wire.label
            wires.append(wire if same else replace(wire, source=ends[0], target=ends[1], label=label))
        return replace(self._card, children=children, wires=tuple(wires))

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

    def _behind_stack(self, wire: CardWire) -> str:
        """The label of a wire from an open stack whose result has another shape than what enters it: it is told only inside.

        It is that of all copies if no shape in them differs.
        """
        source = self._card.children[wire.source.child] if wire.source.child >= 0 else None
        if (
            not isinstance(source, Card)
            or not source.open
            or source.repeat < LEAST_OPERANDS
            or wire.kind != "data"
            or wire.count > 1
        ):
            return ""
        stack = content_of(self._graph).view.stacks.get(source.group)
        if stack is None or any("(" in words for words in stack.differences):
            return ""
        shape = self._shape(wire)
        return "" if shape in map(self._shape, self._into.get(wire.source.child, ())) else shape

    def _shape(self, wire: CardWire) -> str:
        """The shape of the tensor that a wire stands for; empty if it is not known."""
        if wire.told is None:
            return ""
        node, output = wire.told.tensor
        outputs = content_of(self._graph).table.outputs
        types = outputs[node] if node < len(outputs) else ()
        return shape_text(types[output].shape) if 0 <= output < len(types) else ""

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
        following = {child: self._next(child) for child in range(len(self._card.children))}
        begun = set(range(len(following))) - {after for after in following.values() if after is not None}
        runs: List[List[int]] = []
        for child in sorted(begun):
            chain = [[child]]
            while True:
                after = following[chain[-1][-1]]
                if after is None:
                    break
                if self._fits(chain[-1], after):
                    chain[-1].append(after)
                else:
                    chain.append([after])
            runs += self._joined(chain) if self._teller.manner == JOINED else chain
        placed = {child for run in runs for child in run}
        runs += [[child] for child in following if child not in placed]  # that feed each other in a circle
        return sorted(runs)

    def _joined(self, chain: Sequence[List[int]]) -> List[List[int]]:
        """Rows that feed each other, several in one where there is room."""
        found = [chain[0]]
        for run in chain[1:]:
            cells = self._cells([*found[-1], *run])
            if len(cells) <= _MOST_CELLS[JOINED] and row_width(cells) <= _WIDEST[JOINED]:
                found[-1] = [*found[-1], *run]
            else:
                found.append(run)
        return found

    def _cells(self, run: Sequence[int]) -> List[Cell]:
        told = [self._told[child] for child in run]
        return _shape_once([one.cell for one in told if one is not None])

    def _next(self, child: int) -> Optional[int]:
        """The item that alone takes what an item gives, and nothing else."""
        out = self._out.get(child, [])
        if self._told[child] is None or len(out) != 1 or out[0].kind != "data" or out[0].count > 1:
            return None
        after = out[0].target.child
        if after in (BORDER, child) or self._told[after] is None or len(self._into[after]) != 1:
            return None
        return after

    def _fits(self, run: List[int], after: int) -> bool:
        told = [self._told[child] for child in (*run, after)]
        parts = [one.part for one in told if one is not None]
        cells = self._cells([*run, after])
        manner = self._teller.manner
        if len(cells) > _MOST_CELLS[manner] or row_width(cells) > _WIDEST[manner]:
            return False
        leading = all(part == LEADS for part in parts[:-1]) if manner == SHORT else MAIN not in parts[:-1]
        return parts[-1] == FOLLOWS or leading

    def _item(self, run: List[int]) -> Item:
        told = [one for one in (self._told[child] for child in run) if one is not None]
        if not told:
            return self._teller.coloured(self._card.children[run[0]])
        cells = tuple(_shape_once([one.cell for one in told]))
        main = next((place for place, one in enumerate(told) if one.part == MAIN), 0)
        heading = {_group(one.cell) for one in told if one.part == MAIN} - {-1}
        name = _name(cells, main, self._around, self._classes, heading)
        again = [
            self._shared[each.item.group].short
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


def _group(cell: Cell) -> int:
    return cell.item.group if isinstance(cell.item, Card) else -1


def _shortened(text: str) -> str:
    """The words of a cell, with as many settings as there is room for.

    >>> _shortened("TFBertEmbeddings hidden_size 768, max_position_embeddings 512")
    'TFBertEmbeddings hidden_size 768, \u2026'
    """
    if len(text) <= MOST_CELL_TEXT:
        return text
    begun = text[:MOST_CELL_TEXT].rpartition(", ")[0]
    return f"{begun}, \u2026" if begun else cut(text, MOST_CELL_TEXT)


def _shape_once(cells: Sequence[Cell]) -> List[Cell]:
    """The cells; of ops that bring a tensor into one shape after the other, only the last says which."""
    shaped = [isinstance(cell.item, Box) and _TO_SHAPE in cell.text for cell in cells]
    return [
        replace(cell, text=cell.text.partition(_TO_SHAPE)[0])
        if shaped[place] and any(shaped[place + 1 : place + 2])
        else cell
        for place, cell in enumerate(cells)
    ]


def _padded(cells: Tuple[Cell, ...]) -> Tuple[Cell, ...]:
    """The cells; behind one that pads nobody writes that a convolution does not."""
    return tuple(
        [
            replace(cell, text=cell.text.replace(", valid", "")) if place and "pad" in cells[place - 1].text else cell
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


def _name(
    cells: Tuple[Cell, ...], main: int, around: str, classes: Mapping[int, str], heading: AbstractSet[int]
) -> str:
    """What the layers of a row are called together: what their names begin with, else the name of the main one.

    Of several main layers, which are those of the groups `heading`, it is the first, and so marked.
    `around` is the name of the card that holds the row: what names begin with in it is not said again. `classes` are those of groups: a
    name that Keras made of a class says nothing more than the class.
    """
    every = [cell.item for cell in cells if isinstance(cell.item, Card)]
    names = [card.title for card in every]
    if all(is_made_up(card.title, classes.get(card.group, "")) for card in every):
        return ""
    stem = names[0] if len(names) == 1 else _stem(names)
    if stem == cells[0].text:
        return ""
    heads = [cell.item.title for cell in cells if isinstance(cell.item, Card) and cell.item.group in heading]
    if len(heads) > 1 and len(stem) < LEAST_STEM:
        stem = f"{heads[0]} \u2026"
    elif len(names) > 1 and len(stem) < LEAST_STEM:
        stem = cells[main].item.title if isinstance(cells[main].item, Card) else names[0]
    return stem[len(around) :].lstrip("_-./") if around and stem.startswith(around) else stem


def _stem(names: Sequence[str]) -> str:
    """What all names begin with, in whole words.

    >>> _stem(["conv1_pad", "conv1_conv"]), _stem(["pool1_pad", "pool1_pool"])
    ('conv1', 'pool1')
    """
    stem = min(names)
    while not all(name.startswith(stem) for name in names):
        stem = stem[:-1]
    if any(len(name) > len(stem) and name[len(stem)].isalnum() for name in names) and stem[-1:].isalnum():
        stem = stem[: max(stem.rfind("_"), stem.rfind("-"), 0)]
    return stem.rstrip("_-./")
