"""Groups the layers of a flat network into the stages that their names and wires show, where nothing repeats.

``block_16_expand``, ``block_16_depthwise`` and ``block_16_project`` are the block ``block_16``; what lies between one tensor and the
concatenation ``mixed3`` is the module ``mixed3``. An overview without room for all layers can then close a whole module.
"""

from __future__ import annotations

import re
from array import array
from dataclasses import dataclass, field, replace
from itertools import takewhile
from typing import TYPE_CHECKING, Callable, Dict, FrozenSet, List, Mapping, Optional, Sequence, Tuple, TypeVar

from ..graph.content import Content, content_of, with_content
from ..graph.groups import Group
from ..graph.view import BOX, UNWIRED, Borders, Carried
from .fold import box_counts
from .naming import is_made_up

if TYPE_CHECKING:
    from ..graph.graph import Graph

LEAST_LAYERS = 3
"""Fewer layers with weights, poolings or sums take no more room than the card that would hold them."""
LEAST_STAGE = 4
STEM = "stem"
"""What comes before the first block, where its layers have no names of their own."""
LEAST_FLAT = 12
"""In a group with fewer layers no stages are looked for."""
STAGES = "stages"
"""Between the path of the group that holds a stage and its name."""
_Value = TypeVar("_Value")
_KEY = re.compile(r"^(.*?\d+[a-z]?)(?:_|$)")


@dataclass
class NewGroup:
    """Siblings that become a group."""

    name: str
    members: List[int] = field(default_factory=list)
    place: str = STAGES
    """Between the path of the group that holds it and its name."""


def staged(graph: Graph, is_own: Callable[[Group], bool]) -> Graph:
    """The graph with groups around stages. They are in `view.made`, and of kind ``scope``.

    Before: the roles are decided, and repeats are stacks: these and the author's own layers stay out of stages. After: nothing else is
    changed; groups have other indices.
    """
    content = content_of(graph)
    direct, below = box_counts(graph)
    inside = _in_stacks(content)
    found: List[Tuple[int, NewGroup]] = []
    for parent, children in enumerate(content.children()):
        index = parent if parent < len(direct) else -1  # the last entry is for the outermost groups
        flat = direct[index] if index >= 0 else len(children)
        layer = index >= 0 and content.groups[index].kind == "layer"  # what is in one is its author's own order
        if flat < LEAST_FLAT or layer or inside[index]:
            continue
        if any(content.groups[child].is_call for child in children):
            found += [(index, stage) for stage in _Siblings(content, index, children, below, is_own).stages()]
    return regrouped(graph, found) if found else graph


def _in_stacks(content: Content) -> List[bool]:
    """For each group whether it is drawn for several or lies in such a one; the last entry is for what lies in no group."""
    found: List[bool] = []
    for index, group in enumerate(content.groups):
        found.append(index in content.view.stacks or (group.parent >= 0 and found[group.parent]))
    return [*found, False]


def stages(graph: Graph) -> FrozenSet[int]:
    """The groups around stages."""
    view = content_of(graph).view
    return view.made.difference(view.stacks)


