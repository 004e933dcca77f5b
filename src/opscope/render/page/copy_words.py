"""What cards, boxes and chips say when another copy of a stack is shown than the first, whose words the drawing has.

Only what differs from the first copy's words is told: of most stacks that is the names and a few shapes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Dict, Iterator, List, NamedTuple, Optional, Tuple, Union

from ...graph.content import content_of
from ...graph.groups import Group
from ...graph.view import ALONE, CHIP, PILL
from ...graph.vocabulary import chain
from ...graph.with_fields import with_fields
from ...layout.scene.docks import Docks, named
from ...layout.scene.items import Box, Card, ChainRow, Chip, Item, Pill
from ...layout.scene.labels import (
    absent_text,
    card_title,
    cut,
    fused_texts,
    group_detail,
    loop_trips,
    nested_copies,
    type_text,
    variable_name,
)
from ...layout.scene.stage import Stage
from ...passes.differ import differences
from ...passes.group_sizes import group_sizes
from ...passes.naming import part_name
from ...passes.rewire import passing
from ...passes.succession import succession
from ...passes.uneven import in_order
from ...shapes.loops import trips
from .copy_labels import CopyLabels, WireLabel
from .stacks import Copies, CopyPlaces, Where
from .undrawn import NOT_THERE, undrawn_text

if TYPE_CHECKING:
    from ...layout.scene.items import Named
    from ...passes.flow import TensorRef
    from ...passes.structure import Part

Small = Union[Box, Pill]


@dataclass(frozen=True)
class CardWords:
    """A card as it is when it shows a unit of another copy."""

    unit: int
    open: Card
    folded: Card
    differences: Optional[Tuple[str, ...]]
    """In what the copies of its stack differ there; ``None`` where that is as in the first copy around it."""


@dataclass(frozen=True)
class ItemWords:
    """A box or pill as it is when it shows an op of another copy."""

    row: int
    item: Small


class _Docked(NamedTuple):
    """A chip of the first copy, which input of its op it names (-1: that cannot be told), and in which words."""

    chip: Chip
    slot: int
    words: str


class CopyWords:
    """Finds the words of copies."""

    def __init__(self, found: Copies, places: CopyPlaces) -> None:
        self._found, self.places = found, places
        self._stage = Stage(found.whole)
        self._docks = Docks(self._stage)
        self._fused = fused_texts(found.whole)
        self._trips = trips(found.whole)
        self._sizes = _unit_sizes(found)
        self._rows, self._units = _by_base(places.nodes), _by_base(places.units)
        self._told = _stacks_in_copies(found)
        self._may_differ = bool(self._fused or places.lacks or content_of(found.whole).absent.functions)
        """Whether boxes of other copies may have notes, or not be there."""

    def labels(self, every: List[Card]) -> Iterator[WireLabel]:
        """The labels of the wires in these cards, in the other copies in which they are others."""
        labels = CopyLabels(self._found, self.places, self._stage, every)
        return (label for card in every for label in labels.of(card))

    # cards

    def folded(self, card: Card) -> Card:
        """A card of the drawing as it is when it is closed."""
        if card.group < 0:
            return with_fields(card, open=False, chips=card.chips_folded)
        return self._card(card, self._found.unit[card.group]).folded

    def cards(self, card: Card) -> Iterator[CardWords]:
        """A card of the drawing as it is in every other copy, where its words differ by more than its name."""
        for unit in self._units.get(self._found.unit[card.group], ()) if card.group >= 0 else ():
            yield self._card(card, unit)

    def _card(self, card: Card, unit: int) -> CardWords:
        """The card showing `unit`."""
        if unit >= len(self._sizes):
            nothing = with_fields(
                card, open=True, source=None, chips=(), chips_folded=(), subtitle=NOT_THERE, detail="",
                title=f"no {card.subtitle or card.title}",
            )  # fmt: skip
            return CardWords(unit, nothing, with_fields(nothing, open=False), None)
        whole, drawn = self._found.whole, self._found.drawn
        made = unit - len(content_of(whole).groups)
        group = (
            content_of(whole).groups[unit]
            if made < 0
            else Group("", -1, "scope", part_name(whole, self._found.made[made]))
        )
        stack = content_of(drawn).view.stacks.get(card.group, ALONE)
        told = self._told.get(unit)
        differing, feeding = told or (stack.differences, stack.succession)
        itself = unit == self._found.unit[card.group]
        title, subtitle = (card.title, card.subtitle) if itself else self._titles(unit, group)
        trips = loop_trips(whole, self._trips, unit) if made < 0 else None
        detail, detail_folded = (
            group_detail(
                group, ops=ops, differences=differing, succession=feeding, trips=trips,
                nested=nested_copies(drawn, card.group),
            )
            for ops in (None, self._sizes[unit])
        )  # fmt: skip
        own = self.places.undrawn.get(unit)
        if own:  # a closed card holds them too, and counts them
            detail = " · ".join(part for part in (undrawn_text(whole, own), detail) if part)
        chips, chips_folded = card.chips, card.chips_folded
        if not itself:
            chips, chips_folded = (tuple([self._named(chip, unit) for chip in each]) for each in (chips, chips_folded))
        opened = with_fields(
            card, open=True, title=title, subtitle=subtitle, detail=detail, source=group.source, chips=chips
        )
        folded = with_fields(opened, open=False, detail=detail_folded, chips=chips_folded)
        return CardWords(unit, opened, folded, told[0] if told else None)

    def _titles(self, unit: int, group: Group) -> Tuple[str, str]:
        return (
            card_title(self._found.whole, unit)
            if unit < len(content_of(self._found.whole).groups)
            else (cut(group.name), "")
        )

    def _named(self, chip: Chip, unit: int) -> Chip:
        """The chip of a closed card in another copy."""
        if chip.named is None or chip.named.item >= len(self._found.node):
            return chip
        user, whole = self._found.node[chip.named.item], self._found.whole
        # The copy that `unit` is part of holds one op that `user` stands for.
        own = next((row for row in self._rows.get(user, ()) if row < len(whole) and self._holds(unit, row)), -1)
        return self._chip(_Docked(chip, *self._first_words(chip, user)), self._inputs(own)) if own >= 0 else chip

    def _holds(self, unit: int, row: int) -> bool:
        whole = self._found.whole
        made = unit - len(content_of(whole).groups)
        if made >= 0:
            return row in self._found.made[made].traced()
        return unit in chain(content_of(whole).groups, content_of(whole).node_group[row])

    # boxes and pills

    def items(self, item: Item) -> Iterator[ItemWords]:
        """A box or pill of the drawing as it is in every other copy, where its words differ."""
        row = item.node if isinstance(item, Box) else item.op if isinstance(item, Pill) else -1
        others = self._rows.get(self._found.node[row], ()) if row >= 0 else ()
        if isinstance(item, (Card, ChainRow)) or not others:
            return
        first = self._found.node[row]
        chips = [_Docked(chip, *self._first_words(chip, first)) for chip in item.chips]
        if isinstance(item, Box) and not self._may_differ and all(chip.slot < 0 for chip in chips):
            return  # most boxes have only their op's type, which is that of all copies
        note = self._note(first) if self._may_differ else ""
        for other in others:
            told = self._small(item, chips, note, other)
            if told is not item and told != item:
                yield ItemWords(other, told)

    def _small(self, item: Small, docked: "List[_Docked]", before: str, other: int) -> Small:
        """The item showing the op `other`; `before` is the note of the op that it shows first."""
        if other in self.places.lacks:
            told = with_fields(item, title=f"no {item.title}", chips=())
            return with_fields(told, note="") if isinstance(told, Box) else with_fields(told, detail="")
        inputs = self._inputs(other) if docked else []
        chips = tuple([self._chip(one, inputs) for one in docked])
        same = all(chip is one.chip for chip, one in zip(chips, docked))
        whole = self._found.whole
        if isinstance(item, Box):
            note = self._note(other) if self._may_differ else before
            note = item.note if note == before else note
            # Most boxes say the same in every copy: not made again, they need not be compared either.
            return item if same and note == item.note else with_fields(item, chips=chips, note=note)
        if item.kind != "state":
            return with_fields(item, chips=chips)
        types = content_of(whole).table.outputs[other]
        detail = type_text(types[0], dtype=False) if types and types[0].shape != () else ""
        return with_fields(item, chips=chips, title=variable_name(whole, other), detail=detail)

    def _note(self, row: int) -> str:
        """What stands beside the box of an op."""
        return self._fused.get(content_of(self._found.whole).table.names[row]) or absent_text(self._found.whole, row)

    def _chip(self, docked: "_Docked", inputs: "List[TensorRef]") -> Chip:
        """What a chip says on an op with these inputs, for which another op stands in the drawing."""
        chip, slot, before = docked
        if chip.named is None or not 0 <= slot < len(inputs):
            return chip
        after = self._words(inputs[slot], chip.named.argument)
        return chip if before == after else with_fields(chip, text=after)

    def _first_words(self, chip: Chip, user: int) -> Tuple[int, str]:
        """Which input of an op of the first copy a chip names (-1: none that can be told), and in which words."""
        slot = self._slot(chip.named, user) if chip.named is not None else None
        if chip.named is None or slot is None:
            return -1, ""
        return slot, self._words(self._inputs(user)[slot], chip.named.argument)

    def _slot(self, used: "Named", user: int) -> Optional[int]:
        """Which input of an op of the first copy the tensor is that its chip names."""
        wanted = (self._found.node[used.tensor[0]], used.tensor[1])
        for slot, (node, output) in enumerate(self._inputs(user)):
            if (node, output) == wanted or (self.places.nodes.base(node), output) == wanted:
                return slot
        return None

    def _inputs(self, row: int) -> "List[TensorRef]":
        return self._stage.taken(row)

    def _words(self, tensor: "TensorRef", argument: str) -> str:
        if self._stage.roles[tensor[0]] == CHIP:
            return self._docks.words(tensor, argument)
        if self._stage.roles[tensor[0]] == PILL:
            return variable_name(self._found.whole, tensor[0])
        return named(self._stage, tensor)


def _unit_sizes(found: Copies) -> List[int]:
    """For each unit how many ops lie in it, at any depth."""
    return [*group_sizes(found.whole), *(part.size for part in found.made)]


def _by_base(where: Where) -> Dict[int, List[int]]:
    """What is drawn -> what it stands for in other copies."""
    found: Dict[int, List[int]] = {}
    for row, stack in enumerate(where.stack):
        if stack >= 0:
            found.setdefault(where.base(row), []).append(row)
    return found


def _stacks_in_copies(found: Copies) -> Dict[int, Tuple[Tuple[str, ...], str]]:
    """For the stacks in other copies of a stack, by the units of their copies: differences and succession there."""
    whole = found.whole
    passed = passing(whole)
    told: Dict[int, Tuple[Tuple[str, ...], str]] = {}
    known: "List[List[Part]]" = []
    for stack in found.stacks:
        places = {part.serial: place for place, part in enumerate(stack[0].parts()) if part is not None}
        inside = [inner for inner in known if all(part.serial in places for part in inner)]
        for copy in stack[1:] if inside else ():
            parts = copy.parts()
            for inner in inside:
                own = [part for part in (parts[places[part.serial]] for part in inner) if part is not None]
                if len(own) < len(inner):
                    continue  # the copy lacks some of them
                ordered = in_order(own)
                flow = succession(content_of(whole).table, ordered, passed)
                words = (differences(whole, ordered), flow)
                told.update((found.unit_of(part), words) for part in own)
                known.append(own)
        known.append(stack)
    return told
