"""Finds the rows that `Graph.ops` and `Graph.layers` return: those that fulfil all given conditions.

The conditions run over whole columns, the cheap ones first, and no `Op` is made for a row. A condition that names one
thing (a layer, a group, a phase) is an error if that thing does not exist. A condition that describes ops (type, dtype,
name, source) may match nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Callable, Dict, List, Optional, Sequence, Tuple, Union

from ...errors import InputError
from ...graph.content import content_of
from ..matches import Patterns, find_group, fits, inside, layers_called
from ..types import Source
from ..vocabulary import PHASES, phases

if TYPE_CHECKING:
    from ..graph import Graph
    from ..groups import Group

Place = Union[str, Source]
"""A file, ``file:line``, or the `Source` of an op."""


@dataclass(frozen=True)
class OpFilter:
    """The conditions of `Graph.ops`; ``None`` means no condition. `layer` is a path, object path or name."""

    type: Optional[Patterns] = None
    dtype: Optional[Patterns] = None
    layer: Optional[str] = None
    layer_class: Optional[Patterns] = None
    group: Optional[str] = None
    phase: Optional[str] = None
    dead: Optional[bool] = None
    source: Optional[Place] = None
    name: Optional[Patterns] = None

    def rows(self, graph: Graph) -> Sequence[int]:
        """The rows of the ops that fulfil all conditions, in the order of the table."""
        table = content_of(graph).table
        rows: Sequence[int] = range(len(table))
        if self.type is not None:
            types = set(filter(fits(self.type), set(table.ops)))
            rows = [row for row in rows if table.ops[row] in types]
        if self.dtype is not None:
            rows = _of_dtype(graph, rows, self.dtype)
        chosen = self._wanted_groups(graph)
        if chosen is not None:
            # A loose op has group -1. Index -1 is the last entry of `chosen`, which is false.
            rows = [row for row in rows if chosen[content_of(graph).node_group[row]]]
        if self.dead is not None:
            rows = _dead_or_alive(graph, rows, dead=self.dead)
        if self.source is not None:
            at, sources = _is_at(self.source), content_of(graph).sources
            rows = [row for row in rows if row in sources and at(sources[row])]
        if self.name is not None:
            fit = fits(self.name)
            rows = [row for row in rows if fit(table.names[row])]
        return rows

    def _wanted_groups(self, graph: Graph) -> Optional[List[bool]]:
        """For each group whether its ops are wanted, and at the end the same for loose ops: they never are.

        ``None`` if there is no condition on groups.
        """
        kept: List[List[bool]] = []
        if self.layer is not None:
            kept.append(inside(graph, layers_called(graph, self.layer)))
        if self.layer_class is not None:
            fit = _of_class(self.layer_class)
            kept.append(inside(graph, [index for index, group in enumerate(content_of(graph).groups) if fit(group)]))
        if self.group is not None:
            kept.append(inside(graph, [find_group(graph, self.group)]))
        if self.phase is not None:
            kept.append(_in_phase(graph, self.phase))
        return [all(each) for each in zip(*kept)] + [False] if kept else None


@dataclass(frozen=True)
class LayerFilter:
    """The conditions of `Graph.layers`; ``None`` means no condition."""

    name: Optional[Patterns] = None
    class_name: Optional[Patterns] = None
    phase: Optional[str] = None
    source: Optional[Place] = None

    def rows(self, graph: Graph) -> Sequence[int]:
        """The indices of the groups that are calls and fulfil all conditions, parents before their children."""
        groups = content_of(graph).groups
        rows = [index for index, group in enumerate(groups) if group.is_call]
        if self.name is not None:
            fit = fits(self.name)
            rows = [index for index in rows if fit(groups[index].name) or fit(groups[index].path)]
        if self.class_name is not None:
            of_class = _of_class(self.class_name)
            rows = [index for index in rows if of_class(groups[index])]
        if self.phase is not None:
            within = _in_phase(graph, self.phase)
            rows = [index for index in rows if within[index]]
        if self.source is not None:
            at = _is_at(self.source)
            places = [(index, groups[index].source) for index in rows]
            rows = [index for index, place in places if place is not None and at(place)]
        return rows


def _of_dtype(graph: Graph, rows: Sequence[int], dtype: Patterns) -> List[int]:
    """The rows whose first output has a dtype that matches.

    Many ops share one tuple of output types, so each distinct tuple is checked once and found again by its `id`.
    """
    fit, outputs = fits(dtype), content_of(graph).table.outputs
    distinct = {id(types): types for types in outputs}
    fitting = {key for key, types in distinct.items() if types and fit(types[0].dtype)}
    return [row for row in rows if id(outputs[row]) in fitting]


def _dead_or_alive(graph: Graph, rows: Sequence[int], *, dead: bool) -> Sequence[int]:
    """The rows of the dead ops, or of the others."""
    if not isinstance(dead, bool):
        raise InputError(f"dead is {dead!r}; give True for dead ops, False for all others")
    flags = content_of(graph).dead
    if not flags:
        return [] if dead else rows
    return [row for row in rows if bool(flags[row]) is dead]


def _of_class(pattern: Patterns) -> Callable[[Group], bool]:
    """Whether a group is a call of a class that matches. For ``models.Encoder``, a match of ``Encoder`` is enough."""
    fit = fits(pattern)
    return lambda group: (
        group.is_call and group.cls is not None and (fit(group.cls) or fit(group.cls.rpartition(".")[2]))
    )


def _in_phase(graph: Graph, phase: str) -> List[bool]:
    """For each group whether it is or lies in this phase."""
    if phase not in PHASES:
        raise InputError(f"phase is {phase!r}; give one of {', '.join(PHASES)}")
    return [each == phase for each in phases(content_of(graph).groups)]


def _is_at(place: Place) -> Callable[[Source], bool]:
    """Whether a source lies in the file (given by its path or the end of it), and on the line if one is given."""
    if isinstance(place, Source):
        # File and line: the function need not be the same.
        return lambda source: source[:2] == place[:2]
    if not place or not isinstance(place, str):
        raise InputError(f"source is {place!r}; give a file such as 'model.py', or 'model.py:12'")
    file, line = _file_and_line(place)
    # Few files have all the lines, so each file's name is compared once.
    known: Dict[str, bool] = {}

    def at(source: Source) -> bool:
        if line is not None and source.line != line:
            return False
        if source.file not in known:
            # With a slash in front of both, "b.py" does not match the end of "ab.py", but that of "a/b.py".
            known[source.file] = f"/{_slashes(source.file)}".endswith(f"/{file}")
        return known[source.file]

    return at


def _file_and_line(place: str) -> Tuple[str, Optional[int]]:
    """The two parts of ``model.py:12``; the line may be missing.

    >>> _file_and_line("model.py:12"), _file_and_line("model.py")
    (('model.py', 12), ('model.py', None))
    """
    file, _, line = place.rpartition(":")
    return (_slashes(file), int(line)) if file and line.isdecimal() else (_slashes(place), None)


def _slashes(file: str) -> str:
    """A path with slashes, as a path from Windows may have backslashes."""
    return file.replace("\\", "/")
