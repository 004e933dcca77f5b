"""What a measurement tells of programs of XLA that were measured as one piece: `Graph.measurement` has it as ``compiled``.

TensorFlow before 2.18 reports no instructions of compiled code. What it reports is the time of a program, and of no op in it.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

from .number_text import quantity_text

PROGRAMS_KEY = "compiled"
"""The key in a measurement. It is only there if there is such a program."""
_NAMED = 3


def measured_programs(measurement: Optional[Mapping[str, Any]]) -> List[Dict[str, Any]]:
    """The programs that were measured as one piece; empty if there is none.

    >>> measured_programs({"steps": 10}), measured_programs(None)
    ([], [])
    """
    return list((measurement or {}).get(PROGRAMS_KEY) or [])


def program_sentences(measurement: Optional[Mapping[str, Any]]) -> List[str]:
    """What is said of these programs, those that took longest first.

    >>> program_sentences({"compiled": [{"name": "step", "ops": 154, "time_us": 57500.0}]})
    ['XLA runs all that step computes (154 ops) as one program, of which TensorFlow reports one time, 57.5 ms: no op or layer in it has a time of its own']
    """
    found = measured_programs(measurement)
    said = [
        f"XLA runs all that {each['name']} computes ({each['ops']:,} op{'' if each['ops'] == 1 else 's'}) as one program, of which TensorFlow reports one time, "
        f"{quantity_text('time_us', each['time_us'])}: no op or layer in it has a time of its own"
        for each in found[:_NAMED]
    ]
    more = len(found) - _NAMED
    return [*said, f"so it does {more:,} more compiled function{'s' if more > 1 else ''}"] if more > 0 else said
