"""The phases of a training step in the body where its gradient was taken: forward, loss, backward, optimizer.

Between the last layer and what the gradient was taken of is the loss; what the gradient made is backward; what applies it,
and all that serves it, is the optimizer; everything else is forward.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Collection, List, Mapping, NamedTuple, Optional, Sequence, Set

from ..seams import tensorflow
from .data_edges import DataEdges
from .site import Site

FORWARD, LOSS, OPTIMIZER, BACKWARD = 1, 2, 3, 4
"""What a row's phase can be; `BACKWARD` + k stands for the gradient call number k."""


class Phases(NamedTuple):
    """The phase of every row of a body."""

    of: Sequence[int]

    def all(self) -> List[int]:
        """The phases that have rows."""
        return sorted(set(self.of))

    def rows(self, phase: int) -> List[int]:
        """The rows of one phase."""
        return [row for row, own in enumerate(self.of) if own == phase]


class PhaseGroups(NamedTuple):
    """The phases of a body, and the group that each is drawn as: phase -> its position in the grouping."""

    phases: Phases
    top: Mapping[int, int]


@dataclass(frozen=True)
class _Gradients:
    """The gradients that a step takes: what they differentiate and what they made."""

    site: Site
    needed: bytearray
    """1 for each row that a differentiated tensor needs: layers and loss, up to the loss's own op."""
    made: Mapping[int, int]
    """The rows that the gradients themselves are computed by, each with its phase."""

    @property
    def flow(self) -> DataEdges:
        return self.site.flow


def phase_name(phase: int) -> str:
    """The group that a phase is drawn as; siblings of one name are numbered later."""
    return {FORWARD: "forward", LOSS: "loss", OPTIMIZER: "optimizer"}.get(phase, "backward")


def phases_of(site: Site) -> Optional[Phases]:
    """Give every row its phase; ``None`` for a body in which nothing was differentiated."""
    gradients = _gradients(site)
    if gradients is None:
        return None
    optimizer = _optimizer(gradients)
    optimizer = optimizer | _feeders(gradients, optimizer)
    loss = _loss(gradients, optimizer)
    other = {**dict.fromkeys(loss, LOSS), **dict.fromkeys(optimizer, OPTIMIZER), **gradients.made}
    return Phases([other.get(row, FORWARD) for row in range(len(site.body))])


def _gradients(site: Site) -> Optional[_Gradients]:
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
    """The rows that make the tensors a gradient was asked of."""
    if target is None:
        return []
    tf = tensorflow()
    leaves = tf.nest.flatten(target, expand_composites=True)
    rows = [site.row_of(leaf) for leaf in leaves if isinstance(leaf, tf.Tensor) and hasattr(leaf, "op")]
    return [row for row in rows if row >= 0]


def _outermost(site: Site, before: Sequence[bytearray]) -> List[int]:
    """The gradient calls whose results no other call differentiates: a gradient penalty's inner one does not count."""
    found = []
    for index in range(len(before)):
        mine = [row for row, gradient in enumerate(site.gradients.of) if gradient == index]
        results = [row for row in mine if not before[index][row]]
        if results and not any(later[row] for later in before[index + 1 :] for row in results):
            found.append(index)
    return found


def _optimizer(gradients: _Gradients) -> Set[int]:
    """What depends on the gradients, and what an optimizer made."""
    site, needed = gradients.site, gradients.needed
    reached = gradients.flow.after((row for row in gradients.made if not needed[row]), needed)
    return {
        row
        for row in range(len(site.body))
        if (reached[row] or site.applies.of[row] >= 0) and row not in gradients.made and row not in site.arguments
    }


def _feeders(gradients: _Gradients, optimizer: Collection[int]) -> Set[int]:
    """What feeds the optimizer's ops alone: constants, variable reads, handles, a schedule.

    Most ops come after what they need, so one pass from the last row to the first finds nearly all; it is repeated
    until it finds no more.
    """
    site, users = gradients.site, gradients.flow.users
    waiting = [
        row
        for row in reversed(range(len(site.body)))
        if row not in optimizer and row not in gradients.made and _can_feed(gradients, row)
    ]
    found: Set[int] = set()
    moved = True
    while moved:
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
    """Whether an op may go to the optimizer: it is no part of a layer or the loss, and no input but a variable's handle."""
    site = gradients.site
    if gradients.needed[row] or site.calls.of[row] >= 0 or not gradients.flow.users[row]:
        return False
    return row not in site.arguments or site.body.outputs[row][0].dtype == "resource"


def _loss(gradients: _Gradients, optimizer: Collection[int]) -> Set[int]:
    """What leads from the last layers to the target; nothing where no layer was recorded."""
    site = gradients.site
    forward = [
        row
        for row in range(len(site.body))
        if gradients.needed[row] and row not in gradients.made and row not in optimizer
    ]
    layers = [row for row in forward if site.calls.of[row] >= 0]
    if not layers:
        return set()
    to_layers = gradients.flow.before(layers)
    return {row for row in forward if not to_layers[row] and row not in site.arguments}
