"""Groups for a graph that we did not see being traced: its name scopes, and which of them are calls of layers.

A scope is a call of a layer if it has the layer's name and uses only the layer's variables. Where the file has no names of
layers, a scope is a call of an object that owns all variables used in the scope: of the one that is assigned to an
attribute with the scope's name, else of the outermost one. Any other scope stays a scope.
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
from .repeated_calls import ScopedOps, calls_apart, own_name
from .scopes import Scope, add_scopes, below_caller, ordered, same_name, side_matter, split_scope, split_scopes

_OUTSIDE = -1
"""The context of a body that no known object has called. Also the `parent` of the outermost object, so that
`children[_OUTSIDE]` is that object."""
_ALIASES = frozenset({"Identity", "Enter", "RefEnter", "RefIdentity"})
"""Ops that hand on a variable's handle (or, the Ref ones, TensorFlow 1's variable itself)."""
_NOT_MODEL = frozenset({"gradients", "gradient_tape", "save"})
"""Outermost scopes in which we look for no layer: gradients and saving use the layers' variables without calling them."""
_KERAS_FUNCTION = re.compile(r"__inference_(.+)_layer_call_(?:fn|and_return)")
"""The function of a Keras 2 layer: ``__inference_dense_layer_call_fn_12``,
``__inference_dense_layer_call_and_return_conditional_losses_34``."""


class Known(NamedTuple):
    """What is known of a model besides its ops."""

    objects: Tuple[ModelObject, ...] = ()
    variables: Tuple[Variable, ...] = ()
    handles: Mapping[int, int] = {}
    """Row of the main graph that is a variable's handle -> number of the variable."""


@dataclass(frozen=True)
class _Place:
    """The place from which a function is called."""

    around: Scope
    """The scopes and the name of the op that calls it."""
    context: int
    """The object whose call it lies in, or `_OUTSIDE`."""
    handles: Mapping[int, int]
    """Number of an argument that is passed a variable's handle -> number of the variable."""


