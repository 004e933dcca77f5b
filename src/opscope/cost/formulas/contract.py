"""What contractions compute: matrix products, Einsum, convolutions and their gradients. Published tables count their MACs.

A formula here counts multiply-adds (MACs); each is 2 FLOPs. Source: the definition of the operation. A convolution does
one multiply-add for each element of its result and each weight that feeds it. Its two gradients do the same multiply-adds,
whatever stride and padding (TensorFlow's registry approximates them by the image size over the stride). Recurrent kernels:
the gate equations in the op's documentation.
"""

from __future__ import annotations

from typing import Callable, Dict

from ...shapes.budget import Unknown
from ...shapes.tensor import Dims, product
from ..op import Formula, Op, Work

_Macs = Callable[[Op], float]
"""Multiply-adds of one execution."""
_Contraction = Callable[[Op], Work]


def _of(macs: _Macs) -> _Contraction:
    """The formula of an op that does nothing but multiply-adds."""

    def formula(op: Op) -> Work:
        count = macs(op)
        return Work(2 * count, count)

    return formula


def _matmul(op: Op) -> float:
    """Each element of the result is a sum over the dimension that both factors share."""
    shape = op.shape_in(0)
    if len(shape) < 2:
        raise Unknown
    transposed = op.attr("transpose_a") or op.attr("adj_x")
    return shape[-2 if transposed else -1] * op.size_out()


def _sparse_matmul(op: Op) -> float:
    """`SparseTensorDenseMatMul`: one multiply-add for each stored value and column of the result."""
    return op.size_in(1) * op.shape_out()[-1]


def _einsum(op: Op) -> Work:
    """A label that only one term has is summed in that term first; then the terms are multiplied and summed over what they share.

    That is what TensorFlow's kernel does (`linalg/einsum_op_impl.h`). A label that a term has twice is a diagonal: no other elements
    are used. Without a label to sum over, terms are only multiplied: FLOPs but no multiply-add.
    """
    left, _, right = str(op.attr("equation", "")).replace(" ", "").partition("->")
    terms = [_label_sizes(labels, op.shape_in(index)) for index, labels in enumerate(left.split(","))]
    kept = [label for sizes in terms for label in sizes if label in right or (len(label) > 1 and "..." in right)]
    added = 0
    sizes: Dict[str, int] = {}
    for own in terms:
        others = {label for other in terms if other is not own for label in other}
        rest = {label: size for label, size in own.items() if label in kept or label in others}
        added += product(tuple(own.values())) - product(tuple(rest.values()))
        for label, size in rest.items():
            sizes[label] = max(size, sizes.get(label, 1))  # a broadcast dimension of 1 gives way
    if not all(product(tuple(own.values())) for own in terms):
        return Work(0)
    products = (len(terms) - 1) * product(tuple(sizes.values()))
    shared = any(label not in kept for label in sizes)
    return Work(added + 2 * products, products) if shared else Work(added + products)


def _label_sizes(labels: str, shape: Dims) -> Dict[str, int]:
    """The size behind each label of one term. Dimensions behind ``...`` are labelled by their place: ``...1`` is the last."""
    head, dots, tail = labels.partition("...")
    wild = len(shape) - len(head) - len(tail)
    if wild < 0 or (wild and not dots):
        raise Unknown
    sizes = dict(zip(head, shape))
    sizes.update(zip(tail, shape[len(shape) - len(tail) :]))
    # Counted from the right, as broadcasting aligns them.
    sizes.update({f"...{wild - k}": size for k, size in enumerate(shape[len(head) : len(head) + wild])})
    return sizes


def _per_result(kernel: Dims) -> int:
    """Multiply-adds for one element of a convolution's result: all of the kernel but its output channels.

    The kernel's second-last dimension is the input channels of one group, so that grouped convolutions are right too.
    """
    return product(kernel[:-1])


def _tridiagonal(op: Op) -> float:
    """`TridiagonalMatMul` (three diagonals, matrix of [m, n]): three products for each result, two in the first and last row."""
    rows, columns = op.shape_out()[-2:]
    return max(0, 3 * rows - 2) * columns * product(op.shape_out()[:-2])


def _conv(op: Op) -> float:
    return op.size_out() * _per_result(op.shape_in(1))


def _conv_grad_input(op: Op) -> float:
    return op.size_in(2) * _per_result(op.shape_in(1))


def _conv_grad_filter(op: Op) -> float:
    return op.size_in(2) * _per_result(op.shape_out())


def _depthwise(op: Op) -> float:
    """Kernel [height, width, channels, multiplier]: one result is fed by height x width weights."""
    return op.size_out() * product(op.shape_in(1)[:2])


