"""Calls inputs and outputs by what their author gave them: names that TensorFlow made up tell nothing.

The tooltip keeps the name of the op or port, and so do the graph and its JSON.
"""

from __future__ import annotations

import re
from dataclasses import replace
from types import MappingProxyType
from typing import List, Mapping, Sequence

from .items import Item, Pill, Scene

_SERVED = re.compile(r"serving_default_(.+)")
"""How TensorFlow calls the placeholder of a signature's input: behind it stands the input's key."""
_MADE_UP = {
    "input": re.compile(r"args_\d+(_\d+)?"),
    "output": re.compile(r"(Stateful)?PartitionedCall(_\d+)?(:\d+)?|Identity(_\d+)?(:\d+)?|output_\d+"),
}


def with_given_names(
    scene: Scene, meanings: Mapping[str, str] = MappingProxyType({}), *, kinds: Sequence[str] = tuple(_MADE_UP)
) -> Scene:
    """The scene with the keys of signatures on the ovals of inputs; ends that nobody named are ``input``, ``output 1 of 2``.

    `meanings` has what outputs are, ``loss``, by their names. Only ovals of these `kinds` are named so.
    """
    children = list(scene.root.children)
    for kind in kinds:
        places = [place for place, item in enumerate(children) if isinstance(item, Pill) and item.kind == kind]
        pills = [children[place] for place in places]
        for number, place in enumerate(places):
            children[place] = _named(children[place], kind, number + 1, pills, meanings)
    return replace(scene, root=replace(scene.root, children=tuple(children)))


def _named(item: Item, kind: str, number: int, same: List[Item], meanings: Mapping[str, str]) -> Item:
    """One oval of several of a kind with its name."""
    if not isinstance(item, Pill) or item.each[1:]:
        return item
    served = _SERVED.fullmatch(item.title)
    taken = {other.title for other in same if isinstance(other, Pill) and other is not item}
    if served is not None and served[1] not in taken:
        return replace(item, title=served[1])
    if not _MADE_UP[kind].fullmatch(item.title):
        return item
    meaning = meanings.get(item.title, "") if kind == "output" else ""
    if meaning and meaning not in taken:
        return replace(item, title=meaning)
    return replace(item, title=f"{kind} {number} of {len(same)}" if len(same) > 1 else kind)
