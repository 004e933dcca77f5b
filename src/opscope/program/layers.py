"""Groups for a graph that nobody watched being traced: its name scopes, and layers inferred from whose variables they use.

A scope is a call of an object when it has the object's name (as Keras tells it) or, for want of names, when the object
is the innermost that owns all variables used in the scope. What is not found stays a scope.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field
from typing import Dict, FrozenSet, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from ..graph.model_variables import whole_size
from ..graph.types import CONTROL, TensorType, Variable
from ..graph.vocabulary import chain
from .body import Body, LocalGroup
from .objects import ModelObject
from .program import Program
from .scopes import Scope, add_scopes, below_caller, ordered, same_name, side_matter, split_scope, split_scopes

_OUTSIDE = -1
"""The context of a body that no object is known to have called."""
_ALIASES = frozenset({"Identity", "Enter", "RefEnter", "RefIdentity"})
_NOT_MODEL = frozenset({"gradients", "gradient_tape", "save"})
_KERAS_FUNCTION = re.compile(r"__inference_(.+)_layer_call_(?:fn|and_return)")


class Known(NamedTuple):
    """What is known beyond names: the model's objects, its variables, and the handles of the main graph by row."""

    objects: Tuple[ModelObject, ...] = ()
    variables: Tuple[Variable, ...] = ()
    handles: Mapping[int, int] = {}


@dataclass(frozen=True)
class _Place:
    """From where a function is called: the scopes of the call, the object around it, the handles it passes."""

    around: Scope
    context: int
    handles: Mapping[int, int]


