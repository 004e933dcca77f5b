"""Tells the calls of a layer apart that share one name scope.

Keras 2 and `tf.Module.with_name_scope` enter the layer's scope anew at each call, so that the ops of the second call are only numbered:
``shared/MatMul`` and ``shared/Relu``, then ``shared/MatMul_1`` and ``shared/Relu_1``. They were made one call after the other, and a
traced function keeps that order. So a scope holds n calls if its ops, in their order, are n times the same piece of graph, each using all
of the layer's variables. A layer whose code does all that it does n times over looks just like that: the file cannot tell.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import reduce
from math import gcd
from typing import Any, Collection, Dict, FrozenSet, Hashable, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from ..graph.types import CONTROL
from .body import Body
from .scopes import Scope

_AGAIN = "\0"
"""Stands in a scope's name before the number of a further call, until `own_name` takes both away."""
_NUMBER = re.compile(r"_\d+$")


class ScopedOps(NamedTuple):
    """The ops of a body that lie in scopes."""

    body: Body
    first: int
    """The row of the first one."""
    paths: Sequence[Scope]
    """The scopes of each, and its own name last."""
    uses: Mapping[int, Collection[int]]
    """Row of an op that takes variables -> their numbers."""


def own_name(name: str) -> str:
    """The name of a scope without what `calls_apart` has put behind it."""
    return name.partition(_AGAIN)[0]


def calls_apart(inside: ScopedOps, found: Mapping[Scope, int]) -> Tuple[List[Scope], Dict[Scope, int]]:
    """The paths with a scope for each call, and the object that each scope is a call of. `found` has these by shared scope.

    Outer scopes come first: a block that is called twice is told apart before the layers in it, which are called once in each. Left
    whole are scopes that an op is called like, and those that hold one layer and nothing else: then that layer is what is called again.
    """
    made = [list(path) for path in inside.paths]
    calls: Dict[Scope, int] = {}
    members = _members(inside.paths, found)
    whole = set(inside.paths) | _wrappers(members)
    for scope in sorted(found, key=len):
        depth = len(scope)
        groups: Dict[Scope, List[int]] = {}
        for place in members.get(scope, ()):
            groups.setdefault(tuple(made[place][:depth]), []).append(place)
        for prefix, places in groups.items():
            parts = [places] if scope in whole else _parts(inside, places, depth)
            for number, part in enumerate(parts, 1):
                name = prefix[-1] if number == 1 else f"{prefix[-1]}{_AGAIN}{number}"
                calls[(*prefix[:-1], name)] = found[scope]
                for place in part:
                    made[place][depth - 1] = name
    return [tuple(path) for path in made], calls


def _members(paths: Sequence[Scope], found: Mapping[Scope, int]) -> Dict[Scope, List[int]]:
    """For each scope the places of the ops in it, those in scopes inside it included."""
    members: Dict[Scope, List[int]] = {}
    around: Dict[Scope, List[Scope]] = {}
    for place, path in enumerate(paths):
        scope = path[:-1]
        if scope not in around:
            around[scope] = [scope[:depth] for depth in range(1, len(scope) + 1) if scope[:depth] in found]
        for each in around[scope]:
            members.setdefault(each, []).append(place)
    return members


def _wrappers(members: Mapping[Scope, List[int]]) -> Set[Scope]:
    """The scopes all of whose ops lie in one of the other scopes, which is inside it."""
    return {
        scope[:depth]
        for scope in members
        for depth in range(1, len(scope))
        if len(members.get(scope[:depth], ())) == len(members[scope])
    }


def _parts(inside: ScopedOps, places: List[int], depth: int) -> List[List[int]]:
    """The ops of each call. As many calls as can be: each variable is used equally often in each, and at least once."""
    uses = Counter(variable for place in places for variable in inside.uses.get(inside.first + place, ()))
    most = reduce(gcd, uses.values(), 0)
    for count in range(min(most, len(places)), 1, -1):
        if most % count == 0 and len(places) % count == 0:
            size = len(places) // count
            parts = [places[start : start + size] for start in range(0, len(places), size)]
            among = set(places)
            first = _shape(inside, parts[0], among, depth)
            if first is not None and all(_shape(inside, part, among, depth) == first for part in parts[1:]):
                return parts
    return [places]


def _shape(inside: ScopedOps, part: List[int], among: Set[int], depth: int) -> Optional[List[Hashable]]:
    """What must be equal for equal calls: the ops' types and names, what they take from each other, and which variables.

    ``None`` if an op takes something that is made later in the scope: then the ops are not in the order of their making.
    """
    body, first = inside.body, inside.first
    own = {first + place: number for number, place in enumerate(part)}
    shape: List[Hashable] = []
    for place in part:
        row = first + place
        taken: List[Any] = []
        for producer, output in body.inputs(row):
            if producer - first > part[-1] and producer - first in among:
                return None
            taken.append((own.get(producer, -1), output if producer in own or output == CONTROL else 0))
        names = tuple(_NUMBER.sub("", name) for name in inside.paths[place][depth:])
        variables: FrozenSet[int] = frozenset(inside.uses.get(row, ()))
        shape.append((body.ops[row], names, tuple(taken), variables))
    return shape
