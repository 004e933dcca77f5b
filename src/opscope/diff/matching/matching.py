"""Puts the steps of matching in their order."""

from __future__ import annotations

from typing import Tuple

from ..columns import Numbers, Side
from ..model import Matches
from .fingerprints import Fingerprints, Known
from .groups import GroupMatcher
from .ops import OpMatcher
from .pairs import Pairs
from .refining import refine
from .variables import match_variables


def matched(a: Side, b: Side, prints: Tuple[Fingerprints, Fingerprints]) -> Matches:
    """What corresponds in two graphs."""
    pairs = Pairs(a, b)
    GroupMatcher(pairs, *prints).match()
    pairs.variables = match_variables(pairs)
    OpMatcher(pairs, *prints).match()
    refine(pairs)
    return pairs.matches()


def fingerprints(a: Side, b: Side) -> Tuple[Fingerprints, Fingerprints]:
    """The structures of both graphs, in numbers that mean the same in both."""
    known: Known = {}
    settings = Numbers()
    return Fingerprints(a, known, settings), Fingerprints(b, known, settings)
