"""Bodies -> the content of a `Graph`: every call, loop and branch expanded in place, as the contract says.

Post-conditions: the main graph's ops keep their rows and names; the ops of an expanded body follow all ops of the level
above, contiguous; a parent group comes before its children.
"""

from __future__ import annotations

from array import array
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any, Deque, Dict, Hashable, List, Optional, Sequence, Set, Tuple

from ..graph.graph import Content
from ..graph.groups import Group, unique_names
from ..graph.table import NodeTable
from ..graph.types import CONTROL, Port, Source, TensorType, Variable
from ..graph.vocabulary import LOOP_PARTS
from .body import Body, Call, LocalGroup
from .decoding import decode
from .program import Program

MOST_OPS = 2_000_000
"""Expanded ops beyond which further calls stay closed and are counted."""
MOST_CHARACTERS = 1 << 29
"""Characters that the expanded ops' prefixes may have together; further calls stay closed and are counted."""
MOST_CALL_DEPTH = 200
"""Calls nested deeper than this stay closed and are counted: their names alone would fill the memory."""


@dataclass(frozen=True)
class _Instance:
    """One body to expand at one place; `chain` holds the functions around it, so that recursion ends."""

    body: Body
    prefix: str
    group: int
    call_row: int
    first_arg: int
    chain: Tuple[str, ...]
    dead: bool


