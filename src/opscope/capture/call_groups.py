"""Recorded layer calls -> local groups: class, where the object lives, its variables, what it returned, its source."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Hashable, List, Optional, Sequence, Tuple

from ..graph.types import Source, TensorType
from ..program.body import LocalGroup
from ..program.scopes import remainder, same_name, split_scope
from . import keras
from .captured_variables import Variables, dims
from .found_objects import FoundObjects, name_of
from .recorder import Record
from .seams import tensorflow
from .site import Site, parent_call
from .user_frames import Sources


@dataclass
class Describer:
    """What is said of a layer, found out once however often it is called."""

    objects: FoundObjects
    variables: Variables
    sources: Optional[Sources]
    _weights: Dict[int, Tuple[Tuple[int, ...], Optional[int]]] = field(default_factory=dict)
    _classes: Dict[type, Optional[Source]] = field(default_factory=dict)

    def group(self, record: Record, parent: int, key: Hashable, source: Optional[Source]) -> LocalGroup:
        """The group of one recorded call; `source` is the user's line that called it, told for a library's class."""
        subject = record.subject
        numbers, parameters = self._weights_of(subject)
        return LocalGroup(
            name_of(subject), _kind(subject), parent, cls=type(subject).__name__, object_path=self.objects.path(subject),
            layer_source="recorded", outputs=tensor_types(record.outputs), variables=numbers, parameters=parameters,
            source=self.class_source(type(subject)) or source, layer=id(subject), key=key,
        )  # fmt: skip

    def class_source(self, cls: type) -> Optional[Source]:
        """The file and line of a user's class; ``None`` for a library's."""
        if self.sources is None:
            return None
        if cls not in self._classes:
            self._classes[cls] = self.sources.of_class(cls)
        return self._classes[cls]

    def _weights_of(self, subject: Any) -> Tuple[Tuple[int, ...], Optional[int]]:
        if id(subject) not in self._weights:
            numbers = tuple(dict.fromkeys(self.variables.number(weight) for weight in weights(subject)))
            sizes = [self.variables.found[number].size or 0 for number in numbers]
            self._weights[id(subject)] = (numbers, sum(sizes))
        return self._weights[id(subject)]


def weights(subject: Any) -> List[Any]:
    """The variables of a layer (Keras's `weights`: no random state, no metrics) or of a module."""
    for name in ("weights", "variables"):
        try:
            return list(getattr(subject, name))
        except Exception:  # an unbuilt layer raises ValueError, a user's property whatever it likes
            continue
    return []


def _kind(subject: Any) -> str:
    if keras.is_model(subject):
        return "model"
    return "layer" if keras.is_layer(subject) else "module"


def tensor_types(value: Any) -> Tuple[TensorType, ...]:
    """The types of the tensors in what a call returned, in the order of TensorFlow's `nest`."""
    tf = tensorflow()
    try:
        leaves = tf.nest.flatten(value, expand_composites=True)
    except (TypeError, ValueError):
        return ()
    return tuple(
        TensorType(leaf.dtype.name, dims(leaf.shape))
        for leaf in leaves
        if isinstance(leaf, tf.Tensor)
        or (hasattr(leaf, "dtype") and hasattr(leaf, "shape") and hasattr(leaf.dtype, "name"))
    )


def call_groups(site: Site, describe: Describer) -> Tuple[List[LocalGroup], List[int]]:
    """One local group for each recorded call of the site that made an op, and the group of each record (-1: none)."""
    index = {id(record): place for place, record in enumerate(site.calls)}
    parents = [parent_call(record, index) for record in site.calls]
    used = [False] * len(site.calls)
    for innermost in site.call_of:
        place = innermost
        while place >= 0 and not used[place]:
            used[place] = True
            place = parents[place]
    first = _first_rows(site)
    groups: List[LocalGroup] = []
    group_of = [-1] * len(site.calls)
    for place, record in enumerate(site.calls):
        if not used[place]:
            continue
        parent = group_of[parents[place]] if parents[place] >= 0 else -1
        group_of[place] = len(groups)
        source = _caller(describe, record, first.get(place))
        groups.append(describe.group(record, parent, (site.body.name, place), source))
    return groups, group_of


def _first_rows(site: Site) -> Dict[int, Any]:
    """For each record the first op that it made itself, not a layer inside it."""
    first: Dict[int, Any] = {}
    for op, row in zip(site.ops, site.rows):
        if row >= 0 and site.call_of[row] >= 0:
            first.setdefault(site.call_of[row], op)
    return first


def _caller(describe: Describer, record: Record, op: Any) -> Optional[Source]:
    """The user's line that called a library's layer."""
    if op is None or describe.sources is None or describe.class_source(type(record.subject)) is not None:
        return None
    return describe.sources.of_op(op)


def scope_below(record: Record, path: Sequence[str]) -> Tuple[str, ...]:
    """What is left of an op's scopes below a recorded call: without the scope of the caller and the layer's own."""
    rest = remainder(tuple(path), split_scope(record.scope))
    if len(rest) > 1 and same_name(rest[0], name_of(record.subject)):
        rest = rest[1:]
    return rest
