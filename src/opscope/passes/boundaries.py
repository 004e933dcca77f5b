"""What speaks for and against a boundary between two siblings, for whoever cuts a row of siblings into blocks.

Few tensors cross a boundary between blocks. But the skip connections of a U-Net cross all of them alike; there one block ends
and the next begins where an author begins a stage: at what changes the size of an image or takes a skip connection, or
behind a pooling. It is never between a convolution and its normalization or activation.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, Dict, FrozenSet, Iterable, List, NamedTuple, Optional, Sequence, Set, Tuple

from ..graph.content import content_of
from .peculiar import ATTRIBUTES, WEIGHT_OPS
from .structure import Child, Structures

if TYPE_CHECKING:
    from ..graph.types import Shape

WEIGHTED = WEIGHT_OPS | {"Conv2DBackpropInput", "Conv3DBackpropInputV2"}
"""What layers with weights are made of. A transposed convolution is, as an op, the gradient of a convolution."""
WINDOWED = frozenset(ATTRIBUTES) - WEIGHTED
"""Poolings."""
STRIDED = frozenset(ATTRIBUTES) | {"Conv3DBackpropInputV2"}
"""Ops that may give smaller images than they take, or larger ones, by their strides."""
RESIZING = frozenset({"ResizeNearestNeighbor", "ResizeBilinear", "ResizeBicubic", "DepthToSpace", "Tile"})
"""Ops that give larger images, in networks. Keras 3 repeats rows and columns by tiling."""
_SCALING = STRIDED | RESIZING
LEAST_OF_IMAGES = 4
"""So many dimensions a batch of images has. A batch of sequences has one less."""


class Boundary(NamedTuple):
    """What is known of a sibling and of the boundary just before it."""

    likeness: float = 0.0
    """How alike the names on both sides are, from 0 to 1: those of one block are often more alike than others."""
    entering: int = 1
    """How many use what the drawn sibling before it gives: what enters a residual block has two users at least."""
    tears: bool = False
    """Whether it lies between a layer with weights and what goes on with the result: its normalization, its activation."""
    turns: bool = False
    """Whether a stage begins here: the size of images changes, or a skip connection is taken."""
    scale: int = 0
    """Whether the sibling itself gives larger images than it takes (1) or smaller ones (-1)."""
    users: Sequence[int] = ()
    """The places of those that use what the sibling itself gives, ascending."""


def boundaries(structures: Structures, children: Sequence[Child], feeds: Sequence[Set[int]]) -> List[Boundary]:
    """The boundary before each child.

    Args:
        structures: where the tokens of parts are known.
        children: the siblings.
        feeds: for each child the places of the siblings that feed it.
    """
    row = _Row(structures, children, feeds)
    names = [structures.name(child) for child in children]
    likeness = [0.0, *map(_likeness, names, names[1:])]
    columns = zip(likeness, row.entering(), row.tears, row.turns(), row.scales, row.users)
    return [Boundary(*known) for known in columns]


class _Row:
    """Siblings in a row, and which of those that are drawn feed which.

    A weight is docked where it is used, so it passes no boundary. What hands on a tensor without being drawn is a wire.
    """

    def __init__(self, structures: Structures, children: Sequence[Child], feeds: Sequence[Set[int]]) -> None:
        self._structures, self._children = structures, children
        self._table = content_of(structures.graph).table
        self._drawn = [structures.boxes(child) > 0 for child in children]
        self._behind = self._behind_wires(feeds)
        self._feeds = [
            {source for source in map(self._behind.__getitem__, sources) if self._drawn[source]} - {place}
            for place, sources in enumerate(feeds)
        ]
        self.users: List[List[int]] = [[] for _ in children]
        """For each child those drawn that use what it gives."""
        for place, sources in enumerate(self._feeds):
            for source in sources if self._drawn[place] else ():
                self.users[source].append(place)
        self._types: Dict[int, FrozenSet[str]] = {}  # token of a child -> the types of the ops in it
        self._shapes = self._given_shapes()

    def _behind_wires(self, feeds: Sequence[Set[int]]) -> List[int]:
        """For each child the one that is drawn for it as a source: what feeds it, if it is not drawn and fed by one alone."""
        behind: List[int] = []
        for place, sources in enumerate(feeds):
            only = min(sources) if len(sources) == 1 and not self._drawn[place] else place
            behind.append(behind[only] if only < place else place)
        return behind

    def _given_shapes(self) -> "List[Shape]":
        """For each child the shape of the tensor that the first of its users takes; if it has none, of what its last op gives."""
        place_of = {self._structures.serial(child): place for place, child in enumerate(self._children)}
        holder, outputs = self._structures.holder, self._table.outputs
        found: Dict[int, Shape] = {}
        for child in self._children:
            for _, _, producer, output in self._structures.outer(child):
                place = place_of.get(holder[producer], -1)
                if place >= 0 and output < len(outputs[producer]):
                    found.setdefault(self._behind[place], outputs[producer][output].shape)
        for place, child in enumerate(self._children):
            if place not in found:
                found[place] = next((kind.shape for kind in self._structures.gives(child)), None)
        return [found[place] for place in range(len(self._children))]

    def entering(self) -> List[int]:
        """For each child how many use what the drawn sibling before it gives."""
        found, last = [], 0
        for users, drawn in zip(self.users, self._drawn):
            found.append(last)
            last = len(users) if drawn else last
        return found

    @cached_property
    def tears(self) -> List[bool]:
        """For each child whether the boundary before it tears a layer from what only goes on with its result."""
        torn: List[Tuple[int, int]] = []
        layers: Set[int] = set()  # layers with weights, and what goes on with their results
        for place, sources in enumerate(self._feeds):
            if not self._drawn[place]:
                torn += [(place - 1, place)] if len(sources) == 1 else []
            elif self._holds(place, WEIGHTED):
                layers.add(place)
            elif len(sources) == 1 and layers.issuperset(sources) and self._goes_on(min(sources), place):
                layers.add(place)
                torn.append((min(sources), place))
        return [count > 0 for count in spanned(torn, len(self._children))]

    def _goes_on(self, source: int, place: int) -> bool:
        """Whether a child without weights alone takes what another gives, and gives it in the same shape."""
        child = self._children[place]
        if (
            not isinstance(child, int)
            and child.group >= 0
            and content_of(self._structures.graph).groups[child.group].of
        ):
            return False  # a gradient: the activation's comes before the convolution's
        alone = len(self.users[source]) == 1 and not self._holds(place, WINDOWED)
        return alone and self._shapes[source] == self._shapes[place] and not self.scales[place]

    @cached_property
    def scales(self) -> List[int]:
        """For each child 1 if it gives larger images than all that it takes, -1 if smaller, else 0."""
        return [self._scale(place) if drawn else 0 for place, drawn in enumerate(self._drawn)]

    def turns(self) -> List[bool]:
        """For each child whether a stage begins there."""
        drawn = [place for place, is_drawn in enumerate(self._drawn) if is_drawn]
        scales, tears = self.scales, self.tears
        changing = [place for place in drawn if scales[place]]
        ends = {place for place in changing if scales[place] < 0 and self._ends_a_level(place, changing)}
        smaller = {place for place in changing if scales[place] < 0 and not self._holds(place, WEIGHTED)}
        turning: Set[int] = set()
        is_behind = False  # a pooling, or what ends a level and what only goes on with its result
        for before, place in zip([-1, *drawn], drawn):
            is_behind = before in smaller or before in ends or (is_behind and tears[before])
            if (is_behind and not tears[place]) or (scales[place] and place not in ends) or self._joins(place):
                turning.update(range(before + 1, place + 1))  # with the weights just before it
        return [place in turning for place in range(len(self._children))]

    def _ends_a_level(self, place: int, changing: Sequence[int]) -> bool:
        """Whether a layer with weights that makes images smaller does so behind all else of its level: it takes a tensor that also skips.

        A skip connection leads past the next child that changes the size; a shortcut beside a convolution with stride 2 does not.
        """
        later = changing[bisect_right(changing, place) :]
        skips = (self.users[source][-1] > later[0] for source in self._feeds[place] if later)
        return self._holds(place, WEIGHTED) and any(skips)

    def _joins(self, place: int) -> bool:
        """Whether a child takes several tensors of which none goes to another of its kind, as the memory of a transformer does."""
        token = self._structures.token
        own = [
            source
            for source in self._feeds[place]
            if all(
                user == place or token(self._children[user]) != token(self._children[place])
                for user in self.users[source]
            )
        ]
        return len(own) > 1

    def _scale(self, place: int) -> int:
        """1 if a child gives larger images than all that it takes, -1 if smaller, else 0."""
        scales = {_scale(self._shapes[source], self._shapes[place]) for source in self._feeds[place]}
        if scales == {None}:
            return self._scale_of_ops(place)
        return (scales.pop() or 0) if len(scales) == 1 else 0

    def _scale_of_ops(self, place: int) -> int:
        """As `_scale`, by the settings of the ops, where shapes are not known."""
        if not self._holds(place, _SCALING):  # asked once of all children of one structure
            return 0
        for op in self._rows(place):
            kind = self._table.ops[op]
            strides = self._table.attrs(op).get("strides") if kind in STRIDED else None
            if kind in RESIZING or (isinstance(strides, (list, tuple)) and any(step != 1 for step in strides)):
                return 1 if kind in RESIZING or kind.endswith("BackpropInput") else -1
        return 0

    def _rows(self, place: int) -> Sequence[int]:
        child = self._children[place]
        return [child] if isinstance(child, int) else child.rows

    def _holds(self, place: int, kinds: FrozenSet[str]) -> bool:
        """Whether an op of some kind is in a child."""
        token = self._structures.token(self._children[place])
        if token not in self._types:
            self._types[token] = frozenset(self._table.ops[row] for row in self._rows(place))
        return not kinds.isdisjoint(self._types[token])


def _scale(taken: "Shape", given: "Shape") -> Optional[int]:
    """1 if images grow, -1 if they shrink, 0 if they stay as large; ``None`` if that is not known.

    Two dimensions of images change then, whatever becomes of the channels.
    """
    if taken is None or given is None or len(taken) != len(given) or len(given) < LEAST_OF_IMAGES - 1:
        return None if taken is None or given is None else 0
    pairs = list(zip(taken[1:], given[1:])) if len(given) >= LEAST_OF_IMAGES else [(taken[1], given[1])]
    steps = [(other > one) - (other < one) for one, other in pairs if one is not None and other is not None]
    if len(steps) < len(pairs):
        return None
    changed = sum(map(abs, steps))
    total = sum(steps) if changed > 1 or len(given) < LEAST_OF_IMAGES else 0
    return (total > 0) - (total < 0)


def spanned(links: Iterable[Tuple[int, int]], count: int) -> List[int]:
    """For each of so many places how many links, from one place to a later one, cross the boundary just before it."""
    change = [0] * (count + 2)  # how many more (or fewer) cross a boundary than the one before
    for start, end in links:
        if end > start:
            change[start + 1] += 1
            change[end + 1] -= 1
    return list(accumulate(change))[:count]


def _likeness(first: str, second: str) -> float:
    """Which fraction of the longer name the common beginning of two names is."""
    common = 0
    while common < min(len(first), len(second)) and first[common] == second[common]:
        common += 1
    return common / max(len(first), len(second), 1)