class _Siblings:
    """The layers of one group, in their order, and the tensors between them."""

    def __init__(
        self,
        content: Content,
        parent: int,
        children: Sequence[int],
        below: Sequence[int],
        is_own: Callable[[Group], bool],
    ) -> None:
        self._content, self._parent, self._is_own = content, parent, is_own
        self._home = _homes(content, children)
        first: Dict[int, int] = {}
        for node, child in enumerate(self._home):
            if child is None and content.node_group[node] == parent and content.view.role(node) == BOX:
                first[-1 - node] = node  # a loose op, which is in no stage
            elif child is not None and below[child]:
                first.setdefault(child, node)
        self._order = sorted(first, key=first.__getitem__)
        self._place = {child: place for place, child in enumerate(self._order)}

    def stages(self) -> List[NewGroup]:
        """The stages of at least `LEAST_LAYERS` layers."""
        cuts = self._cuts()
        if cuts is None:
            return []
        found: List[NewGroup] = []
        open_stage: Optional[NewGroup] = None
        for start, end in zip(cuts, cuts[1:]):
            atom = self._order[start:end]
            if any(self._is_fixed(child) for child in atom):
                open_stage = None
                continue
            key = self._key(atom)
            goes_on = open_stage is not None and (
                _goes_on(open_stage.name, key) or _goes_on(key, open_stage.name) or (not key and self._follows(atom))
            )
            if open_stage is None or not goes_on:
                open_stage = NewGroup(key)
                found.append(open_stage)
            open_stage.members += atom
            if key and _goes_on(key, open_stage.name):
                open_stage.name = key  # the shorter of both
        return [stage for stage in self._with_stem(found) if stage.name and self._layers(stage) >= LEAST_LAYERS]

    def _with_stem(self, stages: Sequence[NewGroup]) -> List[NewGroup]:
        """The stages, with what comes before the first stack, and before all that has a name, as one."""
        stacks = [self._place[child] for child in self._order if child in self._content.view.stacks]
        first = min(stacks, default=0)
        before = [stage for stage in stages if self._place[stage.members[0]] < first]
        unnamed = list(takewhile(lambda stage: not stage.name, before))
        stem = NewGroup(STEM, [child for stage in unnamed for child in stage.members])
        together = [self._place[child] for child in stem.members]
        if together != list(range(*_ends(together))) or self._layers(stem) < LEAST_STAGE:
            return list(stages)
        return [stem, *(stage for stage in stages if stage not in unnamed)]

    def _cuts(self) -> Optional[List[int]]:
        """The places before which only one tensor goes on, with both ends; ``None`` if a tensor goes backwards."""
        last = list(range(len(self._order)))
        table, view = self._content.table, self._content.view
        for node, child in enumerate(self._home):
            if view.role(node) in UNWIRED:
                continue
            target = self._place.get(-1 - node if child is None else child)
            for edge in table.data_inputs(node) if target is not None else ():
                if view.role(edge.node) in UNWIRED:
                    continue
                giver = self._home[edge.node]
                source = self._place.get(-1 - edge.node if giver is None else giver)
                if source is not None and target is not None:
                    if source > target:
                        return None
                    last[source] = max(last[source], target)
        going, change = 0, [0] * (len(last) + 2)
        for source, target in enumerate(last):
            change[source + 1] += 1
            change[target + 1] -= 1
        cuts = []
        for place in range(len(last)):
            going += change[place]
            if going < 2:
                cuts.append(place)
        return [*cuts, len(last)]

    def _is_fixed(self, child: int) -> bool:
        """Whether a sibling is in no stage: a loose op, what repeats, what holds something, what the author wrote."""
        if child < 0 or child in self._content.view.stacks:
            return True
        group = self._content.groups[child]
        return not group.is_call or group.kind == "model" or self._is_own(group)

    def _key(self, atom: Sequence[int]) -> str:
        """What the names of layers that belong together begin with; empty if an author gave them none, or several."""
        groups = [self._content.groups[child] for child in atom]
        if len(atom) > 1 and not is_made_up(groups[-1].name, groups[-1].cls or ""):
            return _beginning(groups[-1].name)
        keys = {_beginning(group.name) for group in groups if not is_made_up(group.name, group.cls or "")}
        return keys.pop() if len(keys) == 1 else ""

    def _follows(self, atom: Sequence[int]) -> bool:
        return len(atom) == 1 and not self._is_layer(atom[0])

    def _is_layer(self, child: int) -> bool:
        """Whether a layer stands in a row of its own: it has weights of two dimensions or more, or is no mere activation."""
        name = self._content.groups[child].cls or ""
        return not any(
            word in name for word in ("Normalization", "Activation", "ReLU", "Dropout", "Padding", "Rescaling")
        )

    def _layers(self, stage: NewGroup) -> int:
        begins = bool(stage.members) and not self._is_layer(stage.members[0])  # a row begins with it
        return sum(map(self._is_layer, stage.members)) + begins


