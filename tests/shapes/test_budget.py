"""What lies beyond the limits is unknown, whoever asks."""

import pytest

from graphs import literal
from opscope.graph.content import content_of
from opscope.shapes import budget as limits
from opscope.shapes.budget import (
    LEAST_STEPS,
    MOST_NUMBER,
    Budget,
    TooDeep,
    Unknown,
    number_within,
    or_unknown,
    shape_within,
    shapes_told,
)
from opscope.shapes.loops import Loops
from opscope.shapes.value import count, elements, scalar, single, whole, within

from .one_op import ints, one, value
from .while_loop import constant


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
        (MOST_NUMBER, True), (-MOST_NUMBER - 1, True), (-MOST_NUMBER - 2, False), (MOST_NUMBER + 1, False), (1.5, True), (float("inf"), False),
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


def test_what_fails_on_an_odd_op_is_unknown_but_a_fault_of_ours_is_none():
    for error in (
        TypeError,
        KeyError,
        AttributeError,
        ZeroDivisionError,
        OverflowError,
        IndexError,
        ValueError,
        Unknown,
    ):

        @or_unknown
        def ask(place, error=error, *, number):
            if place:
                raise error
            return number

        assert (ask(0, number=5), ask(1, number=5)) == (5, None)
    for error in (TooDeep, RuntimeError, AssertionError, RecursionError):  # the first is for whoever asked first
        with pytest.raises(error):
            ask(1, error=error, number=5)


def test_a_budget_ends():
    budget = Budget(0)
    for _ in range(LEAST_STEPS):
        budget.spend()
    with pytest.raises(Unknown):
        budget.spend()


def test_the_limits_are_those_that_are_documented():
    """docs/security.md names most of them; a change of one is a decision."""
    assert (limits.MOST_ELEMENTS, limits.MOST_NUMBER, limits.MOST_DEPTH) == (256, 9223372036854775807, 60)
    assert (limits.LEAST_STEPS, limits.STEPS_AN_OP) == (50_000, 8)
    assert (limits.MOST_WALKED, limits.WALKING_STEPS) == (300, 20_000)


def test_each_op_adds_to_the_budget():
    assert Budget(0).left == 50_000
    assert Budget(100).left == 50_800


def test_exactly_what_is_left_can_be_spent():
    budget = Budget(0)
    budget.spend(50_000)
    assert budget.left == 0
    with pytest.raises(Unknown):
        budget.spend()


def test_a_value_costs_a_step_and_one_for_each_input_and_element_and_is_worked_out_once():
    graph = literal(
        ("a", "Const", (), [("int32", (3,))], {"value": {"shape": [3], "values": [1, 2, 3]}}), constant("b", 4),
        ("sum", "AddV2", ["a", "b", "^a"], [("int32", (3,))]),
    )  # fmt: skip
    loops = Loops(graph, content_of(graph).table.outputs)
    before, values = loops.budget.left, loops.values()
    assert values.of(2, 0) == (5, 6, 7)
    assert before - loops.budget.left == (1 + 0 + 3) + (1 + 0 + 1) + (1 + 3 + 3)
    values.of(2, 0)
    values.of(0, 0)
    assert before - loops.budget.left == 13
    assert loops.budget.depth == 0


def test_a_value_that_would_cost_more_than_is_left_is_unknown():
    graph = literal(("a", "Const", (), [("int32", (3,))], {"value": {"shape": [3], "values": [1, 2, 3]}}))
    for left, told in ((4, (1, 2, 3)), (3, None)):
        loops = Loops(graph, content_of(graph).table.outputs)
        loops.budget.left = left
        assert loops.values().of(0, 0) == told


@pytest.mark.parametrize(("waits", "told"), [(4095, (3,)), (4096, None)])
def test_an_op_with_thousands_of_inputs_is_left_alone(waits, told):
    graph = literal(constant("a", 3), ("b", "Identity", ["a", *["^a"] * waits], [("int32", ())]))
    assert Loops(graph, content_of(graph).table.outputs).values().of(1, 0) == told


def test_a_chain_of_sixty_ops_is_followed():
    nodes = [constant("c0", 3)] + [(f"c{k}", "Neg", [f"c{k - 1}"], [("int32", ())]) for k in range(1, 61)]
    graph = literal(*nodes)
    values = Loops(graph, content_of(graph).table.outputs).values()
    assert values.of(60, 0) is None
    assert values.of(59, 0) == (-3,)  # the longer chain has left nothing behind
    assert values.of(60, 0) == (3,)


def test_elements_are_counted_where_all_dimensions_are_known():
    assert [elements(shape) for shape in ((), (2, 3), (4, 0), (2, None), None)] == [1, 6, 0, None, None]
    assert [count(shape) for shape in ((), (2, 3), (256,))] == [1, 6, 256]
    for shape in ((257,), (2, None), None):
        with pytest.raises(Unknown):
            count(shape)


def test_a_value_of_one_element_is_a_number():
    assert [single(found) for found in ((7,), (0,), (7, 8), (), (None,), None)] == [7, 0, None, None, None, None]
    assert [scalar((7,)), scalar((False,))] == [7, False]
    for found in ((7, 8), (), (None,), None):
        with pytest.raises(Unknown):
            scalar(found)


def test_only_plain_integers_are_whole():
    assert whole((1, -2)) == (1, -2)
    assert whole(()) == ()
    for found in (None, (1, None), (1.0,), (True,)):
        with pytest.raises(Unknown):
            whole(found)


def test_a_value_has_at_most_so_many_elements():
    assert within((1,) * 256, "int32") == (1,) * 256
    with pytest.raises(Unknown):
        within((1,) * 257, "int32")
    assert within(None, "int32") is None
    assert within((None, 3), "int8") == (None, 3)


def test_each_element_is_checked_not_only_those_before_an_unknown_one():
    with pytest.raises(Unknown):
        within((None, 300), "int8")
    assert value("AddV2", [ints(1, None), one(1)], "int8") == (2, None)


@pytest.mark.parametrize(
    ("dtype", "least", "most"),
    [
        ("int8", -128, 127), ("int16", -32768, 32767), ("int32", -2147483648, 2147483647),
        ("int64", -9223372036854775808, 9223372036854775807),
        ("uint8", 0, 255), ("uint16", 0, 65535), ("uint32", 0, 4294967295), ("int4", -8, 7), ("uint4", 0, 15),
        ("int2", -2, 1), ("uint2", 0, 3), ("uint64", 0, 9223372036854775807),  # above, nothing is told
    ],
)  # fmt: skip
def test_a_number_that_its_type_cannot_hold_is_not_told(dtype, least, most):
    """TensorFlow's integers wrap around there. The bounds are those of NumPy's and ml_dtypes' `iinfo`."""
    numbers = {"dtype": dtype}
    assert value("Identity", [one(least, "int64")], **numbers) == (least,)
    assert value("Identity", [one(most, "int64")], **numbers) == (most,)
    assert value("Sub", [one(least, "int64"), one(1, "int64")], **numbers) is None
    assert value("AddV2", [one(most, "int64"), one(1, "int64")], **numbers) is None
