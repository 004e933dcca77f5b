"""Finds the layers that give what a model gives and have no activation: a reader asks whether these are logits."""

from __future__ import annotations

from typing import FrozenSet, Set

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.vocabulary import LATER_PHASES, chain
from ...passes.rewire import origin

NO_ACTIVATION = "no activation"
_NONE = ("linear", None)
"""How a layer's settings say that it has no activation."""


def last_without_activation(graph: Graph, passed: bytes) -> FrozenSet[int]:
    """The layers of which a result is one of the graph's outputs, and whose settings say that they have no activation.

    In a training step no layer is last: its outputs are made of the loss. `passed` are the ops that hand on what they take (`passes.rewire`).
    """
    content = content_of(graph)
    if any(group.kind in LATER_PHASES for group in content.groups):
        return frozenset()
    found: Set[int] = set()
    for port in content.outputs:
        node, _ = origin(content.table, port.node, port.output, passed)
        home = next(
            (each for each in chain(content.groups, content.node_group[node]) if content.groups[each].is_call), -1
        )
        settings = content.groups[home].settings if home >= 0 else {}
        if "activation" in settings and settings["activation"] in _NONE:
            found.add(home)
    return frozenset(found)
