"""Copies of a stack that should take equally long and do not."""

from __future__ import annotations

import pytest

from graphs import Builder
from opscope.graph.content import content_of
from opscope.graph.types import Measured, TensorType
from opscope.passes import for_drawing


def stack(times, *, widths=None, grouped=True):
    """The stack of equal blocks, each with a time and its error."""
    make = Builder()
    last = make.op("x", "Placeholder")
    for k, took in enumerate(times):
        out = [TensorType("float32", (1, (widths or [8] * len(times))[k]))]
        time, error = took or (None, None)
        figure = None if took is None else Measured(time, time, 1.0, error_us=error, spread_us=error)
        half = None if took is None else Measured(time / 2, time / 2, 1.0, error_us=error, spread_us=error)
        block = make.group(f"block_{k}", "layer", cls="Block", parameters=7, measured=figure if grouped else None)
        for step in range(6):
            last = make.op(f"r{k}{step}", "Relu", last, group=block, out=out, measured=half if step < 2 else None)
    found = content_of(for_drawing(make.graph("net", ["x"], [last]), "all", unfold=False)).view.stacks
    return next(iter(found.values()))


def test_equal_copies_that_take_equally_long_say_nothing():
    assert stack([(1000.0, 10.0), (1020.0, 10.0), (980.0, 10.0)]).differences == ()


def test_a_copy_that_is_apart_from_the_median_is_named():
    assert stack([(1000.0, 10.0), (1010.0, 10.0), (2000.0, 50.0), (990.0, 10.0)]).differences == (
        "block_2 takes 2.00 ± 0.05 ms; the median is 1.00 ± 0.01 ms",
    )


def test_of_several_the_one_farthest_off_is_named_and_the_others_counted():
    found = stack([(1000.0, 10.0), (1010.0, 10.0), (2000.0, 50.0), (100.0, 10.0), (990.0, 10.0)]).differences
    assert found == ("block_2 takes 2.00 ± 0.05 ms, 1 more is out of line; the median is 1.00 ± 0.01 ms",)


@pytest.mark.parametrize(
    "times",
    [
        [(1000.0, 10.0), (1010.0, 10.0), (2000.0, 400.0)],  # not sure
        [(1000.0, 1.0), (1010.0, 1.0), (1090.0, 1.0)],  # sure, and not worth a word
        [(1000.0, None), (1010.0, None), (2000.0, None)],  # errors are unknown, as of one step
        [(1000.0, 10.0), None, (2000.0, 10.0)],
    ],
)
def test_what_is_not_sure_or_not_much_is_not_told(times):
    assert stack(times).differences == ()


def test_copies_of_other_shapes_need_not_take_equally_long():
    assert stack([(1000.0, 10.0), (1000.0, 10.0), (2000.0, 10.0)], widths=[8, 8, 16]).differences == (
        "Relu (1, 8) → (1, 16)",
    )


def test_all_copies_together_have_the_sum_of_the_times_and_at_most_the_sum_of_the_errors():
    together = stack([(1000.0, 10.0), (1020.0, 20.0), (980.0, 30.0)]).measured
    assert (together.time_us, together.error_us, together.spread_us) == (3000.0, 60.0, None)
    bare = stack([(1000.0, 10.0), (1020.0, 20.0), (980.0, 30.0)], grouped=False).measured
    assert (bare.time_us, bare.error_us) == (3000.0, 120.0)  # of two ops in each, whose sum no group tells


def test_a_stack_with_a_copy_that_was_not_measured_has_no_figure_of_all():
    assert stack([(1000.0, 10.0), None, (980.0, 30.0)]).measured is None
