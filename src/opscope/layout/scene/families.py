"""Sorts op types into families, by a table. The colour of a box is that of its family."""

from __future__ import annotations

from typing import Dict, NamedTuple

from ...graph.lite_ops import FLEX, with_lite
from ...graph.vocabulary import KERAS_LAYER, layer_class
from ...program.fused import unprefixed_kernel
from .layer_table import entry_of


class Family(NamedTuple):
    """A family's words in the legend and its two colours.

    Fills and strokes differ in hue, and little in lightness. So a reader who sees no hues, or prints in grey, cannot
    tell families by them; but every box also says its op type.
    """

    title: str
    fill: str
    stroke: str


FAMILIES: Dict[str, Family] = {
    "matmul": Family("matmul, conv", "#dbe7ff", "#2f5fb3"),
    "elementwise": Family("elementwise", "#e3f4e6", "#2f7d43"),
    "reduce": Family("reduce, compare", "#fdf0d5", "#9a6a00"),
    "shape": Family("shape, list", "#eeeaf7", "#6a4fa3"),
    "variable": Family("variable, constant", "#f3f4f6", "#5b6470"),
    "control": Family("control flow", "#ffe6e6", "#b03434"),
    "random": Family("random", "#d9f2f5", "#12727f"),
    "state": Family("state, update", "#f3e6dc", "#7a4a21"),
    "other": Family("other", "#ffffff", "#6b7280"),
}
"""The families, in the order of the legend."""

