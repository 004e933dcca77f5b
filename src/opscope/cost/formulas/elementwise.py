"""FLOPs of ops that do the same number of operations for each element.

Every op that TensorFlow's own registry has (`tensorflow/python/profiler/internal/flops_registry.py`, 2.21) is counted as
there: an elementary function is one operation, and the dtype does not matter. The others are counted from the arithmetic in the
op's documentation: one for each +, -, *, /, comparison and elementary function. A special function (``Lgamma``, ``Betainc``) is one
too, however long its series. Of complex numbers see `complex_numbers`.
"""

from __future__ import annotations

from typing import Dict

from ..counted import formulas_of, per_input, per_output
from ..op import Formula, Op

# In the four tables below: operations for each element -> the ops that do so many.
_UNARY = {
    1: """Abs Acos Acosh Angle Asin Asinh Atan Atanh BesselI0 BesselI0e BesselI1 BesselI1e BesselJ0 BesselJ1 BesselK0 BesselK0e
        BesselK1 BesselK1e BesselY0 BesselY1 Ceil ComplexAbs Conj Cos Cosh Dawsn
        Digamma Erf Erfc Erfinv Exp Expint Expm1 Floor FresnelCos FresnelSin Inv Invert IsFinite IsInf IsNan Lgamma Log Log1p LogicalNot
        Ndtri Neg PopulationCount Reciprocal Relu Rint Round Sign Sin Sinh
        Spence Sqrt Square Tan Tanh""",
    2: "Relu6 Rsqrt LeakyRelu ClipByValue",  # Rsqrt as in the registry: a root, then a division
    3: "Elu Softplus Softsign",  # Softsign is x / (1 + abs(x))
    4: "Sigmoid Selu",  # 1 / (1 + exp(-x)); Selu compares, then exp, - 1, * scale alpha
    5: "Softmax LogSoftmax",  # shift 2, exp 1, sum and divide 2: the registry's count
}
_BINARY = {
    1: """Add AddV2 Atan2 BitwiseAnd BitwiseOr BitwiseXor Div Equal FloorDiv FloorMod Greater GreaterEqual
        Igamma Igammac LeftShift Less LessEqual LogicalAnd LogicalOr Maximum Minimum Mod Mul NotEqual Pow RealDiv RightShift
        Polygamma Sub TruncateDiv TruncateMod NextAfter Zeta Betainc InplaceAdd InplaceSub""",
    2: "SquaredDifference Xdivy DivNoNan MulNoNan",  # the last three compare with 0 first
    3: "Xlogy Xlog1py ApproximateEqual",
}
_GRADIENT = {
    1: "ReluGrad",
    2: "Relu6Grad LeakyReluGrad SqrtGrad",
    3: "TanhGrad SigmoidGrad InvGrad ReciprocalGrad EluGrad SeluGrad",
    4: "RsqrtGrad SoftsignGrad SoftplusGrad",
}
_UPDATE = {
    1: "AssignAddVariableOp AssignSubVariableOp AssignAdd AssignSub",
    2: "ResourceApplyGradientDescent ApplyGradientDescent",
    # prox = var - alpha * delta: 2; sign(prox) * max(abs(prox) - alpha * l1, 0) / (1 + alpha * l2): 6.
    8: """ResourceApplyProximalGradientDescent ApplyProximalGradientDescent ResourceApplyAdagradV2 ApplyAdagradV2
        ResourceSparseApplyAdagradV2 ResourceApplyProximalAdagrad ApplyProximalAdagrad""",
    # m = beta * m + (1 - beta) * g: 3; the sign of g times that of m, scaled, (PowerSign: exp), times g: 6; the step: 2.
    11: "ResourceApplyAddSign ApplyAddSign ResourceApplyPowerSign ApplyPowerSign",
    # a = momentum * a + g (Keras: - lr * g), then the step.
    4: """ResourceApplyMomentum ApplyMomentum ResourceSparseApplyMomentum
        ResourceApplyKerasMomentum ResourceSparseApplyKerasMomentum""",
    # a += g * g: 2; var -= lr * g * (1 / sqrt(a)): 5, and V2 adds epsilon.
    7: "ResourceApplyAdagrad ApplyAdagrad ResourceSparseApplyAdagrad",
    10: "ResourceApplyAdaMax ApplyAdaMax",  # m 3, max(beta2 * v, abs(g)) 3, update 4
    # A moving average of g * g is 4, of g it is 3. Adam: m 3, v 4, update 5. RMSProp: ms 4, the step 7, and its subtraction.
    12: "ResourceApplyAdam ApplyAdam ResourceApplyRMSProp ApplyRMSProp ResourceSparseApplyRMSProp "
    "ResourceApplyAdadelta ApplyAdadelta ResourceSparseApplyAdadelta",
    13: "ResourceApplyAdamWithAmsgrad",  # as Adam, and a maximum
    17: "ResourceApplyCenteredRMSProp ApplyCenteredRMSProp",  # as RMSProp, mg 3, ms - mg * mg 2
    14: "ResourceApplyFtrl ResourceApplyFtrlV2 ApplyFtrl ApplyFtrlV2 ResourceSparseApplyFtrl ResourceSparseApplyFtrlV2",
}
"""For each element of the variable, from the update equations in the documentation of the op."""

