"""`Layer`, one call of a layer, module or model as scripts see it; and `Layers`, a sequence of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Optional, Tuple

from ...graph.content import content_of
from ...visible import one_line
from .listing import Listing

if TYPE_CHECKING:
    from ..groups import Group
    from ..types import Cost, Measured, Source, TensorType, Variable
    from .nesting import Nesting
    from .op_view import Ops


class Layer:
    """One call of a layer, module or model. For a layer that is called twice there are two, with the same variables."""

    __slots__ = ("_index", "_nesting")

    def __init__(self, nesting: Nesting, index: int) -> None:
        self._nesting = nesting
        self._index = index

    @property
    def _group(self) -> Group:
        return content_of(self._nesting.graph).groups[self._index]

    @property
    def path(self) -> str:
        """The names of the groups around it and its own, joined by ``/``. Unique: a second call ends in ``#2``."""
        return self._group.path

    @property
    def name(self) -> str:
        """The layer's name."""
        return self._group.name

    @property
    def class_name(self) -> Optional[str]:
        """The name of its class, such as ``Dense``; ``None`` if a file does not tell."""
        return self._group.cls

    @property
    def kind(self) -> str:
        """``layer``, ``module`` or ``model``."""
        return self._group.kind

    @property
    def call(self) -> Optional[int]:
        """Which call of the layer this is, counted from 1 over the whole graph."""
        return self._group.call

    @property
    def object_path(self) -> Optional[str]:
        """Where the layer is found from the traced or saved object on, such as ``encoder.blocks[2].dense``."""
        return self._group.object_path

    @property
    def layer_source(self) -> Optional[str]:
        """How it was found: ``recorded`` while tracing, ``inferred`` from its variables, or by a ``scope``'s name."""
        return self._group.layer_source

    @property
    def phase(self) -> Optional[str]:
        """The phase of a training step (``forward``, ``loss``, ``backward``, ``optimizer``, ``metrics``); ``None`` if in none."""
        return self._nesting.phase_around(self._index)

    @property
    def source(self) -> Optional[Source]:
        """The line of its class if the user wrote that, else the user's line that calls it; as text ``model.py:12``."""
        return self._group.source

    @property
    def parent(self) -> Optional["Layer"]:
        """The innermost layer call around it; ``None`` if there is none."""
        index = self._nesting.layer_around(self._group.parent)
        return Layer(self._nesting, index) if index >= 0 else None

    @property
    def layers(self) -> "Layers":
        """The layer calls directly inside it, also those in its loops, functions and name scopes."""
        return Layers(self._nesting, self._nesting.layers_in(self._index))

    @property
    def ops(self) -> Ops:
        """All ops inside it, also those of layers inside it."""
        from .op_view import Ops  # late: `op_view` imports this module, as an op knows its layer

        return Ops(self._nesting, self._nesting.ops_in(self._index))

    @property
    def variables(self) -> Tuple[Variable, ...]:
        """The variables of the layer, also those of layers inside it."""
        variables = self._nesting.graph.variables
        return tuple([variables[number] for number in self._group.variables])

    @property
    def parameters(self) -> Optional[int]:
        """How many elements its variables have: the same for each call. ``None`` if that is not known."""
        return self._group.parameters

    @property
    def outputs(self) -> Tuple[TensorType, ...]:
        """The dtype and shape of each tensor that it returns; empty if that is not known."""
        return self._group.outputs

    @property
    def cost(self) -> Optional[Cost]:
        """FLOPs, MACs and bytes of all its ops per step; ``None`` if nothing was estimated (`Graph.estimate`)."""
        return self._group.cost

    @property
    def measured(self) -> Optional[Measured]:
        """The sums over its ops per step, or what `Graph.overlay` was given; times in microseconds (``time_us``)."""
        return self._group.measured

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Layer):
            return NotImplemented
        return self._nesting.graph is other._nesting.graph and self._index == other._index

    def __hash__(self) -> int:
        return hash((id(self._nesting.graph), self._index))

    def __repr__(self) -> str:
        return one_line(f"<Layer {self.path!r}: {self.class_name or self.kind}>")


class Layers(Listing[Layer]):
    """A read-only sequence of layer calls. A call comes after the one that it lies in."""

    __slots__ = ()

    WORD: ClassVar[str] = "layer"
    HEADINGS: ClassVar[Tuple[str, ...]] = ("path", "class_name", "call", "parameters", "source")

    def _one(self, row: int) -> Layer:
        return Layer(self._nesting, row)
