"""What is peculiar to single copies of a stack, named with them: ``copy 1: projection shortcut, stride 2``.

A copy may have ops that the others have not (`variant`), lack some that they have (`lacking`), and have settings that differ from what
most copies have.
"""

from __future__ import annotations

from collections import Counter
from typing import (
    TYPE_CHECKING,
    AbstractSet,
    Any,
    Dict,
    FrozenSet,
    Iterator,
    List,
    NamedTuple,
    Optional,
    Sequence,
    Set,
    Tuple,
)

from ..graph.content import content_of
from ..graph.view import BOX, LACKING, PILL
from ..graph.vocabulary import chain
from .naming import copies_text
from .uneven import common, in_order

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from ..graph.groups import Group
    from .structure import Part

_WINDOW = ("ksize", "strides", "padding")
_KERNEL = ("strides", "dilations", "padding")
ATTRIBUTES: Dict[str, Tuple[str, ...]] = {
    "Conv2D": _KERNEL,
    "Conv3D": _KERNEL,
    "DepthwiseConv2dNative": _KERNEL,
    "Conv2DBackpropInput": _KERNEL,
    "MaxPool": _WINDOW,
    "MaxPool3D": _WINDOW,
    "AvgPool": _WINDOW,
    "AvgPool3D": _WINDOW,
}
"""Op type -> attributes that may differ between copies. Those that must be equal are in `structure.MATTER`; but a copy that lacks something
may also differ in the padding."""
SUMS = frozenset({"Add", "AddV2", "AddN"})
"""Where such an op takes what only one copy has beside what all have, that is a shortcut."""
WEIGHT_OPS = frozenset(
    {"Conv1D", "Conv2D", "Conv3D", "DepthwiseConv2dNative", "MatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum"}
)
"""A shortcut with one of these is a projection."""
MOST_KINDS = 3
"""Kinds of what a copy has more that are named; of more kinds the number is told."""


class Peculiar(NamedTuple):
    """What single copies have for themselves."""

    words: Tuple[str, ...]
    """A few words for each set of copies with the same."""
    told: FrozenSet[Tuple[int, str]]
    """The attributes that the words tell: which op of the copies, and which attribute."""


def peculiar(graph: Graph, stack: Sequence[Part]) -> Peculiar:
    """What single copies have for themselves.

    Args:
        graph: the graph that holds all copies.
        stack: the copies in the order of the data.
    """
    shared = common(stack)
    words = [[*_less(graph, part, stack), *_more(graph, part, part.ops()[shared:])] for part in stack]
    told: Set[Tuple[int, str]] = set()
    for place, name, odd in _odd_settings(graph, stack):
        told.add((place, name))
        for number, text in odd.items():
            if text not in words[number]:
                words[number].append(text)
    same: Dict[str, List[int]] = {}
    for number, own in enumerate(words):
        if own:
            same.setdefault(", ".join(own), []).append(number)
    return Peculiar(tuple(f"{copies_text(numbers)}: {text}" for text, numbers in same.items()), frozenset(told))


def own_layers(graph: Graph, stack: Sequence[Part]) -> Dict[int, Tuple[Group, ...]]:
    """For each copy that has ops more than the others, the innermost layers that these are in; a copy with such an op in no layer is left out.

    Args:
        graph: the graph that holds all copies.
        stack: the copies in the order of the data.
    """
    content, shared = content_of(graph), common(stack)
    found: Dict[int, Tuple[Group, ...]] = {}
    for number, part in enumerate(stack):
        boxes = [op for op in sorted(part.ops()[shared:]) if content.view.role(op) in (BOX, PILL)]
        if not boxes:
            continue
        inside = {inner.group for inner in part.within()[1:]}
        layers = [_layer(graph, op, inside) for op in boxes]
        if -1 not in layers:
            found[number] = tuple(content.groups[layer] for layer in dict.fromkeys(layers))
    return found


def strided_layers(graph: Graph, stack: Sequence[Part]) -> Dict[int, Tuple[Group, ...]]:
    """For each copy with other strides than most copies, the layers which all copies have and that have these strides in it.

    Args:
        graph: the graph that holds all copies.
        stack: the copies in the order of the data.
    """
    found: Dict[int, List[int]] = {}
    for place, name, odd in _odd_settings(graph, stack):
        for number in odd if name == "strides" else ():
            part = stack[number]
            inside = {inner.group for inner in part.within()[1:]}
            found.setdefault(number, []).append(_layer(graph, part.ops()[place], inside))
    groups = content_of(graph).groups
    return {
        number: tuple(groups[layer] for layer in dict.fromkeys(layers))
        for number, layers in found.items()
        if -1 not in layers
    }


def _layer(graph: Graph, op: int, among: AbstractSet[int]) -> int:
    """The innermost layer that an op is in, of some groups; -1 for none."""
    content = content_of(graph)
    around = chain(content.groups, content.node_group[op])
    return next((group for group in around if content.groups[group].is_call and group in among), -1)


def drawn_first(graph: Graph, run: Sequence[Part]) -> List[Part]:
    """The copies of a stack with the one that is drawn in front: the first that has nothing for itself, else the first that has the ops which most have.

    After: `Part.place` says where each stands in the order of the run.
    """
    for place, part in enumerate(run):
        part.place = place
    shared = common(run)
    plain = [place for place, part in enumerate(run) if _is_plain(part, shared)]
    odd = {number for _, _, numbers in _odd_settings(graph, run) for number in numbers}
    drawn = next((place for place in plain if place not in odd), plain[0])
    return [run[drawn], *run[:drawn], *run[drawn + 1 :]]


