"""Whether a profile is of a graph: how much of its op time is of ops that the graph has.

The function that was profiled may have called the graph that is given, as the loop around a training step does (``fit`` of Keras 3): then all names have
that call before them, and `inside_call` takes it off.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import Counter as CounterOf
from typing import List

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.measured_programs import measured_programs, untimed_ops
from ...graph.vocabulary import CHOICE_PARTS, chain
from ...program.executed_names import Names
from ...program.fused import FUSING_PRODUCTS
from ...suggestions import some_of
from ...visible import sentence
from ..recordings.raw import COMPILED, KERNEL, OpEvent, Trace
from .event_rows import EventRows
from .shares import Shares

LEAST_FOUND = 0.8
"""A profile of which less op time is found in the graph is another graph's. Of a graph's own it is 95 % and more (docs/profiling.md)."""
_DEEPEST_CALL = 4
"""So many calls may be around the graph, one in the other."""
_MOST_NAMED = 5
_LEAST_NAMED = 0.01
_OF_THE_CALLER = frozenset({"IteratorGetNext", "IteratorGetNextSync", "IteratorGetNextAsOptional"})
"""Ops that do not count: the step that is given may get its batch from a function around it, which waits for it here."""
_NEED_NOT_RUN = CHOICE_PARTS | {"dataset"}
"""Kinds of groups of which not all ops run in a step."""


@dataclass(frozen=True)
class Fit:
    """How well a profile fits a graph."""

    found: float
    """The part of the op time of the profile's steps that is of ops of the graph; 1 if there is no op by name."""
    missing: "CounterOf[str]"
    """Executed name that the graph does not have -> how long it ran."""

    @property
    def is_enough(self) -> bool:
        """Whether the profile may be of the graph."""
        return self.found >= LEAST_FOUND


def fit_of(graph: Graph, trace: Trace, shares: Shares) -> Fit:
    """Compare names. Kernels, and what XLA compiled, are not asked: they are found through the ops around them."""
    rows = EventRows(graph, Names(graph), trace)
    missing: "CounterOf[str]" = Counter()
    all_time = 0
    for index, event in enumerate(trace.ops):
        if shares.step[index] >= 0 and _counts(event):
            all_time += shares.busy[index]
            if rows.row(event) < 0:
                missing[event.name] += shares.busy[index]
    return Fit(1 - sum(missing.values()) / all_time if all_time else 1.0, missing)


def inside_call(graph: Graph, trace: Trace, shares: Shares) -> Trace:
    """The trace with the names that the graph has: as it is, or without the calls around the graph, if it fits better so."""
    best, best_found, inner = trace, fit_of(graph, trace, shares).found, trace
    for _ in range(_DEEPEST_CALL):
        if best_found >= LEAST_FOUND:
            break
        call = _outer_call(inner, shares)
        if not call:
            break
        inner = _without(inner, call)
        found = fit_of(graph, inner, shares).found
        if found > best_found:
            best, best_found = inner, found
    return best


def names_that_differ(graph: Graph, fit: Fit) -> str:
    """What differs, in words: the names of the profile that took most, and some of the graph's."""
    total = sum(fit.missing.values()) / (1 - fit.found)
    named = [(name, time) for name, time in fit.missing.most_common(_MOST_NAMED) if time >= _LEAST_NAMED * total]
    lost = ", ".join([f"{name} ({time / total:.0%})" for name, time in named])
    table = content_of(graph).table
    own = ", ".join(
        [name for name, op in zip(table.names, table.ops) if op not in ("Const", "Placeholder")][:_MOST_NAMED]
    )
    return sentence(
        f"{1 - fit.found:.0%} of the profile's op time is of ops that {graph.name} does not have: {lost}; it has {own or 'no ops'}"
    )


def _is_named(event: OpEvent) -> bool:
    return not event.module and event.op not in (COMPILED, KERNEL)


def _counts(event: OpEvent) -> bool:
    return _is_named(event) and event.op not in _OF_THE_CALLER


def _outer_call(trace: Trace, shares: Shares) -> str:
    """The call that most op time is in, by names: what stands before their first ``/``; empty if there is none."""
    calls: "CounterOf[str]" = Counter()
    all_time = 0
    for index, event in enumerate(trace.ops):
        if shares.step[index] >= 0 and _counts(event):
            all_time += shares.busy[index]
            call, slash, _ = event.name.partition("/")
            if slash:
                calls[call] += shares.busy[index]
    most: List["tuple[str, int]"] = calls.most_common(1)
    return most[0][0] if most and most[0][1] >= LEAST_FOUND * all_time else ""


def _without(trace: Trace, call: str) -> Trace:
    """The trace with names as they are inside of a call."""
    before = f"{call}/"

    def inner(name: str) -> str:
        return name[len(before) :] if name.startswith(before) else name

    return replace(
        trace,
        ops=tuple([event._replace(name=inner(event.name)) if _is_named(event) else event for event in trace.ops]),
        allocations=tuple([each._replace(name=inner(each.name)) for each in trace.allocations]),
    )


def products_that_did_not_run(measured: Graph) -> str:
    """What is wrong if most matrix products and convolutions of a measured graph did not run; empty if it may be the graph that ran.

    These are never too cheap to be recorded, and no optimizer leaves most of them out. So it is a larger model, in which that of the profile may be found by its names.
    What a branch or a function over a dataset holds need not run.
    """
    content = content_of(measured)
    if measured_programs(measured.measurement) and not content.measured:
        return ""  # the graph ran as one program, and what runs in that is not told
    ran = {name for one in content.measured.values() for name in one.fused or ()}
    ran.update(untimed_ops(measured.measurement))
    table, groups = content.table, content.groups
    products, missing = 0, []
    for row, op in enumerate(table.ops):
        home = content.node_group[row]
        if op in FUSING_PRODUCTS and not any(groups[index].kind in _NEED_NOT_RUN for index in chain(groups, home)):
            products += 1
            if row not in content.measured and table.names[row] not in ran:
                missing.append(table.names[row])
    if 2 * len(missing) <= products:
        return ""
    named = some_of(missing, most=_MOST_NAMED)
    return sentence(
        f"{len(missing):,} of the {products:,} matrix products and convolutions of {measured.name} did not run in it: {named}"
    )
