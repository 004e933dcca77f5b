"""Layers that nobody recorded, inferred: a scope that reads the variables of one object is a call of that object."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Dict, List, Mapping, Sequence, Set, Tuple

from ..graph.types import Variable
from .body import Body, LocalGroup
from .graphdef import Program
from .scopes import same_name

_PARTS = re.compile(r"[^.\[\]]+|\[[^\]]*\]")

Path = Tuple[str, ...]


def owner_of(object_path: str) -> Path:
    """The object that holds a variable, as the parts of its path.

    >>> owner_of("encoder.blocks[2].dense.kernel"), owner_of("kernel")
    (('encoder', 'blocks', '[2]', 'dense'), ())
    """
    return tuple(_PARTS.findall(object_path))[:-1]


def joined(path: Path) -> str:
    """The parts of a path in one text again.

    >>> joined(("encoder", "blocks", "[2]", "dense"))
    'encoder.blocks[2].dense'
    """
    return "".join(part if part.startswith("[") or not index else f".{part}" for index, part in enumerate(path))


def infer_layers(program: Program, variables: Sequence[Variable]) -> Program:
    """Turn scope groups into inferred layers, by the object paths of the variables that the main graph's handles name.

    Only groups of kind ``scope`` change, and none where a layer was recorded.
    """
    handles = _handles(program)
    main = _body(program.main, handles[""], variables)
    functions = {name: _body(body, handles.get(name, {}), variables) for name, body in program.functions.items()}
    return Program(main, functions)


def _handles(program: Program) -> Dict[str, Mapping[int, int]]:
    """For each body the rows that stand for a variable, carried into functions through the arguments of their calls."""
    found: Dict[str, Mapping[int, int]] = {"": program.main.handles}
    waiting: List[Tuple[str, Body]] = [("", program.main)]
    while waiting:
        name, body = waiting.pop()
        for call in body.calls:
            passed = [producer for producer, output in body.inputs(call.node) if output >= 0][call.first_arg :]
            known = {index: found[name][row] for index, row in enumerate(passed) if row in found[name]}
            for _, function in call.parts:
                if function not in found:
                    inner = program.functions[function]
                    found[function] = {**inner.handles, **known}
                    waiting.append((function, inner))
    return found


def _body(body: Body, handles: Mapping[int, int], variables: Sequence[Variable]) -> Body:
    if not handles or any(group.layer_source == "recorded" for group in body.groups):
        return body
    read = _variables_read(body, handles)
    owner = _owners(variables)
    owners = [
        _named(group.name, _common([owner[number] for number in numbers])) for group, numbers in zip(body.groups, read)
    ]
    groups = list(body.groups)
    for index, group in enumerate(groups):
        if group.kind == "scope" and owners[index] and _is_the_layer(groups, index, owners, read):
            groups[index] = _layer(group, owners[index], sorted(read[index]), variables)
    return body.with_columns(groups=tuple(groups))


def _owners(variables: Sequence[Variable]) -> List[Path]:
    """For each variable the object that holds it; nobody where several go by one path, as in Keras 3's own names."""
    shared = Counter(variable.object_path for variable in variables)
    return [owner_of(item.object_path) if shared[item.object_path] == 1 else () for item in variables]


def _named(scope: str, owner: Path) -> Path:
    """The owner, or the object around it that the scope is called after: Keras 2's LSTM reads its cell's variables."""
    for end in range(len(owner), 0, -1):
        if same_name(scope, owner[end - 1]):
            return owner[:end]
    return owner


def _variables_read(body: Body, handles: Mapping[int, int]) -> List[Set[int]]:
    """For each group the variables that ops in it, at any depth, take."""
    read: List[Set[int]] = [set() for _ in body.groups]
    for row, group in enumerate(body.node_group):
        numbers = {handles[producer] for producer, _ in body.inputs(row) if producer in handles}
        index = group
        while numbers and index >= 0:
            read[index] |= numbers
            index = body.groups[index].parent
    return read


def _common(paths: Sequence[Path]) -> Path:
    """The innermost object around all of these."""
    if not paths:
        return ()
    shortest, longest = min(paths), max(paths)
    same = 0
    while same < min(len(shortest), len(longest)) and shortest[same] == longest[same]:
        same += 1
    return shortest[:same]


def _is_the_layer(groups: Sequence[LocalGroup], index: int, owners: Sequence[Path], read: Sequence[Set[int]]) -> bool:
    """Whether, of nested scopes with one owner, this is the one to call the layer.

    That is the one which bears the owner's name, else the innermost that reads all there is.
    """
    top = index
    while groups[top].parent >= 0 and owners[groups[top].parent] == owners[index]:
        top = groups[top].parent
    family = [at for at, owner in enumerate(owners) if owner == owners[index] and _within(groups, at, top)]
    named = [at for at in family if same_name(groups[at].name, owners[index][-1])]
    whole = [at for at in family if read[at] == read[top]]
    return index == (named[0] if named else whole[-1])


def _within(groups: Sequence[LocalGroup], index: int, top: int) -> bool:
    while index >= 0 and index != top:
        index = groups[index].parent
    return index == top


def _layer(group: LocalGroup, owner: Path, numbers: Sequence[int], variables: Sequence[Variable]) -> LocalGroup:
    path = joined(owner)
    mine = [variable for variable in variables if owner_of(variable.object_path)[: len(owner)] == owner]
    return replace(
        group, kind="layer", object_path=path, layer_source="inferred", layer=("inferred", path),
        variables=tuple(variable.id for variable in mine) or tuple(numbers),
        parameters=sum(variable.size or 0 for variable in mine),
    )  # fmt: skip
