"""Which models have one structure, or nearly so, by what their rows keep of it (`diff.structure_sketch`)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Dict, List, Optional, Sequence, Tuple

from ..diff.structure_sketch import WORDS, likeness
from .model_rows import ModelRow

_LEAST_ALIKE = 0.8
"""What two models have at least in common to be nearly alike: the estimate is within 5 % of the truth for two of three pairs."""
_BAND = 2
"""Words of a band: models are compared that have a whole band in common. At 0.8, one of 32 bands is missed by all with a chance of 1 in 10^14."""


@dataclass(frozen=True)
class AlikeModels:
    """Models that are alike, the largest structure's first."""

    rows: Tuple[int, ...]
    """Their places among the rows; the first is the one that the others are compared with."""
    alike: Tuple[float, ...]
    """For each what it has in common with the first, as far as their sketches tell; 1 for one of the same structure."""
    structures: int
    """How many different structures they have."""


def alike_models(rows: Sequence[ModelRow]) -> List[AlikeModels]:
    """The groups of two models or more, the largest first. Each model is in one at most.

    A model joins the first one before it that it is like enough; what is like that one need not be as like another of the group.
    """
    by_structure: Dict[str, List[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        if row.get("structure") and row.get("sketch"):
            by_structure[row["structure"]].append(place)
    ordered = sorted(by_structure.values(), key=lambda places: (-len(places), -rows[places[0]]["ops"], places[0]))
    found: List[List[Tuple[List[int], float]]] = []
    firsts: List[Tuple[int, ...]] = []
    bands: Dict[Tuple[int, Tuple[int, ...]], List[int]] = defaultdict(list)
    for places in ordered:
        words = _words(rows[places[0]]["sketch"])
        group, share = _nearest(words, firsts, bands)
        if group is None:
            group, share = len(found), 1.0
            found.append([])
            firsts.append(words)
            for key in _bands(words):
                bands[key].append(group)
        found[group].append((places, share))
    groups = [_group(each) for each in found if sum(len(places) for places, _ in each) > 1]
    return sorted(groups, key=lambda group: -len(group.rows))


def _nearest(
    words: Tuple[int, ...], firsts: Sequence[Tuple[int, ...]], bands: Dict[Tuple[int, Tuple[int, ...]], List[int]]
) -> Tuple[Optional[int], float]:
    """The group whose first model this one is most like, if it is enough."""
    compared = {group for key in _bands(words) for group in bands.get(key, ())}
    shares = [(likeness(words, firsts[group]), -group) for group in compared]
    share, group = max(shares, default=(0.0, 0))
    return (-group, share) if share >= _LEAST_ALIKE else (None, share)


def _bands(words: Tuple[int, ...]) -> List[Tuple[int, Tuple[int, ...]]]:
    return [(start, words[start : start + _BAND]) for start in range(0, len(words), _BAND)]


def _words(sketch: str) -> Tuple[int, ...]:
    return tuple(int(sketch[start : start + 8], 16) for start in range(0, WORDS * 8, 8))


def _group(members: Sequence[Tuple[List[int], float]]) -> AlikeModels:
    rows = [
        (place, 1.0 if number == 0 else share) for number, (places, share) in enumerate(members) for place in places
    ]
    return AlikeModels(tuple(place for place, _ in rows), tuple(share for _, share in rows), len(members))
