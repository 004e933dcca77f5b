"""The summary of a graph as plain values: totals, layers, phases, op types. The text summary is made of it."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict
from typing import TYPE_CHECKING, AbstractSet, Any, Dict, Iterable, List, Optional, Sequence, Set

from ...graph.at_least import lacking_in_groups
from ...graph.content import content_of
from ...graph.dispatch import Dispatch
from ...graph.measured_runs import without_op_times
from ...graph.model_variables import elements_of, told_apart
from ...graph.outside import outside_datasets
from ...graph.types import Port, TensorType
from ...graph.vocabulary import PHASES, PLACEHOLDERS, REPLICA, outermost_phases
from ...passes.group_sizes import group_sizes

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ...graph.groups import Group
    from ...graph.types import Variable

MAX_SCOPES = 250
"""The most rows of a table of name scopes, if no layers are known; a file can have thousands of scopes."""
MAX_TENSORS = 100
"""How many of the tensors at the peak of memory are listed."""

_NOT_OF_A_FILE = frozenset({"timeline", "step_times", "gradients", "earlier_traces", "training", "own_run"})
"""Facts for other outputs and for checks."""


def estimated(graph: "Graph", *, cost: bool, batch: Optional[int]) -> "Graph":
    """The graph with costs, if they are wanted. For a `batch` they are estimated anew; else the old ones are kept."""
    return graph.estimate(batch=batch) if batch is not None or (cost and graph.cost is None) else graph


def summarize(graph: "Graph", *, cost: bool = False, batch: Optional[int] = None) -> Dict[str, Any]:
    """Totals, phases of a training step, and one row for each layer call (or each name scope, if no layers are known).

    If the graph was estimated (`Graph.estimate`), or if `cost` or `batch` is given, there are also ``cost`` and
    ``memory``. The ops of a row include everything inside it. The parameters of a row are those of the layer, so they
    are there twice if the layer is called twice; the total counts each variable once. The estimates that `at_least` of a row
    names leave some of its ops out, or count a loop once: they are at least so much.
    """
    graph = estimated(graph, cost=cost, batch=batch)
    counts = group_sizes(graph)
    dead = content_of(graph).dead
    told = told_apart(content_of(graph))
    facts = {name: value for name, value in graph.facts.items() if name not in _NOT_OF_A_FILE}
    return {
        "name": graph.name,
        "producer": graph.producer,
        "ops": len(graph),
        "dead": sum(1 for flag in dead if flag),
        "closed_calls": dict(content_of(graph).closed_calls),
        "missing_inputs": list(content_of(graph).absent.inputs),
        "missing_functions": dict(content_of(graph).absent.functions),
        "outside_datasets": [content_of(graph).table.names[row] for row in outside_datasets(content_of(graph).table)],
        "parameters": elements_of(told.parameters),
        "trainable": None
        if facts.get("format") in _NO_WORD_OF_TRAINING
        else elements_of(filter(_trained, told.parameters)),
        "variables": len(graph.variables),
        "variables_of_unknown_size": sum(variable.size is None for variable in graph.variables),
        "state": {
            whose: {"elements": elements_of(variables), "variables": len(variables)}
            for whose, variables in (("optimizer", told.optimizer), ("other", told.other))
        },
        **fed_and_given(graph),
        "replicas": len({group.name for group in content_of(graph).groups if group.kind == REPLICA}),
        "phases": _phases(graph, counts),
        "phase_times_us": _phase_figures(graph, "time_us"),
        "phase_errors_us": _phase_figures(graph, "error_us"),  # of several groups no more than this
        "layers": all_layers(graph),
        "op_types": dict(Counter(content_of(graph).table.ops).most_common()),
        "measurement": without_op_times(graph.measurement),
        **({"facts": facts} if facts else {}),
        **({"cost": asdict(graph.cost), "memory": _memory(graph, graph.cost.batch)} if graph.cost is not None else {}),
    }


def all_layers(graph: "Graph") -> List[Dict[str, Any]]:
    """One row for each layer call, or each name scope if no layers are known."""
    counts, fixed, dispatch, lacks = group_sizes(graph), fixed_sizes(graph), Dispatch(graph), lacking_in_groups(graph)
    return [layer_row(graph, row, counts, fixed, dispatch, lacks[row]) for row in _shown(graph)]


def fixed_sizes(graph: "Graph") -> Dict[int, int]:
    """The id of each variable that is not trainable -> its size; 0 if that is not known."""
    return {variable.id: variable.size or 0 for variable in graph.variables if not variable.trainable}


def fed_and_given(graph: "Graph") -> Dict[str, Dict[str, Any]]:
    """What the caller feeds and what comes out, as ``inputs`` and ``outputs``, by name."""
    return {"inputs": _inputs(graph), "outputs": _ends(graph, content_of(graph).outputs)}


def _inputs(graph: "Graph") -> Dict[str, Any]:
    """What the caller feeds: the named inputs; of a graph that names none its placeholders, those of variables left out."""
    table, content = content_of(graph).table, content_of(graph)
    fed = [
        Port(table.names[row], row, 0)
        for row, op in enumerate(table.ops)
        if op in PLACEHOLDERS and row not in content.handles and table.outputs[row][:1] != ()
    ]
    return _ends(graph, content.inputs or fed)


def _ends(graph: "Graph", ports: Iterable["Port"]) -> Dict[str, Any]:
    """Name -> dtype, shape and tensor, as of a signature's ends in `Graph.facts`."""
    table = content_of(graph).table
    found = {}
    for port in ports:
        types = table.outputs[port.node]
        kind = types[port.output] if 0 <= port.output < len(types) else TensorType("unknown", None)
        found[port.name] = {**_output(kind), "tensor": f"{table.names[port.node]}:{port.output}"}
    return found


