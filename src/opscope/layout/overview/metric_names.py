"""Names the metrics of a training step by the objects in which they keep their sums, and the outputs that are a loss or a metric."""

from __future__ import annotations

from collections import Counter
from typing import Dict, List

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.vocabulary import PHASES, outer_phases
from ...passes.rewire import origin, passing

_LOSS, _METRICS = PHASES[1], PHASES[4]


def metric_names(graph: Graph) -> Dict[int, List[str]]:
    """Group of metrics -> what its metrics are called: ``accuracy`` keeps its sums in ``accuracy.total`` and ``accuracy.count``."""
    content = content_of(graph)
    phase_of = outer_phases(content.groups)
    paths = {variable.id: variable.object_path or "" for variable in content.variables}
    found: Dict[int, Dict[str, None]] = {}
    for row, home in enumerate(content.node_group):
        phase = phase_of[home] if home >= 0 else -1
        if phase < 0 or content.groups[phase].kind != _METRICS or not content.table.ops[row].startswith("Assign"):
            continue
        for edge in content.table.data_inputs(row)[:1]:
            owner = paths.get(content.handles.get(edge.node, -1), "").rpartition(".")[0]
            name = owner.rpartition(".")[2]
            if name and name.isidentifier():  # what stands in a list has no name
                found.setdefault(phase, {})[name] = None
    return {phase: list(names) for phase, names in found.items()}


def output_meanings(graph: Graph) -> Dict[str, str]:
    """Name of an output -> what it is: ``loss``, or the name of the only metric; outputs of which nothing is known, or two the same, are no keys."""
    content = content_of(graph)
    phase_of, passed, metrics = outer_phases(content.groups), passing(graph), metric_names(graph)
    found: Dict[str, str] = {}
    for port in content.outputs:
        node, _ = origin(content.table, port.node, port.output, passed)
        home, types = content.node_group[node], content.table.outputs[node]
        phase = phase_of[home] if home >= 0 else -1
        kind = content.groups[phase].kind if phase >= 0 else ""
        if kind == _LOSS and types and types[0].shape == ():
            found[port.name] = _LOSS
        elif kind == _METRICS and len(metrics.get(phase, ())) == 1:
            found[port.name] = metrics[phase][0]
    often = Counter(found.values())
    return {name: meaning for name, meaning in found.items() if often[meaning] == 1}
