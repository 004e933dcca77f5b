"""Makes the `Graph` of weights alone: a variable for each, in a group for each layer or part that holds it, and no edges."""

from __future__ import annotations

from array import array
from typing import List, Mapping, Sequence, Set, Tuple

from ...errors import LoadError
from ...graph.content import Content
from ...graph.facts import Facts
from ...graph.graph import Graph
from ...graph.groups import Group
from ...graph.table import NodeTable
from ...graph.types import TensorType, Variable
from ...graph.vocabulary import LATER_PHASES
from ...version import __version__
from .h5_file import H5Group
from .h5_weights import by_layer_name, by_part
from .layer_weights import StoredWeight, is_trained

_VARIABLE = "VariableV2"
"""TensorFlow's op that is a variable and gives its value."""
_OTHERS = (*sorted(LATER_PHASES), "top_level_model_weights")
"""Parts of a file that are no layers: what an optimizer keeps is no parameter of the model."""


def weight_table_of(name: str, root: H5Group, facts: Facts) -> Graph:
    """The graph of the weights in a file. `LoadError` if there are none."""
    found = by_layer_name(root) or by_part(root)
    if not any(found.values()):
        raise LoadError("an HDF5 file without a Keras model and without weights; is it the right file?")
    rows = [(holder, weight) for holder, weights in found.items() for weight in weights]
    names = _names(rows)
    types = [TensorType(weight.dtype, weight.shape) for _, weight in rows]
    table = NodeTable(
        names, [_VARIABLE] * len(rows), array("q", bytes(8 * (len(rows) + 1))), array("i"), array("i"), [(kind,) for kind in types],
        [{"dtype": kind.dtype, "shape": list(kind.shape or ())} for kind in types], [""] * len(rows),
    )  # fmt: skip
    variables = tuple(
        Variable(row, names[row], types[row].dtype, types[row].shape, not _is_other(holder) and is_trained(weight.name))
        for row, (holder, weight) in enumerate(rows)
    )
    groups, home = _groups(found, variables)
    handles = {row: row for row in range(len(rows))}
    return Graph(name, Content(table, groups, home, variables, handles), producer={"opscope": __version__}, facts=facts)


def _is_other(holder: str) -> bool:
    return not holder or holder.startswith(_OTHERS)


def _names(rows: Sequence[Tuple[str, StoredWeight]]) -> List[str]:
    taken: Set[str] = set()
    names: List[str] = []
    for holder, weight in rows:
        first = name = f"{holder}/{weight.name}" if holder else weight.name
        count = 1
        while name in taken:
            count += 1
            name = f"{first}~{count}"
        taken.add(name)
        names.append(name)
    return names


def _groups(
    found: Mapping[str, Sequence[StoredWeight]], variables: Sequence[Variable]
) -> Tuple[Tuple[Group, ...], "array[int]"]:
    """A group for each layer that has weights; the group of each row."""
    groups: List[Group] = []
    home = array("i")
    for holder, weights in found.items():
        own = tuple(range(len(home), len(home) + len(weights)))
        if _is_other(holder) or not weights:
            home.extend([-1] * len(weights))
            continue
        home.extend([len(groups)] * len(weights))
        elements = sum(variables[number].size or 0 for number in own)
        groups.append(
            Group(holder, -1, "layer", holder, object_path=holder.replace("/", "."), variables=own, parameters=elements)
        )
    return tuple(groups), home
