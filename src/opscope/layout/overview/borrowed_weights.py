"""Says whose a weight is that an op outside of its layer uses, as the head of a language model uses the table of the embedding."""

from __future__ import annotations

from typing import Dict, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.vocabulary import READ, chain
from ..scene.items import Chip
from ..scene.labels import cut

_SHAPE = " ("
"""Between the name of a weight and its shape."""


class BorrowedWeights:
    """Tells the owners of the weights of one graph."""

    def __init__(self, graph: Graph) -> None:
        self._content = content_of(graph)
        self._owners: Dict[int, Tuple[int, int]] = {}
        """Variable -> how many variables its innermost layer owns, and the group of the first call of that."""
        for index, group in enumerate(self._content.groups):
            if group.is_call:
                for variable in group.variables:
                    own = (len(group.variables), index)
                    self._owners[variable] = min(self._owners.get(variable, own), own)

    def words(self, node: int, chip: Chip) -> str:
        """What a chip of an op says: ``embeddings of token_embedding (8000, 256)`` where the op is not in the layer that owns the weight."""
        variable = next((each for each in map(self._variable, chip.nodes) if each >= 0), -1)
        if variable not in self._owners:
            return chip.text
        owner = self._content.groups[self._owners[variable][1]]
        home = self._content.node_group[node]
        around = [self._content.groups[each] for each in chain(self._content.groups, home)] if home >= 0 else []
        if any(group.is_call and group.object_path == owner.object_path for group in around):
            return chip.text
        name, has_shape, shape = chip.text.partition(_SHAPE)
        return f"{name} of {cut(owner.name)}{has_shape}{shape}"

    def _variable(self, node: int) -> int:
        """The variable whose handle an op is, or that it reads; -1 for others."""
        if node in self._content.handles:
            return self._content.handles[node]
        edges = self._content.table.data_inputs(node) if self._content.table.ops[node] == READ else ()
        return self._content.handles.get(edges[0].node, -1) if edges else -1