_OPS = {
    "matmul": """
        MatMul BatchMatMul BatchMatMulV2 BatchMatMulV3 SparseMatMul Einsum Tensordot XlaDot XlaDotV2
        Conv Conv1D Conv2D Conv3D DepthwiseConv2dNative FusedConv2D _FusedConv2D _FusedMatMul _FusedConv3D _FusedDepthwiseConv2dNative XlaConv XlaConvV2
        Conv2DBackpropInput Conv2DBackpropFilter Conv3DBackpropInputV2 Conv3DBackpropFilterV2
        DepthwiseConv2dNativeBackpropInput DepthwiseConv2dNativeBackpropFilter Dilation2D
        QuantizedMatMul QuantizedConv2D SparseTensorDenseMatMul CudnnRNN CudnnRNNV2 CudnnRNNV3 LSTMBlockCell
        BlockLSTM BlockLSTMV2 GRUBlockCell Cholesky MatrixInverse MatrixSolve MatrixTriangularSolve Svd Qr
        SelfAdjointEigV2 LSTM UNIDIRECTIONAL_SEQUENCE_LSTM
        BIDIRECTIONAL_SEQUENCE_LSTM RNN UNIDIRECTIONAL_SEQUENCE_RNN BIDIRECTIONAL_SEQUENCE_RNN SVDF
        STABLEHLO_CONVOLUTION STABLEHLO_DOT_GENERAL FFT FFT2D FFT3D IFFT IFFT2D IFFT3D RFFT IRFFT RFFT2D IRFFT2D Cross
        dot convolution ragged-dot cholesky triangular-solve fft
    """,
    "elementwise": """
        Add AddV2 AddN Sub Mul MulNoNan Div DivNoNan RealDiv FloorDiv FloorMod Mod TruncateDiv TruncateMod Neg
        Abs Sign Square SquaredDifference Sqrt Rsqrt Pow Exp Expm1 Log Log1p Reciprocal Inv Sin Cos Tan Asin
        Acos Atan Atan2 Sinh Cosh Tanh Asinh Acosh Atanh Sigmoid Erf Erfc Erfinv Ndtri Lgamma Digamma Ceil Floor
        Round Rint Maximum Minimum ClipByValue BiasAdd BiasAddV1 Relu Relu6 LeakyRelu Elu Selu Softplus Softsign
        Cast Bitcast Real Imag Conj Complex ComplexAbs Xdivy Xlogy Xlog1py LogicalAnd LogicalOr LogicalNot
        BitwiseAnd BitwiseOr BitwiseXor Invert LeftShift RightShift Select SelectV2 FusedBatchNorm
        FusedBatchNormV2 FusedBatchNormV3 _FusedBatchNormEx FusedBatchNormGrad FusedBatchNormGradV3 LRN LRNGrad L2Loss
        ReluGrad Relu6Grad LeakyReluGrad EluGrad SeluGrad SigmoidGrad TanhGrad SoftplusGrad SoftsignGrad RsqrtGrad
        SqrtGrad ReciprocalGrad InvGrad BiasAddGrad CheckNumerics StopGradient PreventGradient Identity IdentityN
        Snapshot Igamma Igammac Zeta Polygamma Betainc NextAfter QuantizeV2 Dequantize FakeQuantWithMinMaxVars
        FakeQuantWithMinMaxArgs AccumulateNV2 BesselI0e BesselI1e Angle QUANTIZE DEQUANTIZE FAKE_QUANT PRELU GELU HARD_SWISH RELU_N1_TO_1
        RELU_0_TO_1 L2_NORMALIZATION STABLEHLO_ADD STABLEHLO_MULTIPLY STABLEHLO_SUBTRACT STABLEHLO_DIVIDE
        abs add and atan2 cbrt ceil clamp complex convert cosine count-leading-zeros divide erf exponential exponential-minus-one floor imag
        is-finite log log-plus-one logistic map maximum minimum multiply negate not or popcnt power real reduce-precision remainder
        round-nearest-afz round-nearest-even rsqrt select shift-left shift-right-arithmetic shift-right-logical sign sine sqrt subtract tan
        tanh xor batch-norm-grad batch-norm-inference batch-norm-training
    """,
    "reduce": """
        Sum Mean Prod Max Min All Any ArgMax ArgMin Cumsum Cumprod CumulativeLogsumexp EuclideanNorm Softmax
        LogSoftmax SoftmaxCrossEntropyWithLogits SparseSoftmaxCrossEntropyWithLogits MaxPool MaxPoolV2 MaxPool3D
        AvgPool AvgPool3D MaxPoolGrad MaxPoolGradV2 MaxPoolGradWithArgmax AvgPoolGrad MaxPoolWithArgmax
        FractionalMaxPool Equal NotEqual Less LessEqual Greater GreaterEqual ApproximateEqual TopK TopKV2 InTopK
        InTopKV2 NthElement SegmentSum SegmentMean SegmentMax SegmentMin SegmentProd UnsortedSegmentSum
        UnsortedSegmentMax UnsortedSegmentMin UnsortedSegmentProd reduce reduce-window select-and-scatter compare sort topk SparseSegmentSum SparseSegmentMean IsNan IsInf
        IsFinite Bincount DenseBincount Where Unique UniqueV2 UniqueWithCounts
    """,
    "shape": """
        Reshape Transpose ExpandDims Squeeze Shape ShapeN Size Rank Concat ConcatV2 ConcatOffset Pack Unpack Split
        SplitV Slice StridedSlice StridedSliceGrad Gather GatherV2 GatherNd ResourceGather ResourceGatherNd
        ScatterNd TensorScatterUpdate TensorScatterAdd TensorScatterSub OneHot Tile Pad PadV2 MirrorPad
        MirrorPadGrad Fill ZerosLike OnesLike Range LinSpace BroadcastTo BroadcastArgs BroadcastGradientArgs
        Reverse ReverseV2 ReverseSequence Roll DepthToSpace SpaceToDepth BatchToSpaceND SpaceToBatchND
        InvertPermutation MatrixDiag MatrixDiagV3 MatrixDiagPartV3 MatrixBandPart MatrixSetDiagV3 Diag DiagPart
        DynamicStitch DynamicPartition ParallelDynamicStitch EnsureShape ResizeBilinear ResizeNearestNeighbor
        ResizeBicubic ResizeBilinearGrad ResizeNearestNeighborGrad CropAndResize ExtractImagePatches
        UpperBound LowerBound Empty EmptyTensorList TensorListReserve TensorListFromTensor TensorListStack
        TensorListGetItem TensorListSetItem TensorListPushBack TensorListPopBack TensorListLength
        TensorListElementShape TensorListResize TensorListConcatV2 TensorListGather TensorListSplit
        TensorArrayV3 TensorArrayReadV3 TensorArrayWriteV3 TensorArrayGatherV3 TensorArrayScatterV3
        TensorArraySizeV3 RaggedTensorToTensor RaggedTensorToSparse RaggedRange RaggedGather RaggedTensorToVariant
        RaggedTensorFromVariant SparseToDense SparseReshape SparseReorder SparseTensorToCSRSparseMatrix
        StringSplitV2 StringJoin StringLower StringUpper StringFormat AsString StringToNumber RegexReplace
        DecodeRaw Substr EMBEDDING_LOOKUP DENSIFY
        bitcast bitcast-convert broadcast concatenate copy copy-start copy-done dynamic-reshape dynamic-slice dynamic-update-slice gather
        get-dimension-size iota pad reshape reverse scatter set-dimension-size slice transpose
    """,
    "variable": """
        Const HostConst ImmutableConst VarHandleOp VariableV2 Variable ReadVariableOp
        TemporaryVariable AutoReloadVariable
    """,
    "control": """
        If StatelessIf Case StatelessCase While StatelessWhile PartitionedCall StatefulPartitionedCall
        RemoteCall SymbolicGradient For Switch RefSwitch Merge RefMerge Enter RefEnter Exit RefExit NextIteration
        RefNextIteration LoopCond NoOp ControlTrigger Assert Abort STABLEHLO_WHILE STABLEHLO_CASE STABLEHLO_COMPOSITE
        call conditional while tuple get-tuple-element after-all async-start async-update async-done optimization-barrier
    """,
    "random": """
        RandomUniform RandomUniformInt RandomStandardNormal TruncatedNormal RandomShuffle Multinomial
        StatelessRandomUniform StatelessRandomUniformV2 StatelessRandomUniformInt StatelessRandomUniformIntV2
        StatelessRandomUniformFullInt StatelessRandomUniformFullIntV2 StatelessRandomNormal StatelessRandomNormalV2
        StatelessTruncatedNormal StatelessTruncatedNormalV2 StatelessRandomGetKeyCounter StatelessRandomGetAlg
        StatelessRandomGetKeyCounterAlg StatelessMultinomial RandomGamma RandomPoissonV2 StatefulUniform
        StatefulStandardNormalV2 StatefulTruncatedNormal RngReadAndSkip RngSkip ParameterizedTruncatedNormal
        StatefulUniformInt StatefulUniformFullInt
        rng rng-bit-generator rng-get-and-update-state
    """,
    "state": """
        Assign AssignAdd AssignSub AssignVariableOp AssignAddVariableOp AssignSubVariableOp ResourceScatterAdd
        ResourceScatterUpdate ResourceScatterSub ResourceApplyAdam ResourceApplyAdamWithAmsgrad
        ResourceApplyGradientDescent ResourceApplyMomentum ResourceApplyKerasMomentum ResourceApplyRMSProp
        ResourceApplyCenteredRMSProp ResourceApplyAdagrad ResourceApplyAdagradV2 ResourceApplyAdadelta
        ResourceApplyAdaMax ResourceApplyFtrl ResourceApplyFtrlV2 ResourceSparseApplyMomentum
        ResourceSparseApplyAdagradV2 ResourceStridedSliceAssign ApplyAdam ApplyGradientDescent VarIsInitializedOp
        IsVariableInitialized DestroyResourceOp Print PrintV2 PyFunc PyFuncStateless EagerPyFunc LogicalDevice
        HashTableV2 MutableHashTableV2 LookupTableFindV2 LookupTableInsertV2 LookupTableImportV2
        InitializeTableFromTextFileV2 InitializeTableV2 LookupTableSizeV2 LookupTableExportV2 ReadFile WriteFile
        IteratorGetNext IteratorV2 OneShotIterator MakeIterator RestoreV2 SaveV2 MergeV2Checkpoints ScalarSummary
        WriteSummary WriteScalarSummary Placeholder PlaceholderWithDefault PlaceholderV2 QueueDequeueV2
        QueueEnqueueV2 AnonymousIterator AnonymousIteratorV2 AnonymousIteratorV3 Timestamp StackPushV2 StackPopV2
        _Arg _Retval
    """,
}
"""Family -> its op types. Some are not in the family that one might expect: pooling, softmax and losses are with the
reductions, factorisations and Fourier transforms with the products. What comes from or goes to the world outside the graph
(placeholders, files, tables, printing) is with the state."""

