"""Which forward op each gradient op belongs to, and the groups under backward that mirror the forward layers."""

from __future__ import annotations

import re
from array import array
from typing import Dict, Iterable, List, Optional, Sequence

from ..graph.edges import turned
from ..graph.vocabulary import FIRST_PHASES, chain
from ..program.body import Body, LocalGroup
from .recorder import GradientCall
from .site import Site, producers

_TAPE = "gradient_tape/"
_SYMBOLIC = re.compile(r"^(?:.*/)?gradients(?:_\d+)?/(.+)$")
_MADE = re.compile(r"(?:^|/)(?:gradient_tape|gradients(?:_\d+)?)/")
_UNKNOWN = -2


def forward_groups(site: Site, rows: Sequence[int], node_group: Sequence[int]) -> Dict[int, int]:
    """For each backward row the forward group it belongs to (-1: none, as for the loss).

    First what the tape told, then the names, then the neighbours: an `AddN` belongs to the common layer of its inputs.
    `node_group` holds the forward groups of the body.
    """
    inputs = producers(site.body)
    backward = set(rows)
    found: Dict[int, int] = {}
    users = turned(inputs)
    scopes = forward_scopes(site.body, node_group, backward)
    for call in site.gradient_calls:
        group = _of_call(site, call, users, node_group, scopes, backward)
        if group != _UNKNOWN:
            for row in site.made(call.start, call.end):
                if row in backward:
                    found[row] = group
    for row in rows:
        if row in found:
            continue
        group = _of_name(site.body.names[row], scopes)
        if group == _UNKNOWN:
            group = _of_neighbours(row, inputs, users, found, node_group, backward, site)
        if group != _UNKNOWN:
            found[row] = group
    return found


def forward_scopes(body: Body, node_group: Sequence[int], backward: "set[int]") -> Dict[str, int]:
    """Forward scope -> the group of the first op in it, and forward op name -> its group."""
    scopes: Dict[str, int] = {}
    for row, name in enumerate(body.names):
        if row in backward:
            continue
        scopes[name] = node_group[row]
        scope = name.rpartition("/")[0]
        if node_group[row] >= 0:
            scopes.setdefault(scope, node_group[row])
    return scopes


def _of_call(
    site: Site,
    call: GradientCall,
    users: Sequence[Sequence[int]],
    node_group: Sequence[int],
    scopes: Dict[str, int],
    backward: "set[int]",
) -> int:
    """The group of the forward op that one call of the tape's gradient function was for."""
    for tensor in call.outputs:
        if tensor is not None and hasattr(tensor, "op"):
            row = site.row_of(tensor)
            if row >= 0:
                return node_group[row]
    known = [site.row_of(tensor) for tensor in call.inputs if tensor is not None and hasattr(tensor, "op")]
    if known:
        candidates = [
            row
            for row in set(users[known[0]] if known[0] >= 0 else ())
            if site.body.ops[row] == call.op and row not in backward
        ]
        fitting = [row for row in candidates if all(source < 0 or row in users[source] for source in known)]
        groups = {node_group[row] for row in fitting}
        if len(groups) == 1:
            return groups.pop()
        scoped = {node_group[row] for row in fitting if site.body.names[row].rpartition("/")[0] == call.scope}
        if len(scoped) == 1:
            return scoped.pop()
    return longest_scope(call.scope, scopes) if call.scope else _UNKNOWN


def _of_name(name: str, scopes: Dict[str, int]) -> int:
    """The group that a gradient op's name tells: ``gradient_tape/<scope>/...``, ``gradients/<op>_grad/...``."""
    match = _SYMBOLIC.match(name)
    if match:
        return longest_scope(re.sub(r"_grad(?=/|$)", "", match.group(1)), scopes)
    return longest_scope(name.rpartition(_TAPE)[2].rpartition("/")[0], scopes) if _TAPE in name else _UNKNOWN


def longest_scope(path: str, scopes: Dict[str, int]) -> int:
    """The group of the longest leading part of `path` that is a forward op or scope; a negative number for none."""
    while path:
        if path in scopes:
            return scopes[path]
        path = path.rpartition("/")[0]
    return _UNKNOWN


