"""The part of TensorFlow's proto schema that opscope reads, as text. `proto` makes message classes of it.

Source: tensorflow/core/framework and tensorflow/core/protobuf of TensorFlow 2.21 (field numbers have not changed since
1.0). A message's name stands alone on a line. Its fields follow, one a line: number, name, type; ``*`` before the type
means repeated, ``|name`` at the end that the field belongs to that oneof. Fields that opscope does not need are left out,
and the parser skips them. A test checks every field against TensorFlow's own descriptors.
"""

from __future__ import annotations

DATA_TYPES = """
invalid=0 float=1 double=2 int32=3 uint8=4 int16=5 int8=6 string=7 complex64=8 int64=9 bool=10 qint8=11
quint8=12 qint32=13 bfloat16=14 qint16=15 quint16=16 uint16=17 complex128=18 half=19 resource=20 variant=21
uint32=22 uint64=23 float8_e5m2=24 float8_e4m3fn=25 float8_e4m3fnuz=26 float8_e4m3b11fnuz=27
float8_e5m2fnuz=28 int4=29 uint4=30 int2=31 uint2=32 float4_e2m1fn=33
"""
"""TensorFlow's enum `DataType` without the ``DT_``. The reference type of each has its number plus 100."""

SCHEMA = """
SavedModel
  1 saved_model_schema_version int64
  2 meta_graphs *MetaGraphDef
MetaGraphDef
  1 meta_info_def MetaGraphDef.MetaInfoDef
  2 graph_def GraphDef
  4 collection_def map<string,CollectionDef>
  5 signature_def map<string,SignatureDef>
  6 asset_file_def *AssetFileDef
  7 object_graph_def SavedObjectGraph
MetaGraphDef.MetaInfoDef
  1 meta_graph_version string
  2 stripped_op_list OpList
  4 tags *string
  5 tensorflow_version string
  6 tensorflow_git_version string
  7 stripped_default_attrs bool
  8 function_aliases map<string,string>
CollectionDef
  2 bytes_list CollectionDef.BytesList |kind
CollectionDef.BytesList
  1 value *bytes
VariableDef
  1 variable_name string
OpList
  1 op *OpDef
OpDef
  1 name string
  2 input_arg *OpDef.ArgDef
  3 output_arg *OpDef.ArgDef
  20 control_output *string
  4 attr *OpDef.AttrDef
  18 is_commutative bool
  16 is_aggregate bool
  17 is_stateful bool
  19 allows_uninitialized_input bool
  21 is_distributed_communication bool
OpDef.ArgDef
  1 name string
  3 type DataType
  4 type_attr string
  5 number_attr string
  6 type_list_attr string
  7 handle_data *ResourceHandleProto.DtypeAndShape
  16 is_ref bool
ResourceHandleProto.DtypeAndShape
  1 dtype DataType
  2 shape TensorShapeProto
TensorShapeProto
  2 dim *TensorShapeProto.Dim
  3 unknown_rank bool
TensorShapeProto.Dim
  1 size int64
  2 name string
OpDef.AttrDef
  1 name string
  2 type string
  3 default_value AttrValue
  5 has_minimum bool
  6 minimum int64
  7 allowed_values AttrValue
AttrValue
  2 s bytes |value
  3 i int64 |value
  4 f float |value
  5 b bool |value
  6 type DataType |value
  7 shape TensorShapeProto |value
  8 tensor TensorProto |value
  1 list AttrValue.ListValue |value
  10 func NameAttrList |value
  9 placeholder string |value
TensorProto
  1 dtype DataType
  2 tensor_shape TensorShapeProto
  3 version_number int32
  4 tensor_content bytes
  13 half_val *int32
  5 float_val *float
  6 double_val *double
  7 int_val *int32
  8 string_val *bytes
  9 scomplex_val *float
  10 int64_val *int64
  11 bool_val *bool
  12 dcomplex_val *double
  16 uint32_val *uint32
  17 uint64_val *uint64
  18 float8_val bytes
AttrValue.ListValue
  2 s *bytes
  3 i *int64
  4 f *float
  5 b *bool
  6 type *DataType
  7 shape *TensorShapeProto
  8 tensor *TensorProto
  9 func *NameAttrList
NameAttrList
  1 name string
  2 attr map<string,AttrValue>
GraphDef
  1 node *NodeDef
  4 versions VersionDef
  3 version int32
  2 library FunctionDefLibrary
  5 debug_info GraphDebugInfo
NodeDef
  1 name string
  2 op string
  3 input *string
  4 device string
  5 attr map<string,AttrValue>
VersionDef
  1 producer int32
  2 min_consumer int32
  3 bad_consumers *int32
FunctionDefLibrary
  1 function *FunctionDef
FunctionDef
  1 signature OpDef
  5 attr map<string,AttrValue>
  7 arg_attr map<uint32,FunctionDef.ArgAttrs>
  8 resource_arg_unique_id map<uint32,uint32>
  3 node_def *NodeDef
  4 ret map<string,string>
  6 control_ret map<string,string>
FunctionDef.ArgAttrs
  1 attr map<string,AttrValue>
GraphDebugInfo
  1 files *string
  4 frames_by_id map<fixed64,GraphDebugInfo.FileLineCol>
  6 traces_by_id map<fixed64,GraphDebugInfo.StackTrace>
  2 traces map<string,GraphDebugInfo.StackTrace>
  5 name_to_trace_id map<string,fixed64>
GraphDebugInfo.FileLineCol
  1 file_index int32
  2 line int32
  3 col int32
  4 func string
  5 code string
GraphDebugInfo.StackTrace
  1 file_line_cols *GraphDebugInfo.FileLineCol
  2 frame_id *fixed64
SignatureDef
  1 inputs map<string,TensorInfo>
  2 outputs map<string,TensorInfo>
  3 method_name string
  4 defaults map<string,TensorProto>
TensorInfo
  1 name string |encoding
  4 coo_sparse TensorInfo.CooSparse |encoding
  5 composite_tensor TensorInfo.CompositeTensor |encoding
  2 dtype DataType
  3 tensor_shape TensorShapeProto
TensorInfo.CooSparse
  1 values_tensor_name string
  2 indices_tensor_name string
  3 dense_shape_tensor_name string
TensorInfo.CompositeTensor
  2 components *TensorInfo
AssetFileDef
  1 tensor_info TensorInfo
  2 filename string
SavedObjectGraph
  1 nodes *SavedObject
  2 concrete_functions map<string,SavedConcreteFunction>
SavedObject
  1 children *TrackableObjectGraph.TrackableObject.ObjectReference
  15 dependencies *TrackableObjectGraph.TrackableObject.ObjectReference
  4 user_object SavedUserObject |kind
  6 function SavedFunction |kind
  7 variable SavedVariable |kind
  8 bare_concrete_function SavedBareConcreteFunction |kind
  9 constant SavedConstant |kind
  10 resource SavedResource |kind
  13 registered_name string
  16 registered_saver string
TrackableObjectGraph.TrackableObject.ObjectReference
  1 node_id int32
  2 local_name string
SavedUserObject
  1 identifier string
  2 version VersionDef
  3 metadata string
SavedFunction
  1 concrete_functions *string
SavedVariable
  1 dtype DataType
  2 shape TensorShapeProto
  3 trainable bool
  6 name string
  7 device string
  8 experimental_distributed_variable_components *SavedVariable
SavedBareConcreteFunction
  1 concrete_function_name string
  2 argument_keywords *string
  3 allowed_positional_arguments int64
SavedConstant
  1 operation string
SavedResource
  1 device string
SavedConcreteFunction
  2 bound_inputs *int32
  3 canonicalized_input_signature StructuredValue
  4 output_signature StructuredValue
SavedMetadata
  1 nodes *SavedMetadata.SavedObject
SavedMetadata.SavedObject
  2 node_id int32
  3 node_path string
  4 identifier string
  5 metadata string
StructuredValue
  11 float64_value double |kind
  12 int64_value sint64 |kind
  13 string_value string |kind
  14 bool_value bool |kind
  31 tensor_shape_value TensorShapeProto |kind
  32 tensor_dtype_value DataType |kind
  33 tensor_spec_value TensorSpecProto |kind
  51 list_value ListValue |kind
  52 tuple_value TupleValue |kind
  53 dict_value DictValue |kind
  54 named_tuple_value NamedTupleValue |kind
  55 tensor_value TensorProto |kind
  56 numpy_value TensorProto |kind
TensorSpecProto
  1 name string
  2 shape TensorShapeProto
  3 dtype DataType
ListValue
  1 values *StructuredValue
TupleValue
  1 values *StructuredValue
DictValue
  1 fields map<string,StructuredValue>
NamedTupleValue
  1 name string
  2 values *PairValue
PairValue
  1 key string
  2 value StructuredValue
RunMetadata.FunctionGraphs
  1 partition_graphs *GraphDef
  3 post_optimization_graph GraphDef
"""
