"""What a measurement tells of memory that was really used in a step: `Graph.measurement` has it as ``memory``.

It is a list with an entry for each allocator, that with the highest peak first; docs/json.md defines the keys of an entry.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

MEMORY_KEY = "memory"
"""The key in a measurement. It is only there if allocations were recorded."""
FIRST_HOST_KEY = "host"
"""In an entry, of many hosts, the name of the one that it is of: the first. That of the others is not told."""
MEMORY_TIMES, MEMORY_CHANGES, MEMORY_NODES = "time_us", "change_bytes", "node"
"""The keys of the curve: when memory was taken or given back, how many bytes (negative where they were given back), and whose they are."""
CURVE_KEYS = (MEMORY_TIMES, MEMORY_CHANGES, MEMORY_NODES)


def measured_memory(measurement: Optional[Mapping[str, Any]]) -> List[Dict[str, Any]]:
    """The entries of the allocators; empty if no allocation was recorded.

    >>> measured_memory({"memory": [{"allocator": "mklcpu"}]}), measured_memory({"steps": 10}), measured_memory(None)
    ([{'allocator': 'mklcpu'}], [], [])
    """
    return list((measurement or {}).get(MEMORY_KEY) or [])


def live_bytes(entry: Mapping[str, Any]) -> List[int]:
    """The curve of an entry as levels: how many bytes of the step's own are alive after each change.

    >>> live_bytes({"change_bytes": [100, 50, -100]})
    [100, 150, 50]
    """
    now, levels = 0, []
    for change in entry[MEMORY_CHANGES]:
        now += change
        levels.append(now)
    return levels


def without_curve(entries: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """The entries without their curves, of which few readers of a summary ask."""
    return [{key: value for key, value in entry.items() if key not in CURVE_KEYS} for entry in entries]
