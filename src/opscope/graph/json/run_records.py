"""Reads and checks what a measurement tells of several runs: a figure of each run, and the time of each op in each."""

from __future__ import annotations

from typing import Any, Callable, Dict, List

from ..measured_runs import OP_MEDIANS_KEY, OP_TIMES_KEY
from .json_values import flag, inside, items, number, number_or_none, record, refuse, text, whole, whole_or_none

_FIGURES: Dict[str, Callable[[Any, str], Any]] = {
    "steps": whole,
    "steps_kept": whole_or_none,
    "disturbed": lambda value, place: None if value is None else flag(value, place),
    "step_time_us": number_or_none,
    "profiled_step_time_us": number_or_none,
}
"""What there is a list of, with a value for each run."""
_BY_OP = (OP_TIMES_KEY, OP_MEDIANS_KEY)
"""What there is such a list of for each op."""


def runs(value: Any, place: str) -> None:
    """Check the runs of a measurement: there are several, and each list has a value for each of them."""
    record(value, place, ("count", *_FIGURES, *_BY_OP), more=True)
    count = whole(value["count"], f"{place}.count", low=2)
    for key, check in _FIGURES.items():
        for index, figure in enumerate(_of_each(value[key], f"{place}.{key}", count)):
            check(figure, f"{place}.{key}[{index}]")
    for key in _BY_OP:
        times = f"{place}.{key}"
        record(value[key], times, (), more=True)
        for name, figures in value[key].items():
            where = inside(times, text(name, f"{times}, a key"))
            for index, figure in enumerate(_of_each(figures, where, count)):
                number(figure, f"{where}[{index}]")


def _of_each(value: Any, place: str, count: int) -> List[Any]:
    found = items(value, place)
    if len(found) != count:
        refuse(place, f"{len(found):,} values where there are {count:,} runs")
    return found
