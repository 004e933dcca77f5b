"""Follows gradients through the bodies of a program: what depends on them, and from which of them a variable is assigned.

A training step may be in one function, or its gradient in a loop's body and its update behind the loop, or the update in a
branch. So each body is asked what its results depend on, and what of all that is written to a variable.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Dict, Iterable, Iterator, List, Mapping, Optional, Sequence, Set, Tuple

from ...graph.types import CONTROL
from ...program.body import Body, Call
from .data_edges import flow_of
from .gradient_calls import Gradients, gradients_of
from .site import Site

_WRITES = ("Assign", "ResourceApply", "ResourceSparseApply", "ResourceScatter", "Apply", "SparseApply")
"""How the types of ops begin that change a variable."""


def may_write(op: str) -> bool:
    """Whether an op of this type changes a variable.

    >>> may_write("AssignSubVariableOp"), may_write("ResourceApplyAdam"), may_write("ReadVariableOp")
    (True, True, False)
    """
    return op.startswith(_WRITES)


@dataclass(frozen=True)
class Followed:
    """What flows where in one body. A set of sources is an integer with a bit for each.

    Bit j stands for argument j. The bit after those of the arguments stands for the gradients that the body's own calls make;
    further ones for the results of bodies that it calls and that hold gradients, one for each result.
    """

    body: Body
    gradients: Gradients
    reach: Sequence[int]
    """For each row the sources that it depends on."""
    results: Sequence[int]
    """For each of the body's results the sources that it depends on."""
    written: int
    """The sources that flow into a variable, here or in a body that is called."""
    writes: bool
    """Whether any variable is written."""
    holders: Mapping[int, Sequence[int]]
    """Row of a call whose bodies hold gradients of their own -> the bit of each of its results."""
    writers: Sequence[int]
    """The rows that write a variable, or call a body that does."""
    layered: Sequence[int]
    """The rows of the calls whose bodies call layers, themselves or by further calls."""
    calls_layers: bool
    """Whether it calls layers itself."""

    @property
    def has_layers(self) -> bool:
        """Whether it, or a body that it calls, calls layers."""
        return bool(self.layered) or self.calls_layers

    @property
    def holds(self) -> bool:
        """Whether it, or a body that it calls, has gradient calls of its own."""
        return bool(self.holders) or bool(self.gradients.made)

    def is_gradient(self, sources: int) -> bool:
        """Whether some of the sources are gradients."""
        return bool(sources >> self.body.args)


@dataclass
class Following:
    """Follows gradients through a program, each body once."""

    sites: Mapping[str, Site]
    """By the name of the body; that of the main graph is empty."""
    bodies: Mapping[str, Body]
    _known: Dict[str, Optional[Followed]] = field(default_factory=dict)
    """``None`` while a body is being followed: a recursive function does not wait for itself."""

    def of(self, name: str) -> Optional[Followed]:
        """What flows where in the body of that name."""
        if name not in self._known:
            self._known[name] = None
            self._known[name] = _Walk(self, self.bodies[name], self.sites.get(name)).followed()
        return self._known[name]

    def known(self, name: str) -> Followed:
        """As `of`, for who is not in the middle of following anything."""
        followed = self.of(name)
        assert followed is not None
        return followed

    def called(self, call: Call) -> Iterator[Tuple[int, str, Followed]]:
        """The number, the role and the flow of each function that a call runs."""
        for part, (role, name) in enumerate(call.parts):
            followed = self.of(name)
            if followed is not None:
                yield part, role, followed


