"""What the line of facts of an overview says of all FLOPs, and of how many samples these and the times are."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING, Dict, NamedTuple, Optional, Sequence

from ...cost.estimate import estimate
from ...graph.at_least import AT_LEAST
from ...graph.content import content_of, with_cost
from ...graph.number_text import quantity_text
from ...graph.quantities import FLOPS
from ...graph.vocabulary import PLACEHOLDERS, REPLICA, chain

if TYPE_CHECKING:
    from ...graph.graph import Graph

_MODULE = "module"
"""The kind of groups that are calls of neither models nor layers of Keras: those take tensors whose first axis is the batch."""
_STEPS_FIRST = "time_major"
"""The setting of a recurrent layer that takes a sequence's steps along the first axis."""
_HANDED_ON = frozenset({"Identity", "Cast", "StopGradient", "PreventGradient"})
"""Ops that change nothing of a tensor's shape on its way from the caller to a layer."""
_NO_TENSORS = frozenset({"resource", "variant"})


class WholeFigures(NamedTuple):
    """What is known of a whole graph, in words."""

    flops: str = ""
    """``31.1 GFLOP``; empty where that is not known."""
    samples: str = ""
    """Of how many samples they are: ``one sample``, ``a batch of 8``; empty where nothing is to be said of it."""
    times_too: bool = False
    """Whether measured times are of as many."""


UNKNOWN_FIGURES = WholeFigures()


def costed(graph: Graph, estimated: Optional[Graph] = None) -> Graph:
    """The graph with what its ops cost; `estimated` is one of the same ops with their costs, if these are known already."""
    if content_of(graph).costs:
        return graph
    if estimated is None or estimated.cost is None:
        return estimate(graph, peak=False, groups=False)
    return with_cost(graph, estimated.cost, costs=content_of(estimated).costs)


def whole_figures(graph: Graph) -> WholeFigures:
    """The figures of a graph that has its costs, before anything of it is folded.

    Where only a part of the graph is drawn nothing is said of FLOPs: they are counted of all of it.
    """
    batch = known_batch(graph)
    logged = "log_profile" in graph.facts  # of a run that another program began, perhaps with other data
    part = bool(content_of(graph).view.counts.left_out)
    flops = "" if part else _flops(graph)
    if batch:
        return WholeFigures(flops, f"a batch of {batch:,}", times_too=not logged)
    cost = graph.cost
    if cost is not None and cost.per_sample:
        return WholeFigures(flops, "one sample")
    given = cost is not None and cost.batch is not None and _is_open(graph)
    return WholeFigures(flops, f"a batch of {cost.batch:,}" if cost is not None and given else "")


def _flops(graph: Graph) -> str:
    cost = graph.cost
    if cost is None or not cost.flops:
        return ""
    least = cost.per == "iteration" or cost.unknown_shape or cost.without_formula
    return f"{AT_LEAST if least else ''}{quantity_text(FLOPS.field, cost.flops)}"


def known_batch(graph: Graph) -> int:
    """How many samples the graph takes at once, if that is certain and more than one; else 0.

    All that it is given has to have as many along its first axis, and some of that a model or layer of Keras has to take as it is:
    elsewhere the first axis may be anything. On the replicas of a strategy a batch is but a part of what a step takes.
    """
    content = content_of(graph)
    if any(group.kind == REPLICA for group in content.groups):
        return 0
    first = _first_sizes(graph)
    sizes = set(first.values())
    (size,) = sizes if len(sizes) == 1 else (None,)
    if size is None or size < 2:
        return 0
    return size if any(_taken_by_keras(graph, row) for row in first) else 0


def _is_open(graph: Graph) -> bool:
    """Whether all that a graph is given is of any length along the first axis."""
    sizes = set(_first_sizes(graph).values())
    return sizes == {None}


def _first_sizes(graph: Graph) -> Dict[int, Optional[int]]:
    """What a graph is given, without numbers alone -> the size of its first axis; ``None`` where that is open."""
    content = content_of(graph)
    table = content.table
    named = {port.node for port in content.inputs}
    rows: Sequence[int] = sorted(named) or [
        row for row, op in enumerate(table.ops) if op in PLACEHOLDERS and row not in content.handles
    ]
    found: Dict[int, Optional[int]] = {}
    for row in rows:
        for kind in table.outputs[row]:
            if kind.dtype not in _NO_TENSORS and kind.shape != ():
                found[row] = kind.shape[0] if kind.shape else None
    return found


def _taken_by_keras(graph: Graph, row: int) -> bool:
    """Whether a model or layer of Keras takes a tensor of the caller's as it is."""
    content = content_of(graph)
    table, groups = content.table, content.groups
    waiting, seen = {row}, {row}
    while waiting:
        users = compress(table.edge_users(), map(waiting.__contains__, table.edge_node))
        waiting = set()
        for user in users:
            around = [groups[index] for index in chain(groups, content.node_group[user])]
            if any(group.is_call and group.kind != _MODULE for group in around):
                return not any(group.settings.get(_STEPS_FIRST) for group in around)
            if table.ops[user] in _HANDED_ON and user not in seen:
                waiting.add(user)
        seen |= waiting
    return False
