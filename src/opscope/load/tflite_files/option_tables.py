"""The tables of options of TensorFlow Lite's operators: which fields they have, in which order, with which defaults.

Format: the unions BuiltinOptions and BuiltinOptions2 of tflite/converter/schema/schema.fbs (google-ai-edge/LiteRT), and their tables. The order
of the tables is that of the union, which is how a file tells which one an operator has.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Dict, List, NamedTuple, Tuple

_FIRST = """
    Conv2D padding:padding stride_w:int stride_h:int fused_activation_function:activation dilation_w_factor:int=1
    dilation_h_factor:int=1 quantized_bias_type:dtype | DepthwiseConv2D padding:padding stride_w:int stride_h:int depth_multiplier:int
    fused_activation_function:activation dilation_w_factor:int=1 dilation_h_factor:int=1 | ConcatEmbeddings num_channels:int
    num_columns_per_channel:[int] embedding_dim_per_channel:[int] | LSHProjection type:projection | Pool2D padding:padding
    stride_w:int stride_h:int filter_width:int filter_height:int fused_activation_function:activation | SVDF rank:int
    fused_activation_function:activation asymmetric_quantize_inputs:bool | RNN fused_activation_function:activation
    asymmetric_quantize_inputs:bool | FullyConnected fused_activation_function:activation weights_format:weights keep_num_dims:bool
    asymmetric_quantize_inputs:bool quantized_bias_type:dtype | Softmax beta:float | Concatenation axis:int
    fused_activation_function:activation | Add fused_activation_function:activation pot_scale_int16:bool=1 | L2Norm
    fused_activation_function:activation | LocalResponseNormalization radius:int bias:float alpha:float beta:float | LSTM
    fused_activation_function:activation cell_clip:float proj_clip:float kernel_type:kernel asymmetric_quantize_inputs:bool |
    ResizeBilinear - - align_corners:bool half_pixel_centers:bool | Call subgraph:uint | Reshape new_shape:[int] | SkipGram
    ngram_size:int max_skip_size:int include_all_ngrams:bool | SpaceToDepth block_size:int | EmbeddingLookupSparse combiner:combiner |
    Mul fused_activation_function:activation | Pad | Gather axis:int batch_dims:int | BatchToSpaceND | SpaceToBatchND | Transpose |
    Reducer keep_dims:bool | Sub fused_activation_function:activation pot_scale_int16:bool=1 | Div
    fused_activation_function:activation | Squeeze squeeze_dims:[int] | SequenceRNN time_major:bool
    fused_activation_function:activation asymmetric_quantize_inputs:bool | StridedSlice begin_mask:int end_mask:int ellipsis_mask:int
    new_axis_mask:int shrink_axis_mask:int offset:bool | Exp | TopKV2 | Split num_splits:int | LogSoftmax | Cast in_data_type:dtype
    out_data_type:dtype | Dequantize | MaximumMinimum | ArgMax output_type:dtype | Less | Neg | PadV2 | Greater | GreaterEqual |
    LessEqual | Select | Slice | TransposeConv padding:padding stride_w:int stride_h:int fused_activation_function:activation
    quantized_bias_type:dtype | SparseToDense validate_indices:bool | Tile | ExpandDims | Equal | NotEqual | Shape out_type:dtype |
    Pow | ArgMin output_type:dtype | FakeQuant min:float max:float num_bits:int narrow_range:bool | Pack values_count:int axis:int |
    LogicalOr | OneHot axis:int | LogicalAnd | LogicalNot | Unpack num:int axis:int | FloorDiv | Square | ZerosLike | Fill |
    BidirectionalSequenceLSTM fused_activation_function:activation cell_clip:float proj_clip:float merge_outputs:bool
    time_major:bool=1 asymmetric_quantize_inputs:bool | BidirectionalSequenceRNN time_major:bool fused_activation_function:activation
    merge_outputs:bool asymmetric_quantize_inputs:bool | UnidirectionalSequenceLSTM fused_activation_function:activation
    cell_clip:float proj_clip:float time_major:bool asymmetric_quantize_inputs:bool diagonal_recurrent_tensors:bool | FloorMod | Range
    | ResizeNearestNeighbor align_corners:bool half_pixel_centers:bool | LeakyRelu alpha:float | SquaredDifference | MirrorPad
    mode:mirror | Abs | SplitV num_splits:int | Unique idx_out_type:dtype=2 | ReverseV2 | AddN | GatherNd | Cos | Where | Rank |
    ReverseSequence seq_dim:int batch_dim:int | MatrixDiag | Quantize | MatrixSetDiag | HardSwish | If then_subgraph_index:int
    else_subgraph_index:int | While cond_subgraph_index:int body_subgraph_index:int | DepthToSpace block_size:int |
    NonMaxSuppressionV4 | NonMaxSuppressionV5 | ScatterNd | SelectV2 | Densify | SegmentSum | BatchMatMul adj_x:bool adj_y:bool
    asymmetric_quantize_inputs:bool | Cumsum exclusive:bool reverse:bool | CallOnce init_subgraph_index:int | BroadcastTo | Rfft2d |
    Conv3D padding:padding stride_d:int stride_w:int stride_h:int fused_activation_function:activation dilation_d_factor:int=1
    dilation_w_factor:int=1 dilation_h_factor:int=1 | Hashtable table_id:int key_dtype:dtype value_dtype:dtype | HashtableFind |
    HashtableImport | HashtableSize | VarHandle container:text shared_name:text | ReadVariable | AssignVariable | Random seed:long
    seed2:long | Bucketize boundaries:[float] | Gelu approximate:bool | DynamicUpdateSlice | UnsortedSegmentProd | UnsortedSegmentMax
    | UnsortedSegmentMin | UnsortedSegmentSum | ATan2 | Sign | Bitcast | BitwiseXor | RightShift
