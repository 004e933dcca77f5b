"""Decides which groups are open in the overview: what the author wrote is open, what a library wrote is closed.

Groups open one after the other while there is room: first what shows how the model is built, then library blocks. A later stage that
has the structure of an earlier one stays closed: what is in it has been told.
"""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING, AbstractSet, Callable, Dict, FrozenSet, List, Mapping, Optional, Set, Tuple

from ..graph.content import content_of
from ..graph.vocabulary import BODY_KINDS, FLOW_KINDS, LATER_PHASES, PHASES, REPLICA, chain
from .fold import box_counts, close
from .stages import stages

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from ..graph.groups import Group

_FORWARD, _LOSS = PHASES[:2]
_FIRST, _BUILT_RANK, _OWN, _LIBRARY, _STAGE = 0, 1, 2, 3, 4
"""When groups open: what later ones are told by, then what shows how the model is built, then layers that the author wrote, then library blocks,
last stages that only names and wires show."""
_GRADIENTS = ("gradient_tape", "gradients")
"""How the names of the scopes begin in which TensorFlow puts gradients."""
_Waiting = Tuple[int, int, int, int]
"""A group that may open: what it is sorted by (rank, level, how much is in it, the most first), and its index."""
_BUILT = BODY_KINDS | FLOW_KINDS | {"model", _FORWARD, REPLICA}


MOST_INSIDE = 40
"""What is directly in a closed group is read only if it is so little: nobody reads more in a line."""


def is_later(group: Group) -> bool:
    """Whether a group holds gradients or what comes behind them; a file knows them by their scopes' names."""
    return group.kind in LATER_PHASES or (group.kind == "scope" and group.name.startswith(_GRADIENTS))


