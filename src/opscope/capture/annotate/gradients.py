"""Finds the forward group of each gradient op: by what the tape told, else by its name, else by its neighbours."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import AbstractSet, Dict, List, Mapping, Optional, Sequence, Tuple, Union

from ...graph.vocabulary import chain
from ...program.body import Body
from ..notes import GradientCall, Record
from .call_groups import Calls
from .grouping import Grouping
from .opnames import forward_path, group_of_path, groups_by_name, is_gradient
from .site import Site

_SUMS = frozenset({"AddN", "AddV2", "Add"})
"""Ops by which TensorFlow adds up gradients."""


@dataclass(frozen=True)
class _Forward:
    """A body whose gradient ops are the rows in `backward`, and what is known of its forward ops."""

    site: Site
    of: Sequence[int]
    """The forward group of each row."""
    by_name: Mapping[str, int]
    """The group of each forward op and scope by its name."""
    backward: AbstractSet[int]
    again: Dict[str, int] = field(default_factory=dict)
    """The name scopes in which layers were called again for a gradient so far, each with the layer's forward group."""

    def group(self, row: int, found: Mapping[int, int]) -> int:
        """The forward group of a row; of one in backward, which was made again to be differentiated, what was `found`."""
        return found.get(row, -1) if row in self.backward else self.of[row]


def forward_groups(site: Site, rows: Sequence[int], forward: Grouping, calls: Calls) -> Dict[int, int]:
    """For each row that a gradient call made the forward group that it belongs to.

    -1 means that its forward op is in no group. A row whose forward op cannot be found is left out.
    """
    backward = set(rows)
    known = _Forward(site, forward.of, groups_by_name(site.body, forward.of, backward), backward)
    found = _told(known, forward, calls)
    for row in rows:
        if row in found:
            continue
        if row in site.origins:  # what a `tf.vectorized_map` made of another gradient op, which was made before
            origin = site.work_of(row)
            if origin in found or origin not in backward:
                found[row] = found.get(origin, forward.of[origin])
                continue
        path = forward_path(site.body.names[row])
        group = group_of_path(path, known.by_name) if path is not None else None
        if group is None:
            group = _of_neighbours(known, row, found)
        if group is not None:
            found[row] = group
    return found


def _told(known: _Forward, forward: Grouping, calls: Calls) -> Dict[int, int]:
    """The rows that the tape told of: it calls a gradient function for each forward op, and we noted the ops it made.

    A function that a user gave for a gradient may call layers again and differentiate what they make, so such calls lie in one
    another. They are taken as they began: an inner one knows better than the one around it.
    """
    site = known.site
    made: List[Union[GradientCall, Record]] = [*site.gradient_calls, *site.again]
    groups_of = _groups_of_layers(calls)
    found: Dict[int, int] = {}
    turns: "Counter[Tuple[int, int]]" = Counter()
    for each in sorted(made, key=lambda each: (each.start, -each.end)):
        rows = [row for row in site.rows_made(each) if row in known.backward]
        if not rows:
            continue
        if isinstance(each, GradientCall):
            group = _of_call(known, each, found)
        else:
            group = _called_again(forward, groups_of.get(id(each.subject), ()), found.get(rows[0], -1), turns)
            if group is not None:
                known.again.update((site.body.names[row].rpartition("/")[0], group) for row in rows)
        if group is not None:
            found.update((row, group) for row in rows)
    return found


def _groups_of_layers(calls: Calls) -> Dict[int, List[int]]:
    """For each layer, by its identity, the groups of its calls."""
    found: Dict[int, List[int]] = {}
    for group, record in calls.record_of.items():
        found.setdefault(id(record.subject), []).append(group)
    return found


def _called_again(
    forward: Grouping, groups: Sequence[int], around: int, turns: "Counter[Tuple[int, int]]"
) -> Optional[int]:
    """The forward group of a layer that a gradient calls again: of the calls inside the group `around` the next in turn.

    `around` is the group of the op for whose gradient the layer is called. `turns` counts how often it was asked for.
    """
    inside = [group for group in groups if around in chain(forward.groups, group)] or list(groups)
    if not inside:
        return None
    turn = turns[inside[0], around]
    turns[inside[0], around] += 1
    return inside[turn % len(inside)]


def _of_call(known: _Forward, call: GradientCall, found: Mapping[int, int]) -> Optional[int]:
    """The group of the forward op that one call of the tape's gradient function was for.

    The tape does not name the op. It passes those of the op's tensors that the gradient needs. With an output we have the
    op at once. With inputs only, we look for ops of its type that take them all; if these are in several groups, the name
    scope decides between them.
    """
    for tensor in call.outputs:
        if tensor is not None and hasattr(tensor, "op"):
            row = known.site.row_of(tensor)
            if row >= 0:
                return known.group(row, found)
    fitting = _taking(known, call)
    # Several ops may fit, but if all are in one group it does not matter which it is.
    groups = {known.group(row, found) for row in fitting}
    if len(groups) == 1:
        return groups.pop()
    names = known.site.body.names
    scoped = {known.group(row, found) for row in fitting if names[row].rpartition("/")[0] == call.scope}
    if len(scoped) == 1:
        return scoped.pop()
    if call.scope in known.again:
        return known.again[call.scope]
    return group_of_path(call.scope, known.by_name) if call.scope else None


def _taking(known: _Forward, call: GradientCall) -> List[int]:
    """The ops of the call's type, made before it, that take all the input tensors which the tape kept."""
    site, users = known.site, known.site.flow.users
    mine = set(site.rows_made(call))
    kept = [site.row_of(tensor) for tensor in call.inputs if tensor is not None and hasattr(tensor, "op")]
    if not kept or kept[0] < 0:
        return []
    # The users of the first tensor are few; a tensor from another graph (-1) tells nothing.
    return [
        row
        for row in set(users[kept[0]])
        if site.body.ops[row] == call.op
        and row not in mine
        and all(source < 0 or row in users[source] for source in kept)
    ]


def _of_neighbours(known: _Forward, row: int, found: Mapping[int, int]) -> Optional[int]:
    """The group of an op whose name tells nothing, from its neighbours.

    These are, in this order: the forward ops it takes tensors from, the gradient ops it takes tensors from, and the gradient
    ops that use it; each counts only if all of its kind are in one group. A sum is asked for its inputs first. It adds up
    the gradients of a tensor that several ops use, so it belongs where all its inputs belong, or nowhere.
    """
    flow = known.site.flow
    backward = {found[source] for source in flow.inputs[row] if source in found}
    if backward and known.site.body.ops[row] in _SUMS:
        return backward.pop() if len(backward) == 1 else None
    forward = {known.of[source] for source in flow.inputs[row] if source not in known.backward}
    forward.discard(-1)
    if len(forward) == 1:
        return forward.pop()
    if len(backward) == 1:
        return backward.pop()
    later = {found[user] for user in flow.users[row] if user in found}
    return later.pop() if len(later) == 1 else None


def kept_for_gradient(body: Body, forward: Grouping) -> Dict[int, int]:
    """For ops that a loop's gradient added to the loop's own body, the groups of the forward ops they serve.

    Such an op puts a value of this iteration into a list; the gradient's loop takes it out again.
    """
    rows = [row for row, name in enumerate(body.names) if is_gradient(name) and forward.of[row] < 0]
    if not rows:
        return {}
    by_name = groups_by_name(body, forward.of, set(rows))
    paths = {row: forward_path(body.names[row]) for row in rows}
    found = {row: group_of_path(path, by_name) for row, path in paths.items() if path is not None}
    return {row: group for row, group in found.items() if group is not None}
