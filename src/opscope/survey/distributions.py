"""How the models of a survey are distributed: over formats, versions, sizes; as bars, each with the rows that it stands for."""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from typing import Any, Callable, Dict, List, NamedTuple, Optional, Sequence

from ..graph.number_text import amount_text
from ..graph.quantities import OPERATIONS, SIZES
from .model_rows import ModelRow

_MOST_BARS = 12
"""Of more kinds the rarest are one bar."""
NOT_KNOWN = "not known"


class Bar(NamedTuple):
    """One bar."""

    label: str
    rows: List[int]


class Distribution(NamedTuple):
    """One chart."""

    title: str
    bars: List[Bar]


def distributions(rows: Sequence[ModelRow]) -> List[Distribution]:
    """The charts of a report, over the models that could be read; of nothing that no model tells."""
    read = [place for place, row in enumerate(rows) if row["error"] is None]
    charts = [
        Distribution("Format", _kinds(rows, read, lambda row: row.get("format"))),
        Distribution("TensorFlow", sorted(_kinds(rows, read, _version), key=_by_version)),
        Distribution("Size of the files", _steps(rows, read, "size", lambda value: amount_text(value, SIZES), _BYTES)),
        Distribution("Ops", _steps(rows, read, "ops", _count, _TENS)),
        Distribution("Parameters", _steps(rows, read, "parameters", _count, _TENS)),
        Distribution("FLOPs", _steps(rows, read, "flops", lambda value: amount_text(value, OPERATIONS), _TENS)),
        Distribution("Layers", _counted(rows, read, "layers")),
        Distribution("Op types", _counted(rows, read, "op_types")),
    ]
    return [chart for chart in charts if any(bar.label != NOT_KNOWN for bar in chart.bars)]


def _version(row: ModelRow) -> Optional[str]:
    """The minor version of the TensorFlow that wrote the file."""
    parts = str(row.get("tensorflow") or "").split(".")
    return ".".join(parts[:2]) if len(parts) > 1 else None


def _by_version(bar: Bar) -> Any:
    parts = bar.label.split(".")
    return (0, *map(int, parts)) if all(part.isdigit() for part in parts) else (1,)


def _kinds(rows: Sequence[ModelRow], read: Sequence[int], kind: Callable[[ModelRow], Optional[str]]) -> List[Bar]:
    found: Dict[str, List[int]] = defaultdict(list)
    for place in read:
        found[kind(rows[place]) or NOT_KNOWN].append(place)
    known = [Bar(label, places) for label, places in _most(found) if label != NOT_KNOWN]
    shown, rest = known[:_MOST_BARS], known[_MOST_BARS:]
    if rest:
        shown.append(
            Bar(
                "1 other" if len(rest) == 1 else f"{len(rest):,} others",
                sorted(place for bar in rest for place in bar.rows),
            )
        )
    return shown + ([Bar(NOT_KNOWN, found[NOT_KNOWN])] if NOT_KNOWN in found else [])


def _counted(rows: Sequence[ModelRow], read: Sequence[int], key: str) -> List[Bar]:
    """In how many models each of the commonest is."""
    found: Dict[str, List[int]] = defaultdict(list)
    for place in read:
        for name in rows[place].get(key) or {}:
            found[name].append(place)
    return [Bar(label, places) for label, places in _most(found)[:_MOST_BARS]]


def _most(found: Dict[str, List[int]]) -> "List[tuple[str, List[int]]]":
    return sorted(found.items(), key=lambda item: (-len(item[1]), item[0]))


def _steps(
    rows: Sequence[ModelRow], read: Sequence[int], key: str, text: Callable[[float], str], steps: Sequence[float]
) -> List[Bar]:
    """Bars from one step to the next, none left out between two that have rows; what is below the first, such as 0, is the first."""
    found: Dict[Optional[int], List[int]] = defaultdict(list)
    for place in read:
        value = rows[place].get(key)
        found[None if value is None else bisect_right(steps, value)].append(place)
    known = sorted(step for step in found if step is not None)
    between = range(known[0] or 1, known[-1] + 1) if known else range(0)
    bars = [Bar(f"from {text(steps[step - 1])}", found.get(step, [])) for step in between]
    least = [Bar(f"below {text(steps[0])}", found[0])] if 0 in found else []
    return least + bars + ([Bar(NOT_KNOWN, found[None])] if None in found else [])


_TENS = tuple(10.0**power for power in range(31))
_BYTES = tuple(number * 1024.0**power for power in range(1, 7) for number in (1, 10, 100))


def _count(value: float) -> str:
    for size, unit in ((1e9, " billion"), (1e6, " million")):
        if value >= size:
            return f"{value / size:,.0f}{unit}"
    return f"{value:,.0f}"