def _ends(places: Sequence[int]) -> Tuple[int, int]:
    return (places[0], places[-1] + 1) if places else (0, 0)


def _beginning(name: str) -> str:
    """What the names of a block's layers begin with.

    >>> _beginning("block_16_expand"), _beginning("block7a_se_reduce"), _beginning("mixed3"), _beginning("expanded_conv_project")
    ('block_16', 'block7a', 'mixed3', 'expanded_conv')
    """
    numbered = _KEY.match(name)
    return numbered[1] if numbered else name.rpartition("_")[0] or name


def _goes_on(name: str, key: str) -> bool:
    """Whether a layer belongs to a stage by what its name begins with.

    >>> _goes_on("expanded_conv", "expanded_conv_squeeze_excite"), _goes_on("expanded_conv", "expanded_conv_1")
    (True, False)
    """
    return key == name or (bool(name) and key.startswith(f"{name}_") and not _KEY.match(key[len(name) :]))


def _homes(content: Content, children: Sequence[int]) -> List[Optional[int]]:
    """For each op which of the groups `children` it lies in."""
    within: List[Optional[int]] = [None] * len(content.groups)
    for child in children:
        within[child] = child
    for index, group in enumerate(content.groups):  # parents come before their children
        if within[index] is None and group.parent >= 0:
            within[index] = within[group.parent]
    return [within[group] if group >= 0 else None for group in content.node_group]


def regrouped(graph: Graph, found: Sequence[Tuple[int, NewGroup]]) -> Graph:
    """The graph with new groups, each in the group that is told with it, just before the first of its members."""
    content = content_of(graph)
    stage_of = {child: number for number, (_, stage) in enumerate(found) for child in stage.members}
    index: Dict[int, int] = {-1: -1}
    stage_index: Dict[int, int] = {}
    groups: List[Group] = []
    for old, group in enumerate(content.groups):
        number = stage_of.get(old)
        parent = index[group.parent]
        if number is not None:
            if number not in stage_index:
                stage = found[number][1]
                name = stage.name  # a layer in it may have that name
                path = "/".join([*([groups[parent].path] if parent >= 0 else []), stage.place, name])
                stage_index[number] = len(groups)
                groups.append(Group(path, parent, "scope", name))
            parent = stage_index[number]
        index[old] = len(groups)
        groups.append(replace(group, parent=parent))
    view = content.view
    sizes = _keyed(view.sizes, index)
    for number, (_, stage) in enumerate(found):
        if sizes:
            sizes[stage_index[number]] = sum(sizes[index[child]] for child in stage.members)
    return with_content(
        graph,
        groups=tuple(groups),
        node_group=array("i", [index[group] for group in content.node_group]),
        view=replace(
            view,
            closed=frozenset(index[group] for group in view.closed),
            stacks=_keyed(view.stacks, index),
            sizes=sizes,
            made=frozenset({*(index[group] for group in view.made), *stage_index.values()}),
            focus=index[view.focus],
            borders=_borders(view.borders, index),
        ),
    )


def _keyed(column: Mapping[int, _Value], index: Mapping[int, int]) -> Dict[int, _Value]:
    return {index[group]: value for group, value in column.items()}


def _borders(borders: Borders, index: Mapping[int, int]) -> Borders:
    """What wires at the borders of stacks stand for, by the new indices of groups."""

    def carried(old: Carried) -> Carried:
        return old._replace(taken=tuple([(index[group], word) for group, word in old.taken]))

    return Borders(
        {edge: carried(each) for edge, each in borders.edges.items()},
        {output: carried(each) for output, each in borders.outputs.items()},
        {(index[group], tensor): carried(each) for (group, tensor), each in borders.others.items()},
    )
