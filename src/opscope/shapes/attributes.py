"""The attributes of one op, as shape and value rules ask for them.

Attributes are kept in two ways, so there are two kinds of `Attributes`: `PlainAttributes` here reads those that
`NodeTable.attrs` has decoded, `load.body_source.NodeAttributes` reads the NodeDefs of a file.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any, Dict, List, Mapping

from ..graph.types import Shape
from .budget import MOST_ELEMENTS, Unknown, shape_within
from .value import Value, count


class Attributes(ABC):
    """What a rule may ask about the attributes of an op.

    A missing attribute gives a default. One of the wrong kind, such as text where a number is asked for, may raise any
    of `budget.FAILURES`.
    """

    def plain(self) -> Mapping[str, Any]:
        """All of them as plain values, for rules of layers, which have settings in settings; empty if they are a NodeDef's."""
        return {}

    @abstractmethod
    def flag(self, name: str) -> bool:
        """A boolean; false when it is missing."""

    @abstractmethod
    def number(self, name: str, default: int = 0) -> int:
        """An integer."""

    @abstractmethod
    def text(self, name: str, default: str) -> str:
        """A text."""

    @abstractmethod
    def numbers(self, name: str) -> List[int]:
        """A list of integers, cut after `MOST_ELEMENTS`; empty when it is missing."""

    @abstractmethod
    def texts(self, name: str) -> List[str]:
        """A list of texts, cut after `MOST_ELEMENTS`; empty when it is missing."""

    @abstractmethod
    def attr_shape(self, name: str) -> Shape:
        """A shape; ``None`` when it is missing."""

    @abstractmethod
    def tensor_shape(self, name: str) -> Shape:
        """The shape of a tensor that is an attribute, such as the ``value`` of a Const."""

    @abstractmethod
    def tensor_value(self, name: str) -> Value:
        """The elements of a tensor that is an attribute; `Unknown` when it has more than `MOST_ELEMENTS`."""


class PlainAttributes(Attributes):
    """Attributes as `NodeTable.attrs` decodes them.

    A constant is a summary there: dtype, shape and its first values.
    """

    def __init__(self, attrs: Mapping[str, Any]) -> None:
        self._attrs = attrs

    def plain(self) -> Mapping[str, Any]:
        return self._attrs

    def flag(self, name: str) -> bool:
        return bool(self._attrs.get(name))

    def number(self, name: str, default: int = 0) -> int:
        value = self._attrs.get(name)
        return default if value is None else int(value)

    def text(self, name: str, default: str) -> str:
        return str(self._attrs.get(name) or default)

    def numbers(self, name: str) -> List[int]:
        return list(self._attrs.get(name) or ())[:MOST_ELEMENTS]

    def texts(self, name: str) -> List[str]:
        return [str(text) for text in self._attrs.get(name) or ()][:MOST_ELEMENTS]

    def attr_shape(self, name: str) -> Shape:
        return shape_within(self._attrs.get(name))

    def tensor_shape(self, name: str) -> Shape:
        return shape_within(self._tensor(name).get("shape"))

    def tensor_value(self, name: str) -> Value:
        tensor, size = self._tensor(name), count(self.tensor_shape(name))
        values = tuple(tensor.get("values", ()))
        if not size:
            return ()
        if "min" in tensor and tensor["min"] == tensor.get("max"):
            values = values[:1]  # all are equal, also those that the summary has left out
        # A single value stands for all elements: a TensorProto may store equal ones so. Otherwise a summary that has
        # fewer values than elements has left out the later ones.
        if len(values) not in {1, size}:
            raise Unknown
        return values * (size // len(values))

    def _tensor(self, name: str) -> Dict[str, Any]:
        return self._attrs.get(name) or {}
