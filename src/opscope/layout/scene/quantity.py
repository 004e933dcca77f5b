"""Chooses the quantity that colours a drawing: measured time or memory, or estimated FLOPs, MACs or bytes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Optional

from ...cost.estimate import estimate
from ...errors import InputError, option, spelled
from ...graph.content import content_of, with_content
from ...graph.graph import Graph
from ...graph.quantities import QUANTITIES, TIME
from ...graph.types import Cost, Measured


@dataclass(frozen=True)
class Figure(Measured):
    """What a drawing shows on one op or group. To `Measured` it adds `flops`, `macs` and `bytes`, as in `Cost`."""

    flops: Optional[float] = None
    macs: Optional[float] = None
    bytes: Optional[float] = None


def only(graph: Graph, quantity: str) -> Graph:
    """The graph with one quantity on its ops and groups, all others removed. Costs are estimated if it has none.

    Raises:
        InputError: the quantity is unknown, or is a measured one that the graph does not have.
    """
    if quantity not in QUANTITIES:
        raise InputError(f"{option('heat', quantity)} is not known; use one of {', '.join(QUANTITIES)}")
    if QUANTITIES[quantity].estimated:
        field = QUANTITIES[quantity].field
        known = any(getattr(cost, field) is not None for cost in content_of(graph).costs.values())
        return _estimated(graph if known else estimate(graph, peak=False), field)
    return _measured(graph, quantity, QUANTITIES[quantity].field)


def _estimated(graph: Graph, field: str) -> Graph:
    """The graph with one field of each `Cost` as its figure."""

    def figure(cost: Optional[Cost]) -> Optional[Figure]:
        value = getattr(cost, field) if cost is not None else None
        return None if value is None else Figure(**{field: value})

    figures = {row: figure(cost) for row, cost in content_of(graph).costs.items()}
    return with_content(
        graph,
        measured={row: one for row, one in figures.items() if one is not None},
        groups=tuple(replace(group, measured=figure(group.cost)) for group in content_of(graph).groups),
    )


def _measured(graph: Graph, quantity: str, field: str) -> Graph:
    """The graph with one field of each `Measured`, of times what is told beside them too. `fused` stays as well.

    It names the ops that ran together as one kernel. Their common figure stands on one of them, and a drawing says so.
    """

    def figure(measured: Optional[Measured]) -> Optional[Figure]:
        value = getattr(measured, field) if measured is not None else None
        if value is None or measured is None:
            return None
        # With a time go its error and, for the estimate of dispatch, the calls.
        beside = {"error_us": measured.error_us, "calls": measured.calls} if field == TIME.field else {}
        return Figure(**{"fused": measured.fused, **beside, field: value})

    figures = {row: figure(measured) for row, measured in content_of(graph).measured.items()}
    shown = {row: one for row, one in figures.items() if one is not None}
    groups = tuple(replace(group, measured=figure(group.measured)) for group in content_of(graph).groups)
    if not shown and not any(group.measured for group in groups):
        raise InputError(
            f"no {QUANTITIES[quantity].title} was measured on this graph; measure it with {spelled('opscope.profile', 'opscope profile')}, "
            f"or use {option('heat', 'flops')}, {option('heat', 'macs')} or {option('heat', 'bytes')}"
        )
    return with_content(graph, measured=shown, groups=groups)
