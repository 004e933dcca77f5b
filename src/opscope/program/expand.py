"""Copies the body of each called function to where it is called, so that the graph has every op: bodies -> `Content`.

Afterwards the main graph's ops have the rows and names they had. Then come the bodies that the main graph calls, then the
bodies that those call, and so on, each body's ops in one stretch. A parent group comes before its children.
"""

from __future__ import annotations

from array import array
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any, Deque, Dict, Hashable, List, NamedTuple, Optional, Sequence, Set, Tuple

from ..graph.absent import CLOSED_FUNCTIONS, MISSING_FUNCTIONS, Absent, absent_inputs
from ..graph.content import Content
from ..graph.groups import Group, unique_names
from ..graph.table import NodeTable
from ..graph.types import CONTROL, Port, Source, TensorType, Variable
from ..graph.vocabulary import LOOP_PARTS
from ..graph.with_fields import with_fields
from .body import Body, Call, LocalGroup
from .data_functions import GIVEN, ArgumentSource
from .decoding import Closed, decode
from .program import Program

MOST_OPS = 2_000_000
"""At most so many ops are expanded; any further call stays closed and is counted. In a small file ten functions may call one
another in a row, each the next one ten times: that would be a thousand million ops."""
MOST_CHARACTERS = 1 << 29
"""An expanded op's name begins with the name of its call. All these prefixes together may have so many characters (512 MB);
any further call stays closed and is counted."""
MOST_CALL_DEPTH = 200
"""Calls nested deeper than this stay closed and are counted: names grow with every level and would fill the memory."""

_NEW = Group("", -1, "scope", "")
"""What groups are made of by `with_fields`: there may be hundreds of thousands, and the class itself takes three times as long."""


@dataclass(frozen=True)
class _Instance:
    """One body to be copied to one place."""

    body: Body
    prefix: str
    """What the names of its ops begin with: ``model/while/body/``."""
    group: int
    """The group that it is put into, -1 for none."""
    call_row: int
    """The row of the op that runs it, in the expanded table; -1 for the main graph."""
    call: Optional[Call]
    """The call, of which it is the function number `part`; ``None`` for the main graph."""
    part: int
    chain: Tuple[str, ...]
    """The functions that it lies in, itself last. A call of one of them is recursive and stays closed."""
    dead: bool
    """Whether the op that runs it is dead, and with it all its ops."""


class _Placed(NamedTuple):
    """A group of the expanded graph before it has a path."""

    template: LocalGroup
    parent: int
    """The index of the group around it, -1 for none."""
    owner: int
    """The row of the op that it stands for (a call, a loop, a branch) or whose body it is; -1 for any other group."""


