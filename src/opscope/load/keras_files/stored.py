"""What a configuration says of a model: its layers, who calls them on what, and what goes in and comes out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping, NamedTuple, Optional, Tuple

from ...graph.types import TensorType


class TensorAt(NamedTuple):
    """A tensor as configurations name it: an output of one call of a layer, each counted from 0."""

    layer: str
    call: int
    output: int


@dataclass(frozen=True)
class StoredLayer:
    """One layer, or a model that is used as one."""

    name: str
    cls: str
    package: Optional[str]
    """The package of the class; ``None`` if the file does not tell and Keras has no layer of that name."""
    op: str
    """The type of the op that a call of it is: ``Keras>Conv2D``."""
    config: Mapping[str, Any]
    calls: Tuple[Tuple[TensorAt, ...], ...] = ()
    """For each call the tensors that it is given. An input layer has one call, on nothing."""
    model: Optional["StoredModel"] = None
    """The layers inside, if it is a model whose layers are stored."""


@dataclass(frozen=True)
class StoredModel:
    """A model whose layers and calls are stored: functional or Sequential."""

    name: str
    cls: str
    package: Optional[str]
    layers: Tuple[StoredLayer, ...]
    inputs: Tuple[TensorAt, ...]
    outputs: Tuple[TensorAt, ...]
    types: Mapping[TensorAt, TensorType] = field(default_factory=dict)
    """The types of tensors, as far as they are stored: Keras 3 does."""
