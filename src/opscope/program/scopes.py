"""Makes groups of name scopes, inside one body. Used by `capture` (inside recorded layers) and by `layers` for files.

A scope is the part of an op's name before a slash: ``model/dense/MatMul`` is in ``dense``, which is in ``model``.
"""

from __future__ import annotations

import re
from array import array
from typing import Container, Dict, Iterable, List, Optional, Sequence, Tuple

from ..graph.types import CONTROL
from ..graph.vocabulary import CONSTANTS, INPUTS, MISSING, READ, RESULT, VARIABLES, chain
from .body import Body, LocalGroup
from .program import Program

Scope = Tuple[str, ...]
"""The parts of a name, outermost first."""

MOST_SCOPES = 256
MOST_LENGTH = 4096
"""Scopes nested deeper, or beyond so many characters of a name, make no groups. Only a hostile file has such names."""

_SIDE = INPUTS | CONSTANTS | VARIABLES | {READ, RESULT, MISSING, "NoOp", "EmptyTensorList"}
"""Ops that alone make no group of a scope, see `side_matter`. An EmptyTensorList is made by TensorFlow before a loop, for
values that the loop keeps for its gradient."""
_PASSING = frozenset({"Identity", "Cast"})
_SUFFIX = re.compile(r"_\d+$")
"""What TensorFlow appends to make a name unique: the ``_1`` of ``dense_1``."""


def side_matter(body: Body) -> bytes:
    """One byte for each op: 1 if it is side matter, which means that it only brings in a value and computes nothing.

    That is inputs, constants, variables and their reads, and an Identity or Cast of one of these (of inputs not: that is
    what a layer may do with them). A scope with nothing else makes no group. An Identity of a call's result counts too:
    TensorFlow adds ``cond/Identity`` beside the op ``cond``, and it should make no scope ``cond`` beside that op's group.
    """
    side = bytearray(1 if op in _SIDE else 0 for op in body.ops)
    calls = {call.node for call in body.calls}
    for row, op in enumerate(body.ops):
        if op in _PASSING:
            data = [producer for producer, output in body.inputs(row) if output != CONTROL]
            if data and all(_brings_in(body, side, calls, producer) for producer in data):
                side[row] = 1
    return bytes(side)


def _brings_in(body: Body, side: Sequence[int], calls: Container[int], producer: int) -> bool:
    """Whether an Identity or Cast of this op is side matter."""
    return producer in calls or bool(side[producer] and body.ops[producer] not in INPUTS)


def split_scope(name: str) -> Scope:
    """The scopes of an op, outermost first, and its own name last. What is beyond the limits stays in the last part.

    >>> split_scope("model/dense/MatMul")
    ('model', 'dense', 'MatMul')
    """
    if len(name) > MOST_LENGTH:
        # Split what is before the last slash within the limit. What is behind it stays one part, however long.
        end = max(0, name.rfind("/", 0, MOST_LENGTH))
        return (*(name[:end].split("/", MOST_SCOPES)[:MOST_SCOPES] if end else ()), name[end:].lstrip("/"))
    return tuple(name.split("/", MOST_SCOPES)) if name else ()


def split_scopes(names: Iterable[str]) -> List[Scope]:
    """`split_scope` of each name; a scope that many names share is split once."""
    known: Dict[str, Scope] = {}
    found: List[Scope] = []
    for name in names:
        around, slash, own = name.rpartition("/")
        scope = known.get(around)
        if scope is None:
            scope = known[around] = split_scope(around) if slash else ()
        # Empty parts ("/a", a name that ends in "/") and names beyond the limits are left to `split_scope`.
        simple = len(name) <= MOST_LENGTH and len(scope) < MOST_SCOPES and (around or not slash) and own
        found.append((*scope, own) if simple else split_scope(name))
    return found


def same_name(component: str, name: str) -> bool:
    """Whether a scope has the name of a layer, or that name with a number that makes it unique.

    >>> same_name("dense_3", "dense"), same_name("dense_1_2", "dense_1"), same_name("densest", "dense")
    (True, True, False)
    """
    return component == name or (component.startswith(name) and _SUFFIX.sub("", component) == name)


def remainder(path: Scope, prefix: Scope) -> Scope:
    """`path` without the parts at its beginning that `prefix` begins with too; its last part always stays.

    >>> remainder(("a", "b", "MatMul"), ("a",)), remainder(("a",), ("a", "b"))
    (('b', 'MatMul'), ('a',))
    """
    shared = 0
    while shared < len(prefix) and shared < len(path) - 1 and path[shared] == prefix[shared]:
        shared += 1
    return path[shared:]


def below_caller(path: Scope, caller: Scope) -> Scope:
    """As `remainder`, for an op of a body and the op that runs the body; numbers at the end of a part do not matter.

    The ops of a loop's body may be in the scope ``while`` although the op that runs it is called ``while_13``: TensorFlow
    makes names unique in each graph by itself.

    >>> below_caller(("model", "while", "MatMul"), ("model", "while_13"))
    ('MatMul',)
    """
    shared = 0
    while shared < len(caller) and shared < len(path) - 1:
        if path[shared] != caller[shared] and _SUFFIX.sub("", path[shared]) != _SUFFIX.sub("", caller[shared]):
            break
        shared += 1
    return path[shared:]


