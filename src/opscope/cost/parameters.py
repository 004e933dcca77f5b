"""Parameters: the elements of a model's variables, each variable counted once however many layers share it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, Iterable, Tuple

from ..graph.content import content_of
from ..graph.graph import Graph
from ..graph.model_variables import elements_of, told_apart
from ..graph.types import Variable


@dataclass(frozen=True)
class Parameters:
    """Numbers of elements. A variable of unknown size is in `unknown` and in no sum."""

    total: int
    """The model's parameters; Keras' `count_params` has the same figure."""
    trainable: int
    """Those that training changes."""
    by_layer: Dict[str, Tuple[int, int]]
    """Path of each layer's first call -> how many elements its variables have, and how many of these are trainable.

    The variables of layers inside it are included. One that two layers share is in both, and once in the totals.
    """
    state: int = 0
    """What is kept beside them from step to step, by an optimizer, metrics, random generators."""
    unknown: Tuple[str, ...] = ()
    """Where the variables of unknown size live in the user's objects."""

    @property
    def frozen(self) -> int:
        """Parameters that training does not change."""
        return self.total - self.trainable


def count_parameters(graph: Graph) -> Parameters:
    """The parameters of the whole graph and of each layer."""
    variables = {variable.id: variable for variable in graph.variables}
    layers: Dict[str, Tuple[int, int]] = {}
    for group in content_of(graph).groups:
        if group.is_call and group.variables and group.call in {None, 1}:
            own = [variables[key] for key in group.variables if key in variables]
            layers[group.path] = (elements_of(own), _trainable(own))
    told = told_apart(content_of(graph))
    unknown = tuple(variable.object_path for variable in graph.variables if variable.size is None)
    state = elements_of((*told.optimizer, *told.other))
    return Parameters(elements_of(told.parameters), _trainable(told.parameters), layers, state, unknown)


def _trainable(variables: Iterable[Variable]) -> int:
    return elements_of(variable for variable in variables if variable.trainable)
