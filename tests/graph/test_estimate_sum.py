"""A sum of which some ops do not count is told where it says something; `bounds.json` has by hand what must come out, and the page's tests read it too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from opscope.graph.estimate_sum import EstimateSum
from opscope.graph.types import Cost

TABLE = json.loads((Path(__file__).parent / "bounds.json").read_text(encoding="utf-8"))


def summed(ops):
    found = EstimateSum()
    for flops, macs, moved in ops:
        found.add(Cost(flops, moved, macs=macs))
    return found


@pytest.mark.parametrize("row", TABLE, ids=[row["what"] for row in TABLE])
def test_a_sum_is_told_where_it_says_something(row):
    found = summed(row["ops"])
    assert (found.flops, found.macs, found.bytes) == (row["flops"], row["macs"], row["bytes"])


@pytest.mark.parametrize("row", TABLE, ids=[row["what"] for row in TABLE])
def test_sums_of_parts_are_the_sum_of_all(row):
    """What a part alone does not tell counts in the whole all the same."""
    half = len(row["ops"]) // 2
    found = summed(row["ops"][:half])
    found.join(summed(row["ops"][half:]))
    assert (found.flops, found.macs, found.bytes) == (row["flops"], row["macs"], row["bytes"])


@pytest.mark.parametrize("row", TABLE, ids=[row["what"] for row in TABLE])
def test_ops_of_one_cost_count_as_often_as_there_are_such_ops(row):
    single, together = EstimateSum(), EstimateSum()
    for times, (flops, macs, moved) in enumerate(row["ops"], 1):
        cost = Cost(flops, moved, macs=macs)
        together.add(cost, times)
        for _ in range(times):
            single.add(cost)
    found, expected = ([each.flops, each.macs, each.bytes, each.is_bound] for each in (together, single))
    assert found == expected
