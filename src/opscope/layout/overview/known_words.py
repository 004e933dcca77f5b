"""What is said of the groups of a graph whichever of them are open: found once for all tries of an overview."""

from __future__ import annotations

import re
from collections import Counter
from typing import Callable, Dict, List, Optional, Sequence, Tuple, TypeVar

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.groups import Group
from ...graph.view import ALONE, LACKING
from ...graph.vocabulary import chain
from ...passes.found import LEAST_BLOCKS
from ...passes.naming import BETWEEN, is_made_up
from ...passes.rewire import passing
from ...passes.stages import stages
from ..scene.group_ops import GroupOps
from ..scene.labels import cut
from ..scene.layer_kinds import KindsOfCards
from ..scene.layer_words import card_text, kind_word
from .attention_words import NO_ATTENTION, attention_words
from .borrowed_weights import BorrowedWeights
from .causal_masks import CausalMasks
from .footer import graph_notes
from .headline_flops import UNKNOWN_FIGURES, whole_figures
from .last_layers import NO_ACTIVATION, last_without_activation
from .level_words import level_title
from .recurrent_words import RecurrentWords
from .row_titles import LEAST_STEM, stem_of
from .shared_weights import shared_weights
from .squeeze_excite_groups import squeeze_excite_groups, squeeze_excite_words
from .step_words import phase_words

_INDEX = re.compile(r"(?<=\w)_\._(?=\d)")
"""Between a name and a number, as `transformers` writes it: ``layer_._0``."""
UNNAMED_PART = "block"
"""How a part that repeats is called before its number, where its layers have names and it has none."""
NUMBERED = re.compile(r"^(.*?)(\d+)$")
"""A name that ends in a number."""
_Value = TypeVar("_Value", int, float, Group)
_KnownBy = Tuple[str, Optional[str], Optional[int]]
"""Name, path of the object and number of the call."""


class KnownWords:
    """The words of groups. Right for all graphs that differ only in which groups are closed."""

    def __init__(self, graph: Graph, whole: Optional[Graph] = None) -> None:
        """Get ready; `whole` is the graph with all copies, without which nothing is said that may differ in them."""
        self._masks = CausalMasks(whole) if whole is not None else None
        self.whole = whole
        self.passed = passing(graph)
        # A formula, which is read without `whole`, says what its products multiply.
        self.attention = attention_words(graph) if whole is not None else NO_ATTENTION
        self.recurrent, self.borrowed = RecurrentWords(graph), BorrowedWeights(graph)
        self.phases, self.shared, self.stages = phase_words(graph, whole), shared_weights(graph), stages(graph)
        self.squeezed = squeeze_excite_groups(graph)
        self.held = _held(graph)
        """For each group the classes of the layers right below it, those of scopes and stacks in it included."""
        self.notes = graph_notes(graph)
        of_two = whole is None or content_of(whole).is_of_two  # what both graphs have together says nothing of either
        self.of_all = UNKNOWN_FIGURES if whole is None or of_two else whole_figures(whole)
        self._graph, self._ops = graph, GroupOps(graph)
        self._stacks = content_of(graph).view.stacks
        self._kinds = KindsOfCards(graph, self._ops)
        self._layer_classes = {group.cls for group in content_of(graph).groups if group.is_call and group.cls}
        # A formula says of steps what they do, not what they lack.
        self._unactivated = last_without_activation(graph, self.passed) if whole is not None else frozenset()
        self._kind: Dict[int, str] = {}
        self._layer: Dict[int, str] = {}
        self._copies: Dict[int, str] = {}

    def causal_mask(self, drawn: Graph, node: int) -> str:
        """What is said of an op that makes a causal mask, see `CausalMasks.words`."""
        return self._masks.words(drawn, node) if self._masks is not None else ""

    def kind(self, index: int) -> str:
        """The kind of a closed group, see `KindsOfCards`."""
        if index not in self._kind:
            self._kind[index] = self._kinds.kind(index)
        return self._kind[index]

    def is_block(self, index: int, copies: int) -> bool:
        """Whether a closed group is a block of several layers: one that repeats, or that is no layer itself."""
        return (copies > 1 or not content_of(self._graph).groups[index].is_call) and self._kinds.holds_layers(index)

    def layer(self, index: int) -> str:
        """What the layer that a group is does, in words; empty if that is not known."""
        if index not in self._layer:
            said = squeeze_excite_words(self._graph, index, self._ops) if index in self.squeezed else ""
            words = said or card_text(self._graph, index, self._ops)
            self._layer[index] = f"{words}, {NO_ACTIVATION}" if words and index in self._unactivated else words
        return self._layer[index]

    def of_copies(
        self, index: int, layers: Sequence[Group], value_of: Callable[[Group], Optional[_Value]]
    ) -> List[Tuple[Optional[_Value], ...]]:
        """For each copy of a stack, in the order of the data, a value of its layers, such as their sizes, at the places of some layers of the drawn copy, in their order.

        Empty for a group that is no stack, where the copies are not known, and where the layers are not told apart.
        """
        stack = self._stacks.get(index, ALONE)
        if self.whole is None or not layers or len(stack.copies) < LEAST_BLOCKS:
            return []
        content = content_of(self.whole)
        calls: Dict[int, int] = {}  # a group -> the innermost call of a layer around it: many ops lie in one group

        def layer(row: int) -> int:
            home = content.node_group[row]
            if home not in calls:
                calls[home] = next((g for g in chain(content.groups, home) if content.groups[g].is_call), -1)
            return calls[home]

        wanted = list(map(known_by, layers))
        first: Dict[_KnownBy, int] = {}
        for place, row in enumerate(stack.copies[0]):
            home = layer(row) if row != LACKING else -1
            if home >= 0:
                first.setdefault(known_by(content.groups[home]), place)
        if len(set(wanted)) < len(wanted) or not first.keys() >= set(wanted):
            return []
        places = [first[each] for each in wanted]
        found: List[Tuple[Optional[_Value], ...]] = [()] * len(stack.copies)
        for number, copy in enumerate(stack.copies):
            homes = [layer(copy[place]) if place < len(copy) and copy[place] != LACKING else -1 for place in places]
            order = stack.places[number] if stack.places else number
            found[order] = tuple([value_of(content.groups[home]) if home >= 0 else None for home in homes])
        return found

    def copies(self, index: int) -> str:
        """The names of the copies of a stack: ``conv2_block1 … 3``."""
        if index not in self._copies:
            stack = self._stacks[index]
            order = sorted(range(len(stack.names)), key=lambda copy: stack.places[copy] if stack.places else copy)
            names = [stack.names[copy] for copy in order]
            given = self._given(names)
            level = level_title(self._graph, index) if given is names and BETWEEN in names[0] else ""
            self._copies[index] = level or _range([_INDEX.sub("_", name) for name in given])
        return self._copies[index]

    def of_each_copy(self, index: int, name: str) -> str:
        """What a group in a stack is called in all copies, where these have no name and the group is the first in them: ``attn0 … 47``; empty if it is not."""
        around = next((each for each in chain(content_of(self._graph).groups, index) if each in self._stacks), -1)
        if around < 0 or around == index or not self.copies(around).startswith(f"{UNNAMED_PART} "):
            return ""
        stack = self._stacks[around]
        order = sorted(range(len(stack.names)), key=lambda copy: stack.places[copy] if stack.places else copy)
        firsts = [each.split(BETWEEN)[0] for each in stack.names]
        short = _without_common_end(firsts)
        if name not in (firsts[0], short[0]) or len(set(short)) < max(len(short), LEAST_BLOCKS):
            return ""
        return _range([short[copy] for copy in order])

    def drawn_copy(self, index: int) -> str:
        """The name of the copy of a stack that is drawn: ``block2b``."""
        return cut(self._given(self._stacks[index].names)[0])

    def _given(self, names: Sequence[str]) -> Sequence[str]:
        """What an author calls copies that have the names of their first and last layers: without names that Keras made up.

        ``conv2d_5 … mixed0`` is ``mixed0``; what all names end with tells nothing: ``block3_sepconv1_act … add_2`` is ``block3``.
        """
        ends = [name.split(BETWEEN) for name in names]
        if any(len(pair) < LEAST_BLOCKS for pair in ends):
            return names
        for place in (0, -1):
            chosen = [pair[place] for pair in ends]
            if not any(self._is_made_up(name) for name in chosen):
                return self._blocks(ends) if place == 0 else _without_common_end(chosen)
        return names

    def _is_made_up(self, name: str) -> bool:
        return any(is_made_up(name, cls) for cls in self._layer_classes)

    def _blocks(self, ends: Sequence[Sequence[str]]) -> Sequence[str]:
        """What blocks are called of which only layers have names: by their numbers, since a block is not its attention; else as the first layers."""
        first, last = (_without_common_end([pair[place] for pair in ends]) for place in (0, -1))
        numbers = [match for match in map(NUMBERED.match, first) if match is not None]
        is_part = not any(map(self._is_made_up, last)) and len(stem_of([first[0], last[0]])) < LEAST_STEM
        if not is_part or len(numbers) < len(first) or len({match[1] for match in numbers}) > 1:
            return first
        return [f"{UNNAMED_PART} {match[2]}" for match in numbers]


