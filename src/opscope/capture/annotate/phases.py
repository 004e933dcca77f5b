"""Finds the phases of a training step: forward, loss, metrics, backward, optimizer.

A body has phases if a gradient call (`tape.gradient` or `tf.gradients`) was recorded in it, or in a body that it calls, and a
variable is assigned from the gradient: in the body, in one that it calls, or in the one that calls it. Backward is what the
outermost gradient calls made. The loss is what lies between the last layers and their targets. The optimizer is what
depends on the gradients, what was made inside `apply_gradients`, what waits for these and writes a variable, and what only feeds all
that. Metrics are what is computed of the layers' results and the loss beside all this. Everything else is forward.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Mapping, NamedTuple, Sequence, Set

from .data_edges import later_of, led_to
from .following import Followed
from .roles import Role, assigned_from
from .site import Site
from .step_metrics import metrics_of

NONE, FORWARD, LOSS, METRICS, OPTIMIZER, BACKWARD = 0, 1, 2, 3, 4, 5
"""The phase of a row. With several gradient calls that of number k is `BACKWARD` + k: each gets a group of its own."""


_NOTHING = ("NoOp", "Identity")
"""Ops that make no forward phase if there is nothing else, as in a function that only updates."""


class Phases(NamedTuple):
    """The phase of each row of a body, and the phase of each gradient call's ops."""

    of: Sequence[int]
    of_gradient: Sequence[int]
    """For each of `Site.gradients` the phase that its ops are in; `NONE` for one that only its surroundings have a place for."""

    def all(self) -> List[int]:
        """The phases that have rows."""
        return sorted(set(self.of) - {NONE})

    def rows(self, phase: int) -> List[int]:
        """The rows of one phase."""
        return [row for row, own in enumerate(self.of) if own == phase]


class PhaseGroups(NamedTuple):
    """The phases of a body and the groups that stand for them."""

    phases: Phases
    top: Mapping[int, int]
    """Phase -> position of its group in the grouping; -1 for `NONE`."""


def phase_name(phase: int) -> str:
    """The name and kind of a phase's group. Several backward groups get numbers later, as all siblings of one name do."""
    return {FORWARD: "forward", LOSS: "loss", METRICS: "metrics", OPTIMIZER: "optimizer"}.get(phase, "backward")


@dataclass(frozen=True)
class _Step:
    """A body that has phases, on its way to having them."""

    site: Site
    followed: Followed
    layers: Sequence[int]
    """For each row a number of the innermost call of a layer that made it, or that a function makes which it calls; -1 for none.
    A call that contains the step is no layer of it."""

    @property
    def needed(self) -> bytearray:
        return self.followed.gradients.needed

    @property
    def made(self) -> Mapping[int, int]:
        return self.followed.gradients.made


def no_phases(site: Site) -> Phases:
    """What a body has that lies in one phase of another, or in a graph without any gradient."""
    return Phases([NONE] * len(site.body), [NONE] * len(site.gradients.records))


def phases_of(site: Site, followed: Followed, role: Role) -> Phases:
    """The phases of a body. Where it has none, the ops of an outermost gradient call are still `BACKWARD`."""
    if role.is_inside:
        return no_phases(site)
    step = _Step(site, followed, _layers(site, followed))
    if not followed.is_gradient(assigned_from(followed, role)):
        return _gradients_only(step)
    returned = _returned(step)
    optimizer = _optimizer(step) - set(returned)
    optimizer |= _waiting(step, optimizer)
    optimizer |= _feeders(step, optimizer)
    loss = _loss(step, optimizer)
    made = {row: BACKWARD + place for row, place in {**step.made, **returned}.items()}
    other = {
        **dict.fromkeys(_metrics(step, optimizer, loss), METRICS),
        **dict.fromkeys(loss, LOSS),
        **dict.fromkeys(optimizer, OPTIMIZER),
        **made,
        **dict.fromkeys(followed.holders, NONE),
    }
    of = [other.get(row, FORWARD) if row in site.inside else NONE for row in range(len(site.body))]
    if all(site.body.ops[row] in _NOTHING for row, phase in enumerate(of) if phase == FORWARD):
        of = [NONE if phase == FORWARD else phase for phase in of]
    return _with_inner(step, of)


def _metrics(step: _Step, optimizer: Set[int], loss: Set[int]) -> Set[int]:
    """The rows of metrics. If no layer was recorded we cannot tell loss and metrics from the rest."""
    site = step.site
    layers = {row for row in site.inside if step.layers[row] >= 0}
    taken = [
        row not in site.inside
        or bool(step.needed[row])
        or step.layers[row] >= 0
        or site.gradients.of[row] >= 0
        or row in optimizer
        or row in step.followed.holders
        for row in range(len(site.body))
    ]
    return metrics_of(site, layers, loss, taken) if layers else set()


