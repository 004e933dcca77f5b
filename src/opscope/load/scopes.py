"""Name scopes -> groups. Shared by live tracing (scopes inside a layer) and by files (where only names are there).

A scope makes a group when it holds at least one op that computes something, other than the op that bears the scope's
own name: ``MatMul/ReadVariableOp`` stays with ``MatMul``, ``Tensordot/MatMul`` and ``Tensordot`` form one group.
"""

from __future__ import annotations

from array import array
from typing import Dict, List, Sequence, Tuple

from .body import Body, LocalGroup

SIDE_OPS = frozenset(
    {"Const", "HostConst", "ReadVariableOp", "VarHandleOp", "VariableV2", "Variable", "Placeholder", "_Arg", "_Retval"}
)
"""Ops that compute nothing: constants, variables and their reads, the ends of the graph."""
MOST_SCOPES = 256
"""Scopes nested deeper than this make no further groups."""


def side_rows(body: Body) -> bytearray:
    """For each row whether the op is side matter: one of `SIDE_OPS`, or an Identity of one."""
    side = bytearray(op in SIDE_OPS for op in body.ops)
    for row, op in enumerate(body.ops):
        if op == "Identity" and body.edge_start[row + 1] > body.edge_start[row]:
            side[row] = side[body.edge_node[body.edge_start[row]]]
    return side


class _Trie:
    """Scopes below each base group, as nodes numbered parents first."""

    def __init__(self) -> None:
        self.parent: List[int] = []
        self.name: List[str] = []
        self.base: List[int] = []
        self._child: Dict[Tuple[int, str], int] = {}

    def root(self, base: int) -> int:
        return self._node((-2 - base, ""), -1, "", base)

    def child(self, parent: int, name: str) -> int:
        return self._node((parent, name), parent, name, self.base[parent])

    def find(self, parent: int, name: str) -> int:
        return self._child.get((parent, name), -1)

    def _node(self, key: Tuple[int, str], parent: int, name: str, base: int) -> int:
        found = self._child.get(key)
        if found is None:
            found = self._child[key] = len(self.parent)
            self.parent.append(parent)
            self.name.append(name)
            self.base.append(base)
        return found


def add_scopes(
    body: Body, groups: Sequence[LocalGroup], base: Sequence[int], paths: Sequence[Sequence[str]], source: str
) -> Body:
    """Add scope groups below `groups`.

    `base[row]` is the op's group so far (-1: none), `paths[row]` its name below that group's own scope, split at ``/``
    (the last part is the op itself); `source` becomes `layer_source`.
    """
    trie = _Trie()
    at = [_walk(trie, base[row], path[:-1][:MOST_SCOPES]) for row, path in enumerate(paths)]
    side = side_rows(body)
    solid = [0] * len(trie.parent)
    for row, path in enumerate(paths):
        own = trie.find(at[row], path[-1]) if path else -1
        if own >= 0:
            at[row] = own
        elif not side[row]:
            solid[at[row]] += 1
    for node in range(len(solid) - 1, -1, -1):
        if trie.parent[node] >= 0:
            solid[trie.parent[node]] += solid[node]
    return _with_groups(body, list(groups), trie, at, solid, source)


def _walk(trie: _Trie, base: int, scopes: Sequence[str]) -> int:
    node = trie.root(base)
    for name in scopes:
        node = trie.child(node, name)
    return node


def _with_groups(
    body: Body, groups: List[LocalGroup], trie: _Trie, at: List[int], solid: List[int], source: str
) -> Body:
    group_of: List[int] = []
    for node, parent in enumerate(trie.parent):
        if parent < 0:
            group_of.append(trie.base[node])
        elif solid[node]:
            groups.append(LocalGroup(trie.name[node], "scope", group_of[parent], layer_source=source))
            group_of.append(len(groups) - 1)
        else:
            group_of.append(group_of[parent])
    return body.with_columns(groups=tuple(groups), node_group=array("i", [group_of[node] for node in at]))


def scopes_only(body: Body) -> Body:
    """Group a body by its names alone, for a graph of which nothing else is known."""
    inner = range(body.args, len(body) - body.rets)
    paths: List[Sequence[str]] = [()] * len(body)
    for row in inner:
        paths[row] = body.names[row].split("/")
    return add_scopes(body, (), [-1] * len(body), paths, "scope")
