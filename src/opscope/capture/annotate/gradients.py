"""Finds the forward group of each gradient op: by what the tape told, else by its name, else by its neighbours."""

from __future__ import annotations

from dataclasses import dataclass
from typing import AbstractSet, Dict, List, Mapping, Optional, Sequence

from ...program.body import Body
from ..notes import GradientCall
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


def forward_groups(site: Site, rows: Sequence[int], forward: Grouping) -> Dict[int, int]:
    """For each row of a backward phase the forward group that it belongs to.

    -1 means that its forward op is in no group. A row whose forward op cannot be found is left out.
    """
    backward = set(rows)
    known = _Forward(site, forward.of, groups_by_name(site.body, forward.of, backward), backward)
    found = _told(known)
    for row in rows:
        if row in found:
            continue
        path = forward_path(site.body.names[row])
        group = group_of_path(path, known.by_name) if path is not None else None
        if group is None:
            group = _of_neighbours(known, row, found)
        if group is not None:
            found[row] = group
    return found


def _told(known: _Forward) -> Dict[int, int]:
    """The rows that the tape told of: it calls a gradient function for each forward op, and we noted the ops it made."""
    found: Dict[int, int] = {}
    for call in known.site.gradient_calls:
        group = _of_call(known, call)
        if group is not None:
            found.update((row, group) for row in known.site.rows_made(call) if row in known.backward)
    return found


def _of_call(known: _Forward, call: GradientCall) -> Optional[int]:
    """The group of the forward op that one call of the tape's gradient function was for.

    The tape does not name the op. It passes those of the op's tensors that the gradient needs. With an output we have the
    op at once. With inputs only, we look for ops of its type that take them all; if these are in several groups, the name
    scope decides between them.
    """
    for tensor in call.outputs:
        if tensor is not None and hasattr(tensor, "op"):
            row = known.site.row_of(tensor)
            if row >= 0:
                return known.of[row]
    fitting = _taking(known, call)
    # Several ops may fit, but if all are in one group it does not matter which it is.
    groups = {known.of[row] for row in fitting}
    if len(groups) == 1:
        return groups.pop()
    names = known.site.body.names
    scoped = {known.of[row] for row in fitting if names[row].rpartition("/")[0] == call.scope}
    if len(scoped) == 1:
        return scoped.pop()
    return group_of_path(call.scope, known.by_name) if call.scope else None


def _taking(known: _Forward, call: GradientCall) -> List[int]:
    """The forward ops of the call's type that take all the input tensors which the tape kept."""
    site, users = known.site, known.site.flow.users
    kept = [site.row_of(tensor) for tensor in call.inputs if tensor is not None and hasattr(tensor, "op")]
    if not kept or kept[0] < 0:
        return []
    # The users of the first tensor are few; a tensor from another graph (-1) tells nothing.
    return [
        row
        for row in set(users[kept[0]])
        if site.body.ops[row] == call.op
        and row not in known.backward
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
