"""FLOPs of reductions, pooling and normalisation.

Sums, means, 2-D pooling and the gradients of pooling are counted as in TensorFlow's registry (`flops_registry.py`,
2.21). The rest is counted from the equations in the documentation of `FusedBatchNormV3`, `LRN` and the segment ops.
"""

from __future__ import annotations

from typing import Dict

from ...shapes.tensor import product
from ..op import Formula, Op


def _reduction(op: Op) -> float:
    """One operation for each element beyond the first of each result."""
    return max(0, op.size_in(0) - op.size_out())


def _mean(op: Op) -> float:
    """The sum, then one division for each result: n - 1 additions and a division are n."""
    return op.size_in(0)


def _once_per_input(op: Op) -> float:
    return op.size_in(0)


def _once_per_value(op: Op) -> float:
    """Of a sparse tensor (indices, values, shape), each stored value is added, multiplied or compared once."""
    return op.size_in(1)


def _sparse_softmax(op: Op) -> float:
    """As `Softmax`, 5 for each stored value."""
    return 5 * op.size_in(1)


def _norm(op: Op) -> float:
    """A result of n elements takes n squares, n - 1 additions and one root."""
    return 2 * op.size_in(0)


def _l2_loss(op: Op) -> float:
    """As TensorFlow's registry: 3 n - 1."""
    return max(0, 3 * op.size_in(0) - 1)


def _pool(op: Op) -> float:
    """One addition or comparison for each place in the window of each result."""
    return product(op.attr("ksize", ())) * op.size_out()


def _pool_avg_grad(op: Op) -> float:
    """Input 1 is the gradient. For each place in a window, its element is scaled and added."""
    return 2 * product(op.attr("ksize", ())) * op.size_in(1)


def _pool_max_grad(op: Op) -> float:
    """The maximum of each window is found again, then the gradient is added to the place of the maximum.

    Input 1 is what the forward op gave: as many elements as the gradient.
    """
    return (product(op.attr("ksize", ())) + 1) * op.size_in(1)


def _pool_argmax_grad(op: Op) -> float:
    """The places of the maxima are given, so that each gradient is only added."""
    return op.size_in(1)


def _batch_norm(op: Op) -> float:
    """Inference: 2 for each element to scale and shift it, 4 for each channel to find the scale and shift.

    Training also finds the mean (1 for each element) and the variance (3).
    """
    channels = op.size_in(1)
    return (6 if op.attr("is_training", True) else 2) * op.size_in(0) + 4 * channels


def _batch_norm_ex(op: Op) -> float:
    """What Grappler fuses: the normalisation, an addition if there is a side input, and an activation if it names one."""
    added = bool(op.attr("num_side_inputs", 0)) + (str(op.attr("activation_mode", "Identity")) != "Identity")
    return _batch_norm(op) + added * op.size_in(0)


def _batch_norm_grad(op: Op) -> float:
    """For each element 1 to centre it, 3 for the two sums, 5 for the three terms of dx; for each channel some 6 more."""
    return 9 * op.size_in(0) + 6 * op.size_in(2)


def _lrn(op: Op) -> float:
    """For each element a square, a sum over a window of 2 r + 1, and four more: scale, add the bias, power, divide."""
    return (2 * int(op.attr("depth_radius", 5)) + 5) * op.size_out()


def _lrn_grad(op: Op) -> float:
    """The sum of squares again, as forward (2 r + 4), then two products and a sum for each of the window's 2 r + 1."""
    return (8 * int(op.attr("depth_radius", 5)) + 7) * op.size_out()


def _segment(op: Op) -> float:
    """Every element is added to its segment once."""
    return op.size_in(0)


def _sparse_segment(op: Op) -> float:
    """``SparseSegmentSum(data, indices, segment_ids)``: each chosen row is added to its segment once."""
    return op.size_in(1) * product(op.shape_in(0)[1:])


def _sparse_segment_mean(op: Op) -> float:
    """The sum, then one division (by the number of rows, or by its root) for each result."""
    return _sparse_segment(op) + op.size_out()