@dataclass
class _Expansion:
    """The columns of the expanded graph while they are filled, and the bodies that still wait to be added."""

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
    groups: List[_Placed] = field(default_factory=list)
    closed: "Counter[str]" = field(default_factory=Counter)
    """Function -> how many of its calls stay closed."""
    missing: "Counter[str]" = field(default_factory=Counter)
    """Function that the file does not have -> how many ops should run it."""
    marks: Dict[Tuple[int, Tuple[str, ...]], Closed] = field(default_factory=dict)
    """What `_mark` made: ops that shared their attributes share them afterwards too."""
    taken: Set[str] = field(default_factory=set)
    """The names of all ops so far."""
    waiting: Deque[_Instance] = field(default_factory=deque)
    elements: Dict[int, int] = field(default_factory=dict)
    """As `NodeTable.elements`."""
    results: Dict[Tuple[int, int], int] = field(default_factory=dict)
    """Row of an op of tf.data and number of one of its functions -> the row of the function's first result."""
    given: Dict[Tuple[int, str], Dict[str, Any]] = field(default_factory=dict)
    """What `_feed_elements` made of an argument's attributes: arguments of a function that is called often share them."""
    promised: int = 0
    """How many ops the bodies have that are added or waiting."""
    characters: int = 0
    """How many characters the prefixes of their names have."""
    sizes: Dict[Tuple[Tuple[str, str], ...], Tuple[int, int]] = field(default_factory=dict)
    """What `_size` found, by `Call.parts`: a function that is called often is measured once."""

    def run(self, main: Body) -> None:
        """Add the main graph, then the bodies that it calls, then those that they call: level by level."""
        self._add(_Instance(main, "", -1, -1, None, 0, (), False))
        while self.waiting:
            self._add(self.waiting.popleft())

    def _add(self, instance: _Instance) -> None:
        """Append one body's columns. Its row r becomes row `base` + r, and the rows in its edges move likewise."""
        body, call, base, first_edge = instance.body, instance.call, len(self.names), len(self.edge_node)
        self._add_names(body, instance.prefix)
        self.ops.extend(body.ops)
        # Nothing moves in the main graph, which comes first and often is all that there is.
        self.edge_start.extend([edge + first_edge for edge in body.edge_start[1:]] if base else body.edge_start[1:])
        self.edge_node.extend([row + base for row in body.edge_node] if base else body.edge_node)
        self.edge_output.extend(body.edge_output)
        self.outputs.extend(body.outputs)
        self.raw.extend(body.raw_attrs)
        if call is not None and call.feeds:
            self._feed_elements(instance, call, base)
        elif call is not None:
            self._feed(instance, call, base)
        self.devices.extend(body.devices)
        if body.sources:
            self.sources.update((row + base, source) for row, source in body.sources.items())
        if body.handles:
            self.handles.update((row + base, variable) for row, variable in body.handles.items())
        # Whatever a dead call runs is dead too. A body without marks has no dead ops.
        self.dead.extend(b"\1" * len(body) if instance.dead else body.dead or bytes(len(body)))
        self._add_groups(instance)
        for row, names in body.missing.items():
            self.missing.update(names)
            self._mark(row + base, MISSING_FUNCTIONS, names)
        for row, names in body.closed.items():
            self.closed.update(names)
            self._mark(row + base, CLOSED_FUNCTIONS, names)
        for inner in body.calls:
            self._queue(instance, inner, base)

    def _add_names(self, body: Body, prefix: str) -> None:
        """Append the body's names. A name that is taken gets a number: a result may be called like an op of its function."""
        fresh = [prefix + name for name in body.names] if prefix else body.names
        distinct = set(fresh)
        if len(distinct) == len(fresh) and self.taken.isdisjoint(distinct):
            if self.taken:
                self.taken.update(distinct)
            else:
                self.taken = distinct
            self.names.extend(fresh)
            return
        for name in fresh:
            if name in self.taken:
                name = self._other_name(name)
            self.taken.add(name)
            self.names.append(name)

    def _other_name(self, name: str) -> str:
        """``name~2`` or the next that is free. TensorFlow allows no ``~`` in a name, so it shows who made this one."""
        count = 2
        while f"{name}~{count}" in self.taken:
            count += 1
        return f"{name}~{count}"

    def _feed(self, instance: _Instance, call: Call, base: int) -> None:
        """Overwrite the one edge of each `_Arg` with what the call passes there.

        An argument that is passed a variable's handle is a handle of that variable too.
        """
        # The call's own edges are final: its body was added before this one.
        passed = self._data_edges(instance.call_row)[call.first_arg :]
        for row, edge in enumerate(passed, base):
            self._pass(row, self.edge_start[row], edge)

    def _data_edges(self, row: int) -> List[int]:
        """The edges of an op that bring it a tensor."""
        return [
            edge for edge in range(self.edge_start[row], self.edge_start[row + 1]) if self.edge_output[edge] != CONTROL
        ]

    def _pass(self, argument: int, place: int, edge: int) -> None:
        """Give an argument, whose edge is at `place`, the tensor of another edge."""
        self.edge_node[place] = self.edge_node[edge]
        self.edge_output[place] = self.edge_output[edge]
        variable = self.handles.get(self.edge_node[edge])
        if variable is not None:
            self.handles[argument] = variable

    def _feed_elements(self, instance: _Instance, call: Call, base: int) -> None:
        """Overwrite the one edge of each `_Arg` of a function that is run for elements of a dataset.

        What the op makes itself comes from nowhere in the graph: such an argument loses its edge.
        """
        body = instance.body
        without: List[int] = []
        self.results[instance.call_row, instance.part] = base + len(body) - body.rets
        passed = self._data_edges(instance.call_row)
        for index, feed in enumerate(call.feeds[instance.part]):
            row = base + index
            source = self._source_edge(instance, feed, passed)
            if source < 0:
                without.append(row)
            else:
                self._pass(row, self.edge_start[row], source)
            if feed.element >= 0:
                self.elements[row] = feed.element
            raw = self.raw[row]
            self.raw[row] = self.given.setdefault((id(raw), feed.given), {**raw, GIVEN: feed.given})
        for row in reversed(without):
            place = self.edge_start[row]
            del self.edge_node[place], self.edge_output[place]
            for later in range(row + 1, len(self.edge_start)):
                self.edge_start[later] -= 1

    def _source_edge(self, instance: _Instance, feed: ArgumentSource, passed: Sequence[int]) -> int:
        """The edge that brings the tensor which an argument is given; -1 if no op of the graph makes it.

        The functions of an op are added one after another, so that of an earlier one the results are there.
        """
        if feed.data >= 0:
            return passed[feed.data]
        first = self.results.get((instance.call_row, feed.part)) if feed.part >= 0 else None
        return -1 if first is None else self.edge_start[first + feed.result]

    def _add_groups(self, instance: _Instance) -> None:
        """Append the body's groups and each row's group. What lies directly in the body goes into the group of the call."""
        body, first = instance.body, len(self.groups)
        for local in body.groups:
            self.groups.append(_Placed(local, local.parent + first if local.parent >= 0 else instance.group, -1))
        if not body.groups:
            self.node_group.extend([instance.group] * len(body))
            return
        self.node_group.extend([local + first if local >= 0 else instance.group for local in body.node_group])

    def _queue(self, instance: _Instance, call: Call, base: int) -> None:
        """Make the groups of a call and let its bodies wait to be added; or leave it closed, and count it."""
        row = call.node + base
        chain, name = instance.chain, self.names[row]
        # Decided before anything is made, so that no limit is passed by one huge call.
        ops, named = self._size(call)
        text = named * len(name)
        too_much = self.promised + ops > MOST_OPS or self.characters + text > MOST_CHARACTERS
        if too_much or len(chain) >= MOST_CALL_DEPTH or any(function in chain for _, function in call.parts):
            functions = tuple(function for _, function in call.parts)
            self.closed.update(functions)
            self._mark(row, CLOSED_FUNCTIONS, functions)
            return
        self.promised += ops
        self.characters += text
        group = self._call_group(call, row, name)
        for part, (role, function) in enumerate(call.parts):
            inner = group
            if role:  # a loop has a group for its condition and one for its body, a call only its own
                kind = "body" if call.kind == "dataset" else role if role in LOOP_PARTS else "branch"
                inner = len(self.groups)
                self.groups.append(_Placed(LocalGroup(role, kind), group, row))
            prefix = f"{name}/{role}/" if role else f"{name}/"
            body = self.functions[function]
            dead = bool(self.dead[row])
            self.waiting.append(_Instance(body, prefix, inner, row, call, part, (*chain, function), dead))

    def _mark(self, row: int, why: str, functions: Tuple[str, ...]) -> None:
        """Give an op an attribute that says which functions' ops are not there."""
        raw = self.raw[row]
        self.raw[row] = self.marks.setdefault((id(raw), functions), Closed(raw, why, functions))

    def _size(self, call: Call) -> Tuple[int, int]:
        """How many ops a call brings, and how many names begin with the call's: those of ops and of groups.

        An op with very many outputs takes the memory of several, so each 64 outputs count as one more op.
        """
        found = self.sizes.get(call.parts)
        if found is None:
            bodies = [self.functions[function] for _, function in call.parts]
            many = sum(len(outputs) // 64 for body in bodies for outputs in body.outputs)
            # The 2 are the group of the call and that of the part (a loop's body, say).
            found = sum(map(len, bodies)) + many, sum(len(body) + len(body.groups) + 2 for body in bodies)
            self.sizes[call.parts] = found
        return found

    def _call_group(self, call: Call, row: int, name: str) -> int:
        """Append the group that a call owns. Where its function is a layer's own, that is the group of the layer.

        Not if the call lies in the layer's group already: then it is only how the layer runs, not another call of it.
        """
        group, around = LocalGroup(name.rpartition("/")[2], call.kind), self.node_group[row]
        layer = self.functions[call.parts[0][1]].called_as if call.kind == "function" else None
        if layer is not None and not self._is_inside(around, layer):
            group = layer._replace(name=layer.name or group.name)
        self.groups.append(_Placed(group, around, row))
        return len(self.groups) - 1

    def _is_inside(self, group: int, layer: LocalGroup) -> bool:
        """Whether `group` lies in a call of `layer`: the innermost call of any layer around it decides."""
        while group >= 0 and self.groups[group].template.layer is None:
            group = self.groups[group].parent
        return group >= 0 and self.groups[group].template.layer == layer.layer


def _named_groups(placed: Sequence[_Placed]) -> Tuple[Group, ...]:
    """The groups as `Content` has them: with unique paths, call numbers, and `of` as the path of a forward group."""
    siblings: Dict[int, List[int]] = {}
    for index, each in enumerate(placed):
        siblings.setdefault(each.parent, []).append(index)
    unique: Dict[int, str] = {}
    for indices in siblings.values():
        names = tuple(placed[index].template.name or "_" for index in indices)
        unique.update(zip(indices, unique_names(names)))
    paths: List[str] = []
    for index, each in enumerate(placed):
        paths.append(f"{paths[each.parent]}/{unique[index]}" if each.parent >= 0 else unique[index])
    # A body that is called twice has each key twice: its gradients then point to the first copy.
    keys: Dict[Hashable, str] = {}
    for each, path in zip(placed, paths):
        if each.template.key is not None:
            keys.setdefault(each.template.key, path)
    calls: "Counter[Hashable]" = Counter()
    return tuple(_group(each, path, keys, calls) for each, path in zip(placed, paths))


def _group(placed: _Placed, path: str, keys: Dict[Hashable, str], calls: "Counter[Hashable]") -> Group:
    """One group; `keys` has the path of each `LocalGroup.key`, and `calls` how often each layer was called so far."""
    local = placed.template
    call: Optional[int] = None
    if local.layer is not None:
        calls[local.layer] += 1
        call = calls[local.layer]
    return with_fields(
        _NEW, path=path, parent=placed.parent, kind=local.kind, name=local.name, cls=local.cls, call=call, object_path=local.object_path,
        of=keys.get(local.of_key, local.of) if local.of_key is not None else local.of,
        layer_source=local.layer_source, outputs=local.outputs, variables=local.variables,
        parameters=local.parameters, source=local.source, owner=placed.owner, settings=local.settings, defined_in=local.defined_in,
    )  # fmt: skip


def expand(
    program: Program,
    *,
    variables: Sequence[Variable] = (),
    inputs: Sequence[Port] = (),
    outputs: Sequence[Port] = (),
) -> Content:
    """All ops of `program`, each function's body copied to where it is called.

    Recursive calls stay closed, and so do calls beyond `MOST_OPS`, `MOST_CALL_DEPTH` or `MOST_CHARACTERS`;
    `Content.closed_calls` counts them.
    """
    work = _Expansion(program.functions)
    work.run(program.main)
    # The columns are handed over, not copied: a million ops take hundreds of megabytes.
    table = NodeTable(
        work.names, work.ops, work.edge_start, work.edge_node, work.edge_output, work.outputs, work.raw,
        work.devices, decode, work.elements,
    )  # fmt: skip
    return Content(
        table, _named_groups(work.groups), work.node_group, tuple(variables), work.handles, tuple(inputs),
        tuple(outputs), work.sources, bytes(work.dead), closed_calls=dict(work.closed), absent=Absent(absent_inputs(table), dict(work.missing)),
    )  # fmt: skip
