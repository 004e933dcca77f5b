"""Finds the phases of a training step in a graph from a file, which only knows the scopes in which TensorFlow puts gradients.

What lies in such a scope is the backward pass; what leads to nothing but assignments from gradients is the update. A trace knows phases
by itself, and is left as it is. So is a graph in which no variable is assigned from a gradient.
"""

from __future__ import annotations

import re
from array import array
from itertools import compress, count
from typing import TYPE_CHECKING, Dict, List, Optional, Set

from ..graph.content import content_of, with_content
from ..graph.edges import producers, turned
from ..graph.groups import Group
from ..graph.vocabulary import PHASES, READ, chain
from ..graph.with_fields import with_fields
from .reach import reachable
from .update_rules import UpdateRules

if TYPE_CHECKING:
    from ..graph.content import Content
    from ..graph.graph import Graph

_LOSS, _BACKWARD, _OPTIMIZER = PHASES[1:4]
_GRADIENTS = re.compile(r"(gradient_tape|gradients)(_\d+)?")
"""The scopes in which `tf.GradientTape` and `tf.gradients` put what they make."""
_ASSIGNS = ("Assign", "Apply", "ResourceApply", "ResourceSparseApply", "SparseApply")
"""How the names of ops begin that give a variable another value."""
_SHARED = -1
"""Of an op that is for several variables."""
_FLOATS = ("float", "bfloat", "half")
_NEW = Group("", -1, "scope", "")
"""What new groups are made of by `with_fields`: there are thousands of them, and the class itself takes twice as long."""


def with_phases(graph: Graph) -> Graph:
    """The graph with its gradients, its update and its loss as phases, where a file has a training step without any.

    After: groups keep their indices; new ones come last. Ops that own bodies stay in the groups that they are in.
    """
    content = content_of(graph)
    if any(group.kind in PHASES for group in content.groups):
        return graph
    scopes = [
        index
        for index, group in enumerate(content.groups)
        if group.kind == "scope" and group.owner < 0 and _GRADIENTS.fullmatch(group.name.partition("#")[0])
    ]
    parents = {content.groups[index].parent for index in scopes}
    if len(scopes) != 1 or len(parents) != 1:
        return graph  # several gradients: whose update is whose, nobody knows
    step = _Step(content, scopes[0])
    return with_content(graph, node_group=step.homes, groups=tuple(step.groups)) if step.found() else graph


