"""The lines and tables of the summary that say where a step's time or FLOPs go, and which time no op explains."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Collection, Dict, List, Mapping, Optional, Sequence, Tuple

from ...graph.at_least import at_least_text
from ...graph.content import content_of
from ...graph.dispatch import Dispatch, dispatch_text
from ...graph.disturbance import disturbance, uncertain_words
from ...graph.measured_hosts import host_words
from ...graph.measured_programs import measured_programs, program_sentences
from ...graph.measured_runs import run_count
from ...graph.number_text import figure_text, percent_text, quantity_text
from ...graph.quantities import BYTES_MOVED, FLOPS, MACS, OF_FIELD, TIME, TIMES
from ...graph.step_parts import NOT_ATTRIBUTED, STEP_PARTS, of_profiled_step
from ...graph.uncertainty import uncertain
from ...graph.vocabulary import chain
from ...passes.overlay import given_times
from ...profile.tables import slowest_layers, tables
from .logged_lines import logged_lines
from .op_names import op_names
from .text_columns import TextColumn, table_lines

if TYPE_CHECKING:
    from ...graph.facts import ProfileFacts
    from ...graph.graph import Graph

_TITLES = {
    "layers": "top layers",
    "ops": "top ops",
    "op_types": "by op type",
    "sources": "by source line",
}
_NAMED = 5
"""How many names are listed of ops without a measurement, and of times without an op."""


def head(graph: "Graph") -> List[str]:
    """The lines about the measurement: the time of a step, its parts, and what could not be measured or attributed."""
    measurement = graph.measurement
    if not measurement:
        return []
    step, profiled = measurement["step_time_us"], measurement["profiled_step_time_us"]
    facts = graph.facts.get("profile")
    # Level 3 records all ops. At lower levels TensorFlow leaves out the ops that it takes for cheap.
    level = "; ops that TensorFlow rates cheap were not recorded" if (measurement["trace_level"] or 3) < 3 else ""
    parts = measurement["coverage"] or {}
    coverage = ", ".join(f"{words} {_part(parts.get(name))}" for name, words in STEP_PARTS.items())
    devices = ", ".join(measurement["devices"]) or "an unnamed device"
    took = f"{_time(step)} per unprofiled step{_spread(measurement)}{_overhead(step, profiled)}"
    return [
        f"measured on {devices}{_runs(measurement)} over {_steps(measurement, facts)}: {took}",
        *logged_lines(graph.facts.get("log_profile")),
        *([host_words(measurement)] if host_words(measurement) else []),
        *([graph.facts["own_run"]] if "own_run" in graph.facts else []),
        *_errors(measurement),
        *_disturbed(measurement, facts),
        f"{of_profiled_step(profiled)}: {coverage}{level}",
        *_gaps(facts, step, {each["name"] for each in measured_programs(measurement)}),
        *program_sentences(measurement),
        *slowest(graph),
        *_given(graph),
        *_dispatch(graph),
    ]


def _given(graph: "Graph") -> List[str]:
    """The layers with times of the user's own, which what is told by op does not have; empty if there are none."""
    given = given_times(graph)
    if not given:
        return []
    more = ", ..." if len(given) > _NAMED else ""
    named = ", ".join(f"{group.name} {_time(group.measured.time_us)}" for group in given[:_NAMED] if group.measured)
    return [f"given, not measured, and not in what is told by op: {named}{more}"]


def _spread(measurement: Dict[str, Any]) -> str:
    """How far unprofiled steps lie apart, or their medians in several runs; empty if that is not known."""
    spread = measurement.get("step_spread_us")
    between = " between runs" if run_count(measurement) > 1 else ""
    return "" if spread is None else f" (half interquartile range{between} {_time(spread)})"


def _runs(measurement: Dict[str, Any]) -> str:
    """How many runs there were, if there were several."""
    count = run_count(measurement)
    return f" in {count:,} runs, each in a fresh process," if count > 1 else ""


def _errors(measurement: Dict[str, Any]) -> List[str]:
    """What the errors are, where they are not those that a single run has."""
    return [uncertain_words(measurement)] if run_count(measurement) > 1 else []


def _disturbed(measurement: Dict[str, Any], facts: "Optional[ProfileFacts]") -> List[str]:
    """What is told of disturbed steps, and, if the measurement as a whole is disturbed, what used the processors."""
    said = disturbance(measurement)
    known = facts["processors"] if facts is not None and measurement.get("disturbed") else None
    return [*said[:-1], f"{said[-1]} ({known})"] if known else said


def slowest(graph: "Graph") -> List[str]:
    """Which layer took longest, of those whose time is known with its error. What may be equal is named together."""
    rows = slowest_layers(graph)
    if not rows:
        return []
    if len(rows) == 1:
        share = rows[0]["share"]
        said = f"slowest (own time): {rows[0]['name']}, {_figure(rows[0])}"
        return [said if share is None else f"{said}, {percent_text(share)} of the profiled step"]
    more = f" and {len(rows) - _NAMED:,} more" if len(rows) > _NAMED else ""
    names = ", ".join(f"{row['name']} {_figure(row)}" for row in rows[:_NAMED])
    return [f"slowest (own time), equal as far as the measurement tells: {names}{more}"]


