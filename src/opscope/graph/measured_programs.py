"""What a measurement tells of programs of XLA that were not measured op by op: `Graph.measurement` has it as ``compiled`` and ``untimed``.

TensorFlow before 2.18 reports no instructions of compiled code. What it reports is the time of a program, and of no op in it.
Newer versions report instructions, but some of these only start work that other threads do: how long that took is not told.
"""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Optional

from .number_text import quantity_text

PROGRAMS_KEY = "compiled"
"""The key in a measurement. It is only there if there is such a program."""
UNTIMED_KEY = "untimed"
"""The key of the names of ops whose work outlasts its events. It is only there if there is such an op."""
_NAMED = 3


def measured_programs(measurement: Optional[Mapping[str, Any]]) -> List[Dict[str, Any]]:
    """The programs that were measured as one piece; empty if there is none.

    >>> measured_programs({"steps": 10}), measured_programs(None)
    ([], [])
    """
    return list((measurement or {}).get(PROGRAMS_KEY) or [])


def untimed_ops(measurement: Optional[Mapping[str, Any]]) -> List[str]:
    """The names of the ops in compiled code whose times are not known, since their work outlasts its events; empty if there are none.

    >>> untimed_ops({"steps": 10}), untimed_ops({"untimed": ["Conv2D"]})
    ([], ['Conv2D'])
    """
    return list((measurement or {}).get(UNTIMED_KEY) or [])


def program_sentences(measurement: Optional[Mapping[str, Any]]) -> List[str]:
    """What is said of these programs, those that took longest first, and of ops without a time.

    >>> program_sentences({"compiled": [{"name": "step", "ops": 154, "time_us": 57500.0}]})
    ['XLA runs all that step computes (154 ops) as one program, of which TensorFlow reports one time, 57.5 ms: no op or layer in it has a time of its own']
    >>> program_sentences({"untimed": ["Conv2D"]})
    ['XLA works on 1 op on other threads after its event has ended (Conv2D): how long it took is not known, so neither is the time of a layer with it, nor which layer is the slowest']
    """
    found = measured_programs(measurement)
    said = [
        f"XLA runs all that {each['name']} computes ({each['ops']:,} op{'' if each['ops'] == 1 else 's'}) as one program, of which TensorFlow reports one time, "
        f"{quantity_text('time_us', each['time_us'])}: no op or layer in it has a time of its own"
        for each in found[:_NAMED]
    ]
    more = len(found) - _NAMED
    if more > 0:
        said.append(f"so it does {more:,} more compiled function{'s' if more > 1 else ''}")
    return [*said, *_untimed_words(untimed_ops(measurement))]


def _untimed_words(names: List[str]) -> List[str]:
    """What is said of ops whose times are not known; empty if there are none."""
    if not names:
        return []
    named = ", ".join(names[:_NAMED]) + (", ..." if len(names) > _NAMED else "")
    they, their, them = (
        ("it", "its event has", "it") if len(names) == 1 else ("they", "their events have", "one of them")
    )
    works = (
        f"XLA works on {len(names):,} op{'' if len(names) == 1 else 's'} on other threads after {their} ended ({named})"
    )
    unknown = f"how long {they} took is not known, so neither is the time of a layer with {them}, nor which layer is the slowest"
    return [f"{works}: {unknown}"]