"""
_SECOND = """
    StablehloConcatenate dimension:long | StablehloBroadcastInDim broadcast_dimensions:[long] | StablehloSlice start_indices:[long]
    limit_indices:[long] strides:[long] | StablehloConvolution window_strides:[long] padding:[long] lhs_dilation:[long]
    rhs_dilation:[long] window_reversal:[bool] input_batch_dimension:long input_feature_dimension:long input_spatial_dimensions:[long]
    kernel_input_feature_dimension:long kernel_output_feature_dimension:long kernel_spatial_dimensions:[long]
    output_batch_dimension:long output_feature_dimension:long output_spatial_dimensions:[long] feature_group_count:long
    batch_group_count:long precision_config:[uint] | StablehloCustomCall call_target_name:text has_side_effect:bool
    backend_config:text api_version:int called_computations:[int] custom_attributes:[byte] | StablehloReduce dimensions:[long]
    body_subgraph_index:int | StablehloScatter indices_are_sorted:bool update_window_dims:[long] inserted_window_dims:[long]
    scatter_dims_to_operand_dims:[long] index_vector_dim:long unique_indices:bool update_computation_subgraph_index:int |
    StablehloCompare comparison_direction:direction compare_type:comparison | StablehloDynamicSlice slice_sizes:[long] | StablehloPad
    edge_padding_low:[long] edge_padding_high:[long] interior_padding:[long] | StablehloIota iota_dimension:long | StablehloDotGeneral
    lhs_batching_dimensions:[long] rhs_batching_dimensions:[long] lhs_contracting_dimensions:[long] rhs_contracting_dimensions:[long]
    precision_config:[uint] | StablehloReduceWindow window_dimensions:[long] window_strides:[long] base_dilations:[long]
    window_dilations:[long] padding:[long] body_subgraph_index:int | StablehloSort dimension:long is_stable:bool
    comparator_subgraph_index:int | StablehloWhile cond_subgraph_index:int body_subgraph_index:int | StablehloGather
    offset_dims:[long] collapsed_slice_dims:[long] start_index_map:[long] index_vector_dim:long slice_sizes:[long]
    indices_are_sorted:bool | StablehloTranspose permutation:[long] | Dilate | StablehloRngBitGenerator algorithm:rng | ReduceWindow
    reduce_function:window | StableHLOComposite name:text decomposition_subgraph_index:int composite_attributes:[byte]
    composite_attributes_format:byte version:int | StablehloShiftLeft | StablehloCase branch_subgraph_indices:[int]
"""
"""Tables apart by ``|``, each its name (without ``Options``) and its fields: ``name:type=default``, ``-`` for one that is no longer used."""

ENUMS: Dict[str, Tuple[str, ...]] = {
    "padding": ("SAME", "VALID"),
    "activation": ("NONE", "RELU", "RELU_N1_TO_1", "RELU6", "TANH", "SIGN_BIT"),
    "kernel": ("FULL", "BASIC"),
    "weights": ("DEFAULT", "SHUFFLED4x16INT8"),
    "combiner": ("SUM", "MEAN", "SQRTN"),
    "mirror": ("REFLECT", "SYMMETRIC"),
    "projection": ("UNKNOWN", "SPARSE", "DENSE"),
    "rng": ("DEFAULT", "PHILOX", "THREEFRY"),
    "window": ("UNSUPPORTED", "ADD", "MUL", "MINIMUM", "MAXIMUM", "ALL", "ANY"),
    "direction": ("EQ", "NE", "GE", "GT", "LE", "LT"),
    "comparison": ("NOTYPE", "FLOAT", "FLOAT_TOTAL_ORDER", "SIGNED", "UNSIGNED"),
}
"""Type of a field -> what its numbers mean."""


class Option(NamedTuple):
    """One field of a table of options."""

    field: int
    name: str
    type: str
    default: int


@lru_cache(maxsize=None)
def option_tables(second: bool) -> List[List[Option]]:
    """The tables of a union, from the member 1 on."""
    return [_fields(entry.split()[1:]) for entry in (_SECOND if second else _FIRST).split("|")]


def _fields(words: List[str]) -> List[Option]:
    found = []
    for field, word in enumerate(words):
        if word != "-":
            name, _, kind = word.partition(":")
            kind, _, default = kind.partition("=")
            found.append(Option(field, name, kind, int(default or 0)))
    return found