class _Step:
    """A training step, of which ops are moved into the groups of its phases."""

    def __init__(self, content: Content, gradients: int) -> None:
        self._content, self._table, self._gradients = content, content.table, gradients
        self.groups, self.homes = list(content.groups), array("i", content.node_group)
        self._inputs = producers(self._table)
        self._users = turned(self._inputs)
        self._owners = {group.owner for group in content.groups}
        self._parent = content.groups[gradients].parent
        self._given = {port.node for port in content.outputs}
        self._fed = {port.node for port in content.inputs}
        self._backward = self._in_scope()
        self._assigns: Dict[int, int] = {}
        """Op that assigns -> the variable."""
        self._update: Set[int] = set()
        self._names: Dict[int, Set[str]] = {}
        """Group -> the names of the groups in it, of those that got new ones."""
        self._readers: Dict[int, Set[int]] = {}
        """Variable -> the ops that use its handle."""
        for handle, variable in content.handles.items():
            self._readers.setdefault(variable, set()).update(self._users[handle])

    def found(self) -> bool:
        """Whether there is a training step; the groups then have its phases."""
        ops, handles = self._table.ops, self._content.handles
        assigning = {op for op in set(ops) if op.startswith(_ASSIGNS)}
        self._assigns = {
            node: handles[sources[0]]
            for node, sources in compress(enumerate(self._inputs), map(assigning.__contains__, ops))
            if sources and sources[0] in handles
        }
        first = self._from_gradients() - self._backward
        if not first:
            return False
        self._take_sums()
        self._find_update(first)
        self._name_backward()
        self._name_update(first)
        self._name_loss()
        return True

    def _from_gradients(self) -> Set[int]:
        """The assignments of what is computed from gradients, through moments too: variables that no gradient is computed from."""
        readers, before_gradients = self._readers, reachable(self._inputs, self._backward)
        found: Set[int] = set()
        made = reachable(self._users, self._backward)
        while True:
            more = {node for node in self._assigns if node in made and node not in found}
            if not more:
                return found
            found |= more
            reads = {reader for node in more for reader in readers.get(self._assigns[node], ())}
            made |= reachable(self._users, {reader for reader in reads if reader not in before_gradients} - made)

    def _in_scope(self) -> Set[int]:
        """The ops in the scope of the gradients."""
        inside: List[bool] = []
        for index, group in enumerate(self.groups):
            inside.append(index == self._gradients or (group.parent >= 0 and inside[group.parent]))
        return {node for node, home in enumerate(self.homes) if home >= 0 and inside[home]}

    def _take_sums(self) -> None:
        """Sums of gradients, which TensorFlow puts beside the scope, belong to the backward pass."""
        adding = compress(count(), map("AddN".__eq__, self._table.ops))
        sums = [node for node in adding if node not in self._backward]
        before = -1
        while before != len(self._backward):
            before = len(self._backward)
            for node in sums:
                if self._inputs[node] and self._backward.issuperset(self._inputs[node]):
                    self._backward.add(node)

    def _find_update(self, first: Set[int]) -> None:
        """Assignments from gradients, those of variables that only these read, and what leads to nothing else."""
        self._update = set(first)
        while True:
            self._add_what_leads_there()
            readers = self._readers
            more = {
                node
                for node, variable in self._assigns.items()
                if node not in self._update
                and readers.get(variable, set()) & self._update
                and all(
                    reader in self._update or reader == node or self._leads_to(reader, node)
                    for reader in readers[variable]
                )
            }
            if not more:
                return
            self._update |= more

    def _add_what_leads_there(self) -> None:
        """Add the ops all of whose users belong to the update."""
        waiting = [source for node in self._update for source in self._inputs[node]]
        staying = self._backward | self._given | self._fed
        others: Dict[int, int] = {}
        """Op -> how many uses of it are by ops that are not known to belong to the update: a learning rate has one for each variable."""
        while waiting:
            node = waiting.pop()
            if node in self._update or node in staying:
                continue
            others[node] = others.get(node, len(self._users[node])) - 1
            if not others[node]:
                self._update.add(node)
                waiting += self._inputs[node]

    def _leads_to(self, node: int, end: int) -> bool:
        """Whether all that an op leads to is one assignment."""
        reached = reachable(self._users, {node})
        return end in reached and all(user == end or self._users[user] for user in reached)

    # the groups of the phases

    def _name_backward(self) -> None:
        """The scope becomes the backward phase; each scope in it that is called as a group of the forward pass is of that group."""
        scope = self.groups[self._gradients]
        self.groups[self._gradients] = with_fields(scope, kind=_BACKWARD, name=_BACKWARD)
        around = f"{self.groups[self._parent].path}/" if self._parent >= 0 else ""
        inside, paths = f"{scope.path}/", {group.path for group in self.groups}
        for index, group in enumerate(self.groups):
            if group.kind == "scope" and group.path.startswith(inside):
                of = around + group.path[len(inside) :]
                if of in paths:
                    self.groups[index] = with_fields(group, of=of)
        self._move(self._backward, self._gradients)

    def _name_update(self, first: Set[int]) -> None:
        """One group for the whole update, in it one for each variable that the forward pass reads."""
        home = self._own_scope(first)
        if home < 0:
            home = self._new(_OPTIMIZER, _OPTIMIZER, self._parent)
        trained = self._trained(first)
        settings = {"optimizers": [self._rule(trained)]}
        self.groups[home] = with_fields(self.groups[home], kind=_OPTIMIZER, name=_OPTIMIZER, settings=settings)
        self._move(self._update, home)
        names = {variable.id: variable for variable in self._content.variables}
        of_variable = self._of_variables(trained)
        places: Dict[int, int] = {}
        for node, variable in sorted(of_variable.items()):
            path = names[variable].object_path if variable in names else None
            if not path or node in self._owners or self.homes[node] != home:
                continue
            if variable not in places:
                places[variable] = self._new("scope", path, home, of=path)
            self.homes[node] = places[variable]

    def _trained(self, first: Set[int]) -> Set[int]:
        """The variables that are assigned from gradients and that something else than the update reads."""
        assigned = {self._assigns[node] for node in first}
        return {each for each in assigned if not self._readers.get(each, set()) <= self._update}

    def _rule(self, trained: Set[int]) -> Dict[str, object]:
        """What is known of the optimizer: its kind, if that of all variables is one, and how many it updates."""
        kind = self._kind(trained)
        return {**({"class": kind} if kind else {}), "variables": len(trained)}

    def _kind(self, trained: Set[int]) -> Optional[str]:
        """The kind of the optimizer; ``None`` if its arithmetic does not prove one kind for all variables."""
        rules = UpdateRules(self._content, self._assigns, self._backward)
        assigns: Dict[int, List[int]] = {}
        for node, variable in self._assigns.items():
            if node in self._update:
                assigns.setdefault(variable, []).append(node)
        kinds: Set[Optional[str]] = set()
        for variable in trained:
            kinds.add(rules.of(assigns[variable]))
            if None in kinds or len(kinds) > 1:  # whatever the other variables say
                return None
        return kinds.pop() if kinds else None

    def _of_variables(self, trained: Set[int]) -> Dict[int, int]:
        """Op of the update -> the variable, one of the trained ones, for whose update alone it is."""
        found: Dict[int, int] = {}
        for node in sorted(self._update, reverse=True):
            if self._assigns.get(node) in trained:
                found[node] = self._assigns[node]
                continue
            users = self._users[node]
            if node in self._assigns:
                users = [*users, *self._later_reads(node)]
            its = {found.get(user, _SHARED) for user in users if user in self._update}
            found[node] = its.pop() if len(its) == 1 else _SHARED
        return {node: variable for node, variable in found.items() if variable != _SHARED}

    def _later_reads(self, node: int) -> List[int]:
        """What reads the variable that an op assigns, behind it: so an op that keeps a moment is for whom the moment is."""
        return [
            reader
            for reader in self._readers.get(self._assigns[node], ())
            if self._table.ops[reader] == READ and reader > node
        ]

    def _name_loss(self) -> None:
        """What follows the layers, is differentiated, and leads to the only number that is an output."""
        outside = {node for node, home in enumerate(self.homes) if home == self._parent and node not in self._owners}
        prefix = f"{self._content.groups[self._gradients].path}/"
        paths = {group.path for group in self.groups}
        derived = {node for node in outside if prefix + self._table.names[node] in paths}
        layered = [
            node
            for node, home in enumerate(self.homes)
            if home >= 0 and home != self._parent and node not in self._update and node not in self._backward
        ]
        behind = reachable(self._users, set(layered)) & outside
        ends = [node for node in self._given if self._is_number(node) and self._source(node) in behind | {node}]
        if len(ends) != 1 or not derived & behind:
            return
        end = self._source(ends[0])
        members = {node for node in reachable(self._users, derived & behind) & outside if self._is_float(node)}
        leading = reachable(self._inputs, {end})
        members = {node for node in members if node not in self._given and node in leading}
        for node in sorted(members):
            members.update(each for each in self._inputs[node] if each in outside and self._table.ops[each] == "Const")
        if end in members:
            self._move(members, self._new(_LOSS, _LOSS, self._parent))

    def _source(self, node: int) -> int:
        """The op whose tensor an output is, behind identities."""
        passed: Set[int] = set()
        while self._table.ops[node] == "Identity" and self._inputs[node] and node not in passed:
            passed.add(node)
            node = self._inputs[node][0]
        return node

    def _is_number(self, node: int) -> bool:
        types = self._table.outputs[node]
        return bool(types) and types[0].shape == () and self._is_float(node)

    def _is_float(self, node: int) -> bool:
        types = self._table.outputs[node]
        return bool(types) and types[0].dtype.startswith(_FLOATS)

    def _own_scope(self, first: Set[int]) -> int:
        """The outermost scope beside the gradients in which most of the assignments lie, and nothing but the update; -1 for none."""
        beside = self._beside()
        others = {beside[home] for node, home in enumerate(self.homes) if node not in self._update}
        counted: Dict[int, int] = {}
        for node in first:
            scope = beside[self.homes[node]]
            if scope >= 0 and scope not in others and self.groups[scope].kind == "scope":
                counted[scope] = counted.get(scope, 0) + 1
        return max(counted, key=lambda scope: (counted[scope], -scope)) if counted else -1

    def _beside(self) -> List[int]:
        """For each group the one, itself or around it, that stands beside the gradients' scope; -1 for none, and last for a loose op."""
        found: List[int] = []
        for index, group in enumerate(self.groups):  # parents come before their children
            around = found[group.parent] if group.parent >= 0 else -1
            found.append(index if group.parent == self._parent else around)
        return [*found, -1]  # the group of a loose op is -1

    def _move(self, nodes: Set[int], home: int) -> None:
        """Put ops into a group that are not in it yet; those that own bodies stay, since their bodies would."""
        inside: Dict[int, bool] = {}
        for node in nodes - self._owners:
            now = self.homes[node]
            if now not in inside:
                inside[now] = home in chain(self.groups, now)
            if not inside[now]:
                self.homes[node] = home

    def _new(self, kind: str, name: str, parent: int, of: Optional[str] = None) -> int:
        if parent not in self._names:
            self._names[parent] = {group.name for group in self.groups if group.parent == parent}
        taken = self._names[parent]
        unique, number = name, 2
        while unique in taken:
            unique, number = f"{name}#{number}", number + 1
        taken.add(unique)
        path = f"{self.groups[parent].path}/{unique}" if parent >= 0 else unique
        self.groups.append(with_fields(_NEW, path=path, parent=parent, kind=kind, name=unique, of=of))
        return len(self.groups) - 1
