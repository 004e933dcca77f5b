"""Which ops write their result into the buffer of an input, so that they need none of their own.

TensorFlow's kernels of these ops ask for it (``forward_input_or_allocate_output``): the buffer of an input becomes that of the result if nobody else needs it
any more, and dtype and number of elements are the result's. Source: core/kernels of TensorFlow 2.21 (cwise_ops_common.h, numeric_op.h, bias_op.cc,
softmax_op.cc, aggregate_ops.cc, cwise_op_select.cc). Constants, arguments and variables belong to somebody else, and are never written to.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, AbstractSet, Callable, Dict, Optional, Sequence, Tuple

from ..graph.content import content_of
from ..graph.types import CONTROL

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from .buffers import Buffer

_UNARY = """
Abs Acos Acosh Asin Asinh Atan Atanh Ceil Conj Cos Cosh Digamma Erf Erfc Erfinv Exp Expm1 Floor Inv Invert Lgamma Log Log1p LogicalNot Ndtri
Neg Reciprocal Rint Round Rsqrt Sigmoid Sign Sin Sinh Sqrt Square Tan Tanh
Relu Relu6 LeakyRelu Elu Selu Softplus Softsign Softmax LogSoftmax BiasAdd ClipByValue ZerosLike OnesLike
"""
_BINARY = """
Add AddV2 Sub Mul Div RealDiv FloorDiv FloorMod Mod Maximum Minimum Pow SquaredDifference LogicalAnd LogicalOr DivNoNan MulNoNan TruncateDiv
TruncateMod Atan2 Xdivy Xlogy Xlog1py BitwiseAnd BitwiseOr BitwiseXor LeftShift RightShift NextAfter
ReluGrad Relu6Grad LeakyReluGrad EluGrad SeluGrad SoftplusGrad SoftsignGrad SigmoidGrad TanhGrad SqrtGrad RsqrtGrad InvGrad ReciprocalGrad
"""
_TAKES: Dict[str, Tuple[int, int]] = {
    **dict.fromkeys(_UNARY.split(), (0, 1)),
    **dict.fromkeys(_BINARY.split(), (0, 2)),
    **dict.fromkeys(("Select", "SelectV2"), (1, 3)),
    "AddN": (0, 1 << 30),
}
"""Op type -> from which input to (not including) which it may take the buffer."""


def taken_over(
    graph: "Graph",
    order: Sequence[int],
    last: "Dict[Buffer, int]",
    kept: "AbstractSet[Buffer]",
    buffer_of: "Callable[[int, int], Optional[Buffer]]",
    kind: "Callable[[Buffer], object]",
) -> "Dict[Buffer, Buffer]":
    """Each buffer that is none of its own -> the one that it is. `last` becomes that of all tensors in a buffer together.

    Args:
        graph: the graph.
        order: the rows in the order in which they run.
        last: the place in it of the last op that uses a buffer.
        kept: the buffers that outlive the step.
        buffer_of: finds the buffer of a tensor; ``None`` for one that is no intermediate result.
        kind: dtype and number of elements of the tensor that a buffer was made for; ``None`` if they are not known.
    """
    table, dead = content_of(graph).table, content_of(graph).dead
    found: "Dict[Buffer, Buffer]" = {}
    for place, row in enumerate(order):
        takes, own = _TAKES.get(table.ops[row]), (row, 0)
        if takes is None or own not in last or (dead and dead[row]):
            continue
        edges = range(table.edge_start[row], table.edge_start[row + 1])
        inputs = [
            buffer_of(table.edge_node[edge], table.edge_output[edge])
            for edge in edges
            if table.edge_output[edge] != CONTROL
        ]
        roots = [None if each is None else found.get(each, each) for each in inputs]
        held = Counter(roots)
        for root in roots[takes[0] : takes[1]]:
            # Whoever reads it twice holds it twice, and may not write to it.
            if root is None or last[root] != place or root in kept or held[root] > 1:
                continue
            if kind(root) is not None and kind(root) == kind(own):
                found[own] = root
                last[root] = max(last[root], last[own])
                break
    return found
