"""Matches what was given to a function that somebody else traced with its arguments, by position and by name."""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple

from ...capture.graph_ports import arguments
from ...capture.inputs import GivenValue
from ...capture.seams import tensorflow
from ...capture.target_call import TargetCall
from ...errors import InputError


class Slot(NamedTuple):
    """One leaf of the arguments."""

    spec: Any
    """A TypeSpec; a variable or a Python value stands for itself."""
    given: Any = None
    """A `GivenValue`, or a spec that narrows down the shape to generate."""


def flat(nest: Any) -> List[Any]:
    """The leaves of a nest in TensorFlow's order; a spec of several tensors is one leaf."""
    return tensorflow().nest.flatten(nest)  # type: ignore[no-any-return]


def arguments_of(concrete: Any) -> List[Any]:
    """The leaves of a function's arguments: specs, and the Python values that it was traced with."""
    signature = getattr(concrete, "structured_input_signature", None)
    if signature is not None:
        return flat(signature)
    # A function of TensorFlow 1 knows no more than its tensors. Among these is a placeholder for each variable that it captures.
    wanted = arguments(concrete)
    return [tensorflow().TensorSpec(tensor.shape, tensor.dtype, tensor.op.name) for tensor in wanted]


def matched(concrete: Any, call: TargetCall) -> List[Slot]:
    """Each leaf of the function's arguments with what was given for it: all of them by position, or some by name.

    `InputError` if anything that was given has no place.
    """
    spec, leaves = tensorflow().TypeSpec, arguments_of(concrete)
    given = flat(list(call.args))
    named = {key: flat(item) for key, item in call.kwargs.items()}
    open_places = [place for place, leaf in enumerate(leaves) if isinstance(leaf, spec)]
    found: Dict[int, Any] = {}
    for key, items in named.items():
        places = _places_of(concrete, key, leaves, len(items))
        found.update(zip(places, items))
    rest = [place for place in open_places if place not in found]
    if len(given) == len(leaves) - len(found):  # constants of the trace were given as well
        rest = [place for place in range(len(leaves)) if place not in found]
    if given and len(given) != len(rest):
        raise InputError(
            f"{len(given)} values were given and the function takes {len(rest)}: {signature_text(concrete)}; give one for each"
        )
    found.update(zip(rest, given))
    return [_slot(leaf, found.get(place), call, concrete) for place, leaf in enumerate(leaves)]


def _slot(leaf: Any, item: Any, call: TargetCall, concrete: Any) -> Slot:
    """A leaf of the function's arguments with what was given for it, ``None`` for nothing."""
    spec = tensorflow().TypeSpec
    if not isinstance(leaf, spec):
        if item is not None and item is not leaf and item != leaf:
            raise InputError(f"the function was traced for {leaf!r}, not {item!r}; it takes {signature_text(concrete)}")
        return Slot(leaf)
    if item is None or isinstance(item, spec):
        return Slot(leaf, call.values.get(id(item), item))
    return Slot(leaf, GivenValue(leaf, item))  # a Python number for a tensor, or a variable


def _places_of(concrete: Any, key: str, leaves: List[Any], count: int) -> List[int]:
    """Where the leaves of a keyword are among those of the arguments; `InputError` if the function has none of that name."""
    tf = tensorflow()
    signature: Any = getattr(concrete, "structured_input_signature", None) or ((), {})
    start = len(flat(signature[0]))
    for name in sorted(signature[1]):
        size = len(flat(signature[1][name]))
        if name == key and size == count:
            return list(range(start, start + size))
        start += size
    fitting = [
        place
        for place, leaf in enumerate(leaves)
        if isinstance(leaf, tf.TypeSpec) and getattr(leaf, "name", None) == key
    ]
    if len(fitting) != count:
        raise InputError(f"the function has no input {key!r}; it takes {signature_text(concrete)}")
    return fitting


def signature_text(concrete: Any) -> str:
    """What a function takes, in one line: ``x (None, 3) float32, False``."""
    return ", ".join(map(_described, arguments_of(concrete))) or "none"


def _described(leaf: Any) -> str:
    if not isinstance(leaf, tensorflow().TypeSpec):
        return repr(leaf)
    name, shape = getattr(leaf, "name", None), getattr(leaf, "shape", None)
    dtype = getattr(getattr(leaf, "dtype", None), "name", "")
    words = [name, str(shape) if shape is not None else type(leaf).__name__, dtype]
    return " ".join(word for word in words if word)
