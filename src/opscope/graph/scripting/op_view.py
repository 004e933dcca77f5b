"""`Op`, one op as scripts see it; and `Ops`, a sequence of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Dict, NamedTuple, Optional, Tuple

from ...graph.content import content_of
from ...visible import one_line
from .layer_view import Layer
from .listing import Listing

if TYPE_CHECKING:
    from ..table import NodeTable
    from ..types import Cost, Measured, Shape, Source, TensorType, Variable
    from .nesting import Nesting


class OpInput(NamedTuple):
    """One input of an op."""

    op: "Op"
    """The op that it comes from."""
    output: Optional[int]
    """Which output of that op it is, counted from 0; ``None`` for a control input, which carries no tensor."""
    control: bool
    """Whether it is a control input: the other op has to run first."""

    @property
    def dtype(self) -> Optional[str]:
        """The dtype of the tensor; ``None`` for a control input."""
        return None if self.output is None else self.op.outputs[self.output].dtype

    @property
    def shape(self) -> Shape:
        """The shape of the tensor; ``None`` if the rank is unknown, and for a control input."""
        return None if self.output is None else self.op.outputs[self.output].shape


class Op:
    """One op of a graph, read-only. Two are equal if they stand for the same op of the same graph."""

    __slots__ = ("_nesting", "_row")

    def __init__(self, nesting: Nesting, row: int) -> None:
        self._nesting = nesting
        self._row = row

    @property
    def _table(self) -> NodeTable:
        return content_of(self._nesting.graph).table

    @property
    def _group(self) -> int:
        return content_of(self._nesting.graph).node_group[self._row]

    @property
    def name(self) -> str:
        """The name, which is unique. In the body of a call it is ``<call>/<op>``, in a loop ``<loop>/body/<op>``."""
        return self._table.names[self._row]

    @property
    def type(self) -> str:
        """The op type, such as ``Conv2D``."""
        return self._table.ops[self._row]

    @property
    def layer(self) -> Optional[Layer]:
        """The innermost call of a layer, module or model that the op lies in; ``None`` if it lies in none."""
        index = self._nesting.layer_around(self._group)
        return Layer(self._nesting, index) if index >= 0 else None

    @property
    def group(self) -> Optional[str]:
        """The path of the innermost group: a layer, scope, function, loop, branch or phase. ``None`` if in none."""
        return content_of(self._nesting.graph).group_path(self._row)

    @property
    def phase(self) -> Optional[str]:
        """The phase of a training step (``forward``, ``loss``, ``backward``, ``optimizer``, ``metrics``); ``None`` if in none."""
        return self._nesting.phase_around(self._group)

    @property
    def source(self) -> Optional[Source]:
        """The user's line that made the op, as text ``model.py:12``; ``None`` if it is not known."""
        return content_of(self._nesting.graph).sources.get(self._row)

    @property
    def inputs(self) -> Tuple[OpInput, ...]:
        """The inputs in the order of the op's definition, control inputs last."""
        edges = self._table.inputs(self._row)
        return tuple(
            [
                OpInput(Op(self._nesting, edge.node), None if edge.control else edge.output, edge.control)
                for edge in edges
            ]
        )

    @property
    def outputs(self) -> Tuple[TensorType, ...]:
        """The dtype and shape of each output."""
        return self._table.outputs[self._row]

    @property
    def dtype(self) -> Optional[str]:
        """The dtype of the first output, such as ``float32``; ``None`` if the op has no outputs."""
        return self.outputs[0].dtype if self.outputs else None

    @property
    def shape(self) -> Shape:
        """The shape of the first output; ``None`` if there is none or its rank is unknown.

        An unknown dimension is a ``None`` in the shape.
        """
        return self.outputs[0].shape if self.outputs else None

    @property
    def attrs(self) -> Dict[str, Any]:
        """The attributes as plain values. They are decoded each time, so keep the result if you need it often."""
        return self._table.attrs(self._row)

    @property
    def device(self) -> str:
        """The device that the graph asks for; empty if it asks for none."""
        return self._table.devices[self._row]

    @property
    def dead(self) -> bool:
        """Whether neither an output of the graph nor a side effect needs the op."""
        dead = content_of(self._nesting.graph).dead
        return bool(dead) and bool(dead[self._row])

    @property
    def variables(self) -> Tuple[Variable, ...]:
        """The variables that the op is the handle of, or takes a handle of: it reads, updates or passes them on."""
        content = content_of(self._nesting.graph)
        rows = [self._row, *(edge.node for edge in self._table.data_inputs(self._row))]
        # Each variable once, in the order of the inputs.
        found = dict.fromkeys(content.handles[row] for row in rows if row in content.handles)
        return tuple([content.variables[number] for number in found])

    @property
    def cost(self) -> Optional[Cost]:
        """FLOPs, MACs and bytes per step if the graph was estimated (`Graph.estimate`); an unknown one is ``None``."""
        return content_of(self._nesting.graph).costs.get(self._row)

    @property
    def measured(self) -> Optional[Measured]:
        """What was measured, or what `Graph.overlay` was given: means per step, times in microseconds (``time_us``)."""
        return content_of(self._nesting.graph).measured.get(self._row)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Op):
            return NotImplemented
        return self._nesting.graph is other._nesting.graph and self._row == other._row

    def __hash__(self) -> int:
        return hash((id(self._nesting.graph), self._row))

    def __repr__(self) -> str:
        return one_line(f"<Op {self.name!r}: {self.type}>")


class Ops(Listing[Op]):
    """A read-only sequence of ops, in the order of the graph."""

    __slots__ = ()

    WORD: ClassVar[str] = "op"
    HEADINGS: ClassVar[Tuple[str, ...]] = ("name", "type", "dtype", "shape", "source")

    def _one(self, row: int) -> Op:
        return Op(self._nesting, row)
