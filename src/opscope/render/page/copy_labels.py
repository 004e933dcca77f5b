"""What the labels of wires say when another copy of a stack is shown than the first: the types of that copy's own tensors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Iterator, List, NamedTuple, Optional, Set, Tuple

from ...graph.content import content_of
from ...graph.view import CHIP
from ...layout.flat import BORDER
from ...layout.scene.items import Card, LabelParts
from ...layout.scene.labels import fresh_type, type_text
from .stacks import Copies, CopyPlaces, Where
from .undrawn import HANDED_ON, NOT_DRAWN, NOT_TAKEN, layer_or_op

if TYPE_CHECKING:
    from ...graph.types import TensorType
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


class CopyLabels:
    """Finds the labels of copies.

    A wire of the drawing stands for the tensor that its user takes. The user's counterpart in another copy takes the tensor
    whose type is said there: so the wire that enters from outside is right, too. If it comes from an op that only this copy has,
    such as a projection, it is not what the wire shows: the label says so, and where it comes from.
    """

    def __init__(self, found: Copies, places: CopyPlaces, stage: "Stage", every: List[Card]) -> None:
        self._found, self._places, self._stage = found, places, stage
        wanted = {found.node[told.user] for card in every for told in _label_parts(card) if told.user >= 0}
        wanted |= {
            found.node[told.tensor[0]]
            for card in every
            for told in _label_parts(card)
            if told.tensor[0] < len(found.node)
        }
        self._own = {(base, way): row for row, base, way in _in_copies(places.nodes) if base in wanted}
        """What stands for an op in the drawing, and the copies that it is in -> the op."""
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
        units = self._units.get(self._found.unit[card.group], ()) if card.group >= 0 else ()
        for wire, one in enumerate(card.wires) if units else ():
            if one.told is None or one.count > 1:
                continue
            if not (one.label or one.told.fresh or self._undrawn or self._places.lacks):
                continue
            for unit, way in units:
                word = self._into_nothing(one.told, way) if one.target.child != BORDER else ""
                if word:
                    yield WireLabel(unit, wire, word, at_head=True)
                    continue
                maker = self._carried(one.told, way)[1]
                if maker in self._undrawn:
                    yield WireLabel(
                        unit, wire, f"from {layer_or_op(self._found.whole, maker)}, {NOT_DRAWN}", at_head=True
                    )
                    continue
                text = self._text(one.told, way, labelled=bool(one.label))
                if text != one.label:
                    yield WireLabel(unit, wire, text)

    def _into_nothing(self, told: LabelParts, way: Way) -> str:
        """What a wire says that would lead to an op which the copies of `way` lack; empty where they have it."""
        copy = self._places.lacks.get(self._own.get((self._base(told.user), way), -1)) if told.user >= 0 else None
        maker = self._own.get((self._base(told.tensor[0]), way), -1)
        if copy is None or maker in self._places.lacks:
            return ""
        return HANDED_ON if (maker, told.tensor[1]) in self._instead[copy.serial] else NOT_TAKEN

    def _text(self, told: LabelParts, way: Way, *, labelled: bool) -> str:
        """What the wire says in the copies of `way`; nothing of a type that is not known there."""
        kind, maker = self._carried(told, way)
        if kind is None or not (labelled or told.fresh):
            return told.side
        own = self._type(self._there((self._own.get((self._base(told.tensor[0]), way), -1), told.tensor[1])))
        if own is not None and own != kind:  # it leaves a stack, inside of which the reader saw another type
            text = type_text(kind, dtype=own.dtype != kind.dtype)
        elif told.fresh:
            text = fresh_type(kind, self._types_into(maker))
        else:  # it was said that what enters here is of another type than outside
            text = type_text(kind, dtype=False) if own is None and labelled else ""
        return " ".join(part for part in (told.side, text) if part)

    def _carried(self, told: LabelParts, way: Way) -> "Tuple[Optional[TensorType], int]":
        """The type of what the wire carries in the copies of `way`, and the op that makes it."""
        user = self._own.get((self._base(told.user), way), -1) if told.user >= 0 else -1
        slot = self._slot(told)
        if user < 0 or slot < 0 or user in self._places.lacks:
            tensor = self._there((self._own.get((self._base(told.tensor[0]), way), -1), told.tensor[1]))
        else:
            edges = content_of(self._found.whole).table.data_inputs(user)
            tensor = self._stage.flow.source(edges[slot].node, edges[slot].output) if slot < len(edges) else (-1, 0)
        return self._type(tensor), tensor[0]

    def _there(self, tensor: "TensorRef") -> "TensorRef":
        """The tensor itself; of an op that is not there, what its copy hands on in its place, if that is one."""
        copy = self._places.lacks.get(tensor[0])
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
            inputs = table.data_inputs(self._base(told.user))
            sources = [self._stage.flow.source(edge.node, edge.output) for edge in inputs]
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
        types = content_of(self._found.whole).table.outputs[node] if node >= 0 else ()
        return types[output] if 0 <= output < len(types) else None

    def _types_into(self, row: int) -> "Set[TensorType]":
        """The types of the tensors that are wired to an op; a body's op has its wires inside."""
        if row in self._stage.owned:
            return set()
        edges = content_of(self._found.whole).table.data_inputs(row)
        sources = [self._stage.flow.source(edge.node, edge.output) for edge in edges]
        found = [self._type(source) for source in sources if self._stage.roles[source[0]] != CHIP]
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
