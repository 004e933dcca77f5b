"""Reads the configuration of a model, as Keras 1, 2 and 3 write it, into a `StoredModel`.

Formats: ``Functional.get_config`` and ``Sequential.get_config`` of keras/src/models/; the wrapping with ``class_name`` and ``module``
is keras/src/saving/serialization_lib.py, before it keras/utils/generic_utils.py.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any, Dict, List, Mapping, Optional, Set, Tuple

from ...errors import LoadError
from ...graph.settings import class_name, kept_text, package_of
from ...graph.types import TensorType
from ...graph.vocabulary import KERAS_LAYER, KERAS_OPERATION, OTHER_LAYER
from ...program.keras_metadata import is_keras_class
from ...shapes.keras_operations import ARGUMENTS
from .inbound import calls_of, ends_of, other_arguments, shape_of_list
from .older import merged_branches, modern
from .stored import StoredLayer, StoredModel, TensorAt

INPUT = "InputLayer"
_KERAS = frozenset({"keras", "tf_keras", "tensorflow"})
"""Packages that Keras's own layers are in."""
_MODELS = frozenset({"Functional", "Model", "Sequential"})
_MOST_NESTED = 60
"""Models in models; a person who nests five is proud of it."""
_MOST_LAYERS = 100_000


def parsed(text: bytes) -> Any:
    """The JSON of a configuration. `LoadError` says where it is damaged."""
    try:
        return json.loads(text.decode("utf-8"))
    except RecursionError:
        raise LoadError("a configuration nested too deep for any model; save it again") from None
    except UnicodeDecodeError as error:
        raise LoadError(f"a configuration that is not UTF-8 at byte {error.start:,}; save the model again") from None
    except ValueError as error:  # of JSON, and of a number with too many digits
        raise LoadError(f"a configuration that is not JSON ({error}); was it copied completely?") from None


def model_of(data: Any) -> Optional[StoredModel]:
    """The model that a configuration describes; ``None`` if it is one whose calls only its Python code knows.

    `LoadError` if it is no configuration of a model at all, or a damaged one.
    """
    if not isinstance(data, dict) or not isinstance(data.get("class_name"), str):
        raise LoadError("no configuration of a Keras model; save the model again")
    return _model(data, 0)


def model_name(data: Mapping[str, Any]) -> Tuple[str, str]:
    """What a model is called, and its class."""
    cls = class_name(str(data.get("class_name")))
    config = data.get("config")
    name = config.get("name") if isinstance(config, dict) else None
    return kept_text(name) if isinstance(name, str) and name else cls.lower(), cls


def _model(data: Mapping[str, Any], depth: int) -> Optional[StoredModel]:
    config = data.get("config")
    layers = config.get("layers") if isinstance(config, dict) else config
    if not isinstance(layers, list) or depth > _MOST_NESTED:
        return None
    if len(layers) > _MOST_LAYERS:
        raise LoadError(f"a model of {len(layers):,} layers, more than any has; is this the right file?")
    name, cls = model_name(data)
    if not isinstance(config, dict) or "output_layers" not in config:
        return _sequential(name, cls, data, layers, depth) if cls == "Sequential" else None
    types: Dict[TensorAt, TensorType] = {}
    found = [_layer(each, depth, types) for each in layers]
    _refuse_twins(found)
    model = StoredModel(
        name, cls, package_in(data), tuple(found), tuple(ends_of(config.get("input_layers"))),
        tuple(ends_of(config["output_layers"])), types,
    )  # fmt: skip
    return _counted_from_0(model)


def _layer(data: Any, depth: int, types: Dict[TensorAt, TensorType]) -> StoredLayer:
    """One entry of a functional model's list of layers; the types of the tensors that it is called on go into `types`."""
    layer = _uncalled(data, depth)
    calls = calls_of(data.get("inbound_nodes"))
    types.update((given.tensor, given.type) for call in calls for given in call if given.type is not None)
    # An input layer has no calls in the list, though its tensor is that of call 0.
    own = tuple(tuple(given.tensor for given in call) for call in calls) or (((),) if layer.cls == INPUT else ())
    other = other_arguments(data.get("inbound_nodes")) if layer.op.startswith(KERAS_OPERATION) else None
    config = layer.config if other is None else {**layer.config, ARGUMENTS: other}
    return replace(layer, calls=own, config=config)


