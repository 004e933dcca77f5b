"""What differs among the copies of a stack, in words: output shapes, parameters, and attributes such as strides.

Copies have the same structure (`structure`), which ignores these things. Only one copy is drawn, so the reader is
told.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, AbstractSet, Dict, Iterator, List, Optional, Sequence, Set, Tuple

from ..graph.content import content_of
from ..graph.types import Shape
from ..graph.view import BOX
from .copy_times import unequal_times
from .naming import copies_text
from .peculiar import ATTRIBUTES, peculiar, value_text
from .uneven import in_all

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from .fit import Variation
    from .structure import Part

_NUMBERS = re.compile(r"\d+")
MOST_SOURCES = 2
"""More sources of one tensor than these, and each copy has its own."""
MOST_IN_COURSE = 6
"""Values of one thing that are named one by one, in the order of the copies."""
ALIKE = frozenset(
    {"Add", "AddV2", "AddN", "AccumulateNV2", "Mul", "Maximum", "Minimum", "Equal", "NotEqual", "LogicalAnd", "LogicalOr", "SquaredDifference"}
)  # fmt: skip
"""Ops of whose inputs the order says nothing."""
KERNELS = {
    "Conv2D": ("conv", 2), "DepthwiseConv2dNative": ("depthwise conv", 2), "Conv3D": ("conv", 3), "Conv2DBackpropInput": ("transposed conv", 2),
}  # fmt: skip
"""Convolutions: their names, and how many of the first dimensions of their weights are those of the kernel."""
MOST_NAMED_DIMS = 6
"""A shape with more dimensions than this is cut with an ellipsis."""


def differences(graph: Graph, stack: Sequence[Part]) -> Tuple[str, ...]:
    """A few words for each thing that is not the same in all copies.

    Args:
        graph: the graph that holds all copies.
        stack: the copies in the order of the data, from the first to the last.
    """
    places = in_all(stack)
    ops = [[own[place] for place in places] for own in [part.ops() for part in stack]]
    more = peculiar(graph, stack)
    told = {(places.index(place), name) for place, name in more.told if place in places}
    found = [
        *more.words,
        *_kernels(graph, ops),
        _shapes(graph, ops),
        _parameters(graph, stack),
        *_attributes(graph, ops, told),
    ]
    words = tuple(text for text in found if text)
    if words:
        return words
    # Only where all else is equal should the copies take equally long.
    unequal = unequal_times(graph, stack)
    return (unequal,) if unequal else ()


def variation_words(graph: Graph, stack: Sequence[Part], found: Sequence[Variation]) -> Iterator[str]:
    """A few words for each tensor that a minority of the copies takes from elsewhere, and where only the order of an op's inputs differs.

    Where most copies have each their own source, the wires tell it.
    """
    table, ops = content_of(graph).table, stack[0].ops()
    order: Dict[int, Set[int]] = {}
    for one in found:
        if one.reordered and table.ops[ops[one.place]] not in ALIKE:
            order.setdefault(one.place, set()).update(one.copies)
    for place, numbers in order.items():
        yield f"{copies_text(sorted(numbers))}: inputs of {table.ops[ops[place]]} in another order"
    for one in (other for other in found if not other.reordered):
        if len(one.copies) * 2 > len(stack) or sum(other[1:3] == one[1:3] for other in found) > MOST_SOURCES:
            continue
        what = "weight" if one.own else f"input {one.slot} of {table.ops[ops[one.place]]}"
        node = one.source[0]
        through = "its own" if node < 0 else f"through {table.ops[node]}" if one.own else f"from {table.ops[node]}"
        yield f"{copies_text(one.copies)}: {what} {through}"


def _shapes(graph: Graph, ops: Sequence[Sequence[int]]) -> Optional[str]:
    """The shapes of the last box whose first output differs in shape.

    The last box is the closest to the copy's result.
    """
    outputs, view = content_of(graph).table.outputs, content_of(graph).view
    types = [[outputs[op] for op in copy] for copy in ops]
    if all(column == types[0] for column in types):  # the most frequent case, found quickly: equal types are one object
        return None
    for place in range(len(ops[0]) - 1, -1, -1):
        first = ops[0][place]
        if not outputs[first] or view.role(first) != BOX:
            continue
        shapes = [column[place][0].shape if column[place] else None for column in types]
        if len(set(shapes)) > 1:
            return f"{content_of(graph).table.ops[first]} {course(shape_texts(shapes))}"
    return None


def shape_texts(shapes: Sequence[Shape]) -> List[str]:
    """The shapes as text. In a course of more than two, the dimensions in front that all have are an ellipsis."""
    known = [shape for shape in shapes if shape is not None]
    if len(set(shapes)) <= 2 or len(known) < len(shapes) or len({len(shape) for shape in known}) > 1:
        return [_shape(shape) for shape in shapes]
    alike = 0
    while len({shape[: alike + 1] for shape in known}) == 1:
        alike += 1
    return [_shape(shape[alike:]).replace("(", "(…, ", min(alike, 1)) for shape in known]


def _shape(shape: Optional[Sequence[Optional[int]]]) -> str:
    if shape is None:
        return "?"
    return f"({', '.join([str(dim) for dim in shape[:MOST_NAMED_DIMS]] + ['…'] * (len(shape) > MOST_NAMED_DIMS))})"


def _parameters(graph: Graph, stack: Sequence[Part]) -> Optional[str]:
    counts = [sum(_counted(graph, part)) for part in stack]
    if len(set(counts)) == 1:
        return None
    return f"{course([f'{count:,}' for count in counts])} parameters"


def _counted(graph: Graph, part: Part) -> Iterator[int]:
    """The parameters of the outermost groups in a part that have any: those of inner groups are among them already."""
    waiting = [part]
    while waiting:
        here = waiting.pop()
        own = content_of(graph).groups[here.group].parameters if here.group >= 0 else None
        if own:  # do not go on inside: that would count them twice
            yield own
        else:
            waiting.extend(child for child in here.children if not isinstance(child, int))


def _kernels(graph: Graph, ops: Sequence[Sequence[int]]) -> Iterator[str]:
    """The course of each convolution's kernel. No attribute tells it, and the shape of the result hides it."""
    table = content_of(graph).table
    said = set()
    for place, first in enumerate(ops[0]):
        if table.ops[first] not in KERNELS:
            continue
        word, count = KERNELS[table.ops[first]]
        values = [_kernel(graph, copy[place], count) for copy in ops]
        text = f"{word} kernel {course(values)}"
        if "" not in values and len(set(values)) > 1 and text not in said:
            said.add(text)
            yield text


