"""Makes all groups of one body: the phases of a training step; in them the recorded calls; in those the name scopes."""

from __future__ import annotations

from array import array
from typing import Dict, Mapping

from ...graph.settings import NO_SETTINGS, Settings
from ...program.body import LocalGroup
from .call_groups import Calls, Describer, call_groups
from .gradients import kept_for_gradient
from .grouping import Grouping
from .mirror import with_gradients
from .namescopes import with_name_scopes
from .opnames import is_gradient
from .optimizer import with_optimizer
from .phases import FORWARD, LOSS, METRICS, NONE, PhaseGroups, Phases, phase_name
from .replicas import with_replicas
from .site import Site
from .step_settings import with_passes

_RECORDED = (NONE, FORWARD, LOSS, METRICS)
"""The phases whose ops are grouped by calls and name scopes."""


def grouped(site: Site, describe: Describer, phases: Phases, told: Mapping[int, Settings]) -> Grouping:
    """The groups of a body, parents before children, and the group of each row.

    `told` has what is known of phases (`step_settings`).
    """
    calls = call_groups(site, describe)
    phase_groups = _phase_groups(calls, phases)
    placed = _in_phases(site, calls, phase_groups, told)
    rows = [row for row in site.inside if _is_forward(site, placed, phases, row)]
    forward = with_name_scopes(site, calls, placed, rows)
    forward = forward.moved(_kept_for_gradient(site, forward, phases))
    whole = with_gradients(site, calls, forward, phase_groups)
    whole = with_passes(site, whole, calls)
    whole = with_optimizer(site, whole, phase_groups, describe.variables)
    return with_replicas(site, whole).in_order()


def _is_forward(site: Site, placed: Grouping, phases: Phases, row: int) -> bool:
    """Whether a row is one of those that name scopes group: no argument, and neither of a gradient nor of the optimizer."""
    if row in site.arguments or site.gradients.of[row] >= 0 or phases.of[row] not in _RECORDED:
        return False
    # Ops that TensorFlow added for the gradient of a loop join the group of the forward op they serve, not a name scope.
    return phases.of[row] != NONE or placed.of[row] >= 0 or not is_gradient(site.body.names[row])


def _kept_for_gradient(site: Site, forward: Grouping, phases: Phases) -> Dict[int, int]:
    """The groups of the ops that a loop's gradient added to the loop's own body."""
    found = kept_for_gradient(site.body, forward)
    return {row: group for row, group in found.items() if phases.of[row] == NONE and site.gradients.of[row] < 0}


def _phase_groups(calls: Calls, phases: Phases) -> PhaseGroups:
    """Where the phases' groups will be in the grouping: right after the groups of the calls (see `_in_phases`)."""
    first = len(calls.grouping.groups)
    return PhaseGroups(phases, {NONE: -1, **{phase: first + place for place, phase in enumerate(phases.all())}})


def _in_phases(site: Site, calls: Calls, phase_groups: PhaseGroups, told: Mapping[int, Settings]) -> Grouping:
    """The groups of the calls, now below the forward phase, and after them the groups of the phases.

    Only forward has layers in it. If the optimizer calls a layer, the ops that the layer makes are the optimizer's. Rows of
    backward and optimizer are in no group (-1) yet.
    """
    forward = phase_groups.top.get(FORWARD, -1)
    # A call inside another call keeps its parent; only the outermost ones move into the phase.
    groups = [group._replace(parent=forward) if group.parent < 0 else group for group in calls.grouping.groups]
    groups += [
        LocalGroup(phase_name(phase), phase_name(phase), settings=told.get(phase, NO_SETTINGS))
        for phase in phase_groups.top
        if phase != NONE
    ]
    return Grouping(tuple(groups), array("i", (_home(row, site, calls, phase_groups) for row in range(len(site.body)))))


def _home(row: int, site: Site, calls: Calls, phase_groups: PhaseGroups) -> int:
    """The group of a row before scopes are made; -1 for one of backward or the optimizer, and for a function's result."""
    phase = phase_groups.phases.of[row]
    if row in site.arguments:
        return phase_groups.top[phase]
    if phase not in _RECORDED:
        return -1
    if phase in (NONE, FORWARD) and calls.grouping.of[row] >= 0:
        return calls.grouping.of[row]
    return phase_groups.top[phase]
