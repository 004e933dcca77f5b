"""Says what the copies of a stack differ in where the shape that differs is that of an op deep inside.

``ReLU (\u2026, 128) \u2192 (\u2026, 160)`` tells nobody which ReLU. What a reader knows of a block is what it takes and gives, and its filters.
"""

from __future__ import annotations

import re
from typing import Dict, List, Sequence, Set, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.groups import Group
from ...graph.types import Shape
from ...graph.view import CHIP, LACKING, Stack
from ...graph.vocabulary import groups_inside
from ...passes.differ import MOST_IN_COURSE, course, shape_texts
from ...passes.rewire import origin, passing
from .known_words import KnownWords
from .size_words import SQUEEZED, size_of

_ARROW = " \u2192 "
_OF_SHAPES = re.compile(r"\w+ (\(|\? )")
"""How the words begin of an op whose result differs in shape (`passes.differ`)."""
_MOST_COURSES = 2
"""So many sizes are told that differ from copy to copy."""


class CopyCourses:
    """Tells of the copies of the stacks of a graph, whichever groups are open; `known` has the graph with all copies."""

    def __init__(self, graph: Graph, known: KnownWords) -> None:
        self._groups, self._known = content_of(graph).groups, known
        self._passed = passing(known.whole) if known.whole is not None else b""
        self._told: Dict[Tuple[int, str], str] = {}
        """What was told before: a card says the same in every drawing that is tried."""

    def told(self, index: int, stack: Stack, said: str) -> str:
        """The course of a stack's shapes in words that a reader knows; as it is `said` where it is that of a result, and for all else."""
        if (index, said) not in self._told:
            self._told[index, said] = self._in_words(index, stack, said)
        return self._told[index, said]

    def _in_words(self, index: int, stack: Stack, said: str) -> str:
        """As `told`, found anew."""
        if self._known.whole is None or not _OF_SHAPES.match(said) or self._results_differ(stack):
            return said
        return self._filters(index) or self._taken(stack) or said

    def _results_differ(self, stack: Stack) -> bool:
        """Whether what leaves a copy has another shape in some of them."""
        assert self._known.whole is not None
        table = content_of(self._known.whole).table
        place_of = {row: place for place, row in enumerate(stack.copies[0]) if row != LACKING}
        leaving: Set[int] = set()
        for node in range(len(table.ops)):
            if node not in place_of:
                leaving.update(edge.node for edge in table.data_inputs(node) if edge.node in place_of)
        return any(
            len({table.outputs[copy[place_of[row]]] for copy in stack.copies if copy[place_of[row]] != LACKING}) > 1
            for row in leaving
        )

    def _taken(self, stack: Stack) -> str:
        """The shape of what a copy takes, where that is one tensor in each: ``input (8, 8, 1280) \u2192 (8, 8, 2048)``; empty if it is the same."""
        shapes = [self._shape_taken(copy) for copy in _in_order(stack)]
        if None in shapes or len(set(shapes)) < 2:
            return ""
        return f"input {course(shape_texts(shapes))}"

    def _shape_taken(self, copy: List[int]) -> Shape:
        """The shape of the only tensor that a copy takes, weights apart; ``None`` if it takes several of different shapes."""
        assert self._known.whole is not None
        content = content_of(self._known.whole)
        own, found = set(copy), set()
        for node in copy:
            for edge in content.table.data_inputs(node) if node != LACKING else ():
                source = origin(content.table, *edge, self._passed)
                if source[0] in own or content.view.role(source[0]) == CHIP:
                    continue
                types = content.table.outputs[source[0]]
                found.add(types[source[1]].shape if source[1] < len(types) else None)
        return found.pop() if len(found) == 1 else None

    def _filters(self, index: int) -> str:
        """The sizes of the layers that differ, a value for each copy: ``filters 96 \u2192 144, SE 4 \u2192 6``; empty if that is too much to say."""
        inside = groups_inside(self._groups, index)
        squeezes = [place for place in inside if place in self._known.squeezed]
        within = {each for place in squeezes for each in groups_inside(self._groups, place)}
        sized = [self._groups[place] for place in inside if place not in within]
        told = self._courses(
            index, "filters", [each for each in sized if isinstance(each.settings.get("filters"), int)]
        )
        for place in squeezes:
            layers = [self._groups[each] for each in groups_inside(self._groups, place)]
            told += self._courses(index, SQUEEZED, [each for each in layers if size_of(each) is not None][:1])
        return ", ".join(told) if len(told) <= _MOST_COURSES else ""

    def _courses(self, index: int, name: str, layers: Sequence[Group]) -> List[str]:
        """The course of the size of each layer that has not the same in all copies, those that are alike once; none where a copy lacks one."""
        courses = dict.fromkeys(zip(*self._known.of_copies(index, layers, size_of)))
        differing = [list(map(str, values)) for values in courses if len(set(values)) > 1 and None not in values]
        return [
            f"{name} {_ARROW.join(values) if len(values) <= MOST_IN_COURSE else course(values)}" for values in differing
        ]


def _in_order(stack: Stack) -> List[List[int]]:
    """The copies in the order of the data."""
    order = sorted(range(len(stack.copies)), key=lambda copy: stack.places[copy] if stack.places else copy)
    return [list(stack.copies[copy]) for copy in order]
