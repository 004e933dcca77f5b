"""Says in which sizes of its layers a closed stage of an overview differs from the earlier one that it is like: filters, units, kernels."""

from __future__ import annotations

import re
from typing import Dict, List, Optional, Sequence, Set

from ...graph.groups import Group
from ...graph.vocabulary import chain, groups_inside
from ...passes.naming import copies_text
from ..scene.layer_words import settings_text
from .known_words import KnownWords
from .odd_copy import FIRST_COPY

MOST_SIZES = 5
"""So many sizes of layers are told."""
_SIZES = {"filters": "filters", "units": "units", "output_dim": "output size"}
"""Settings that are sizes of layers, and what they are called together."""
_SIZED = re.compile(r"\d+(?:\u00d7\d+)+ [^,]*")
"""How the words of a layer with a kernel or a window begin."""


class SizeWords:
    """Tells of the sizes of layers in the groups of one graph."""

    def __init__(self, groups: Sequence[Group], known: KnownWords) -> None:
        self._groups, self._known = groups, known

    def otherwise(self, index: int, first: int) -> str:
        """What a group has otherwise than the one that it is like: ``5\u00d75 depthwise conv, filters 240, 40``; empty for nothing."""
        sizes, earlier = self._sizes(index), self._sizes(first)
        return ", ".join([*self._other_kernels(index, first), *([sizes] if sizes and sizes != earlier else [])])

    def _other_kernels(self, index: int, first: int) -> List[str]:
        """The layers of a group whose kernel or window is another than in the group that it is like: ``5\u00d75 depthwise conv``."""
        pairs = [[self._sized(place) for place in groups_inside(self._groups, group)] for group in (index, first)]
        if len(pairs[0]) != len(pairs[1]):
            return []
        return list(dict.fromkeys(own for own, other in zip(*pairs) if own and own != other))

    def _sized(self, index: int) -> str:
        found = _SIZED.match(settings_text(self._groups[index]))
        return found[0] if found else ""

    def _sizes(self, index: int) -> str:
        """The filters and units of the layers in a group: ``filters 128, 128, 512``; empty where they are not known, or too many."""
        named: Set[str] = set()
        sized: List[Group] = []
        inside = groups_inside(self._groups, index)
        for place in inside:
            if self._known.squeezed.intersection(chain(self._groups, place)):
                continue
            name = _size_name(self._groups[place])
            if name:
                named.add(_SIZES[name])
                sized.append(self._groups[place])
        kind = f"{named.pop()} " if len(named) == 1 else "sizes "
        told = [f"{kind}{', '.join(self._sizes_told(index, sized))}"] if 0 < len(sized) <= MOST_SIZES else []
        squeezed = [self._squeezed(index, place) for place in inside if place in self._known.squeezed]
        return ", ".join(filter(None, [*told, *squeezed]))

    def _squeezed(self, index: int, place: int) -> str:
        """A squeeze and excitation in a group; empty if it is not as wide in all copies of the group."""
        sized = [self._groups[each] for each in groups_inside(self._groups, place) if _size_name(self._groups[each])]
        differs = any(" " in told for told in self._sizes_told(index, sized[:1]))
        return "" if differs else self._known.layer(place).replace(", ", " ")

    def _sizes_told(self, index: int, sized: Sequence[Group]) -> List[str]:
        """The size of each layer, with those that it has in copies of the stack that are not like the drawn one: ``192 (first: 144)``."""
        told = [str(group.settings[_size_name(group)]) for group in sized]
        copies = self._known.sizes_of_copies(index, sized, lambda group: group.settings.get(_size_name(group)))
        for number, sizes in enumerate(zip(*copies)):
            others: Dict[Optional[int], List[int]] = {}
            for place, size in enumerate(sizes):
                if str(size) != told[number]:
                    others.setdefault(size, []).append(place)
            said = [
                f"{FIRST_COPY if places == [0] else copies_text(places)}: {'none' if size is None else size}"
                for size, places in others.items()
            ]
            told[number] += f" ({'; '.join(said)})" if said else ""
        return told


def _size_name(group: Group) -> str:
    """The setting of a layer that is its size; empty if it has none."""
    return next((name for name in _SIZES if isinstance(group.settings.get(name), int)), "")
