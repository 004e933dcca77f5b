"""`Layer`: one call of a layer, module or model as scripts see it, and `Layers`, a sequence of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Optional, Tuple

from ...visible import one_line
from .listing import Listing

if TYPE_CHECKING:
    from ..groups import Group
    from ..types import Cost, Measured, Source, TensorType, Variable
    from .nesting import Nesting
    from .op_view import Ops


class Layer:
    """One call of a layer, module or model. A layer that is called twice is two of these, with the same object and variables."""

    __slots__ = ("_index", "_nesting")

    def __init__(self, nesting: Nesting, index: int) -> None:
        self._nesting = nesting
        self._index = index

    @property
    def _group(self) -> Group:
        return self._nesting.graph.groups[self._index]

    @property
    def path(self) -> str:
        """The names around it and its own, joined by ``/``: unique in the graph. A second call ends in ``#2``."""
        return self._group.path

    @property
    def name(self) -> str:
        """The layer's name."""
        return self._group.name

    @property
    def class_name(self) -> Optional[str]:
        """The name of its class, such as ``Dense``; ``None`` where a file does not tell."""
        return self._group.cls

    @property
    def kind(self) -> str:
        """``layer``, ``module`` or ``model``."""
        return self._group.kind

    @property
    def call(self) -> Optional[int]:
        """Which call of the layer this is, counted from 1."""
        return self._group.call

    @property
    def object_path(self) -> Optional[str]:
        """Where the object lives, from the traced or saved object on, such as ``encoder.blocks[2].dense``."""
        return self._group.object_path

    @property
    def layer_source(self) -> Optional[str]:
        """How it is known: ``recorded`` while tracing, ``inferred`` from the variables used, or from a ``scope``'s name."""
        return self._group.layer_source

    @property
    def phase(self) -> Optional[str]:
        """``forward``, ``loss``, ``backward`` or ``optimizer`` in a training step; else ``None``."""
        return self._nesting.phase_around(self._index)

    @property
    def source(self) -> Optional[Source]:
        """The user's line that calls it; its text is ``model.py:12``."""
        return self._group.source

    @property
    def parent(self) -> Optional["Layer"]:
        """The innermost call around it; ``None`` for the outermost."""
        index = self._nesting.layer_around(self._group.parent)
        return Layer(self._nesting, index) if index >= 0 else None

    @property
    def layers(self) -> "Layers":
        """The calls directly inside it, those in its loops and functions too."""
        return Layers(self._nesting, self._nesting.layers_in(self._index))

    @property
    def ops(self) -> Ops:
        """All ops inside it, those of inner layers too."""
        from .op_view import Ops  # an op knows its layer, a layer its ops: one of the two modules has to come first

        return Ops(self._nesting, self._nesting.ops_in(self._index))

    @property
    def variables(self) -> Tuple[Variable, ...]:
        """The variables of the object that is called, those of inner layers too."""
        variables = self._nesting.graph.variables
        return tuple([variables[number] for number in self._group.variables])

    @property
    def parameters(self) -> Optional[int]:
        """The number of elements in its variables: the same for each call. ``None`` where it is not known."""
        return self._group.parameters

    @property
    def outputs(self) -> Tuple[TensorType, ...]:
        """The dtype and shape of each tensor that it returns; empty where that is not known."""
        return self._group.outputs

    @property
    def cost(self) -> Optional[Cost]:
        """FLOPs and bytes of all its ops for a step, where the graph was estimated."""
        return self._group.cost

    @property
    def measured(self) -> Optional[Measured]:
        """The sums over its ops for a step, or what was given to `Graph.overlay`; times in microseconds (``time_us``)."""
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
    """A read-only sequence of layers, each after the one that it lies in."""

    __slots__ = ()

    WORD: ClassVar[str] = "layer"
    HEADINGS: ClassVar[Tuple[str, ...]] = ("path", "class_name", "call", "parameters", "source")

    def _one(self, row: int) -> Layer:
        return Layer(self._nesting, row)
