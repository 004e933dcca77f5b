"""Which ops need no buffer of their own, and what lists and kernels need: small graphs whose memory is worked out by hand."""

import pytest

from graphs import literal
from opscope.cost import activation_memory
from opscope.graph import Port
from opscope.graph.content import content_of

F = "float32"
TEN, THREE = (F, (10,)), (F, (3,))
X = ("x", "Placeholder", (), [TEN])
LIST = ("variant", ())


def curve(*ops, **more):
    """The bytes alive at each op, which run in the order in which they are written."""
    graph = literal(*ops, **more)
    memory = activation_memory(graph)
    assert memory.unknown == 0
    assert list(memory.order) == list(range(len(ops)))
    return list(memory.alive)


@pytest.mark.parametrize("op", ["Relu", "Tanh", "Softmax", "BiasAdd"])
def test_an_op_of_one_input_is_written_into_it(op):
    made = curve(X, ("a", "Cumsum", ["x"], [TEN]), ("b", op, ["a", "x"], [TEN]), ("c", op, ["b", "x"], [TEN]))
    assert made == [0, 40, 40, 40]


def test_an_op_without_such_a_kernel_needs_a_buffer_of_its_own():
    assert curve(X, ("a", "Cumsum", ["x"], [TEN]), ("b", "Reverse", ["a"], [TEN])) == [0, 40, 80]


def test_what_is_read_again_later_is_not_written_to():
    ops = X, ("a", "Cumsum", ["x"], [TEN]), ("b", "Relu", ["a"], [TEN]), ("c", "Mul", ["b", "a"], [TEN])
    assert curve(*ops) == [0, 40, 80, 80]
    assert curve(*ops[:3], ("c", "Mul", ["x", "a"], [TEN])) == [0, 40, 80, 40]


def test_what_is_read_twice_by_one_op_is_not_written_to():
    assert curve(X, ("a", "Cumsum", ["x"], [TEN]), ("b", "Mul", ["a", "a"], [TEN])) == [0, 40, 80]


def test_what_the_caller_feeds_or_gets_is_not_written_to():
    assert curve(X, ("a", "Relu", ["x"], [TEN])) == [0, 40]
    ops = X, ("a", "Cumsum", ["x"], [TEN]), ("b", "Relu", ["a"], [TEN])
    assert curve(*ops, outputs=(Port("a", 1, 0),)) == [0, 40, 80]


def test_size_and_dtype_have_to_be_the_results():
    base = X, ("a", "Cumsum", ["x"], [TEN])
    assert curve(*base, ("b", "Equal", ["a", "x"], [("bool", (10,))])) == [0, 40, 50]
    assert curve(*base, ("b", "AddV2", ["a", "x"], [(F, (10, 10))])) == [0, 40, 440]
    assert curve(*base, ("b", "AddV2", ["a", "x"], [("int32", (10,))])) == [0, 40, 80]


def test_either_input_of_two_and_any_of_many_will_do():
    base = X, ("a", "Cumsum", ["x"], [TEN]), ("b", "Cumsum", ["x"], [TEN])
    assert curve(*base, ("c", "Sub", ["x", "b"], [TEN]), ("d", "Sub", ["a", "c"], [TEN])) == [0, 40, 80, 80, 80]
    assert curve(*base, ("c", "AddN", ["x", "a", "b"], [TEN])) == [0, 40, 80, 80]


def test_of_a_choice_the_condition_is_not_written_to():
    base = ("p", "Placeholder", (), [("bool", (10,))]), X, ("q", "Cumsum", ["p"], [("bool", (10,))])
    assert curve(*base, ("a", "SelectV2", ["q", "x", "x"], [("bool", (10,))])) == [0, 0, 10, 20]
    assert curve(*base, ("a", "Cumsum", ["x"], [TEN]), ("b", "SelectV2", ["q", "x", "a"], [TEN])) == [0, 0, 10, 50, 50]


def test_a_view_of_a_buffer_may_be_written_to_if_it_is_all_that_is_left():
    view = ("v", "Reshape", ["a"], [(F, (2, 5))])
    assert curve(X, ("a", "Cumsum", ["x"], [TEN]), view, ("b", "Relu", ["v"], [(F, (2, 5))])) == [0, 40, 40, 40]


