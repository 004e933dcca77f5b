"""Which layer the gradients and updates of a training step belong to: they correspond if their layers do."""

from __future__ import annotations

from functools import cached_property
from typing import Dict, List, Tuple

from ..sides import GraphSide
from .pairs import Pairs


class Origins:
    """Compares the layers behind two groups of the backward pass or the optimizer."""

    def __init__(self, pairs: Pairs) -> None:
        self.pairs = pairs

    @cached_property
    def _layers(self) -> Tuple[List[int], List[int]]:
        return layers_behind(self.pairs.a), layers_behind(self.pairs.b)

    def agree(self, group: int, other: int) -> int:
        """1 if two groups belong to layers that correspond, -1 if they belong to others, 0 if that is not known."""
        one, two = self._layers[0][group], self._layers[1][other]
        if one < 0 or two < 0 or self.pairs.groups[one] < 0 > self.pairs.groups_back[two]:
            return 0
        return 1 if self.pairs.groups[one] == two else -1


def layers_behind(side: GraphSide) -> List[int]:
    """For each group the one that it is the gradient of, or whose variable it updates; -1 for all others."""
    groups = side.groups
    found = [-1] * len(groups)
    if not any(group.of for group in groups):
        return found
    paths = {group.path: index for index, group in enumerate(groups)}
    objects = {variable.object_path: variable.id for variable in side.variables}
    holders: Dict[int, int] = {}
    for index, group in enumerate(groups):  # the innermost holder is the last: children come after their parents
        holders.update((number, index) for number in group.variables)
    for index in range(len(groups) - 1, -1, -1):
        of = groups[index].of
        if of is not None:
            found[index] = paths[of] if of in paths else holders.get(objects.get(of, -1), -1)
        parent = groups[index].parent
        if parent >= 0 and found[index] >= 0 and groups[parent].of is None and groups[parent].kind == "scope":
            found[parent] = found[index]  # `optimizer/dense` holds the updates of the layer's variables
    return found
