"""What the cards of an overview are called, and what a card is said to be like."""

from __future__ import annotations

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.view import ALONE
from ...graph.vocabulary import chain
from ...passes.naming import is_made_up
from .known_words import NUMBERED, KnownWords

_TO = " \u2026 "
"""Between the names of the first and the last copy."""


class CardTitles:
    """The titles of a graph's groups."""

    def __init__(self, graph: Graph, known: KnownWords) -> None:
        self._groups, self._stacks = content_of(graph).groups, content_of(graph).view.stacks
        self._known = known

    def of(self, index: int, title: str) -> str:
        """The name of a group; of a stack those of its copies: ``conv2_block1 … 3``."""
        stack = self._stacks.get(index, ALONE)
        if index in self._known.stages:
            return self._groups[index].name
        if len(stack.names) < 2:
            return self._of_each_copy(index, title)
        return self._known.copies(index)

    def _of_each_copy(self, index: int, title: str) -> str:
        """The title of a layer; in the copies of a stack without the number that Keras gave it, which is another in each."""
        group, numbered = self._groups[index], NUMBERED.match(title)
        in_copies = any(around in self._stacks for around in chain(self._groups, group.parent))
        copies = self._known.of_each_copy(index, title) if in_copies else ""
        if copies:
            return copies
        if numbered and in_copies and group.is_call and title == group.name and is_made_up(title, group.cls or ""):
            return numbered[1].rstrip("_")
        return title

    def like_what(self, first: int, index: int) -> str:
        """What a group is said to be like: what the copies of the earlier one are called, or that of them which is drawn."""
        title, own = (self.of(each, self._groups[each].name) for each in (first, index))
        stem = _stem(title)
        numberless = stem == title.partition(_TO)[0] != title and first not in self._known.stages
        if numberless and first in self._stacks:
            return self._known.drawn_copy(first)
        return stem if stem != _stem(own) else title


def _stem(title: str) -> str:
    """What the title of a stack begins with.

    >>> _stem("conv2_block1 \u2026 3"), _stem("encoder")
    ('conv2_block', 'encoder')
    """
    name, dots, _ = title.partition(_TO)
    numbered = NUMBERED.match(name) if dots else None
    return numbered[1].rstrip("_-") if numbered and numbered[1] else name
