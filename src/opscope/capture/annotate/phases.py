"""Finds the phases of a training step: forward, loss, backward, optimizer.

A gradient call (`tape.gradient` or `tf.gradients`) was recorded in the body, and it has a target: the tensor that was
differentiated. Backward is what the gradient call made. The loss is what lies between the last layers and the target. The
optimizer is what depends on the gradients, what was made inside `apply_gradients`, and what only feeds these. Everything
else is forward.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Collection, List, Mapping, NamedTuple, Optional, Sequence, Set

from ..seams import tensorflow
from .data_edges import DataEdges
from .site import Site

FORWARD, LOSS, OPTIMIZER, BACKWARD = 1, 2, 3, 4
"""The phase of a row. With several gradient calls that of number k is `BACKWARD` + k: each gets a group of its own."""


class Phases(NamedTuple):
    """The phase of each row of a body."""

    of: Sequence[int]

    def all(self) -> List[int]:
        """The phases that have rows."""
        return sorted(set(self.of))

    def rows(self, phase: int) -> List[int]:
        """The rows of one phase."""
        return [row for row, own in enumerate(self.of) if own == phase]


class PhaseGroups(NamedTuple):
    """The phases of a body and the groups that stand for them."""

    phases: Phases
    top: Mapping[int, int]
    """Phase -> position of its group in the grouping."""


@dataclass(frozen=True)
class _Gradients:
    """The gradient calls of a step: what they differentiate and what they made."""

    site: Site
    needed: bytearray
    """1 for each row that a target needs, itself included: the layers and the loss."""
    made: Mapping[int, int]
    """Row that a gradient call made -> its phase, `BACKWARD` + k."""

    @property
    def flow(self) -> DataEdges:
        return self.site.flow


def phase_name(phase: int) -> str:
    """The name and kind of a phase's group. Several backward groups get numbers later, as all siblings of one name do."""
    return {FORWARD: "forward", LOSS: "loss", OPTIMIZER: "optimizer"}.get(phase, "backward")


def phases_of(site: Site) -> Optional[Phases]:
    """The phase of each row; ``None`` if nothing was differentiated in this body."""
    gradients = _gradients(site)
    if gradients is None:
        return None
    optimizer = _optimizer(gradients)
    optimizer = optimizer | _feeders(gradients, optimizer)
    loss = _loss(gradients, optimizer)
    other = {**dict.fromkeys(loss, LOSS), **dict.fromkeys(optimizer, OPTIMIZER), **gradients.made}
    return Phases([other.get(row, FORWARD) for row in range(len(site.body))])


def _gradients(site: Site) -> Optional[_Gradients]:
    """The outermost gradient calls of a body; ``None`` if it has none."""
    if not site.gradients.records:
        return None
    before = [site.flow.before(_rows(site, record.target)) for record in site.gradients.records]
    outermost = _outermost(site, before)
    if not outermost:
        return None
    number = {index: BACKWARD + place for place, index in enumerate(outermost)}
    made = {row: number[index] for row, index in enumerate(site.gradients.of) if index in number}
    needed = bytearray(map(any, zip(*(before[index] for index in outermost))))
    return _Gradients(site, needed, made)


def _rows(site: Site, target: Any) -> List[int]:
    """The rows that make the tensors of a gradient call's target."""
    if target is None:
        return []
    tf = tensorflow()
    leaves = tf.nest.flatten(target, expand_composites=True)  # the target may be a list of losses
    rows = [site.row_of(leaf) for leaf in leaves if isinstance(leaf, tf.Tensor) and hasattr(leaf, "op")]
    return [row for row in rows if row >= 0]


def _outermost(site: Site, before: Sequence[bytearray]) -> List[int]:
    """The gradient calls whose results no later call differentiates, by their positions.

    With a gradient penalty the loss contains a gradient. The call that made it is part of the forward computation.
    """
    found = []
    for index in range(len(before)):
        mine = [row for row, gradient in enumerate(site.gradients.of) if gradient == index]
        results = [row for row in mine if not before[index][row]]
        if results and not any(later[row] for later in before[index + 1 :] for row in results):
            found.append(index)
    return found


def _optimizer(gradients: _Gradients) -> Set[int]:
    """The rows that depend on the gradients, and those that were made inside an optimizer's `apply_gradients`."""
    site, needed = gradients.site, gradients.needed
    # A row that a target needs is forward or loss, whatever it depends on.
    reached = gradients.flow.after((row for row in gradients.made if not needed[row]), needed)
    return {
        row
        for row in range(len(site.body))
        if (reached[row] or site.applies.of[row] >= 0) and row not in gradients.made and row not in site.arguments
    }


def _feeders(gradients: _Gradients, optimizer: Collection[int]) -> Set[int]:
    """The rows that only feed the optimizer's: constants, reads and handles of variables, a learning rate schedule.

    A row is one if all its users are the optimizer's or such rows. Most ops come after what they need, so a pass from the
    last row to the first finds nearly all of them. We repeat it until nothing more is found.
    """
    site, users = gradients.site, gradients.flow.users
    waiting = [
        row
        for row in reversed(range(len(site.body)))
        if row not in optimizer and row not in gradients.made and _can_feed(gradients, row)
    ]
    found: Set[int] = set()
    moved = True
    while moved:  # each round looks only at the rows that were left
        left = []
        for row in waiting:
            if all(user in optimizer or user in found for user in users[row]):
                found.add(row)
            else:
                left.append(row)
        moved = len(left) < len(waiting)
        waiting = left
    return found


def _can_feed(gradients: _Gradients, row: int) -> bool:
    """Whether a row may be a feeder: no target needs it, no layer made it, and the caller does not pass it, or it is a variable's handle."""
    site = gradients.site
    if gradients.needed[row] or site.calls.of[row] >= 0 or not gradients.flow.users[row]:
        return False
    return row not in site.arguments or row in site.captured or site.body.outputs[row][0].dtype == "resource"


def _loss(gradients: _Gradients, optimizer: Collection[int]) -> Set[int]:
    """The rows that a target needs and no layer needs. If no layer was recorded we cannot tell, and call no row loss."""
    site = gradients.site
    forward = [
        row
        for row in range(len(site.body))
        if gradients.needed[row] and row not in gradients.made and row not in optimizer
    ]
    layers = [row for row in forward if site.calls.of[row] >= 0]
    if not layers:
        return set()
    to_layers = gradients.flow.before(layers)  # ops between two layers, a residual addition say, are forward too
    return {row for row in forward if not to_layers[row] and row not in site.arguments}
