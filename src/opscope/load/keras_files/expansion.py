"""Makes ops and groups of a stored model: one op for each call of a layer, in the order of the data, in a group for that call.

A model that is used as a layer is a group around what is in it, once for each of its calls; tensors run through its border.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Dict, Iterator, List, Mapping, Optional, Set, Tuple, Union

from ...errors import LoadError
from ...graph.settings import NO_SETTINGS, Settings, kept_text, settings_of
from ...graph.types import Port, TensorType
from ...graph.vocabulary import layer_class
from .configuration import INPUT
from .inbound import shape_of_list
from .stored import StoredLayer, StoredModel, TensorAt

_MOST_OPS = 200_000
"""Beyond so many ops, calls of models stay closed: 60 models in each other, each called twice, would be 2 ** 60."""

_MOST_OUTPUTS = 4096
"""A layer returns no more tensors than this."""

TensorSource = Tuple[int, int]
"""A tensor of the expanded graph: the row of its op, and which of the op's outputs."""
_Call = Tuple[str, int]
"""A call of a layer, by name and number."""
_Made = Union[int, List[TensorSource]]
"""What a call returns: the row of its op, or of the call of a model the tensors."""


@dataclass
class LayerOp:
    """One op of the expanded model: the call of a layer, or an input of the model."""

    layer: StoredLayer
    inputs: List[TensorSource]
    group: int
    types: Dict[int, TensorType] = field(default_factory=dict)
    """The types of its outputs that the file has."""
    outputs: int = 1
    """How many of its outputs are known to be there."""


@dataclass
class CallGroup:
    """One group: the call of a layer or of a model."""

    parent: int
    kind: str
    name: str
    cls: str
    package: Optional[str]
    path: str
    """The names of the models around it and its own, joined by dots: where it is among the user's objects."""
    call: int
    settings: Settings
    returns: List[TensorSource] = field(default_factory=list)
    """The tensors that a call of a model returns; of a layer, all outputs of its op."""


@dataclass
class Expanded:
    """The ops and groups of a model."""

    ops: List[LayerOp] = field(default_factory=list)
    places: List[CallGroup] = field(default_factory=list)
    inputs: List[Port] = field(default_factory=list)
    outputs: List[Port] = field(default_factory=list)
    closed: Dict[str, int] = field(default_factory=dict)
    """Name of a model -> how many calls of it are not expanded."""

    def settings(self, op: LayerOp) -> Settings:
        """The settings of the layer that an op is a call of."""
        return self.places[op.group].settings if op.group >= 0 else NO_SETTINGS


def expanded_model(model: StoredModel) -> Expanded:
    """The ops and groups of a model. `LoadError` if layers name others that are not there, or wait for each other."""
    builder = _Builder()
    place = builder.place(-1, "model", model.name, model.cls, model.package, "", NO_SETTINGS)
    given: List[TensorSource] = []
    named = {layer.name: layer for layer in model.layers}
    for tensor in model.inputs:
        layer = named.get(tensor.layer)
        if layer is None:
            raise LoadError(f"the model takes {tensor.layer!r}, which is not among its layers; save the model again")
        given.append(builder.input(layer))
    outputs = builder.run(model, given, place, "")
    found = builder.found
    found.places[place].returns = outputs
    found.inputs = [Port(tensor.layer, *source) for tensor, source in zip(model.inputs, given)]
    found.outputs = [Port(tensor.layer, *source) for tensor, source in zip(model.outputs, outputs)]
    return found


