"""The words on the cards of an overview: which copies a stack stands for, what a closed card holds, which stage it is like.

RowFigures are in columns and shapes on wires, so cards do not repeat them.
"""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Dict, List, Mapping, Sequence, Tuple

from ...graph.content import content_of
from ...graph.disturbance import DISTURBED
from ...graph.graph import Graph
from ...graph.view import ALONE, Stack
from ...graph.vocabulary import FLOW_KINDS, FLOW_PARTS, LATER_PHASES, PHASES, groups_inside
from ...graph.with_fields import with_fields
from ...passes.naming import is_made_up
from ...passes.succession import FEEDS_NEXT
from ..scene.items import Box, Card, Item, Scene, cards, with_children
from ..scene.labels import cut, plural
from ..scene.layer_words import settings_text
from ..scene.sketch import Sketch
from ..sizes.extents import CARD_PAD, DETAIL_FONT
from ..sizes.text_width import in_lines
from .authors import Authors
from .card_lines import (
    BELOW_MORE,
    CardLines,
    beside_and_below,
    beside_if_room,
    in_lines_of_their_own,
    whole_settings,
)
from .card_room import CardRoom
from .card_titles import CardTitles
from .copy_courses import CopyCourses
from .footer import footer_notes
from .formula_text import InsideFormula
from .headline_figures import with_headline_figures
from .known_words import KnownWords
from .level_words import DOWN, UP
from .recurrent_words import with_states
from .size_words import SizeWords
from .step_words import FOR_WEIGHTS, OF_WHOM, networks_of, optimizers_of
from .told_copies import FROM_COPY, PARAMETERS, SHOWN_COPY, ToldCopies, goes_on, is_setting, is_single, with_copy

MOST_HELD = 6
"""A closed card names at most so many classes of what it holds."""
BESIDE = LATER_PHASES - {PHASES[4]}
"""Phases of which each layer has its part."""
_MOST_TITLE = 36
MOST_RUN = 2
"""Of so many layers a loop's card says that it runs them."""
DRAWN_COPY = "drawn: copy "
IN_SEQUENCE = "in sequence"
"""Said of copies of which each takes what the one before gives."""
_OF_ONE_COPY = re.compile(r"\bcopy (?=\d+: )")
DRAWN = "drawn"
"""In place of the lines of a formula where there is a small drawing."""

GRADIENTS_USE = "lines from layers to backward are left out"
"""The note of a training step whose closed gradients have chips that name what they use of the forward pass."""


def worded(
    scene: Scene,
    graph: Graph,
    like: Mapping[int, int],
    insides: Mapping[int, InsideFormula],
    room: CardRoom,
    authors: Authors,
    known: KnownWords,
    courses: CopyCourses,
    sizes: SizeWords,
    sketches: Mapping[int, Sketch] = MappingProxyType({}),
) -> Scene:
    """The scene with the words of an overview on its cards, and without figures on its items.

    Args:
        scene: what is drawn.
        graph: the graph that is drawn.
        like: group -> an earlier one of the same structure.
        insides: group -> what is in it, as a formula.
        room: how much a card may say.
        authors: tells whose the class of a layer is.
        known: what is said of the graph's groups whichever are open.
        courses: tells how shapes go on from copy to copy.
        sizes: tells of the sizes of layers.
        sketches: group -> the small drawing that its card has in place of words, if it is closed.
    """
    words = _Words(graph, like, insides, room, authors, known, courses, sizes, sketches)
    built: Dict[int, Card] = {}
    for card in reversed(cards(scene)):
        children = [_plain(built.get(id(child), child)) for child in card.children]
        built[id(card)] = words.card(with_children(card, children))
    backward = [card for card in cards(scene) if card.kind == PHASES[2]]
    gradients = any(card.chips for card in backward)
    uses = sum(card.uses for card in backward)
    notes = [*footer_notes(scene, graph, known.notes), *([GRADIENTS_USE] if gradients else [])]
    if uses:
        are = "is" if uses == 1 else "are"
        notes.append(f"{plural(uses, 'more line')} into backward {are} left out")
    facts = with_headline_figures(scene.facts, graph, known.of_all, shows_times=bool(scene.shares))
    # What to do about a disturbance stands below the drawing.
    disturbed = DISTURBED if scene.shares and (graph.measurement or {}).get("disturbed") else ""
    return with_fields(scene, root=built[id(scene.root)], scale=None, facts=facts, shares=disturbed, notes=tuple(notes))


