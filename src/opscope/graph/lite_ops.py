"""TensorFlow Lite's operators in the words of TensorFlow's ops: which op each computes the same as, and with which attributes.

So that families, words, formulas and shape rules need one table for both. Only operators that compute exactly what TensorFlow's op does are
here; a fused activation comes on top of it, and the weights of some are laid out in another way (`cost.formulas.lite`, `shapes.lite_rules`).

Source: the conversion patterns of tensorflow/compiler/mlir/lite (LiteRT's tflite/converter), and the operators' documentation there.
"""

from __future__ import annotations

from typing import Any, Dict, FrozenSet, Iterable, List, Mapping, TypeVar

TableValue = TypeVar("TableValue")

SAME_OP: Dict[str, str] = {
    **dict(
        pair.split("=")
        for pair in """
    ADD=AddV2 SUB=Sub MUL=Mul DIV=RealDiv FLOOR_DIV=FloorDiv FLOOR_MOD=FloorMod POW=Pow MAXIMUM=Maximum MINIMUM=Minimum ADD_N=AddN
    SQUARED_DIFFERENCE=SquaredDifference ATAN2=Atan2 NEG=Neg ABS=Abs SIGN=Sign SQUARE=Square SQRT=Sqrt RSQRT=Rsqrt EXP=Exp LOG=Log SIN=Sin
    COS=Cos FLOOR=Floor CEIL=Ceil ROUND=Round CAST=Cast BITCAST=Bitcast LOGICAL_AND=LogicalAnd LOGICAL_OR=LogicalOr LOGICAL_NOT=LogicalNot
    BITWISE_XOR=BitwiseXor RIGHT_SHIFT=RightShift REAL=Real IMAG=Imag COMPLEX_ABS=ComplexAbs
    RELU=Relu RELU6=Relu6 LEAKY_RELU=LeakyRelu ELU=Elu TANH=Tanh LOGISTIC=Sigmoid SOFTMAX=Softmax LOG_SOFTMAX=LogSoftmax
    LOCAL_RESPONSE_NORMALIZATION=LRN
    EQUAL=Equal NOT_EQUAL=NotEqual LESS=Less LESS_EQUAL=LessEqual GREATER=Greater GREATER_EQUAL=GreaterEqual SELECT=Select SELECT_V2=SelectV2
    WHERE=Where UNIQUE=Unique TOPK_V2=TopKV2 ARG_MAX=ArgMax ARG_MIN=ArgMin CUMSUM=Cumsum SUM=Sum MEAN=Mean REDUCE_PROD=Prod REDUCE_MAX=Max
    REDUCE_MIN=Min REDUCE_ANY=Any REDUCE_ALL=All SEGMENT_SUM=SegmentSum UNSORTED_SEGMENT_SUM=UnsortedSegmentSum
    UNSORTED_SEGMENT_MAX=UnsortedSegmentMax UNSORTED_SEGMENT_MIN=UnsortedSegmentMin UNSORTED_SEGMENT_PROD=UnsortedSegmentProd
    MAX_POOL_2D=MaxPool AVERAGE_POOL_2D=AvgPool
    CONV_2D=Conv2D DEPTHWISE_CONV_2D=DepthwiseConv2dNative CONV_3D=Conv3D TRANSPOSE_CONV=Conv2DBackpropInput CONV_3D_TRANSPOSE=Conv3DBackpropInputV2
    FULLY_CONNECTED=MatMul BATCH_MATMUL=BatchMatMulV2
    RESHAPE=Reshape TRANSPOSE=Transpose EXPAND_DIMS=ExpandDims SQUEEZE=Squeeze SHAPE=Shape RANK=Rank CONCATENATION=ConcatV2 PACK=Pack
    UNPACK=Unpack SPLIT=Split SPLIT_V=SplitV SLICE=Slice STRIDED_SLICE=StridedSlice GATHER=GatherV2 GATHER_ND=GatherNd
    SCATTER_ND=ScatterNd ONE_HOT=OneHot TILE=Tile PAD=Pad PADV2=PadV2 MIRROR_PAD=MirrorPad FILL=Fill ZEROS_LIKE=ZerosLike RANGE=Range
    BROADCAST_TO=BroadcastTo BROADCAST_ARGS=BroadcastArgs REVERSE_V2=ReverseV2 REVERSE_SEQUENCE=ReverseSequence DEPTH_TO_SPACE=DepthToSpace
    SPACE_TO_DEPTH=SpaceToDepth BATCH_TO_SPACE_ND=BatchToSpaceND SPACE_TO_BATCH_ND=SpaceToBatchND MATRIX_DIAG=MatrixDiag
    MATRIX_SET_DIAG=MatrixSetDiag RESIZE_BILINEAR=ResizeBilinear RESIZE_NEAREST_NEIGHBOR=ResizeNearestNeighbor SPARSE_TO_DENSE=SparseToDense
    DYNAMIC_UPDATE_SLICE=XlaDynamicUpdateSlice
    RANDOM_UNIFORM=RandomUniform RANDOM_STANDARD_NORMAL=RandomStandardNormal MULTINOMIAL=Multinomial
    NON_MAX_SUPPRESSION_V4=NonMaxSuppressionV4 NON_MAX_SUPPRESSION_V5=NonMaxSuppressionV5 BUCKETIZE=Bucketize
    WHILE=While IF=If CALL=PartitionedCall CALL_ONCE=StatefulPartitionedCall
    VAR_HANDLE=VarHandleOp READ_VARIABLE=ReadVariableOp ASSIGN_VARIABLE=AssignVariableOp HASHTABLE=HashTableV2
    HASHTABLE_FIND=LookupTableFindV2 HASHTABLE_IMPORT=LookupTableImportV2 HASHTABLE_SIZE=LookupTableSizeV2
    """.split()
    )
}
"""Operator -> the op of TensorFlow that it computes the same as."""

