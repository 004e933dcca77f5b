"""When updates of variables run, and what they need: small training steps whose memory is worked out by hand."""

import pytest

from graphs import literal
from opscope.cost import activation_memory
from opscope.graph.content import content_of

F = "float32"
TEN, HANDLE = (F, (10,)), ("resource", ())
X = ("x", "Placeholder", (), [TEN])
V, W = ("v", "VarHandleOp", (), [HANDLE]), ("w", "VarHandleOp", (), [HANDLE])


def step(*ops):
    """The ops in the order in which they run, and the bytes alive at each. The optimizer's are called m and a number, all and set."""
    places = [0 if op[0].startswith(("m", "set", "all")) else -1 for op in ops]
    handles = {row: row for row, op in enumerate(ops) if op[1] == "VarHandleOp"}
    graph = literal(*ops, handles=handles, groups=[("optimizer", -1, "optimizer", None)], places=places)
    memory = activation_memory(graph)
    assert memory.unknown == 0
    names = [content_of(graph).table.names[row] for row in memory.order]
    return names, dict(zip(names, memory.alive)), memory


def test_an_update_runs_as_soon_as_its_gradient_is_there():
    names, alive, memory = step(
        X, V, W, ("dv", "Cumsum", ["x"], [TEN]), ("a", "Cumsum", ["x"], [TEN]), ("b", "Cumsum", ["a"], [TEN]), ("dw", "Cumsum", ["b"], [TEN]),
        ("set_v", "AssignSubVariableOp", ["v", "dv"], []), ("set_w", "AssignSubVariableOp", ["w", "dw"], []),
    )  # fmt: skip
    assert names == ["x", "v", "w", "dv", "set_v", "a", "b", "dw", "set_w"]
    # dv is gone when a is made: two tensors at once, where three were alive if both updates came last.
    assert (alive["a"], alive["b"], alive["dw"], memory.peak) == (40, 80, 80, 80)


def test_what_an_optimizer_makes_is_alive_beside_the_backward_pass():
    names, alive, memory = step(
        X, V, W, ("dv", "Cumsum", ["x"], [TEN]), ("a", "Cumsum", ["x"], [TEN]), ("b", "Cumsum", ["a"], [TEN]), ("dw", "Cumsum", ["b"], [TEN]),
        ("m", "Cumsum", ["dv"], [TEN]), ("set_v", "AssignSubVariableOp", ["v", "m"], []), ("set_w", "AssignSubVariableOp", ["w", "dw"], []),
    )  # fmt: skip
    assert names == ["x", "v", "w", "dv", "a", "m", "set_v", "b", "dw", "set_w"]
    assert alive["m"] == 120  # dv, a and what is made of dv
    assert memory.peak == 120


def test_an_identity_of_many_does_not_make_one_gradient_wait_for_all():
    names, alive, _ = step(
        X, V, W, ("dv", "Cumsum", ["x"], [TEN]), ("a", "Cumsum", ["x"], [TEN]), ("b", "Cumsum", ["a"], [TEN]), ("dw", "Cumsum", ["b"], [TEN]),
        ("all", "IdentityN", ["dv", "dw"], [TEN, TEN]), ("set_v", "AssignSubVariableOp", ["v", "all"], []),
        ("set_w", "AssignSubVariableOp", ["w", "all:1"], []),
    )  # fmt: skip
    assert names.index("set_v") < names.index("b")
    assert alive["b"] == 80  # a and b


def test_a_product_takes_as_long_as_several_other_ops():
    chain = [("m0", "Cumsum", ["dv"], [TEN]), *((f"m{n}", "Cumsum", [f"m{n - 1}"], [TEN]) for n in range(1, 3))]
    for op, last in (
        ("MatMul", ["m0", "m1", "m2", "set", "p"]),
        ("Cumsum", ["p", "m0", "m1", "m2", "set"]),
    ):
        update = ("set", "AssignSubVariableOp", ["v", "m2"], [])
        names, _, _ = step(X, V, ("dv", "Cumsum", ["x"], [TEN]), ("p", op, ["x", "x"], [TEN]), *chain, update)
        assert names[3:] == last


def trained(kernel_read, update="AssignSubVariableOp"):
    """A step in which dx is made of `kernel_read` beside the gradient of the variable k."""
    return step(
        X, V, ("k", "ReadVariableOp", ["v"], [TEN]), ("y", "Cumsum", ["x"], [TEN]), ("dx", "Mul", kernel_read, [TEN]),
        ("dv", "Cumsum", ["y"], [TEN]), ("set", update, ["v", "dv", "^k"], []), ("use", "Cumsum", ["dx"], [TEN]), ("end", "Cumsum", ["use"], [TEN]),
    )  # fmt: skip


def test_a_variable_that_is_still_read_gets_a_new_buffer():
    _, alive, memory = trained(["x", "k"])
    # At the update: dx, dv and the new buffer. At the end: use, end and the new buffer.
    assert (alive["set"], alive["end"], memory.peak) == (120, 120, 120)


def test_a_variable_that_nobody_reads_any_more_is_written_in_place():
    _, alive, memory = trained(["x", "x"])
    assert (alive["set"], alive["end"], memory.peak) == (80, 80, 120)  # y, dx and dv at once


def test_an_update_that_waits_for_the_reader_writes_in_place():
    ops = (
        X, V, ("k", "ReadVariableOp", ["v"], [TEN]), ("y", "Mul", ["x", "k"], [TEN]), ("dv", "Cumsum", ["y"], [TEN]),
        ("set", "AssignSubVariableOp", ["v", "dv"], []), ("read", "ReadVariableOp", ["v", "^set"], [TEN]), ("z", "Mul", ["x", "read"], [TEN]),
    )  # fmt: skip
    _, alive, _ = step(*ops)
    assert (alive["dv"], alive["set"], alive["z"]) == (80, 40, 40)  # nothing is left of the update when z is made


@pytest.mark.parametrize(("op", "end"), [("AssignVariableOp", 120), ("AssignAddVariableOp", 80)])
def test_a_variable_takes_over_the_tensor_that_it_is_set_to(op, end):
    _, alive, _ = trained(["x", "x"], op)
    assert alive["end"] == end  # use and end, and the tensor if it is the variable's now
