"""What a shape rule may ask about the op it is for."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, List, Optional, Tuple

from ..graph.types import Shape

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
        """An attribute as the graph has it (an AttrValue, a plain value); ``None`` where it is not there."""

    @abstractmethod
    def attr_shape(self, name: str) -> Shape:
        """A shape attribute."""

    @abstractmethod
    def tensor_shape(self, name: str) -> Shape:
        """The shape of a constant that is an attribute."""

    @abstractmethod
    def flag(self, name: str) -> bool:
        """A boolean attribute, false where it is not there."""

    @abstractmethod
    def number(self, name: str, default: int = 0) -> int:
        """An integer attribute."""

    @abstractmethod
    def text(self, name: str, default: str) -> str:
        """A text attribute."""

    @abstractmethod
    def numbers(self, name: str) -> List[int]:
        """A list of integers."""