FLEX = "Flex"
"""How the types of operators begin that are ops of TensorFlow, run by its own kernels: ``FlexErfinv``."""


def tensorflow_op(op: str) -> str:
    """The op of TensorFlow that an operator computes the same as; any other type as it is.

    >>> tensorflow_op("CONV_2D"), tensorflow_op("FlexErfinv"), tensorflow_op("Conv2D")
    ('Conv2D', 'Erfinv', 'Conv2D')
    """
    if op.startswith(FLEX) and len(op) > len(FLEX):
        return op[len(FLEX) :]
    return SAME_OP.get(op, op)


def with_lite(table: Dict[str, TableValue], *, without: Iterable[str] = ()) -> Dict[str, TableValue]:
    """A table by op type, with TensorFlow Lite's operators beside the ops that they compute the same as."""
    leave = frozenset(without)
    lite = {op: table[same] for op, same in SAME_OP.items() if same in table and op not in leave}
    return {**lite, **table}


def lite_too(ops: Iterable[str]) -> FrozenSet[str]:
    """A set of op types, with TensorFlow Lite's operators beside the ops that they compute the same as."""
    known = frozenset(ops)
    return known | {op for op, same in SAME_OP.items() if same in known}


def as_tensorflow(op: str, attrs: Mapping[str, Any]) -> Dict[str, Any]:
    """The attributes of an operator under the names, and in the form, that TensorFlow's op has them.

    >>> as_tensorflow("MAX_POOL_2D", {"stride_w": 2, "stride_h": 2, "filter_width": 3, "filter_height": 3, "padding": "SAME"})
    {'padding': 'SAME', 'strides': [1, 2, 2, 1], 'ksize': [1, 3, 3, 1]}
    """
    found: Dict[str, Any] = {}
    sizes: Dict[str, List[Any]] = {}
    for name, value in attrs.items():
        whole, letter = _SIZES.get(name, ("", ""))
        if whole:
            sizes.setdefault(whole, []).append((letter, value))
        else:
            found[_NAMES.get(name, name)] = value
    for whole, parts in sizes.items():
        found[whole] = [1, *(value for _, value in sorted(parts, key=lambda part: _ORDER.index(part[0]))), 1]
    if op == "FULLY_CONNECTED":
        found["transpose_b"] = True  # its weights are [units, inputs]
    return found


_ORDER = "dhw"
_SIZES = {
    **{f"stride_{letter}": ("strides", letter) for letter in _ORDER},
    **{f"dilation_{letter}_factor": ("dilations", letter) for letter in _ORDER},
    "filter_height": ("ksize", "h"), "filter_width": ("ksize", "w"),
}  # fmt: skip
"""Name of an option -> the attribute that holds it, and for which dimension."""
_NAMES = {"num_splits": "num_split", "values_count": "N", "radius": "depth_radius"}
"""Name of an option -> that of the attribute, where it is not the same."""