FAMILY: Dict[str, str] = with_lite({op: family for family, ops in _OPS.items() for op in ops.split()})
"""Op type -> family."""

# Each TensorFlow adds ops, so there are always some that the table lacks. Their names follow conventions: the ending is
# looked at first, then the beginning. (A SparseFooGrad counts as a gradient.)
_ENDINGS = (
    ("Dataset", "state"), ("DatasetV2", "state"), ("Grad", "elementwise"), ("GradV2", "elementwise"), ("Backprop", "matmul"),
)  # fmt: skip
_STARTS = (
    ("TensorList", "shape"), ("TensorArray", "shape"), ("Ragged", "shape"), ("Sparse", "shape"), ("Random", "random"),
    ("Stateless", "random"), ("Resource", "state"), ("String", "shape"), ("Lookup", "state"), ("Decode", "shape"),
    ("Quantized", "elementwise"), ("Bitwise", "elementwise"), ("Segment", "reduce"), ("Matrix", "matmul"),
)  # fmt: skip


def family_of(op: str) -> str:
    """The family of an op type, by the table or else by its name; ``other`` if neither tells.

    >>> family_of("MatMul"), family_of("TensorListFoo"), family_of("MyOwnOp"), family_of("_MklNativeFusedConv2D")
    ('matmul', 'shape', 'other', 'matmul')
    """
    op = unprefixed_kernel(op)
    if op.startswith(FLEX) and op[len(FLEX) :] in FAMILY:  # TensorFlow's own op in a file of TensorFlow Lite
        return FAMILY[op[len(FLEX) :]]
    entry = entry_of(layer_class(op), "keras") if op.startswith(KERAS_LAYER) else None
    known = FAMILY.get(op) if entry is None else entry.family
    if known is not None:
        return known
    for ending, family in _ENDINGS:
        if op.endswith(ending):
            return family
    for start, family in _STARTS:
        if op.startswith(start):
            return family
    return "other"