def _dispatch(graph: "Graph") -> List[str]:
    """The layers of many small ops, each with what dispatch is estimated to cost beside its own time."""
    content = content_of(graph)
    dispatch = Dispatch(graph)
    found = [
        (index, dispatch.of(group.measured) if group.is_call else None) for index, group in enumerate(content.groups)
    ]
    costly = {index: time for index, time in found if time is not None}
    # Only the innermost: what is around them has the same dispatch.
    around = {above for index in costly for above in chain(content.groups, content.groups[index].parent)}
    told = sorted(((time, index) for index, time in costly.items() if index not in around), reverse=True)
    if not told:
        return []
    names = ", ".join(f"{content.groups[index].path} {dispatch_text(time)}" for time, index in told[:_NAMED])
    more = f" and {len(told) - _NAMED:,} more" if len(told) > _NAMED else ""
    return [f"many small ops, whose start costs more than they do: {names}{more}"]


def _figure(row: Dict[str, Any]) -> str:
    return figure_text(TIME.field, row["time_us"], row["error_us"])


def _overhead(step: Optional[float], profiled: Optional[float]) -> str:
    """How much longer the profiled steps took; empty if that is not known.

    >>> _overhead(100.0, 123.0), _overhead(100.0, 95.0)
    ('; profiled steps took 1.23 times as long', '; profiling overhead: none measurable')
    """
    if not step or not profiled:
        return ""
    times = f"{profiled / step:.2f}"
    longer = float(times) > 1
    return f"; profiled steps took {times} times as long" if longer else "; profiling overhead: none measurable"


def _gaps(facts: "Optional[ProfileFacts]", step: Optional[float], told: Collection[str]) -> List[str]:
    """Times without an op of the graph (from a thousandth of the step on), but for those `told` elsewhere; and ops without a time."""
    lines: List[str] = []
    if facts is None:
        return lines
    # Shorter times are not worth a line.
    times = facts["unattributed_us"]
    lost = {name: time for name, time in times.items() if time > (step or 0.0) / 1000 and name not in told}
    if lost:
        shown = ", ".join(f"{name} {_time(time)}" for name, time in list(lost.items())[:_NAMED])
        lines.append(f"time {NOT_ATTRIBUTED} to an op of the graph: {shown}")
    missing = facts["not_reported"]
    if missing:
        more = ", ..." if len(missing) > _NAMED else ""
        names = ", ".join(missing[:_NAMED]) + more
        lines.append(
            f"ran, but TensorFlow did not record them, so their time is unknown: {len(missing):,} ops ({names})"
        )
    return lines


def hot_rows(graph: "Graph") -> Dict[str, List[Dict[str, Any]]]:
    """The rows of `profile.tables.tables`, in which ops are called what the summary calls them."""
    found = tables(graph)
    if found:
        called = dict(zip(content_of(graph).table.names, op_names(graph)))
        # The row for the rest is no op.
        found["ops"] = [{**row, "name": called.get(row["name"], row["name"])} for row in found["ops"]]
    return found


def hot_tables(
    found: Dict[str, List[Dict[str, Any]]],
    longest: Optional[float] = None,
    width: Optional[int] = None,
    *,
    counted: bool = True,
) -> List[List[str]]:
    """A table each for layers, ops, op types and source lines, as lines, of the rows of `hot_rows`.

    Times are written in the unit that the time `longest` has. `counted` says whether the FLOPs of all ops count, as often as these run.
    """
    return [_table(name, rows, longest, width, counted=counted) for name, rows in found.items() if rows]


def _table(
    kind: str, rows: List[Dict[str, Any]], longest: Optional[float], width: Optional[int], *, counted: bool
) -> List[str]:
    """One table. Its first figure, by which the rows are ordered, is the time if times were measured, else FLOPs."""
    timed = rows[0][TIME.field] is not None
    ranked = TextColumn("rank", ["" if row["rank"] is None else str(row["rank"]) for row in rows], number=True)
    quantities = (TIME.field, FLOPS.field, MACS.field) if timed else (FLOPS.field, MACS.field, BYTES_MOVED.field)
    top = {TIME.field: longest}
    columns = [
        TextColumn(*amount(name, [row[name] for row in rows], top.get(name)), number=True) for name in quantities
    ]
    amounts = [at_least(column, name, rows) for column, name in zip(columns, quantities)]
    errors = error_column(rows, longest)
    if timed:
        amounts[0] = marked(amounts[0], rows)
    base = "of profiled step" if timed else "of all FLOPs" if counted else "of FLOPs counted"
    share = TextColumn(base, [_share(row["share"]) for row in rows], number=True)
    # A layer may be called once and its ops, together, run many times. What a row of ops counts is its ops' runs too.
    calls = TextColumn("op runs", ["" if row["calls"] is None else f"{row['calls']:,.0f}" for row in rows], number=True)
    intensity = TextColumn("FLOP/B", [_intensity(row) for row in rows], number=True)
    # Next to the first figure stands its share of the whole.
    order = [amounts[0], errors, share, calls, *amounts[1:]] if timed else [amounts[0], share, *amounts[1:], intensity]
    title = _TITLES[kind]
    if kind == "layers":
        title += f" (own {'time' if timed else 'FLOPs'}, without inner layers)"
    names = TextColumn(title, [row["name"] for row in rows], keep="end")
    return table_lines(
        [names, ranked, *order, TextColumn("source", [row["source"] or "" for row in rows], keep="end")], width
    )


