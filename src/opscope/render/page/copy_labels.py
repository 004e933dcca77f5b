"""What the labels of wires say when another copy of a stack is shown than the first: the types of that copy's own tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Iterator, List, Mapping, NamedTuple, Optional, Set, Tuple

from ...graph.content import content_of
from ...graph.view import CHIP
from ...graph.vocabulary import chain
from ...layout.flat import BORDER
from ...layout.scene.items import Card, LabelParts
from ...layout.scene.labels import copy_text, fresh_type, type_of_copy
from .stacks import Copies, CopyPlaces, Where
from .undrawn import HANDED_ON, NOT_DRAWN, NOT_TAKEN, layer_or_op

if TYPE_CHECKING:
    from ...graph.types import TensorType
    from ...layout.scene.items import CardWire
    from ...layout.scene.stage import Stage
    from ...passes.flow import TensorRef

Way = Tuple[Tuple[int, int], ...]
"""Which copies something is in: the stacks around it, each with the number of the copy, where that is not the first."""


class WireLabel(NamedTuple):
    """What a wire of a card says in another copy."""

    unit: int
    wire: int
    """Which of the card's wires."""
    text: str
    at_head: bool = False
    """Whether the words stand at the arrow head. They are then of this wire alone: a label is of all that begin together."""


class _Ends(NamedTuple):
    """What a wire joins in the copy that is drawn, in rows of the whole graph; -1 where that is not known."""

    maker: int
    output: int
    user: int
    slot: int
    """Which input of the user its tensor is."""


