"""The parts of the XPlane and XLA schemas that opscope reads, as text for `program.proto`.

An indented line is a field of the message above: its number, its name, its type (with a ``*`` if it is repeated), and behind a ``|`` its oneof.

Source: tsl/profiler/protobuf/xplane.proto of TensorFlow 2.21. The field numbers are the same since 2.4. TensorFlow has
a Python module for this schema too, but its place changes between versions, so we do not use it. The names of events
and stats are declared as bytes, so that one that is not UTF-8 does not make the file unreadable.
"""

from __future__ import annotations

XPLANE = """
XSpace
  1 planes *XPlane
XPlane
  1 id int64
  2 name string
  3 lines *XLine
  4 event_metadata map<int64,XEventMetadata>
  5 stat_metadata map<int64,XStatMetadata>
XLine
  1 id int64
  2 name string
  3 timestamp_ns int64
  4 events *XEvent
XEvent
  1 metadata_id int64
  2 offset_ps int64 |data
  5 num_occurrences int64 |data
  3 duration_ps int64
  4 stats *XStat
XStat
  1 metadata_id int64
  2 double_value double |value
  3 uint64_value uint64 |value
  4 int64_value int64 |value
  5 str_value bytes |value
  6 bytes_value bytes |value
  7 ref_value uint64 |value
XEventMetadata
  1 id int64
  2 name bytes
  4 display_name bytes
  5 stats *XStat
XStatMetadata
  1 id int64
  2 name bytes
"""

HLO = """
HloProto
  1 hlo_module HloModule
HloModule
  1 name string
  3 computations *HloComputation
HloComputation
  2 instructions *HloInstruction
  5 id int64
HloInstruction
  1 name string
  2 opcode string
  7 metadata OpMetadata
  35 id int64
  36 operand_ids *int64
  38 called_computation_ids *int64
OpMetadata
  1 op_type string
  2 op_name string
"""
"""The part of XLA's schema that says which op an instruction came from: xla/service/hlo.proto, and `OpMetadata` of
xla/xla_data.proto."""