def can_be_drawn(graph: Graph, stack: Sequence[Part], part: Part) -> bool:
    """Whether a copy has nothing for itself, so that it may stand for all: as many ops as the others, and the settings of most."""
    number = in_order(stack).index(part)
    odd = {each for _, _, numbers in _odd_settings(graph, in_order(stack)) for each in numbers}
    return _is_plain(part, common(stack)) and number not in odd


def _is_plain(part: Part, shared: int) -> bool:
    """Whether a copy has no op more than the others, and lacks none."""
    return len(part.ops()) == shared and not _lacks(part)


def _lacks(part: Part) -> bool:
    """Whether a copy lacks an op that others have: only one of another structure can."""
    return part.is_aligned and LACKING in part.ops()


def _odd_settings(graph: Graph, stack: Sequence[Part]) -> Iterator[Tuple[int, str, Dict[int, str]]]:
    """Which op, which attribute, and the copies in which it is not what most copies have, each with words for its value.

    Where some copies have more ops than others, or less, most of the others decide. A copy that lacks the op has no setting.
    """
    table, ops, shared = content_of(graph).table, [part.ops() for part in stack], common(stack)
    are_plain = [_is_plain(part, shared) for part in stack]
    for place in range(shared):
        names = ATTRIBUTES.get(table.ops[next(copy[place] for copy in ops if copy[place] != LACKING)])
        if names is None:  # as of most ops
            continue
        own = {number: copy[place] for number, copy in enumerate(ops) if copy[place] != LACKING}
        if len({table.attrs_key(op) for op in own.values()}) == 1:  # as in most stacks
            continue
        attrs = {number: table.attrs(op) for number, op in own.items()}
        for name in names:
            values = {number: value_text(each.get(name)) for number, each in attrs.items()}
            if len(set(values.values())) < 2:
                continue
            plain = [value for number, value in values.items() if are_plain[number]]
            usual, times = Counter(plain).most_common(1)[0]
            if times * 2 > len(plain):
                odd = {number: _setting(name, value) for number, value in values.items() if value != usual}
                yield place, name, odd


def _setting(name: str, value: str) -> str:
    """A setting in the words of those who write it: ``stride 2``."""
    sizes = value.split("x")
    size = sizes[0] if len(set(sizes)) == 1 else value
    return f"{_SINGLE.get(name, name)} {size}"


_SINGLE = {"strides": "stride", "dilations": "dilation", "ksize": "window"}


def _more(graph: Graph, part: Part, own: Sequence[int]) -> List[str]:
    """What a copy has more than the others."""
    if not own:
        return []
    table, view = content_of(graph).table, content_of(graph).view
    only = set(own)
    boxes = [op for op in own if view.role(op) in (BOX, PILL)]
    sums = (op for op in part.traced() if op not in only and table.ops[op] in SUMS)
    shortcut = any(edge.node in only for op in sums for edge in table.data_inputs(op))
    if shortcut and any(table.ops[op] in WEIGHT_OPS for op in boxes):
        return ["projection shortcut"]
    kinds = list(dict.fromkeys(_kind(graph, op) for op in boxes))
    named = ", ".join(kinds) if len(kinds) <= MOST_KINDS else f"{len(kinds)} kinds of ops"
    return [f"{named} {'in the shortcut' if shortcut else 'more'}" if kinds else f"{len(own)} ops more"]


def _less(graph: Graph, part: Part, stack: Sequence[Part]) -> List[str]:
    """What a copy lacks of that which others have: ``no shortcut``."""
    if not _lacks(part):
        return []
    places = [place for place, op in enumerate(part.ops()) if op == LACKING]
    view, whole = content_of(graph).view, next(other for other in stack if not _lacks(other))
    boxes = [op for op in (whole.ops()[place] for place in places) if view.role(op) in (BOX, PILL)]
    joins = _shortcuts(graph, whole, boxes, {op for other in stack for op in other.traced()})
    # The class of the block itself is no name for something in it.
    inside = {inner.group for inner in whole.within()[1:]}
    kinds = list(dict.fromkeys(_kind(graph, op, inside) for op in boxes if op not in joins))
    words = ["no shortcut"] if joins else []
    if len(kinds) > MOST_KINDS:
        return [*words, f"{len(kinds)} kinds of ops less"]
    return [*words, *(f"no {kind}" for kind in kinds)]


def _shortcuts(graph: Graph, whole: Part, lacked: Sequence[int], held: Set[int]) -> List[int]:
    """Those of some ops of a copy that add what the copy is given, by another copy or so that it goes on from there as well."""
    table, inside = content_of(graph).table, set(whole.traced())
    left = inside.difference(lacked)
    taken = {edge for op in left for edge in table.data_inputs(op) if edge.node not in inside}
    return [
        op
        for op in lacked
        if table.ops[op] in SUMS
        and any(edge.node not in inside and (edge.node in held or edge in taken) for edge in table.data_inputs(op))
    ]


def _kind(graph: Graph, op: int, among: Optional[AbstractSet[int]] = None) -> str:
    """The class of the innermost layer that an op belongs to, of some groups if they are given, else its type."""
    groups = content_of(graph).groups
    for group in chain(groups, content_of(graph).node_group[op]):
        if groups[group].is_call and groups[group].cls and (among is None or group in among):
            return str(groups[group].cls)
    return content_of(graph).table.ops[op]


def value_text(value: Any) -> str:
    """Strides and windows as ``2x2``. Entries of 1 are left out, which drops those for the batch and the channels."""
    if not isinstance(value, (list, tuple)):
        return str(value)
    inner = [number for number in value if number != 1] or [1]
    return "x".join(str(number) for number in inner)
