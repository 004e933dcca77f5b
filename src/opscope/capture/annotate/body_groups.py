"""Makes all groups of one body: replicas; in them the phases of a training step, the recorded calls, the name scopes."""

from __future__ import annotations

from array import array
from typing import Dict, List

from ...graph.vocabulary import REPLICA
from ...program.body import LocalGroup
from ..notes import replica_of
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
    """The groups of a body, parents before children, and the group of each row."""
    calls = call_groups(site, describe)
    phases = phases_of(site)
    if phases is None:
        return _without_phases(site, calls).in_order()
    phase_groups = _phase_groups(calls, phases)
    rows = [row for row in site.inside if row not in site.arguments and phases.of[row].phase in (FORWARD, LOSS)]
    forward = with_name_scopes(site, calls, _in_phases(site, calls, phase_groups), rows)
    backward = with_backward(site, forward, phase_groups)
    return with_optimizer(site, backward, phase_groups, describe.variables).in_order()


def _without_phases(site: Site, calls: Calls) -> Grouping:
    """The groups of a body without a training step: replicas, calls and name scopes.

    Ops that TensorFlow added for the gradient of a loop join the group of the forward op they serve, not a name scope.
    """
    names, homes = site.body.names, _in_replicas(site, calls)
    of = homes.of
    rows = [row for row in site.inside if row not in site.arguments and (of[row] >= 0 or not is_gradient(names[row]))]
    scoped = with_name_scopes(site, calls, homes, rows)
    return scoped.moved(kept_for_gradient(site.body, scoped))


def _in_replicas(site: Site, calls: Calls) -> Grouping:
    """The groups of the calls, those of each replica below a group of it, which takes the replica's other ops too."""
    groups = list(calls.grouping.groups)
    first = {replica: len(groups) + at for at, replica in enumerate(_numbers(site))}
    _move_outermost(groups, calls, first)
    groups += [_replica_group(replica) for replica in first]
    own = calls.grouping.of
    homes = (own[row] if own[row] >= 0 else first.get(site.replicas[row], -1) for row in range(len(site.body)))
    return Grouping(tuple(groups), array("i", homes))


def _numbers(site: Site) -> List[int]:
    """The numbers of the replicas that made ops of the body."""
    return sorted(set(site.replicas) - {-1})


def _replica_group(number: int) -> LocalGroup:
    return LocalGroup(f"replica_{number}", REPLICA)


def _move_outermost(groups: List[LocalGroup], calls: Calls, homes: Dict[int, int]) -> None:
    """Give the outermost calls of each replica (-1: of none) the parent in `homes`; those inside a call keep theirs."""
    for at, record in calls.record_of.items():
        if groups[at].parent < 0:
            groups[at] = groups[at]._replace(parent=homes.get(replica_of(record.strand), -1))


def _phase_groups(calls: Calls, phases: Phases) -> PhaseGroups:
    """Where the phases' groups will be in the grouping: right after the groups of the calls (see `_in_phases`)."""
    first = len(calls.grouping.groups)
    return PhaseGroups(phases, {part: first + place for place, part in enumerate(phases.all())})


def _in_phases(site: Site, calls: Calls, phase_groups: PhaseGroups) -> Grouping:
    """The groups of the calls, now below the forward phase, and after them the groups of the phases and of the replicas.

    Only forward has layers in it. If the optimizer calls a layer, the ops that the layer makes are the optimizer's. Rows of
    backward and optimizer are in no group (-1) yet.
    """
    groups = list(calls.grouping.groups)
    top = phase_groups.top
    _move_outermost(groups, calls, {part.replica: at for part, at in top.items() if part.phase == FORWARD})
    numbers = _numbers(site)
    replica = {number: len(groups) + len(top) + at for at, number in enumerate(numbers)}
    groups += [LocalGroup(phase_name(phase), phase_name(phase), replica.get(number, -1)) for number, phase in top]
    groups += [_replica_group(number) for number in numbers]
    return Grouping(tuple(groups), array("i", (_home(row, site, calls, phase_groups) for row in range(len(site.body)))))


def _home(row: int, site: Site, calls: Calls, phase_groups: PhaseGroups) -> int:
    """The group of a row before scopes are made; -1 for one of backward or the optimizer, and for a function's result."""
    part = phase_groups.phases.of[row]
    if row in site.arguments:
        return phase_groups.top[part]
    if part.phase not in (FORWARD, LOSS):
        return -1
    if part.phase == FORWARD and calls.grouping.of[row] >= 0:
        return calls.grouping.of[row]
    return phase_groups.top[part] if row in site.inside else -1