def _uncalled(data: Any, depth: int) -> StoredLayer:
    """A layer without its calls."""
    data = modern(data) if isinstance(data, dict) else data
    cls = data.get("class_name") if isinstance(data, dict) else None
    if not isinstance(cls, str) or not cls:
        raise LoadError("a layer without a class in the configuration; save the model again")
    config = data.get("config")
    inner = _model(data, depth + 1) if isinstance(config, list) or _is_model(cls, config) else None
    settings = config if isinstance(config, dict) else {}
    name = data.get("name", settings.get("name"))
    name = kept_text(name) if isinstance(name, str) and name else class_name(cls).lower()
    return StoredLayer(name, class_name(cls), package_in(data), op_type(data), settings, model=inner)


def _is_model(cls: str, config: Any) -> bool:
    return (
        isinstance(config, dict)
        and isinstance(config.get("layers"), list)
        and (cls in _MODELS or "output_layers" in config)
    )


def package_in(data: Mapping[str, Any]) -> Optional[str]:
    """The package that defines a layer's class; ``None`` if the file does not tell."""
    module, registered = data.get("module"), data.get("registered_name")
    if isinstance(module, str) and module:
        return package_of(kept_text(module))
    for name in (registered, data.get("class_name")):
        if isinstance(name, str) and ">" in name:
            return kept_text(name.partition(">")[0]) or None
    is_told = "module" in data or "registered_name" in data
    return "keras" if not is_told and is_keras_class(data) else None


def op_type(data: Mapping[str, Any]) -> str:
    """The type of the op that a call of a layer is; see `graph.vocabulary.KERAS_LAYER`."""
    cls, module = class_name(data["class_name"]), data.get("module")
    if package_in(data) not in _KERAS:
        return OTHER_LAYER + cls
    is_operation = isinstance(module, str) and module.startswith(("keras.src.ops.", "keras.ops."))
    return (KERAS_OPERATION if is_operation else KERAS_LAYER) + cls


def _sequential(name: str, cls: str, data: Mapping[str, Any], layers: List[Any], depth: int) -> StoredModel:
    """A chain: each layer is called once, on what the one before it returns. Its input is a layer only from Keras 3 on."""
    found = [_uncalled(each, depth) for each in layers]
    branches = [_uncalled(each, depth) for each in merged_branches(layers[0])] if layers else []
    if branches:
        return _joined(name, cls, data, _Chain(found), branches)
    if not found or found[0].cls != INPUT:
        found.insert(
            0, StoredLayer(_free_name(name, found), INPUT, "keras", KERAS_LAYER + INPUT, _input_of(data, found))
        )
    chain = _Chain(found)
    chain.go_on(())
    return StoredModel(
        name, cls, package_in(data), tuple(chain.layers), (TensorAt(chain.layers[0].name, 0, 0),), chain.result
    )


class _Chain:
    """Layers of which each is called once, with names of their own, which old versions did not ask for."""

    def __init__(self, left: List[StoredLayer]) -> None:
        self._left = left
        self._taken: Set[str] = set()
        self.layers: List[StoredLayer] = []
        self.result: Tuple[TensorAt, ...] = ()

    def go_on(self, given: Tuple[TensorAt, ...]) -> None:
        """Call the layers one after the other, the first on what is given."""
        self.result = given
        for layer in self._left:
            self.result = self.add(layer, self.result)

    def add(self, layer: StoredLayer, given: Tuple[TensorAt, ...]) -> Tuple[TensorAt, ...]:
        """Call a layer; returns its result."""
        own = layer.name
        while own in self._taken:
            own += "_"
        self._taken.add(own)
        self.layers.append(replace(layer, name=own, calls=(given,)))
        return (TensorAt(own, 0, 0),)


