"""Puts the steps of matching in their order."""

from __future__ import annotations

from typing import Tuple

from ..model import Matches
from ..sides import GraphSide, Numbers
from .fingerprints import Fingerprints, StructureNumbers
from .match_groups import GroupMatcher
from .match_ops import OpMatcher
from .match_variables import match_variables
from .pairs import Pairs
from .refining import refine


def corresponding(a: GraphSide, b: GraphSide, prints: Tuple[Fingerprints, Fingerprints]) -> Matches:
    """What corresponds in two graphs."""
    pairs = Pairs(a, b)
    GroupMatcher(pairs, *prints).match()
    pairs.variables = match_variables(pairs)
    OpMatcher(pairs, *prints).match()
    refine(pairs)
    return pairs.matches()


def fingerprints(a: GraphSide, b: GraphSide) -> Tuple[Fingerprints, Fingerprints]:
    """The structures of both graphs, in numbers that mean the same in both."""
    known: StructureNumbers = {}
    settings = Numbers()
    return Fingerprints(a, known, settings), Fingerprints(b, known, settings)
