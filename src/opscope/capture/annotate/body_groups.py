"""All groups of one body: phases, in them the recorded calls, in them the name scopes that no call opened."""

from __future__ import annotations

from array import array

from ...program.body import LocalGroup
from .call_groups import Calls, Describer, call_groups
from .gradients import kept_for_gradient
from .grouping import Grouping
from .mirror import with_backward
from .namescopes import with_name_scopes
from .opnames import is_gradient
from .optimizer import with_optimizer
from .phases import FORWARD, LOSS, PhaseGroups, Phases, phase_name, phases_of
from .site import Site


def grouped(site: Site, describe: Describer) -> Grouping:
    """The groups of a body, in order, and the group of each row."""
    calls = call_groups(site, describe)
    phases = phases_of(site)
    if phases is None:
        return _without_phases(site, calls).in_order()
    drawn = _phase_groups(calls, phases)
    rows = [row for row in site.inside if row not in site.arguments and phases.of[row] in (FORWARD, LOSS)]
    forward = with_name_scopes(site, calls, _in_phases(site, calls, drawn), rows)
    backward = with_backward(site, forward, drawn)
    return with_optimizer(site, backward, drawn, describe.variables).in_order()


def _without_phases(site: Site, calls: Calls) -> Grouping:
    names, of = site.body.names, calls.grouping.of
    rows = [row for row in site.inside if row not in site.arguments and (of[row] >= 0 or not is_gradient(names[row]))]
    scoped = with_name_scopes(site, calls, calls.grouping, rows)
    return scoped.moved(kept_for_gradient(site.body, scoped))


def _phase_groups(calls: Calls, phases: Phases) -> PhaseGroups:
    """The phases get their groups behind those of the calls."""
    first = len(calls.grouping.groups)
    return PhaseGroups(phases, {phase: first + place for place, phase in enumerate(phases.all())})


def _in_phases(site: Site, calls: Calls, drawn: PhaseGroups) -> Grouping:
    """The calls below the forward phase, and the phases' own groups behind them.

    Only the forward phase has layers: a layer that the optimizer calls makes ops of the optimizer. Rows of backward and
    optimizer are in no group yet.
    """
    forward = drawn.top.get(FORWARD, -1)
    groups = [group._replace(parent=forward) if group.parent < 0 else group for group in calls.grouping.groups]
    groups += [LocalGroup(phase_name(phase), phase_name(phase)) for phase in drawn.top]
    return Grouping(tuple(groups), array("i", (_home(row, site, calls, drawn) for row in range(len(site.body)))))


def _home(row: int, site: Site, calls: Calls, drawn: PhaseGroups) -> int:
    """The group that a row of a training step is in before scopes are made; -1 for what gets its place later, or none."""
    phase = drawn.phases.of[row]
    if row in site.arguments:
        return drawn.top[phase]
    if phase not in (FORWARD, LOSS):
        return -1
    if phase == FORWARD and calls.grouping.of[row] >= 0:
        return calls.grouping.of[row]
    return drawn.top[phase] if row in site.inside else -1
