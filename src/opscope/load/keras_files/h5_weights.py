"""Finds the weights in an HDF5 file of Keras, in both of its arrangements.

Keras 1 and 2, and Keras 3 where it is asked for ``.h5``: a group for each layer, named in ``layer_names``, with its weights named in
``weight_names`` (keras/src/legacy/saving/legacy_h5_format.py). Keras 3's own: groups for what objects hold, down to ``vars``, layers by
their classes (keras/src/saving/saving_lib.py).
"""

from __future__ import annotations

import re
from typing import Dict, List, Optional, Sequence, Tuple

from ...errors import LoadError
from .h5_file import H5Group
from .layer_weights import StoredWeight
from .stored import StoredModel

_HOLDERS = ("layers", "_layer_checkpoint_dependencies")
"""Under which name the group of a model has its layers: of Keras 3, and of the last releases of Keras 2."""
_PARTS = {
    "query_dense": "query", "key_dense": "key", "value_dense": "value", "output_dense": "attention_output", "_query_dense": "query",
    "_key_dense": "key", "_value_dense": "value", "_output_dense": "attention_output",
}  # fmt: skip
"""Parts of layers, as their objects call them -> as the names of the weights do."""
_UNNAMED = frozenset({"vars", "cell"})
"""Groups that are no part of a weight's name."""


def by_layer_name(group: H5Group) -> Optional[Dict[str, List[StoredWeight]]]:
    """The weights of each layer in the older arrangement; ``None`` if the group has not that arrangement."""
    layers = group.texts("layer_names")
    if layers is None:
        return None
    found: Dict[str, List[StoredWeight]] = {}
    for layer in layers:
        own = group.group(*_path(layer))
        names = own.texts("weight_names") if own is not None else None
        if own is None or names is None:
            raise LoadError(f"the weights of {layer!r} are listed and not there; was the file copied completely?")
        weights: List[StoredWeight] = []
        for name in names:
            told = own.dataset(*_path(name))
            if told is not None:
                weights.append(StoredWeight(_weight_name(name, layer), *told))
        found[layer] = weights
    return found


def _path(name: str) -> Tuple[str, ...]:
    return tuple(name.split("/"))


def _weight_name(name: str, layer: str) -> str:
    """``forward_lstm.kernel`` for ``bidirectional/forward_lstm/kernel:0``."""
    parts = re.sub(r":\d+$", "", name).split("/")
    return ".".join(parts[1:] if len(parts) > 1 and parts[0].startswith(layer) else parts)


def by_object(group: H5Group, model: StoredModel, path: str = "") -> Dict[str, List[StoredWeight]]:
    """The weights of each layer in Keras 3's arrangement, by where the layer is among the models."""
    holder = next((found for name in _HOLDERS for found in (group.group(name),) if found is not None), None)
    if holder is None:
        return {}
    groups = _named(holder)
    counted: Dict[str, int] = {}
    found: Dict[str, List[StoredWeight]] = {}
    for layer in model.layers:
        kind = _snake(layer.cls)
        number = counted[kind] = counted.get(kind, 0) + 1
        key = groups.get(layer.name) if groups else (kind if number == 1 else f"{kind}_{number - 1}")
        own = holder.group(key) if key is not None else None
        if own is None:
            continue
        place = f"{path}.{layer.name}" if path else layer.name
        if layer.model is not None:
            found.update(by_object(own, layer.model, place))
        else:
            found[place] = weights_inside(own)
    return found


def _named(holder: H5Group) -> Dict[str, str]:
    """Name of a layer -> its group; empty if the file, being older, does not say."""
    found: Dict[str, str] = {}
    for key in holder.names():
        own = holder.group(key, "vars")
        name = own.text("name") if own is not None else None
        if name is not None:
            found[name.decode("utf-8", "replace")] = key
    return found


def weights_inside(group: H5Group) -> List[StoredWeight]:
    """All weights inside a group."""
    return [StoredWeight(_part_name(path), dtype, shape) for path, dtype, shape in group.datasets()]


def by_part(group: H5Group) -> Dict[str, List[StoredWeight]]:
    """All weights of a file whose model is not known, by the part that has them."""
    found: Dict[str, List[StoredWeight]] = {}
    for path, dtype, shape in group.datasets():
        holder = "/".join(part for part in path[:-1] if part != "vars")
        found.setdefault(holder, []).append(StoredWeight(path[-1], dtype, shape))
    return found


def _part_name(path: Sequence[str]) -> str:
    """``query.0`` for ``query_dense/vars/0``."""
    return ".".join(_PARTS.get(part, part) for part in path if part not in _UNNAMED)


def _snake(cls: str) -> str:
    """``batch_normalization`` for ``BatchNormalization``: ``to_snake_case`` of keras/src/utils/naming.py."""
    name = re.sub(r"\W+", "", cls)
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()