def known_by(group: Group) -> _KnownBy:
    """What a layer is known by in the graph with all copies, where other groups are around it."""
    return group.name, group.object_path, group.call


def _held(graph: Graph) -> List["Counter[str]"]:
    groups, stacks = content_of(graph).groups, content_of(graph).view.stacks
    found: List[Counter[str]] = [Counter() for _ in groups]
    for index in range(len(groups) - 1, -1, -1):
        group, times = groups[index], len(stacks.get(index, ALONE).names)
        if group.parent < 0:
            continue
        if group.is_call and group.cls:
            found[group.parent][kind_word(group)] += times
        else:
            for name, count in found[index].items():
                found[group.parent][name] += count * times
    return found


def _without_common_end(names: Sequence[str]) -> Sequence[str]:
    """Names without the words that all end with.

    >>> _without_common_end(["block3_sepconv1_act", "block4_sepconv1_act"]), _without_common_end(["mixed0", "mixed1"])
    (['block3', 'block4'], ['mixed0', 'mixed1'])
    """
    words = [name.split("_") for name in names]
    while min(map(len, words)) > 1 and len({each[-1] for each in words}) == 1:
        words = [each[:-1] for each in words]
    return ["_".join(each) for each in words]


def _range(names: Sequence[str]) -> str:
    """The names of copies in short.

    >>> _range(["block_1", "block_2", "block_3"]), _range(["block2a", "block2b"]), _range(["a", "b"])
    ('block_1 … 3', 'block2a … b', 'a … b')
    """
    first, last = (
        names[0].split(" \u2026 ")[0],
        names[-1].split(" \u2026 ")[-1],
    )  # of siblings put together: the first and the last
    begins, ends = NUMBERED.match(first), NUMBERED.match(last)
    if begins and ends and begins[1] == ends[1]:
        return f"{cut(first)} \u2026 {ends[2]}"
    if first[:-1] == last[:-1] and first[-2:-1].isdigit():  # block2a, block2b
        return f"{cut(first)} \u2026 {last[-1]}"
    return f"{cut(first, 24)} \u2026 {cut(last, 24)}"
