"""Finds the graphs in a record of an event file. What is around them is looked at field by field, and no graph is read yet.

Which plugin writes what: tensorflow/python/ops/summary_ops_v2.py (`trace_export`, `keras_model`, `graph`). Events of the kinds `graph_def`,
`meta_graph_def` and `tagged_run_metadata` are those of `tf.compat.v1.summary.FileWriter`, the first also of `tf.summary.graph`.
"""

from __future__ import annotations

import math
import struct
from dataclasses import dataclass, replace
from typing import Dict, Iterator, List, NamedTuple, Optional, Tuple

from ...graph.settings import kept_text
from ...program.event_schema import EVENTS
from ...program.proto import parse_schema
from ...program.wire import BYTES, FIXED64, VARINT, BrokenError, Field, fields, varint
from ..archives.packed_path import FilePlace
from .log_file import LogFile
from .log_records import LogRecord

GRAPH, META_GRAPH, KERAS_MODEL, TRACED, OPTIMISED, PARTITION, PROFILE = (
    "graph", "MetaGraphDef", "layers of Keras", "function as traced", "function as optimised",
    "what one device ran", "times of a step, on the run's graph",
)  # fmt: skip
"""The kinds of graphs, in words for users."""
AS_WRITTEN = frozenset({GRAPH, META_GRAPH, KERAS_MODEL, TRACED, PROFILE})
"""The kinds that the user's code made. What TensorFlow made of them is shown only if it is asked for, or if there is no other."""
FUNCTION = "function_"
"""How the part of a trace is called that is of one function, before its number."""
_MOST_FIELDS = 1_000_000
"""How many fields of a file are looked at. Only those of events with a graph count, and of events larger than 1 MB."""
_MOST_TOGETHER = 1000
"""Graphs that were measured at once: all of them are read to tell whose each time is. If there are more, no times are shown."""
_MOST_TEXT = 200
"""Characters of a tag that are kept."""
_NUMBERS = {message: {field.name: field.number for field in known} for message, known in parse_schema(EVENTS).items()}
_PLUGIN_KERAS, _PLUGIN_METADATA = "graph_keras_model", ("graph_run_metadata", "graph_run_metadata_graph")


class Extent(NamedTuple):
    """A place in a file."""

    start: int
    end: int


@dataclass(frozen=True)
class LoggedGraph:
    """One graph of a log, and where it is."""

    path: FilePlace
    record: LogRecord
    kind: str
    tag: str
    part: str
    """Which of several graphs with one tag: ``function_0``; empty if there is only one."""
    step: int
    wall_time: float
    graph: Optional[Extent]
    """Where the graph itself is; ``None`` if it is that of the run (`PROFILE`)."""
    stats: Optional[Extent] = None
    """Where the step statistics are that were measured on it."""
    measured_too: Tuple[Extent, ...] = ()
    """Where all graphs of its kind are that these statistics are of, itself included."""

    @property
    def size(self) -> int:
        """How many bytes the graph has."""
        return 0 if self.graph is None else self.graph.end - self.graph.start


class TooManyError(ValueError):
    """A file has more fields than are looked at."""


