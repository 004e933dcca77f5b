"""Puts the steps of matching in their order."""

from __future__ import annotations

from ..columns import Numbers, Side
from ..model import Matches
from .fingerprints import Fingerprints, Known
from .groups import GroupMatcher
from .ops import OpMatcher
from .pairs import Pairs
from .variables import match_variables


def matched(a: Side, b: Side) -> Matches:
    """What corresponds in two graphs."""
    pairs = Pairs(a, b)
    known: Known = {}
    settings = Numbers()
    prints = Fingerprints(a, known, settings), Fingerprints(b, known, settings)
    GroupMatcher(pairs, *prints).match()
    OpMatcher(pairs, *prints).match()
    pairs.variables = match_variables(pairs)
    return pairs.matches()
