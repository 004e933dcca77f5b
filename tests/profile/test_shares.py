"""Overlap split on literal traces: every moment of a step is handed out exactly once."""

from opscope.profile.attribution.shares import split
from opscope.profile.recordings.raw import OpEvent, Span, Trace


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
    assert shares.step == [0, -1, 1]
    assert shares.share == [2, 0, 10]
    assert shares.busy == [2, 0, 10]
    assert (shares.dispatch, shares.total) == (8, 20)


def test_an_empty_trace_has_no_time():
    assert split(Trace((), ())).total == 0


def test_ops_inside_another_may_overlap_and_none_of_their_time_is_the_outer_ones():
    """The second starts and ends while the first still runs: the outer has what is before 10 and after 60."""
    shares = split(Trace((Span(0, 100),), (op(0, 100), op(10, 60, inside=0), op(20, 30, inside=0))))
    assert shares.busy == [10 + 40, 50, 10]
    assert shares.share == [50, 45, 5]


def test_ops_inside_another_that_touch_leave_nothing_between_them():
    shares = split(Trace((Span(0, 100),), (op(0, 100), op(0, 20, inside=0), op(20, 100, inside=0))))
    assert shares.share == [0, 20, 80]
    assert shares.busy == [0, 20, 80]


def test_an_op_in_an_op_in_an_op_has_the_innermost_time():
    shares = split(Trace((Span(0, 100),), (op(0, 100), op(10, 90, inside=0), op(30, 50, inside=1))))
    assert shares.busy == [20, 60, 20]


def compiled(start, end, thread=1, inside=-1):
    return OpEvent("fusion", "Fusion", start, end, thread, 1, inside, "module")


def test_an_op_that_runs_compiled_code_counts_where_none_of_its_instructions_runs():
    """It waits from 0 to 100; instructions run on other threads from 20 to 50 and from 40 to 60."""
    trace = Trace((Span(0, 100),), (op(0, 100), compiled(20, 50, 1, 0), compiled(40, 60, 2, 0)))
    shares = split(trace)
    assert shares.share == [20 + 40, 20 + 5, 5 + 10]
    assert shares.busy[0] == 60
    assert shares.total == sum(shares.share) == 100


def test_two_ops_that_wait_at_once_share_what_is_left():
    ops = (op(0, 100), op(0, 100, 3), compiled(10, 20, 1, 0), compiled(40, 60, 2, 1))
    assert split(Trace((Span(0, 100),), ops)).share == [35, 35, 10, 20]


def test_an_instruction_within_an_instruction_is_no_reason_to_wait():
    shares = split(Trace((Span(0, 100),), (compiled(0, 100), compiled(20, 50, 1, 0), op(0, 100, 5))))
    assert shares.busy == [70, 30, 100]


def test_a_copy_counts_before_the_executor_and_both_only_where_no_op_runs():
    trace = Trace(
        (Span(0, 100),),
        (op(0, 10),),
        executor=(Span(0, 40),),
        copies=(Span(5, 20), Span(30, 60)),
        functions=(Span(50, 80),),
    )
    shares = split(trace)
    assert (shares.copies, shares.dispatch, shares.python) == (10 + 30, 10 + 20, 20)


def test_steps_that_follow_each_other_are_told_apart_to_the_picosecond():
    """An op belongs to the step in which it begins; one that begins as a step ends does not."""
    shares = split(Trace((Span(0, 10), Span(10, 20)), (op(0, 5), op(10, 12), op(20, 25))))
    assert shares.step == [0, 1, -1]
    assert (shares.share, shares.total) == ([5, 2, 0], 20)


def test_what_runs_on_beyond_its_step_has_a_share_only_within_steps():
    shares = split(Trace((Span(0, 10), Span(30, 40)), (op(5, 35),)))
    assert shares.share == [10]
    assert shares.busy == [30]
    assert (shares.python, shares.total) == (10, 20)


def test_three_at_once_have_a_third_each():
    shares = split(Trace((Span(0, 90),), tuple(op(0, 90, thread=thread) for thread in range(3))))
    assert shares.share == [30, 30, 30]
    assert (shares.copies, shares.dispatch, shares.python) == (0, 0, 0)
