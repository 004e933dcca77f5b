"""Shapes behind an open batch: followed through what the graph computes, never guessed where a rule says otherwise."""

from dataclasses import replace

import pytest

from graphs import literal
from opscope.cost import estimate
from opscope.graph.content import content_of, with_content
from opscope.shapes.resolve import resolve

F = "float32"


def const(name, *values):
    return name, "Const", (), [("int32", (len(values),))], {"value": {"shape": [len(values)], "values": list(values)}}


def scalar(name, value):
    return name, "Const", (), [("int32", ())], {"value": {"shape": [], "values": [value]}}


def shape_of(graph, name, batch=None, output=0):
    return resolve(graph, batch).outputs[content_of(graph).table.index(name)][output][1]


def test_a_reshape_takes_the_shape_that_the_graph_computes():
    """Keras's Dense on three dimensions: batch and time become the rows of one matrix product."""
    graph = literal(
        ("x", "Placeholder", (), [(F, (None, 10, 4))]), ("shape", "Shape", ["x"], [("int32", (3,))]),
        const("axes", 0, 1), scalar("axis", 0), ("outer", "GatherV2", ["shape", "axes", "axis"], [("int32", (2,))]),
        const("zero", 0), ("rows", "Prod", ["outer", "zero"], [("int32", ())]), scalar("four", 4),
        ("wanted", "Pack", ["rows", "four"], [("int32", (2,))]),
        ("flat", "Reshape", ["x", "wanted"], [(F, (None, None))]), ("w", "Const", (), [(F, (4, 6))]),
        ("y", "MatMul", ["flat", "w"], [(F, (None, 6))]),
    )  # fmt: skip
    assert shape_of(graph, "y", batch=3) == (30, 6)
    assert content_of(estimate(graph, batch=3)).costs[content_of(graph).table.index("y")].flops == 2 * 30 * 4 * 6


def test_a_product_of_an_unknown_tensor_stays_unknown_instead_of_having_the_batch():
    graph = literal(
        ("x", "Placeholder", (), [(F, None)]), ("w", "Const", (), [(F, (4, 6))]),
        ("y", "MatMul", ["x", "w"], [(F, (None, 6))]),
    )  # fmt: skip
    assert shape_of(graph, "y") is None


def test_the_default_of_a_placeholder_does_not_tell_how_much_is_fed():
    graph = literal(
        ("one", "Const", (), [(F, (1, 3))]), ("x", "PlaceholderWithDefault", ["one"], [(F, (None, 3))], {"shape": (None, 3)}),
        ("y", "Relu", ["x"], [(F, (None, 3))]),
    )  # fmt: skip
    assert shape_of(graph, "y", batch=7) == (7, 3)


def test_an_axis_that_is_computed_is_followed():
    """A bias's gradient: what the sum runs over comes from the two shapes."""
    graph = literal(
        ("g", "Placeholder", (), [(F, (None, 5))]), const("bias", 5), ("shape", "Shape", ["g"], [("int32", (2,))]),
        ("over", "BroadcastGradientArgs", ["shape", "bias"], [("int32", (None,)), ("int32", (None,))]),
        ("sum", "Sum", ["g", "over:1"], [(F, None)]),
    )  # fmt: skip
    assert shape_of(graph, "sum", batch=8) == (5,)


def test_an_item_of_a_list_has_the_shape_of_what_was_put_in():
    graph = literal(
        ("x", "Placeholder", (), [(F, (None, 7))]), scalar("size", -1),
        ("empty", "EmptyTensorList", ["size", "size"], [("variant", ())]),
        ("list", "TensorListPushBack", ["empty", "x"], [("variant", ())]),
        ("out", "TensorListPopBack", ["list", "size"], [("variant", ()), (F, None)]),
    )  # fmt: skip
    assert shape_of(graph, "out", batch=4, output=1) == (4, 7)


def test_what_batch_normalisation_keeps_for_the_gpu_is_empty_so_that_its_bytes_are_known():
    graph = literal(
        ("x", "Placeholder", (), [(F, (2, 4, 4, 8))]), ("s", "Placeholder", (), [(F, (8,))]),
        ("y", "FusedBatchNormV3", ["x", "s", "s", "s", "s"], [(F, (2, 4, 4, 8)), *[(F, (8,))] * 4, (F, None)]),
    )  # fmt: skip
    assert shape_of(graph, "y", output=5) == (0,)
    assert content_of(estimate(graph)).costs[2].bytes == 4 * (2 * 256 + 8 * 8)


def test_cut_into_blocks_the_batch_grows():
    graph = literal(
        ("x", "Placeholder", (), [(F, (None, 10, 3))]), const("block", 2),
        ("pads", "Const", (), [("int32", (1, 2))], {"value": {"shape": [1, 2], "values": [1, 1]}}),
        ("y", "SpaceToBatchND", ["x", "block", "pads"], [(F, (None, None, 3))]),
    )  # fmt: skip
    assert shape_of(graph, "y", batch=5) == (10, 6, 3)


