"""Makes the `Graph` of a checkpoint: its variables, in the tree of the objects that hold them; what training keeps stands apart."""

from __future__ import annotations

import re
from typing import Any, Dict, List, Mapping, NamedTuple, Sequence, Tuple

from ...graph.facts import Facts
from ...graph.graph import Graph
from ...graph.groups import Group, unique_names
from ...graph.model_variables import FLOATS
from ...graph.types import TensorType
from ...program.objects import ModelObject, from_names, named_by_variables, renamed_path
from ...shapes.tensor import product
from ..variable_graph import VariableRow, graph_of_variables
from .contents import SavedVariable
from .object_tree import Spot, depth_first, explained, holder_of, kept_by, spots

_NUMBER = re.compile(r"_\d+$")
_DIGITS = re.compile(r"(\d+)")
_VALUE = "/.ATTRIBUTES/VARIABLE_VALUE"
_MOST_HELD = 1_000_000
"""How often a variable is in an object, summed over all: each object lists the variables of those in it, and names may be nested 64 deep."""
_COUNTERS = frozenset({"beta1_power", "beta2_power", "global_step", "save_counter"})
"""What optimizers of TensorFlow 1 keep once for all variables, and what counts steps."""
_UPDATED = ("moving_mean", "moving_variance", "moving_avg", "ExponentialMovingAverage")
"""How the names of variables end that layers update themselves."""


class _Placed(NamedTuple):
    """A variable and where it is."""

    saved: SavedVariable
    path: str
    full_name: str
    holder: int
    """The number of the object that has it; 0 is the saved object."""
    is_state: bool
    kept_by: str = ""
    """Of what an optimizer, a metric keeps: what that is called."""
    in_tree: bool = False
    """Whether the object graph tells its path; else that is its name."""


def graph_of_checkpoint(name: str, variables: Sequence[SavedVariable], objects: Any, facts: Facts) -> Graph:
    """The graph of these variables. `objects` is the TrackableObjectGraph; ``None`` if there is none, and names tell instead."""
    if objects is None or not len(objects.nodes):
        placed, owners = _by_names(variables)
    else:
        placed, owners = _by_objects(variables, objects)
    groups, number = _groups(placed, owners)
    groups, keepers = _with_keepers(placed, groups)
    rows = [_row(each, groups, keepers.get(each.kept_by, number.get(each.holder, -1))) for each in placed]
    return graph_of_variables(name, rows, groups, facts)


def _row(placed: _Placed, groups: Sequence[Group], group: int) -> VariableRow:
    saved, own = placed.saved, placed.saved.key.replace(_VALUE, "")
    if placed.in_tree and not placed.is_state:
        around = groups[group] if group >= 0 else None
        leaf = _leaf(placed, (around.object_path or "") if around else "")
        own = f"{around.path}/{leaf}" if around else leaf
    elif placed.kept_by and placed.full_name and own.rpartition("/")[2].isdecimal():
        # Keras 3 numbers what an optimizer keeps. What it was called tells of which variable it is.
        own = f"{placed.kept_by.replace('.', '/')}/{placed.full_name.rpartition('/')[2]}"
    attrs: Dict[str, Any] = {"checkpoint_key": saved.key}
    if placed.full_name:
        attrs["variable_name"] = placed.full_name
    if saved.size is not None:
        attrs["bytes"] = saved.size
    return VariableRow(own, TensorType(saved.dtype, saved.shape), _is_trained(placed), group, placed.path, attrs)


def _leaf(placed: _Placed, around: str) -> str:
    """The variable's own name in its object: without the underscore with which Keras 3 hides some, if it was made without."""
    leaf = placed.path[len(around) :].lstrip(".") if placed.path.startswith(around) else placed.path
    made = placed.full_name.rpartition("/")[2]
    return made if leaf == f"_{made}" else leaf


def _is_trained(placed: _Placed) -> bool:
    last = placed.path.rpartition(".")[2].rpartition("/")[2]
    counts = last in _COUNTERS or last.endswith(_UPDATED)
    return not placed.is_state and not counts and placed.saved.dtype.startswith(FLOATS)


def _by_names(variables: Sequence[SavedVariable]) -> Tuple[List[_Placed], Tuple[ModelObject, ...]]:
    """As the names suggest: ``encoder/dense/kernel`` is of ``dense`` in ``encoder``, ``encoder/dense/kernel/Adam`` of the optimizer."""
    taken = {each.key for each in variables}
    variables = sorted(variables, key=lambda each: (each.key.rpartition("/")[0] in taken, _natural(each.key)))
    names = {number: each.key for number, each in enumerate(variables)}
    state = {number for number, name in names.items() if name.rpartition("/")[0] in taken}
    is_much = sum(name.count("/") for name in names.values()) > _MOST_HELD
    owners = from_names({} if is_much else {number: name for number, name in names.items() if number not in state})
    home = {
        number: index for index, owner in enumerate(owners) for number in owner.variables
    }  # the innermost comes last
    placed = []
    for number, each in enumerate(variables):
        # "dense/kernel/Adam_1" is the second that the optimizer called Adam keeps for the kernel.
        keeper = _NUMBER.sub("", each.key.rpartition("/")[2]) if number in state else ""
        placed.append(_Placed(each, each.key, "", home.get(number, 0), number in state, keeper))
    return placed, owners


