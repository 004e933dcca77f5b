"""What a shape rule may ask about the op it is for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, List, Optional, Tuple

from ..graph.types import Shape
from ..shapes.budget import MOST_ELEMENTS
from .outputs import shape_of

Dim = Optional[int]
Value = Optional[Tuple[Dim, ...]]
"""What is known of a small integer tensor: its elements, unknown ones ``None``."""


class Context(ABC):
    """What a rule may ask about the op it is for; inputs are counted from 0, control inputs left out."""

    @property
    @abstractmethod
    def count(self) -> int:
        """How many data inputs it has."""

    @property
    @abstractmethod
    def outputs(self) -> int:
        """How many outputs it has."""

    @abstractmethod
    def shape(self, index: int) -> Shape:
        """The shape of an input."""

    @abstractmethod
    def value(self, index: int) -> Value:
        """The elements of an input, where they are known."""

    @abstractmethod
    def attr(self, name: str) -> Any:
        """An attribute's AttrValue; ``None`` where it is not there."""

    def attr_shape(self, name: str) -> Shape:
        """A shape attribute."""
        value = self.attr(name)
        return shape_of(value.shape) if value is not None and value.HasField("shape") else None

    def tensor_shape(self, name: str) -> Shape:
        """The shape of a constant that is an attribute."""
        value = self.attr(name)
        return shape_of(value.tensor.tensor_shape) if value is not None and value.HasField("tensor") else None

    def flag(self, name: str) -> bool:
        """A boolean attribute, false where it is not there."""
        value = self.attr(name)
        return bool(value.b) if value is not None else False

    def number(self, name: str, default: int = 0) -> int:
        """An integer attribute."""
        value = self.attr(name)
        return int(value.i) if value is not None else default

    def text(self, name: str, default: str) -> str:
        """A text attribute."""
        value = self.attr(name)
        return value.s.decode("utf-8", "replace") if value is not None and value.s else default

    def numbers(self, name: str) -> List[int]:
        """A list of integers."""
        value = self.attr(name)
        return list(value.list.i[:MOST_ELEMENTS]) if value is not None else []
