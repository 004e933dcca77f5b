"""Says in what its layers a closed stage of an overview differs from the earlier one that it is like: filters, units, kernels, rates of dropout."""

from __future__ import annotations

import re
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from ...graph.groups import Group
from ...graph.vocabulary import chain, groups_inside
from ...passes.naming import copies_text
from ..scene.layer_words import settings_text
from ..scene.setting_values import class_of, is_number, number_words
from .known_words import KnownWords

MOST_SIZES = 5
"""So many sizes of layers are told."""
SQUEEZED = "SE"
"""How a squeeze and excitation is called where many things are told in a line; the box of the stage that is drawn has the whole name."""
_SIZES = {"filters": "filters", "units": "units", "output_dim": "output size"}
"""Settings that are sizes of layers, and what they are called together."""
TO_LARGEST = " to "
"""Between the least and the largest of several rates."""
_SIZED = re.compile(r"\d+(?:\u00d7\d+)+ [^,]*")
"""How the words of a layer with a kernel or a window begin."""

_Sizes = Tuple[Optional[int], Tuple[Tuple[Optional[int], Tuple[int, ...]], ...]]
"""A size of the drawn copy, and the others with the places of the copies that have them."""


class Varying(NamedTuple):
    """A size that some copies of a stack have and the drawn one has not."""

    places: Tuple[int, ...]
    """These copies, in the order of the data; empty where the words name them."""
    words: str


class SizeWords:
    """Tells of the sizes of layers in the groups of one graph, whichever of them are open."""

    def __init__(self, groups: Sequence[Group], known: KnownWords, like: Mapping[int, int]) -> None:
        """Get ready; `like` is group -> an earlier one of the same structure."""
        self._groups, self._known, self._like = groups, known, like
        self._otherwise: Dict[Tuple[int, int], str] = {}
        """What was told before: a card says the same in every drawing that is tried."""
        self._of_sizes: Dict[int, List[str]] = {}
        self._varying: Dict[int, Optional[List[Varying]]] = {}
        self._of_kernels: Dict[int, List[str]] = {}

    def otherwise(self, index: int, first: int) -> str:
        """What a group has otherwise than the one that it is like: ``5\u00d75 depthwise, filters 240, 40``; empty for nothing."""
        if (index, first) not in self._otherwise:
            self._otherwise[index, first] = self._found_otherwise(index, first)
        return self._otherwise[index, first]

    def _found_otherwise(self, index: int, first: int) -> str:
        """As `otherwise`, found anew."""
        own, earlier = self._sizes_and_rates(index), self._sizes_and_rates(first)
        return ", ".join(
            [*map(_in_short, self.other_kernels(index, first)), *(each for each in own if each not in earlier)]
        )

    def varying(self, index: int) -> Optional[List[Varying]]:
        """The sizes and rates in a stack that are not the same in all copies, those of layers that are alike once: ``1\u00d71 conv, 144 not 240``.

        ``None`` where a layer that has the same size in all copies would be taken for one that has not.
        """
        if index not in self._varying:
            self._varying[index] = self._found_varying(index)
        return self._varying[index]

    def _found_varying(self, index: int) -> Optional[List[Varying]]:
        """As `varying`, found anew."""
        inside = groups_inside(self._groups, index)
        sized = [place for place in inside if not self._is_squeezed(place) and _size_name(self._groups[place])]
        others = self._others(index, [self._groups[place] for place in sized])
        size = [size_of(self._groups[place]) for place in sized]
        if {own for own, other in zip(size, others) if other}.intersection(
            own for own, other in zip(size, others) if not other
        ):
            return None
        names: Dict[_Sizes, Set[str]] = {}
        for place, own, other in zip(sized, size, others):
            if other:
                names.setdefault((own, _as_places(other)), set()).add(self._sized_name(place))
        for layer in self._squeezing(index):
            other = self._others(index, [layer])[0]
            if other:
                names[size_of(layer), _as_places(other)] = {f"{SQUEEZED} "}
        rates = [Varying((), rate) for rate in self._rates(index) if TO_LARGEST in rate]
        return [*(_varying(named, *sizes) for sizes, named in names.items()), *rates]

    def _sized_name(self, index: int) -> str:
        """A layer without its size: ``1\u00d71 conv, ``, else what its size is: ``units ``."""
        kernel = self._sized(index)
        return f"{kernel}, " if kernel else f"{_SIZES[_size_name(self._groups[index])]} "

    def _is_squeezed(self, index: int) -> bool:
        return bool(self._known.squeezed.intersection(chain(self._groups, index)))

    def _sizes_and_rates(self, index: int) -> List[str]:
        """The sizes in a group and its rates of dropout, of which those are told that are not as in the group that it is like."""
        if index not in self._of_sizes:
            told = [self._sizes(index), *self._squeezes(index), *self._rates(index)]
            self._of_sizes[index] = list(filter(None, told))
        return self._of_sizes[index]

    def other_kernels(self, index: int, first: int) -> List[str]:
        """The layers of a group whose kernel or window is another than in the group that it is like: ``5\u00d75 depthwise conv``.

        So are those that have it again after a stage that had another, where a reader would go on with that one's.
        """
        before = max((each for each, other in self._like.items() if other == first and each < index), default=first)
        told = [self._kernels(group) for group in (index, first, before)]
        if len(set(map(len, told))) > 1:
            return []
        found = dict.fromkeys(own for own, *others in zip(*told) if own and any(own != each for each in others))
        return list(found)

    def _kernels(self, index: int) -> List[str]:
        if index not in self._of_kernels:
            self._of_kernels[index] = [self._sized(place) for place in groups_inside(self._groups, index)]
        return self._of_kernels[index]

    def _sized(self, index: int) -> str:
        found = _SIZED.match(settings_text(self._groups[index]))
        return found[0] if found else ""

    def _sizes(self, index: int) -> str:
        """The filters and units of the layers in a group: ``filters 128, 128, 512``; empty where they are not known, or too many."""
        named: Set[str] = set()
        sized: List[Group] = []
        inside = groups_inside(self._groups, index)
        for place in inside:
            if self._is_squeezed(place):
                continue
            name = _size_name(self._groups[place])
            if name:
                named.add(_SIZES[name])
                sized.append(self._groups[place])
        kind = f"{named.pop()} " if len(named) == 1 else "sizes "
        told = self._of_copies(index, sized)
        return f"{kind}{', '.join(told)}" if 0 < len(sized) <= MOST_SIZES else ""

    def _squeezes(self, index: int) -> List[str]:
        """The squeezes and excitations in a group, with the width in copies that are not as wide as the drawn one."""
        return [f"{SQUEEZED} {told}" for each in self._squeezing(index) for told in self._of_copies(index, [each])]

    def _squeezing(self, index: int) -> List[Group]:
        """Of each squeeze and excitation in a group the layer whose size is its width."""
        squeezes = [place for place in groups_inside(self._groups, index) if place in self._known.squeezed]
        inside = [[self._groups[each] for each in groups_inside(self._groups, place)] for place in squeezes]
        first = [next((each for each in layers if size_of(each) is not None), None) for layers in inside]
        return [layer for layer in first if layer is not None]

    def _rates(self, index: int) -> List[str]:
        """The rates of dropout in a group, each once: ``Dropout 0.15 … 0.175``, of which copies have several; those that have none do not count."""
        layers = [self._groups[place] for place in groups_inside(self._groups, index)]
        random = [layer for layer in layers if _rate_of(layer) is not None]
        copies = self._known.of_copies(index, random, _rate_of)
        found: List[str] = []
        for number, layer in enumerate(random):
            rates = [copy[number] for copy in copies] or [_rate_of(layer)]
            given = sorted({rate for rate in rates if rate is not None})
            words = TO_LARGEST.join(map(number_words, given if len(given) == 1 else (given[0], given[-1])))
            found.append(f"Dropout {words}")
        return list(dict.fromkeys(found))

    def _of_copies(self, index: int, sized: Sequence[Group]) -> List[str]:
        """The size of each layer, with those that it has in copies of the stack that are not like the drawn one: ``192 (copy 1: 144)``."""
        told: List[str] = []
        for group, others in zip(sized, self._others(index, sized)):
            said = [f"{copies_text(places)}: {_or_none(size)}" for size, places in others.items()]
            told.append(f"{size_of(group)}" + (f" ({'; '.join(said)})" if said else ""))
        return told

    def _others(self, index: int, sized: Sequence[Group]) -> List[Dict[Optional[int], List[int]]]:
        """For each layer the sizes that it has in copies of the stack that are not like the drawn one, and the places of these copies."""
        found: List[Dict[Optional[int], List[int]]] = [{} for _ in sized]
        for others, layer, sizes in zip(found, sized, zip(*self._known.of_copies(index, sized, size_of))):
            for place, size in enumerate(sizes):
                if size != size_of(layer):
                    others.setdefault(size, []).append(place)
        return found


