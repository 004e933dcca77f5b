"""Which ops compute nothing and move nothing: they hand on a buffer, a handle or a shape that is there already."""

from __future__ import annotations

from .lite_ops import lite_too
from .vocabulary import CONSTANTS, INPUTS, ITERATED, MERGES, MISSING, SWITCHES, VARIABLES

_HANDED_ON = frozenset(
    """_DeviceArg _Retval _DeviceRetval Identity IdentityN Reshape Squeeze ExpandDims StopGradient PreventGradient
    CheckNumerics EnsureShape NoOp ReadVariableOp Shape ShapeN Size Rank BroadcastGradientArgs Assert ControlTrigger Bitcast
    GuaranteeConst Snapshot Enter Exit LoopCond RefIdentity FakeParam
    VarIsInitializedOp IsVariableInitialized EmptyTensorList TensorListReserve TensorListLength TensorListElementShape
    TensorListSetItem TensorListGetItem TensorListPushBack TensorListPopBack TensorListResize TensorListPushBackBatch
    DestroyResourceOp DestroyTemporaryVariable AnonymousSeedGenerator VariableShape Timestamp DisableCopyOnRead
    HashTableV2 HashTable MutableHashTableV2 Iterator IteratorV2 AnonymousIteratorV2 AnonymousIteratorV3 OneShotIterator
    ConcatOffset InvertPermutation _XlaMerge StackPushV2 StackPopV2 StackV2 StackCloseV2 TensorArrayV3 TensorArrayReadV3
    TensorArrayWriteV3 TensorArraySizeV3 TensorArrayCloseV3 TensorArrayGradV3 BroadcastArgs DummySeedGenerator
    DeleteSeedGenerator AnonymousRandomSeedGenerator CheckNumericsV2 RngReadAndSkip RngSkip
    StatelessRandomGetAlg StatelessRandomGetKeyCounter StatelessRandomGetKeyCounterAlg DeleteIterator XlaSharding OptionalHasValue OptionalNone IteratorGetDevice DeviceIndex
    RefEnter RefExit XlaOptimizationBarrier XlaSetBound XlaReplicaId XlaSetDynamicDimensionSize
    XlaRemoveDynamicDimensionSize XlaSpmdFullToShardShape XlaSpmdShardToFullShape TensorArray TensorArrayV2 TensorArrayRead TensorArrayReadV2
    TensorArrayWrite TensorArrayWriteV2 TensorArraySize TensorArraySizeV2 TensorArrayClose TensorArrayCloseV2 TensorArrayGrad TensorArrayGradV2
    TensorArrayGradWithShape Stack StackPush StackPop StackClose TensorListScatterIntoExistingList TensorListConcatLists DebugIdentity
    DebugIdentityV2 DebugIdentityV3 IsResourceHandleRefCounting MakeWeakResourceHandle IsTensorFloat32Enabled DeleteRandomSeedGenerator
    CollectiveInitializeCommunicator CollectiveAssignGroupV2 TemporaryVariable _VarHandlesOp _ReadVariablesOp _SwitchN _ListToArray _ArrayToList
    _EagerConst TPUReplicateMetadata TPUReplicatedInput TPUReplicatedOutput TPUPartitionedInput TPUPartitionedInputV2 TPUPartitionedOutput
    TPUPartitionedOutputV2 ReadVariableXlaSplitND AssignVariableXlaConcatND QuantizedReshape""".split()
)
VIEWS = lite_too(_HANDED_ON) | CONSTANTS | INPUTS | VARIABLES | SWITCHES | MERGES | ITERATED | {MISSING}
"""Ops that hand on a buffer, a handle or a shape. Those of tensor lists are among them, as a list refers to its items."""