def _scan_of_logs(op: Op) -> float:
    """For each element log(exp(a) + exp(b)), with the larger taken out: max, min, minus, exp, log1p, plus."""
    return 6 * op.size_in(0)


def _scatter(op: Op) -> float:
    """Input 2 holds the updates; each is combined once with what is there."""
    return op.size_in(2)


FORMULAS: Dict[str, Formula] = {
    "Mean": _mean, "L2Loss": _l2_loss, "EuclideanNorm": _norm,
    "AvgPool": _pool, "MaxPool": _pool, "_FusedBatchNormEx": _batch_norm_ex, "AvgPool3D": _pool, "MaxPool3D": _pool, "MaxPoolWithArgmax": _pool,
    "AvgPoolGrad": _pool_avg_grad, "AvgPool3DGrad": _pool_avg_grad,
    "MaxPoolGrad": _pool_max_grad, "MaxPool3DGrad": _pool_max_grad, "MaxPoolGradWithArgmax": _pool_argmax_grad,
    "FusedBatchNorm": _batch_norm, "FusedBatchNormV2": _batch_norm, "FusedBatchNormV3": _batch_norm,
    "FusedBatchNormGrad": _batch_norm_grad, "FusedBatchNormGradV2": _batch_norm_grad,
    "FusedBatchNormGradV3": _batch_norm_grad, "LRN": _lrn,
    "ResourceScatterAdd": _scatter, "ResourceScatterSub": _scatter, "ResourceScatterMul": _scatter,
    "TensorScatterAdd": _scatter, "TensorScatterSub": _scatter, "ScatterAdd": _scatter, "ScatterSub": _scatter,
    "TensorScatterMax": _scatter, "TensorScatterMin": _scatter, "ResourceScatterDiv": _scatter,
    "ResourceScatterMax": _scatter, "ResourceScatterMin": _scatter, "ResourceScatterNdAdd": _scatter,
    "ResourceScatterNdSub": _scatter, "LRNGrad": _lrn_grad,
    "ScatterMul": _scatter, "ScatterDiv": _scatter, "ScatterMax": _scatter, "ScatterMin": _scatter, "ScatterNdAdd": _scatter,
    "ScatterNdSub": _scatter, "ScatterNdMax": _scatter, "ScatterNdMin": _scatter, "ScatterNdNonAliasingAdd": _scatter,
    "ResourceScatterNdMax": _scatter, "ResourceScatterNdMin": _scatter, "CumulativeLogsumexp": _scan_of_logs,
    "SparseSegmentSum": _sparse_segment, "SparseSegmentSumWithNumSegments": _sparse_segment, "SparseSegmentSumGrad": _sparse_segment,
    "SparseSegmentMean": _sparse_segment_mean, "SparseSegmentMeanWithNumSegments": _sparse_segment_mean,
    "SparseSegmentSqrtN": _sparse_segment_mean, "SparseSegmentSqrtNWithNumSegments": _sparse_segment_mean,
    "SparseReduceSum": _once_per_value, "SparseReduceMax": _once_per_value, "SparseReduceSumSparse": _once_per_value,
    "SparseReduceMaxSparse": _once_per_value, "SparseTensorDenseAdd": _once_per_value, "SparseDenseCwiseAdd": _once_per_value,
    "SparseDenseCwiseMul": _once_per_value, "SparseDenseCwiseDiv": _once_per_value, "SparseSoftmax": _sparse_softmax,
}  # fmt: skip
FORMULAS.update((name, _reduction) for name in "Sum Prod Max Min All Any ArgMax ArgMin BiasAddGrad".split())
FORMULAS.update((name, _once_per_input) for name in "Cumsum Cumprod Bincount DenseBincount InTopKV2".split())
FORMULAS.update(
    (name, _segment)
    for name in """SegmentSum SegmentSumV2 SegmentMean SegmentMax SegmentMin SegmentProd UnsortedSegmentSum
    UnsortedSegmentMax UnsortedSegmentMin UnsortedSegmentProd""".split()
)