def amount(field: str, values: Sequence[Optional[float]], largest: Optional[float] = None) -> Tuple[str, List[str]]:
    """A column of values in one unit: the unit, which is the column's title, and the values as text.

    The unit is the largest that the largest value reaches, or that `largest` does, for columns that share their unit. An unknown value is an empty text, unlike a value of 0.

    >>> amount("time_us", [3820.0, 2.3, 0.0, None])
    ('ms', ['3.820', '0.002', '0', ''])
    >>> amount("flops", [5.24e6, 203.0])
    ('MFLOP', ['5.24', '<0.01'])
    """
    top = max((value for value in [largest, *values] if value is not None), default=0.0)
    units = OF_FIELD[field].units
    # The largest unit that the largest value reaches, so that no number in the column is very long.
    unit = next((each for each in reversed(units) if top >= each.size), units[0])
    digits = 3 if units is TIMES else 0 if unit.size == 1.0 else 2
    return unit.name, [_amount(value, unit.size, digits) for value in values]


def at_least(column: TextColumn, name: str, rows: Sequence[Mapping[str, Any]]) -> TextColumn:
    """A column of estimates with ``≥`` before those of which some is not counted."""
    told = zip(column.cells, rows)
    return replace(
        column, cells=[at_least_text(cell) if cell and name in row.get("at_least", ()) else cell for cell, row in told]
    )


def error_column(rows: Sequence[Dict[str, Any]], longest: Optional[float]) -> TextColumn:
    """The errors of times, for the column beside them, in their unit and with their decimals. Empty if none is known."""
    top = max((row["time_us"] or 0.0 for row in rows), default=0.0)
    _, texts = amount(TIME.field, [row["error_us"] for row in rows], max(top, longest or 0.0))
    return TextColumn("±", texts, number=True)


def dispatches(rows: Sequence[Dict[str, Any]]) -> List[str]:
    """What dispatch is estimated to cost beside the time of layers with many small ops; empty for all others."""
    found = [row["estimated_dispatch_us"] for row in rows]
    return ["" if time is None else f"~{_time(time)}" for time in found]


def marked(times: TextColumn, rows: Sequence[Dict[str, Any]]) -> TextColumn:
    """A column of times with ``~`` before those that are uncertain."""
    cells = [
        f"~{text}" if text and uncertain(row["time_us"], row["error_us"]) else text
        for text, row in zip(times.cells, rows)
    ]
    return replace(times, cells=cells)


def _amount(value: Optional[float], size: float, digits: int) -> str:
    """A value in a unit of this size, with so many decimals. One that would be rounded to 0 is written as ``<0.01``."""
    if value is None:
        return ""
    least = 10.0**-digits
    if 0 < value / size < least / 2:
        return f"<{least:.{digits}f}"
    return f"{value / size:,.{digits}f}" if value else "0"


def _intensity(row: Dict[str, Any]) -> str:
    """Arithmetic intensity: FLOPs for each byte moved; of sums of which some is not counted it is not known."""
    return f"{row['flops'] / row['bytes']:.2f}" if row["flops"] and row["bytes"] and not row["at_least"] else ""


def _time(value: Optional[float]) -> str:
    return "unknown" if value is None else quantity_text("time_us", value)


def _part(value: Optional[float]) -> str:
    return "unknown" if value is None else percent_text(value)


def _share(value: Optional[float]) -> str:
    """A share in a column: always with one decimal, so that numbers align. What would be rounded to 0 is ``<0.1 %``.

    >>> _share(0.037), _share(0.0004), _share(0.0), _share(None)
    ('3.7 %', '<0.1 %', '0.0 %', '')
    """
    if value is None:
        return ""
    return "<0.1 %" if 0 < value < 0.0005 else f"{100 * value:.1f} %"


def _steps(measurement: Dict[str, Any], facts: "Optional[ProfileFacts]") -> str:
    """How many steps were profiled, and how many were asked for, if there are fewer because of their many events."""
    count, asked = measurement["steps"], facts["asked_steps"] if facts is not None else None
    fewer = f" (of the {asked:,} asked for, as they have many events)" if asked is not None else ""
    return f"{count:,} step{'' if count == 1 else 's'}{fewer}"
