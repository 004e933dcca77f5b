"""Shape rules of the ops on sparse and ragged tensors and on segments.

How many values a sparse tensor holds is data, and so is the last segment's number: such a dimension stays open.
"""

from __future__ import annotations

from typing import Dict, List

from ..graph.types import Shape
from .array_rules import unsorted_segments
from .inference import InferenceContext
from .rule import Rule, asked, like
from .value import single


def _product(at: InferenceContext) -> List[Shape]:
    """``SparseTensorDenseMatMul(indices, values, shape, dense)``: the sparse matrix has its shape as a value."""
    shape, dense = at.value(2), at.shape(3)
    if dense is None or len(dense) != 2:
        return []
    rows = None if shape is None or len(shape) != 2 else shape[1 if at.flag("adjoint_a") else 0]
    return [(rows, dense[0 if at.flag("adjoint_b") else 1])]


def _reshaped(at: InferenceContext) -> List[Shape]:
    """``SparseReshape(indices, shape, new_shape)``: as many values, with places of as many numbers as the new shape has."""
    indices, wanted = at.shape(0), at.shape(2)
    return [(indices[0], wanted[0]), wanted] if indices and wanted else []


def _segments(count_at: int) -> Rule:
    """A row for each segment; an input says how many there are (-1: no input does, so that is data)."""

    def rule(at: InferenceContext) -> List[Shape]:
        data = at.shape(0)
        count = single(at.value(count_at)) if count_at >= 0 else None
        return [(count, *data[1:])] if data else []

    return rule


def _dense(at: InferenceContext) -> List[Shape]:
    """``RaggedTensorToTensor(shape, values, default, partitions...)``: where the shape asks for no number of rows, the partition tells it."""
    told = asked(0)(at)
    kinds = at.attributes.texts("row_partition_types")
    if not told or not told[0] or told[0][0] is not None or not kinds:
        return told
    splits = at.shape(3)
    rows = {
        "FIRST_DIM_SIZE": single(at.value(3)),
        "ROW_SPLITS": splits[0] - 1 if splits and splits[0] else None,
    }.get(kinds[0])
    return [(rows, *told[0][1:])]


SPARSE_OPS: Dict[str, Rule] = {
    "SparseTensorDenseMatMul": _product, "SparseReshape": _reshaped, "SparseReorder": like(0, 1),
    **dict.fromkeys("SparseDenseCwiseAdd SparseDenseCwiseMul SparseDenseCwiseDiv SparseSoftmax".split(), like(1)),
    "SparseToDense": asked(1), "RaggedTensorToTensor": _dense, "SparseTensorDenseAdd": like(3),
    **dict.fromkeys("SegmentSum SegmentMean SegmentMax SegmentMin SegmentProd SparseSegmentSum SparseSegmentMean SparseSegmentSqrtN".split(), _segments(-1)),
    **dict.fromkeys("SegmentSumV2 SegmentMaxV2 SegmentMinV2 SegmentProdV2".split(), _segments(2)),
    **dict.fromkeys(
        """SparseSegmentSumWithNumSegments SparseSegmentMeanWithNumSegments SparseSegmentSqrtNWithNumSegments
        SparseSegmentSumGrad SparseSegmentMeanGrad SparseSegmentSqrtNGrad""".split(),
        _segments(3),
    ),
    **dict.fromkeys("UnsortedSegmentMax UnsortedSegmentMin UnsortedSegmentProd".split(), unsorted_segments),
}  # fmt: skip
"""Op type -> its rule."""
