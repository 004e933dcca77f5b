"""How many parameters each row of an overview has: each variable counts in one row, so that the column adds up to the model's total.

A variable that several rows use counts where it is used first; the others are told to share it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, AbstractSet, Dict, Iterator, NamedTuple, Optional, Sequence

from ...graph.content import content_of
from ...graph.model_variables import told_apart, whole_size
from ...graph.vocabulary import chain
from ..scene.items import Box, Card, ChainRow
from .shared_weights import shared_weights

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ..scene.items import Item


class RowParameters(NamedTuple):
    """The parameters of one row."""

    size: Optional[int]
    """Of the variables that count here; ``None`` where that is not known, or there are none."""
    shared: bool
    """Whether the row also uses variables that count in another one."""


def first_uses(drawn: Graph, items: Sequence[Item], used: Sequence[AbstractSet[int]]) -> Dict[int, int]:
    """Variable -> the row in which it counts: the topmost that is not a further call of a layer (``same weights as ...``).

    `items` are what the rows stand for, from the top down, `used` the variables of each.
    """
    further = set(shared_weights(drawn))
    groups, homes = content_of(drawn).groups, content_of(drawn).node_group

    def again(item: Item) -> bool:
        parts = item.items if isinstance(item, ChainRow) else (item,)
        places = [part.group for part in parts if isinstance(part, Card)]
        places += [homes[part.node] for part in parts if isinstance(part, Box) and part.node >= 0]
        return any(around in further for place in places for around in (chain(groups, place) if place >= 0 else ()))

    found: Dict[int, int] = {}
    for place in sorted(range(len(items)), key=lambda place: (again(items[place]), place)):
        for variable in used[place]:
            found.setdefault(variable, place)
    return found


def row_parameters(whole: Graph, used: Sequence[AbstractSet[int]], first: Dict[int, int]) -> Iterator[RowParameters]:
    """The parameters of each row. Other variables, such as counters, are none, as in the total that the title tells."""
    parameters = {variable.id: variable for variable in told_apart(content_of(whole)).parameters}
    for place, ids in enumerate(used):
        known = [each for each in sorted(ids) if each in parameters]
        own = [parameters[each] for each in known if first[each] == place]
        yield RowParameters(whole_size(own) if own else None, len(own) < len(known))
