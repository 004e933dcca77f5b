"""The keys of the JSON's records, for every version of the format that is read. `Graph` is written in the newest one."""

from __future__ import annotations

from typing import Dict, NamedTuple, Tuple

Keys = Tuple[str, ...]


class Version(NamedTuple):
    """The records whose keys differ from version to version. All other records have the same keys in all versions."""

    graph: Keys
    cost: Keys
    measured: Keys
    measurement: Keys
    input_of_argument: Keys
    """What the input of an `_Arg` may have beside the keys of every input."""
    group: Keys
    """What a group may have beside the keys of every group."""
    more: Keys = ()
    """What the graph may have beside its own keys."""


ELEMENT_KEY = "element"
SETTINGS_KEY, DEFINED_IN_KEY = "settings", "defined_in"
OUTPUTS_KEY, EXECUTED_KEY, TIMELINE_KEY = "outputs", "executed", "timeline"
_GRAPH = ("format", "version", "name", "producer", "nodes", "groups", "variables", "measurement")
VERSIONS: Dict[int, Version] = {
    1: Version(
        _GRAPH,
        ("flops", "bytes", "per"),
        ("time_us", "busy_us", "calls", "memory_bytes", "fused"),
        ("steps", "step_time_us", "profiled_step_time_us", "attributed", "coverage", "trace_level", "device"),
        (),
        (),
    ),
    2: Version(
        (*_GRAPH, "cost"),
        ("flops", "macs", "bytes", "per"),
        ("time_us", "spread_us", "error_us", "busy_us", "device_us", "calls", "memory_bytes", "fused"),
        (
            "steps", "steps_kept", "disturbed", "step_time_us", "step_spread_us", "profiled_step_time_us", "attributed",
            "coverage", "trace_level", "devices",
        ),
        (ELEMENT_KEY,),
        (SETTINGS_KEY, DEFINED_IN_KEY),
        (OUTPUTS_KEY, EXECUTED_KEY, TIMELINE_KEY),
    ),
}  # fmt: skip
JSON_FORMAT = "opscope"
JSON_VERSION = max(VERSIONS)
"""The version that is written."""
GRAPH_COST: Keys = (
    "batch", "per_sample", "flops", "macs", "bytes", "peak_activation_bytes", "without_formula", "unknown_shape", "loops",
)  # fmt: skip
"""The keys that the costs of the whole graph have in any file. Version 1 has no such record."""
MORE_GRAPH_COST: Keys = ("loops_at_most", "per", "fixed_flops")
"""Keys of it that opscope writes and a file of another program may leave out. All are fields of `GraphCost`."""
