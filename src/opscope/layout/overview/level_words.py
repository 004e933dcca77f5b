"""What repeated layers are called whose names Keras made up, all of them: by what one copy does to height and width."""

from __future__ import annotations

from typing import TYPE_CHECKING, AbstractSet, Iterator, List, Optional, Tuple

from ...graph.content import content_of
from ...graph.view import ALONE, CHIP
from ...graph.vocabulary import chain
from ...passes.naming import is_made_up
from ...passes.rewire import origin, passing
from ..scene.labels import plural

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ...graph.types import TensorType

DOWN, UP = "downsampling level", "upsampling level"
_LEAST_RANK = 3
"""A tensor of batch, something in order, and channels."""
_Sizes = Tuple[int, ...]


def level_title(graph: Graph, index: int) -> str:
    """The title of a stack of siblings whose layers have no name of their author's; empty if one of them has.

    A level makes height and width smaller if one of its results is smaller than all that it takes, larger if all are larger than one of
    these. Copies are equal but for what is told of them: where that is a stride, nothing is said. Else it is so many layers.
    """
    content = content_of(graph)
    stack = content.view.stacks.get(index, ALONE)
    inside = {index}
    for place in range(index + 1, len(content.groups)):  # groups come after their parents
        if content.groups[place].parent in inside:
            inside.add(place)
    layers = [content.groups[place] for place in inside if content.groups[place].is_call]
    outermost = [layer for layer in layers if not any(content.groups[g].is_call for g in chain(content.groups, layer.parent)
                 if layer.parent >= 0 and g in inside)]  # fmt: skip
    if not outermost or not all(is_made_up(layer.name, layer.cls or "") for layer in outermost):
        return ""
    taken, given = _sizes_around(graph, index, inside)
    if taken and given and not any("stride" in words for words in stack.differences):
        least = _smallest(taken)
        if any(all(_is_smaller(size, other) for other in taken) for size in given):
            return DOWN
        if least is not None and all(_is_smaller(least, size) for size in given):
            return UP
    return plural(len(outermost), "layer")


def _sizes_around(graph: Graph, index: int, inside: AbstractSet[int]) -> Tuple[List[_Sizes], List[_Sizes]]:
    """The sizes of what the drawn copy takes from outside, and of what it gives; nothing where one is not known."""
    content = content_of(graph)
    passed = passing(graph)
    # What another stack gives is what its last copy makes, unless this one's drawn copy is not the first.
    takes = {tensor: leaving for stack in content.view.stacks.values() for tensor, leaving in stack.gives.items()}
    takes.update(content.view.stacks.get(index, ALONE).takes)
    taken: List[Optional[_Sizes]] = []
    given: List[Optional[_Sizes]] = []
    edges = [
        (source, output, home in inside)
        for node, home in enumerate(content.node_group)
        for source, output in content.table.data_inputs(node)
    ]
    for source, output, into in [*edges, *((port.node, port.output, False) for port in content.outputs)]:
        out = content.node_group[source] in inside
        if into == out or content.view.role(origin(content.table, source, output, passed)[0]) == CHIP:  # a weight
            continue
        types = content.table.outputs[source]
        other = takes.get((source, output)) if into else None
        own = types[output] if output < len(types) else None
        (taken if into else given).append(_size(own if other is None else other.type))
    return list(_images(taken)), list(_images(given))


def _images(sizes: List[Optional[_Sizes]]) -> Iterator[_Sizes]:
    """The sizes of images: weights, scalars and what is not known have none."""
    return (size for size in sizes if size is not None)


def _size(type_: Optional[TensorType]) -> Optional[_Sizes]:
    """Height and width, or what there is between batch and channels."""
    shape = None if type_ is None else type_.shape
    if shape is None or len(shape) < _LEAST_RANK:
        return None
    inner = shape[1:-1]
    return tuple(each for each in inner if each is not None) if None not in inner else None


def _smallest(sizes: List[_Sizes]) -> Optional[_Sizes]:
    """The one that is smaller than, or equal to, all others."""
    return next((one for one in sizes if all(one == other or _is_smaller(one, other) for other in sizes)), None)


def _is_smaller(one: _Sizes, other: _Sizes) -> bool:
    return len(one) == len(other) and all(less < more for less, more in zip(one, other))