def _memory(graph: "Graph", batch: Optional[int]) -> Dict[str, Any]:
    """Activation memory in bytes: the peak with its tensors, and what is alive while each op of the schedule runs."""
    from ...cost import activation_memory

    memory = activation_memory(graph, batch=batch)
    names = content_of(graph).table.names
    return {
        "peak": memory.peak,
        "at": names[memory.peak_node] if memory.peak_node is not None else None,
        "tensors": [
            {"node": names[row], "output": output, "bytes": size}
            for row, output, size in memory.peak_tensors[:MAX_TENSORS]
        ],
        "unknown": memory.unknown,
        "schedule": [names[row] for row in memory.order],
        "alive": list(memory.alive),
    }


_NO_WORD_OF_TRAINING = frozenset({"GraphDef", "TensorFlow Lite"})
"""The formats that do not say which variables are trainable."""


def _trained(variable: "Variable") -> bool:
    return variable.trainable


def _phases(graph: "Graph", counts: List[int]) -> Dict[str, int]:
    """The ops of each phase, in the order of the phases. There may be several of one kind, as a GAN has two backward passes."""
    groups = content_of(graph).groups
    found: Counter[str] = Counter()
    for row in outermost_phases(groups):
        found[groups[row].kind] += counts[row]
    return {name: found[name] for name in PHASES if name in found}


def _phase_figures(graph: "Graph", field: str) -> Dict[str, float]:
    """A measured figure of each phase that has it. If there are several of one kind, the sum: of errors, their bound."""
    groups = content_of(graph).groups
    found: Dict[str, float] = {}
    for row in outermost_phases(groups):
        figure = getattr(groups[row].measured, field, None)
        if figure is not None:
            found[groups[row].kind] = found.get(groups[row].kind, 0.0) + figure
    return found


def _shown(graph: "Graph") -> List[int]:
    """The groups that get a row: all layer calls; if there are none, the outer groups, as long as they are few."""
    children = content_of(graph).children()
    chosen = layer_calls(graph) or outermost(children)
    return [row for row in _walk(children) if row in chosen]


def layer_calls(graph: "Graph") -> Set[int]:
    """All calls of layers, modules and models."""
    return {row for row, group in enumerate(content_of(graph).groups) if group.is_call}


def outermost(children: Sequence[List[int]]) -> Set[int]:
    """The outer groups: the top-level ones, and level by level the children of each group whose children still fit.

    `children` has those of each group, and the top-level ones last.
    """
    chosen: List[int] = children[-1][:MAX_SCOPES]
    for row in chosen:  # the list grows during the loop, which then goes on to the new groups
        if len(chosen) + len(children[row]) <= MAX_SCOPES:
            chosen.extend(children[row])
    return set(chosen)


def _walk(children: List[List[int]]) -> List[int]:
    """All groups, each directly followed by the groups inside it."""
    order: List[int] = []
    stack = list(reversed(children[-1]))
    while stack:
        row = stack.pop()
        order.append(row)
        stack.extend(reversed(children[row]))
    return order


def layer_row(
    graph: "Graph", row: int, counts: List[int], fixed: Dict[int, int], dispatch: Dispatch, lacks: AbstractSet[str]
) -> Dict[str, Any]:
    """One row of the table.

    `fixed` maps the id of each variable that is not trainable to its size; `lacks` has the estimates of which some is not counted.
    """
    group = content_of(graph).groups[row]
    measured = group.measured
    return {
        "path": group.path,
        "kind": group.kind,
        "class": group.cls,
        "call": group.call,
        "layer_source": group.layer_source,
        "ops": counts[row],
        "parameters": group.parameters,
        "non_trainable": None if group.parameters is None else sum(fixed.get(key, 0) for key in group.variables),
        "outputs": [_output(output) for output in group.outputs],
        "source": _place(group),
        "flops": group.cost.flops if group.cost else None,
        "macs": group.cost.macs if group.cost else None,
        "bytes": group.cost.bytes if group.cost else None,
        "at_least": sorted(lacks),
        "time_us": measured.time_us if measured else None,
        "error_us": measured.error_us if measured else None,
        "estimated_dispatch_us": dispatch.of(measured),
    }


def _output(output: "TensorType") -> Dict[str, Any]:
    return {"dtype": output.dtype, "shape": None if output.shape is None else list(output.shape)}


def _place(group: "Group") -> Optional[str]:
    return f"{group.source.file}:{group.source.line}" if group.source else None