def _as_places(sizes: Mapping[Optional[int], Sequence[int]]) -> Tuple[Tuple[Optional[int], Tuple[int, ...]], ...]:
    return tuple((size, tuple(places)) for size, places in sizes.items())


def _varying(names: Set[str], own: Optional[int], others: Sequence[Tuple[Optional[int], Tuple[int, ...]]]) -> Varying:
    """The sizes that copies have in place of one of the drawn copy; of layers of several kinds only what their size is.

    >>> _varying({"1\u00d71 conv, "}, 240, [(144, (0,))])
    Varying(places=(0,), words='1\u00d71 conv, 144 not 240')
    >>> _varying({"1\u00d71 conv, ", "1\u00d77 conv, "}, 128, [(160, (1, 2)), (None, (3,))]).words
    'filters 128; copies 2, 3: 160; copy 4: none'
    """
    kinds = "filters " if all(each.endswith(", ") for each in names) else "sizes "
    name = next(iter(names)) if len(names) == 1 else kinds
    if len(others) == 1:
        size, places = others[0]
        return Varying(places, f"without {name}{own}" if size is None else f"{name}{size} not {own}")
    return Varying(
        (), "; ".join([f"{name}{own}", *(f"{copies_text(places)}: {_or_none(size)}" for size, places in others)])
    )


def _or_none(size: Optional[int]) -> str:
    return "none" if size is None else str(size)


def _in_short(kernel: str) -> str:
    """``5\u00d75 depthwise`` of ``5\u00d75 depthwise conv``, which is the whole name in the stage that is drawn."""
    return kernel[: -len(" conv")] if kernel.endswith(" depthwise conv") else kernel


def _size_name(group: Group) -> str:
    """The setting of a layer that is its size; empty if it has none."""
    return next((name for name in _SIZES if isinstance(group.settings.get(name), int)), "")


def size_of(group: Group) -> Optional[int]:
    """How many filters or units a layer has, or what it is set to give; ``None`` where it has no such setting."""
    return group.settings.get(_size_name(group))


def _rate_of(group: Group) -> Optional[float]:
    """The rate of a layer that is a dropout, or of the dropout that is told behind it; ``None`` if there is none."""
    behind = group.settings.get("followed_by")
    layers = [
        (group.cls, group.settings),
        *((class_of(layer), layer) for layer in (behind if isinstance(behind, (list, tuple)) else ())),
    ]
    return next((layer.get("rate") for cls, layer in layers if cls == "Dropout" and is_number(layer.get("rate"))), None)
