"""What a rule may ask of its op, and what a graph must be able to answer."""

import inspect

import pytest

from graphs import literal
from opscope.graph.content import content_of
from opscope.shapes.attributes import Attributes, PlainAttributes
from opscope.shapes.bodies import Bodies
from opscope.shapes.budget import MOST_ELEMENTS, Unknown
from opscope.shapes.inference import InferenceContext, InferenceSource
from opscope.shapes.loops import Loops
from opscope.shapes.table_source import TableSource

from .while_loop import constant

F, INT = "float32", ("int32", ())


def abstract(kind):
    return sorted(name for name, member in inspect.getmembers(kind) if getattr(member, "__isabstractmethod__", False))


QUESTIONS = {
    Attributes: ["attr_shape", "flag", "number", "numbers", "tensor_shape", "tensor_value", "text", "texts"],
    InferenceSource: ["attributes", "dtype", "inputs", "item_shape", "list_length", "ops", "outputs", "own", "shape", "width"],
}  # fmt: skip


@pytest.mark.parametrize("kind", QUESTIONS)
def test_who_cannot_answer_every_question_cannot_be_asked(kind):
    """Only a property is asked without being called: ``source.ops`` is a sequence."""
    assert abstract(kind) == QUESTIONS[kind]
    for missing in QUESTIONS[kind]:
        answers = {name: lambda self, *_: None for name in QUESTIONS[kind] if name != missing}
        with pytest.raises(TypeError, match=missing):
            type("Part", (kind,), answers)()
    assert isinstance(InferenceSource.ops, property)


def test_an_attribute_that_is_missing_has_a_default():
    none = PlainAttributes({})
    assert none.flag("a") is False
    assert none.number("a") == 0
    assert none.number("a", -1) == -1
    assert none.text("a", "NHWC") == "NHWC"
    assert none.numbers("a") == []
    assert none.texts("a") == []
    assert none.attr_shape("a") is None
    assert none.tensor_shape("a") is None
    with pytest.raises(Unknown):
        none.tensor_value("a")


def test_an_attribute_that_is_there_is_told():
    given = PlainAttributes({
        "yes": True, "no": False, "zero": 0, "seven": 7, "text": "NCHW", "many": tuple(range(MOST_ELEMENTS + 1)), "shape": [2, None],
        "value": {"shape": [2], "values": [1, 2]}, "equal": {"shape": [3], "values": [5]}, "empty": {"shape": [0], "values": []},
        "cut": {"shape": [3], "values": [5, 6]},
    })  # fmt: skip
    assert given.flag("yes") is True
    assert given.flag("no") is False
    assert given.number("zero", 3) == 0
    assert given.number("seven", 3) == 7
    assert given.text("text", "NHWC") == "NCHW"
    assert given.numbers("many") == list(range(MOST_ELEMENTS))
    assert given.attr_shape("shape") == (2, None)
    assert given.tensor_shape("value") == (2,)
    assert given.tensor_value("value") == (1, 2)
    assert given.tensor_value("equal") == (5, 5, 5)
    assert given.tensor_value("empty") == ()
    with pytest.raises(Unknown):
        given.tensor_value("cut")


@pytest.fixture
def graph():
    """``split(2, x)``, which also waits for n; then an op that waits only."""
    return literal(
        constant("n", 2), ("x", "Placeholder", (), [(F, (4, None))]), constant("m", 3),
        ("y", "Split", ["n", "x", "^m"], [(F, (2, None)), (F, None)]), ("wait", "NoOp", ["^x", "^y"], []),
        ("z", "Frobnicate", ["y:1", "x", "x"], [INT]),
    )  # fmt: skip


def test_a_node_table_answers(graph):
    known = [
        [(F, (k, output)) for output in range(len(outputs))]
        for k, outputs in enumerate(content_of(graph).table.outputs)
    ]
    source = TableSource(content_of(graph).table, known, Bodies(graph))
    assert [source.width(row) for row in range(6)] == [0, 0, 0, 3, 2, 3]
    assert source.inputs(3) == [(0, 0), (1, 0)]
    assert source.inputs(4) == []
    assert source.inputs(5) == [(3, 1), (1, 0), (1, 0)]
    assert [source.outputs(row) for row in (3, 4, 5)] == [2, 0, 1]
    assert [source.shape(3, output) for output in (0, 1, 2)] == [(3, 0), (3, 1), None]
    assert [source.own(3, output) for output in (0, 1, 2)] == [(2, None), None, None]
    assert [source.dtype(3, output) for output in (1, 2)] == [F, "unknown"]
    assert source.dtype(5, 0) == "int32"
    assert source.attributes(0) is source.attributes(0)
    assert source.attributes(0).tensor_value("value") == (2,)
    assert source.ops[4] == "NoOp"


def test_a_rule_asks_by_number_and_negative_ones_count_from_the_last(graph):
    loops = Loops(graph, content_of(graph).table.outputs)
    at = InferenceContext(loops.source, loops.values(), 3, loops.source.inputs(3))
    assert (at.count, at.outputs, at.row, at.output) == (2, 2, 3, 0)
    assert [at.shape(index) for index in (0, 1, 2, -1, -2, -3)] == [(), (4, None), None, (4, None), (), None]
    assert at.looked is False
    assert [at.value(index) for index in (0, 1, 2, -2, -3)] == [(2,), None, None, (2,), None]
    assert at.looked is True
    assert at.own(0) == (2, None)
    assert at.dtype() == F
    assert InferenceContext(loops.source, loops.values(), 5, loops.source.inputs(5)).dtype() == "int32"


def test_a_list_is_asked_about_by_the_op_that_reads_it():
    variant = [("variant", ())]
    graph = literal(
        constant("n", 9), constant("four", 4), ("x", "Placeholder", (), [(F, (3, 5))]), ("list", "TensorListReserve", ["n", "four"], variant),
        ("put", "TensorListSetItem", ["list", "n", "x"], variant), ("stack", "TensorListStack", ["put", "n"], [(F, None)]),
        ("other", "TensorListStack", ["x", "n"], [(F, None)]),
    )  # fmt: skip
    loops = Loops(graph, content_of(graph).table.outputs)
    at = InferenceContext(loops.source, loops.values(), 5, loops.source.inputs(5))
    assert at.item_shape() == (3, 5)
    assert at.list_length() == 4
    nothing = InferenceContext(loops.source, loops.values(), 6, loops.source.inputs(6))
    assert nothing.item_shape() is None
    assert nothing.list_length() is None
