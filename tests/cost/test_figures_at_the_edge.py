"""Figures where a default, a dimension of 1, a batch or nothing at all is easily got wrong."""

from graphs import literal
from literal import cost
from opscope.cost import estimate
from opscope.graph.content import content_of

F = "float32"


def test_a_dimension_of_1_counts_once_in_a_product_by_letters():
    """2 * 1 * 3 * 4."""
    assert cost("Einsum", [(1, 3), (3, 4)], [(1, 4)], equation="ab,bc->ac").flops == 24


def test_five_matrices_cost_five_times_what_one_costs():
    one = cost("Svd", [(4, 3)], [(3,), (4, 4), (3, 3)], compute_uv=True, full_matrices=True)
    five = cost("Svd", [(5, 4, 3)], [(5, 3), (5, 4, 4), (5, 3, 3)], compute_uv=True, full_matrices=True)
    assert one.flops > 0
    assert five.flops == 5 * one.flops


def test_the_window_of_a_response_normalisation_is_5_unless_it_is_told():
    """The documented default of LRN and LRNGrad."""
    image = (1, 2, 2, 8)
    for op, inputs in (("LRN", [image]), ("LRNGrad", [image] * 3)):
        assert cost(op, inputs, [image]).flops == cost(op, inputs, [image], depth_radius=5).flops
        assert cost(op, inputs, [image]).flops != cost(op, inputs, [image], depth_radius=4).flops


def test_where_every_op_works_on_the_batch_nothing_is_fixed():
    graph = literal(("x", "Placeholder", (), [(F, (None, 3))]), ("y", "Relu", ["x"], [(F, (None, 3))]))
    found = estimate(graph).cost
    assert (found.flops, found.fixed_flops) == (3, 0)


def test_a_group_of_which_nothing_is_known_has_no_cost():
    graph = literal(
        ("x", "Placeholder", (), [(F, None)]), ("y", "Frobnicate", ["x"], [(F, None)]), ("z", "Relu", ["s"], [(F, (3,))]), ("s", "Placeholder", (), [(F, (3,))]),
        groups=[("a", -1, "scope", ""), ("b", -1, "scope", "")], places=[-1, 0, 1, -1],
    )  # fmt: skip
    unknown, known = content_of(estimate(graph)).groups
    assert unknown.cost is None
    assert (known.cost.flops, known.cost.bytes) == (3, 24)


def test_a_view_moves_nothing():
    assert cost("Squeeze", [(1, 3)], [(3,)]).bytes == 0


def test_two_ops_that_differ_in_their_inputs_alone_cost_what_each_costs():
    """A sum over 10 and one over 1000, for each of 2 samples; their results have one shape."""
    axis = ("axis", "Const", (), [("int32", ())], {"value": {"shape": [], "values": [1]}})
    inputs = [(f"x{k}", "Placeholder", (), [(F, (None, k))]) for k in (10, 1000)]
    sums = [(f"s{k}", "Sum", [f"x{k}", "axis"], [(F, (None,))]) for k in (10, 1000)]
    graph = estimate(literal(axis, *inputs, *sums), batch=2)
    assert [content_of(graph).costs[content_of(graph).table.index(name)].bytes for name in ("s10", "s1000")] == [
        4 * (20 + 1 + 2),
        4 * (2000 + 1 + 2),
    ]
