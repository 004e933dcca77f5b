"""The phases of a training step in the body where its gradient was taken: forward, loss, backward, optimizer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, List, Sequence

from ..graph.edges import turned
from .recorder import Record
from .seams import tensorflow
from .site import Site, producers, reach

NONE, FORWARD, LOSS, OPTIMIZER, BACKWARD = 0, 1, 2, 3, 4
"""What a row's phase can be; `BACKWARD` + k stands for the gradient call number k."""


@dataclass(frozen=True)
class Phases:
    """The phase of every row (empty where nothing was differentiated); `gradients` are the outermost gradient calls."""

    of: List[int]
    gradients: Sequence[Record] = ()

    @property
    def exist(self) -> bool:
        """Whether a gradient call was recorded here."""
        return bool(self.gradients)


def name(phase: int) -> str:
    """The group that a phase is drawn as; siblings of one name are numbered later."""
    return {FORWARD: "forward", LOSS: "loss", OPTIMIZER: "optimizer"}.get(phase, "backward")


def find_phases(site: Site) -> Phases:
    """Give every row its phase, as CONTRACT.md's "Training steps" says."""
    inputs = producers(site.body)
    open_rows = bytearray(len(inputs))
    targets = [_rows(site, record.target) for record in site.gradients]
    before = [reach(rows, inputs, open_rows) for rows in targets]
    outermost = _outermost(site, before)
    if not outermost:
        return Phases([])
    phase = [FORWARD] * len(inputs)
    backward: List[int] = []
    for number, index in enumerate(outermost):
        mine = [row for row in range(len(inputs)) if site.gradient_of[row] == index]
        backward.extend(mine)
        for row in mine:
            phase[row] = BACKWARD + number
    needed = bytearray(len(inputs))
    for index in outermost:
        needed = bytearray(a | b for a, b in zip(needed, before[index]))
    users = turned(inputs)
    _optimizer(site, phase, backward, needed, users)
    _loss(site, phase, needed, inputs)
    return Phases(phase, [site.gradients[index] for index in outermost])


def _rows(site: Site, target: Any) -> List[int]:
    """The rows that make the tensors a gradient was asked of."""
    if target is None:
        return []
    tf = tensorflow()
    leaves = tf.nest.flatten(target, expand_composites=True)
    return [site.row_of(leaf) for leaf in leaves if isinstance(leaf, tf.Tensor) and hasattr(leaf, "op")]


def _outermost(site: Site, before: Sequence[bytearray]) -> List[int]:
    """The gradient calls whose results no other call differentiates: not a gradient penalty's."""
    found = []
    for index in range(len(site.gradients)):
        mine = [row for row, gradient in enumerate(site.gradient_of) if gradient == index]
        later = [seen for other, seen in enumerate(before) if other > index]
        results = [row for row in mine if not before[index][row]]
        if results and not any(seen[row] for seen in later for row in results):
            found.append(index)
    return found


def _optimizer(
    site: Site, phase: List[int], backward: Sequence[int], needed: bytearray, users: Sequence[Sequence[int]]
) -> None:
    """What depends on the gradients, what an optimizer's `apply` made, and the side matter of these alone."""
    barred = bytearray(1 if needed[row] else 0 for row in range(len(phase)))
    starts = [row for row in backward if not needed[row]]
    for row, reached in enumerate(reach(starts, users, barred)):
        if phase[row] == FORWARD and (reached or site.apply_of[row] >= 0) and row not in site.arguments:
            phase[row] = OPTIMIZER
    _feeders(site, phase, needed, users)


def _feeders(site: Site, phase: List[int], needed: bytearray, users: Sequence[Sequence[int]]) -> None:
    """What feeds the optimizer's ops alone: constants, variable reads, handles, a schedule."""
    waiting = [row for row, kind in enumerate(phase) if kind == FORWARD]
    while waiting:
        moved = []
        for row in reversed(waiting):
            outside = not needed[row] and site.call_of[row] < 0 and users[row]
            movable = row not in site.arguments or site.body.outputs[row][0].dtype == "resource"
            if outside and movable and all(phase[user] == OPTIMIZER for user in users[row]):
                phase[row] = OPTIMIZER
                moved.append(row)
        taken = set(moved)
        waiting = [row for row in waiting if row not in taken] if moved else []


def _loss(site: Site, phase: List[int], needed: bytearray, inputs: Sequence[Sequence[int]]) -> None:
    """What leads from the last layers to the target."""
    layers = [row for row in range(len(phase)) if site.call_of[row] >= 0 and needed[row] and phase[row] == FORWARD]
    if not layers:
        return
    to_layers = reach(layers, inputs, bytearray(len(phase)))
    for row, kind in enumerate(phase):
        if kind == FORWARD and needed[row] and not to_layers[row] and row not in site.arguments:
            phase[row] = LOSS
