"""The figures of a repeat: what all copies have together, and what each has where all have the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, FrozenSet, Iterator, List, NamedTuple, Optional, Sequence, Tuple

from ...graph.at_least import lacking, lacking_in_groups
from ...graph.content import content_of
from ...graph.dispatch import Dispatch
from ...passes.copy_times import measured_on
from ...passes.group_sizes import group_sizes
from ...passes.metrics import total
from .summary import fixed_sizes

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ...graph.types import Cost, Measured
    from ...passes.structure import Child, Part

COUNTED = ("ops", "parameters", "non_trainable", "flops", "macs", "bytes")
"""The figures of which a row tells what each copy has. Times are never equal."""


class CopyFigures(NamedTuple):
    """The figures of one copy."""

    ops: int
    parameters: Optional[int]
    non_trainable: Optional[int]
    flops: Optional[float]
    macs: Optional[float]
    bytes: Optional[float]
    at_least: FrozenSet[str]
    """The estimates of which some is not counted."""
    variables: FrozenSet[int]
    measured: "Optional[Measured]"


class Figures:
    """Looks up the figures of copies, and adds them up."""

    def __init__(self, graph: "Graph") -> None:
        self._graph, self._content = graph, content_of(graph)
        self._counts, self._fixed, self._dispatch = group_sizes(graph), fixed_sizes(graph), Dispatch(graph)
        self._lacking = lacking_in_groups(graph)
        self._sizes = {variable.id: variable.size or 0 for variable in graph.variables}
        content = self._content
        self._is_measured = bool(content.measured) or any(group.measured is not None for group in content.groups)

    def of_group(self, index: int) -> CopyFigures:
        """The figures of a group."""
        group = self._content.groups[index]
        variables, costs = frozenset(group.variables), [group.cost] if group.cost else []
        lacks = self._lacking[index]
        return self._copy(self._counts[index], group.parameters, variables, (costs, lacks), group.measured)

    def of_part(self, part: "Part") -> CopyFigures:
        """The figures of siblings put together: what the groups and ops in them have."""
        layers = [self._content.groups[inner.group] for inner in part.within() if inner.group >= 0]
        variables = frozenset(key for layer in layers for key in layer.variables)
        known = any(layer.parameters is not None for layer in layers)
        parameters = sum(self._sizes.get(key, 0) for key in variables) if known else None
        measured = measured_on(self._graph, [part]) if self._is_measured else None
        found = list(self._costs_in(part)) if self._graph.cost is not None else []
        lacks: FrozenSet[str] = frozenset().union(*(lacks for _, lacks in found))
        costs = [cost for cost, _ in found]
        return self._copy(self._ops_in(part), parameters, variables, (costs, lacks), measured)

    def _ops_in(self, part: "Part") -> int:
        """The ops of siblings put together, without those that a drawing has there and the graph elsewhere."""
        outer, loose = [], []
        waiting: List[Child] = [part]
        while waiting:
            child = waiting.pop()
            if isinstance(child, int):
                loose.append(self._content.node_group[child])
            elif child.group >= 0:
                outer.append(child.group)
            else:
                waiting.extend(child.children)
        homes = {self._content.groups[group].parent for group in outer}
        return sum(self._counts[group] for group in outer) + sum(home in homes for home in loose)

    def _copy(
        self,
        ops: int,
        parameters: Optional[int],
        variables: FrozenSet[int],
        estimated: "Tuple[Sequence[Cost], FrozenSet[str]]",
        measured: "Optional[Measured]",
    ) -> CopyFigures:
        costs, lacks = estimated
        flops, macs, moved = (_sum([getattr(cost, name) for cost in costs]) for name in ("flops", "macs", "bytes"))
        fixed = None if parameters is None else sum(self._fixed.get(key, 0) for key in variables)
        return CopyFigures(ops, parameters, fixed, flops, macs, moved, lacks, variables, measured)

    def _costs_in(self, part: "Part") -> "Iterator[Tuple[Cost, FrozenSet[str]]]":
        """The costs of the outermost groups in a part that have any, and of the ops beside them, with the estimates of which some is not counted."""
        waiting: List[Child] = [part]
        while waiting:
            child = waiting.pop()
            group = -1 if isinstance(child, int) else child.group
            cost = self._content.costs.get(child) if isinstance(child, int) else None
            cost = self._content.groups[group].cost if group >= 0 else cost
            if cost is not None:
                yield cost, self._lacking[group] if group >= 0 else lacking(cost)
            elif not isinstance(child, int):
                waiting.extend(child.children)

    def together(self, copies: Sequence[CopyFigures]) -> Dict[str, Any]:
        """The figures of all copies, under the names that a row of `summarize` has for them.

        A variable that several copies use counts once. A time is known if that of every copy is; its error is at most the
        sum of the copies' errors.
        """
        variables = frozenset().union(*(one.variables for one in copies))
        shared = len(variables) < sum(len(one.variables) for one in copies)
        found: Dict[str, Any] = {name: _sum([getattr(one, name) for one in copies]) for name in COUNTED}
        for name, sizes in (("parameters", self._sizes), ("non_trainable", self._fixed)):
            if shared and found[name] is not None:
                found[name] = sum(sizes.get(key, 0) for key in variables)
        measured = [one.measured for one in copies if one.measured is not None and one.measured.time_us is not None]
        whole = total(measured) if measured and len(measured) == len(copies) else None
        errors = whole is not None and all(one.error_us is not None for one in measured)
        return {
            **found,
            "at_least": _at_least(copies),
            "time_us": whole.time_us if whole else None,
            "error_us": whole.error_us if whole and errors else None,
            "estimated_dispatch_us": self._dispatch.of(whole),
        }


def each(copies: Sequence[CopyFigures]) -> Dict[str, Any]:
    """The figures that all copies have alike."""
    alike = {name: {getattr(one, name) for one in copies} for name in COUNTED}
    found: Dict[str, Any] = {name: values.pop() for name, values in alike.items() if len(values) == 1}
    return {**found, "at_least": _at_least(copies)}


def _at_least(copies: Sequence[CopyFigures]) -> List[str]:
    """The estimates of which some is not counted in one of the copies."""
    return sorted(frozenset().union(*(one.at_least for one in copies)))


def _sum(values: Sequence[Optional[float]]) -> Optional[float]:
    """The sum of those that are known; ``None`` if none is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None
