"""What a single copy of a stack has for itself, in the words of its layers: ``first: /2, shortcut 1\u00d71 conv, 512, BN``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, List, Mapping, Sequence

from ..scene.layer_words import settings_text

if TYPE_CHECKING:
    from ...graph.groups import Group

FIRST_COPY = "first"
"""The first copy, in the order of the data."""
MOST_LAYERS = 3
"""So many layers of a shortcut are named."""
PROJECTION = "projection shortcut"
"""What `passes.peculiar` says of a shortcut with a convolution or a product, whatever else is in it."""
_SAID = re.compile(r"copy (\d+): (.*)")
_STRIDE = re.compile(r"stride (\d+(?:x\d+)?)")
_SET = re.compile(r", (?:/[\d\u00d7]+|valid|same)(?=,|$)")
"""What a layer is set to that goes with the copy's stride, which is said once."""


def odd_copy_words(said: str, layers: Mapping[int, Sequence[Group]]) -> str:
    """What `passes.peculiar` says of a copy, in the words that stand in boxes. The stride, by which it differs most, comes first.

    `layers` are those that only one copy has, by its place; of those without settings nothing more is said than before.

    >>> odd_copy_words("copy 1: no shortcut, stride 2", {}), odd_copy_words("copies 1, 3: no shortcut", {})
    ('first: /2, no shortcut', 'copies 1, 3: no shortcut')
    """
    found = _SAID.fullmatch(said)
    if found is None:
        return said
    parts = found[2].split(", ")
    strides = [f"/{stride[1]}".replace("x", "\u00d7") for stride in map(_STRIDE.fullmatch, parts) if stride]
    others = [part for part in parts if not _STRIDE.fullmatch(part)]
    own = _shortcut(layers.get(int(found[1]) - 1, ()))
    words = [own if part == PROJECTION and own else part for part in others]
    return f"{FIRST_COPY if found[1] == '1' else f'copy {found[1]}'}: {', '.join([*strides, *words])}"


def _shortcut(layers: Sequence[Group]) -> str:
    """The layers of a shortcut; empty if one of them says nothing, or they are too many."""
    told: List[str] = [_SET.sub("", settings_text(layer)) for layer in layers]
    return f"shortcut {', '.join(told)}" if told and all(told) and len(told) <= MOST_LAYERS else ""
