"""In which order copies are looked at that feed each other."""

from __future__ import annotations

from typing import List, Set

from hypothesis import given
from hypothesis import strategies as st

from opscope.passes.fit import _in_order


@st.composite
def _fed_by(draw: st.DrawFn) -> List[Set[int]]:
    count = draw(st.integers(1, 8))
    return [draw(st.sets(st.integers(0, count - 1), max_size=3)) - {number} for number in range(count)]


def _rounds(fed_by: List[Set[int]]) -> List[int]:
    """By definition: all copies come, in each round, that are fed only by those of earlier rounds."""
    order: List[int] = []
    for _ in fed_by:
        order += [number for number, each in enumerate(fed_by) if number not in order and each <= set(order)]
    return order if len(order) == len(fed_by) else []


@given(_fed_by())
def test_copies_come_round_by_round_and_none_in_a_circle(fed_by: List[Set[int]]) -> None:
    assert _in_order(fed_by) == _rounds(fed_by)


def test_a_chain_in_any_order_of_the_file() -> None:
    assert _in_order([{2}, {0}, set()]) == [2, 0, 1]
    assert _in_order([{1}, {0}]) == []
