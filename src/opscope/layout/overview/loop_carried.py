"""Finds which inputs and outputs of a loop are the states that it carries on from step to step."""

from __future__ import annotations

from typing import Dict, List, Sequence

from ...graph.attrs import whole_of
from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.types import TensorType
from ...graph.vocabulary import ARGUMENT, LOOPS, RESULT
from ...passes.flow import TensorRef
from ...passes.rewire import origin, passing

_NO_STATES = frozenset({"variant", "resource"})


def carried_states(graph: Graph) -> Dict[int, List[int]]:
    """For each loop op the places of its states among its inputs, which are those among its outputs.

    A state is a tensor with axes that the body makes anew in each step: neither what it hands on as it is, nor a list of results, nor a counter.
    """
    content = content_of(graph)
    bodies = {
        index: group.owner
        for index, group in enumerate(content.groups)
        if group.kind == "body" and group.owner >= 0 and content.table.ops[group.owner] in LOOPS
    }
    if not bodies:
        return {}
    arguments: Dict[int, Dict[int, TensorRef]] = {}
    results: Dict[int, Dict[int, TensorRef]] = {}
    passed = passing(graph)
    for row, home in enumerate(content.node_group):
        op = content.table.ops[row]
        if home not in bodies or op not in (ARGUMENT, RESULT):
            continue
        place = whole_of(content.table.attrs(row), "index")
        if op == ARGUMENT:
            arguments.setdefault(bodies[home], {})[place] = origin(content.table, row, 0, passed)
        else:
            for made in content.table.data_inputs(row)[:1]:
                results.setdefault(bodies[home], {})[place] = origin(content.table, *made, passed)
    return {
        loop: [
            place
            for place, tensor in sorted(made.items())
            if tensor != arguments.get(loop, {}).get(place) and _is_state(content.table.outputs[loop], place)
        ]
        for loop, made in results.items()
    }


def _is_state(types: Sequence[TensorType], place: int) -> bool:
    """Whether an output of a loop is a tensor with axes."""
    return place < len(types) and bool(types[place].shape) and types[place].dtype not in _NO_STATES
