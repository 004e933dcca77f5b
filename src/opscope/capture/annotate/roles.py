"""Tells each body of a program what its surroundings make of it: whether it lies in one phase, and which of its results are assigned."""

from __future__ import annotations

from typing import Dict, FrozenSet, List, NamedTuple, Set

from ...program.body import Call
from .data_edges import next_ones_first
from .following import Followed, Following, loop_results


class Role(NamedTuple):
    """What a body's surroundings say of it."""

    is_inside: bool = False
    """Whether a gradient's target needs it, or a gradient call made it. Then it lies in one phase, whatever is in it."""
    assigned: FrozenSet[int] = frozenset()
    """Those of its results from which a variable is assigned outside."""


def roles_of(following: Following) -> Dict[str, Role]:
    """The role of each body. One that is called from several places has phases if it has them in any."""
    roles: Dict[str, Role] = {"": Role()}
    for name in _callers_first(following):
        followed, role = following.known(name), roles[name]
        for call in followed.body.calls:
            inner = _role_of(following, followed, role, call)
            for _, function in call.parts:
                known = roles.get(function, inner)
                roles[function] = Role(known.is_inside and inner.is_inside, known.assigned | inner.assigned)
    return roles


def _callers_first(following: Following) -> List[str]:
    """The names of the bodies, each after all those that call it."""

    def called(name: str) -> List[str]:
        return sorted({function for call in following.bodies[name].calls for _, function in call.parts})

    return next_ones_first([""], called)[::-1]


def _role_of(following: Following, followed: Followed, role: Role, call: Call) -> Role:
    """The role of the functions that `call` runs in a body which has that `role` itself."""
    bits = followed.holders.get(call.node)
    if role.is_inside or bits is None:
        return Role(is_inside=True)
    taken = assigned_from(followed, role)
    assigned = {place for place, bit in enumerate(bits) if taken & bit}
    if call.kind == "while":
        for _, part, inner in following.called(call):
            if part == "body":
                assigned |= _assigned_next(inner, assigned)
    return Role(False, frozenset(assigned))


def _assigned_next(body: Followed, assigned: Set[int]) -> Set[int]:
    """The results of a loop's body from which a variable is assigned in a later iteration, or from what that one makes."""
    results = loop_results(body)
    taken = body.written
    for place in assigned:
        taken |= results[place]
    return {place for place in range(len(results)) if taken >> place & 1}


def assigned_from(followed: Followed, role: Role) -> int:
    """The sources from which a variable is assigned, in the body or around it."""
    taken = followed.written
    for place in role.assigned:
        if place < len(followed.results):
            taken |= followed.results[place]
    return taken
