"""What ops of a loop's body say whose index or list is folded into words: ``step t of (30, None, 8)``, ``collect steps``."""

from __future__ import annotations

from typing import Optional

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.view import BOOKKEEPING
from ...graph.vocabulary import ARGUMENT
from ...passes.flow import Flow
from ...passes.step_positions import INDEXED, KEEPING, Positions, StepTaken
from ..scene.labels import shape_text

_UNPACKED = "TensorListFromTensor"
"""The op that makes a list of the steps of a tensor."""

COLLECTED = "collect steps"
"""Said of what puts the result of each step to the others; behind the loop, these are ``all steps``."""


class StepsOfLoops:
    """Tells of the ops of one graph what they take of a step, or keep of it."""

    def __init__(self, graph: Graph) -> None:
        self._content = content_of(graph)
        self._folds = BOOKKEEPING in self._content.view.roles
        self._flow = Flow(graph, self._content.view.roles) if self._folds else None
        self._positions = Positions(graph, self._flow, self._is_counter) if self._flow else None

    def words(self, node: int) -> str:
        """What an op says of the step that it takes or keeps; empty if it does neither, or not by what is folded."""
        op = self._content.table.ops[node]
        if self._folds and op == _UNPACKED:
            return "each step"
        if self._flow is None or self._positions is None or not (op in INDEXED or op in KEEPING):
            return ""
        if op in KEEPING:
            kept = self._flow.taken(node)
            return COLLECTED if kept and self._content.view.role(kept[0][0]) == BOOKKEEPING else ""
        taken = self._positions.taken(node)
        return self._taken(node, taken, self._flow) if taken is not None else ""

    def _is_counter(self, node: int) -> bool:
        return self._content.table.ops[node] == ARGUMENT and self._content.view.role(node) == BOOKKEEPING

    def _taken(self, node: int, taken: StepTaken, flow: Flow) -> str:
        offset = taken.at.offset
        sign = "+" if offset > 0 else "\u2212"
        step = f"t {sign} {abs(offset)}" if offset else "t"
        along = f" along axis {taken.axis}" if taken.axis else ""
        whole = self._whole_shape(node, flow)
        return f"step {step} of {whole}{along}" if whole else f"step {step}"

    def _whole_shape(self, node: int, flow: Flow) -> Optional[str]:
        """The shape of what a step is taken of."""
        table = self._content.table
        source, output = flow.taken(node)[0]
        unpacked = flow.taken(source) if table.ops[source] == _UNPACKED else []
        if unpacked:
            source, output = unpacked[0]
        types = table.outputs[source]
        kind = types[output] if 0 <= output < len(types) else None
        return (
            shape_text(kind.shape)
            if kind is not None and kind.shape and kind.dtype not in {"variant", "resource"}
            else None
        )