@dataclass
class _Walk:
    """One body on its way to being followed: from what is used to what uses it."""

    following: Following
    body: Body
    site: Optional[Site]
    _results_of: Dict[int, List[int]] = field(default_factory=dict)
    """Row of a call -> the sources of each of its results."""
    _holders: Dict[int, List[int]] = field(default_factory=dict)
    _writers: List[int] = field(default_factory=list)
    _layered: List[int] = field(default_factory=list)
    _written: int = 0
    _bits: int = 0
    """How many bits are taken."""

    def followed(self) -> Followed:
        """What flows where."""
        body = self.body
        gradients = (
            gradients_of(self.site) if self.site is not None else Gradients((), needed=bytearray(len(body)), made={})
        )
        own, self._bits = 1 << body.args, body.args + 1
        outside = own - 1  # the bits of the arguments
        calls = {call.node: call for call in body.calls}
        reach = [0] * len(body)
        order = (self.site.flow if self.site is not None else flow_of(body)).in_order()
        for row in order:
            needed, made = bool(gradients.needed[row]), row in gradients.made
            given = [
                self._results_of[source][output] if source in self._results_of else reach[source]
                for source, output in body.inputs(row)
                if output != CONTROL
            ]
            reach[row] = 1 << row if row < body.args else _union(given)
            if row in calls:
                self._call(calls[row], given, is_inside=needed or made)
                if row in self._holders:
                    reach[row] = 0
            elif may_write(body.ops[row]):
                self._writers.append(row)
                self._written |= reach[row]
            if needed:  # what a target needs is forward or loss, whatever it depends on
                reach[row] &= outside
                if row in self._results_of:
                    self._results_of[row] = [sources & outside for sources in self._results_of[row]]
            elif made:
                reach[row] |= own
                if row in self._results_of:
                    self._results_of[row] = [sources | own for sources in self._results_of[row]]
        return Followed(
            body, gradients, reach, reach[len(body) - body.rets :] if body.rets else (), self._written, bool(self._writers),
            self._holders, self._writers, self._layered, self.site is not None and bool(self.site.calls.records),
        )  # fmt: skip

    def _call(self, call: Call, given: Sequence[int], is_inside: bool) -> None:
        """Follow a call's functions. If it `is_inside` a gradient's target or result, their gradients are part of that."""
        always = _union(given[: call.first_arg])
        results = [always] * len(self.body.outputs[call.node])
        holds, written, writes, layers = False, 0, False, False
        with_gradients: Set[int] = set()
        """The results that depend on gradients which the functions make."""
        for part, role, inner in self.following.called(call):
            # An argument that gets one element of a dataset at a time is given nothing whole.
            passed = [0 if sources is None else sources for sources in call.passed(part, given)]
            through = loop_results(inner) if call.kind == "while" and role == "body" else inner.results
            written |= _picked(passed, _fed_back(inner.written, through) if role == "body" else inner.written)
            writes = writes or inner.writes
            holds = holds or (inner.holds and not is_inside)
            layers = layers or inner.has_layers
            if role == "cond":  # its result only decides how often the body runs
                continue
            for place, sources in enumerate(through[: len(results)]):
                results[place] |= _picked(passed, sources)
                if inner.is_gradient(sources):
                    with_gradients.add(place)
        if layers:
            self._layered.append(call.node)
        if writes:
            self._writers.append(call.node)
            self._written |= written
        if holds:
            bits = [1 << (self._bits + place) for place in range(len(results))]
            self._bits += len(results)
            self._holders[call.node] = bits
            results = [
                sources | bit if place in with_gradients else sources
                for place, (sources, bit) in enumerate(zip(results, bits))
            ]
        self._results_of[call.node] = results


def loop_results(body: Followed) -> List[int]:
    """The sources of the results of a loop's body over all iterations: a result is the argument of the next one."""
    results = list(body.results)
    changed = True
    while changed:
        changed = False
        for place, sources in enumerate(results):
            more = _fed_back(sources, results)
            if more != sources:
                results[place], changed = more, True
    return results


def _fed_back(sources: int, results: Sequence[int]) -> int:
    """The sources, and those of the results that become arguments among them."""
    for place, more in enumerate(results):
        if sources >> place & 1:
            sources |= more
    return sources


def _union(sources: Iterable[int]) -> int:
    """All of several sets of sources."""
    found = 0
    for each in sources:
        found |= each
    return found


def _picked(passed: Sequence[int], arguments: int) -> int:
    """The sources of those of the tensors `passed` to a body whose bits are set in `arguments`."""
    return _union(sources for place, sources in enumerate(passed) if arguments >> place & 1)