class CopyLabels:
    """Finds the labels of copies.

    A wire of the drawing stands for the tensor that its user takes. The user's counterpart in another copy takes the tensor
    whose type is said there: so the wire that enters from outside is right, too. If it comes from an op that only this copy has,
    such as a projection, it is not what the wire shows: the label says so, and where it comes from.
    """

    def __init__(self, found: Copies, places: CopyPlaces, stage: "Stage", every: List[Card]) -> None:
        self._found, self._places, self._stage = found, places, stage
        self._outputs = content_of(found.whole).table.outputs
        wanted = {found.node[told.user] for card in every for told in _label_parts(card) if told.user >= 0}
        wanted |= {
            found.node[told.tensor[0]]
            for card in every
            for told in _label_parts(card)
            if told.tensor[0] < len(found.node)
        }
        self._beginning: "Dict[TensorRef, List[LabelParts]]" = {}
        """Tensor that the drawing shows -> what is told by the wires that stand for it."""
        for told in (told for card in every for told in _label_parts(card)):
            self._beginning.setdefault(told.tensor, []).append(told)
        self._own: Dict[Way, Dict[int, int]] = {}
        """The copies that ops are in -> what stands for each of them in the drawing -> the op."""
        for row, base, way in _in_copies(places.nodes):
            if base in wanted:
                self._own.setdefault(way, {})[base] = row
        self._units: Dict[int, List[Tuple[int, Way]]] = {}
        for unit, base, way in _in_copies(places.units):
            self._units.setdefault(base, []).append((unit, way))
        self._slots: Dict[Tuple[int, "TensorRef"], int] = {}
        stacks = content_of(found.drawn).view.stacks.values()
        self._takes = {tensor: taken.name for stack in stacks for tensor, taken in stack.takes.items()}
        """Tensor that enters a stack -> the op whose tensor the drawn copy takes in its place."""
        self._undrawn = {row for rows in places.undrawn.values() for row in rows}
        self._instead = {
            part.serial: {stage.flow.source(*tensor) for tensor in part.instead} for part in places.lacks.values()
        }
        """Serial number of a copy that lacks something -> what it hands on in the place of that."""

    def of(self, card: Card) -> Iterator[WireLabel]:
        """The labels of a card's wires in each other copy, where they say something else."""
        places = self._units.get(self._found.unit[card.group], ()) if card.group >= 0 else ()
        units = [(unit, self._own.get(way, {}), dict(way)) for unit, way in places]
        for wire, one in enumerate(card.wires) if units else ():
            if one.told is None or one.count > 1:
                continue
            enters = self._enters(one, card.group)
            if not (enters or one.label or one.told.fresh or self._undrawn or self._places.lacks):
                continue
            entered = self._entered(one.told, card.group)
            is_lacking = bool(self._places.lacks) and one.target.child != BORDER
            ends = self._ends(one.told)
            for unit, own, copies in units:
                word = self._into_nothing(one.told, own) if is_lacking else ""
                if word:
                    yield WireLabel(unit, wire, word, at_head=True)
                    continue
                carried = self._carried(ends, own)
                if carried[0] in self._undrawn:
                    yield WireLabel(unit, wire, self._out_of_undrawn(one.told, carried[0], own), at_head=True)
                    continue
                if enters:
                    word = self._other_type(one.told, carried, card.group, copies)
                    if word:
                        yield WireLabel(unit, wire, word)
                    continue
                told = one.told if entered < 0 else one.told._replace(copy=self._copy(entered, copies))
                text = self._text(told, (own.get(ends.maker, -1), ends.output), carried, labelled=bool(one.label))
                if text != one.label:
                    yield WireLabel(unit, wire, text)

    def _out_of_undrawn(self, told: LabelParts, last: int, ops: Mapping[int, int]) -> str:
        """What a wire says whose tensor an op makes that has no place in the drawing. `ops` as for `_carried`.

        Where these ops take what the wire begins with, it runs through them: without that word it would look like the identity.
        What it begins with is what other wires carry that begin there too.
        """
        makers, entering = self._walked(last)
        beside = {
            self._carried(self._ends(other), ops) for other in self._beginning[told.tensor] if other.user != told.user
        }
        beside.add(
            self._there((ops.get(self._base(told.tensor[0]), -1), told.tensor[1]))
        )  # of a copy's own op that is it
        if len(entering) != 1 or not entering <= beside:
            return f"from {makers[0]}, {NOT_DRAWN}"
        return f"through {makers[0] if len(makers) == 1 else f'{len(makers)} layers'}, {NOT_DRAWN}"

    def _walked(self, last: int) -> "Tuple[List[str], Set[TensorRef]]":
        """The layers or ops without a place in the drawing that lead to one of them, the last first; and the tensors that enter them."""
        waiting, seen = [last], {last}
        entering: "Set[TensorRef]" = set()
        for row in waiting:
            for node, output in self._stage.taken(row):
                if node in self._undrawn:
                    if node not in seen:
                        seen.add(node)
                        waiting.append(node)
                elif self._stage.roles[node] != CHIP:
                    entering.add((node, output))
        boxes = [row for row in waiting if self._stage.roles[row] != CHIP]
        return list(dict.fromkeys(layer_or_op(self._found.whole, row) for row in boxes)), entering

    def _enters(self, wire: "CardWire", group: int) -> bool:
        """Whether a wire without words begins where the tensor enters a stack of which the first copy is drawn.

        What that copy takes is what stands outside. Another copy takes what the one before it gives, which may be of another type.
        """
        told = wire.told
        if told is None or wire.label or told.fresh or told.copy or wire.source.child != BORDER:
            return False
        return group in content_of(self._found.drawn).view.stacks

    def _other_type(self, told: LabelParts, carried: "TensorRef", group: int, copies: Mapping[int, int]) -> str:
        """What is said of a tensor that enters a copy of the stack of `group`, where what stands outside is of another type."""
        around = tuple([(stack, copy) for stack, copy in copies.items() if stack != self._found.stack[group]])
        drawn = self._base(told.tensor[0])
        outside = self._type((self._own.get(around, {}).get(drawn, drawn), told.tensor[1]))
        kind = self._type(carried)
        if kind is None or outside is None or kind == outside:
            return ""
        return type_of_copy(self._copy(group, copies), kind, dtype=kind.dtype != outside.dtype)

    def _entered(self, told: LabelParts, group: int) -> int:
        """The group of the stack around `group` that the tensor enters, if another copy than the first is drawn; -1: none."""
        content = content_of(self._found.drawn)
        around = chain(content.groups, group) if told.copy else ()
        stacks = content.view.stacks
        return next((at for at in around if at in stacks and told.tensor in stacks[at].takes), -1)

    def _copy(self, group: int, copies: Mapping[int, int]) -> str:
        """What is said before the type of a copy's own tensor: which one that is, in the stack of `group`, of stacks that show these copies."""
        order, copy = content_of(self._found.drawn).view.stacks[group].places, copies.get(self._found.stack[group], 0)
        return copy_text(order[copy] if order else copy)

    def _into_nothing(self, told: LabelParts, ops: Mapping[int, int]) -> str:
        """What a wire says that would lead to an op which some copies lack; empty where they have it. `ops` as for `_carried`."""
        copy = self._places.lacks.get(ops.get(self._base(told.user), -1)) if told.user >= 0 else None
        maker = ops.get(self._base(told.tensor[0]), -1)
        if copy is None or maker in self._places.lacks:
            return ""
        return HANDED_ON if (maker, told.tensor[1]) in self._instead[copy.serial] else NOT_TAKEN

    def _text(self, told: LabelParts, maker: "TensorRef", carried: "TensorRef", *, labelled: bool) -> str:
        """What the wire says where it carries a tensor; nothing of a type that is not known. `maker` is what it begins with in that copy."""
        kind = self._type(carried)
        if kind is None or not (labelled or told.fresh):
            return told.side
        own = self._type(self._there(maker))
        if own is not None and own != kind:  # it leaves a stack, inside of which the reader saw another type
            text = type_of_copy(told.copy, kind, dtype=own.dtype != kind.dtype)
        elif told.copy:  # it was said that what enters here is of another type than outside
            text = type_of_copy(told.copy, kind, dtype=False) if own is None and labelled else ""
        else:
            text = fresh_type(kind, self._types_into(carried[0])) if told.fresh else ""
        return f"{told.side} {text}" if told.side and text else told.side or text

    def _ends(self, told: LabelParts) -> _Ends:
        """What a wire joins in the copy that is drawn."""
        maker, output = told.tensor
        return _Ends(self._base(maker), output, self._base(told.user) if told.user >= 0 else -1, self._slot(told))

    def _carried(self, ends: _Ends, ops: Mapping[int, int]) -> "TensorRef":
        """The tensor that the wire carries in some copies; row -1 where that is not known.

        `ops` has the ops of these copies, each by what stands for it in the drawing.
        """
        user = ops.get(ends.user, -1) if ends.user >= 0 and ends.slot >= 0 else -1
        if user < 0 or user in self._places.lacks:
            return self._there((ops.get(ends.maker, -1), ends.output))
        taken = self._stage.taken(user)
        return taken[ends.slot] if ends.slot < len(taken) else (-1, 0)

    def _there(self, tensor: "TensorRef") -> "TensorRef":
        """The tensor itself; of an op that is not there, what its copy hands on in its place, if that is one."""
        copy = self._places.lacks.get(tensor[0]) if self._places.lacks else None
        if copy is None:
            return tensor
        instead = self._instead[copy.serial]
        return next(iter(instead)) if len(instead) == 1 else (-1, 0)

    def _slot(self, told: LabelParts) -> int:
        """Which input of the drawn user the tensor is; -1 where that cannot be told."""
        key = (told.user, told.tensor)
        if told.user < 0:
            return -1
        if key not in self._slots:
            table = content_of(self._found.whole).table
            sources = self._stage.taken(self._base(told.user))
            # The tensor itself, or that of a copy for which it stands.
            shown = [(self._places.nodes.base(node), output) for node, output in sources]
            wanted = (self._base(told.tensor[0]), told.tensor[1])
            slot = next((places.index(wanted) for places in (sources, shown) if wanted in places), -1)
            if slot < 0 and told.tensor in self._takes:  # it enters a chain, of which the drawn copy is not the first
                makers = [table.names[node] for node, _ in sources]
                slot = makers.index(self._takes[told.tensor]) if self._takes[told.tensor] in makers else -1
            self._slots[key] = slot
        return self._slots[key]

    def _base(self, row: int) -> int:
        """The row in the whole graph of one that is drawn."""
        return self._found.node[row] if 0 <= row < len(self._found.node) else -1

    def _type(self, tensor: "TensorRef") -> "Optional[TensorType]":
        node, output = tensor
        types = self._outputs[node] if node >= 0 else ()
        return types[output] if 0 <= output < len(types) else None

    def _types_into(self, row: int) -> "Set[TensorType]":
        """The types of the tensors that are wired to an op; a body's op has its wires inside."""
        if row in self._stage.owned:
            return set()
        taken = self._stage.taken(row)
        found = [self._type(tensor) for tensor in taken if self._stage.roles[tensor[0]] != CHIP]
        return {kind for kind in found if kind is not None}


def _label_parts(card: Card) -> Iterator[LabelParts]:
    return (wire.told for wire in card.wires if wire.told is not None)


def _in_copies(where: Where) -> Iterator[Tuple[int, int, Way]]:
    """Each row in another copy than the first, what stands for it in the drawing, and which copies it is in."""
    for row in (row for row, stack in enumerate(where.stack) if stack >= 0):
        way, here = [], row
        while where.stack[here] >= 0:
            way.append((where.stack[here], where.copy[here]))
            here -= where.back[here]
        yield row, here, tuple(way)
