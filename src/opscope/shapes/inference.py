"""What a rule may ask about the op it is for, and what a graph must tell for that."""

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
    """A graph, as far as rules see it."""

    @property
    @abstractmethod
    def ops(self) -> Sequence[str]:
        """The op types."""

    @abstractmethod
    def width(self, row: int) -> int:
        """How many inputs an op has, control inputs included."""

    @abstractmethod
    def inputs(self, row: int) -> List[At]:
        """The data inputs of an op."""

    @abstractmethod
    def outputs(self, row: int) -> int:
        """How many outputs an op has."""

    @abstractmethod
    def shape(self, row: int, output: int) -> Shape:
        """What is known of a tensor's shape by now."""

    @abstractmethod
    def own(self, row: int, output: int) -> Shape:
        """The shape that the graph itself has for a tensor."""

    @abstractmethod
    def dtype(self, row: int, output: int) -> str:
        """The dtype of a tensor, ``unknown`` where it is not known."""

    @abstractmethod
    def attributes(self, row: int) -> Attributes:
        """The attributes of an op."""

    @abstractmethod
    def item(self, row: int) -> Shape:
        """The shape of what the list on the first input holds."""

    @abstractmethod
    def length(self, row: int) -> Optional[At]:
        """The tensor that says how many items the list on the first input was made for."""


class KnownValues(Protocol):
    """Where a rule asks for values."""

    def of(self, row: int, output: int) -> Value:
        """What is known of the value of a tensor."""


class InferenceContext:
    """What a rule may ask about the op at `row`; inputs are counted from 0, control inputs left out."""

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
        """The output whose value is asked for."""
        self.looked = False
        """Whether a rule has looked at a value."""

    @property
    def count(self) -> int:
        """How many data inputs it has."""
        return len(self.inputs)

    @property
    def outputs(self) -> int:
        """How many outputs it has."""
        return self._source.outputs(self.row)

    @property
    def attributes(self) -> Attributes:
        """Its attributes, decoded when they are asked for."""
        if self._attributes is None:
            self._attributes = self._source.attributes(self.row)
        return self._attributes

    def shape(self, index: int) -> Shape:
        """The shape of an input."""
        inputs = self.inputs
        return self._source.shape(*inputs[index]) if -len(inputs) <= index < len(inputs) else None

    def value(self, index: int) -> Value:
        """The elements of an input, as far as they are known."""
        self.looked = True
        inputs = self.inputs
        return self._values.of(*inputs[index]) if -len(inputs) <= index < len(inputs) else None

    def own(self, index: int) -> Shape:
        """The shape that the graph itself has for an output."""
        return self._source.own(self.row, index)

    def dtype(self) -> str:
        """The dtype of the output whose value is asked for."""
        return self._source.dtype(self.row, self.output)

    def item(self) -> Shape:
        """The shape of what the list on the first input holds."""
        return self._source.item(self.row)

    def items(self) -> Dim:
        """How many items the list on the first input was made for."""
        length = self._source.length(self.row)
        return None if length is None else single(self._values.of(*length))

    def flag(self, name: str) -> bool:
        """A boolean attribute, false where it is not there."""
        return self.attributes.flag(name)

    def number(self, name: str, default: int = 0) -> int:
        """An integer attribute."""
        return self.attributes.number(name, default)

    def text(self, name: str, default: str) -> str:
        """A text attribute."""
        return self.attributes.text(name, default)

    def numbers(self, name: str) -> List[int]:
        """A list of integers."""
        return self.attributes.numbers(name)

    def attr_shape(self, name: str) -> Shape:
        """A shape attribute."""
        return self.attributes.attr_shape(name)

    def tensor_shape(self, name: str) -> Shape:
        """The shape of a constant that is an attribute."""
        return self.attributes.tensor_shape(name)

    def tensor_value(self, name: str) -> Value:
        """The value of a small constant that is an attribute."""
        return self.attributes.tensor_value(name)
