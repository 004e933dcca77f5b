"""When each op ran in one measured step, as JSON: columns of equal length, in which names stand once and executions by numbers."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, Sequence, Tuple

from ..step_timeline import Ran, Timeline, longest_kept
from .column_checks import looked_up, texts
from .json_values import flag, items, number, record, refuse, shown, text, whole

_TIMELINE = ("duration_us", "threads", "nodes", "executed", "events", "left_out", "left_out_us")
_THREAD = ("name", "device")
_EVENTS = ("thread", "node", "executed", "start_us", "duration_us")
_DIGITS = 3
"""Times are written to the nanosecond: what the clocks of profilers tell."""


class _Numbers(Dict[Any, int]):
    """Numbers what it is asked for, from 0 in the order of asking."""

    def __missing__(self, key: Any) -> int:
        self[key] = len(self)
        return self[key]


def timeline_record(timeline: Timeline, names: Sequence[str]) -> Dict[str, Any]:
    """The timeline as the JSON has it; `names` are those of the graph's ops."""
    kept = longest_kept(timeline)
    threads, nodes, executed = _Numbers(), _Numbers(), _Numbers()
    columns: Dict[str, List[Any]] = {key: [] for key in _EVENTS}
    for ran in kept.ran:
        start = round(ran.start, _DIGITS)
        values = (
            threads[ran.thread], None if ran.row < 0 else nodes[names[ran.row]], executed[ran.name],
            start, round(ran.end - ran.start, _DIGITS),
        )  # fmt: skip
        for key, value in zip(_EVENTS, values):
            columns[key].append(value)
    return {
        "duration_us": round(kept.duration, _DIGITS),
        "threads": [
            {"name": kept.threads.get(thread, ""), "device": thread < 0} for thread in threads
        ],
        "nodes": list(nodes),
        "executed": list(executed),
        "events": columns,
        "left_out": kept.left_out,
        "left_out_us": round(kept.left_out_us, _DIGITS),
    }  # fmt: skip


def read_timeline(value: Any, names: Sequence[str], place: str) -> Timeline:
    """The timeline that `timeline_record` wrote of a graph whose ops have these `names`.

    Raises:
        LoadError: the record is not what the schema describes, or it tells of other ops than there are.
    """
    found = record(value, place, _TIMELINE)
    titles = _threads(items(found["threads"], f"{place}.threads"), f"{place}.threads")
    rows = looked_up(
        _texts(found, "nodes", place), {name: row for row, name in enumerate(names)}, f"{place}.nodes[{{}}]".format,
        "not the name of an op",
    )  # fmt: skip
    return Timeline(
        number(found["duration_us"], f"{place}.duration_us"),
        _executions(found["events"], list(titles), rows, _texts(found, "executed", place), f"{place}.events"),
        titles, whole(found["left_out"], f"{place}.left_out"), number(found["left_out_us"], f"{place}.left_out_us"),
    )  # fmt: skip


def _texts(found: Mapping[str, Any], key: str, place: str) -> List[str]:
    return texts(list(items(found[key], f"{place}.{key}")), f"{place}.{key}[{{}}]".format)


def _threads(listed: Sequence[Any], place: str) -> Dict[int, str]:
    """The names of threads by their numbers. Those of a device's streams are negative, as in `Ran`."""
    titles = {}
    for index, each in enumerate(listed):
        found = record(each, f"{place}[{index}]", _THREAD)
        on_device = flag(found["device"], f"{place}[{index}].device")
        titles[-1 - index if on_device else index] = text(found["name"], f"{place}[{index}].name")
    return titles


def _executions(
    value: Any, threads: Sequence[int], rows: Sequence[int], executed: Sequence[str], place: str
) -> Tuple[Ran, ...]:
    """The executions; `threads`, `rows` and `executed` are what the columns' numbers stand for."""
    found = record(value, place, _EVENTS)
    columns = [items(found[key], f"{place}.{key}") for key in _EVENTS]
    for key, column in zip(_EVENTS, columns):
        if len(column) != len(columns[0]):
            refuse(f"{place}.{key}", f"{len(column):,} values where {_EVENTS[0]} has {len(columns[0]):,}")
    ran = []
    for index, (thread, node, name, start, duration) in enumerate(zip(*columns)):
        row = -1 if node is None else rows[_below(node, len(rows), f"{place}.node[{index}]")]
        begin = number(start, f"{place}.start_us[{index}]")
        end = begin + number(duration, f"{place}.duration_us[{index}]")
        ran.append(
            Ran(
                row, executed[_below(name, len(executed), f"{place}.executed[{index}]")],
                threads[_below(thread, len(threads), f"{place}.thread[{index}]")], begin, end,
            )
        )  # fmt: skip
    return tuple(ran)


def _below(value: Any, count: int, place: str) -> int:
    """The number of one of `count` things."""
    if whole(value, place) >= count:
        refuse(place, f"{shown(value)}, but there {'is' if count == 1 else 'are'} {count:,} of these")
    return int(value)
