"""The attributes of one op as rules ask for them, however the graph keeps them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Dict, List, Mapping

from ..graph.types import Shape
from .budget import MOST_ELEMENTS, Unknown, shape_within
from .value import Value, count


class Attributes(ABC):
    """What a rule may ask of attributes; one that is not there has the default, one of another kind may raise anything."""

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

    @abstractmethod
    def attr_shape(self, name: str) -> Shape:
        """A shape."""

    @abstractmethod
    def tensor_shape(self, name: str) -> Shape:
        """The shape of a constant."""

    @abstractmethod
    def tensor_value(self, name: str) -> Value:
        """The value of a constant, where it is a small one."""


class PlainAttributes(Attributes):
    """Attributes as `NodeTable.attrs` decodes them, constants summarised."""

    def __init__(self, attrs: Mapping[str, Any]) -> None:
        self._attrs = attrs

    def flag(self, name: str) -> bool:
        return bool(self._attrs.get(name))

    def number(self, name: str, default: int = 0) -> int:
        value = self._attrs.get(name)
        return default if value is None else int(value)

    def text(self, name: str, default: str) -> str:
        return str(self._attrs.get(name) or default)

    def numbers(self, name: str) -> List[int]:
        return list(self._attrs.get(name) or ())[:MOST_ELEMENTS]

    def attr_shape(self, name: str) -> Shape:
        return shape_within(self._attrs.get(name))

    def tensor_shape(self, name: str) -> Shape:
        return shape_within(self._tensor(name).get("shape"))

    def tensor_value(self, name: str) -> Value:
        """A summary has the first values: all of a small constant, or the one that all elements have."""
        values, size = tuple(self._tensor(name).get("values", ())), count(self.tensor_shape(name))
        if not size:
            return ()
        if len(values) not in {1, size}:
            raise Unknown
        return values * (size // len(values))

    def _tensor(self, name: str) -> Dict[str, Any]:
        return self._attrs.get(name) or {}
