"""Which inputs of ops are no data: a shape, a size, an axis, an order, the bounds of a slice.

They say what an op does with its tensor, and no element of its result is made of them. So the gather's indices, the value of a fill
and the start of a range are not here: these reach the result. The names are those of TensorFlow's op registry.
"""

from __future__ import annotations

from typing import Dict, Tuple

from ..graph.lite_ops import with_lite

TOLD: Dict[str, int] = with_lite({
    **dict.fromkeys("Reshape BroadcastTo SparseToDense".split(), 1), **dict.fromkeys("Fill Empty".split(), 0), "ScatterNd": 2, "StridedSliceGrad": 0,
    **dict.fromkeys(
        """Conv2DBackpropInput Conv3DBackpropInputV2 DepthwiseConv2dNativeBackpropInput AvgPoolGrad AvgPool3DGrad RandomUniform
        RandomUniformInt RandomStandardNormal TruncatedNormal ParameterizedTruncatedNormal NonDeterministicInts StatelessRandomUniform
        StatelessRandomUniformV2 StatelessRandomNormal StatelessRandomNormalV2 StatelessTruncatedNormal StatelessTruncatedNormalV2
        StatelessRandomUniformInt StatelessRandomUniformIntV2 StatelessRandomUniformFullInt StatelessRandomUniformFullIntV2
        StatelessParameterizedTruncatedNormal StatelessRandomBinomial StatelessRandomPoisson StatelessRandomGammaV2
        StatelessRandomGammaV3""".split(),
        0,
    ),
    **dict.fromkeys("Conv2DBackpropFilter Conv3DBackpropFilterV2 DepthwiseConv2dNativeBackpropFilter".split(), 1),
    **dict.fromkeys("StatefulUniform StatefulUniformInt StatefulUniformFullInt StatefulStandardNormalV2 StatefulTruncatedNormal".split(), 2),
})  # fmt: skip
"""Op type -> the input that is the very shape of the op's output: who is told that shape is told all of the input."""

OTHERS: Dict[str, Tuple[int, ...]] = with_lite({
    **dict.fromkeys("Tile ExpandDims Transpose ConjugateTranspose OneHot TopKV2 Bincount".split(), (1,)),
    **dict.fromkeys("Sum Mean Max Min Prod All Any EuclideanNorm ArgMax ArgMin Cumsum Cumprod CumulativeLogsumexp ReverseV2".split(), (1,)),
    "ConcatV2": (-1,), "Concat": (0,), "Split": (0,), "SplitV": (1, 2), "GatherV2": (2,), "Roll": (2,),
    "Slice": (1, 2), "StridedSlice": (1, 2, 3), "StridedSliceGrad": (1, 2, 3), "Range": (1,), "LinSpace": (2,),
    **dict.fromkeys("Pad PadV2 MirrorPad MirrorPadGrad".split(), (1,)),
    **dict.fromkeys("SpaceToBatchND BatchToSpaceND".split(), (1, 2)),
    **dict.fromkeys("ResizeBilinear ResizeNearestNeighbor ResizeBicubic ResizeArea ResizeNearestNeighborGrad".split(), (1,)),
    "CropAndResize": (3,), "ImageProjectiveTransformV2": (2,), "ImageProjectiveTransformV3": (2,),
    **dict.fromkeys("MatrixDiagV2 MatrixDiagV3".split(), (1, 2, 3)),
    **dict.fromkeys("UnsortedSegmentSum UnsortedSegmentMax UnsortedSegmentMin UnsortedSegmentProd".split(), (2,)),
    **dict.fromkeys("RFFT RFFT2D RFFT3D IRFFT IRFFT2D IRFFT3D".split(), (1,)),
    **dict.fromkeys("Multinomial StatelessMultinomial".split(), (1,)), **dict.fromkeys("RandomGamma RandomPoissonV2".split(), (0,)),
    **dict.fromkeys("TensorListReserve EmptyTensorList".split(), (0, 1)),
    **dict.fromkeys("TensorListFromTensor TensorListStack TensorListPopBack".split(), (1,)),
    **dict.fromkeys("TensorListGetItem TensorListGather".split(), (2,)), "TensorArrayV3": (0,),
}, without=("CONCATENATION", "GATHER"))  # fmt: skip
"""Op type -> its further inputs that are no data. A negative number counts from the last input."""


def no_data(op: str, slot: int, count: int) -> bool:
    """Whether data input `slot` of the `count` that an op of type `op` has is no data.

    >>> no_data("Reshape", 1, 2), no_data("ConcatV2", 2, 3), no_data("ConcatV2", 1, 3), no_data("Fill", 1, 2)
    (True, True, False, False)
    """
    return TOLD.get(op) == slot or slot in OTHERS.get(op, ()) or slot - count in OTHERS.get(op, ())
