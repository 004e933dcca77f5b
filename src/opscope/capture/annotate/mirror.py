"""Makes the groups under backward: a mirror of each forward group that has gradient ops, nested as those are."""

from __future__ import annotations

from array import array
from typing import Dict, Iterable, Iterator, List, Sequence

from ...graph.vocabulary import FIRST_PHASES, chain
from ...program.body import Body, LocalGroup
from .data_edges import flow_of
from .gradients import forward_groups
from .grouping import Added, Grouping
from .opnames import forward_path, group_of_path, groups_by_name
from .phases import BACKWARD, PhaseGroups
from .site import Site


def with_backward(site: Site, forward: Grouping, phase_groups: PhaseGroups) -> Grouping:
    """The forward grouping with mirrors of its groups below the group of each backward phase.

    Gradient ops of the loss, and those whose forward op is unknown, go directly into the phase's group.
    """
    done = forward
    for phase, top in phase_groups.top.items():
        if phase < BACKWARD:
            continue
        rows = phase_groups.phases.rows(phase)
        found = forward_groups(site, rows, forward)
        layers = {
            row: group for row, group in found.items() if group >= 0 and forward.groups[group].kind not in FIRST_PHASES
        }
        mirrors = _mirrors(forward.groups, layers.values(), top, len(done.groups))
        homes = {row: mirrors.of[layers.get(row, -1)] for row in rows}
        done = done.with_groups(mirrors.groups).moved(homes)
    return done


def gradient_body(body: Body, forward: Body) -> Body:
    """The body of a function that is the gradient of `forward`, with mirrors of the groups of `forward`."""
    of = forward.node_group or array("i", [-1] * len(forward))
    found = _of_rows(body, groups_by_name(forward, of, ()))
    layers = {row: group for row, group in found.items() if group >= 0}
    mirrors = _mirrors(forward.groups, layers.values(), -1, 0)
    plain = Grouping(mirrors.groups, array("i", [-1] * len(body)))
    node_group = plain.moved({row: mirrors.of[group] for row, group in layers.items()}).of
    return body.with_columns(groups=mirrors.groups, node_group=node_group)


def _of_rows(body: Body, by_name: Dict[str, int]) -> Dict[int, int]:
    """The forward group of each row: by its name, else that of the rows it takes tensors from, if all are in one."""
    inputs = flow_of(body).inputs
    found: Dict[int, int] = {}
    for row in range(body.args, len(body) - body.rets):
        path = forward_path(body.names[row])
        group = group_of_path(path, by_name) if path is not None else None
        if group is None:
            near = {found[source] for source in inputs[row] if source in found}
            group = near.pop() if len(near) == 1 else None
        if group is not None:
            found[row] = group
    return found


def _mirrors(forward: Sequence[LocalGroup], wanted: Iterable[int], top: int, first: int) -> Added:
    """Mirrors of the `wanted` forward groups and of the groups around them, below the group at `top`.

    `first` is the position that the first of them gets.
    """
    of = {-1: top}  # what is in no forward group goes directly into the group at `top`
    groups: List[LocalGroup] = []
    for group in wanted:
        missing = [index for index in _lineage(forward, group) if index not in of]
        for index in reversed(missing):  # the outermost first, so that a parent is there before its child
            parent = of[next(_lineage(forward, forward[index].parent), -1)]
            of[index] = first + len(groups)
            groups.append(LocalGroup(forward[index].name, "scope", parent, of_key=forward[index].key))
    return Added(tuple(groups), of)


def _lineage(forward: Sequence[LocalGroup], group: int) -> Iterator[int]:
    """A group and the groups around it, innermost first, without phases: ``dense``, ``net`` for ``forward/net/dense``."""
    return (index for index in chain(forward, group) if forward[index].kind not in FIRST_PHASES)
