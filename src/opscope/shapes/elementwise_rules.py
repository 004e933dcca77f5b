"""Shape rules of ops that work element by element: the output is shaped as an input, or as its inputs broadcast."""

from __future__ import annotations

from typing import Dict, List

from ..graph.types import Shape
from ..graph.vocabulary import ITERATED, SWITCHES
from .inference import InferenceContext
from .rule import Rule, broadcast, like


def _binary(at: InferenceContext) -> List[Shape]:
    return [broadcast(at.shape(0), at.shape(1))]


def _select(at: InferenceContext) -> List[Shape]:
    """``SelectV2(condition, t, e)`` broadcasts all three. The older ``Select`` does not: its rule is ``like(1)``."""
    return [broadcast(at.shape(0), broadcast(at.shape(1), at.shape(2)))]


def _switch(at: InferenceContext) -> List[Shape]:
    """Both outputs, of which only one has a value at run time, have the shape of the data input."""
    return [at.shape(0)] * at.outputs if at.count < 3 else []


def _each_as_its_input(at: InferenceContext) -> List[Shape]:
    return [at.shape(index) for index in range(at.count)]


# Not all of these are unary: some take further inputs that do not change the shape, such as BiasAdd's bias.
_UNARY = """
Abs Acos Acosh Asin Asinh Atan Atanh Cast Ceil Cos Cosh Elu Erf Erfc Exp Expm1 Floor Identity Inv IsFinite IsInf
IsNan LeakyRelu Log Log1p LogSoftmax LogicalNot Neg OnesLike PreventGradient Reciprocal Relu Relu6 Rint Round Rsqrt
Selu Sigmoid Sign Sin Sinh Snapshot Softmax Softplus Softsign Sqrt Square StopGradient Tan Tanh ZerosLike BiasAdd LRN
Enter RefEnter Exit RefExit CheckNumerics ClipByValue Reverse ReverseV2 ReverseSequence Cumsum Assign
RefIdentity ReluGrad SigmoidGrad TanhGrad FakeQuantWithMinMaxVars FakeQuantWithMinMaxArgs InvertPermutation
MatrixBandPart TensorScatterUpdate TensorScatterAdd TensorScatterSub Roll Conj LeakyReluGrad Relu6Grad EluGrad SeluGrad
SoftplusGrad SoftsignGrad RsqrtGrad SqrtGrad InvGrad ReciprocalGrad BesselI0e EnsureShape Erfinv Lgamma Digamma Expint
Cumprod CumulativeLogsumexp Invert AddN
"""
_BINARY = """
Add AddV2 Sub Mul Div RealDiv FloorDiv FloorMod Mod Maximum Minimum Pow SquaredDifference Equal NotEqual Less LessEqual
Greater GreaterEqual LogicalAnd LogicalOr DivNoNan MulNoNan TruncateDiv Atan2 Xdivy Xlogy BitwiseAnd BitwiseOr
"""
ELEMENTWISE: Dict[str, Rule] = {
    **dict.fromkeys([*_UNARY.split(), *ITERATED], like(0)),
    **dict.fromkeys(_BINARY.split(), _binary),
    "Select": like(1),
    "SelectV2": _select,
    **dict.fromkeys(SWITCHES, _switch),
    "IdentityN": _each_as_its_input,
}
"""Op type -> its rule."""
