"""Makes a group of each recorded layer call, with the layer's class, path, variables, output types and source line."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, field
from typing import Any, Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ...graph.model_variables import whole_size
from ...graph.settings import CLASS, Settings, package_of
from ...graph.types import Source, TensorType
from ...program.body import LocalGroup
from .. import keras
from ..captured_variables import Variables, dims
from ..found_objects import FoundObjects, name_of
from ..kinds import is_variable
from ..layer_settings import layer_settings
from ..notes import Record
from ..seams import tensorflow
from ..user_frames import Sources
from .grouping import Grouping
from .opnames import group_of_path, groups_by_name
from .silent_calls import FOLLOWED_BY, silent_after
from .site import Site


class Calls(NamedTuple):
    """The groups of the recorded calls in a body, and which rows are in them."""

    grouping: Grouping
    record_of: Mapping[int, Record]
    """Position of a group -> the record it was made of."""


@dataclass
class Describer:
    """Describes layers. What does not change between the calls of a layer is found out once."""

    objects: FoundObjects
    variables: Variables
    sources: Optional[Sources]
    """``None`` if the user wants no source lines."""
    _weights: Dict[int, Tuple[Tuple[int, ...], Optional[int]]] = field(default_factory=dict)
    """By the layer's identity: the numbers of its variables, and how many parameters they have."""
    _settings: Dict[int, Settings] = field(default_factory=dict)
    """By the layer's identity."""
    _classes: Dict[type, Optional[Source]] = field(default_factory=dict)

    def group(self, record: Record, first: Any) -> LocalGroup:
        """The group of one recorded call; `first` is the first op that it made itself.

        Its source line is that of the layer's class, if the user wrote the class; for a layer of a library it is the user's
        line that calls it.
        """
        subject = record.subject
        numbers, parameters = self._weights_of(subject)
        source = self.class_source(type(subject))
        if source is None and first is not None and self.sources is not None:
            source = self.sources.of_op(first)
        return LocalGroup(
            name_of(subject), _kind(subject), cls=type(subject).__name__, object_path=self.objects.path(subject),
            layer_source="recorded", outputs=_tensor_types(record.outputs), variables=numbers, parameters=parameters,
            source=source, layer=id(subject), settings=self._settings_of(subject), defined_in=package_of(type(subject).__module__),
        )  # fmt: skip

    def class_source(self, cls: type) -> Optional[Source]:
        """The file and line of a user's class; ``None`` for a library's."""
        if self.sources is None:
            return None
        if cls not in self._classes:
            self._classes[cls] = self.sources.of_class(cls)
        return self._classes[cls]

    def _settings_of(self, subject: Any) -> Settings:
        """What a layer is set to."""
        if id(subject) not in self._settings:
            self._settings[id(subject)] = layer_settings(subject)
        return self._settings[id(subject)]

    def followed_by(self, subject: Any) -> Settings:
        """A layer that makes no op, as it stands among the settings of the one before it."""
        return {CLASS: type(subject).__name__, **self._settings_of(subject)}

    def weights_of(self, subject: Any) -> Tuple[int, ...]:
        """The numbers of a layer's variables, each once."""
        return self._weights_of(subject)[0]

    def _weights_of(self, subject: Any) -> Tuple[Tuple[int, ...], Optional[int]]:
        """The numbers of a layer's variables, each once, and how many parameters they have together."""
        if id(subject) not in self._weights:
            numbers = tuple(dict.fromkeys(self.variables.number(weight) for weight in _weights(subject)))
            self._weights[id(subject)] = (numbers, whole_size(self.variables.found[number] for number in numbers))
        return self._weights[id(subject)]


def _weights(subject: Any) -> List[Any]:
    """The variables of a layer or module. Keras's `weights` has no random state and no metrics; modules have `variables`.

    Keras 2 also lists the tables of a StringLookup among its weights, behind a `TrackableWeightHandler`: no variables.
    """
    for name in ("weights", "variables"):
        try:
            return list(filter(is_variable, getattr(subject, name)))
        except Exception:  # an unbuilt layer raises ValueError, a user's property whatever it likes
            continue
    return []


def _kind(subject: Any) -> str:
    """The kind of its group."""
    if keras.is_model(subject):
        return "model"
    return "layer" if keras.is_layer(subject) else "module"


def _tensor_types(value: Any) -> Tuple[TensorType, ...]:
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


def call_groups(site: Site, describe: Describer) -> Calls:
    """One group for each recorded call that made an op, and each row in the group of the innermost call that made it.

    A call's key is its body's name and its position, by which its mirror under backward names it.
    """
    used = _used(site)
    first = _first_ops(site)
    silent = silent_after(site, used)
    groups: List[LocalGroup] = []
    group_of = {-1: -1}  # position of a call -> that of its group; -1 stands for no call and no group
    for place in used:
        group_of[place] = len(groups)
        group = describe.group(site.calls.records[place], first.get(place))
        if place in silent:
            behind = [describe.followed_by(site.calls.records[each].subject) for each in silent[place]]
            group = group._replace(settings={**group.settings, FOLLOWED_BY: behind})
        groups.append(group._replace(parent=group_of[site.call_parents[place]], key=(site.body.name, place)))
    of = array("i", [group_of[call] for call in site.calls.of])
    record_of = {group_of[place]: site.calls.records[place] for place in used}
    return Calls(_with_added_ops(site, Grouping(tuple(groups), of)), record_of)


def _used(site: Site) -> Sequence[int]:
    """The positions of the calls that made an op, directly or by a call inside them, in the order in which they began."""
    used = set()
    for innermost in set(site.calls.of):
        place = innermost
        while place >= 0 and place not in used:
            used.add(place)
            place = site.call_parents[place]
    return sorted(used)  # an outer call begins before the calls inside it, so parents come first


def _first_ops(site: Site) -> Dict[int, Any]:
    """For each call the first op that it made itself, not by a call inside it."""
    first: Dict[int, Any] = {}
    for op, row in zip(site.ops, site.rows):
        if row >= 0 and site.calls.of[row] >= 0:
            first.setdefault(site.calls.of[row], op)
    return first


def _with_added_ops(site: Site, calls: Grouping) -> Grouping:
    """Put ops that freezing added into the layer whose scope they are in.

    They are in the body and not in the graph that was traced, because freezing replaced a call by the ops of the called
    function. TensorFlow begins some of their names with ``Func/``.
    """
    added = set(site.inside).difference(site.rows)
    if not added:
        return calls
    names = site.body.names
    groups = groups_by_name(site.body, calls.of, added)
    # 5 characters: "Func/". Behind it is the path of the call that was replaced.
    paths = {row: names[row][5:] if names[row].startswith("Func/") else names[row] for row in added}
    found = {row: group_of_path(path, groups) for row, path in paths.items()}
    return calls.moved({row: -1 if group is None else group for row, group in found.items()})