def test_a_chain_is_one_buffer_until_its_last_reader():
    ops = [X, ("a0", "Cumsum", ["x"], [TEN]), *((f"a{n}", "Relu", [f"a{n - 1}"], [TEN]) for n in range(1, 6))]
    more = ("s", "Cumsum", ["x"], [TEN]), ("end", "AddN", ["s", "a5"], [TEN])
    assert curve(*ops, *more) == [0, *[40] * 6, 80, 80]
    assert activation_memory(literal(*ops, *more)).peak_tensors == ((1, 0, 40), (7, 0, 40))  # named by who made them


def test_a_list_of_rows_is_a_copy_of_them_and_what_is_kept_of_it_costs_no_more():
    made = curve(
        X, ("a", "Cumsum", ["x"], [TEN]), ("list", "TensorListFromTensor", ["a"], [LIST]), ("item", "TensorListGetItem", ["list"], [THREE]),
        ("empty", "EmptyTensorList", ["x"], [LIST]), ("kept", "TensorListPushBack", ["empty", "item"], [LIST]), ("b", "Cumsum", ["x"], [THREE]),
        ("out", "TensorListStack", ["kept"], [THREE]),
    )  # fmt: skip
    assert made == [0, 40, 80, 40, 40, 40, 52, 52]


def test_a_list_holds_what_is_put_into_it_but_no_copy_of_a_variable():
    start = (
        X,
        ("v", "VarHandleOp", (), [("resource", ())]),
        ("w", "ReadVariableOp", ["v"], [TEN]),
        ("a", "Cumsum", ["x"], [TEN]),
    )
    empty, end = ("e", "EmptyTensorList", ["x"], [LIST]), ("out", "TensorListStack", ["l"], [THREE])
    assert curve(*start, empty, ("l", "TensorListPushBack", ["e", "w"], [LIST]), end)[-2:] == [0, 12]
    assert curve(*start, empty, ("l", "TensorListPushBack", ["e", "a"], [LIST]), end)[-2:] == [80, 52]


def einsum(equation, first, second, result):
    """Bytes beside the two inputs, which the caller feeds, and the result."""
    ops = (
        ("x", "Placeholder", (), [(F, first)]), ("y", "Placeholder", (), [(F, second)]),
        ("e", "Einsum", ["x", "y"], [(F, result)], {"equation": equation, "N": 2}),
    )  # fmt: skip
    graph = literal(*ops)
    made = activation_memory(graph).alive[content_of(graph).table.index("e")]
    size = 4
    for dim in result:
        size *= dim
    return made - size


HEADS, SCORES = (16, 128, 4, 32), (16, 4, 128, 128)
MIB = 1 << 20


@pytest.mark.parametrize(
    ("equation", "first", "second", "result", "beside"),
    [
        # What the allocator of TensorFlow 2.21 reported of the Einsums of an attention with four heads of 32, forward and backward.
        ("BTNH,BSNH->BNTS", HEADS, HEADS, SCORES, 2 * MIB),
        ("BNTS,BSNH->BTNH", SCORES, HEADS, HEADS, 2 * MIB),
        ("BTNH,BNTS->BSNH", HEADS, SCORES, HEADS, 2 * MIB),
        ("BNTS,BTNH->BSNH", SCORES, HEADS, HEADS, 2 * MIB),
        # By hand: a product of matrices is in order; its second factor may have summed and free exchanged.
        ("ij,jk->ik", (4, 8), (8, 16), (4, 16), 0),
        ("ij,kj->ik", (4, 8), (16, 8), (4, 16), 0),
        ("ij,jk->ki", (4, 8), (8, 16), (16, 4), 4 * 64),
        # Not known, so not counted: one term, a label that is summed alone, dimensions without a label.
        ("ij->ji", (4, 8), (8, 16), (8, 4), 0),
        ("ij,k->i", (4, 8), (16,), (4,), 0),
        ("...ij,...jk->...ik", (2, 4, 8), (2, 8, 16), (2, 4, 16), 0),
    ],
)
def test_an_einsum_copies_what_is_not_in_its_order(equation, first, second, result, beside):
    assert einsum(equation, first, second, result) == beside