UPDATES = {
    "ResourceApplyGradientDescent": 2, "ApplyGradientDescent": 2, "ResourceApplyMomentum": 3, "ApplyMomentum": 3,
    "ResourceApplyKerasMomentum": 3, "ResourceApplyAdagrad": 3, "ApplyAdagrad": 3, "ResourceApplyAdagradV2": 4,
    "ResourceApplyRMSProp": 7, "ApplyRMSProp": 7, "ResourceApplyProximalAdagrad": 5, "ResourceApplyAdaMax": 8,
    "ResourceApplyAdam": 9, "ApplyAdam": 9, "ResourceApplyCenteredRMSProp": 8, "ResourceApplyAdadelta": 6,
    "ApplyAdadelta": 6, "ResourceApplyAdamWithAmsgrad": 10, "ResourceApplyFtrl": 3, "ResourceApplyFtrlV2": 3,
    "ApplyAdagradV2": 4, "ApplyAdaMax": 8, "ApplyCenteredRMSProp": 8, "ApplyFtrl": 3, "ApplyFtrlV2": 3,
    "ResourceSparseApplyAdagrad": 3, "ResourceSparseApplyAdagradV2": 4, "ResourceSparseApplyMomentum": 3,
    "ResourceSparseApplyKerasMomentum": 3, "ResourceSparseApplyRMSProp": 7, "ResourceSparseApplyAdadelta": 6,
    "ResourceSparseApplyFtrl": 3, "ResourceSparseApplyFtrlV2": 3,
    "ResourceApplyProximalGradientDescent": 4, "ApplyProximalGradientDescent": 4, "ApplyProximalAdagrad": 5,
    "ResourceApplyAddSign": 6, "ApplyAddSign": 6, "ResourceApplyPowerSign": 6, "ApplyPowerSign": 6,
    "AssignAddVariableOp": 1, "AssignSubVariableOp": 1, "AssignAdd": 1, "AssignSub": 1,
}  # fmt: skip
"""Update op -> which of its inputs has the shape of the variable: the gradient, or the value that is added."""


def _per_update(count: int) -> Formula:
    return lambda op: count * op.size_in(UPDATES[op.kind])


def _add_n(op: Op) -> float:
    return op.size_out() * max(0, len(op.inputs) - 1)


def _cross_entropy(op: Op) -> float:
    """Log-softmax is 5 for each logit, the loss and its gradient are 3 (`tensorflow/core/kernels/xent_op.h`)."""
    return 8 * op.size_in(0)


FORMULAS: Dict[str, Formula] = {
    **formulas_of(_UNARY, per_input),
    **formulas_of(_BINARY, per_output),
    **formulas_of(_GRADIENT, per_output),
    **formulas_of(_UPDATE, _per_update),
    **dict.fromkeys(("AddN", "AccumulateNV2"), _add_n),
    **dict.fromkeys(("BiasAdd", "BiasAddV1"), per_output(1)),
    **dict.fromkeys(("SoftmaxCrossEntropyWithLogits", "SparseSoftmaxCrossEntropyWithLogits"), _cross_entropy),
}