def _layers(site: Site, followed: Followed) -> Sequence[int]:
    """What `_Step.layers` says."""
    around: Set[int] = set()
    for index in followed.gradients.outermost:
        call = site.gradient_parents[index]
        while call >= 0:
            around.add(call)
            call = site.call_parents[call]
    found = [-1 if call in around else call for call in site.calls.of]
    for row in followed.layered:
        if found[row] < 0:
            found[row] = len(site.calls.records)
    return found


def _gradients_only(step: _Step) -> Phases:
    """The phases of a body that makes no training step: backward alone, where no layer's own call asks for the gradient."""
    site, outermost = step.site, step.followed.gradients.outermost
    own = {index: BACKWARD + place for place, index in enumerate(outermost) if site.gradient_parents[index] < 0}
    of_gradient = [own.get(index, NONE) for index in range(len(site.gradients.records))]
    of = [
        of_gradient[index] if index >= 0 and row in site.inside else NONE for row, index in enumerate(site.gradients.of)
    ]
    return Phases(of, of_gradient)


def _with_inner(step: _Step, of: List[int]) -> Phases:
    """The phases, with all ops of an inner gradient call in one: in the loss if no live part of it is in forward."""
    site, outermost = step.site, step.followed.gradients.outermost
    of_gradient = []
    for index in range(len(site.gradients.records)):
        if index in outermost:
            of_gradient.append(BACKWARD + outermost.index(index))
            continue
        rows = [row for row in site.inside if site.gradients.of[row] == index]
        live = {of[row] for row in rows if step.needed[row]}
        phase = LOSS if live == {LOSS} and site.gradient_parents[index] < 0 else FORWARD
        of_gradient.append(phase)
        for row in rows:
            of[row] = phase
    return Phases(of, of_gradient)


def _optimizer(step: _Step) -> Set[int]:
    """The rows that depend on the gradients, and those that were made inside an optimizer's `apply_gradients`."""
    site, followed = step.site, step.followed
    return {
        row
        for row in site.inside
        if (followed.is_gradient(followed.reach[row]) or site.applies.of[row] >= 0)
        and row not in step.made
        and row not in site.arguments
    }


def _returned(step: _Step) -> Dict[int, int]:
    """The rows by which TensorFlow hands a gradient to the caller, with the number of the call that made it. They update nothing."""
    site, body, flow = step.site, step.site.body, step.site.flow
    results = range(len(body) - body.rets, len(body))
    found: Dict[int, int] = {}
    for row in site.inside:
        if body.ops[row] != "Identity" or step.needed[row] or site.applies.of[row] >= 0:
            continue
        source = next(iter(flow.inputs[row]), -1)
        if source in step.made and all(user in results for user in flow.users[row]):
            found[row] = step.made[source]
    return found


def _waiting(step: _Step, optimizer: Set[int]) -> Set[int]:
    """The rows that wait for the optimizer's by control edges and write a variable, with what they write.

    They reset what gradients were added up in, say, or keep a moving average of the weights. What a layer makes after an update
    is the forward pass of something else.
    """
    site, body = step.site, step.site.body
    writers = [row for row in step.followed.writers if row not in optimizer]
    if not writers:
        return set()
    barred = bytearray(
        1 if step.needed[row] or step.layers[row] >= 0 or row in step.made or row in step.followed.holders else 0
        for row in range(len(body))
    )
    after = led_to(optimizer, later_of(body), barred)
    outside = bytearray(0 if flag and row in site.inside else 1 for row, flag in enumerate(after))
    found = led_to((row for row in writers if after[row]), site.flow.inputs, outside)
    return {row for row, flag in enumerate(found) if flag}


def _feeders(step: _Step, optimizer: Set[int]) -> Set[int]:
    """The rows that only feed the optimizer's: constants, reads and handles of variables, a learning rate schedule."""
    return step.site.flow.feeding(optimizer, lambda row: _can_feed(step, row))


def _can_feed(step: _Step, row: int) -> bool:
    """Whether a row may be a feeder: no target needs it, nor did a layer or a gradient call make it, and the caller does not pass it.

    The caller passes the handles of variables, but these may.
    """
    site = step.site
    if row not in site.inside or step.needed[row] or step.layers[row] >= 0:
        return False
    if row in step.made or row in step.followed.holders:
        return False
    return row not in site.arguments or row in site.captured or site.body.outputs[row][0].dtype == "resource"


def _loss(step: _Step, optimizer: Set[int]) -> Set[int]:
    """The rows that a target needs and no layer needs. If no layer was recorded we cannot tell, and call no row loss."""
    site = step.site
    forward = [row for row in site.inside if step.needed[row] and row not in step.made and row not in optimizer]
    layers = [row for row in forward if step.layers[row] >= 0]
    if not layers:
        return set()
    to_layers = site.flow.before(layers)  # ops between two layers, a residual addition say, are forward too
    return {row for row in forward if not to_layers[row] and row not in site.arguments}
