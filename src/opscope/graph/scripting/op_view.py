"""`Op`: one op as scripts see it, and `Ops`, a sequence of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Dict, NamedTuple, Optional, Tuple

from ...visible import one_line
from .layer_view import Layer
from .listing import Listing

if TYPE_CHECKING:
    from ..table import NodeTable
    from ..types import Cost, Measured, Shape, Source, TensorType, Variable
    from .nesting import Nesting


class OpInput(NamedTuple):
    """One input: the op it comes from and which of that op's outputs; of a control input ``None``, since no tensor comes."""

    op: "Op"
    output: Optional[int]
    control: bool

    @property
    def dtype(self) -> Optional[str]:
        """The dtype of the tensor; ``None`` of a control input."""
        return None if self.output is None else self.op.outputs[self.output].dtype

    @property
    def shape(self) -> Shape:
        """The shape of the tensor; ``None`` for an unknown rank, and of a control input."""
        return None if self.output is None else self.op.outputs[self.output].shape


class Op:
    """One op of a graph. Nothing of it can be assigned; two are equal that stand for the same op of the same graph."""

    __slots__ = ("_nesting", "_row")

    def __init__(self, nesting: Nesting, row: int) -> None:
        self._nesting = nesting
        self._row = row

    @property
    def _table(self) -> NodeTable:
        return self._nesting.graph.table

    @property
    def _group(self) -> int:
        return self._nesting.graph.content.node_group[self._row]

    @property
    def name(self) -> str:
        """The name, unique in the graph; an op in the body of a loop, branch or call is named ``<call>/<op>``."""
        return self._table.names[self._row]

    @property
    def type(self) -> str:
        """The op type, such as ``Conv2D``."""
        return self._table.ops[self._row]

    @property
    def layer(self) -> Optional[Layer]:
        """The innermost call of a layer, module or model that the op lies in; ``None`` outside of all."""
        index = self._nesting.layer_around(self._group)
        return Layer(self._nesting, index) if index >= 0 else None

    @property
    def group(self) -> Optional[str]:
        """The path of the innermost group of any kind: a layer, scope, function, loop, branch or phase. ``None``: in none."""
        return self._nesting.graph.group_path(self._row)

    @property
    def phase(self) -> Optional[str]:
        """``forward``, ``loss``, ``backward`` or ``optimizer`` in a training step; else ``None``."""
        return self._nesting.phase_around(self._group)

    @property
    def source(self) -> Optional[Source]:
        """The user's line that made the op; its text is ``model.py:12``."""
        return self._nesting.graph.content.sources.get(self._row)

    @property
    def inputs(self) -> Tuple[OpInput, ...]:
        """The inputs in the order of the op's signature, control inputs after them."""
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
        """The dtype of the first output, such as ``float32``; ``None`` of an op without outputs."""
        return self.outputs[0].dtype if self.outputs else None

    @property
    def shape(self) -> Shape:
        """The shape of the first output: ``None`` for an unknown rank (or no output), ``None`` in it for an unknown dimension."""
        return self.outputs[0].shape if self.outputs else None

    @property
    def attrs(self) -> Dict[str, Any]:
        """The attributes as plain values, decoded now: keep them where they are asked for often."""
        return self._table.attrs(self._row)

    @property
    def device(self) -> str:
        """The device that the graph asks for; empty where it asks for none."""
        return self._table.devices[self._row]

    @property
    def dead(self) -> bool:
        """Whether the op reaches no output and no side effect."""
        dead = self._nesting.graph.content.dead
        return bool(dead) and bool(dead[self._row])

    @property
    def variables(self) -> Tuple[Variable, ...]:
        """The variables whose handle the op is or takes: those that it holds, reads, updates or hands on to a call."""
        content = self._nesting.graph.content
        rows = [self._row, *(edge.node for edge in self._table.data_inputs(self._row))]
        found = dict.fromkeys(content.handles[row] for row in rows if row in content.handles)
        return tuple([content.variables[number] for number in found])

    @property
    def cost(self) -> Optional[Cost]:
        """FLOPs and bytes for a step, where the graph was estimated; a figure that is not known is ``None``."""
        return self._nesting.graph.content.costs.get(self._row)

    @property
    def measured(self) -> Optional[Measured]:
        """What was measured or given to `Graph.overlay`: means per step, times in microseconds (``time_us``)."""
        return self._nesting.graph.content.measured.get(self._row)

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
