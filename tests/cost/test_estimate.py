"""Costs of whole graphs: batch, sums, branches, dead ops."""

import pytest

from graphs import literal
from opscope import InputError
from opscope.cost import activation_memory, estimate
from opscope.graph.content import content_of

F = "float32"


def dense(batch):
    return literal(
        ("x", "Placeholder", (), [(F, (batch, 3))]),
        ("w", "Const", (), [(F, (3, 5))]),
        ("y", "MatMul", ["x", "w"], [(F, (batch, 5))]),
        ("flat", "Reshape", ["y", "w"], [(F, (None,))]),
        ("z", "Relu", ["flat"], [(F, (None,))]),
    )


def test_an_open_batch_counts_for_one_sample_and_says_so():
    graph = estimate(dense(None))
    assert [content_of(graph).costs[row].flops for row in (2, 4)] == [30, 5]
    assert graph.cost.per_sample is True


def test_what_a_step_costs_whatever_the_batch_is_told_apart():
    nodes = [
        ("x", "Placeholder", (), [(F, (None, 3))]), ("y", "Relu", ["x"], [(F, (None, 3))]),
        ("w", "Placeholder", (), [(F, (50,))]), ("u", "Relu", ["w"], [(F, (50,))]),
    ]  # fmt: skip
    cost = estimate(literal(*nodes)).cost
    assert (cost.flops, cost.fixed_flops) == (53, 50)
    assert estimate(literal(*nodes), batch=4).cost.flops == 50 + 4 * (53 - 50)


def test_a_given_batch_fills_open_dimensions_and_what_was_reshaped_from_them():
    graph = estimate(dense(None), batch=4)
    assert [content_of(graph).costs[row].flops for row in (2, 4)] == [120, 20]
    assert graph.cost.per_sample is False


def test_a_batch_below_one_is_refused():
    with pytest.raises(InputError, match="1 or more"):
        estimate(dense(None), batch=0)


def test_a_group_is_the_sum_of_its_ops_and_subgroups():
    graph = estimate(
        literal(
            ("x", "Placeholder", (), [(F, (4,))]),
            ("a", "Relu", ["x"], [(F, (4,))]),
            ("b", "Relu", ["a"], [(F, (4,))]),
            groups=[("m", -1, "model", ""), ("m/l", 0, "layer", "")], places=[-1, 0, 1],
        )
    )  # fmt: skip
    assert [group.cost.flops for group in content_of(graph).groups] == [8, 4]
    assert graph.cost.flops == 8


def test_dead_ops_cost_nothing():
    graph = estimate(
        literal(("x", "Placeholder", (), [(F, (4,))]), ("a", "Relu", ["x"], [(F, (4,))]), dead=bytes([0, 1]))
    )
    assert 1 not in content_of(graph).costs
    assert graph.cost.flops == 0


def test_of_two_branches_the_costlier_counts():
    graph = estimate(
        literal(
            ("x", "Placeholder", (), [(F, (4,))]), ("p", "Placeholder", (), [("bool", ())]),
            ("if", "If", ["p", "x"], [(F, (4,))]),
            ("if/then/a", "Relu", ["x"], [(F, (4,))]),
            ("if/else/a", "Relu", ["x"], [(F, (4,))]), ("if/else/b", "Relu", ["if/else/a"], [(F, (4,))]),
            groups=[("if", -1, "if", "if"), ("if/then", 0, "branch", "if"), ("if/else", 0, "branch", "if")],
            places=[-1, -1, -1, 1, 2, 2],
        )
    )  # fmt: skip
    assert [group.cost.flops for group in content_of(graph).groups] == [8, 4, 8]
    assert graph.cost.flops == 8
    assert content_of(graph).table.index("if") not in content_of(graph).costs


