"""Puts weights to layers: those that the file stores, else those that the layers make by their settings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ...graph.types import Shape
from ...graph.vocabulary import KERAS_LAYER
from .weight_rules import Weight, weights_of


class StoredWeight(NamedTuple):
    """A weight in the file: what it is called there, its dtype and shape."""

    name: str
    dtype: str
    shape: Tuple[int, ...]


Stored = Mapping[str, Sequence[StoredWeight]]
"""Where a layer is among the models, by the names of these joined by dots -> its weights, in the order of the file. Of a model whose
weights the file lists together, the model's own place."""


@dataclass(frozen=True)
class OwnWeights:
    """The weights of one layer."""

    weights: Tuple[Tuple[Weight, str], ...]
    """Each with its dtype."""
    state: Tuple[Tuple[Weight, str], ...] = ()
    """What is stored with them and is no weight: the state of a random generator."""


_SEEDS = "seed_generator"
_HOLD_ANOTHERS = frozenset({"SpectralNormalization"})
"""Wrappers that hold the kernel of the layer inside as their own, so that the file has it twice."""
_NOT_TRAINED = frozenset({"moving_mean", "moving_variance", "running_mean", "running_std", "mean", "variance", "count"})
"""Names of weights that layers update themselves."""


def own_weights(
    op: str, settings: Mapping[str, object], shapes: Sequence[Shape], stored: Optional[Sequence[StoredWeight]], *, dtype: str, trains: bool
) -> Optional[OwnWeights]:  # fmt: skip
    """The weights of one layer; ``None`` if they are neither stored nor known by the layer's class.

    Stored weights are taken as they are; a rule of the class only tells what each is called, if it tells the same shapes.
    """
    cls = op[len(KERAS_LAYER) :] if op.startswith(KERAS_LAYER) else ""
    told = weights_of(cls, settings, shapes) if cls else None
    if stored is None:
        return None if told is None else OwnWeights(tuple((_set(weight, trains), dtype) for weight in told))
    kept = [each for each in stored if _SEEDS not in each.name]
    kept = _in_order_of(told or [], _once(kept) if cls in _HOLD_ANOTHERS else kept)
    same = told is not None and [weight.shape for weight in told] == [each.shape for each in kept]
    names = told if told is not None and same else list(map(_as_stored, kept))
    state = tuple((Weight(each.name, each.shape, False), each.dtype) for each in stored if _SEEDS in each.name)
    return OwnWeights(tuple((_set(weight, trains), each.dtype) for weight, each in zip(names, kept)), state)


def _once(stored: Sequence[StoredWeight]) -> List[StoredWeight]:
    """The stored weights without those that the layer inside has as well."""
    inner = {each.shape for each in stored if each.name.startswith("layer.")}
    return [each for each in stored if each.name.startswith("layer.") or each.shape not in inner]


def _in_order_of(told: Sequence[Weight], stored: List[StoredWeight]) -> List[StoredWeight]:
    """The stored weights with those of each part of a layer where a rule has that part; as they are if the parts are not the same."""
    parts = list(dict.fromkeys(weight.name.rpartition(".")[0] for weight in told))
    if {each.name.rpartition(".")[0] for each in stored} != set(parts):
        return stored
    return sorted(stored, key=lambda each: parts.index(each.name.rpartition(".")[0]))


def _set(weight: Weight, trains: bool) -> Weight:
    return weight._replace(trainable=weight.trainable and trains)


def _as_stored(stored: StoredWeight) -> Weight:
    return Weight(stored.name, stored.shape, is_trained(stored.name))


def is_trained(name: str) -> bool:
    """Whether a weight is one that training changes, as far as its name tells."""
    return name.rpartition(".")[2] not in _NOT_TRAINED


def shared_out(
    stored: Sequence[StoredWeight], layers: Mapping[str, Optional[List[Weight]]]
) -> Optional[Dict[str, List[StoredWeight]]]:
    """The weights of a model that a file lists together, by layer; ``None`` if it is not plain which are whose.

    Keras lists all that are trained, then the others, each in the order of the layers. `layers` has for each what it makes by its settings.
    """
    if any(weights is None for weights in layers.values()):
        return None
    found: Dict[str, List[StoredWeight]] = {name: [] for name in layers}
    # Within a layer too, what is trained comes first.
    order = [
        (name, weight)
        for trained in (True, False)
        for name, weights in layers.items()
        for weight in weights or ()
        if weight.trainable is trained
    ]
    if [weight.shape for _, weight in order] != [each.shape for each in stored]:
        return None
    for (name, _), each in zip(order, stored):
        found[name].append(each)
    return found
