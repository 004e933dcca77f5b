"""Makes the `Graph` of weights alone: a variable for each, in a group for each layer or part that holds it, and no edges."""

from __future__ import annotations

from typing import List

from ...errors import LoadError
from ...graph.facts import Facts
from ...graph.graph import Graph
from ...graph.groups import Group
from ...graph.types import TensorType
from ...graph.vocabulary import LATER_PHASES
from ...shapes.tensor import product
from ..variable_graph import VariableRow, graph_of_variables
from .h5_file import H5Group
from .h5_weights import by_layer_name, by_part
from .layer_weights import is_trained

_OTHERS = (*sorted(LATER_PHASES), "top_level_model_weights")
"""Parts of a file that are no layers: what an optimizer keeps is no parameter of the model."""


def weight_table_of(name: str, root: H5Group, facts: Facts) -> Graph:
    """The graph of the weights in a file. `LoadError` if there are none."""
    found = by_layer_name(root) or by_part(root)
    if not any(found.values()):
        raise LoadError("an HDF5 file without a Keras model and without weights; is it the right file?")
    rows: List[VariableRow] = []
    groups: List[Group] = []
    for holder, weights in found.items():
        own = tuple(range(len(rows), len(rows) + len(weights)))
        is_other = _is_other(holder)
        for weight in weights:
            kind = TensorType(weight.dtype, weight.shape)
            path = f"{holder}/{weight.name}" if holder else weight.name
            rows.append(
                VariableRow(path, kind, not is_other and is_trained(weight.name), -1 if is_other else len(groups))
            )
        if weights and not is_other:
            elements = sum(product(weight.shape) for weight in weights)
            groups.append(
                Group(holder, -1, "layer", holder, object_path=holder.replace("/", "."), variables=own, parameters=elements)
            )  # fmt: skip
    return graph_of_variables(name, rows, tuple(groups), facts)


def _is_other(holder: str) -> bool:
    return not holder or holder.startswith(_OTHERS)