def _natural(name: str) -> List[Tuple[int, int, str]]:
    """For sorting: ``layer_2`` comes before ``layer_10``."""
    parts = _DIGITS.split(name)
    return [(0, int(part), part) if part.isdecimal() and len(part) < 19 else (1, 0, part) for part in parts]


def _by_objects(variables: Sequence[SavedVariable], graph: Any) -> Tuple[List[_Placed], Tuple[ModelObject, ...]]:
    """As the object graph tells. What it does not explain is named by its key."""
    found = spots(graph)
    told = explained(graph, found)
    order = {node: place for place, node in enumerate(depth_first(found))}
    known = sorted(
        (each for each in variables if each.key in told),
        key=lambda each: (found[told[each.key].node].is_state, order[told[each.key].node], each.key),
    )
    rest = [each for each in variables if each.key not in told]
    owners, number = _owners(found, order, [told[each.key].node for each in known])
    names = [told[each.key].full_name or each.key for each in known]
    owners, renamed = named_by_variables(owners, names)
    placed = []
    for each in known:
        node = told[each.key].node
        spot, holder = found[node], holder_of(found, node)
        path = renamed_path(spot.path, renamed)
        suffix = each.key.rpartition("/.ATTRIBUTES/")[2]
        if suffix not in ("", "VARIABLE_VALUE"):  # a table or an iterator has several values, each with a name
            path = f"{path}.{suffix}" if path else suffix
        at = 0 if spot.is_state or holder is None else number.get(holder, 0)
        keeper = kept_by(found, node)
        placed.append(_Placed(each, path, told[each.key].full_name, at, spot.is_state, keeper, in_tree=True))
    placed += [_Placed(each, each.key.replace(_VALUE, ""), "", 0, True) for each in rest]
    return placed, owners


def _owners(
    found: Mapping[int, Spot], order: Mapping[int, int], nodes: Sequence[int]
) -> Tuple[Tuple[ModelObject, ...], Dict[int, int]]:
    """The objects that have variables of the model, the saved one first, and the number of each by its node."""
    own: Dict[int, List[int]] = {0: []}
    around: Dict[int, int] = {0: -1}
    held = 0
    for variable, node in enumerate(nodes):
        if found[node].is_state:
            continue
        inner = holder_of(found, node)
        own[0].append(variable)
        while inner is not None and held < _MOST_HELD:
            held += 1
            own.setdefault(inner, []).append(variable)
            outer = holder_of(found, inner)
            around[inner] = outer if outer is not None else 0
            inner = outer
    number = {node: index for index, node in enumerate(sorted(own, key=lambda node: order[node]))}
    owners = tuple(
        ModelObject(found[node].path, number.get(around[node], -1), "layer", variables=frozenset(own[node]))
        for node in number
    )
    return owners, number


def _groups(placed: Sequence[_Placed], owners: Sequence[ModelObject]) -> Tuple[Tuple[Group, ...], Dict[int, int]]:
    """A group for each object but the saved one itself, and the number of each by its object's."""
    siblings: Dict[int, List[int]] = {}
    for index, owner in enumerate(owners[1:], 1):
        siblings.setdefault(owner.parent, []).append(index)
    names: Dict[int, str] = {}
    for own in siblings.values():
        wanted = tuple((owners[index].name or owners[index].path.rpartition(".")[2]) for index in own)
        names.update(zip(own, unique_names(wanted)))
    groups: List[Group] = []
    number: Dict[int, int] = {}
    for index, owner in enumerate(owners[1:], 1):
        parent = number.get(owner.parent, -1)
        path = f"{groups[parent].path}/{names[index]}" if parent >= 0 else names[index]
        number[index] = len(groups)
        ids = tuple(sorted(owner.variables))
        elements = sum(_elements(placed[variable].saved) for variable in ids)
        groups.append(
            Group(
                path, parent, "layer", names[index], object_path=owner.path, layer_source="inferred", variables=ids,
                parameters=elements,
            )
        )  # fmt: skip
    return tuple(groups), number


def _with_keepers(placed: Sequence[_Placed], groups: Tuple[Group, ...]) -> Tuple[Tuple[Group, ...], Dict[str, int]]:
    """The groups, and one more for each optimizer or metric that keeps something; the number of each of these by its name."""
    names = tuple(dict.fromkeys(each.kept_by for each in placed if each.kept_by))
    own = tuple(group.name for group in groups if group.parent < 0)
    unique = unique_names((*own, *names))[len(own) :]
    scopes = [Group(name, -1, "scope", name) for name in unique]
    return (*groups, *scopes), {name: len(groups) + at for at, name in enumerate(names)}


def _elements(saved: SavedVariable) -> int:
    return 0 if saved.shape is None else product([dim or 0 for dim in saved.shape])
