"""One measured step in order of time, on literal traces."""

from __future__ import annotations

import pytest

from graphs import literal
from opscope.graph.content import content_of
from opscope.graph.step_timeline import Ran, Timeline
from opscope.profile.attribution.timeline import by_thread, frames, group_chain, of_trace
from opscope.profile.recordings.raw import OpEvent, Span, Trace


def graph(*places):
    """Ops in the groups m, m/a, m/b and n."""
    groups = [("m", -1, "model", ""), ("m/a", 0, "layer", ""), ("m/b", 0, "layer", ""), ("n", -1, "layer", "")]
    return literal(*[(f"op{k}", "Relu", (), ()) for k in range(len(places))], groups=groups, places=places)


def event(start, end, thread=0):
    return OpEvent(f"at{start}", "Relu", start, end, thread, 1)


def test_the_step_of_middle_length_is_shown_from_its_start_in_microseconds():
    steps = (Span(0, 10_000_000), Span(20_000_000, 50_000_000), Span(60_000_000, 80_000_000))
    ops = (
        event(5, 6),
        event(25_000_000, 26_000_000),
        event(60_000_000, 70_000_000),
        event(79_999_999, 90_000_000),
        event(80_000_000, 81_000_000),
    )
    found = of_trace(Trace(steps, ops), [0, 1, 2, -1, 3])
    assert found.duration == pytest.approx(20)
    assert [(ran.row, ran.name, ran.start, ran.end) for ran in found.ran] == [
        (2, "at60000000", 0, pytest.approx(10)), (-1, "at79999999", pytest.approx(20), pytest.approx(30)),
    ]  # fmt: skip


def test_of_two_steps_the_longer_is_the_middle_one():
    assert of_trace(Trace((Span(0, 30), Span(40, 50)), ()), []).duration == pytest.approx(30e-6)


def timeline(*ran):
    """``(row, start, end)`` or with a thread."""
    return Timeline(
        100.0, tuple(Ran(row, f"r{row}", *(thread or (0,)), start, end) for row, start, end, *thread in ran)
    )


def test_each_thread_has_its_own_in_order_of_start_the_enclosing_one_first():
    found = by_thread(timeline((0, 5, 6), (1, 0, 3, 7), (2, 0, 9), (3, 0, 4), (4, 2, 3, 7)))
    assert found == {0: [2, 3, 0], 7: [1, 4]}


def drawn(made, line):
    """The frames of thread 0 as texts: ``+m@0`` opens a group, ``-r1@3`` closes an op."""
    names = [group.path for group in content_of(made).groups]
    return " ".join(
        f"{'+' if one.opens else '-'}{names[one.group] if one.group >= 0 else line.ran[one.ran].name}@{one.at:g}"
        for one in frames(made, line, by_thread(line)[0])
    )


def test_groups_stay_open_while_ops_in_a_row_share_them():
    line = timeline((0, 0, 1), (1, 2, 3), (2, 4, 5))
    assert drawn(graph(1, 1, 2), line) == ("+m@0 +m/a@0 +r0@0 -r0@1 +r1@2 -r1@3 -m/a@3 +m/b@4 +r2@4 -r2@5 -m/b@5 -m@5")


def test_another_tree_closes_all_and_a_loose_op_stands_alone():
    line = timeline((0, 0, 1), (1, 2, 3), (2, 4, 5), (-1, 6, 7))
    assert drawn(graph(2, 3, -1), line) == (
        "+m@0 +m/b@0 +r0@0 -r0@1 -m/b@1 -m@1 +n@2 +r1@2 -r1@3 -n@3 +r2@4 -r2@5 +r-1@6 -r-1@7"
    )


def test_an_outer_group_alone_closes_the_inner_one():
    line = timeline((0, 0, 1), (1, 2, 3))
    assert drawn(graph(1, 0), line) == "+m@0 +m/a@0 +r0@0 -r0@1 -m/a@1 +r1@2 -r1@3 -m@3"


def test_an_op_inside_an_op_is_a_frame_inside_it_whatever_its_group():
    line = timeline((0, 0, 9), (1, 1, 3), (2, 4, 9), (3, 10, 11))
    assert drawn(graph(1, 2, 3, 1), line) == (
        "+m@0 +m/a@0 +r0@0 +r1@1 -r1@3 +r2@4 -r2@9 -r0@9 +r3@10 -r3@11 -m/a@11 -m@11"
    )


def test_an_op_that_outlasts_the_one_around_it_does_not_turn_time_back():
    line = timeline((0, 0, 5), (1, 3, 8), (2, 6, 7))
    assert drawn(graph(-1, -1, -1), line) == "+r0@0 +r1@3 +r2@6 -r2@7 -r1@8 -r0@8"


def test_the_groups_around_an_op_come_outermost_first():
    assert group_chain(graph(2, -1), 0) == [0, 2]
    assert group_chain(graph(2, -1), 1) == group_chain(graph(2), -1) == []
