"""The small drawing of the first copy of a stack, where that has something of its own: a projection, no shortcut, a stride, other sizes.

It is made of that of the copy that is drawn. Each chip says what the layer at its place is set to in the first copy, a shortcut has the layers
that only this copy has, and an addition that it lacks is left out. What is drawn of the others says what is true of each of them. Where any of it is
not known for certain, there is none, and words tell it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import Dict, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.groups import Group
from ...graph.view import ALONE, LACKING, Stack
from ...graph.vocabulary import chain, groups_inside
from ...passes.peculiar import SUMS
from ...passes.succession import FEEDS_NEXT
from ..scene.layer_kinds import kind_of_op
from ..scene.layer_words import settings_text
from ..scene.sketch import (
    ChipPart,
    Sketch,
    SketchChip,
    SketchJoint,
    SketchStep,
    SketchSteps,
    enters_aside,
    marks_of,
    with_each_step,
)
from ..sizes.sketch_sizes import placed_sketch
from .copy_letters import lettered
from .known_words import KnownWords, known_by
from .size_words import TO_LARGEST, size_of
from .sketch_steps import chips_of
from .squeeze_excite import SQUEEZES_TO

_READ = "ReadVariableOp"
_RATE = re.compile(r"(.*\bDropout )([\d.]+)")
_UNTOLD = frozenset({"weights", "unknown", "flow"})
"""Kinds of ops by which no layer is called."""
FEW_COPIES = 3
"""Of so many copies those behind the first are told one by one."""
COPY_1 = "copy 1: "
"""How it begins what is said of the first copy alone."""


class _UnlikeError(Exception):
    """What the first copy has is not known for certain."""


class _Texts(NamedTuple):
    """What a layer says in the drawn copy -> what it says in others; empty where nothing is known or true of all of them."""

    first: Dict[str, str]
    others: Dict[str, str]


def _true_of_all(texts: Sequence[str]) -> str:
    """What is true of several layers of which each says this: the same, with a rate of dropout from the least to the largest; of none nothing is known.

    >>> _true_of_all(["BN", "BN"]), _true_of_all(["BN, Dropout 0.15", "BN, Dropout 0.175"]), _true_of_all(["Dense 8", "Dense 9"])
    ('BN', 'BN, Dropout 0.15 to 0.175', '')
    >>> _true_of_all([])
    ''
    """
    if len(set(texts)) == 1:
        return texts[0]
    rates = [_RATE.fullmatch(text) for text in texts]
    before = {rate[1] for rate in rates if rate is not None}
    if None in rates or len(before) != 1:
        return ""
    numbers = sorted((rate[2] for rate in rates if rate is not None), key=float)
    return f"{before.pop()}{numbers[0]}{TO_LARGEST}{numbers[-1]}"


def _said_of(layer: Group, drawn: Group, own: str) -> str:
    """What a layer says, where the one at its place in the drawn copy says `own`: that too, if both are set alike, as nearly all are."""
    is_alike = layer.settings == drawn.settings and layer.outputs == drawn.outputs
    is_same = is_alike and (layer.kind, layer.cls, layer.defined_in) == (drawn.kind, drawn.cls, drawn.defined_in)
    return own if is_same else settings_text(layer)


class FirstCopies:
    """Draws the first copies of the stacks of one graph, whichever of its groups are open."""

    def __init__(self, graph: Graph, known: KnownWords) -> None:
        self._groups, self._stacks, self._known = content_of(graph).groups, content_of(graph).view.stacks, known
        self.are_any = any(stack.places and stack.places[0] for stack in self._stacks.values())
        """Whether another copy than the first is drawn of any stack: only then has that something of its own."""
        self._texts: Dict[int, _Texts] = {}
        self._each: Dict[int, Dict[str, Tuple[str, ...]]] = {}
        """Stack -> what its layers say in the drawn copy -> what they say in each copy."""
        self._found: Dict[Tuple[int, SketchSteps], Optional[Tuple[SketchSteps, SketchSteps]]] = {}
        """What was told before: it is asked for again by each way in which a drawing is tried."""

    def of(self, index: int, steps: SketchSteps) -> "Optional[Tuple[SketchSteps, SketchSteps]]":
        """The steps of the first copy and those of the others, where those of the drawn one are `steps`; ``None`` if they are the same, or not known."""
        if (index, steps) not in self._found:
            self._found[index, steps] = self._both(index, steps)
        return self._found[index, steps]

    def _both(self, index: int, steps: SketchSteps) -> "Optional[Tuple[SketchSteps, SketchSteps]]":
        stack = self._stacks.get(index, ALONE)
        if self._known.whole is None or not stack.places or not stack.places[0]:
            return None
        if any(each.startswith("cop") and not each.startswith(COPY_1) for each in stack.differences):
            return None
        if index not in self._texts:
            self._texts[index] = self._said(index)
        said = self._texts[index]
        try:
            first = _with_own(_set_as(steps, said.first), _Own(self._known.whole, stack), said.first)
            others = _set_as(steps, said.others)
        except _UnlikeError:
            return None
        return (first, others) if first != others else None

    def beside(self, sketches: Mapping[int, Sketch], room: float, *, joined: bool = False) -> Dict[int, Sketch]:
        """The small drawings of groups, those of stacks with their first copy where that is known and not too wide.

        If they are to be `joined`, a line leads from the one to the others where each copy takes what the one before gives and nothing else.
        """
        found = dict(sketches)
        for index, sketch in sketches.items():
            both = self.of(index, sketch.steps)
            if both:
                count = len(self._stacks[index].copies)
                others = ", ".join(map(str, range(2, count + 1))) if count <= FEW_COPIES else f"2 to {count}"
                feeds = self._stacks[index].succession == FEEDS_NEXT and not any(map(enters_aside, both))
                drawn = replace(
                    sketch,
                    first=both[0],
                    steps=both[1],
                    copies=("copy 1", f"then {others}"),
                    joined=joined and feeds,
                )
                found[index] = drawn if placed_sketch(drawn).wide <= room else sketch
        return found

    def lettered(self, sketches: Mapping[int, Sketch]) -> Dict[int, Sketch]:
        """The small drawings of groups, those of stacks with a letter for the number in which copies differ, where it is one (`copy_letters`)."""
        return {
            index: sketch if sketch.first or index not in self._stacks else lettered(sketch, self._in_each(index))
            for index, sketch in sketches.items()
        }

    def _said(self, index: int) -> "_Texts":
        """What layers say in the first copy and in the others, by what they say in the drawn one."""
        said = _Texts({}, {})
        for own, (first, *others) in self._in_each(index).items():
            said.first[own], said.others[own] = first, _true_of_all(others)
        return said

    def _in_each(self, index: int) -> Dict[str, Tuple[str, ...]]:
        """What layers say in each copy, by what they say in the drawn one; not of equal words that become different ones, or of layers that a copy lacks."""
        if index not in self._each:
            found: Dict[str, Set[Tuple[str, ...]]] = {}
            for own, texts in (*self._layers(index), *self._squeezed(index)):
                found.setdefault(own, set()).add(tuple(texts))
            # All layers that say this say the same in each copy.
            self._each[index] = {own: told.pop() or ("",) for own, told in found.items() if len(told) == 1}
        return self._each[index]

    def _layers(self, index: int) -> "Iterator[Tuple[str, List[str]]]":
        """What each layer of the drawn copy says, and what it says in each copy, in the order of the data; none for copies where it is not known."""
        inside = groups_inside(self._groups, index)
        squeezed = [each for each in inside if each in self._known.squeezed]
        within = {*squeezed, *(each for place in squeezed for each in groups_inside(self._groups, place))}
        calls = [each for each in inside if each not in within and self._groups[each].is_call]
        layers = [each for each in calls if self._known.layer(each)]
        copies = self._known.of_copies(index, [self._groups[each] for each in layers], lambda layer: layer)
        for number, place in enumerate(layers):
            drawn, own = self._groups[place], self._known.layer(place)
            told = [copy[number] for copy in copies] if own == settings_text(drawn) else []
            yield own, [_said_of(each, drawn, own) if each is not None else "" for each in told]

    def _squeezed(self, index: int) -> "Iterator[Tuple[str, List[str]]]":
        """The same of squeeze and excitation, which is told by the width of its narrow layer."""
        for place in groups_inside(self._groups, index):
            if place not in self._known.squeezed:
                continue
            own, narrow = self._known.layer(place), [self._groups[each] for each in groups_inside(self._groups, place)]
            sized = [each for each in narrow if size_of(each) is not None][:1]
            sizes = [copy[0] for copy in self._known.of_copies(index, sized, size_of)]
            is_told = bool(sized) and own == f"{SQUEEZES_TO}{size_of(sized[0])}"
            yield own, [f"{SQUEEZES_TO}{size}" if size is not None else "" for size in sizes] if is_told else []


class _Own:
    """What the first copy has more, and what it lacks."""

    def __init__(self, whole: Graph, stack: Stack) -> None:
        content = content_of(whole)
        self._content, self._table = content, content.table
        drawn, self._copy = stack.copies[0], stack.copies[stack.places.index(0)]
        self._shared = len(drawn)
        self._drawn = drawn
        self.layers = stack.own_layers.get(0, ())
        lacking = [drawn[place] for place, row in enumerate(self._copy) if row == LACKING]
        self.lacks_sum = [self._table.ops[row] in SUMS for row in lacking] == [True]
        if lacking and not self.lacks_sum:
            raise _UnlikeError
        self._more = {row: known_by(self.layer_of(row)) for row in self._copy[self._shared :]}
        if bool(self._more) != bool(self.layers) or not self._is_chain():
            raise _UnlikeError

    def _is_chain(self) -> bool:
        """Whether each of the layers but the first takes what the one before gives, and nothing else from elsewhere."""
        names = list(map(known_by, self.layers))
        for row, layer in self._more.items():
            if self._table.ops[row] == _READ:
                continue
            if layer not in names:
                return False
            for edge in self._table.data_inputs(row):
                before = self._more.get(edge.node)
                if before is not None and before != layer and names.index(before) + 1 != names.index(layer):
                    return False
                if before is None and names.index(layer):
                    return False
        return set(self._more.values()) == set(names)

    def taken_by(self) -> int:
        """The op of the drawn copy at the place of the one that takes what these layers give."""
        users = [
            place
            for place, row in enumerate(self._copy[: self._shared])
            if row != LACKING and any(edge.node in self._more for edge in self._table.data_inputs(row))
        ]
        if len(users) != 1:
            raise _UnlikeError
        return self._drawn[users[0]]

    def chips(self) -> SketchSteps:
        """The layers, in the colours of what most of their ops do."""
        parts: List[ChipPart] = []
        for layer in self.layers:
            ops = [row for row, name in self._more.items() if name == known_by(layer)]
            kinds = Counter(kind_of_op(self._table.ops[row]) for row in ops)
            told = [kind for kind, _ in kinds.most_common() if kind not in _UNTOLD]
            if not (told and settings_text(layer)):
                raise _UnlikeError
            parts.append(ChipPart(settings_text(layer), "dense" if "dense" in told else told[0]))
        return tuple(chips_of(parts))

    def is_sum(self, row: int) -> bool:
        """Whether an op adds."""
        return self._table.ops[row] in SUMS

    def layer_of(self, row: int) -> Group:
        """The innermost layer around an op."""
        found = _call(self._content.groups, self._content.node_group[row])
        if found is None:
            raise _UnlikeError
        return found


def _call(groups: Sequence[Group], index: int) -> Optional[Group]:
    return next((groups[each] for each in chain(groups, index) if groups[each].is_call), None)


def _set_as(steps: SketchSteps, texts: Mapping[str, str]) -> SketchSteps:
    """The steps with what the layers say in other copies."""

    def changed(step: SketchStep) -> SketchStep:
        if not isinstance(step, SketchChip) or not all(texts.get(part.text) for part in step.parts):
            raise _UnlikeError
        return step._replace(parts=tuple([part._replace(text=texts[part.text]) for part in step.parts]))

    return with_each_step(steps, changed)


def _with_own(steps: SketchSteps, own: _Own, texts: Dict[str, str]) -> SketchSteps:
    """The steps with what the first copy has more, and without what it lacks."""
    chips = own.chips()
    if own.lacks_sum:
        steps = _instead(steps, None)
    if not chips:
        return steps
    row = own.taken_by()
    if own.is_sum(row):
        return _instead(steps, chips)
    said = texts.get(settings_text(own.layer_of(row)), "")
    places = [place for place, step in enumerate(steps) if isinstance(step, SketchChip) and step.parts[0].text == said]
    marked = [mark for mark in marks_of(steps) if isinstance(mark, SketchChip) and said in [p.text for p in mark.parts]]
    if len(places) != 1 or len(marked) != 1:
        raise _UnlikeError
    return (*steps[: places[0]], *chips, *steps[places[0] :])


def _instead(steps: SketchSteps, shortcut: Optional[SketchSteps]) -> SketchSteps:
    """The steps with these in the branch of the only addition that does nothing; without the addition if there are none."""
    places = [
        place
        for place, step in enumerate(steps)
        if isinstance(step, SketchJoint) and step.text == "+" and () in step.branches
    ]
    sums = [mark for mark in marks_of(steps) if isinstance(mark, SketchJoint) and mark.text == "+"]
    if len(places) != 1 or len(sums) != 1 or len(sums[0].branches) != 2:
        raise _UnlikeError
    joint = sums[0]
    inner: Tuple[SketchSteps, ...] = (next(branch for branch in joint.branches if branch),)
    replaced: SketchSteps = inner[0]
    if shortcut is not None:
        replaced = (SketchJoint(joint.text, joint.family, (*inner, shortcut)),)
    return (*steps[: places[0]], *replaced, *steps[places[0] + 1 :])