class _ScopeNode:
    """A scope below a group while scopes are being collected: what is directly in it, and the scopes in it, in order."""

    __slots__ = ("around", "groups", "has_substance", "rows", "scopes")

    def __init__(self, around: "Optional[_ScopeNode]" = None) -> None:
        self.around = around
        self.rows: List[Tuple[int, Scope]] = []
        """The ops directly in it, each with a path whose last part is its own name; of one that has the scope's name the path is empty."""
        self.groups: List[int] = []
        """The groups directly in it that were there before."""
        self.scopes: Dict[str, _ScopeNode] = {}
        self.has_substance = False
        """Whether it holds more than side matter, directly or in a scope inside it."""

    def at(self, path: Iterable[str]) -> "_ScopeNode":
        """The scope at `path` below this one; scopes that are missing on the way are made."""
        node = self
        for name in path:
            found = node.scopes.get(name)
            if found is None:
                found = node.scopes[name] = _ScopeNode(node)
            node = found
        return node

    def give_substance(self) -> None:
        """Note that this scope, and so each one around it, holds more than side matter."""
        node: Optional[_ScopeNode] = self
        while node is not None and not node.has_substance:
            node.has_substance = True
            node = node.around


def add_scopes(
    groups: List[LocalGroup],
    node_group: "array[int]",
    parent: int,
    rows: Sequence[Tuple[int, Scope]],
    inner: Sequence[Tuple[int, Scope]],
    side: Sequence[int],
    source: Optional[str] = None,
) -> None:
    """Make a group of each scope below `parent` that holds more than side matter.

    `rows` are the ops directly in `parent`, each with its scopes below `parent` and its own name last. `inner` are the
    groups directly in `parent` so far, each with the scopes that it is in. Both move into the new groups; what is in a
    scope that makes no group moves to the next one around. Changes `groups` and `node_group`, where the new groups come
    last; `ordered` puts parents before children again. `source` is the new groups' `layer_source`: "scope" where a scope
    may be a layer, ``None`` where the layers were recorded.
    """
    waiting = [(_tree(rows, inner, side), parent)]
    while waiting:
        node, group = waiting.pop()
        node.around = None  # so that it is no garbage for the collector, which would look at a tuple for each op
        for row, _ in node.rows:
            node_group[row] = group
        for index in node.groups:
            groups[index] = groups[index].below(group)
        named = {path[-1] if path else "": row for row, path in node.rows} if node.scopes else {}
        for name, scope in node.scopes.items():
            if not scope.has_substance:
                waiting.append((scope, group))
                continue
            groups.append(LocalGroup(name, "scope", group, layer_source=source))
            # An op "dense/Tensordot" is the last one that is made in the scope "dense/Tensordot/...", so it moves into that.
            if name in named:
                scope.rows.append((named[name], ()))
            waiting.append((scope, len(groups) - 1))


def _tree(rows: Sequence[Tuple[int, Scope]], inner: Sequence[Tuple[int, Scope]], side: Sequence[int]) -> _ScopeNode:
    """The scopes of `rows` and `inner` as a tree; its top stands for the parent of all."""
    top = _ScopeNode()
    node, around = top, ()  # type: Tuple[_ScopeNode, Scope]
    for placed in rows:
        row, path = placed
        if path[:-1] != around:  # most ops are in the same scope as the op before them
            around = path[:-1]
            node = top.at(around)
        node.rows.append(placed)
        if not (side[row] or node.has_substance):
            node.give_substance()
    for index, path in inner:
        node = top.at(path)
        node.groups.append(index)
        node.give_substance()
    return top


def ordered(groups: Sequence[LocalGroup], node_group: "array[int]") -> Tuple[Tuple[LocalGroup, ...], "array[int]"]:
    """The same groups in the order of their first ops, with parents before children and without empty groups.

    The second result is `node_group` with the new positions of the groups.
    """
    first: Dict[int, int] = {}
    for row, innermost in enumerate(node_group):
        if innermost in first:  # so it is with most ops
            continue
        for index in chain(groups, innermost):
            if index in first:
                break
            first[index] = row
    children: Dict[int, List[int]] = {}
    for index in first:
        children.setdefault(groups[index].parent, []).append(index)
    place = {-1: -1}  # old position -> new one; -1 stands for the body itself in both
    result: List[LocalGroup] = []
    waiting = sorted(children.get(-1, ()), key=first.__getitem__, reverse=True)
    while waiting:
        index = waiting.pop()
        place[index] = len(result)
        result.append(groups[index].below(place[groups[index].parent]))
        waiting.extend(sorted(children.get(index, ()), key=first.__getitem__, reverse=True))
    return tuple(result), array("i", [place[index] for index in node_group])


def scopes_only(body: Body, caller: Scope = ()) -> Body:
    """The body with its name scopes as groups: all that is known of a function whose trace we did not see.

    `caller` is the name of the op that runs the function, split into its parts (see `callers`).
    """
    groups: List[LocalGroup] = []
    node_group = array("i", [-1] * len(body))
    inside = [row for row in range(body.args, len(body) - body.rets) if body.ops[row] not in INPUTS]
    paths = split_scopes(body.names[row] for row in inside)
    rows = [(row, below_caller(path, caller)) for row, path in zip(inside, paths)]
    add_scopes(groups, node_group, -1, rows, (), side_matter(body), "scope")
    done, node_group = ordered(groups, node_group)
    return body.with_columns(groups=done, node_group=node_group)


def callers(program: Program) -> Dict[str, Scope]:
    """For each function the name of an op that runs it, split into its parts; of several the first.

    The names of the ops in a loop's body begin with it, and groups should not repeat it (see `below_caller`).
    """
    found: Dict[str, Scope] = {}
    for body in (program.main, *program.functions.values()):
        for call in body.calls:
            for _, name in call.parts:
                found.setdefault(name, split_scope(body.names[call.node]))
    return found