def _encoder(keras):
    layers = keras.layers
    given = keras.Input((10, 16))
    value = layers.LayerNormalization()(given + layers.MultiHeadAttention(2, 8)(given, given))
    value = layers.Dense(16)(layers.Dense(32, activation="gelu")(value))
    return keras.Model(given, layers.Dense(5)(layers.GlobalAveragePooling1D()(value)))


def _recurrent(keras):
    layers = keras.layers
    given = keras.Input((12, 8))
    value = layers.Bidirectional(layers.LSTM(6, return_sequences=True))(given)
    return keras.Model(given, layers.Dense(3)(layers.GRU(4)(value)))


def test_blocks_of_a_size_that_is_not_known_give_no_shape():
    graph = literal(
        ("n", "Placeholder", (), [("int32", ())]), scalar("two", 2), ("block", "Pack", ["n", "two"], [("int32", (2,))]),
        ("pads", "Const", (), [("int32", (2, 2))], {"value": {"shape": [2, 2], "values": [0]}}),
        ("x", "Placeholder", (), [(F, (2, 10, 12, 5))]),
        ("y", "SpaceToBatchND", ["x", "block", "pads"], [(F, (None, None, None, 5))]),
    )  # fmt: skip
    assert shape_of(graph, "y") is None


def test_a_column_and_a_row_of_one_length_are_broadcast_not_paired():
    def matrix(name, *shape):
        return name, "Const", (), [("int32", shape)], {"value": {"shape": list(shape), "values": [1, 2]}}

    graph = literal(
        matrix("column", 2, 1), matrix("row", 1, 2), ("sum", "AddV2", ["column", "row"], [("int32", (2, 2))]),
        const("flat", -1), ("dims", "Reshape", ["sum", "flat"], [("int32", (4,))]), scalar("one", 1),
        ("y", "Fill", ["dims", "one"], [("int32", None)]),
    )  # fmt: skip
    assert shape_of(graph, "y") is None  # the sum is ((2, 3), (3, 4)): y has four dimensions, not two


@pytest.mark.parametrize("make", [_encoder, _recurrent])
@pytest.mark.parametrize("step", [None, "train"])
def test_with_a_batch_given_an_open_graph_costs_what_one_traced_with_it_costs(make, step):
    tf = pytest.importorskip("tensorflow")
    from opscope import trace

    model = make(tf.keras)
    model.compile("sgd", "mse")

    def traced(batch):
        shapes = [model.input_shape, model.output_shape][: 2 if step else 1]
        return trace(model, *[(batch, *shape[1:]) for shape in shapes], step=step, source_lines=False)

    opened, fixed = estimate(traced(None), batch=7).cost, estimate(traced(7)).cost
    assert opened.unknown_shape == opened.without_formula == {}
    assert opened.flops == pytest.approx(fixed.flops, rel=1e-4)  # it computes a few shapes more
    assert opened.per == fixed.per == "step"


def test_ops_that_look_alike_have_shapes_of_their_own_where_values_or_lists_tell_them():
    """The first of each pair is worked out before the second, with equal attributes and inputs of equal shapes."""
    variant = [("variant", ())]
    graph = literal(
        ("x", "Placeholder", (), [(F, (None, 6))]), const("by_two", -1, 2), const("by_three", -1, 3),
        ("two", "Reshape", ["x", "by_two"], [(F, (None, None))]), ("three", "Reshape", ["x", "by_three"], [(F, (None, None))]),
        ("rows", "TensorListFromTensor", ["x", "by_two"], variant), ("pairs", "TensorListFromTensor", ["two", "by_two"], variant),
        scalar("at", 0), ("row", "TensorListGetItem", ["rows", "at", "by_two"], [(F, None)]),
        ("pair", "TensorListGetItem", ["pairs", "at", "by_two"], [(F, None)]),
        ("again", "Relu", ["two"], [(F, (None, None))]), ("same", "Relu", ["two"], [(F, (None, None))]),
    )  # fmt: skip
    table = content_of(graph).table
    shared = {outputs: outputs for outputs in table.outputs}  # as in a graph that was read: equal types are one object
    graph = with_content(graph, table=replace(table, outputs=[shared[outputs] for outputs in table.outputs]))
    found = {name: shape_of(graph, name, batch=4) for name in ("two", "three", "row", "pair", "again", "same")}
    assert found == {"two": (12, 2), "three": (8, 3), "row": (6,), "pair": (2,), "again": (12, 2), "same": (12, 2)}


def test_ops_of_whole_shapes_are_numbered_once_however_often_a_graph_is_drawn():
    graph = literal(
        ("x", "Placeholder", (), [(F, (2, 3))]), ("y", "Placeholder", (), [("int32", (2, 3))]),
        ("a", "Shape", ["x"], [("int32", (2,))], {}), ("b", "Shape", ["y"], [("int32", (2,))], {}),
    )  # fmt: skip
    numbers = resolve(graph).alike
    assert len(set(numbers)) == len(numbers) == len(graph)
    assert resolve(graph).alike is numbers