def _of_neighbours(
    row: int,
    inputs: Sequence[Sequence[int]],
    users: Sequence[Sequence[int]],
    found: Dict[int, int],
    node_group: Sequence[int],
    backward: "set[int]",
    site: Site,
) -> int:
    """The group of an op whose name tells nothing, from the ops around it."""
    made = [found[source] for source in inputs[row] if source in found]
    if made and site.body.ops[row] in {"AddN", "AddV2", "Add"}:
        return made[0] if len(set(made)) == 1 else _UNKNOWN
    forward = {node_group[source] for source in inputs[row] if source not in backward and node_group[source] >= 0}
    if len(forward) == 1:
        return forward.pop()
    if made and len(set(made)) == 1:
        return made[0]
    later = {found[user] for user in users[row] if user in found}
    return later.pop() if len(later) == 1 else _UNKNOWN


class Mirror:
    """Groups under a backward phase, made as they are asked for: one for each forward group that has gradient ops."""

    def __init__(self, groups: List[LocalGroup], forward: Sequence[LocalGroup], top: int) -> None:
        self._groups = groups
        self._forward = forward
        self._made: Dict[int, int] = {-1: top}

    def of(self, forward: int) -> int:
        """The group that mirrors one forward group; its ancestors are mirrored too, phases aside."""
        missing: List[int] = []
        while forward not in self._made:
            missing.append(forward)
            around = chain(self._forward, self._forward[forward].parent)
            forward = next((index for index in around if self._forward[index].kind not in FIRST_PHASES), -1)
        for index in reversed(missing):
            source = self._forward[index]
            self._groups.append(LocalGroup(source.name, "scope", self._made[forward], of_key=source.key))
            forward = index
            self._made[index] = len(self._groups) - 1
        return self._made[forward]


def is_gradient(name: str) -> bool:
    """Whether TensorFlow named the op as part of a gradient.

    >>> is_gradient("while/gradient_tape/while/gradients/Mul_grad/Shape"), is_gradient("dense/MatMul")
    (True, False)
    """
    return _MADE.search(name) is not None


def made_for_gradient(body: Body, node_group: "array[int]") -> None:
    """Put the ops that a loop's gradient added to the loop's own body (what it stacks up) with the forward ops' groups."""
    rows = [row for row, name in enumerate(body.names) if is_gradient(name) and node_group[row] < 0]
    if rows:
        scopes = forward_scopes(body, node_group, set(rows))
        for row in rows:
            node_group[row] = max(_of_name(body.names[row], scopes), -1)


def gradient_body(body: Body, forward: Body) -> Body:
    """Group the ops of a gradient's function (a loop's, a call's) as the forward function's layers are."""
    scopes = forward_scopes(forward, forward.node_group or array("i", [-1] * len(forward)), set())
    groups: List[LocalGroup] = []
    mirror = Mirror(groups, forward.groups, -1)
    inputs = producers(body)
    found: Dict[int, int] = {}
    for row in range(body.args, len(body) - body.rets):
        group = _of_name(body.names[row], scopes)
        if group == _UNKNOWN:
            near = {found[source] for source in inputs[row] if source in found}
            group = near.pop() if len(near) == 1 else _UNKNOWN
        if group != _UNKNOWN:
            found[row] = group
    node_group = array("i", [-1] * len(body))
    for row, group in found.items():
        if group >= 0:
            node_group[row] = mirror.of(group)
    return body.with_columns(groups=tuple(groups), node_group=node_group)


def forward_function(name: str, functions: Iterable[str]) -> Optional[str]:
    """The function that a gradient's function differentiates, by TensorFlow's way of naming them.

    >>> forward_function("while_body_71_grad_116", ["while_body_71_rewritten", "while_cond_70"])
    'while_body_71_rewritten'
    >>> forward_function("__inference___backward_inner_162_180", ["__forward_inner_179"])
    '__forward_inner_179'
    """
    match = re.match(r"^(.+)_grad_\d+(?:_rewritten)?$", name)
    if match:
        return next((other for other in functions if other in (f"{match.group(1)}_rewritten", match.group(1))), None)
    match = re.match(r"^(?:__inference_)?__backward_(.+?)(?:_\d+)*$", name)
    if match:
        return next(
            (other for other in functions if re.match(rf"^__forward_{re.escape(match.group(1))}_\d+$", other)), None
        )
    return None
