"""The interface between rules and graphs: what a rule may ask about its op, and what a graph must be able to answer.

A rule gets an `InferenceContext`, which answers from an `InferenceSource` (shapes, attributes) and from a `KnownValues`
(values).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import List, Optional, Protocol, Sequence, Tuple

from ..graph.types import Shape
from .attributes import Attributes
from .value import Value, single

Dim = Optional[int]
At = Tuple[int, int]
"""A tensor: the row of the op that makes it, and which of its outputs it is."""


class InferenceSource(ABC):
    """A graph as rules see it: `TableSource` is an expanded graph, `load.body_source.BodySource` a body in a file."""

    @property
    @abstractmethod
    def ops(self) -> Sequence[str]:
        """The type of each op."""

    @abstractmethod
    def width(self, row: int) -> int:
        """How many inputs an op has, control inputs included. Unlike ``len(inputs(row))`` it costs nothing."""

    @abstractmethod
    def inputs(self, row: int) -> List[At]:
        """The data inputs of an op."""

    @abstractmethod
    def outputs(self, row: int) -> int:
        """How many outputs an op has."""

    @abstractmethod
    def shape(self, row: int, output: int) -> Shape:
        """The shape of a tensor as far as it is known by now, inferred dimensions included."""

    @abstractmethod
    def own(self, row: int, output: int) -> Shape:
        """The shape that the graph itself gives for a tensor, before any inference."""

    @abstractmethod
    def dtype(self, row: int, output: int) -> str:
        """The dtype of a tensor; the text ``unknown`` when it is not known."""

    @abstractmethod
    def attributes(self, row: int) -> Attributes:
        """The attributes of an op."""

    @abstractmethod
    def item_shape(self, row: int) -> Shape:
        """The shape of an item of the tensor list that is the op's first input."""

    @abstractmethod
    def list_length(self, row: int) -> Optional[At]:
        """The tensor that holds the length of the list on the first input, as `TensorListReserve` was given it."""


class KnownValues(Protocol):
    """Gives the values of small tensors; `values.Values` is one."""

    def of(self, row: int, output: int) -> Value:
        """The value of a tensor, as far as it is known."""


class InferenceContext:
    """What a rule may ask about the op at `row`. Its data inputs are numbered from 0; control inputs do not count.

    A negative index counts from the last input, as in a list. Asking for an input that the op lacks gives ``None``.
    """

    __slots__ = ("_attributes", "_source", "_values", "inputs", "looked", "output", "row")

    def __init__(
        self, source: InferenceSource, values: KnownValues, row: int, inputs: List[At], output: int = 0
    ) -> None:
        self._source = source
        self._values = values
        self._attributes: Optional[Attributes] = None
        self.row = row
        self.inputs = inputs
        self.output = output
        """The output whose value is wanted. Shape rules ignore it: they tell of all outputs at once."""
        self.looked = False
        """Whether the rule has asked for a value, or for what a tensor list holds. If not, its answer also holds for equal ops
        with inputs of equal shapes."""

    @property
    def count(self) -> int:
        """How many data inputs the op has."""
        return len(self.inputs)

    @property
    def outputs(self) -> int:
        """How many outputs the op has."""
        return self._source.outputs(self.row)

    @property
    def attributes(self) -> Attributes:
        """The op's attributes, decoded at the first use."""
        if self._attributes is None:  # most rules ask for none, and decoding takes time
            self._attributes = self._source.attributes(self.row)
        return self._attributes

    def shape(self, index: int) -> Shape:
        """The shape of an input."""
        inputs = self.inputs
        return self._source.shape(*inputs[index]) if -len(inputs) <= index < len(inputs) else None

    def value(self, index: int) -> Value:
        """The value of an input, as far as it is known."""
        self.looked = True
        inputs = self.inputs
        return self._values.of(*inputs[index]) if -len(inputs) <= index < len(inputs) else None

    def own(self, index: int) -> Shape:
        """The shape that the graph itself gives for an output."""
        return self._source.own(self.row, index)

    def dtype(self) -> str:
        """The dtype of the output whose value is wanted."""
        return self._source.dtype(self.row, self.output)

    def dtype_in(self, index: int) -> str:
        """The dtype of an input."""
        return self._source.dtype(*self.inputs[index])

    def item_shape(self) -> Shape:
        """The shape of an item of the tensor list that is the first input."""
        self.looked = True
        return self._source.item_shape(self.row)

    def list_length(self) -> Dim:
        """The length of the tensor list that is the first input."""
        self.looked = True
        length = self._source.list_length(self.row)
        return None if length is None else single(self._values.of(*length))

    def flag(self, name: str) -> bool:
        """A boolean attribute; false when it is missing."""
        return self.attributes.flag(name)

    def number(self, name: str, default: int = 0) -> int:
        """An integer attribute."""
        return self.attributes.number(name, default)

    def text(self, name: str, default: str) -> str:
        """A text attribute."""
        return self.attributes.text(name, default)

    def numbers(self, name: str) -> List[int]:
        """An attribute that is a list of integers."""
        return self.attributes.numbers(name)

    def attr_shape(self, name: str) -> Shape:
        """A shape attribute."""
        return self.attributes.attr_shape(name)

    def tensor_shape(self, name: str) -> Shape:
        """The shape of a tensor that is an attribute."""
        return self.attributes.tensor_shape(name)

    def tensor_value(self, name: str) -> Value:
        """The value of a small tensor that is an attribute."""
        return self.attributes.tensor_value(name)
