"""Blocks of several layers that one of two models has more often are told as one change; the right answers are how many were built."""

from __future__ import annotations

import pytest

import opscope
from graphs import Builder

KINDS = ("MatMul", "Relu", "Tanh", "Softmax", "AddV2")


def blocks(count: int, *, more: bool = False) -> opscope.Graph:
    """So many blocks of three layers each, which no group holds together; with `more`, another layer behind them."""
    make = Builder()
    here = make.op("x", "Placeholder")
    root = make.group("net", "model", cls="Net", call=1, object_path="")
    for number in range(count):
        start = here
        for place, kinds in enumerate((KINDS[:2], KINDS[2:4], KINDS[4:])):
            name = f"b{number}_{'abc'[place]}"
            group = make.group(name, "layer", root, cls="ABC"[place], object_path=f"layers[{name}]")
            for kind in kinds:
                inputs = (here, start) if kind == "AddV2" else (here,)
                here = make.op(f"{name}/{kind}", kind, *inputs, group=group)
    if more:
        group = make.group("last", "layer", root, cls="Last", object_path="layers[last]")
        here = make.op("last/Exp", "Exp", here, group=group)
    return make.graph("net", ["x"], [here])


@pytest.mark.parametrize(("before", "after"), [(3, 5), (5, 3), (2, 8)])
def test_more_or_fewer_blocks_are_one_change(before: int, after: int) -> None:
    (entry,) = [entry for entry in opscope.diff(blocks(before), blocks(after)) if entry.cost]
    assert (entry.kind, entry.count_a, entry.count_b, entry.cost) == ("repeated", before, after, 1)
    assert entry.ops == abs(after - before) * len(KINDS)
    named = entry.b if after > before else entry.a
    assert sorted(named) == sorted(
        f"net/b{number}_{letter}" for number in range(min(before, after), max(before, after)) for letter in "abc"
    )
    assert not (entry.a if after > before else entry.b)


def test_a_layer_beside_them_is_told_by_itself() -> None:
    found = {entry.kind: entry for entry in opscope.diff(blocks(3), blocks(6, more=True)) if entry.cost}
    assert found["repeated"].count_b == 6
    assert found["inserted"].b == ("net/last",)
    assert len(found) == 2


def test_a_difference_with_blocks_is_exact_and_turns_round() -> None:
    a, b = blocks(3), blocks(5)
    found = opscope.diff(a, b)
    assert found.reversed() == opscope.diff(b, a)
    assert found.apply(a).parameters == b.parameters
    assert len(found.apply(a)) == len(b)
