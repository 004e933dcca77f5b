"""The shapes of the skip connections between two stacks, one for each copy: a level of a U-Net is known by it on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, Optional, Tuple

from ...graph.content import content_of
from ...graph.view import LAST_FIRST
from ...passes.succession import copies_of_ops
from ..scene.labels import shape_text
from .courses import short_shapes

if TYPE_CHECKING:
    from ...graph.graph import Graph


def skip_sizes(drawn: Graph, whole: Optional[Graph], stacks: Tuple[int, int], tensor: Tuple[int, int]) -> List[str]:
    """The shapes, without the batch, of what the copies of the first stack give to those of the second; in the order of the data in the first one.

    Args:
        drawn: the graph that is drawn.
        whole: the graph with all copies; without it nothing is known.
        stacks: the groups of the two stacks.
        tensor: what the drawn copy gives.

    Empty if one of the shapes is not known.
    """
    if whole is None:
        return []
    view, table = content_of(drawn).view, content_of(whole).table
    stack, name = view.stacks[stacks[0]], content_of(drawn).table.names[tensor[0]]
    copy_of = copies_of_ops(stack.copies)
    for carried in view.borders.edges.values():
        if (stacks[1], LAST_FIRST) not in carried.taken or len(carried.given) != len(stack.copies):
            continue
        shapes: Dict[int, str] = {}
        for node, output in carried.given:
            copy = copy_of.get(node, 0)
            type_ = table.outputs[node][output]
            shapes[stack.places[copy] if stack.places else copy] = shape_text(type_.shape)
        if any(table.names[node] == name for node, _ in carried.given) and len(shapes) == len(stack.copies):
            found = [shapes[place] for place in sorted(shapes)]
            short = short_shapes(found)
            return short if short is not found else []
    return []
