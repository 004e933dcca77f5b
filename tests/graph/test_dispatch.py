"""What dispatch may cost a group of many small ops."""

from __future__ import annotations

import pytest

from graphs import literal
from opscope.graph import Group, Measured
from opscope.graph.content import with_facts, with_measurement
from opscope.graph.dispatch import Dispatch

OPS = [("loop/a", "Mul", (), ()), ("big", "MatMul", (), ())]
LOOP = Measured(time_us=100.0, calls=900.0)
BIG = Measured(time_us=300.0, calls=100.0)


def graph(*, level=3, dispatch=0.5, starts=None):
    made = literal(*OPS, groups=[Group("loop", -1, "layer", "loop")], places=[0, -1])
    measurement = {"profiled_step_time_us": 1000.0, "coverage": {"dispatch": dispatch}, "trace_level": level}
    made = with_measurement(made, measurement, measured={0: LOOP, 1: BIG})
    facts = {"unattributed_us": {}, "not_reported": [], "op_starts": starts, "asked_steps": None, "processors": None}
    return made if starts is None else with_facts(made, {"profile": facts})


def test_dispatch_is_divided_by_op_starts():
    """900 of 1,000 starts: nine tenths of the 500 µs. The big op has 50 µs, too little beside its own 300 to tell."""
    found = Dispatch(graph())
    assert found.of(LOOP) == pytest.approx(450.0)
    assert found.of(BIG) is None


def test_starts_of_what_was_not_attributed_count_too():
    assert Dispatch(graph(starts=1800.0)).of(LOOP) == pytest.approx(250.0)


@pytest.mark.parametrize("made", [graph(level=2), graph(dispatch=0.0), graph(dispatch=0.01), literal(*OPS)])
def test_nothing_is_estimated_where_starts_are_not_recorded_or_dispatch_is_small(made):
    assert Dispatch(made).of(LOOP) is None


def test_what_was_not_measured_has_no_estimate():
    assert Dispatch(graph()).of(None) is None
    assert Dispatch(graph()).of(Measured(time_us=1.0)) is None