class Opening:
    """Opens groups, best first."""

    def __init__(
        self,
        graph: Graph,
        like: Mapping[int, int],
        is_own: Callable[[Group], bool],
        is_told: Callable[[Group], bool] = lambda _: False,
        told: AbstractSet[int] = frozenset(),
        may_open: Optional[Callable[[int], bool]] = None,
    ) -> None:
        """Find out when each group may open.

        Args:
            graph: what to draw; its roles are decided and its repeats are stacks.
            like: group -> an earlier one of the same structure.
            is_own: whether the author of the model wrote the class of a layer.
            is_told: whether a library's layer says by its settings what it does: it stays closed unless it holds a model or an author's layer.
            told: layers that stay closed though they hold an author's layer, because they say what is in that.
            may_open: of which groups a reader wants to see the inside; ``None`` for all.
        """
        self._may_open = may_open
        self._graph, self._first = graph, frozenset(like.values())
        self._groups, self._like = content_of(graph).groups, like
        self._view = content_of(graph).view
        self._stages = stages(graph)
        self._own = [group.is_call and is_own(group) for group in self._groups]
        self._direct, self._below = box_counts(graph)
        self._holds_calls = [False] * len(self._groups)  # whether a call of a layer is inside the group
        self._holds_stack = [False] * len(self._groups)  # whether something repeats in the group
        self._holds_own = [False] * len(self._groups)  # whether one that the author wrote is
        self._has_calls = any(group.is_call for group in self._groups)
        holds_model = [False] * len(self._groups)
        self._inner: Dict[int, List[int]] = {}
        for index in range(len(self._groups) - 1, -1, -1):
            group = self._groups[index]
            if self._below[index]:
                self._inner.setdefault(group.parent, []).append(index)
            self._holds_stack[index] |= index in self._view.stacks
            if group.parent >= 0:
                self._holds_stack[group.parent] |= self._holds_stack[index]
                self._holds_calls[group.parent] |= group.is_call or self._holds_calls[index]
                self._holds_own[group.parent] |= self._holds_own[index] or self._own[index]
                holds_model[group.parent] |= holds_model[index] or group.kind == "model"
        self._told = {
            index
            for index, group in enumerate(self._groups)
            if index in told
            or (
                group.kind == "layer"
                and self._holds_calls[index]
                and not self._holds_own[index]
                and not holds_model[index]
                and is_told(group)
            )
        }

    def opened(self, rows: int) -> FrozenSet[int]:
        """The groups that are open if about so many boxes may be drawn. What is around all else is open whatever its size."""
        shown = len(self._inner.get(-1, ()))
        opened: Set[int] = set()
        waiting: List[_Waiting] = []
        self._add(waiting, -1, 0)
        while waiting:
            _, level, _, index = heappop(waiting)
            more = self._direct[index] - 1
            if shown + more > rows and more > 0 and not self._is_frame(index):
                continue
            shown += more
            opened.add(index)
            self._add(waiting, index, level + 1)
        return frozenset(opened)

    def next(self, opened: AbstractSet[int]) -> List[int]:
        """The closed groups that may open next, best first."""
        waiting: List[_Waiting] = []
        for parent in (-1, *opened):
            self._add(waiting, parent, 0)
        return [index for _, _, _, index in sorted(waiting) if index not in opened]

    def largest(self, opened: AbstractSet[int]) -> List[int]:
        """The closed groups that may open next, those with most in them first."""
        return sorted(self.next(opened), key=lambda index: -self._below[index])

    def smaller(self, opened: AbstractSet[int], index: int) -> FrozenSet[int]:
        """The open groups that may close so that another one opens: those that are no more to a reader, and hold less."""
        rank = self._rank(index)
        assert rank is not None  # else it could not open
        closing: Set[int] = set()
        for other in sorted(opened):
            own = self._rank(other)
            fewer = own is not None and own >= max(rank, _OWN) and self._below[other] < self._below[index]
            if self._groups[other].parent in closing or (fewer and not self._is_frame(other)):
                closing.add(other)
        return frozenset(closing.difference(chain(self._groups, index)))

    def closed(self, opened: AbstractSet[int]) -> List[int]:
        """The groups that are drawn closed if these are open, of which a reader may want to know what they hold in short."""
        return [
            index
            for parent in (-1, *sorted(opened))
            for index in self._inner.get(parent, ())
            if index not in opened and (index not in self._like or self.is_stage(index)) and self._is_readable(index)
        ]

    def closed_again(self, opened: AbstractSet[int]) -> List[int]:
        """The groups that are drawn closed if these are open and are like an earlier one, which is what the reader is told of them."""
        inner = (index for parent in (-1, *sorted(opened)) for index in self._inner.get(parent, ()))
        return [index for index in inner if index in self._like and index not in opened and self._is_readable(index)]

    def of_libraries(self, opened: AbstractSet[int]) -> List[int]:
        """The open groups that only tell what repeats, or what is of one stage, in which there are layers of libraries alone."""
        may_close = (
            index for index in opened if index in self._view.stacks or index in self._first or self.is_stage(index)
        )
        return sorted(index for index in may_close if not (self._own[index] or self._holds_own[index]))

    def _is_readable(self, index: int) -> bool:
        """Whether what is in a group can be said in a few words, and has to be: a reader knows what a library's layer does."""
        group = self._groups[index]
        is_loss = group.kind == _LOSS
        # A trace says which loss it is; a file, which has no forward phase, knows its ops alone.
        is_noted = is_loss and any(each.kind == _FORWARD for each in self._groups)
        if not 1 < self._direct[index] <= MOST_INSIDE or is_noted or is_later(group):
            return False
        made = index in self._view.made or index in self._view.stacks
        return made or self._own[index] or self._holds_calls[index] or is_loss

    def graph(self, opened: AbstractSet[int]) -> Graph:
        """The graph with exactly these groups open."""
        return close(self._graph, (index for index in range(len(self._groups)) if index not in opened))

    def group(self, index: int) -> Group:
        """A group of the graph."""
        return self._groups[index]

    def around(self, index: int) -> List[int]:
        """A group and those that it is in, the innermost first."""
        return list(chain(self._groups, index))

    def size(self, index: int) -> int:
        """How many boxes a group holds, at any depth."""
        return self._below[index]

    def only(self, index: int) -> "int | None":
        """The group that is all there is in another one; ``None`` if there is more, or if it stays closed."""
        inner = self._inner.get(index, ())
        return inner[0] if self._direct[index] == 1 and len(inner) == 1 and self._rank(inner[0]) is not None else None

    def is_stage(self, index: int) -> bool:
        """Whether a group is a stage that nobody's code knows (`stages`): open, it needs no frame."""
        return index in self._stages

    def _is_plain(self, index: int) -> bool:
        """Whether a group is a scope that holds no layer: in a graph that has layers, it only names some ops. So are gradients in a file."""
        if self._groups[index].kind == "scope" and is_later(self._groups[index]):
            return True
        if not self._has_calls:
            return False
        made = index in self._view.made or index in self._view.stacks
        return self._groups[index].kind == "scope" and not made and not self._holds_calls[index]

    def _is_frame(self, index: int) -> bool:
        """Whether a group holds all that there is, but for the later phases: closed it would tell nothing."""
        while index >= 0:
            parent = self._groups[index].parent
            beside = [other for other in self._inner.get(parent, ()) if not self._is_beside(self._groups[other])]
            if beside != [index]:
                return False
            index = parent
        return True

    @staticmethod
    def _is_beside(group: Group) -> bool:
        """Whether a group is a part of a training step that stands beside the network."""
        return group.kind in LATER_PHASES or group.kind == _LOSS

    def _add(self, waiting: List[_Waiting], parent: int, level: int) -> None:
        for index in self._inner.get(parent, ()):
            rank = self._rank(index)
            if rank is not None:
                heappush(waiting, (rank, level, -self._below[index], index))

    def _rank(self, index: int) -> "int | None":
        """When a group opens; ``None`` for one that stays closed."""
        group = self._groups[index]
        if self._may_open is not None and not self._may_open(index):
            return None
        if group.kind in LATER_PHASES or group.kind == _LOSS or self._is_plain(index):
            return None
        if index in self._told and not self._is_frame(index):
            return None
        rank = _LIBRARY
        if self.is_stage(index):
            return _STAGE
        if group.kind in _BUILT or index in self._view.made or self._holds_stack[index]:
            rank = _BUILT_RANK
        elif self._own[index] or self._holds_own[index]:
            rank = _OWN
        elif group.is_call and not self._holds_calls[index]:
            return None
        if index in self._first:
            return _FIRST
        return None if index in self._like else rank
