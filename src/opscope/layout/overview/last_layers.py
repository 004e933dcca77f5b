"""Finds the layers that give what a model gives and have no activation: a reader asks whether these are logits."""

from __future__ import annotations

from typing import FrozenSet, Iterator, Set, Tuple

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.vocabulary import LATER_PHASES, PHASES, chain
from ...passes.rewire import origin

NO_ACTIVATION = "no activation"
_NONE = ("linear", None)
"""How a layer's settings say that it has no activation."""


def last_without_activation(graph: Graph, passed: bytes) -> FrozenSet[int]:
    """The layers of which a result is one of the graph's outputs, or in a training step what the loss takes, and whose settings say that they have no activation.

    `passed` are the ops that hand on what they take (`passes.rewire`).
    """
    content = content_of(graph)
    results = [(port.node, port.output) for port in content.outputs]
    if any(group.kind in LATER_PHASES for group in content.groups):
        results = list(_taken_by_loss(graph))
    found: Set[int] = set()
    for tensor in results:
        node, _ = origin(content.table, *tensor, passed)
        home = next(
            (each for each in chain(content.groups, content.node_group[node]) if content.groups[each].is_call), -1
        )
        settings = content.groups[home].settings if home >= 0 else {}
        if "activation" in settings and settings["activation"] in _NONE:
            found.add(home)
    return frozenset(found)


def _taken_by_loss(graph: Graph) -> Iterator[Tuple[int, int]]:
    """What the loss of a training step takes from the layers."""
    content = content_of(graph)
    in_loss = [False] * len(content.groups)
    for index, group in enumerate(content.groups):
        in_loss[index] = group.kind == PHASES[1] or (group.parent >= 0 and in_loss[group.parent])
    for node, home in enumerate(content.node_group):
        if home >= 0 and in_loss[home]:
            yield from ((edge.node, edge.output) for edge in content.table.data_inputs(node))
