"""Which of a graph's variables are the model's parameters, and which are state that a program keeps beside them.

A training step also has variables of its optimizer (moments, step counter, learning rate), of metrics and of random
generators. Keras' `count_params` leaves them out, and so does opscope.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, NamedTuple, Optional, Set, Tuple

from .types import CONTROL
from .vocabulary import phases

if TYPE_CHECKING:
    from .graph import Content
    from .types import Variable


ADDS = ("AssignAdd", "AssignSub", "Apply", "ResourceApply", "ResourceSparseApply", "SparseApply")
"""How the names of ops begin that change a variable by an amount. What sets it anew may be its initializer."""
FLOATS = ("float", "bfloat", "half", "complex")
"""How the names of dtypes begin that can be trained."""


class Told(NamedTuple):
    """The variables of a graph, told apart; each is in one of the three."""

    parameters: "Tuple[Variable, ...]"
    """Those of the model: what is trained, and all else that its layers own, such as a batch norm's moving averages."""
    optimizer: "Tuple[Variable, ...]"
    """Those that nothing but the optimizer owns and its ops use."""
    other: "Tuple[Variable, ...]"
    """The rest: of metrics, random generators, counters."""


def told_apart(content: "Content") -> Told:
    """The variables by whose they are, in the order of the graph."""
    groups = content.groups
    calls = [group for group in groups if group.is_call]
    keras = {number for group in calls if group.kind != "module" for number in group.variables}
    modules = {number for group in calls for number in group.variables} - keras
    trained = {variable.id for variable in content.variables if variable.trainable}
    # A module may own its optimizer: a `tf.Module` with a training step does, and then lists its variables as well.
    unsure = {variable.id for variable in content.variables} - trained - keras
    used = _used_by_optimizer(content) if unsure else set()
    parameters = trained | keras | (modules - used) or _only_read(content) - used
    return Told(
        tuple(variable for variable in content.variables if variable.id in parameters),
        tuple(variable for variable in content.variables if variable.id in used - parameters),
        tuple(variable for variable in content.variables if variable.id not in used | parameters),
    )


def _only_read(content: "Content") -> "Set[int]":
    """The variables of floating numbers that no op of the graph changes.

    Where none is said to be trained and no layer owns any, as in a frozen module of TensorFlow 1, these are the model's weights. What is
    changed is state: a counter, a metric. An op called ``.../Assign`` is TensorFlow 1's way to initialise or restore a variable.
    """
    table, handles = content.table, content.handles
    changed: Set[int] = set()
    for row, op in enumerate(table.ops):
        is_change = op.startswith(ADDS) or (op.startswith("Assign") and table.names[row].rpartition("/")[2] != "Assign")
        if is_change:
            changed.update(
                handles[edge.node] for edge in table.inputs(row)[:1] if edge.node in handles and edge.output != CONTROL
            )
    return {variable.id for variable in content.variables if variable.dtype.startswith(FLOATS)} - changed


def elements_of(variables: "Iterable[Variable]") -> int:
    """The number of elements of them all; those of unknown size are in no sum."""
    return sum(variable.size or 0 for variable in variables)


def whole_size(variables: "Iterable[Variable]") -> Optional[int]:
    """The number of elements of them all; ``None`` where the size of one of them is unknown."""
    sizes = [variable.size for variable in variables]
    return sum(size or 0 for size in sizes) if None not in sizes else None


def _used_by_optimizer(content: "Content") -> Set[int]:
    """The variables whose handles ops of an optimizer phase take."""
    phase = phases(content.groups)
    if "optimizer" not in phase:
        return set()
    rows = [row for row, group in enumerate(content.node_group) if group >= 0 and phase[group] == "optimizer"]
    return {
        content.handles[edge.node] for row in rows for edge in content.table.inputs(row) if edge.node in content.handles
    }