class _Builder:
    def __init__(self) -> None:
        self.found = Expanded()
        self._calls: Dict[str, int] = {}
        self._settings: Dict[int, Settings] = {}
        """Identity of a layer's configuration -> its settings, which all calls share."""

    def place(
        self, parent: int, kind: str, name: str, cls: str, package: Optional[str], path: str, settings: Settings
    ) -> int:  # fmt: skip
        """Make a group."""
        call = self._calls[path] = self._calls.get(path, 0) + 1
        self.found.places.append(CallGroup(parent, kind, name, cls, package, path, call, settings))
        return len(self.found.places) - 1

    def input(self, layer: StoredLayer) -> TensorSource:
        """Make the op of an input of the whole model."""
        config = layer.config
        shape = shape_of_list(config.get("batch_shape", config.get("batch_input_shape")))
        kind = TensorType(dtype_of(config.get("dtype", config.get("input_dtype"))) or "unknown", shape)
        self.found.ops.append(LayerOp(layer, [], -1, {0: kind}))
        return len(self.found.ops) - 1, 0

    def run(self, model: StoredModel, given: List[TensorSource], place: int, path: str) -> List[TensorSource]:
        """Make what a model does when it is called on these tensors; returns what it returns."""
        types: Dict[_Call, Dict[int, TensorType]] = {}
        for at, kind in model.types.items():
            types.setdefault((at.layer, at.call), {})[at.output] = kind
        made: Dict[_Call, _Made] = {(at.layer, at.call): [source] for at, source in zip(model.inputs, given)}
        for layer, call in calls_in_order(model):
            key = (layer.name, call)
            if key in made:  # an input, which stands for what the call passes
                continue
            if layer.cls == INPUT and not layer.calls[call]:  # one that the model does not list
                made[key] = [self.input(layer)]
                continue
            inputs = [self._source(made, at) for at in layer.calls[call]]
            made[key] = self._called(layer, inputs, types.get(key, {}), place, path)
        return [self._source(made, at) for at in model.outputs]

    def _called(
        self, layer: StoredLayer, inputs: List[TensorSource], types: Dict[int, TensorType], place: int, path: str
    ) -> "_Made":
        """One call of a layer or model: the tensors that it returns, or the row of its op."""
        own = f"{path}.{layer.name}" if path else layer.name
        settings = NO_SETTINGS if layer.model is not None else self._settings_of(layer)
        kind = "layer" if layer.model is None else "model"
        group = self.place(place, kind, layer.name, layer.cls, layer.package, own, settings)
        if layer.model is not None and len(inputs) == len(layer.model.inputs):
            if len(self.found.ops) < _MOST_OPS:
                self.found.places[group].returns = self.run(layer.model, inputs, group, own)
                return self.found.places[group].returns
            self.found.closed[layer.name] = self.found.closed.get(layer.name, 0) + 1
        self.found.ops.append(LayerOp(layer, inputs, group, types))
        return len(self.found.ops) - 1  # what it returns is known when all who use it are

    def _source(self, made: Mapping[_Call, "_Made"], at: TensorAt) -> TensorSource:
        """The tensor that a configuration names, in the expanded graph."""
        found = made.get((at.layer, at.call))
        if isinstance(found, int) and at.output < _MOST_OUTPUTS:
            op = self.found.ops[found]
            op.outputs = max(op.outputs, at.output + 1)
            return found, at.output
        if not isinstance(found, list) or at.output >= len(found):
            raise LoadError(f"{_shown(at)} is used, which no layer makes; save the model again")
        return found[at.output]

    def _settings_of(self, layer: StoredLayer) -> Settings:
        key = id(layer.config)
        if key not in self._settings:
            self._settings[key] = settings_of(layer.config, with_layers=layer_class(layer.op) == _PIPELINE)
        return self._settings[key]


def calls_in_order(model: StoredModel) -> Iterator[Tuple[StoredLayer, int]]:
    """The calls of all layers, each after those whose results it takes; otherwise in the order of the file."""
    layers = {layer.name: layer for layer in model.layers}
    done: Set[_Call] = set()
    for first in model.layers:
        for number in range(len(first.calls)):
            waiting: List[_Call] = [(first.name, number)]
            started: Set[_Call] = set()
            while waiting:
                name, call = key = waiting[-1]
                layer = layers.get(name)
                if layer is None or call >= len(layer.calls):
                    raise LoadError(
                        f"call {call + 1} of {name!r} is used, which is not in the file; save the model again"
                    )
                needed = [(at.layer, at.call) for at in layer.calls[call]]
                missing = [] if key in started else [each for each in dict.fromkeys(needed) if each not in done]
                if any(each == key or each in started for each in missing):
                    raise LoadError(f"the layer {name!r} waits for its own result; save the model again")
                if key in done or not missing:
                    waiting.pop()
                    if key not in done:
                        done.add(key)
                        yield layer, call
                    continue
                started.add(key)
                waiting.extend(reversed(missing))


def dtype_of(value: Any) -> Optional[str]:
    """The dtype that a layer computes in, by its configuration: a name, or a policy; ``None`` if that does not tell.

    >>> dtype_of("float16"), dtype_of({"class_name": "DTypePolicy", "config": {"name": "mixed_bfloat16"}}), dtype_of(None)
    ('float16', 'bfloat16', None)
    """
    if isinstance(value, dict):
        config = value.get("config")
        value = config.get("name") if isinstance(config, dict) else None
    if not isinstance(value, str) or not value:
        return None
    return kept_text(value[len(_MIXED) :] if value.startswith(_MIXED) else value)


_PIPELINE = "Pipeline"
"""A layer of Keras that is layers one behind the other, and no model."""
_MIXED = "mixed_"
"""How policies are called that compute in another dtype than the one of the variables."""


def _shown(at: TensorAt) -> str:
    return f"output {at.output + 1} of call {at.call + 1} of {at.layer!r}"
