"""FLOPs and bytes of single ops."""

import re

import pytest

from graphs import literal
from literal import cost
from opscope.cost import estimate
from opscope.cost.estimate import _FREE
from opscope.cost.formulas import formulas, updates
from opscope.cost.movement import COPIES, NO_FLOPS, SLICES
from opscope.graph.buffer_views import VIEWS
from opscope.graph.content import content_of
from opscope.graph.vocabulary import MISSING, layer_class
from opscope.load.tflite_files.operators import operator_names
from opscope.program.opdefs import OpSignatures

F = "float32"
DTYPES = """float16 bfloat16 float32 float64 int8 int16 int32 int64 uint8 uint16 uint32 uint64 bool complex64 complex128
    qint8 quint8 qint16 quint16 qint32 float8_e5m2 float8_e4m3fn float8_e4m3fnuz float8_e4m3b11fnuz float8_e5m2fnuz""".split()

ROWS = [
    ("MatMul", [(2, 3), (3, 5)], (2, 5), {}, 2 * 2 * 3 * 5),
    ("MatMul", [(3, 2), (3, 5)], (2, 5), {"transpose_a": True}, 60),
    ("BatchMatMulV2", [(7, 2, 3), (7, 3, 5)], (7, 2, 5), {}, 7 * 60),
    ("Einsum", [(2, 3, 4), (4, 5, 6)], (2, 3, 5, 6), {"equation": "abc,cde->abde"}, 2 * 2 * 3 * 4 * 5 * 6),
    ("Einsum", [(8, 2, 3), (1, 3, 5)], (8, 2, 5), {"equation": "...ab,...bc->...ac"}, 8 * 60),
    ("Einsum", [(2, 3), (2, 3)], (2, 3), {"equation": "ab,ab->ab"}, 6),
    ("Einsum", [(2, 3)], (3, 2), {"equation": "ab->ba"}, 0),
    ("Conv2D", [(1, 8, 8, 3), (3, 3, 3, 16)], (1, 8, 8, 16), {}, 2 * 64 * 27 * 16),
    ("Conv2D", [(1, 8, 8, 4), (3, 3, 2, 16)], (1, 8, 8, 16), {}, 2 * 64 * 18 * 16),
    ("Conv2DBackpropInput", [(4,), (3, 3, 3, 16), (1, 4, 4, 16)], (1, 8, 8, 3), {}, 2 * 16 * 27 * 16),
    ("Conv2DBackpropFilter", [(1, 8, 8, 3), (4,), (1, 4, 4, 16)], (3, 3, 3, 16), {}, 2 * 16 * 27 * 16),
    ("DepthwiseConv2dNative", [(1, 8, 8, 4), (3, 3, 4, 2)], (1, 8, 8, 8), {}, 2 * 64 * 8 * 9),
    ("Conv3D", [(1, 4, 4, 4, 2), (3, 3, 3, 2, 5)], (1, 4, 4, 4, 5), {}, 2 * 64 * 54 * 5),
    ("MaxPool", [(1, 8, 8, 2)], (1, 4, 4, 2), {"ksize": [1, 2, 2, 1]}, 4 * 32),
    ("Mean", [(4, 6)], (4,), {}, 24),
    ("Sum", [(4, 6)], (4,), {}, 20),
    ("Softmax", [(4, 6)], (4, 6), {}, 120),
    ("AddV2", [(4, 6), (6,)], (4, 6), {}, 24),
    ("AddN", [(4,), (4,), (4,)], (4,), {}, 8),
    ("AccumulateNV2", [(4,), (4,), (4,)], (4,), {}, 8),
    ("AddN", [(4,)], (4,), {}, 0),
    ("AddN", [], (4,), {}, 0),
    ("Sum", [(0, 6), (1,)], (6,), {}, 0),  # of nothing: zeros, without an addition
    ("FusedBatchNormV3", [(2, 4, 4, 8), (8,), (8,), (8,), (8,)], (2, 4, 4, 8), {"is_training": False}, 2 * 256 + 32),
    ("Transpose", [(4, 6), (2,)], (6, 4), {}, 0),
]  # fmt: skip


@pytest.mark.parametrize(("op", "inputs", "output", "attrs", "flops"), ROWS)
def test_flops_follow_the_definition_of_the_op(op, inputs, output, attrs, flops):
    assert cost(op, inputs, [output], **attrs).flops == flops


def test_an_op_without_a_formula_has_no_flops_and_is_listed():
    graph = estimate(literal(("x", "Placeholder", (), [(F, (4,))]), ("y", "MyOwnOp", ["x"], [(F, (4,))])))
    assert content_of(graph).costs[1].flops is None
    assert graph.cost.without_formula == {"MyOwnOp": 1}
    assert content_of(graph).costs[1].bytes == 32


