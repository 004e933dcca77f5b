"""`Inspected`: a graph with the indexes that rules share. Each is made when the first rule asks for it, then kept."""

from __future__ import annotations

from functools import cached_property
from typing import Dict, List, Mapping, Optional, Sequence, Tuple

from ..graph.content import content_of
from ..graph.graph import Graph
from ..graph.table import Consumers
from ..graph.types import CONTROL, Source, TensorType
from ..graph.vocabulary import chain, phases
from ..shapes.bodies import Bodies
from .budgets import Budgets
from .cost_figures import CostFigures, cost_figures
from .differentiated import Differentiated
from .ignore_comments import IgnoreComments, ignore_comments
from .loop_invariants import LoopInvariants
from .made_of import MadeOf
from .missing_gradients import MissingGradient, missing_gradients
from .modes import Modes, modes
from .sound_ops import with_sound_ops
from .tensor_origin import TensorOrigins
from .traced_tensors import TracedTensors
from .value_numbers import ValueNumbers
from .value_ranges import ValueRanges


class Inspected:
    """What rules look at. A rule goes over the rows of the few op types that it is about, never over all pairs of anything."""

    def __init__(self, graph: Graph, *, tensorflow: Optional[str] = None, budgets: Optional[Budgets] = None) -> None:
        self.graph = with_sound_ops(graph)
        self.content = content_of(self.graph)
        self.table = self.content.table
        self.tensorflow = tensorflow
        """The version of TensorFlow that the model is to run on, if `check` was told one."""
        self.budgets = budgets or Budgets()
        """What the model may cost, as far as `check` was told."""

    @cached_property
    def cost_figures(self) -> CostFigures:
        """What the model costs. Only rules about budgets ask, as an estimate takes its time."""
        return cost_figures(self.graph, self.budgets.batch)

    @cached_property
    def ignores(self) -> IgnoreComments:
        """The comments in the user's source that silence rules."""
        return ignore_comments(self.graph)

    @cached_property
    def consumers(self) -> Consumers:
        """Who uses each op."""
        return self.table.consumers()

    @cached_property
    def by_type(self) -> Dict[str, List[int]]:
        """The rows of each op type, dead ops left out: they never run, so nothing is wrong with them."""
        found: Dict[str, List[int]] = {}
        dead = self.content.dead
        for row, op in enumerate(self.table.ops):
            if not (dead and dead[row]):
                found.setdefault(op, []).append(row)
        return found

    def rows(self, *types: str) -> List[int]:
        """The rows of all ops of these types that run, in the order of the graph."""
        if len(types) == 1:
            return self.by_type.get(types[0], [])
        return sorted(row for each in types for row in self.by_type.get(each, ()))

    @cached_property
    def bodies(self) -> Bodies:
        """Where the bodies of calls and loops begin and end."""
        return Bodies(self.graph)

    @cached_property
    def value_numbers(self) -> ValueNumbers:
        """Which ops give equal tensors."""
        return ValueNumbers(self.content, self.bodies)

    @cached_property
    def loop_invariants(self) -> LoopInvariants:
        """Which ops in loops give the same in each iteration."""
        return LoopInvariants(self)

    @cached_property
    def _phases(self) -> List[str]:
        return [*phases(self.content.groups), ""]  # index -1, of a loose op, is the last

    def phase(self, row: int) -> str:
        """The innermost phase of a training step that the op is in; empty if there is none."""
        return self._phases[self.content.node_group[row]]

    @cached_property
    def has_gradient(self) -> bool:
        """Whether the graph computes gradients: it has a backward pass."""
        return "backward" in self._phases

    @cached_property
    def is_training_step(self) -> bool:
        """Whether the graph assigns variables from gradients."""
        return "optimizer" in self._phases

    @cached_property
    def _layers(self) -> List[int]:
        """For each group the innermost call of a layer that it is or lies in; -1 for none, and at the end for loose ops."""
        groups = self.content.groups
        found: List[int] = []
        for index, group in enumerate(groups):
            found.append(index if group.is_call else found[group.parent] if group.parent >= 0 else -1)
        return [*found, -1]

    def layer(self, row: int) -> int:
        """The index of the innermost call of a layer that the op is in; -1 if it is in none."""
        return self._layers[self.content.node_group[row]]

    def groups_around(self, row: int) -> List[int]:
        """The indices of the groups that the op is in, from the inside out."""
        return list(chain(self.content.groups, self.content.node_group[row]))

    def inputs(self, row: int) -> List[Tuple[int, int]]:
        """The op's data inputs, in their order: the producer's row, and which of its outputs."""
        table = self.table
        places = range(table.edge_start[row], table.edge_start[row + 1])
        return [(table.edge_node[at], table.edge_output[at]) for at in places if table.edge_output[at] != CONTROL]

    def users(self, row: int, output: Optional[int] = None) -> List[int]:
        """The rows of the ops that use the op's tensors: those of one output, or of all. Control edges are none."""
        taken = self.table.edge_output
        return [user for user, at in self.consumers.rows(row) if taken[at] != CONTROL and output in (None, taken[at])]

    def type_of(self, row: int, output: int = 0) -> Optional[TensorType]:
        """The type of one output of an op; ``None`` if nothing is known of it."""
        types: Sequence[TensorType] = self.table.outputs[row]
        return types[output] if output < len(types) else None

    @cached_property
    def made_of(self) -> MadeOf:
        """Which tensors a tensor is made of, through calls, branches and loops."""
        return MadeOf(self.table, self.bodies)

    @cached_property
    def traced(self) -> TracedTensors:
        """Where the tensors are that traced facts speak of."""
        return TracedTensors(self.content)

    @cached_property
    def modes(self) -> Modes:
        """Which dropouts and batch normalisations were called in training mode, and which in inference mode."""
        return modes(self)

    @cached_property
    def missing_gradients(self) -> List[MissingGradient]:
        """What a gradient was asked for with respect to and got none, each with the reason."""
        return missing_gradients(self)

    def source(self, row: int) -> Optional[Source]:
        """The user's line that made the op; ``None`` if it is not known."""
        return self.content.sources.get(row)

    @cached_property
    def _made_lines(self) -> Mapping[str, Source]:
        return self.graph.facts.get("made_lines", {})

    def made_line(self, path: Optional[str]) -> Optional[Source]:
        """The user's line that made the innermost layer that an object path leads through, where the making was seen."""
        while path:
            if path in self._made_lines:
                return self._made_lines[path]
            path = path[: max(path.rfind("."), path.rfind("["), 0)]
        return None

    @cached_property
    def origins(self) -> TensorOrigins:
        """Where tensors come from, before identities and the ends of calls handed them on."""
        return TensorOrigins(self)

    @cached_property
    def ranges(self) -> ValueRanges:
        """What is known of the numbers in tensors."""
        return ValueRanges(self)

    @cached_property
    def differentiated(self) -> Differentiated:
        """The ops that the backward pass goes through: ``row in inspected.differentiated``."""
        return Differentiated(self)

    @cached_property
    def _dead_by_type(self) -> Dict[str, List[int]]:
        found: Dict[str, List[int]] = {}
        for row, flag in enumerate(self.content.dead):
            if flag:
                found.setdefault(self.table.ops[row], []).append(row)
        return found

    def computed(self, *types: str) -> List[int]:
        """The rows of all ops of these types that run, or whose derivative does: a loss that nobody asks for is dead, its gradient is not.

        Those of the backward pass are left out.
        """
        dead = [row for each in types for row in self._dead_by_type.get(each, ()) if row in self.differentiated]
        return sorted(row for row in [*self.rows(*types), *dead] if self.phase(row) != "backward")
