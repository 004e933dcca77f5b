"""Every op type with a shape rule, and the part of them that may fill in the shapes of a file.

A new rule goes into the table of its family: `elementwise_rules`, `layer_rules`, `array_rules`, `source_rules`,
`text_rules`, `image_rules`, `sparse_rules`, `linear_rules`, of layers in Keras's files `keras_rules`, of TensorFlow Lite `lite_rules`.
"""

from __future__ import annotations

from typing import Dict

from ..graph.vocabulary import ITERATED
from .array_rules import ARRAYS
from .elementwise_rules import ELEMENTWISE
from .image_rules import IMAGES
from .keras_rules import KERAS
from .layer_rules import LAYERS, batch_norm
from .linear_rules import LINEAR
from .lite_rules import LITE, lite_rules
from .rule import Rule
from .source_rules import SOURCES
from .sparse_rules import SPARSE_OPS
from .text_rules import TEXTS

_LATER: Dict[str, Rule] = {**TEXTS, **IMAGES, **SPARSE_OPS, **LINEAR, **KERAS}
_OF_TENSORFLOW: Dict[str, Rule] = {**ELEMENTWISE, **LAYERS, **ARRAYS, **SOURCES, **_LATER}
ALL_RULES: Dict[str, Rule] = {**_OF_TENSORFLOW, **lite_rules(_OF_TENSORFLOW), **LITE}
"""Op type -> its rule. Cost estimates use all of them, once the batch is put in (`shapes.resolve`)."""

_ONLY_ESTIMATES = (
    frozenset(
        """BroadcastTo StatelessRandomGammaV2 RandomUniformInt StatelessRandomUniform StatelessRandomUniformV2
    StatelessRandomNormal StatelessRandomNormalV2 StatelessTruncatedNormal StatelessTruncatedNormalV2
    StatelessRandomUniformInt StatelessRandomUniformIntV2 StatelessRandomUniformFullInt StatelessRandomUniformFullIntV2
    ParameterizedTruncatedNormal Conv2DBackpropInput Conv3DBackpropInputV2 DepthwiseConv2dNativeBackpropInput
    StridedSliceGrad Empty AvgPoolGrad AvgPool3DGrad TensorListGetItem TensorListPopBack TensorListStack MaxPoolGrad
    MaxPool3DGrad MatrixBandPart TensorScatterUpdate TensorScatterAdd TensorScatterSub Roll Conj LeakyReluGrad Relu6Grad
    EluGrad SeluGrad SoftplusGrad SoftsignGrad RsqrtGrad SqrtGrad InvGrad ReciprocalGrad BesselI0e EnsureShape Erfinv
    Lgamma Digamma Expint Cumprod CumulativeLogsumexp Invert FusedBatchNormGrad FusedBatchNormGradV2
    FusedBatchNormGradV3 SoftmaxCrossEntropyWithLogits SparseSoftmaxCrossEntropyWithLogits Einsum Unpack OneHot
    ScatterNd UnsortedSegmentSum Range SpaceToBatchND BatchToSpaceND GatherNd EuclideanNorm Exit RefExit TensorArrayReadV3 TensorArrayGatherV3""".split()
    )
    | ITERATED
    | frozenset(_LATER)
)
"""Ops whose rules were written for estimates and fill in no file. To use one for files too, compare its rule with
TensorFlow's shape function and take it from this list."""

FILE_RULES: Dict[str, Rule] = {
    **{op: rule for op, rule in _OF_TENSORFLOW.items() if op not in _ONLY_ESTIMATES},
    "FusedBatchNormV3": batch_norm,  # the output for cuDNN is empty only on a CPU, and a file does not tell the device
}
"""The rules that `load.infer` fills in a file's missing shapes with."""