def _kernel(graph: Graph, op: int, count: int) -> str:
    """The kernel of a convolution, by the shape of its weights: ``3\u00d73``; empty if that is not known."""
    table = content_of(graph).table
    weights = [edge for slot, edge in enumerate(table.data_inputs(op)) if slot == 1]
    types = table.outputs[weights[0].node] if weights else ()
    shape = types[weights[0].output].shape if weights and weights[0].output < len(types) else None
    if shape is None or len(shape) <= count or None in shape[:count]:
        return ""
    return "\u00d7".join(map(str, shape[:count]))


def _attributes(graph: Graph, ops: Sequence[Sequence[int]], told: AbstractSet[Tuple[int, str]]) -> Iterator[str]:
    """The course of each attribute, of those that are not `told` as what is peculiar to a copy."""
    table = content_of(graph).table
    said = set()
    for place, first in enumerate(ops[0]):
        for name in ATTRIBUTES.get(table.ops[first], ()):
            if (place, name) in told:
                continue
            values = [value_text(table.attrs(copy[place]).get(name)) for copy in ops]
            text = f"{table.ops[first]} {name} {course(values)}"
            if len(set(values)) > 1 and text not in said:
                said.add(text)
                yield text


def course(values: Sequence[str]) -> str:
    """The course of the values, equal neighbours once. If it is long: the first, the last, and how many different ones."""
    steps = [value for place, value in enumerate(values) if place == 0 or value != values[place - 1]]
    if len(steps) <= MOST_IN_COURSE:
        return " → ".join(steps)
    more = _growth(steps) if len(steps) == len(values) else 0
    return f"{steps[0]} → … → {steps[-1]}{f', {more} more each' if more else f' ({len(set(steps))} kinds)'}"


def _growth(values: Sequence[str]) -> int:
    """By how much each value of one number is more than the one before, if that is the same for all; else 0.

    >>> _growth(["(…, 96)", "(…, 128)", "(…, 160)"]), _growth(["16", "32", "64"]), _growth(["(8, 8)", "(8, 16)"])
    (32, 0, 0)
    """
    numbers = [_NUMBERS.findall(value) for value in values]
    if any(len(each) != 1 for each in numbers):
        return 0
    steps = {int(after[0]) - int(before[0]) for before, after in zip(numbers, numbers[1:])}
    return steps.pop() if len(steps) == 1 and min(steps) > 0 else 0
