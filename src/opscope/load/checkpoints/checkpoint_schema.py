"""The messages in a checkpoint, in the form of `program.schema`.

Formats: tensorflow/core/protobuf/tensor_bundle.proto, trackable_object_graph.proto; of the first format that TensorFlow had,
tensorflow/core/util/saved_tensor_slice.proto.
"""

from __future__ import annotations

CHECKPOINT_SCHEMA = """
BundleHeaderProto
  1 num_shards int32
  2 endianness int32
BundleEntryProto
  1 dtype int32
  2 shape TensorShapeProto
  3 shard_id int32
  4 offset int64
  5 size int64
  6 crc32c fixed32
TensorShapeProto
  2 dim *TensorShapeProto.Dim
  3 unknown_rank bool
TensorShapeProto.Dim
  1 size int64
TrackableObjectGraph
  1 nodes *TrackableObjectGraph.TrackableObject
TrackableObjectGraph.TrackableObject
  1 children *TrackableObjectGraph.TrackableObject.ObjectReference
  2 attributes *TrackableObjectGraph.TrackableObject.SerializedTensor
  3 slot_variables *TrackableObjectGraph.TrackableObject.SlotVariableReference
TrackableObjectGraph.TrackableObject.ObjectReference
  1 node_id int32
  2 local_name string
TrackableObjectGraph.TrackableObject.SerializedTensor
  1 name string
  2 full_name string
  3 checkpoint_key string
TrackableObjectGraph.TrackableObject.SlotVariableReference
  1 original_variable_node_id int32
  2 slot_name string
  3 slot_variable_node_id int32
SavedTensorSlices
  1 meta SavedTensorSliceMeta
SavedTensorSliceMeta
  1 tensor *SavedSliceMeta
SavedSliceMeta
  1 name string
  2 shape TensorShapeProto
  3 type int32
"""
