"""What lies beyond the limits is unknown, whoever asks."""

import pytest

from opscope.shapes.budget import LEAST_STEPS, MOST_NUMBER, Budget, Unknown, number_within, shape_within, shapes_told


@pytest.mark.parametrize(
    ("shape", "right"),
    [
        ((2, None), (2, None)),
        ((), ()),
        ([3], (3,)),
        ((1,) * 254, (1,) * 254),
        ((1,) * 255, None),
        ((-1,), None),
        ((MOST_NUMBER,), (MOST_NUMBER,)),
        ((MOST_NUMBER + 1,), None),
        ((1 << 32, 1 << 31), None),
        ((1 << 32, 1 << 31, 0), (1 << 32, 1 << 31, 0)),
        ((2.0,), None),
        ((True,), None),
        (("3",), None),
        (None, None),
    ],
)
def test_only_shapes_that_a_tensor_can_have_are_kept(shape, right):
    assert shape_within(shape) == right


@pytest.mark.parametrize(
    ("number", "right"),
    [
        (MOST_NUMBER, True), (-MOST_NUMBER - 1, True), (MOST_NUMBER + 1, False), (1.5, True), (float("inf"), False),
        (float("nan"), False), ("1", False), (None, False), (True, True),
    ],
)  # fmt: skip
def test_only_numbers_that_tensorflow_can_hold_are_kept(number, right):
    assert number_within(number) is right


def test_a_rule_that_fails_on_an_odd_op_tells_nothing():
    for error in (TypeError, KeyError, AttributeError, ZeroDivisionError, OverflowError, IndexError, Unknown):

        def rule(_, error=error):
            raise error

        assert shapes_told(rule, None) == []
    assert shapes_told(lambda _: [(1,), (-1,), None], None) == [(1,), None, None]
    assert shapes_told(lambda _: 5, None) == []


def test_a_budget_ends():
    budget = Budget(0)
    for _ in range(LEAST_STEPS):
        budget.spend()
    with pytest.raises(Unknown):
        budget.spend()
