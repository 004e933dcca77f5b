"""FLOPs of reductions, pooling and normalisation.

Sources: TensorFlow's registry (`flops_registry.py`, 2.21) for sums, means and 2-D pooling and their gradients; the
equations in the documentation of `FusedBatchNormV3`, `LRN` and of the segment ops for the rest.
"""

from __future__ import annotations

from typing import Dict

from ...shapes.tensor import product
from ..op import Formula, Op


def _reduction(op: Op) -> float:
    """One operation for each element beyond the first of each result."""
    return max(0, op.size_in(0) - op.size_out())


def _mean(op: Op) -> float:
    """The sum, then one division for each result."""
    return op.size_in(0)


def _once_per_input(op: Op) -> float:
    return op.size_in(0)


def _norm(op: Op) -> float:
    """Square and add each element, then one root for each result."""
    return 2 * op.size_in(0)


def _l2_loss(op: Op) -> float:
    """As TensorFlow's registry: 3 n - 1."""
    return max(0, 3 * op.size_in(0) - 1)


def _pool(op: Op) -> float:
    return product(op.attr("ksize", ())) * op.size_out()


def _pool_avg_grad(op: Op) -> float:
    return 2 * product(op.attr("ksize", ())) * op.size_in(1)


def _pool_max_grad(op: Op) -> float:
    """The maximum is found again, then each gradient is added where it was."""
    return (product(op.attr("ksize", ())) + 1) * op.size_in(1)


def _pool_argmax_grad(op: Op) -> float:
    return op.size_in(1)


def _batch_norm(op: Op) -> float:
    """Inference: scale and shift, 2 an element, 4 a channel to make them. Training: mean 1, variance 3, scale and shift 2."""
    channels = op.size_in(1)
    return (6 if op.attr("is_training", True) else 2) * op.size_in(0) + 4 * channels


def _batch_norm_grad(op: Op) -> float:
    """Centre 1, the two sums 3, the three terms of dx 5; per channel some 6 more."""
    return 9 * op.size_in(0) + 6 * op.size_in(2)


def _lrn(op: Op) -> float:
    """Square, a window of 2 r + 1 sums, scale, power, divide."""
    return (2 * int(op.attr("depth_radius", 5)) + 5) * op.size_out()


def _lrn_grad(op: Op) -> float:
    """The forward's sum of squares again (2 r + 4), then for each of the window's 2 r + 1 elements two products and a sum."""
    return (8 * int(op.attr("depth_radius", 5)) + 7) * op.size_out()


def _segment(op: Op) -> float:
    """Every row is added to its segment once."""
    return op.size_in(0)


def _scatter(op: Op) -> float:
    return op.size_in(2)


FORMULAS: Dict[str, Formula] = {
    "Mean": _mean, "L2Loss": _l2_loss, "EuclideanNorm": _norm,
    "AvgPool": _pool, "MaxPool": _pool, "AvgPool3D": _pool, "MaxPool3D": _pool, "MaxPoolWithArgmax": _pool,
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
}  # fmt: skip
FORMULAS.update((name, _reduction) for name in "Sum Prod Max Min All Any ArgMax ArgMin BiasAddGrad".split())
FORMULAS.update((name, _once_per_input) for name in "Cumsum Cumprod Bincount DenseBincount InTopKV2".split())
FORMULAS.update(
    (name, _segment)
    for name in """SegmentSum SegmentSumV2 SegmentMean SegmentMax SegmentMin SegmentProd UnsortedSegmentSum
    UnsortedSegmentMax UnsortedSegmentMin UnsortedSegmentProd""".split()
)