@dataclass
class _Tree:
    """The objects and who is in whom."""

    objects: Sequence[ModelObject]
    children: Dict[int, List[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for index, item in enumerate(self.objects):
            self.children.setdefault(item.parent, []).append(index)

    def chain(self, used: FrozenSet[int], context: int) -> List[int]:
        """The objects below `context` that own all of `used`, outermost first."""
        chain: List[int] = []
        at: Optional[int] = context
        while at is not None:
            inside = self.children.get(at, ())
            at = next((child for child in inside if used <= self.objects[child].variables), None)
            if at is not None:
                chain.append(at)
        return chain

    def match(self, component: str, used: FrozenSet[int], context: int, *, is_op: bool) -> int:
        """The object below `context` that a scope is a call of; -1: none."""
        named = self._by_name(component, used, context)
        if named >= 0 or not used or is_op:
            return named
        chain = [index for index in self.chain(used, context) if self.objects[index].name is None]
        for index in chain:
            attribute = re.sub(r"\[[^]]*\]$", "", self.objects[index].path).rpartition(".")[2]
            if attribute and same_name(component, attribute.lstrip("_")):
                return index
        return chain[0] if chain else -1

    def _by_name(self, component: str, used: FrozenSet[int], context: int) -> int:
        near = list(self.children.get(context, ()))
        if context == _OUTSIDE:
            near += [child for index in near for child in self.children.get(index, ())]
        best, length = -1, 0
        for index in near:
            item = self.objects[index]
            if item.name and used <= item.variables and same_name(component, item.name):
                rank = len(item.name) + (1000 if item.name == component else 0)
                if rank > length and (used or item.cls):
                    best, length = index, rank
        return best


def group(program: Program, known: Optional[Known] = None) -> Program:
    """The program with groups in every body: scopes, and with `known` the layers among them."""
    known = known or Known()
    tree = _Tree(known.objects)
    places: Dict[str, _Place] = {}
    main = _group_body(program.main, _Place((), _OUTSIDE, known.handles), tree, known, places)
    main = main.with_columns(handles=dict(known.handles))
    done: Dict[str, Body] = {}
    waiting = [main]
    while waiting:
        for call in waiting.pop(0).calls:
            for _, name in call.parts:
                if name not in done:
                    done[name] = _group_body(program.functions[name], places[name], tree, known, places)
                    waiting.append(done[name])
    return Program(main, done)


def _group_body(body: Body, place: _Place, tree: _Tree, known: Known, places: Dict[str, _Place]) -> Body:
    rows = range(body.args, len(body) - body.rets)
    paths = [below_caller(path, place.around) for path in split_scopes(body.names[row] for row in rows)]
    owner = -1
    found: Dict[Scope, int] = {}
    if tree.objects:
        used = _used_in_scopes(body, place.handles, rows, paths)
        owner, found = _infer(body, place.context, used, paths, tree)
    _note_calls(body, place, owner, found, paths, places)
    groups: List[LocalGroup] = []
    node_group = array("i", [-1] * len(body))
    add_scopes(groups, node_group, -1, list(zip(rows, paths)), (), side_matter(body), "scope")
    _name_layers(groups, found, known, tree)
    done, node_group = ordered(groups, node_group)
    if found:
        done = _with_outputs(body, done, node_group)
    call = _layer(LocalGroup("", "function"), owner, tree.objects[owner], known) if owner >= 0 else None
    return body.with_columns(groups=done, node_group=node_group, called_as=call)


def _used_in_scopes(
    body: Body, handles: Mapping[int, int], rows: Iterable[int], paths: Sequence[Scope]
) -> Dict[Scope, Set[int]]:
    """For every scope the variables whose handles its ops take; (): those of the whole body."""
    used: Dict[Scope, Set[int]] = {}
    if not handles:
        return used
    aliases = dict(handles)
    for row, path in zip(rows, paths):
        taken = {
            aliases[producer] for producer, output in body.inputs(row) if producer in aliases and output != CONTROL
        }
        if not taken:
            continue
        if body.ops[row] in _ALIASES:
            aliases[row] = min(taken)
            continue
        for depth in range(len(path)):
            used.setdefault(path[:depth], set()).update(taken)
    return used


def _infer(
    body: Body, context: int, used: Mapping[Scope, Set[int]], paths: Sequence[Scope], tree: _Tree
) -> Tuple[int, Dict[Scope, int]]:
    """The object that the whole body is a call of (-1: none) and those that its scopes are calls of."""
    scopes: Set[Scope] = set()
    for path in {path[:-1] for path in paths}:
        while path and path not in scopes:
            scopes.add(path)
            path = path[:-1]
    names = set(paths)
    owner = _owner(body, context, used, scopes, names, tree)
    contexts: Dict[Scope, int] = {(): owner if owner >= 0 else context}
    found: Dict[Scope, int] = {}
    for scope in sorted(scopes, key=len):
        around = contexts[scope[:-1]]
        index = -1
        if scope[0] not in _NOT_MODEL:
            variables = frozenset(used.get(scope, ()))
            index = tree.match(scope[-1], variables, around, is_op=scope in names)
        contexts[scope] = index if index >= 0 else around
        if index >= 0:
            found[scope] = index
    return owner, found


def _owner(
    body: Body, context: int, used: Mapping[Scope, Set[int]], scopes: Set[Scope], names: Set[Scope], tree: _Tree
) -> int:
    """The object that a whole body is a call of: told by Keras's name for the function, or the saved object itself."""
    named = _KERAS_FUNCTION.match(body.name)
    variables = frozenset(used.get((), ()))
    if named:
        fits = [i for i, item in enumerate(tree.objects) if item.name == named.group(1) and variables <= item.variables]
        return fits[0] if fits else -1
    root = tree.objects[0]
    if context != _OUTSIDE or root.name or not variables or not variables <= root.variables or not body.args:
        return -1
    whole = [scope for scope in scopes if len(scope) == 1 and used.get(scope) == used[()] and scope not in names]
    direct = any(call.kind == "function" for call in body.calls) and not scopes
    return -1 if whole or direct else 0


def _note_calls(
    body: Body, place: _Place, owner: int, found: Mapping[Scope, int], paths: Sequence[Scope], places: Dict[str, _Place]
) -> None:
    """Remember for each function that the body calls from where; the first call of a function tells."""
    for call in body.calls:
        path = paths[call.node - body.args]
        context = owner if owner >= 0 else place.context
        for depth in range(len(path)):
            context = found.get(path[:depth], context)
        passed = [producer for producer, output in body.inputs(call.node) if output != CONTROL][call.first_arg :]
        handles = {index: place.handles[row] for index, row in enumerate(passed) if row in place.handles}
        for _, name in call.parts:
            places.setdefault(name, _Place(split_scope(body.names[call.node]), context, handles))


def _name_layers(groups: List[LocalGroup], found: Mapping[Scope, int], known: Known, tree: _Tree) -> None:
    """Turn the scopes that are calls of objects into their groups."""
    scopes: List[Scope] = []
    for index, item in enumerate(groups):
        scopes.append((*(scopes[item.parent] if item.parent >= 0 else ()), item.name))
        owner = found.get(scopes[-1], -1)
        if owner >= 0:
            groups[index] = _layer(item, owner, tree.objects[owner], known)


def _layer(group: LocalGroup, index: int, item: ModelObject, known: Known) -> LocalGroup:
    variables = tuple(sorted(item.variables))
    return group._replace(
        name=item.name or group.name, kind=item.kind, cls=item.cls, object_path=item.path,
        layer_source="inferred", layer=("object", index), variables=variables,
        parameters=whole_size(known.variables[number] for number in variables),
    )  # fmt: skip


def _with_outputs(body: Body, groups: Tuple[LocalGroup, ...], node_group: "array[int]") -> Tuple[LocalGroup, ...]:
    """Give each layer the types of the tensors that leave it."""
    around = [tuple(chain(groups, index)) for index in range(len(groups))]
    leaving: Dict[int, Dict[Tuple[int, int], TensorType]] = {}
    for row in range(body.args, len(body)):
        inside = node_group[row]
        for producer, output in body.inputs(row):
            if output == CONTROL or node_group[producer] in (-1, inside):
                continue
            types = body.outputs[producer]
            here = around[inside] if inside >= 0 else ()
            for index in around[node_group[producer]]:
                if index not in here and output < len(types) and types[output].dtype != "resource":
                    leaving.setdefault(index, {})[producer, output] = types[output]
    return tuple(
        item._replace(outputs=tuple(leaving[index].values())) if item.layer is not None and index in leaving else item
        for index, item in enumerate(groups)
    )
