"""What a single copy of a stack has for itself, in the words of its layers: ``copy 1: 1\u00d71 conv, 128, /2; shortcut 1\u00d71 conv, 512, BN``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, List, Mapping, Pattern, Sequence

from ..scene.layer_words import settings_text

if TYPE_CHECKING:
    from ...graph.groups import Group

MOST_LAYERS = 3
"""So many layers of a shortcut are named."""
MOST_STRIDED = 2
"""So many layers with a stride of their own are named."""
PROJECTION = "projection shortcut"
"""What `passes.peculiar` says of a shortcut with a convolution or a product, whatever else is in it."""
_SAID = re.compile(r"copy (\d+): (.*)")
_STRIDE = re.compile(r"stride (\d+(?:x\d+)?)")
_PADDING = re.compile(r", (?:valid|same)(?=,|$)")
"""What a layer is set to that goes with the copy's stride."""
_SET = re.compile(r", (?:/[\d\u00d7]+|valid|same)(?=,|$)")
"""The same with the stride, where that is said once for the copy."""
_APART = "; "


def odd_copy_words(said: str, layers: Mapping[int, Sequence[Group]], strided: Mapping[int, Sequence[Group]]) -> str:
    """What `passes.peculiar` says of a copy, in the words that stand in boxes. The stride, by which it differs most, comes first.

    `layers` are those that only one copy has, by its place; of those without settings nothing more is said than before. `strided` are those
    with a stride of their own in that copy: they are named, so that nobody has to guess which of its convolutions that is.

    >>> odd_copy_words("copy 1: no shortcut, stride 2", {}, {}), odd_copy_words("copies 1, 3: no shortcut", {}, {})
    ('copy 1: /2; no shortcut', 'copies 1, 3: no shortcut')
    """
    found = _SAID.fullmatch(said)
    if found is None:
        return said
    place, parts = int(found[1]) - 1, found[2].split(", ")
    strides = [f"/{stride[1]}".replace("x", "\u00d7") for stride in map(_STRIDE.fullmatch, parts) if stride]
    others = [part for part in parts if not _STRIDE.fullmatch(part)]
    named = _strided(strided.get(place, ())) if strides else []
    own = _shortcut(layers.get(place, ()), _PADDING if named else _SET)
    words = [own if part == PROJECTION and own else part for part in others]
    told = _APART.join([*(named or strides), *words])
    return f"copy {found[1]}: {told}"


def _strided(layers: Sequence[Group]) -> List[str]:
    """The layers with their strides; nothing if one does not say it, or they are too many."""
    told = [_PADDING.sub("", settings_text(layer)) for layer in layers]
    return told if len(told) <= MOST_STRIDED and all("/" in text for text in told) else []


def _shortcut(layers: Sequence[Group], unsaid: Pattern[str]) -> str:
    """The layers of a shortcut without what is not said of them; empty if one of them says nothing, or they are too many."""
    told: List[str] = [unsaid.sub("", settings_text(layer)) for layer in layers]
    return f"shortcut {', '.join(told)}" if told and all(told) and len(told) <= MOST_LAYERS else ""
