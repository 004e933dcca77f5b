"""Finds the layers of Keras that made no op, such as a Dropout of a model that is not trained: they only hand on a tensor.

They are no groups, since a group is made of ops. The layer whose result they hand on has them among its settings.
"""

from __future__ import annotations

from typing import Any, Dict, List, Sequence

from .. import keras
from ..seams import tensorflow
from .site import Site

FOLLOWED_BY = "followed_by"
"""Key of the settings of the layer before (docs/json.md)."""


def silent_after(site: Site, used: Sequence[int]) -> Dict[int, List[int]]:
    """Position of a call that made an op -> those of the calls beside it that made none and gave its result on.

    Calls are beside each other if the same call is around both. `used` are the positions of the calls that made an op.
    """
    found: Dict[int, List[int]] = {}
    made = set(used)
    for place, record in enumerate(site.calls.records):
        if place in made or not keras.is_layer(record.subject) or not keras.is_keras(type(record.subject)):
            continue
        around = site.call_parents[place]
        if around >= 0 and around not in made:  # it is a part of another one that made no op
            continue
        before = _maker(site, record.outputs)
        while before >= 0 and site.call_parents[before] != around:
            before = site.call_parents[before]
        if before >= 0:
            found.setdefault(before, []).append(place)
    return found


def _maker(site: Site, result: Any) -> int:
    """The position of the innermost call that made a tensor; -1 if none did, or it is no single tensor of this body."""
    row = site.row_of(result) if isinstance(result, tensorflow().Tensor) and hasattr(result, "graph") else -1
    return site.calls.of[row] if row >= 0 else -1