def _joined(
    name: str, cls: str, data: Mapping[str, Any], chain: _Chain, branches: List[StoredLayer]
) -> StoredModel:  # fmt: skip
    """A Sequential of Keras 1 that begins with a Merge: models on inputs of their own, whose results are joined first."""
    inputs: List[TensorAt] = []
    results: List[TensorAt] = []
    for branch in branches:
        own: Tuple[TensorAt, ...] = ()
        for config in _inputs_of(branch):
            entry = StoredLayer(f"{branch.name}_input", INPUT, "keras", KERAS_LAYER + INPUT, config)
            own += chain.add(entry, ())
        inputs += own
        results += chain.add(branch, own)
    chain.go_on(tuple(results))
    return StoredModel(name, cls, package_in(data), tuple(chain.layers), tuple(inputs), chain.result)


def _inputs_of(branch: StoredLayer) -> List[Mapping[str, Any]]:
    """What the inputs of a model are set to; of a layer, its own input."""
    if branch.model is None:
        return [_input_of({}, [branch])]
    named = {layer.name: layer.config for layer in branch.model.layers}
    return [named.get(tensor.layer, {}) for tensor in branch.model.inputs]


def _free_name(model: str, layers: List[StoredLayer]) -> str:
    name = f"{model}_input"
    while any(layer.name == name for layer in layers):
        name += "_"
    return name


def _input_of(data: Mapping[str, Any], layers: List[StoredLayer]) -> Dict[str, Any]:
    """What is known of the input of a chain without an input layer: its first layer may say it, or the model's own shape."""
    config = data.get("config")
    first: Mapping[str, Any] = layers[0].config if layers else {}
    if layers and layers[0].model is not None:  # of a chain that begins with a model it is that model's input
        inner = layers[0].model
        named = {layer.name: layer.config for layer in inner.layers}
        first = named.get(inner.inputs[0].layer, {}) if inner.inputs else {}
    own = config.get("build_input_shape") if isinstance(config, dict) else None
    shapes = (first.get("batch_input_shape"), first.get("batch_shape"), own)
    shape = next((each for each in shapes if shape_of_list(each) is not None), None)
    return {"batch_shape": shape, "dtype": first.get("input_dtype", first.get("dtype"))}


def _refuse_twins(layers: List[StoredLayer]) -> None:
    names: Set[str] = set()
    for layer in layers:
        if layer.name in names:
            raise LoadError(f"two layers called {layer.name!r} in one model; save the model again")
        names.add(layer.name)


def _counted_from_0(model: StoredModel) -> StoredModel:
    """The model with the calls of models in it counted from 0.

    A functional model has a call of its own, on its own inputs, before anyone else calls it. Keras 1 and 2 count that as well, so that
    the last stored call has the number of stored calls; Keras 3 counts it only where it lists what the model returns
    (``get_tensor`` in ``functional_from_config``).
    """
    inner = {layer.name: layer for layer in model.layers if layer.model is not None and layer.calls}
    if model.types:  # only Keras 3 stores them
        late = {name for name, layer in inner.items() if layer.cls != "Sequential"}
        return replace(model, outputs=tuple(_earlier(tensor, late) for tensor in model.outputs))
    used = [*(tensor for layer in model.layers for call in layer.calls for tensor in call), *model.outputs]
    late = {tensor.layer for tensor in used if tensor.layer in inner and tensor.call == len(inner[tensor.layer].calls)}
    layers = [
        replace(layer, calls=tuple(tuple(_earlier(tensor, late) for tensor in call) for call in layer.calls))
        for layer in model.layers
    ]
    return replace(model, layers=tuple(layers), outputs=tuple(_earlier(tensor, late) for tensor in model.outputs))


def _earlier(tensor: TensorAt, late: Set[str]) -> TensorAt:
    return tensor._replace(call=tensor.call - 1) if tensor.layer in late and tensor.call else tensor
