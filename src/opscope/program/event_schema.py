"""The parts of the schema of TensorBoard's event files that opscope reads, as text for `proto`.

Source: tensorflow/core/util/event.proto, tensorflow/core/framework/summary.proto, step_stats.proto and
tensorflow/core/protobuf/config.proto of TensorFlow 2.21. The field numbers are the same since 1.0; `function_graphs` came with 2.0.
Messages in messages are told as bytes where only their place in the file is looked for: a graph is parsed once it is chosen.
"""

from __future__ import annotations

EVENTS = """
Event
  1 wall_time double
  2 step int64
  3 file_version string |what
  4 graph_def bytes |what
  5 summary Summary |what
  8 tagged_run_metadata TaggedRunMetadata |what
  9 meta_graph_def bytes |what
Summary
  1 value *Summary.Value
Summary.Value
  1 tag string
  8 tensor TensorProto |value
  9 metadata SummaryMetadata
SummaryMetadata
  1 plugin_data SummaryMetadata.PluginData
SummaryMetadata.PluginData
  1 plugin_name string
TensorProto
  8 string_val *bytes
TaggedRunMetadata
  1 tag string
  2 run_metadata bytes
RunMetadata
  1 step_stats StepStats
  3 partition_graphs *GraphDef
  4 function_graphs *RunMetadata.FunctionGraphs
RunMetadata.FunctionGraphs
  1 partition_graphs *GraphDef
  2 pre_optimization_graph GraphDef
  3 post_optimization_graph GraphDef
GraphDef
StepStats
  1 dev_stats *DeviceStepStats
DeviceStepStats
  1 device string
  2 node_stats *NodeExecStats
NodeExecStats
  1 node_name string
  2 all_start_micros int64
  5 all_end_rel_micros int64
  6 memory *AllocatorMemoryUsed
  8 timeline_label string
  13 all_start_nanos int64
  16 all_end_rel_nanos int64
AllocatorMemoryUsed
  2 total_bytes int64
"""
