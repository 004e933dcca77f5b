"""What gradients use of the forward pass: wires for all of it would run along the whole picture, so most of it is named or told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Mapping, Sequence, Set

from ...graph.content import content_of
from ...graph.vocabulary import PHASES, chain, outer_phases
from ...passes.opening import is_later

if TYPE_CHECKING:
    from ...passes.flow import TensorRef
    from .links import TensorUse
    from .stage import Stage


class GradientUses:
    """Tells the uses by gradients of what a drawing has."""

    def __init__(self, stage: Stage) -> None:
        self._stage, self._groups = stage, content_of(stage.graph).groups
        kinds = {group.kind for group in self._groups}
        self._phases = kinds >= {PHASES[0], PHASES[2]}
        """Whether a trace knew the phases. A file tells gradients and updates, not what is forward."""
        self._phase_around = outer_phases(self._groups)

    def is_saved(self, tensor: TensorRef, target: int) -> bool:
        """Whether a gradient uses an input of the graph or a tensor of the forward pass, which is named, not wired.

        A training step has such a tensor for nearly every layer, and the wires would run along the whole picture. If
        both phases are folded there is a wire all the same: it only leads from one card to the other.
        """
        if not self._phases:
            return False
        groups, user = self._groups, self._phase(target)
        if user < 0 or groups[user].kind != "backward":
            return False
        if tensor[0] in self._stage.inputs:  # inputs stand outside of every phase
            return True
        source = self._phase(self._stage.origin(tensor[0]))
        if source < 0 or groups[source].kind != "forward":
            return False
        return not (self._stage.is_folded(source) and self._stage.is_folded(user))

    def told(self, links: Sequence[TensorUse], users: Mapping[TensorRef, Set[int]]) -> Dict[int, Set[TensorRef]]:
        """For each card of gradients which tensors of layers are told on it instead of wired: all but one.

        The wire that is kept says where gradients come in the flow: behind what is used last of what the loss uses too, else of all.
        """
        found: Dict[int, Set[TensorRef]] = {}
        for link in links:
            if link.kind == "data" and self._used_by_gradients(link.tensor, link.target):
                found.setdefault(link.target, set()).add(link.tensor)
        for tensors in found.values():
            loose = {tensor for tensor in tensors if any(self._is_loose(item) for item in users[tensor])}
            tensors.remove(max(loose or tensors))
        return found

    def _is_loose(self, item: int) -> bool:
        """Whether an item stands in no group, as the ops of a loss do in many files."""
        home = self._stage.group_of(item) if self._stage.group_of(item) >= 0 else self._stage.home(item)
        if home < 0:
            return self._stage.is_box(item)
        return self._groups[home].kind == PHASES[1]

    def _used_by_gradients(self, tensor: TensorRef, target: int) -> bool:
        """Whether closed gradients, which a file knows by their scope's name, use an input of the graph or a tensor of a layer beside them.

        If all layers are in one folded card there is a wire all the same, as in `is_saved`. What is in no group, such as a loss, is wired.
        """
        groups, user = self._groups, self._stage.group_of(target)
        if (
            user < 0
            or (self._phases and groups[user].kind in PHASES)
            or not is_later(groups[user])
            or not self._stage.is_folded(user)
        ):
            return False
        if tensor[0] in self._stage.inputs:
            return True
        maker = self._stage.origin(tensor[0])
        own = self._stage.group_of(maker)
        around = list(chain(groups, own if own >= 0 else self._stage.home(maker)))
        beside = next((group for group in around if groups[group].parent == groups[user].parent), -1)
        return beside >= 0 and beside != own and not is_later(groups[beside])

    def _phase(self, item: int) -> int:
        """The group of the phase of a training step in which an item stands, the outermost of several; -1: none."""
        group = self._stage.group_of(item)
        group = group if group >= 0 else self._stage.home(item)
        return self._phase_around[group] if group >= 0 else -1