def _depthwise_grad_input(op: Op) -> float:
    return op.size_in(2) * product(op.shape_in(1)[:2])


def _depthwise_grad_filter(op: Op) -> float:
    return op.size_in(2) * product(op.shape_out()[:2])


def _dilation(op: Op) -> float:
    """As TensorFlow's registry: an addition and a maximum for each weight of the window. It multiplies nothing."""
    return 2 * op.size_out() * product(op.shape_in(1)[:2])


def _dilation_grad(op: Op) -> float:
    """The place of each maximum is found again; then the gradient, which is input 2, is added there."""
    return (2 * product(op.shape_in(1)[:2]) + 1) * op.size_in(2)


def _gates(op: Op, inputs: int, weights: int) -> Work:
    """Input [batch, units] times kernel [units + state, gates x state], and some 4 operations for each gate's value."""
    batch, kernel = op.shape_in(inputs)[-2], op.shape_in(weights)
    macs = batch * product(kernel)
    return Work(2 * macs + 4 * batch * kernel[-1], macs)


def _lstm_cell(op: Op) -> Work:
    """`LSTMBlockCell` (x, cs_prev, h_prev, w, ...): w is [inputs + state, 4 x state]."""
    return _gates(op, 0, 3)


def _lstm_block(op: Op) -> Work:
    """`BlockLSTM` (seq_len_max, x, cs_prev, h_prev, w, ...): the cell for each of the x.shape[0] steps."""
    return _times(op.shape_in(1)[0], _gates(op, 1, 4))


def _gru_cell(op: Op) -> Work:
    """`GRUBlockCell` (x, h_prev, w_ru, w_c, ...)."""
    batch = op.shape_in(0)[0]
    macs = batch * (op.size_in(2) + op.size_in(3))
    return Work(2 * macs + 4 * batch * (op.shape_in(2)[1] + op.shape_in(3)[1]), macs)


def _times(count: float, work: Work) -> Work:
    return Work(count * work.flops, count * work.macs)


def _gates_again(forward: _Contraction) -> _Contraction:
    """The gradient of a recurrent kernel: to its inputs and to its weights, the forward's multiply-adds each."""
    return lambda op: _times(2, forward(op))


def _fused(macs: _Macs) -> _Contraction:
    """What Grappler fuses into one op: the product, then one operation an element for each of `fused_ops`."""

    def formula(op: Op) -> Work:
        work = _of(macs)(op)
        return Work(work.flops + len(op.attr("fused_ops", ())) * op.size_out(), work.macs)

    return formula


_ONLY_MACS: Dict[str, _Macs] = {
    "MatMul": _matmul, "BatchMatMul": _matmul, "BatchMatMulV2": _matmul, "BatchMatMulV3": _matmul,
    "Conv": _conv, "Conv2DBackpropInputV2": _conv_grad_input, "Conv3DBackpropInput": _conv_grad_input,
    "Conv2DBackpropFilterV2": _conv_grad_filter, "Conv3DBackpropFilter": _conv_grad_filter, "TridiagonalMatMul": _tridiagonal,
    "SparseMatMul": _matmul, "SparseTensorDenseMatMul": _sparse_matmul,
    "Conv2D": _conv, "Conv3D": _conv,
    "Conv2DBackpropInput": _conv_grad_input, "Conv3DBackpropInputV2": _conv_grad_input,
    "Conv2DBackpropFilter": _conv_grad_filter, "Conv3DBackpropFilterV2": _conv_grad_filter,
    "DepthwiseConv2dNative": _depthwise, "DepthwiseConv2dNativeBackpropInput": _depthwise_grad_input,
    "DepthwiseConv2dNativeBackpropFilter": _depthwise_grad_filter,
}  # fmt: skip
FORMULAS: Dict[str, Formula] = {
    **{name: _of(macs) for name, macs in _ONLY_MACS.items()},
    "Einsum": _einsum, "XlaEinsum": _einsum, "Dilation2D": _dilation,
    "Dilation2DBackpropInput": _dilation_grad, "Dilation2DBackpropFilter": _dilation_grad, "_FusedConv3D": _fused(_conv),
    "LSTMBlockCell": _lstm_cell, "BlockLSTM": _lstm_block, "BlockLSTMV2": _lstm_block, "GRUBlockCell": _gru_cell,
    "BlockLSTMGrad": _gates_again(_lstm_block), "BlockLSTMGradV2": _gates_again(_lstm_block),
    "_FusedMatMul": _fused(_matmul), "_FusedConv2D": _fused(_conv), "_FusedDepthwiseConv2dNative": _fused(_depthwise),
}  # fmt: skip
