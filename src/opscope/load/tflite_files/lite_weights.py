"""Which constants are parameters, and the variables of a model.

A TensorFlow Lite file does not say what was a variable before it was converted. A parameter here is an element of a constant of numbers
with a fraction, or quantised, that has a dimension: weights, biases, tables. Sizes, axes and indices are whole numbers that are not
quantised, the constants of formulas (an epsilon, a factor) have no dimension, and what a loop begins with, or what is chosen or filled in, is
no operand of a layer. What training may change the file does not say either:
as in a GraphDef, what may be weights counts as trainable, which tells it from what is kept from one run to the next.
"""

from __future__ import annotations

from typing import Dict, FrozenSet, Hashable, List, Optional, Tuple

from ...graph.model_variables import FLOATS
from ...graph.types import Shape, Variable
from ...graph.vocabulary import LITE_RUNNERS
from .lite_model import LiteModel, LiteOperator, LiteSubgraph, LiteTensor
from .tensor_names import labels, without_output


class Weights:
    """The variables that were met so far."""

    def __init__(self, model: LiteModel) -> None:
        self._ids: Dict[Hashable, int] = {}
        self._found: List[Variable] = []
        self._places = {id(subgraph): _places(subgraph) for subgraph in model.subgraphs}
        self._labels = {id(subgraph): labels(subgraph) for subgraph in model.subgraphs}
        self._operands = {id(subgraph): _operands(subgraph) for subgraph in model.subgraphs}
        self._held = _held(model)

    @property
    def variables(self) -> Tuple[Variable, ...]:
        """All of them, in the order in which they were met."""
        return tuple(self._found)

    def label(self, subgraph: LiteSubgraph, number: int) -> str:
        """The name of a tensor."""
        return self._labels[id(subgraph)][number]

    def constant(self, subgraph: LiteSubgraph, number: int) -> Optional[int]:
        """The variable for a constant; ``None`` if it is no parameter. Subgraphs that share a constant share the variable."""
        tensor = subgraph.tensors[number]
        is_number = tensor.dtype.startswith(FLOATS) or tensor.quantization is not None
        if not is_number or not tensor.shape or number not in self._operands[id(subgraph)]:
            return None
        # Equal constants of one subgraph may be stored once; they are still as many parameters.
        key = ("constant", tensor.buffer, self._places[id(subgraph)][number])
        return self._id(key, self.label(subgraph, number), tensor.dtype, tensor.shape, is_weight=True)

    def kept(self, subgraph: LiteSubgraph, number: int) -> int:
        """The variable for a tensor that is kept from one run to the next."""
        tensor = subgraph.tensors[number]
        return self._id(("kept", id(subgraph), number), tensor.name, tensor.dtype, tensor.shape)

    def resource(self, operator: LiteOperator) -> int:
        """The variable whose handle an operator gives."""
        name = _resource_name(operator)
        dtype, shape = self._held.get(name, ("unknown", None))
        return self._id(("resource", name), name[1] or name[0], dtype, shape)

    def _id(self, key: Hashable, name: str, dtype: str, shape: Shape, *, is_weight: bool = False) -> int:
        if key not in self._ids:
            self._ids[key] = len(self._found)
            self._found.append(Variable(len(self._found), without_output(name), dtype, shape, trainable=is_weight))
        return self._ids[key]


_NO_LAYERS = LITE_RUNNERS | frozenset(
    """ASSIGN_VARIABLE PADV2 SELECT SELECT_V2 FILL MAXIMUM MINIMUM EQUAL NOT_EQUAL LESS LESS_EQUAL GREATER GREATER_EQUAL CONCATENATION PACK
    ONE_HOT SPARSE_TO_DENSE SCATTER_ND DYNAMIC_UPDATE_SLICE HASHTABLE_FIND HASHTABLE_IMPORT""".split()
)
"""Operators that no weights go into: what they take begins a loop or fills a place."""


def _operands(subgraph: LiteSubgraph) -> FrozenSet[int]:
    """The tensors that some operator takes as weights are taken."""
    return frozenset(
        number for operator in subgraph.operators if operator.op not in _NO_LAYERS for number in operator.inputs
    )


def _places(subgraph: LiteSubgraph) -> List[int]:
    """For each tensor how many before it have the same buffer."""
    counts: Dict[int, int] = {}
    found = []
    for tensor in subgraph.tensors:
        found.append(counts.get(tensor.buffer, 0))
        counts[tensor.buffer] = found[-1] + 1
    return found


def _resource_name(operator: LiteOperator) -> Tuple[str, str]:
    values = operator.options.values
    return str(values.get("container", "")), str(values.get("shared_name", ""))


def _held(model: LiteModel) -> Dict[Tuple[str, str], Tuple[str, Shape]]:
    """Name of a variable -> dtype and shape of the tensors that are read from it or assigned to it."""
    found: Dict[Tuple[str, str], Tuple[str, Shape]] = {}
    for subgraph in model.subgraphs:
        names: Dict[int, Tuple[str, str]] = {}
        for operator in subgraph.operators:
            if operator.op == "VAR_HANDLE" and operator.outputs:
                names[operator.outputs[0]] = _resource_name(operator)
            handle = names.get(operator.inputs[0]) if operator.inputs else None
            values = {"READ_VARIABLE": operator.outputs[:1], "ASSIGN_VARIABLE": operator.inputs[1:2]}.get(
                operator.op, ()
            )
            for number in values if handle is not None else ():
                tensor: Optional[LiteTensor] = subgraph.tensors[number] if 0 <= number < len(subgraph.tensors) else None
                if tensor is not None and handle is not None:
                    found.setdefault(handle, (tensor.dtype, tensor.shape))
    return found
