"""Shapes of ops that work element by element.

TOLD is what TensorFlow's own shape function tells of the op: computed with 2.21 (`tf.raw_ops` in a graph, N an open dimension or an
element that is fed) and written down. Behind a row of OURS, where our rule tells less or more, stands TensorFlow's answer.
"""

import pytest

from opscope.shapes.elementwise_rules import ELEMENTWISE

from .one_op import ints, one, shapes

N = None
TOLD = [
    ("AddV2", [(3, 1, 5), (4, 1)], {}, [(3, 4, 5)]),
    ("AddV2", [(N, 5), (1, 5)], {}, [(N, 5)]),
    ("AddV2", [(N, 5), (3, 1)], {}, [(3, 5)]),
    ("AddV2", [N, (3,)], {}, [N]),
    ("AddV2", [(N,), (1,)], {}, [(N,)]),
    ("AddV2", [(N,), (N,)], {}, [(N,)]),
    ("AddV2", [(), (2,)], {}, [(2,)]),
    ("Select", [(3, 4), (3, 4), (3, 4)], {}, [(3, 4)]),
    ("SelectV2", [(3, 1), (4,), (2, 1, 1)], {}, [(2, 3, 4)]),
    ("SelectV2", [(3, 1), (N,), (4,)], {}, [(3, 4)]),
    ("Switch", [(3, 4), ()], {}, [(3, 4), (3, 4)]),
    ("IdentityN", [(3, 4), (5,)], {}, [(3, 4), (5,)]),
    ("ReverseV2", [(3, 5), ints(0)], {}, [(3, 5)]),
    ("AddN", [(3, 5), (3, 5)], {}, [(3, 5)]),
    ("Cumsum", [(3, 5), one(0)], {}, [(3, 5)]),
]  # fmt: skip
OURS = [
    ("AddN", [(N, 5), (3, N)], {}, [(N, 5)]),  # [(3, 5)]
]  # fmt: skip


@pytest.mark.parametrize(("op", "inputs", "attrs", "told"), [*TOLD, *OURS])
def test_the_rule_tells_the_shapes(op, inputs, attrs, told):
    found = shapes(op, inputs, len(told), **attrs)
    assert [*found, *[None] * (len(told) - len(found))] == told


FIRST = """
Abs Acos Acosh AddN Asin Asinh Assign Atan Atanh BesselI0e BiasAdd Cast Ceil CheckNumerics ClipByValue Conj Cos Cosh Cumprod Cumsum
CumulativeLogsumexp Digamma Elu EluGrad EnsureShape Enter Erf Erfc Erfinv Exp Expint Expm1 FakeQuantWithMinMaxArgs
FakeQuantWithMinMaxVars Floor Identity Inv InvGrad Invert InvertPermutation IsFinite IsInf IsNan LRN LeakyRelu LeakyReluGrad Lgamma
Log Log1p LogSoftmax LogicalNot MatrixBandPart Neg OnesLike PreventGradient Reciprocal ReciprocalGrad Exit RefExit NextIteration RefNextIteration RefEnter RefIdentity Relu Relu6
Relu6Grad ReluGrad Reverse ReverseSequence ReverseV2 Rint Roll Round Rsqrt RsqrtGrad Selu SeluGrad Sigmoid SigmoidGrad Sign Sin Sinh
Snapshot Softmax Softplus SoftplusGrad Softsign SoftsignGrad Sqrt SqrtGrad Square StopGradient Tan Tanh TanhGrad TensorScatterAdd
TensorScatterSub TensorScatterUpdate ZerosLike
"""
"""Ops whose documentation says: the output has the shape of the first input."""
BOTH = """
Add AddV2 Atan2 BitwiseAnd BitwiseOr Div DivNoNan Equal FloorDiv FloorMod Greater GreaterEqual Less LessEqual LogicalAnd LogicalOr
Maximum Minimum Mod Mul MulNoNan NotEqual Pow RealDiv SquaredDifference Sub TruncateDiv Xdivy Xlogy
"""
"""Ops whose documentation says: supports broadcasting."""


@pytest.mark.parametrize("op", FIRST.split())
def test_the_output_has_the_shape_of_the_first_input(op):
    assert shapes(op, [(3, N), (7,), (2,)]) == [(3, N)]


@pytest.mark.parametrize("op", BOTH.split())
def test_both_inputs_are_broadcast(op):
    assert shapes(op, [(3, 1, 5), (4, 1)]) == [(3, 4, 5)]


@pytest.mark.parametrize("op", ["Switch", "RefSwitch"])
def test_both_ways_of_a_switch_have_the_shape_of_its_data(op):
    assert shapes(op, [(3, 4), ()], 2) == [(3, 4), (3, 4)]
    assert shapes(op, [(3, 4), (), ()], 2) == []  # not TensorFlow's op: it has two inputs


def test_select_is_shaped_as_what_it_chooses_from():
    """Its documentation: `condition` may be a vector that chooses rows."""
    assert shapes("Select", [(3,), (3, 4), N]) == [(3, 4)]


def test_every_op_has_a_row():
    named = {*FIRST.split(), *BOTH.split(), "Switch", "RefSwitch"}
    assert {op for op, *_ in TOLD} | named == set(ELEMENTWISE)