@dataclass
class _Expansion:
    functions: Any
    names: List[str] = field(default_factory=list)
    ops: List[str] = field(default_factory=list)
    edge_start: "array[int]" = field(default_factory=lambda: array("q", [0]))
    edge_node: "array[int]" = field(default_factory=lambda: array("i"))
    edge_output: "array[int]" = field(default_factory=lambda: array("i"))
    outputs: List[Tuple[TensorType, ...]] = field(default_factory=list)
    raw: List[Any] = field(default_factory=list)
    devices: List[str] = field(default_factory=list)
    node_group: "array[int]" = field(default_factory=lambda: array("i"))
    sources: Dict[int, Source] = field(default_factory=dict)
    handles: Dict[int, int] = field(default_factory=dict)
    dead: bytearray = field(default_factory=bytearray)
    groups: List[Tuple[LocalGroup, int, int]] = field(default_factory=list)
    """Template, parent index and owner node of every group."""
    closed: "Counter[str]" = field(default_factory=Counter)
    taken: Set[str] = field(default_factory=set)
    waiting: Deque[_Instance] = field(default_factory=deque)
    promised: int = 0
    """Ops of the bodies that are expanded or waiting."""
    characters: int = 0
    """Characters of the prefixes that their names begin with."""
    sizes: Dict[Tuple[Tuple[str, str], ...], Tuple[int, int]] = field(default_factory=dict)

    def run(self, main: Body) -> None:
        self._add(_Instance(main, "", -1, -1, 0, (), False))
        while self.waiting:
            self._add(self.waiting.popleft())

    def _add(self, instance: _Instance) -> None:
        body, base, first_edge = instance.body, len(self.names), len(self.edge_node)
        self._add_names(body, instance.prefix)
        self.ops.extend(body.ops)
        self.edge_start.extend([edge + first_edge for edge in body.edge_start[1:]])
        self.edge_node.extend([row + base for row in body.edge_node])
        self.edge_output.extend(body.edge_output)
        if body.args:
            self._feed(instance, first_edge)
        self.outputs.extend(body.outputs)
        self.raw.extend(body.raw_attrs)
        self.devices.extend(body.devices)
        if body.sources:
            self.sources.update((row + base, source) for row, source in body.sources.items())
        if body.handles:
            self.handles.update((row + base, variable) for row, variable in body.handles.items())
        self.dead.extend(b"\1" * len(body) if instance.dead else body.dead or bytes(len(body)))
        self._add_groups(instance)
        for call in body.calls:
            self._queue(instance, call, base)

    def _add_names(self, body: Body, prefix: str) -> None:
        fresh = [prefix + name for name in body.names] if prefix else body.names
        distinct = set(fresh)
        if len(distinct) == len(fresh) and self.taken.isdisjoint(distinct):
            self.taken.update(distinct)
            self.names.extend(fresh)
            return
        for name in fresh:
            if name in self.taken:
                name = self._other_name(name)
            self.taken.add(name)
            self.names.append(name)

    def _other_name(self, name: str) -> str:
        count = 2
        while f"{name}~{count}" in self.taken:
            count += 1
        return f"{name}~{count}"

    def _feed(self, instance: _Instance, first_edge: int) -> None:
        """Give each `_Arg` its one input: what the call passes there."""
        start, end = self.edge_start[instance.call_row], self.edge_start[instance.call_row + 1]
        passed = [edge for edge in range(start, end) if self.edge_output[edge] != CONTROL][instance.first_arg :]
        for index, edge in enumerate(passed):
            self.edge_node[first_edge + index] = self.edge_node[edge]
            self.edge_output[first_edge + index] = self.edge_output[edge]
            producer = self.handles.get(self.edge_node[edge])
            if producer is not None:
                self.handles[len(self.names) - len(instance.body) + index] = producer

    def _add_groups(self, instance: _Instance) -> None:
        body, first = instance.body, len(self.groups)
        for local in body.groups:
            self.groups.append((local, local.parent + first if local.parent >= 0 else instance.group, -1))
        if not body.groups:
            self.node_group.extend([instance.group] * len(body))
            return
        self.node_group.extend([local + first if local >= 0 else instance.group for local in body.node_group])

    def _queue(self, instance: _Instance, call: Call, base: int) -> None:
        row = call.node + base
        chain, name = instance.chain, self.names[row]
        ops, named = self._size(call)
        text = named * len(name)
        too_much = self.promised + ops > MOST_OPS or self.characters + text > MOST_CHARACTERS
        if too_much or len(chain) >= MOST_CALL_DEPTH or any(function in chain for _, function in call.parts):
            self.closed.update(function for _, function in call.parts)
            return
        self.promised += ops
        self.characters += text
        group = self._call_group(call, row, name)
        for role, function in call.parts:
            inner = group
            if role:
                kind = role if role in LOOP_PARTS else "branch"
                inner = len(self.groups)
                self.groups.append((LocalGroup(role, kind), group, row))
            prefix = f"{name}/{role}/" if role else f"{name}/"
            body = self.functions[function]
            dead = bool(self.dead[row])
            self.waiting.append(_Instance(body, prefix, inner, row, call.first_arg, (*chain, function), dead))

    def _size(self, call: Call) -> Tuple[int, int]:
        """How many ops a call brings, one with very many outputs counted as several, and how many names."""
        found = self.sizes.get(call.parts)
        if found is None:
            bodies = [self.functions[function] for _, function in call.parts]
            many = sum(len(outputs) // 64 for body in bodies for outputs in body.outputs)
            found = sum(map(len, bodies)) + many, sum(len(body) + len(body.groups) + 2 for body in bodies)
            self.sizes[call.parts] = found
        return found

    def _call_group(self, call: Call, row: int, name: str) -> int:
        group, around = LocalGroup(name.rpartition("/")[2], call.kind), self.node_group[row]
        layer = self.functions[call.parts[0][1]].called_as if call.kind == "function" else None
        if layer is not None and not self._is_inside(around, layer):
            group = layer._replace(name=layer.name or group.name)
        self.groups.append((group, around, row))
        return len(self.groups) - 1

    def _is_inside(self, group: int, layer: LocalGroup) -> bool:
        """Whether the innermost call of a layer around is a call of this very layer."""
        while group >= 0 and self.groups[group][0].layer is None:
            group = self.groups[group][1]
        return group >= 0 and self.groups[group][0].layer == layer.layer


def _named_groups(rows: Sequence[Tuple[LocalGroup, int, int]]) -> Tuple[Group, ...]:
    """Templates -> groups with unique paths, call numbers and `of` resolved."""
    siblings: Dict[int, List[int]] = {}
    for index, (_, parent, _) in enumerate(rows):
        siblings.setdefault(parent, []).append(index)
    unique: Dict[int, str] = {}
    for indices in siblings.values():
        names = tuple(rows[index][0].name or "_" for index in indices)
        unique.update(zip(indices, unique_names(names)))
    paths: List[str] = []
    for index, (_, parent, _) in enumerate(rows):
        paths.append(f"{paths[parent]}/{unique[index]}" if parent >= 0 else unique[index])
    keys: Dict[Hashable, str] = {}
    for index, (local, _, _) in enumerate(rows):
        if local.key is not None:
            keys.setdefault(local.key, paths[index])
    calls: "Counter[Hashable]" = Counter()
    return tuple(_group(rows[index], paths[index], keys, calls) for index in range(len(rows)))


def _group(row: Tuple[LocalGroup, int, int], path: str, keys: Dict[Hashable, str], calls: "Counter[Hashable]") -> Group:
    local, parent, owner = row
    call: Optional[int] = None
    if local.layer is not None:
        calls[local.layer] += 1
        call = calls[local.layer]
    return Group(
        path, parent, local.kind, local.name, cls=local.cls, call=call, object_path=local.object_path,
        of=keys.get(local.of_key, local.of) if local.of_key is not None else local.of,
        layer_source=local.layer_source, outputs=local.outputs, variables=local.variables,
        parameters=local.parameters, source=local.source, owner=owner,
    )  # fmt: skip


def expand(
    program: Program,
    *,
    variables: Sequence[Variable] = (),
    inputs: Sequence[Port] = (),
    outputs: Sequence[Port] = (),
) -> Content:
    """All ops of `program`, bodies in place.

    Recursive calls, and calls beyond `MOST_OPS`, `MOST_CALL_DEPTH` or `MOST_CHARACTERS`, stay closed and are counted.
    """
    work = _Expansion(program.functions)
    work.run(program.main)
    table = NodeTable(
        work.names, work.ops, work.edge_start, work.edge_node, work.edge_output, work.outputs, work.raw,
        work.devices, decode,
    )  # fmt: skip
    return Content(
        table, _named_groups(work.groups), work.node_group, tuple(variables), work.handles, tuple(inputs),
        tuple(outputs), work.sources, bytes(work.dead), closed_calls=dict(work.closed),
    )  # fmt: skip
