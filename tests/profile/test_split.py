"""Overlap split on literal traces: every moment of a step is handed out exactly once."""

from opscope.profile.raw import OpEvent, Span, Trace
from opscope.profile.split import split


def op(start, end, thread=0, inside=-1):
    return OpEvent("a", "Relu", start, end, thread, 1, inside)


def test_ops_alone_get_their_duration_and_the_rest_is_python():
    shares = split(Trace((Span(0, 100),), (op(10, 40), op(50, 60))))
    assert shares.share == [30, 10]
    assert (shares.copies, shares.dispatch, shares.python, shares.total) == (0, 0, 60, 100)


def test_two_threads_share_the_time_in_which_both_run():
    shares = split(Trace((Span(0, 100),), (op(0, 100), op(50, 100, thread=1))))
    assert shares.share == [75, 25]
    assert shares.busy == [100, 50]


def test_an_op_inside_another_on_the_same_thread_takes_its_time():
    shares = split(Trace((Span(0, 100),), (op(0, 100), op(20, 50, inside=0))))
    assert shares.share == [70, 30]
    assert shares.busy == [70, 30]


def test_executor_copies_and_python_are_what_no_op_covers():
    trace = Trace((Span(0, 100),), (op(40, 50),), executor=(Span(30, 70),), copies=(Span(10, 35),))
    shares = split(trace)
    assert (shares.share, shares.copies, shares.dispatch, shares.python) == ([10], 25, 25, 40)


def test_what_happens_outside_of_steps_counts_nowhere():
    shares = split(Trace((Span(0, 10), Span(50, 60)), (op(2, 4), op(20, 30), op(50, 60)), executor=(Span(0, 60),)))
    assert shares.inside == [True, False, True]
    assert shares.share == [2, 0, 10]
    assert shares.busy == [2, 0, 10]
    assert (shares.dispatch, shares.total) == (8, 20)


def test_an_empty_trace_has_no_time():
    assert split(Trace((), ())).total == 0