def _plain(item: Item) -> Item:
    """An item without its figure."""
    return with_fields(item, heat=None) if isinstance(item, (Box, Card)) and item.heat is not None else item


class _Words:
    """What cards say."""

    def __init__(
        self,
        graph: Graph,
        like: Mapping[int, int],
        insides: Mapping[int, InsideFormula],
        room: CardRoom,
        authors: Authors,
        known: KnownWords,
        courses: CopyCourses,
        sizes: SizeWords,
        sketches: Mapping[int, Sketch],
    ) -> None:
        self._sketches = sketches
        self._graph, self._like, self._insides, self._authors = graph, like, insides, authors
        self._room, self._characters, self._courses, self._slim = room, room.characters, room.courses, room.slim
        self._groups, self._stacks = content_of(graph).groups, content_of(graph).view.stacks
        self._known, self._sizes = known, sizes
        self._titles = CardTitles(graph, known)
        self._copies = ToldCopies(sizes, courses, courses=room.courses)
        backward = [index for index, group in enumerate(self._groups) if group.kind == PHASES[2]]
        self._several = [index for index in backward if index in known.phases] if len(backward) > 1 else []
        """Backward passes that stand side by side: their words are below their titles, so that they are narrow."""

    def card(self, card: Card) -> Card:
        """The card with its words."""
        if card.group < 0:
            return card
        group, formula = self._groups[card.group], self._formula(card)
        sketch = None if card.open else self._sketches.get(card.group)
        own_cell = bool(formula) and self._authors.is_told(group)
        title = cut(self._titles.of(card.group, card.title), _MOST_TITLE)
        detail = self._detail(card, own_cell=own_cell, formula=formula)
        parts = self._parts(card, title, own_cell=own_cell, formula=formula)
        if sketch is not None or any(map(goes_on, self._stacks.get(card.group, ALONE).differences)):
            parts = [each for each in parts if each != IN_SEQUENCE]  # what is drawn or said tells it already
        if self._of_phase(card.group)[0] and group.kind in BESIDE:
            title = title.partition("#")[0]  # whose it is tells it from the other
        if card.group in self._several and networks_of(group.settings):
            title = cut(f"{title}{OF_WHOM}{networks_of(group.settings)}", _MOST_TITLE)
            parts = [each for each in parts if not each.startswith(FOR_WEIGHTS)]
        if self._has_several_optimizers(card.group):
            title = f"{len(optimizers_of(group.settings))} {title}s"
        formula, joining = self._in_branches(card, formula, len(" \u00b7 ".join([title, *parts, *detail])))
        if sketch is None:
            said = self._said(card, title, parts, [*detail, *joining], formula)
        else:
            said = self._beside_sketch(title, [*parts, *detail, *([sketch.each] if sketch.each else [])], sketch)
        named = title == cut(card.title, _MOST_TITLE) or card.title in card.tip
        return with_fields(
            card,
            title=title,
            tip=card.tip if named else f"{card.title}\n{card.tip}",
            source=None,
            chips=(),
            own=own_cell or self._authors.is_own(group),
            slim=self._slim,
            sketch=sketch,
            subtitle=_of_levels(title, said.beside),
            detail=_of_levels(title, said.below),
        )

    def _of_phase(self, index: int) -> Sequence[str]:
        """What is said of a group as a phase of a training step: the first beside its title, empty if there is none."""
        return self._known.phases.get(index) or [""]

    def _is_again(self, card: Card) -> bool:
        """Whether a card only says like which earlier one it is."""
        return not card.open and card.group in self._like and card.group not in self._sketches

    def _parts(self, card: Card, title: str, *, own_cell: bool, formula: Sequence[str]) -> List[str]:
        """What stands beside the title of a card, if there is room: first what kind of layer it is."""
        group, stack, again = self._groups[card.group], self._stacks.get(card.group, ALONE), self._is_again(card)
        said_first = self._of_phase(card.group)[0]
        parts = [card.subtitle] if card.subtitle and card.subtitle != title else []
        parts += [said_first] if said_first else []
        parts += [self._known.shared[card.group]] if card.group in self._known.shared else []
        if card.kind not in FLOW_KINDS and stack.succession and not again:
            parts.append(IN_SEQUENCE if stack.succession == FEEDS_NEXT else stack.succession)
        if card.group in self._known.attention.groups:
            parts.insert(0, self._known.attention.groups[card.group])
        if own_cell:
            parts[:1] = [with_states(settings_text(group), self._known.recurrent.of(card.group))]
        drawn_copy = _drawn_copy(card, stack)
        if drawn_copy or (card.open and any(not each.endswith(PARAMETERS) for each in stack.differences)):
            parts.append(f"{DRAWN_COPY}{drawn_copy or 1}")
        if card.open and card.kind == "layer" and card.repeat == 1 and self._authors.is_own(group):
            parts[:1] = [settings_text(group) or card.subtitle]
        if not card.open and not formula and not again and group.is_call:
            parts[:1] = [settings_text(group) or card.subtitle or card.title]
        library = self._authors.library(self._groups, card.group)
        if library:
            parts[:1] = [f"{parts[0] if parts else ''} of {library}".strip()]
        elif (
            parts and self._authors.is_own(group) and not own_cell and is_made_up(group.name, group.cls or "")
        ):  # the name says the class already
            parts[:1] = [each for each in (_without_class(parts[0], group.cls or ""),) if each]
        return parts

    def _detail(self, card: Card, *, own_cell: bool, formula: Sequence[str]) -> List[str]:
        """What a card says besides: how its copies differ, and what it holds."""
        stack, again = self._stacks.get(card.group, ALONE), self._is_again(card)
        told = self._copies.told(card.group, stack, self._characters + BELOW_MORE)
        detail = [each for each in told if not again or is_single(each)]  # wires say shapes
        if again:  # what it has otherwise than the earlier one is said in front, kernels too
            kernels = self._sizes.other_kernels(card.group, self._like[card.group])
            detail = [each.replace(f"{kernel}, /", "/") for each in detail for kernel in kernels[:1] or [" "]]
        if not card.open and card.group in self._sketches:
            detail = self._copies.beside_chips(card.group, detail, stack, self._sketches[card.group])
        elif formula:
            detail = with_copy(detail, stack, courses=self._courses)
        elif card.open:
            detail = list(self._copies.odd_sizes(card.group, detail))
        if formula:
            detail += [] if own_cell else self._own_inside(card.group)
        elif _drawn_copy(card, stack) and not self._courses:
            detail = [each for each in detail if is_setting(each)]
        if not card.open and not formula:
            detail[:0] = self._closed(card.group, card.ops)
        elif card.kind in FLOW_KINDS:
            detail[:0] = [", ".join(each for each in (card.detail, self._cells(card)) if each)] if card.detail else []
        uses = card.uses if card.kind != PHASES[2] else 0  # a note under the picture says it
        more = self._of_phase(card.group)[1:]
        return [*([f"uses {plural(uses, 'more tensor')} of the layers and inputs"] if uses else []), *more, *detail]

    def _said(
        self, card: Card, title: str, parts: Sequence[str], detail: Sequence[str], formula: Sequence[str]
    ) -> CardLines:
        """Both, as far as there is room beside the title and below it."""
        room = self._characters - len(title)
        if card.group in self._several or self._has_several_optimizers(card.group):
            return CardLines("", "\n".join(map(whole_settings, [*parts, *self._of_phase(card.group)[1:]])))
        # Phases stand side by side, so what their cards say is on two lines.
        if self._groups[card.group].kind in BESIDE:
            return beside_and_below(room, parts, detail)
        if self._groups[card.group].kind == PHASES[1] and not formula:
            return in_lines_of_their_own(room, parts, detail, self._room.wide)
        return beside_if_room(room, parts, detail, formula, self._room.wide)

    def _beside_sketch(self, title: str, parts: Sequence[str], sketch: Sketch) -> CardLines:
        """What a card says beside its small drawing: behind its title, or below it in lines as narrow as the drawing leaves them."""
        if not sketch.beside:
            return beside_if_room(self._characters - len(title), parts, (), ())
        lines = [line for part in parts for line in in_lines(part, DETAIL_FONT, sketch.beside - CARD_PAD)]
        return CardLines("", "\n".join(lines))

    def _has_several_optimizers(self, index: int) -> bool:
        """Whether a group is the phase of several optimizers: each has a line of its own, and none is the first."""
        return self._groups[index].kind == PHASES[3] and len(optimizers_of(self._groups[index].settings)) > 1

    def _formula(self, card: Card) -> List[str]:
        """What is in a closed card, in lines; empty where it is not told so."""
        if not card.open and card.group in self._sketches:
            return [DRAWN]
        if card.open or card.group in self._like or card.group not in self._insides:
            return []
        return self._room.lines_of(self._insides[card.group])

    def _in_branches(self, card: Card, formula: List[str], taken: int) -> Tuple[List[str], List[str]]:
        """The lines of a formula of branches, of which none is broken, and what joins these, if both have room.

        That stands beside the title, behind so many characters that are `taken`: a formula of which each line ends anywhere has to be
        parsed to see its branches.
        """
        told = self._insides[card.group].full if len(formula) > 1 else None
        if told is None or formula[0] == told.joining() or taken + len(f" \u00b7 {told.joining()}") > self._characters:
            return formula, []
        found = told.beside_each_other(self._room.wide)
        return (found, [told.joining()]) if 0 < len(found) <= len(formula) else (formula, [])

    def _closed(self, index: int, ops: int) -> List[str]:
        """What a closed card holds."""
        first = self._like.get(index)
        if first is not None:
            as_what = self._titles.like_what(first, index)
            other = self._sizes.otherwise(index, first)
            return [f"as {as_what} with {other}" if other else f"as {as_what}"]
        if self._groups[index].kind in PHASES and self._of_phase(index)[0]:
            return []  # words tell more than how many ops there are
        if self._groups[index].kind in BESIDE:
            return [f"{plural(ops, 'op')}, beside the layers"]
        held = list(self._known.held[index].items())[::-1]  # found from the last to the first
        if not held:
            return [plural(ops, "op")]
        names = [name if count == 1 else f"{count} {name}" for name, count in held[:MOST_HELD]]
        return [", ".join(names) + (", \u2026" if len(held) > MOST_HELD else "")]

    def _cells(self, card: Card) -> str:
        """Which layers of the author an open loop runs in each iteration: ``each runs leaky_cell``; empty if there is none, or more than a few."""
        inside = groups_inside(self._groups, card.group)
        bodies = {card.group, *(each for each in inside if self._groups[each].kind in FLOW_PARTS)}
        groups = [self._groups[each] for each in inside if self._groups[each].parent in bodies]
        own = [cut(group.name) for group in groups if group.is_call and self._authors.is_own(group)]
        return f"each runs {', '.join(own)}" if card.kind == "while" and 0 < len(own) <= MOST_RUN else ""

    def _own_inside(self, index: int) -> List[str]:
        """The author's classes among the layers of a closed card, which a formula names like any others."""
        inside = (self._groups[place] for place in groups_inside(self._groups, index))
        names = dict.fromkeys(group.cls for group in inside if group.is_call and self._authors.is_own(group))
        return [f"by the author: {', '.join(cut(name) for name in names if name)}"] if names else []


def _of_levels(title: str, text: str) -> str:
    """What a card says; the copies of levels are levels."""
    if title not in (DOWN, UP):
        return text
    text = (
        text.replace(DRAWN_COPY, "drawn: level ")
        .replace(SHOWN_COPY, "shown: level ")
        .replace(FROM_COPY, "levels 1 to ")
    )
    return _OF_ONE_COPY.sub("level ", text)


def _without_class(said: str, cls: str) -> str:
    """What is said of a layer without its class.

    >>> _without_class("AttentionGate filters 64", "AttentionGate"), _without_class("GateOfMine", "Gate")
    ('filters 64', 'GateOfMine')
    """
    return "" if said == cls else said[len(cls) + 1 :] if said.startswith(f"{cls} ") else said


def _drawn_copy(card: Card, stack: Stack) -> int:
    """Which of the copies an open stack draws, where it is not the first; else 0."""
    number = stack.places[0] + 1 if card.open and stack.places else 0
    return number if number > 1 else 0
