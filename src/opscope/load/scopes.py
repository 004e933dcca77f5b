"""Name scopes -> groups inside one body. Shared by `capture` (inside recorded layers) and by the readers of files."""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field, replace
from typing import Container, Dict, Iterable, List, Optional, Sequence, Tuple

from ..graph.types import CONTROL
from .body import Body, LocalGroup
from .graphdef import Program

Scope = Tuple[str, ...]

MOST_DEPTH = 256
MOST_LENGTH = 4096
"""Scopes nested deeper, or beyond so many characters, make no groups: nobody names ops so."""

_INPUTS = frozenset({"Placeholder", "PlaceholderWithDefault", "_Arg"})
_SIDE = _INPUTS | {"Const", "ReadVariableOp", "VarHandleOp", "VariableV2", "_Retval", "NoOp", "EmptyTensorList"}
_PASSING = frozenset({"Identity", "Cast"})
_SUFFIX = re.compile(r"_\d+$")


def side_matter(body: Body) -> bytes:
    """For each op 1 if it only brings in something: inputs, constants, variables; Identity and Cast of the latter two.

    An Identity of a call's result counts too: ``cond/Identity`` alone makes no scope beside the branch ``cond``.
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
    return producer in calls or bool(side[producer] and body.ops[producer] not in _INPUTS)


def split_scope(name: str) -> Scope:
    """The scopes of an op, outermost first, and its own name last.

    >>> split_scope("model/dense/MatMul")
    ('model', 'dense', 'MatMul')
    """
    if len(name) > MOST_LENGTH:
        end = max(0, name.rfind("/", 0, MOST_LENGTH))
        return (*(name[:end].split("/", MOST_DEPTH)[:MOST_DEPTH] if end else ()), name[end:].lstrip("/"))
    return tuple(name.split("/", MOST_DEPTH)) if name else ()


def same_name(component: str, name: str) -> bool:
    """Whether a scope is called like a layer, but for the suffix that makes it unique.

    >>> same_name("dense_3", "dense"), same_name("dense_1_2", "dense_1"), same_name("densest", "dense")
    (True, True, False)
    """
    return component == name or (component.startswith(name) and _SUFFIX.sub("", component) == name)


def below(path: Scope, prefix: Scope) -> Scope:
    """What is left of `path` without the leading components that it shares with `prefix`; its last one always is.

    >>> below(("a", "b", "MatMul"), ("a",)), below(("a",), ("a", "b"))
    (('b', 'MatMul'), ('a',))
    """
    shared = 0
    while shared < len(prefix) and shared < len(path) - 1 and path[shared] == prefix[shared]:
        shared += 1
    return path[shared:]


def below_caller(path: Scope, caller: Scope) -> Scope:
    """`below` for an op of a body: the op that runs it may since have got another number (``while``, ``while_13``).

    >>> below_caller(("model", "while", "MatMul"), ("model", "while_13"))
    ('MatMul',)
    """
    shared = 0
    while shared < len(caller) and shared < len(path) - 1:
        if path[shared] != caller[shared] and _SUFFIX.sub("", path[shared]) != _SUFFIX.sub("", caller[shared]):
            break
        shared += 1
    return path[shared:]


@dataclass
class _Node:
    """One scope below a group: what is directly in it, and its subscopes in order."""

    path: Scope = ()
    rows: List[int] = field(default_factory=list)
    groups: List[int] = field(default_factory=list)
    scopes: "Dict[str, _Node]" = field(default_factory=dict)

    def at(self, path: Iterable[str]) -> "_Node":
        """The scope at `path` below this one, made where it is missing."""
        node = self
        for name in path:
            if name not in node.scopes:
                node.scopes[name] = _Node((*node.path, name))
            node = node.scopes[name]
        return node

    def has_substance(self, side: Sequence[int]) -> bool:
        """Whether the scope holds more than side matter."""
        waiting = [self]
        while waiting:
            node = waiting.pop()
            if node.groups or not all(side[row] for row in node.rows):
                return True
            waiting.extend(node.scopes.values())
        return False


def add_scopes(
    groups: List[LocalGroup],
    node_group: "array[int]",
    parent: int,
    rows: Sequence[Tuple[int, Scope]],
    inner: Sequence[Tuple[int, Scope]],
    side: Sequence[int],
    source: Optional[str] = None,
) -> None:
    """Make a group of each scope below `parent` that holds more than side matter; the others dissolve into it.

    `rows` are the ops directly in `parent`, each with its scopes below it and its own name last; `inner` are its groups
    so far, each with the scopes it is in. An op that bears a scope's name belongs to that scope (``Tensordot``).
    Appends to `groups`, changes the parents of `inner` and fills `node_group`; `ordered` puts parents first again.
    """
    top = _Node()
    named = {path: row for row, path in rows}
    for row, path in rows:
        top.at(path[:-1]).rows.append(row)
    for index, path in inner:
        top.at(path).groups.append(index)
    waiting = [(top, parent)]
    while waiting:
        node, group = waiting.pop()
        for row in node.rows:
            node_group[row] = group
        for index in node.groups:
            groups[index] = replace(groups[index], parent=group)
        for name, scope in node.scopes.items():
            if not scope.has_substance(side):
                waiting.append((scope, group))
                continue
            groups.append(LocalGroup(name, "scope", group, layer_source=source))
            if scope.path in named:
                scope.rows.append(named[scope.path])
            waiting.append((scope, len(groups) - 1))


def ordered(groups: Sequence[LocalGroup], node_group: "array[int]") -> Tuple[Tuple[LocalGroup, ...], "array[int]"]:
    """The same groups in the order of their first ops, parents before children; empty ones are left out."""
    first: Dict[int, int] = {}
    for row, innermost in enumerate(node_group):
        index = innermost
        while index >= 0 and index not in first:
            first[index] = row
            index = groups[index].parent
    children: Dict[int, List[int]] = {}
    for index in first:
        children.setdefault(groups[index].parent, []).append(index)
    place = {-1: -1}
    result: List[LocalGroup] = []
    waiting = sorted(children.get(-1, ()), key=first.__getitem__, reverse=True)
    while waiting:
        index = waiting.pop()
        place[index] = len(result)
        result.append(replace(groups[index], parent=place[groups[index].parent]))
        waiting.extend(sorted(children.get(index, ()), key=first.__getitem__, reverse=True))
    return tuple(result), array("i", [place[index] for index in node_group])


def scopes_only(body: Body, caller: Scope = ()) -> Body:
    """The body with its name scopes as groups: all there is to know of a function that only a file has.

    `caller` are the scopes and the name of the op that runs the function (`callers`).
    """
    groups: List[LocalGroup] = []
    node_group = array("i", [-1] * len(body))
    inside = range(body.args, len(body) - body.rets)
    rows = [(row, below_caller(split_scope(body.names[row]), caller)) for row in inside if body.ops[row] not in _INPUTS]
    add_scopes(groups, node_group, -1, rows, (), side_matter(body), "scope")
    done, node_group = ordered(groups, node_group)
    return body.with_columns(groups=done, node_group=node_group)


def callers(program: Program) -> Dict[str, Scope]:
    """For each function the scopes and the name of an op that runs it: a loop's body repeats them in its ops' names."""
    found: Dict[str, Scope] = {}
    for body in (program.main, *program.functions.values()):
        for call in body.calls:
            for _, name in call.parts:
                found.setdefault(name, split_scope(body.names[call.node]))
    return found
