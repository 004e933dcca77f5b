"""Makes the groups of gradients: a mirror of each forward group that has gradient ops, nested as those are."""

from __future__ import annotations

from array import array
from typing import Dict, Hashable, Iterable, Iterator, List, Sequence

from ...graph.vocabulary import PHASES, chain
from ...program.body import Body, LocalGroup
from .call_groups import Calls
from .data_edges import flow_of
from .gradients import forward_groups
from .grouping import Added, Grouping
from .opnames import forward_path, group_of_path, groups_by_name
from .phases import BACKWARD, PhaseGroups
from .site import Site

INNER = "gradient"
"""The name of the group of an inner gradient call, which is no phase of its own."""


def with_gradients(site: Site, calls: Calls, forward: Grouping, phase_groups: PhaseGroups) -> Grouping:
    """The forward grouping with, for each gradient call, mirrors of the groups of what it differentiates.

    The mirrors of an outermost call are below the group of its backward phase. Those of an inner one are in a group of their
    own, in the layer that asks for the gradient or in the phase that needs it. Gradient ops whose forward op is in no group, or unknown,
    go directly into that group. The calls are taken in their order, since a later one may differentiate what an earlier one made.
    """
    done = forward
    group_of = {id(record): group for group, record in calls.record_of.items()}
    for index, phase in enumerate(phase_groups.phases.of_gradient):
        phase_rows = phase_groups.phases.rows(phase) if phase >= BACKWARD else site.inside
        rows = [row for row in phase_rows if phase >= BACKWARD or site.gradients.of[row] == index]
        top = phase_groups.top.get(phase, -1)
        if rows and phase < BACKWARD:
            parent = site.gradient_parents[index]
            around = group_of[id(site.calls.records[parent])] if parent >= 0 else top
            top = len(done.groups)
            done = done.with_groups([LocalGroup(INNER, "scope", around, key=(site.body.name, INNER, index))])
        found = forward_groups(site, rows, done, calls)
        # An op that is in a phase and in no group inside it leaves nothing to mirror.
        layers = {row: group for row, group in found.items() if group >= 0 and done.groups[group].kind not in PHASES}
        mirrors = _mirrors(done.groups, layers.values(), top, len(done.groups), (site.body.name, index))
        homes = {row: mirrors.of[layers.get(row, -1)] for row in rows}
        done = done.with_groups(mirrors.groups).moved(homes)
    return done


def gradient_body(body: Body, forward: Body) -> Body:
    """The body of a function that is the gradient of `forward`, with mirrors of the groups of `forward`."""
    of = forward.node_group or array("i", [-1] * len(forward))
    found = _of_rows(body, groups_by_name(forward, of, ()))
    layers = {row: group for row, group in found.items() if group >= 0}
    mirrors = _mirrors(forward.groups, layers.values(), -1, 0, (body.name, INNER))
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


def _mirrors(forward: Sequence[LocalGroup], wanted: Iterable[int], top: int, first: int, key: Hashable) -> Added:
    """Mirrors of the `wanted` forward groups and of the groups around them, below the group at `top`.

    `first` is the position that the first of them gets. A group that `top` itself lies in has no mirror: what is directly in it goes
    into the group at `top`. With `key` and its place, each mirror can be mirrored in turn.
    """
    of = {-1: top}  # what is in no forward group goes directly into the group at `top`
    if top >= 0 and top < len(forward):
        of.update((around, top) for around in chain(forward, forward[top].parent))
    groups: List[LocalGroup] = []
    for group in wanted:
        missing = [index for index in _lineage(forward, group) if index not in of]
        for index in reversed(missing):  # the outermost first, so that a parent is there before its child
            parent = of[next(_lineage(forward, forward[index].parent), -1)]
            of[index] = first + len(groups)
            mirror = LocalGroup(forward[index].name, "scope", parent, of_key=forward[index].key, key=(key, len(groups)))
            groups.append(mirror)
    return Added(tuple(groups), of)


def _lineage(forward: Sequence[LocalGroup], group: int) -> Iterator[int]:
    """A group and the groups around it, innermost first, without phases: ``dense``, ``net`` for ``forward/net/dense``."""
    return (index for index in chain(forward, group) if forward[index].kind not in PHASES)
