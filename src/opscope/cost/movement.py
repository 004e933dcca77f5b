"""Bytes that an op moves, and which ops compute nothing, so that their FLOPs are known to be 0.

An op reads each of its inputs once and writes each of its outputs once. That caches keep some of it is not modelled. A view
hands a buffer on and moves nothing.
"""

from __future__ import annotations

from ..graph.buffer_views import VIEWS
from ..graph.lite_ops import lite_too
from ..graph.vocabulary import layer_class
from ..shapes.budget import Unknown
from .elsewhere import ELSEWHERE
from .formulas import updates
from .op import Op, element_bytes, tensor_bytes

COPIES = lite_too(
    """Cast _HostCast Transpose ConjugateTranspose Concat ConcatV2 Split SplitV Pack Unpack Tile Pad PadV2 MirrorPad
    MirrorPadGrad Fill ZerosLike OnesLike BroadcastTo Reverse ReverseV2 ReverseSequence Roll Select SelectV2 Where
    OneHot Range LinSpace Diag DiagPart MatrixDiag MatrixDiagV2 MatrixDiagV3 MatrixDiagPart MatrixDiagPartV2
    MatrixDiagPartV3 MatrixSetDiag MatrixSetDiagV2 MatrixSetDiagV3 MatrixBandPart SpaceToDepth DepthToSpace
    SpaceToBatch SpaceToBatchND BatchToSpace BatchToSpaceND ExtractImagePatches AssignVariableOp Assign DeepCopy
    DynamicPartition DynamicStitch ParallelDynamicStitch ScatterNd TensorScatterUpdate ScatterUpdate ResourceScatterUpdate
    TensorListStack TensorListFromTensor TensorListGather TensorListConcatV2 TensorListScatterV2
    TensorArrayScatterV3 TensorArrayGatherV3 TensorArrayConcatV3 TensorArraySplitV3 ResizeNearestNeighbor
    ResizeNearestNeighborGrad Empty _Send _Recv _HostSend _HostRecv Copy CopyHost UnravelIndex
    StridedSliceGrad StridedSliceAssign ResourceStridedSliceAssign TensorStridedSliceUpdate RandomShuffle ParallelConcat
    ScatterNdUpdate ResourceScatterNdUpdate ExtractVolumePatches DataFormatVecPermute StatelessRandomUniformFullInt
    StatelessRandomUniformFullIntV2 StatefulUniformFullInt NonDeterministicInts
    XlaDynamicUpdateSlice XlaPad XlaGather XlaScatter XlaConcatND XlaSplitND XlaSend XlaRecv XlaBroadcastHelper InplaceUpdate RefSelect
    Complex Real Imag DrawBoundingBoxes DrawBoundingBoxesV2 RandomCrop StatelessShuffle ExtractGlimpse ExtractGlimpseV2 DataFormatDimMap
    SparseReorder SparseReshape SparseConcat SparseSlice SparseSplit SparseToDense SparseFillEmptyRows SparseFillEmptyRowsGrad SparseSliceGrad
    RaggedGather RaggedRange RaggedTensorToSparse RaggedTensorToTensor RaggedFillEmptyRows RaggedFillEmptyRowsGrad RaggedTensorToVariantGradient
    SetSize TensorListConcat TensorListScatter TensorListSplit TensorArrayScatter TensorArrayScatterV2 TensorArrayGather TensorArrayGatherV2
    TensorArrayConcat TensorArrayConcatV2 TensorArraySplit TensorArraySplitV2 TensorArrayPack TensorArrayUnpack Send Recv CollectiveGather
    CollectiveGatherV2 CollectiveBcastSend CollectiveBcastRecv CollectiveBcastSendV2 CollectiveBcastRecvV2 CollectivePermute CollectiveAllToAllV2
    CollectiveAllToAllV3 NcclBroadcast Batch Unbatch UnbatchGrad InfeedDequeue InfeedDequeueTuple InfeedEnqueue InfeedEnqueueTuple OutfeedDequeue
    OutfeedDequeueTuple OutfeedEnqueue OutfeedEnqueueTuple BatchMatrixBandPart BatchMatrixDiag BatchMatrixDiagPart BatchMatrixSetDiag
    QuantizedConcat QuantizedConcatV2 DENSIFY""".split()
)
"""Ops that write all that they read to another place."""

_LOOKUP = "EMBEDDING_LOOKUP"
SLICES = lite_too(
    f"{_LOOKUP} Slice StridedSlice Gather GatherV2 GatherNd ResourceGather ResourceGatherNd XlaDynamicSlice".split()
)
"""Ops that read no more than they return, and the indices of it."""

_OUTSIDE = lite_too(ELSEWHERE)
NO_FLOPS = VIEWS | COPIES | SLICES | _OUTSIDE
"""The ops that compute nothing. They need no formula."""


def bytes_moved(op: Op) -> float:
    """Bytes read and written by one execution; raises `Unknown` where a shape is not known."""
    kind = op.kind
    if kind in VIEWS:
        return 0
    if kind in _OUTSIDE or layer_class(kind):  # a layer moves its weights and what lies between its ops, too
        raise Unknown
    written = sum(tensor_bytes(tensor) for tensor in op.outputs)
    if kind in SLICES:
        indices = op.inputs[:1] if kind == _LOOKUP else op.inputs[1:2]
        return 2 * written + sum(tensor_bytes(tensor) for tensor in indices)
    read = sum(tensor_bytes(tensor) for tensor in op.inputs)
    return read + written + _variable_bytes(op)


def _variable_bytes(op: Op) -> float:
    """What an op reads and writes of the variables behind its resource inputs. Each is as large as the update."""
    handles = [tensor for tensor in op.inputs if tensor[0] == "resource"]
    if not handles:
        return 0
    if op.kind in {
        "AssignVariableOp",
        "ASSIGN_VARIABLE",
        "ResourceScatterUpdate",
        "ResourceScatterNdUpdate",
    }:  # written over, not read
        return tensor_bytes(op.inputs[2 if op.kind.startswith("Resource") else 1])
    index = updates().get(op.kind)
    if index is None:
        if op.kind.startswith("ResourceScatter"):  # input 2 holds the updates; only their rows are read and written
            return 2 * tensor_bytes(op.inputs[2])
        raise Unknown
    elements = op.size_in(index)
    size = element_bytes(str(op.attr("T") or op.attr("dtype") or "float32"))
    if size is None:
        raise Unknown
    return 2 * len(handles) * elements * size