def test_an_unknown_shape_gives_no_figure_and_is_listed():
    graph = estimate(literal(("x", "Placeholder", (), [(F, None)]), ("y", "Relu", ["x"], [(F, None)])))
    assert content_of(graph).costs[1].flops is None
    assert content_of(graph).costs[1].bytes is None
    assert graph.cost.unknown_shape == {"Relu": 1}


def test_bytes_are_what_is_read_and_written_once():
    assert cost("AddV2", [(4, 6), (6,)], [(4, 6)]).bytes == 4 * (24 + 6 + 24)


@pytest.mark.parametrize("dtype", DTYPES)
def test_an_element_has_as_many_bytes_as_its_name_has_bits_for(dtype):
    size = 1 if dtype == "bool" else int(re.search(r"\d+", dtype)[0]) // 8
    assert cost("Cast", [(dtype, (4, 6))], [(dtype + "_ref", (4, 6))]).bytes == 2 * 24 * size


def test_the_bytes_of_strings_are_not_known():
    assert cost("Transpose", [("string", (4, 6)), (2,)], [("string", (6, 4))]).bytes is None


def test_handles_move_nothing():
    assert cost("ZerosLike", [("variant", None)], [("variant", None)]).bytes == 0


def test_views_move_nothing():
    assert cost("Reshape", [(4, 6), (1,)], [(24,)]).bytes == 0


def test_a_slice_reads_only_what_it_returns():
    assert cost("GatherV2", [(1000, 8), (2,), ()], [(2, 8)]).bytes == 2 * 64 + 8


def test_an_update_reads_and_writes_its_variables():
    nodes = [(name, "Placeholder", (), [("resource", ())]) for name in ("var", "m", "v")]
    nodes += [(f"s{k}", "Placeholder", (), [(F, ())]) for k in range(6)]
    nodes += [("grad", "Placeholder", (), [(F, (10,))])]
    inputs = [name for name, *_ in nodes]
    graph = estimate(literal(*nodes, ("op", "ResourceApplyAdam", inputs, [], {"T": "float32"})))
    found = content_of(graph).costs[content_of(graph).table.index("op")]
    assert found.flops == 120
    assert found.bytes == 3 * 2 * 40 + 40 + 6 * 4


ROWS_MOVED, INDICES = 4 * 24, 4 * 4


@pytest.mark.parametrize(
    ("op", "inputs", "moved"),
    [
        # The value is read, the variable written.
        ("AssignVariableOp", [(4, 6)], 2 * ROWS_MOVED),
        # Indices and updates are read; rows are written, or read and written.
        ("ResourceScatterUpdate", [("int32", (4, 1)), (4, 6)], INDICES + 2 * ROWS_MOVED),
        ("ResourceScatterNdUpdate", [("int32", (4, 1)), (4, 6)], INDICES + 2 * ROWS_MOVED),
        ("ResourceScatterAdd", [("int32", (4, 1)), (4, 6)], INDICES + 3 * ROWS_MOVED),
        ("ResourceScatterNdSub", [("int32", (4, 1)), (4, 6)], INDICES + 3 * ROWS_MOVED),
    ],
)
def test_what_is_moved_behind_a_resource(op, inputs, moved):
    assert cost(op, [("resource", ()), *inputs], []).bytes == moved


def test_a_gather_reads_of_a_variable_what_it_returns():
    assert cost("ResourceGather", [("resource", ()), ("int32", (4,))], [(4, 6)]).bytes == INDICES + 2 * ROWS_MOVED


def test_what_an_unknown_op_moves_of_a_variable_is_not_known():
    assert cost("MyUpdate", [("resource", ()), (4, 6)], []).bytes is None


def test_an_update_of_a_dtype_without_a_size_moves_unknown_bytes():
    assert cost("AssignAddVariableOp", [("resource", ()), (4,)], [], dtype="string").bytes is None
    assert cost("AssignAddVariableOp", [("resource", ()), (4,)], []).bytes == 3 * 16


def test_every_op_named_in_a_table_exists():
    # Calls of layers (test_keras_layers.py) are no ops of TensorFlow, and TensorFlow Lite has operators of its own.
    known = operator_names()
    unknown = {op for op in {*formulas(), *NO_FLOPS} - known if not layer_class(op) and OpSignatures().get(op) is None}
    assert unknown <= {"BooleanMask", MISSING}


def test_an_op_has_a_formula_or_is_a_true_zero_never_both():
    assert not set(formulas()) & NO_FLOPS
    assert _FREE <= VIEWS
    assert set(updates()) <= set(formulas())
    assert not VIEWS & COPIES
    assert not VIEWS & SLICES
