"""Name scopes -> groups inside one body. Shared by `capture` (inside recorded layers) and by the readers of files."""

from __future__ import annotations

import re
from array import array
from typing import Container, Dict, Iterable, List, Optional, Sequence, Tuple

from ..graph.types import CONTROL
from ..graph.vocabulary import CONSTANTS, INPUTS, READ, RESULT, VARIABLES, chain
from .body import Body, LocalGroup
from .program import Program

Scope = Tuple[str, ...]

MOST_SCOPES = 256
MOST_LENGTH = 4096
"""Scopes nested deeper, or beyond so many characters, make no groups: nobody names ops so."""

_SIDE = INPUTS | CONSTANTS | VARIABLES | {READ, RESULT, "NoOp", "EmptyTensorList"}
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
    return producer in calls or bool(side[producer] and body.ops[producer] not in INPUTS)


def split_scope(name: str) -> Scope:
    """The scopes of an op, outermost first, and its own name last.

    >>> split_scope("model/dense/MatMul")
    ('model', 'dense', 'MatMul')
    """
    if len(name) > MOST_LENGTH:
        end = max(0, name.rfind("/", 0, MOST_LENGTH))
        return (*(name[:end].split("/", MOST_SCOPES)[:MOST_SCOPES] if end else ()), name[end:].lstrip("/"))
    return tuple(name.split("/", MOST_SCOPES)) if name else ()


def split_scopes(names: Iterable[str]) -> List[Scope]:
    """`split_scope` of each name; the scopes that names share are split once."""
    known: Dict[str, Scope] = {}
    found: List[Scope] = []
    for name in names:
        around, slash, own = name.rpartition("/")
        scope = known.get(around)
        if scope is None:
            scope = known[around] = split_scope(around) if slash else ()
        simple = len(name) <= MOST_LENGTH and len(scope) < MOST_SCOPES and (around or not slash) and own
        found.append((*scope, own) if simple else split_scope(name))
    return found


def same_name(component: str, name: str) -> bool:
    """Whether a scope is called like a layer, but for the suffix that makes it unique.

    >>> same_name("dense_3", "dense"), same_name("dense_1_2", "dense_1"), same_name("densest", "dense")
    (True, True, False)
    """
    return component == name or (component.startswith(name) and _SUFFIX.sub("", component) == name)


def remainder(path: Scope, prefix: Scope) -> Scope:
    """What is left of `path` without the leading components that it shares with `prefix`; its last one always is.

    >>> below(("a", "b", "MatMul"), ("a",)), below(("a",), ("a", "b"))
    (('b', 'MatMul'), ('a',))
    """
    shared = 0
    while shared < len(prefix) and shared < len(path) - 1 and path[shared] == prefix[shared]:
        shared += 1
    return path[shared:]


def below_caller(path: Scope, caller: Scope) -> Scope:
    """`remainder` for an op of a body: the op that runs it may since have got another number (``while``, ``while_13``).

    >>> below_caller(("model", "while", "MatMul"), ("model", "while_13"))
    ('MatMul',)
    """
    shared = 0
    while shared < len(caller) and shared < len(path) - 1:
        if path[shared] != caller[shared] and _SUFFIX.sub("", path[shared]) != _SUFFIX.sub("", caller[shared]):
            break
        shared += 1
    return path[shared:]


class _Node:
    """One scope below a group: what is directly in it, and its subscopes in order."""

    __slots__ = ("around", "groups", "has_substance", "rows", "scopes")

    def __init__(self, around: "Optional[_Node]" = None) -> None:
        self.around = around
        self.rows: List[Tuple[int, str]] = []
        """Its ops, each with its own name."""
        self.groups: List[int] = []
        self.scopes: Dict[str, _Node] = {}
        self.has_substance = False
        """Whether it holds more than side matter, itself or in a subscope."""

    def at(self, path: Iterable[str]) -> "_Node":
        """The scope at `path` below this one, made where it is missing."""
        node = self
        for name in path:
            found = node.scopes.get(name)
            if found is None:
                found = node.scopes[name] = _Node(node)
            node = found
        return node

    def give_substance(self) -> None:
        """This scope and those around it hold more than side matter."""
        node: Optional[_Node] = self
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
    """Make a group of each scope below `parent` that holds more than side matter; the others dissolve into it.

    `rows` are the ops directly in `parent`, each with its scopes below it and its own name last; `inner` are its groups
    so far, each with the scopes it is in. An op that bears a scope's name belongs to that scope (``Tensordot``).
    Appends to `groups`, changes the parents of `inner` and fills `node_group`; `ordered` puts parents first again.
    """
    waiting = [(_tree(rows, inner, side), parent)]
    while waiting:
        node, group = waiting.pop()
        for row, _ in node.rows:
            node_group[row] = group
        for index in node.groups:
            groups[index] = groups[index]._replace(parent=group)
        named = {name: row for row, name in node.rows} if node.scopes else {}
        for name, scope in node.scopes.items():
            if not scope.has_substance:
                waiting.append((scope, group))
                continue
            groups.append(LocalGroup(name, "scope", group, layer_source=source))
            if name in named:
                scope.rows.append((named[name], ""))
            waiting.append((scope, len(groups) - 1))


def _tree(rows: Sequence[Tuple[int, Scope]], inner: Sequence[Tuple[int, Scope]], side: Sequence[int]) -> _Node:
    """The scopes of `rows` and `inner`."""
    top = _Node()
    node, around = top, ()  # type: Tuple[_Node, Scope]
    for row, path in rows:
        if path[:-1] != around:
            around = path[:-1]
            node = top.at(around)
        node.rows.append((row, path[-1] if path else ""))
        if not side[row]:
            node.give_substance()
    for index, path in inner:
        node = top.at(path)
        node.groups.append(index)
        node.give_substance()
    return top


def ordered(groups: Sequence[LocalGroup], node_group: "array[int]") -> Tuple[Tuple[LocalGroup, ...], "array[int]"]:
    """The same groups in the order of their first ops, parents before children; empty ones are left out."""
    first: Dict[int, int] = {}
    for row, innermost in enumerate(node_group):
        for index in chain(groups, innermost):
            if index in first:
                break
            first[index] = row
    children: Dict[int, List[int]] = {}
    for index in first:
        children.setdefault(groups[index].parent, []).append(index)
    place = {-1: -1}
    result: List[LocalGroup] = []
    waiting = sorted(children.get(-1, ()), key=first.__getitem__, reverse=True)
    while waiting:
        index = waiting.pop()
        place[index] = len(result)
        result.append(groups[index]._replace(parent=place[groups[index].parent]))
        waiting.extend(sorted(children.get(index, ()), key=first.__getitem__, reverse=True))
    return tuple(result), array("i", [place[index] for index in node_group])


def scopes_only(body: Body, caller: Scope = ()) -> Body:
    """The body with its name scopes as groups: all there is to know of a function that only a file has.

    `caller` are the scopes and the name of the op that runs the function (`callers`).
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
    """For each function the scopes and the name of an op that runs it: a loop's body repeats them in its ops' names."""
    found: Dict[str, Scope] = {}
    for body in (program.main, *program.functions.values()):
        for call in body.calls:
            for _, name in call.parts:
                found.setdefault(name, split_scope(body.names[call.node]))
    return found
