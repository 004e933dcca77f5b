"""Finds what closed groups hold, as formulas: each is opened by itself for a look, and closed again."""

from __future__ import annotations

from functools import cached_property
from types import MappingProxyType
from typing import AbstractSet, Dict, List, Mapping, Optional, Set, Tuple

from ...graph.content import Content, content_of
from ...graph.graph import Graph
from ...graph.vocabulary import PHASES, chain
from ...passes.opening import Opening, is_later
from ..flat import BORDER
from ..scene.compose import compose
from ..scene.items import Card, CardWire, cards
from ..scene.layer_table import entry_of
from ..scene.settled import Settled
from .attention_formula import attentions
from .authors import Authors
from .checks_aside import ChecksAside
from .formula import formula_of
from .formula_text import InsideFormula
from .known_words import KnownWords
from .rows import in_rows
from .sketch_steps import SketchForms, sketch_of
from .squeeze_excite_groups import squeeze_excite_groups


class Insides:
    """The formulas of the groups of a graph, each found when it is first asked for."""

    def __init__(
        self, opening: Opening, authors: Authors, cells: Mapping[int, InsideFormula] = MappingProxyType({})
    ) -> None:
        """Get ready. `cells` are the formulas of recurrent layers with a cell of the author's."""
        self._opening, self._authors, self._cells = opening, authors, cells
        self._known: Dict[int, Optional[InsideFormula]] = {}
        self._seen: Dict[int, Tuple[Card, List[CardWire]]] = {}
        """The groups that were opened for a look and have no open ones in them, with what counts as their results."""
        self._sketches: Dict[int, Optional[SketchForms]] = {}
        self._closed = opening.graph(frozenset())
        self._said, self._attentions = squeeze_excite_groups(self._closed), attentions(self._closed)
        self.settled = Settled(self._closed)
        """What all drawings of the graph have in common."""

    def of(self, opened: AbstractSet[int]) -> Mapping[int, InsideFormula]:
        """The formulas of the groups that are drawn closed if these are open; groups of which there is none are no keys."""
        closed = [index for index in self._opening.closed(opened) if not self._is_known(index)]
        unknown = {index for index in closed if index not in self._known}
        if unknown:
            self._read(opened, unknown)
        found = {index: self._known[index] for index in closed}
        found.update({index: self._cells[index] for index in self._opening.closed(opened) if index in self._cells})
        return {index: formula for index, formula in found.items() if formula is not None}

    def sketches(self, opened: AbstractSet[int]) -> Mapping[int, SketchForms]:
        """The small drawings of the groups that are drawn closed if these are open; groups of which there is none are no keys.

        A group that is like an earlier one has its own.
        """
        closed = dict.fromkeys([*self._opening.closed(opened), *self._opening.closed_again(opened)])
        # A loss is arithmetic, which is shorter in words.
        drawn = [
            index for index in closed if not self._is_known(index) and self._opening.group(index).kind != PHASES[1]
        ]
        unread = {index for index in drawn if index not in self._known}
        if unread:
            self._read(opened, unread)
        for index in drawn:
            if index not in self._sketches:
                self._sketches[index] = sketch_of(*self._seen[index], self._attentions) if index in self._seen else None
        found = {index: self._sketches[index] for index in drawn}
        return {index: forms for index, forms in found.items() if forms is not None}

    @cached_property
    def _words(self) -> KnownWords:
        """What is said of groups whichever are open, in all copies."""
        return KnownWords(self._closed)

    def _is_known(self, index: int) -> bool:
        """Whether a group is a library's layer of a known class, or says what it is in a word."""
        group = self._opening.group(index)
        if index in self._said:
            return True
        return not self._authors.is_own(group) and entry_of(group.cls, group.defined_in) is not None

    def _read(self, opened: AbstractSet[int], unknown: Set[int]) -> None:
        """Find the formulas of some groups that stand in open ones."""
        unseen = unknown - self._seen.keys()
        if unseen:
            self._look({*opened, *unseen})
        for index in unknown:
            self._known[index] = formula_of(*self._seen[index], self._attentions) if index in self._seen else None

    def _look(self, opened: AbstractSet[int]) -> None:
        """Keep what is in the innermost of some open groups: what else is open around them is not seen in them.

        Those that were open already may be asked for when they are closed: then nothing has to be drawn again.
        """
        graph = self._opening.graph(opened)
        leaving, checks = _Leaving(graph), ChecksAside(graph)
        innermost = opened - {self._opening.group(index).parent for index in opened}
        for card in cards(in_rows(compose(graph, settled=self.settled), graph, known=self._words)):
            if card.group in innermost and card.open:
                told = checks.without(card)
                self._seen[card.group] = told, leaving.results(told)


class _Leaving:
    """Tells what leaves a group for the backward pass alone: the card says what the layer computes."""

    def __init__(self, graph: Graph) -> None:
        self._content: Content = content_of(graph)
        self._users: Optional[Dict[int, List[int]]] = None

    def results(self, card: Card) -> List[CardWire]:
        """The wires to the border of a card that count as results."""
        leaving = [wire for wire in card.wires if wire.target.child == BORDER]
        if len({wire.source.child for wire in leaving}) < 2:
            return leaving
        return [wire for wire in leaving if wire.told is None or self._is_used(wire.told.tensor[0], card.group)]

    def _is_used(self, node: int, group: int) -> bool:
        """Whether anything outside of a group uses an op, other than the backward pass and what comes behind it."""
        if self._users is None:
            self._users = {}
            table = self._content.table
            for user in range(len(table)):
                for edge in table.data_inputs(user):
                    self._users.setdefault(edge.node, []).append(user)
        if any(port.node == node for port in self._content.outputs):
            return True
        groups = self._content.groups
        for user in self._users.get(node, ()):
            around = chain(groups, self._content.node_group[user])
            if group not in around and not any(is_later(groups[index]) for index in around):
                return True
        return False
