"""`Conversion`: how the ops of one graph became those of the other."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Dict, FrozenSet, Tuple

from ..model import Matches

CONVERTED, FUSED, EXPANDED, REWRITTEN = "converted", "fused", "expanded", "rewritten"
FOLDED, ELIMINATED, INTRODUCED = "folded", "eliminated", "introduced"


@dataclass(frozen=True)
class ConversionStep:
    """Some ops of one graph, and those of the other that do the same."""

    kind: str
    written: Tuple[int, ...]
    """The rows of the graph as it was written."""
    converted: Tuple[int, ...]


@dataclass(frozen=True)
class Conversion:
    """What a conversion did, and what corresponds."""

    converted: int
    """Which of the two graphs is the converted one: 0 for `a`, 1 for `b`."""
    steps: Tuple[ConversionStep, ...]
    matches: Matches
    """What corresponds one to one, from `a` to `b`."""
    rewired: Tuple[int, ...] = ()
    """The ops of the graph as it was written whose counterpart takes other tensors."""
    unused: Tuple[FrozenSet[int], FrozenSet[int]] = (frozenset(), frozenset())
    """The ops of `a` and of `b` whose results nothing needs."""

    @property
    def explained(self) -> "Tuple[frozenset[int], frozenset[int]]":
        """The rows of `a` and those of `b` that a step tells of."""
        written = frozenset(row for step in self.steps for row in step.written)
        converted = frozenset(row for step in self.steps for row in step.converted)
        return (written, converted) if self.converted else (converted, written)

    @property
    def stand_ins(self) -> Dict[int, int]:
        """Row of an op of `a` -> the row of the op of `b` that does its work, if one does."""
        pairs = [(step.written, step.converted) for step in self.steps if step.written and step.converted]
        sides = [(one, two) if self.converted else (two, one) for one, two in pairs]
        return {row: there[-1] for rows, there in sides for row in rows}

    def reversed(self, sizes: "Tuple[int, int, int]") -> "Conversion":
        """The same with the graphs given the other way round; `sizes` says how many ops, groups and variables `b` has."""
        return replace(
            self, converted=1 - self.converted, matches=self.matches.reversed(sizes), unused=self.unused[::-1]
        )