def branches(then, other, **columns):
    """``y = x > 0 ? then : other``, each one op of ``(op, output)``."""
    return estimate(
        literal(
            ("x", "Placeholder", (), [(F, (4,))]), ("p", "Placeholder", (), [("bool", ())]), ("if", "If", ["p", "x"], [(F, (4,))]),
            ("if/then/a", then[0], ["x"], [then[1]]), ("if/else/a", other[0], ["x"], [other[1]]), ("y", "Relu", ["if"], [(F, (4,))]),
            groups=[("m", -1, "model", ""), ("m/if", 0, "if", "if"), ("m/if/then", 1, "branch", "if"), ("m/if/else", 1, "branch", "if")],
            places=[-1, -1, 0, 2, 3, 0],
        )
    )  # fmt: skip


COPY, WIDE, SHORT, OWN = ("ZerosLike", (F, (4,))), ("ZerosLike", (F, (9,))), ("Relu", (F, (1,))), ("MyOp", (F, (4,)))


@pytest.mark.parametrize(
    ("then", "other", "flops", "moved"),
    [
        (COPY, WIDE, 0, 16 + 36), (WIDE, COPY, 0, 16 + 36),  # of equal FLOPs the one that moves more
        (SHORT, WIDE, 4, 16 + 4), (WIDE, SHORT, 4, 16 + 4),  # FLOPs come first
        (("MyOp", (F, None)), OWN, None, 32), (OWN, ("MyOp", (F, None)), None, 32),
    ],
)  # fmt: skip
def test_the_costlier_branch_has_more_flops_or_else_moves_more(then, other, flops, moved):
    found = content_of(branches(then, other)).groups[1].cost
    assert (found.flops, found.bytes) == (flops, moved)


def test_what_surrounds_a_branch_counts_it_once():
    graph = branches(("Relu", (F, (4,))), ("Selu", (F, (4,))))
    assert content_of(graph).groups[0].cost.flops == content_of(graph).groups[1].cost.flops + 4 == 4 * 4 + 4
    assert graph.cost.flops == 20


def test_a_branch_without_a_parent_counts_by_itself():
    graph = estimate(
        literal(
            ("x", "Placeholder", (), [(F, (4,))]), ("a", "Relu", ["x"], [(F, (4,))]),
            groups=[("b", -1, "branch", "")], places=[-1, 0],
        )
    )  # fmt: skip
    assert graph.cost.flops == 4


def test_a_graph_of_nothing_known_has_no_sum():
    cost = estimate(literal(("x", "MyOp", (), [("string", (4,))]))).cost
    assert (cost.flops, cost.macs, cost.bytes, cost.per) == (None, None, None, "step")
    open_ = estimate(literal(("x", "MyOp", (), [("string", (None, 4))]))).cost
    assert (open_.flops, open_.fixed_flops) == (None, None)


def test_equal_ops_of_different_groups_cost_the_same_and_different_inputs_differ():
    x, y = ("x", "Placeholder", (), [(F, (4,)), (F, (9,))]), [(F, (4,))]
    graph = estimate(literal(x, ("a", "Sum", ["x"], y), ("b", "Sum", ["x:1"], y), ("c", "Sum", ["^a", "x:1"], y)))
    assert [content_of(graph).costs[row].flops for row in (1, 2, 3)] == [0, 5, 5]


def test_memory_peaks_where_most_tensors_wait_for_a_reader():
    graph = literal(
        ("x", "Placeholder", (), [(F, (100,))]),
        ("a", "Relu", ["x"], [(F, (100,))]),
        ("view", "Reshape", ["a"], [(F, (10, 10))]),
        ("b", "Relu", ["view"], [(F, (10, 10))]),
        ("c", "Sum", ["b"], [(F, ())]),
        ("d", "Mul", ["view", "c"], [(F, (10, 10))]),
        ("e", "Sum", ["d"], [(F, ())]),
    )
    memory = activation_memory(graph)
    assert memory.peak == 400 + 400 + 4
    assert content_of(graph).table.names[memory.peak_node] in {"c", "d"}
    assert [(content_of(graph).table.names[row], size) for row, _, size in memory.peak_tensors][:2] == [
        ("a", 400),
        ("b", 400),
    ]
    assert memory.unknown == 0


def test_a_tensor_of_unknown_size_is_counted_as_unknown_not_as_nothing():
    graph = literal(("x", "Placeholder", (), [(F, None)]), ("a", "Relu", ["x"], [(F, None)]))
    assert activation_memory(graph).unknown == 1
