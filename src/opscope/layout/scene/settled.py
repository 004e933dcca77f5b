"""What drawings of one graph have in common, whichever of its groups are open: an overview is tried with many."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Dict, FrozenSet, List, Tuple

from ...graph.content import content_of
from ...graph.types import CONTROL
from ...graph.view import BOX, PILL
from ...passes.ends import drawn_inputs
from ...passes.flow import Flow, TensorRef
from ...passes.fold import box_counts
from ...passes.group_sizes import group_sizes
from ...passes.input_names import input_names
from ...shapes.loops import Trips, trips
from . import captions, labels

if TYPE_CHECKING:
    from ...graph.graph import Graph


class Settled:
    """Facts of a graph that its drawing needs, each found when it is first asked for."""

    def __init__(self, graph: "Graph") -> None:
        self._graph = graph
        self.taken: Dict[int, List[TensorRef]] = {}
        """As `Flow.taken`, of the ops that were asked for so far."""

    @cached_property
    def roles(self) -> bytes:
        """How each op is drawn."""
        return content_of(self._graph).view.roles or bytes(len(self._graph))

    @cached_property
    def drawn(self) -> List[int]:
        """The ops that are boxes or pills, or would be if no folded card were around them."""
        return [node for node, role in enumerate(self.roles) if role in (BOX, PILL)]

    @cached_property
    def control_edges(self) -> List[Tuple[int, int]]:
        """The control edges, each as the op that comes first and the one that waits for it."""
        table = content_of(self._graph).table
        if CONTROL not in table.edge_output:
            return []
        edges = zip(table.edge_node, table.edge_output, table.edge_users())
        return [(before, after) for before, output, after in edges if output == CONTROL]

    @cached_property
    def first_rows(self) -> List[int]:
        """For each group the row of the op that runs it, or of its first op; a group without any comes last."""
        groups = content_of(self._graph).groups
        first = [group.owner if group.owner >= 0 else len(self._graph) for group in groups]
        for node, group in enumerate(content_of(self._graph).node_group):
            if group >= 0 and node < first[group]:
                first[group] = node
        for index in range(len(groups) - 1, -1, -1):
            parent = groups[index].parent
            if parent >= 0:
                first[parent] = min(first[parent], first[index])  # inner groups come later, so they are complete
        return first

    @cached_property
    def flow(self) -> Flow:
        """Which op really makes a tensor."""
        return Flow(self._graph, self.roles)

    @cached_property
    def inputs(self) -> FrozenSet[int]:
        """The ops that are drawn as the model's inputs."""
        return drawn_inputs(self._graph)

    @cached_property
    def input_names(self) -> Dict[int, str]:
        """Input op -> what it is called."""
        return input_names(self._graph)

    @cached_property
    def owned(self) -> Dict[int, int]:
        """Call, loop or branch op -> the outermost group that it owns."""
        groups = content_of(self._graph).groups
        # Backwards, so that the outermost is written last.
        return {groups[index].owner: index for index in range(len(groups) - 1, -1, -1) if groups[index].owner >= 0}

    @cached_property
    def boxes(self) -> Tuple[List[int], List[int]]:
        """For each group the boxes that it shows when it is open, and all boxes below it."""
        return box_counts(self._graph)

    @cached_property
    def sizes(self) -> List[int]:
        """For each group how many ops lie in it."""
        return group_sizes(self._graph)

    @cached_property
    def trips(self) -> Dict[str, Trips]:
        """Name of a loop's op -> how often its body runs."""
        return trips(self._graph)

    @cached_property
    def fused(self) -> Dict[str, str]:
        """Name of an op that was fused -> the note beside its box."""
        return labels.fused_texts(self._graph)

    @cached_property
    def facts(self) -> Tuple[str, str]:
        """The subtitle, and the line below the title."""
        return captions.facts(self._graph)