@dataclass
class _Tree:
    """The model's objects, and which of them are directly in which."""

    objects: Sequence[ModelObject]
    children: Dict[int, List[int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for index, item in enumerate(self.objects):
            self.children.setdefault(item.parent, []).append(index)

    def chain(self, used: FrozenSet[int], context: int) -> List[int]:
        """The objects below `context` that own all variables in `used`, outermost first."""
        chain: List[int] = []
        at: Optional[int] = context
        while at is not None:
            inside = self.children.get(at, ())
            at = next((child for child in inside if used <= self.objects[child].variables), None)
            if at is not None:
                chain.append(at)
        return chain

    def match(self, component: str, used: FrozenSet[int], context: int, *, is_op: bool) -> int:
        """The object below `context` that the scope `component` is a call of; -1 for none.

        `used` are the variables used in the scope; `is_op` says that an op has the scope's name too.
        """
        named = self._by_name(component, used, context)
        if named >= 0 or not used or is_op:
            return named
        # An object whose name Keras tells would have been found by it, so only those without a name are left.
        chain = [index for index in self.chain(used, context) if self.objects[index].name is None]
        for index in chain:
            # The path "encoder.blocks[2]" ends in the attribute "blocks".
            attribute = re.sub(r"\[[^]]*\]$", "", self.objects[index].path).rpartition(".")[2]
            if attribute and same_name(component, attribute.lstrip("_")):
                return index
        return chain[0] if chain else -1

    def _by_name(self, component: str, used: FrozenSet[int], context: int) -> int:
        """The object that has the scope's name and owns all of `used`: ``dense_1_2`` is rather `dense_1` than `dense`."""
        near = list(self.children.get(context, ()))
        if context == _OUTSIDE:  # the model itself often has no scope around its layers'
            near += [child for index in near for child in self.children.get(index, ())]
        best, length = -1, 0
        for index in near:
            item = self.objects[index]
            if item.name and used <= item.variables and same_name(component, item.name):
                rank = len(item.name) + (1000 if item.name == component else 0)  # the very name wins, else the longest
                if rank > length and (used or item.cls):  # if no variable speaks for it, Keras must know the layer
                    best, length = index, rank
        return best


def group(program: Program, known: Optional[Known] = None) -> Program:
    """The program with groups in every body: name scopes, and with `known` the layers among them.

    A body is done after one that calls it, because the caller knows its context and which variables it passes.
    """
    known = known or Known()
    tree = _Tree(known.objects)
    places: Dict[str, _Place] = {}
    main = _group_body(program.main, _Place((), _OUTSIDE, known.handles), tree, known, places)
    # Only the main graph's handles are known here; expansion finds those of called functions by what is passed.
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
    """One body with its groups; `places` gets the places of the functions that it calls."""
    rows = range(body.args, len(body) - body.rets)
    paths = split_scopes(body.names[row] for row in rows)
    if place.around:
        paths = [below_caller(path, place.around) for path in paths]
    owner = -1
    found: Dict[Scope, int] = {}
    if tree.objects:
        uses = _uses(body, place.handles, rows)
        used = _used_in_scopes(uses, rows, paths)
        owner, found = _infer(body, place.context, used, paths, tree)
        if found:
            paths, found = calls_apart(ScopedOps(body, body.args, paths, uses), found)
    _note_calls(body, place, owner, found, paths, places)
    # First all scopes become groups; then those that were found to be calls get the name and class of their layer.
    groups: List[LocalGroup] = []
    node_group = array("i", [-1] * len(body))
    add_scopes(groups, node_group, -1, list(zip(rows, paths)), (), side_matter(body), "scope")
    _name_layers(groups, found, known, tree)
    done, node_group = ordered(groups, node_group)
    if found:
        done = _with_outputs(body, done, node_group)
    call = _layer(LocalGroup("", "function"), owner, tree.objects[owner], known) if owner >= 0 else None
    return body.with_columns(groups=done, node_group=node_group, called_as=call)


def _uses(body: Body, handles: Mapping[int, int], rows: Iterable[int]) -> Dict[int, Set[int]]:
    """The ops that take variables, and which."""
    uses: Dict[int, Set[int]] = {}
    aliases = dict(handles)
    for row in rows if handles else ():
        taken = {
            aliases[producer] for producer, output in body.inputs(row) if producer in aliases and output != CONTROL
        }
        if not taken:
            continue
        if body.ops[row] in _ALIASES:  # hands on one handle; `min` only picks it from the set
            aliases[row] = min(taken)
            continue
        uses[row] = taken
    return uses


def _used_in_scopes(uses: Mapping[int, Set[int]], rows: Iterable[int], paths: Sequence[Scope]) -> Dict[Scope, Set[int]]:
    """For every scope the variables that its ops use; the scope () stands for the whole body."""
    used: Dict[Scope, Set[int]] = {}
    for row, path in zip(rows, paths):
        for depth in range(len(path)) if row in uses else ():
            used.setdefault(path[:depth], set()).update(uses[row])
    return used


def _infer(
    body: Body, context: int, used: Mapping[Scope, Set[int]], paths: Sequence[Scope], tree: _Tree
) -> Tuple[int, Dict[Scope, int]]:
    """The object that the whole body is a call of (-1 for none), and for its scopes the objects that they are calls of."""
    scopes: Set[Scope] = set()
    for path in {path[:-1] for path in paths}:
        while path and path not in scopes:
            scopes.add(path)
            path = path[:-1]
    names = set(paths)  # "dense/Tensordot" may be an op and also the scope of other ops
    owner = _owner(body, context, used, scopes, names, tree)
    contexts: Dict[Scope, int] = {(): owner if owner >= 0 else context}
    found: Dict[Scope, int] = {}
    for scope in sorted(scopes, key=len):  # outer scopes first: an inner one is looked for below the outer one's object
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
    """The object that a whole body is a call of; -1 for none.

    Keras names the functions of its layers after the layers. Any other function that uses variables, only the model's, is
    a call of the saved object itself (object 0), unless it is called by a known object or Keras gave object 0 a name.
    """
    named = _KERAS_FUNCTION.match(body.name)
    variables = frozenset(used.get((), ()))
    if named:
        fits = [i for i, item in enumerate(tree.objects) if item.name == named.group(1) and variables <= item.variables]
        return fits[0] if fits else -1
    root = tree.objects[0]
    if context != _OUTSIDE or root.name or not variables or not variables <= root.variables or not body.args:
        return -1
    # Not if one outermost scope uses all the variables, since that scope is then the call, and not for a function that
    # has no scopes and only calls others, such as a signature's wrapper: the function it calls is the call.
    whole = [scope for scope in scopes if len(scope) == 1 and used.get(scope) == used[()] and scope not in names]
    direct = any(call.kind == "function" for call in body.calls) and not scopes
    return -1 if whole or direct else 0


def _note_calls(
    body: Body, place: _Place, owner: int, found: Mapping[Scope, int], paths: Sequence[Scope], places: Dict[str, _Place]
) -> None:
    """Note in `places` for each function that the body calls where it is called; of several calls the first counts."""
    for call in body.calls:
        path = paths[call.node - body.args]
        context = owner if owner >= 0 else place.context
        for depth in range(len(path)):
            context = found.get(path[:depth], context)
        data = [producer for producer, output in body.inputs(call.node) if output != CONTROL]
        for part, (_, name) in enumerate(call.parts):
            passed = [(index, row) for index, row in enumerate(call.passed(part, data)) if row is not None]
            handles = {index: place.handles[row] for index, row in passed if row in place.handles}
            places.setdefault(name, _Place(split_scope(body.names[call.node]), context, handles))


def _name_layers(groups: List[LocalGroup], found: Mapping[Scope, int], known: Known, tree: _Tree) -> None:
    """Replace the groups of scopes that are calls of objects by groups of these objects."""
    scopes: List[Scope] = []
    for index, item in enumerate(groups):
        scopes.append((*(scopes[item.parent] if item.parent >= 0 else ()), item.name))
        owner = found.get(scopes[-1], -1)
        if owner >= 0:
            groups[index] = _layer(item._replace(name=own_name(item.name)), owner, tree.objects[owner], known)


def _layer(group: LocalGroup, index: int, item: ModelObject, known: Known) -> LocalGroup:
    """A scope's group as that of a call of object number `index`."""
    variables = tuple(sorted(item.variables))
    return group._replace(
        name=item.name or group.name, kind=item.kind, cls=item.cls, object_path=item.path,
        layer_source="inferred", layer=("object", index), variables=variables,
        parameters=whole_size(known.variables[number] for number in variables), settings=item.settings, defined_in=item.defined_in,
    )  # fmt: skip


def _with_outputs(body: Body, groups: Tuple[LocalGroup, ...], node_group: "array[int]") -> Tuple[LocalGroup, ...]:
    """The groups with the layers' `outputs`: the types of the tensors that ops outside of a layer take from it."""
    around = [tuple(chain(groups, index)) for index in range(len(groups))]
    leaving: Dict[int, Dict[Tuple[int, int], TensorType]] = {}
    for row in range(body.args, len(body)):
        inside = node_group[row]
        for producer, output in body.inputs(row):
            if output == CONTROL or node_group[producer] in (-1, inside):
                continue  # made in no group, or used in the group where it is made
            types = body.outputs[producer]
            here = around[inside] if inside >= 0 else ()
            for index in around[node_group[producer]]:
                # A variable's handle leaves the layer too, but nobody would call it an output.
                if index not in here and output < len(types) and types[output].dtype != "resource":
                    leaving.setdefault(index, {})[producer, output] = types[output]
    return tuple(
        item._replace(outputs=tuple(leaving[index].values())) if item.layer is not None and index in leaving else item
        for index, item in enumerate(groups)
    )