class Finder:
    """Finds the graphs in the records of one file."""

    def __init__(self, file: LogFile) -> None:
        self._file = file
        self._left = _MOST_FIELDS

    def graphs(self, record: LogRecord) -> List[LoggedGraph]:
        """The graphs in a record; none if it is no event. `TooManyError` after too many fields."""
        try:
            return self._of_event(record)
        except BrokenError:
            return []

    def _fields(self, place: Extent, message: str) -> Iterator[Tuple[str, Field]]:
        """The fields of a message of the schema, by name."""
        names = {number: name for name, number in _NUMBERS[message].items()}
        for field in fields(self._file, place.start, place.end):
            self._left -= 1
            if self._left < 0:
                raise TooManyError
            if field.number in names:
                yield names[field.number], field

    def _inside(self, place: Extent, message: str, name: str) -> List[Extent]:
        """Where the messages or texts called `name` are in a message."""
        return [
            Extent(field.start, field.end)
            for found, field in self._fields(place, message)
            if found == name and field.wire == BYTES
        ]

    def _text(self, place: Extent, message: str, name: str) -> str:
        places = self._inside(place, message, name)
        if not places:
            return ""
        start, end = places[-1]
        return kept_text(self._file.cut(start, min(end, start + 4 * _MOST_TEXT)).decode("utf-8", "replace"))[
            :_MOST_TEXT
        ]

    def _of_event(self, record: LogRecord) -> List[LoggedGraph]:
        time, step = -math.inf, 0
        what: Optional[Tuple[str, Extent]] = None
        for name, field in self._fields(Extent(*record), "Event"):
            if name == "wall_time" and field.wire == FIXED64:
                time = struct.unpack("<d", self._file.cut(field.start, field.end))[0]
            elif name == "step" and field.wire == VARINT:
                step = _int64(self._file.cut(field.start, field.end))
            elif field.wire == BYTES:
                what = (name, Extent(field.start, field.end))
        if what is None:
            return []
        event = _Event(self._file.path, record, step, time if math.isfinite(time) else -math.inf)
        name, place = what
        if name in ("graph_def", "meta_graph_def"):
            return [event.graph(GRAPH if name == "graph_def" else META_GRAPH, name, "", place)]
        if name == "tagged_run_metadata":
            tag = self._text(place, "TaggedRunMetadata", "tag")
            data = self._inside(place, "TaggedRunMetadata", "run_metadata")
            return self._of_run_metadata(event, tag, data[-1]) if data else []
        values = self._inside(place, "Summary", "value") if name == "summary" else []
        return [graph for value in values for graph in self._of_value(event, value)]

    def _of_value(self, event: "_Event", value: Extent) -> List[LoggedGraph]:
        """The graphs in a value of a summary, by the plugin that it is for."""
        found: Dict[str, Extent] = {}
        for name, field in self._fields(value, "Summary.Value"):
            if field.wire == BYTES:
                found[name] = Extent(field.start, field.end)
        if "metadata" not in found or "tensor" not in found:
            return []
        data = self._inside(found["metadata"], "SummaryMetadata", "plugin_data")
        plugin = self._text(data[-1], "SummaryMetadata.PluginData", "plugin_name") if data else ""
        if plugin != _PLUGIN_KERAS and plugin not in _PLUGIN_METADATA:
            return []
        content = self._inside(found["tensor"], "TensorProto", "string_val")
        tag = self._text(value, "Summary.Value", "tag")
        if not content:
            return []
        if plugin == _PLUGIN_KERAS:
            return [event.graph(KERAS_MODEL, tag, "", content[0])]
        return self._of_run_metadata(event, tag, content[0])

    def _of_run_metadata(self, event: "_Event", tag: str, place: Extent) -> List[LoggedGraph]:
        """The graphs of each function as it was traced and as it was optimised, what each device ran, and the times of a step."""
        measured = self._inside(place, "RunMetadata", "step_stats")
        stats = measured[-1] if measured and measured[-1].end > measured[-1].start else None
        functions = self._inside(place, "RunMetadata", "function_graphs")
        found = []
        for index, function in enumerate(functions):
            part = f"{FUNCTION}{index}"
            for name, kind, more in (
                ("pre_optimization_graph", TRACED, ""), ("post_optimization_graph", OPTIMISED, "/optimized"),
            ):  # fmt: skip
                graphs = self._inside(function, "RunMetadata.FunctionGraphs", name)
                found += [event.graph(kind, tag, part + more, graph) for graph in graphs[-1:]]
            graphs = self._inside(function, "RunMetadata.FunctionGraphs", "partition_graphs")
            found += [
                event.graph(PARTITION, tag, f"{part}/partition_{number}", graph) for number, graph in enumerate(graphs)
            ]
        if not functions:  # else they are those of the functions once more
            graphs = self._inside(place, "RunMetadata", "partition_graphs")
            found += [event.graph(PARTITION, tag, f"partition_{number}", graph) for number, graph in enumerate(graphs)]
        if stats is not None:
            found = _measured(found, stats)
            if not functions:
                found.append(event.graph(PROFILE, tag, "", None, stats))
        return found


class _Event(NamedTuple):
    """What all graphs of one event have."""

    path: FilePlace
    record: LogRecord
    step: int
    wall_time: float

    def graph(
        self, kind: str, tag: str, part: str, graph: Optional[Extent], stats: Optional[Extent] = None
    ) -> LoggedGraph:
        return LoggedGraph(self.path, self.record, kind, tag, part, self.step, self.wall_time, graph, stats)


def _measured(graphs: List[LoggedGraph], stats: Extent) -> List[LoggedGraph]:
    """The graphs of one run, each with the statistics, and with the others that these are of as well."""
    of_kind: Dict[str, List[Extent]] = {}
    for each in graphs:
        if each.graph is not None:
            of_kind.setdefault(each.kind, []).append(each.graph)
    together = {kind: tuple(extents) for kind, extents in of_kind.items() if len(extents) <= _MOST_TOGETHER}
    return [
        replace(each, stats=stats, measured_too=together[each.kind]) if each.kind in together else each
        for each in graphs
    ]


def _int64(data: bytes) -> int:
    """A varint as a number with a sign."""
    value = varint(data, 0, len(data))[0] & (1 << 64) - 1
    return value - (1 << 64) if value >> 63 else value
