"""Values are those that TensorFlow computes; where something is unknown, what is told agrees with every way to fill it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graphs import literal
from opscope.graph.content import content_of
from opscope.shapes import budget
from opscope.shapes.loops import Loops

NUMBERS = st.integers(0, 6)
LISTS = st.lists(NUMBERS, min_size=1, max_size=4)
BINARY = (
    """AddV2 Sub Mul FloorDiv FloorMod Maximum Minimum Less LessEqual Greater GreaterEqual Equal NotEqual""".split()
)


def told(op, inputs, attrs, outputs, known=()):
    """What is known of the first output of an op; inputs are lists or numbers, `known` has lists whose zeros are open.

    An open list is the Shape of a placeholder whose open dimensions are unknown.
    """
    nodes, names = [], []
    for index, value in enumerate(inputs):
        name = f"i{index}"
        if index in known:
            nodes.append((f"p{index}", "Placeholder", [], [("float32", tuple(dim or None for dim in value))]))
            nodes.append((name, "Shape", [f"p{index}"], [("int32", (len(value),))]))
        else:
            shape = [len(value)] if isinstance(value, list) else []
            tensor = {"dtype": "int32", "shape": shape, "values": value if shape else [value]}
            nodes.append((name, "Const", [], [("int32", tuple(shape))], {"value": tensor}))
        names.append(name)
    graph = literal(*nodes, ("y", op, names, outputs, attrs))
    values = Loops(graph, content_of(graph).table.outputs).values()
    row = content_of(graph).table.index("y")
    return [values.of(row, output) for output in range(len(outputs))]


def right(op, inputs, attrs, outputs):
    tf = pytest.importorskip("tensorflow")
    made = getattr(tf.raw_ops, op)
    tensors = [tf.constant(value, tf.int32) for value in inputs]
    names = {
        "ConcatV2": lambda *parts: made(values=parts[:-1], axis=parts[-1]),
        "Pack": lambda *parts: made(values=parts, axis=0),
        "StridedSlice": lambda source, begin, end, by: made(input=source, begin=begin, end=end, strides=by, **attrs),
        "GatherV2": lambda source, places, axis: made(params=source, indices=places, axis=axis),
        "Slice": lambda source, begin, size: made(input=source, begin=begin, size=size),
        "Range": lambda first, last, by: made(start=first, limit=last, delta=by),
        "Fill": lambda dims, value: made(dims=dims, value=value),
        "InvertPermutation": lambda order: made(x=order),
        "BroadcastGradientArgs": lambda one, other: made(s0=one, s1=other),
        "SelectV2": lambda condition, one, other: made(condition=tf.cast(condition, tf.bool), t=one, e=other),
        **dict.fromkeys(("Prod", "Max", "Min", "Sum"), lambda value, axes: made(input=value, axis=axes)),
        "Size": lambda value: made(input=value), "Rank": lambda value: made(input=value),
        "Neg": lambda value: made(x=value), "Abs": lambda value: made(x=value),
    }  # fmt: skip
    found = names.get(op, lambda one, other: made(x=one, y=other))(*tensors)
    found = found if len(outputs) > 1 else [found]
    return [tuple(tensor.numpy().reshape(-1).tolist()) for tensor in found]


@st.composite
def asked(draw):
    """(op, inputs, attributes) of a valid op."""
    op = draw(st.sampled_from([
        *BINARY, "ConcatV2", "Pack", "StridedSlice", "GatherV2", "Slice", "Range", "Fill", "InvertPermutation",
        "BroadcastGradientArgs", "SelectV2", "Prod", "Max", "Min", "Sum", "Size", "Rank", "Neg",
    ]))  # fmt: skip
    source = draw(LISTS)
    size = len(source)
    if op == "StridedSlice":
        bound = st.integers(-size, size - 1)
        masks = {name: draw(st.integers(0, 1)) for name in ("begin_mask", "end_mask", "shrink_axis_mask")}
        by = 1 if masks["shrink_axis_mask"] else draw(st.sampled_from([-2, -1, 1, 2]))
        if masks["shrink_axis_mask"]:
            masks["begin_mask"] = 0
        return op, [source, [draw(bound)], [draw(bound)], [by]], masks
    if op == "Slice":
        begin = draw(st.integers(0, size))
        return op, [source, [begin], [draw(st.integers(-1, size - begin))]], {}
    step = draw(st.sampled_from([-2, -1, 1, 3]))
    one = st.lists(NUMBERS, min_size=size, max_size=size)
    two = draw(st.one_of(one, one, NUMBERS))
    return op, {
        "ConcatV2": [source, draw(LISTS), 0], "Pack": [draw(NUMBERS), draw(NUMBERS), draw(NUMBERS)],
        "GatherV2": [source, draw(st.one_of(st.lists(st.integers(0, size - 1), max_size=3), st.integers(0, size - 1))), 0],
        "Range": [2, 2 + step * draw(st.integers(0, 5)), step],
        "Fill": [[draw(NUMBERS), draw(NUMBERS)], draw(NUMBERS)], "InvertPermutation": [draw(st.permutations(range(size)))],
        "BroadcastGradientArgs": [[dim + 1 for dim in source], [draw(st.sampled_from([1, dim + 1])) for dim in source]],
        "SelectV2": [draw(st.integers(0, 1)), draw(one), draw(one)], "Size": [source], "Rank": [source], "Neg": [source],
        **{key: [source, draw(st.sampled_from([0, [0], []]))] for key in ("Prod", "Max", "Min", "Sum")},
        **{key: [source, two] if op not in {"FloorDiv", "FloorMod"} else [source, [dim + 1 for dim in source]] for key in BINARY},
    }[op], {}  # fmt: skip


def outputs_of(op):
    if op == "BroadcastGradientArgs":
        return [("int32", (None,)), ("int32", (None,))]
    return [("bool" if op in {"Less", "LessEqual", "Greater", "GreaterEqual", "Equal", "NotEqual"} else "int32", None)]


@settings(deadline=None, max_examples=300)
@given(asked())
def test_a_known_value_is_tensorflows(made):
    op, inputs, attrs = made
    assert told(op, inputs, attrs, outputs_of(op)) == right(op, inputs, attrs, outputs_of(op))


@settings(deadline=None, max_examples=300)
@given(asked(), st.data())
def test_what_is_told_of_a_partly_known_value_holds_for_the_real_one(made, data):
    """Some elements are open; whatever is told then is what TensorFlow computes with the elements as they were."""
    op, inputs, attrs = made
    lists = [index for index, value in enumerate(inputs) if isinstance(value, list) and value and min(value) > 0]
    if not lists:
        return
    index = data.draw(st.sampled_from(lists))
    hidden = [dim if data.draw(st.booleans()) else 0 for dim in inputs[index]]
    opened = [hidden if place == index else value for place, value in enumerate(inputs)]
    for found, real in zip(
        told(op, opened, attrs, outputs_of(op), known={index}), right(op, inputs, attrs, outputs_of(op))
    ):
        assert found is None or len(found) == len(real)
        assert all(element in (None, truth) for element, truth in zip(found or (), real))


@pytest.mark.parametrize(
    ("op", "inputs", "attrs"),
    [
        ("Fill", [[1 << 16, 1 << 14], 1], {}), ("Range", [0, (1 << 31) - 1, 1], {}), ("Range", [0, 5, 0], {}), ("Range", [0, -5, 1], {}),
        ("ConcatV2", [[1] * 200, [1] * 200, 0], {}), ("Pack", [1] * 300, {}), ("Mul", [[1 << 20], [1 << 20]], {}),
        ("FloorDiv", [[4], [0]], {}), ("GatherV2", [[4], [1], 0], {}), ("GatherV2", [[4], [-1], 0], {}),
        ("Slice", [[4], [0], [2]], {}), ("StridedSlice", [[4], [3], [4], [1]], {"shrink_axis_mask": 1}),
        ("StridedSlice", [[4], [0], [1], [0]], {}), ("AddV2", [[1, 2], [1, 2, 3]], {}), ("InvertPermutation", [[0, 2]], {}),
        ("Max", [[], 0], {}), ("Neg", [], {}),
    ],
)  # fmt: skip
def test_what_no_executor_would_compute_or_nobody_should_is_unknown(op, inputs, attrs):
    assert told(op, inputs, attrs, outputs_of(op)) == [None]


def test_a_value_far_away_is_unknown_and_a_nearer_one_still_found():
    nodes = [("c0", "Const", [], [("int32", ())], {"value": {"shape": [], "values": [3]}})]
    nodes += [(f"c{k}", "Neg", [f"c{k - 1}"], [("int32", ())]) for k in range(1, 1000)]
    graph = literal(*nodes)
    values = Loops(graph, content_of(graph).table.outputs).values()
    assert values.of(999, 0) is None
    assert values.of(budget.MOST_DEPTH - 1, 0) == (-3,)
    assert values.of(budget.MOST_DEPTH + 9, 0) == (-3,)


def test_when_the_budget_is_spent_the_rest_is_unknown():
    nodes = [("c0", "Const", [], [("int32", (4,))], {"value": {"shape": [4], "values": [3]}})]
    nodes += [(f"c{k}", "Neg", [f"c{k - 1}"], [("int32", (4,))]) for k in range(1, 500)]
    graph = literal(*nodes)
    loops = Loops(graph, content_of(graph).table.outputs)
    loops.budget.left = 1000
    values = loops.values()
    known = [values.of(row, 0) is not None for row in range(500)]
    assert known == sorted(known, reverse=True)
    assert 100 < sum(known) <= 250
