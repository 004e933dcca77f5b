"""What layers and ops are to a reader of an overview: which begin a row, which share one, which are a sign."""

from __future__ import annotations

from typing import Dict, FrozenSet

from ...graph.lite_ops import lite_too, with_lite

FOLLOWING: FrozenSet[str] = frozenset(
    """
    BatchNormalization BatchNormalizationV1 BatchNormalizationV2 LayerNormalization GroupNormalization
    SpectralNormalization UnitNormalization RMSNormalization SyncBatchNormalization Normalization BatchNorm LayerNorm
    Activation ReLU LeakyReLU PReLU ELU ThresholdedReLU Softmax Dropout SpatialDropout1D SpatialDropout2D SpatialDropout3D
    GaussianNoise GaussianDropout AlphaDropout ActivityRegularization TFOpLambda
    """.split()
)
"""Layers that stand behind another one in its row: they change its values, not what it is."""
LEADING: FrozenSet[str] = frozenset(
    """
    ZeroPadding1D ZeroPadding2D ZeroPadding3D Cropping1D Cropping2D Cropping3D Flatten Reshape Permute RepeatVector Masking
    Rescaling GlobalAveragePooling1D GlobalAveragePooling2D GlobalAveragePooling3D GlobalMaxPooling1D GlobalMaxPooling2D
    GlobalMaxPooling3D GlobalAvgPool1D GlobalAvgPool2D GlobalMaxPool1D GlobalMaxPool2D
    """.split()
)
"""Layers that stand before another one in its row: they bring its input into shape."""
LAYER_SIGNS: Dict[str, str] = {
    "Add": "+", "Subtract": "\u2212", "Multiply": "\u00d7", "Concatenate": "concat", "Average": "mean", "Maximum": "max",
    "Minimum": "min", "Dot": "dot",
}  # fmt: skip
"""Layers that join tensors, and their signs."""
OP_SIGNS: Dict[str, str] = with_lite({
    "Add": "+", "AddV2": "+", "AddN": "+", "BiasAdd": "+", "Sub": "\u2212", "Mul": "\u00d7", "RealDiv": "\u00f7", "Div": "\u00f7",
    "ConcatV2": "concat", "Concat": "concat", "Split": "split", "SplitV": "split", "Unpack": "unstack", "Pack": "stack", "Mean": "mean",
    "Softmax": "softmax", "MatMul": "matmul", "BatchMatMul": "matmul", "BatchMatMulV2": "matmul", "BatchMatMulV3": "matmul",
    "Maximum": "max", "Minimum": "min", "Einsum": "einsum", "Relu": "ReLU", "Relu6": "ReLU6", "Tanh": "tanh", "Sigmoid": "sigmoid", "Rsqrt": "1/\u221a",
    "Sqrt": "\u221a", "Square": "x\u00b2", "Exp": "exp", "Log": "log", "Neg": "\u2212x", "Range": "range", "Erf": "erf", "Gelu": "GELU", "Elu": "ELU",
    "Transpose": "transpose", "Reshape": "reshape", "StridedSlice": "slice", "Slice": "slice", "ExpandDims": "expand", "Squeeze": "squeeze",
    "GatherV2": "gather", "ResourceGather": "gather", "Sum": "sum", "Pow": "pow", "SelectV2": "where", "Select": "where", "Cast": "cast", "ReverseV2": "reverse",
    "TensorListFromTensor": "each step of", "TensorListStack": "all steps", "TensorListGetItem": "this step",
    "TensorListSetItem": "keep step", "TensorListReserve": "empty list", "TensorListPushBack": "add to list",
    "Conv2D": "conv", "FusedBatchNormV3": "BN", "MaxPool": "max pool", "AvgPool": "average pool",
    "FULLY_CONNECTED": "dense", "QUANTIZE": "quantize", "DEQUANTIZE": "dequantize", "HARD_SWISH": "hard swish", "GELU": "GELU", "PRELU": "PReLU",
})  # fmt: skip
"""Ops in the words and signs of a formula."""
CIRCLED: FrozenSet[str] = frozenset({"+", "\u2212", "\u00d7", "\u00f7"})
"""Signs that are drawn in a circle where they join tensors."""
ASSIGNING: Dict[str, str] = {"AssignVariableOp": "=", "AssignAddVariableOp": "+=", "AssignSubVariableOp": "\u2212="}
"""Ops that give a variable a value, and their signs."""
HEAVY_OPS: FrozenSet[str] = lite_too(
    {
        "MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Einsum", "Conv2D", "Conv3D", "DepthwiseConv2dNative",
        "Conv2DBackpropInput", "MaxPool", "AvgPool", "ResourceGather", "GatherV2", "CudnnRNNV3",
    }
)  # fmt: skip
"""Ops that begin a row."""
ORDERED: FrozenSet[str] = lite_too({"Sub", "RealDiv", "Div", "FloorDiv", "TruncateDiv", "Mod", "FloorMod", "Pow"})
"""Ops of two operands that are not the same the other way round."""
POWER = "Pow"
REDUCING: FrozenSet[str] = lite_too({"Mean", "Sum", "Max", "Min", "Prod"})
"""Ops that make one element of many."""
RESHAPING: FrozenSet[str] = lite_too(
    """
    Reshape Transpose StridedSlice Slice ExpandDims Squeeze Tile Pad PadV2 MirrorPad BroadcastTo Fill Range DepthToSpace SpaceToDepth
    ResizeBilinear ResizeNearestNeighbor TensorListStack
    """.split()
)
"""Ops of which a reader wants to know the shape that they make, not the constants that say it."""
