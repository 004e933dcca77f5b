"""Parameters: the elements of a model's variables, each variable counted once however many layers share it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Iterable, Tuple

from ..graph.graph import Graph
from ..graph.types import Variable


@dataclass(frozen=True)
class Parameters:
    """Numbers of elements; variables of unknown shape are in `unknown` and in no sum."""

    total: int
    trainable: int
    by_layer: Dict[str, Tuple[int, int]]
    """Path of each layer's first call -> all and trainable elements of the variables it uses, those of layers inside it
    included; a variable that two layers share is in both, and once in the totals."""
    unknown: Tuple[str, ...] = ()

    @property
    def frozen(self) -> int:
        """Elements that training does not change."""
        return self.total - self.trainable


def _sizes(variables: Iterable[Variable]) -> Tuple[int, int]:
    total = trainable = 0
    for variable in variables:
        total += variable.size or 0
        trainable += (variable.size or 0) if variable.trainable else 0
    return total, trainable


def count_parameters(graph: Graph) -> Parameters:
    """The parameters of the whole graph and of each layer."""
    variables = {variable.id: variable for variable in graph.variables}
    layers = {
        group.path: _sizes(variables[key] for key in group.variables if key in variables)
        for group in graph.groups
        if group.is_call and group.variables and group.call in {None, 1}
    }
    total, trainable = _sizes(variables.values())
    unknown = tuple(variable.object_path for variable in variables.values() if variable.size is None)
    return Parameters(total, trainable, layers, unknown)
