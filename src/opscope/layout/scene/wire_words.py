"""What wires say: the label of a wire, its tooltip, and the types at the borders of cards.

Copies of a stack share one drawing, so what is right of a tensor depends on the group in which it is said. What a label has said is
not said again: it stands on the wire that is asked first, and `compose` makes the inner cards before the outer ones.
"""

from __future__ import annotations

from typing import Dict, Optional, Set, Tuple

from ...graph.content import content_of
from ...graph.types import CONTROL, TensorType
from ...graph.view import Leaving
from ...graph.vocabulary import chain
from ...passes.flow import TensorRef
from ..flat import BORDER
from . import labels
from .items import LabelParts
from .lift import Lead, WireKey
from .links import Linker


class WireWords:
    """What the wires of one drawing say."""

    def __init__(self, linker: Linker) -> None:
        self._graph, self._stage, self._uses = linker.graph, linker.stage, linker.uses
        self._said: Set[TensorRef] = set()  # tensors whose type some label says; see also `_next_label`
        self._sides: Set[Tuple[TensorRef, int]] = set()
        """Which side of a condition was said already: of which tensor, in which card."""
        self._tips: Dict[TensorRef, str] = {}
        self._seen: Dict[int, Set[TensorType]] = {}  # what `_types_into` has found
        stacks = content_of(self._graph).view.stacks
        self._leaving = {tensor for stack in stacks.values() for tensor in stack.gives}
        """The tensors of drawn copies for which another copy's stands outside of some stack around them; see `Stack.gives`."""
        self._entered = {group: stack.takes for group, stack in stacks.items() if stack.takes}
        """Group of a stack whose drawn copy is not the first -> what that copy has for the tensors that enter."""
        self._entered_said: Set[Tuple[int, int, int]] = set()
        """Group of a stack, op and output: the tensors that enter it and whose type inside was said."""

    def label(self, key: WireKey, lead: Lead, group: int) -> Tuple[str, Optional[LabelParts]]:
        """The label of a wire in the card of `group`, and what it is made of.

        It is the tensor's type, if that is new to a reader who follows the wires down; of a v1 condition the side. The type is not
        new if a label says it already, or if the op that makes the tensor has an input of the same type. If only the dtype is that
        of an input, the label is the shape.
        """
        if lead.kind == "gone":
            return "", None
        if not (lead.labelled or self._changes(key, lead, group)):
            return "", LabelParts(lead.tensor, lead.user, "", fresh=False) if lead.kind == "data" else None
        if lead.kind == "branch":
            return "", None
        if lead.kind == "next":
            return self._next_label(group), None
        side, fresh = self._side_label(lead, group), lead.tensor not in self._said
        text = " ".join(part for part in (side, self._type_label(lead, group)) if part)
        return text, LabelParts(lead.tensor, lead.user, side, fresh, self._copy(lead.tensor, group))

    def type_at(self, tensor: TensorRef, at: int) -> Optional[TensorType]:
        """The type that a tensor has in the group `at`."""
        given = self._given(tensor, at)
        return self._type(tensor) if given is None else given.type

    def _changes(self, key: WireKey, lead: Lead, group: int) -> bool:
        """Whether a wire enters a stack whose drawn copy takes a tensor of another type there. The inside then says which; once."""
        taken = self._entered.get(group, {}).get(lead.tensor) if key.source == BORDER else None
        if taken is None or taken.type is None or taken.type == self._type(lead.tensor):
            return False
        fresh = (group, *lead.tensor) not in self._entered_said
        self._entered_said.add((group, *lead.tensor))
        return fresh

    def tip(self, tensor: TensorRef, at: int) -> str:
        """The tooltip of a wire in the group `at`: the tensor's full name and type."""
        given = self._given(tensor, at)
        if given is not None:
            return f"{given.name}:{tensor[1]} {labels.type_text(given.type) if given.type else ''}".rstrip()
        known = self._tips.get(tensor)
        if known is None:
            known = self._tips[tensor] = self._new_tip(tensor)
        return known

    def _new_tip(self, tensor: TensorRef) -> str:
        """As `tip`, for a tensor of the drawn copy. A control edge has ``^`` before the name, as in a NodeDef."""
        node, output = tensor
        if node >= len(self._graph):  # an item without an op: a branch's constant result
            return ""
        name, kind = content_of(self._graph).table.names[node], self._type(tensor)
        return f"^{name}" if output < 0 else f"{name}:{output} {labels.type_text(kind) if kind else ''}".rstrip()

    def _side_label(self, lead: Lead, group: int) -> str:
        """Said once for each tensor in each card: its wires leave through one port."""
        node, output = lead.tensor
        side = labels.side_text(content_of(self._graph).table.ops[node], output) if node < len(self._graph) else ""
        fresh = (lead.tensor, group) not in self._sides
        self._sides.add((lead.tensor, group))
        return side if fresh else ""

    def _type_label(self, lead: Lead, group: int) -> str:
        given, kind = self._given(lead.tensor, group), self._type(lead.tensor)
        if given is not None and given.type != kind:  # another copy's: inside the stack the reader saw another
            dtype = given.type is not None and (kind is None or given.type.dtype != kind.dtype)
            return labels.type_of_copy(self._copy(lead.tensor, group), given.type, dtype=dtype)
        if kind is None or lead.tensor in self._said or lead.tensor[0] in content_of(self._graph).view.gathered_inputs:
            return ""
        self._said.add(lead.tensor)
        before = self._types_into(self._stage.origin(lead.tensor[0]))
        return labels.fresh_type(kind, before)

    def _next_label(self, group: int) -> str:
        """Say once for each loop which wires lead to the next iteration.

        `_said` remembers it by (group, `CONTROL`), which is no tensor: the output of a tensor is 0 or more.
        """
        fresh = (group, CONTROL) not in self._said
        self._said.add((group, CONTROL))
        return "next iteration" if fresh else ""

    def _types_into(self, item: int) -> Set[TensorType]:
        """The types of the tensors that an item uses."""
        found = self._seen.get(item)
        if found is None:
            kinds = (self._type(tensor) for tensor in self._uses.get(item, ()))
            found = self._seen[item] = {kind for kind in kinds if kind is not None}
        return found

    def _given(self, tensor: TensorRef, at: int) -> Optional[Leaving]:
        """What a wire in the group `at` really carries, if its tensor has left a stack, or entered one that it is not drawn for.

        ``None`` wherever it is the tensor of the drawn copy itself.
        """
        entered, left = self._crossed(tensor, at)
        stacks = content_of(self._graph).view.stacks
        return self._entered[entered][tensor] if entered >= 0 else stacks[left].gives[tensor] if left >= 0 else None

    def _crossed(self, tensor: TensorRef, at: int) -> Tuple[int, int]:
        """The group of the stack that a tensor has entered and is not drawn for, seen from the group `at`, and of that which it has left; -1: none."""
        if tensor not in self._leaving and not self._entered:  # as most tensors
            return -1, -1
        content = content_of(self._graph)
        around = list(chain(content.groups, at))
        entered = next((group for group in around if tensor in self._entered.get(group, {})), -1)
        if entered >= 0 or tensor not in self._leaving:
            return entered, -1
        # Of stacks in stacks each has its own: outside of the outer one its last copy's, in it that of the inner one's last copy.
        stacks = content.view.stacks
        left = [
            group
            for group in chain(content.groups, content.node_group[tensor[0]])
            if group in stacks and group not in around
        ]
        return -1, left[-1] if left and tensor in stacks[left[-1]].gives else -1

    def _copy(self, tensor: TensorRef, at: int) -> str:
        """Whose type a wire in the group `at` tells, where the reader sees the tensor of another copy with another type; else empty."""
        given, stacks = self._given(tensor, at), content_of(self._graph).view.stacks
        if given is None or given.type == self._type(tensor):
            return ""
        entered, left = self._crossed(tensor, at)
        if entered >= 0:
            return labels.copy_text(stacks[entered].places[0] if stacks[entered].places else 0)
        if left < 0:
            return ""
        place = stacks[left].gives[tensor].place
        return "" if place is None else labels.copy_text(place, len(stacks[left].copies))

    def _type(self, tensor: TensorRef) -> Optional[TensorType]:
        """The type of a tensor; ``None`` for a control edge, an item without an op, or an unknown type."""
        node, output = tensor
        types = content_of(self._graph).table.outputs[node] if node < len(self._graph) else ()
        return types[output] if 0 <= output < len(types) else None
