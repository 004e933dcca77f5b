"""Of small graphs the cost is the least there is: all ways to match their ops are tried, by other code than the package's."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import Any, Dict, Iterator, List, Tuple

from hypothesis import given, settings
from hypothesis import strategies as st

import opscope
from graphs import Builder
from opscope.graph.json import to_dict

MOST = 5
Match = Dict[int, int]


@st.composite
def small(draw: Any) -> opscope.Graph:
    """A few ops of few types, in no group."""
    make, names = Builder(), list("uvwxyz")
    names = draw(st.permutations(names))[: draw(st.integers(1, MOST))]
    for place, name in enumerate(names):
        inputs = draw(st.lists(st.sampled_from(names[:place]), max_size=2)) if place else []
        more = {"k": draw(st.integers(0, 1))} if draw(st.booleans()) else {}
        make.op(name, draw(st.sampled_from(["Add", "Mul", "Relu"])), *inputs, **more)
    return make.graph("small")


def ways(count: int, other_count: int) -> Iterator[Match]:
    """All one-to-one matches of some of the first with some of the second."""
    for size in range(min(count, other_count) + 1):
        for rows in combinations(range(count), size):
            for others in permutations(range(other_count), size):
                yield dict(zip(rows, others))


def least(a: opscope.Graph, b: opscope.Graph) -> int:
    one, two = to_dict(a)["nodes"], to_dict(b)["nodes"]
    return min(cost(one, two, match) for match in ways(len(one), len(two)))


def cost(one: List[Dict[str, Any]], two: List[Dict[str, Any]], match: Match) -> int:
    """Additions and removals; renames; other op types; attributes; inputs from elsewhere, where both producers are kept."""
    total = len(one) + len(two) - 2 * len(match)
    names = {one[row]["name"]: two[other]["name"] for row, other in match.items()}
    for row, other in match.items():
        x, y = one[row], two[other]
        total += (x["name"] != y["name"]) + (x["op"] != y["op"])
        total += sum(x["attrs"].get(key) != y["attrs"].get(key) for key in {*x["attrs"], *y["attrs"]})
        total += wires(
            [names.get(edge["node"]) for edge in x["inputs"]],
            [edge["node"] for edge in y["inputs"]],
            set(names.values()),
        )
    return total


def wires(one: List[Any], two: List[str], kept: "set[str]") -> int:
    """The fewest changed, removed and added inputs; those from or to a producer that only one side has are free.

    Inputs of equal number are compared slot by slot, as each means something of its own.
    """
    if len(one) == len(two):
        return sum(a != b and a is not None and b in kept for a, b in zip(one, two))
    return aligned(tuple(one), tuple(two), kept)[1]


def aligned(one: Tuple[Any, ...], two: Tuple[str, ...], kept: "set[str]") -> Tuple[int, int]:
    """The edit distance of two lists, and of all ways of that many steps the least cost."""
    if not one or not two:
        rest = [a is not None for a in one] or [b in kept for b in two]
        return len(rest), sum(rest)
    if one[0] == two[0]:
        return aligned(one[1:], two[1:], kept)
    tries = [
        (aligned(one[1:], two[1:], kept), one[0] is not None and two[0] in kept),
        (aligned(one[1:], two, kept), one[0] is not None),
        (aligned(one, two[1:], kept), two[0] in kept),
    ]
    return min((steps + 1, price + own) for (steps, price), own in tries)


@given(small(), small())
@settings(deadline=None)
def test_no_way_to_match_two_small_graphs_is_cheaper(a: opscope.Graph, b: opscope.Graph) -> None:
    assert opscope.diff(a, b).cost == least(a, b)
