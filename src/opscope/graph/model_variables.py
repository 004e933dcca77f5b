"""Tells the model's own variables from those of the optimizer, of metrics and of random generators.

A training step has all of these. Only the model's own variables are parameters: Keras' `count_params` leaves out the
others (moments, step counter, learning rate, ...), and so does opscope.
"""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Iterable, NamedTuple, Optional, Set, Tuple

from .types import CONTROL
from .vocabulary import VARIABLES, phases

if TYPE_CHECKING:
    from .content import Content
    from .table import NodeTable
    from .types import Variable


ADDS = ("AssignAdd", "AssignSub", "Apply", "ResourceApply", "ResourceSparseApply", "SparseApply")
"""How the names of ops begin that change a variable by an amount. What sets it anew may be its initializer."""
FLOATS = ("float", "bfloat", "half", "complex")
"""How the names of dtypes begin that can be trained."""


class Told(NamedTuple):
    """The variables of a graph in three parts; each variable is in exactly one."""

    parameters: "Tuple[Variable, ...]"
    """The model's: what is trained, and what else its layers own, such as the moving averages of a batch norm."""
    optimizer: "Tuple[Variable, ...]"
    """What ops of the optimizer use and is not a parameter."""
    other: "Tuple[Variable, ...]"
    """The rest: variables of metrics, random generators, counters."""


def told_apart(content: "Content") -> Told:
    """The variables of a graph by owner, in the order of the graph."""
    groups = content.groups
    calls = [group for group in groups if group.is_call]
    # Owned by Keras models and layers, and owned only by other modules.
    keras = {number for group in calls if group.kind != "module" for number in group.variables}
    modules = {number for group in calls for number in group.variables} - keras
    trained = {variable.id for variable in content.variables if variable.trainable}
    # That a Keras model or layer owns a variable settles it. A `tf.Module` does not: if its training step is a method,
    # the module usually owns the optimizer too, and lists the optimizer's variables among its own. So a variable that
    # only modules own and that is not trainable counts as a parameter unless the optimizer's ops use it.
    unsure = {variable.id for variable in content.variables} - trained - keras
    used = _used_by_optimizer(content) if unsure else set()
    parameters = trained | keras | (modules - used) or _only_read(content) - used
    optimizer = used - parameters
    told = optimizer | parameters
    return Told(
        tuple(variable for variable in content.variables if variable.id in parameters),
        tuple(variable for variable in content.variables if variable.id in optimizer),
        tuple(variable for variable in content.variables if variable.id not in told),
    )


def _only_read(content: "Content") -> "Set[int]":
    """The variables of floating numbers that no op of the graph changes.

    Where none is said to be trained and no layer owns any, as in a frozen module of TensorFlow 1, these are the model's weights. What is
    changed is state: a counter, a metric. An op called ``.../Assign`` is TensorFlow 1's way to initialise or restore a variable.
    """
    table, handles = content.table, content.handles
    changed: Set[int] = set()
    kinds = set(table.ops)  # a large graph has few op types: most rows are passed over by a look into a set
    adding = {op for op in kinds if op.startswith(ADDS)}
    assigning = {op for op in kinds if op.startswith("Assign")} - adding
    for row, op in compress(enumerate(table.ops), map((adding | assigning).__contains__, table.ops)):
        if op in adding or table.names[row].rpartition("/")[2] != "Assign":
            changed.update(
                handles[edge.node] for edge in table.inputs(row)[:1] if edge.node in handles and edge.output != CONTROL
            )
    return {variable.id for variable in content.variables if variable.dtype.startswith(FLOATS)} - changed


def only_variables(table: "NodeTable") -> bool:
    """Whether a graph is variables and nothing else, as of a checkpoint or a file of weights: no op uses them."""
    return len(table) > 0 and not len(table.edge_node) and all(op in VARIABLES for op in table.ops)


def elements_of(variables: "Iterable[Variable]") -> int:
    """The number of elements of all variables together; a variable of unknown size counts as 0."""
    return sum(variable.size or 0 for variable in variables)


def whole_size(variables: "Iterable[Variable]") -> Optional[int]:
    """The number of elements of all variables together; ``None`` if the size of any of them is unknown."""
    sizes = [variable.size for variable in variables]
    return sum(size or 0 for size in sizes) if None not in sizes else None


def _used_by_optimizer(content: "Content") -> Set[int]:
    """The variables whose handle is an input of an op in the optimizer phase."""
    phase = phases(content.groups)
    if "optimizer" not in phase:
        return set()
    table, handles = content.table, content.handles
    updates = [
        *(each == "optimizer" for each in phase),
        False,
    ]  # the last entry is that of the loose ops, whose group is -1
    # Few edges are of handles, so most are passed over without a step in Python.
    edges = compress(zip(table.edge_node, table.edge_users()), map(handles.__contains__, table.edge_node))
    return {handles[handle] for handle, user in edges if updates[content.node_group[user]]}
