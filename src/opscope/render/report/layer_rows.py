"""The rows of the table of layers: one for each call, or one for a repeat, with the figures of all its copies."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import takewhile
from typing import TYPE_CHECKING, AbstractSet, Any, Iterator, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from ...graph.content import content_of
from ...graph.number_text import figure_text
from ...graph.quantities import TIME
from ...graph.vocabulary import chain
from ...layout.scene.labels import COPIES_DIFFER
from ...passes.differ import course
from ...passes.naming import copies_text, range_title
from .copy_figures import Figures, each
from .summary import layer_calls, outermost
from .text_columns import indented

if TYPE_CHECKING:
    from ...graph.graph import Graph
    from ...graph.types import TensorType
    from ...passes.listed import Listed
    from .copy_figures import CopyFigures


@dataclass(frozen=True)
class LayerRow:
    """A row of the table."""

    name: str
    """The name, indented below the layer around it."""
    cls: str
    shape: str
    source: str
    figures: Mapping[str, Any]
    """As in a row of `summarize`; of a repeat those of all copies together."""
    each: Mapping[str, Any] = field(default_factory=dict)
    """The figures of each copy, where all copies have the same."""
    paths: Tuple[str, ...] = ()
    """The groups that it is of; of siblings put together none."""
    notes: Tuple[str, ...] = ()
    """What is not the same in all copies."""
    is_made: bool = False
    """Whether it is no group, but siblings put together because they repeat together."""


class Rows(NamedTuple):
    """The rows of a table, and what it leaves out because it repeats."""

    rows: List[LayerRow]
    folded: int = 0
    """How many groups have no row of their own, since that of another copy stands for them."""


def every_row(rows: Sequence[Mapping[str, Any]]) -> Rows:
    """One row for each row of `summarize`."""
    names = indented([row["path"] for row in rows])
    return Rows([
        LayerRow(name, _class(row["class"] or row["kind"], [row["call"] or 1]), shapes(row["outputs"]), row["source"] or "", row, paths=(row["path"],))
        for name, row in zip(names, rows)
    ])  # fmt: skip


def folded_rows(graph: "Graph") -> Optional[Rows]:
    """One row for each group that `every_row` has, and one for all its copies where it repeats. ``None`` if nothing does."""
    from ...passes.listed import entries  # of graphs without repeats nothing is asked

    calls = layer_calls(graph)
    found = entries(graph, calls or frozenset(range(len(content_of(graph).groups))))
    listed = _listed(found, calls)
    if not any(len(found[index].groups) > 1 for index in listed):
        return None
    rows = _FoldedRows(graph, found, listed)
    return Rows([rows.row(index) for index in listed], sum(max(len(found[index].groups) - 1, 0) for index in listed))


def shapes(outputs: Sequence[Mapping[str, Any]]) -> str:
    """The shapes of the outputs; the dtype is named if it is not float32.

    >>> shapes([{"dtype": "float32", "shape": [None, 10]}, {"dtype": "int32", "shape": None}])
    '(None, 10), int32 (unknown)'
    """
    return ", ".join(_shape(output["dtype"], output["shape"]) for output in outputs)


def _shape(dtype: str, dims: Optional[Sequence[Optional[int]]]) -> str:
    shape = "(unknown)" if dims is None else str(tuple(dims))
    return shape if dtype == "float32" else f"{dtype} {shape}"


def _types(outputs: "Sequence[TensorType]") -> str:
    return ", ".join(_shape(output.dtype, output.shape) for output in outputs)


def _class(name: str, calls: Sequence[int]) -> str:
    """The class of a layer, with the number of the call from the second on; of copies that are calls of one layer, with all."""
    last = max(calls)
    if last == 1:
        return name
    return f"{name} (call {last})" if min(calls) == last else f"{name} (calls {min(calls)} … {last})"


def _listed(found: "Sequence[Listed]", calls: Set[int]) -> List[int]:
    """The entries that get a row: all layer calls, else the outer groups, as long as they are few; and what these repeat in."""
    if calls:
        chosen = {index for index, entry in enumerate(found) if entry.group in calls}
    else:
        children: List[List[int]] = [[] for _ in range(len(found) + 1)]
        for index, entry in enumerate(found):
            children[entry.parent].append(index)
        chosen = {index for index in outermost(children) if found[index].group >= 0}
    # A repeat without a row of its own gets one if several are in it, or another repeat: else it would not be told that these
    # repeat together. If one is in it, that one's row tells how often.
    held: List[List[int]] = [[] for _ in range(len(found) + 1)]
    for index in range(len(found) - 1, -1, -1):
        entry, inside = found[index], held[index]
        if entry.names and (len(inside) > 1 or (inside and found[inside[0]].names)):
            chosen.add(index)
        held[entry.parent] += [index] if index in chosen else inside
    return sorted(chosen)


class _FoldedRows:
    def __init__(self, graph: "Graph", found: "Sequence[Listed]", listed: Sequence[int]) -> None:
        self._graph, self._found = graph, found
        self._groups = content_of(graph).groups
        self._listed, self._figures = set(listed), Figures(graph)

    def row(self, index: int) -> LayerRow:
        """The row of an entry."""
        entry = self._found[index]
        groups = [self._groups[group] for group in entry.groups]
        find = self._figures
        copies = [find.of_group(group) for group in entry.groups] or [find.of_part(part) for part in entry.parts]
        places = [f"{group.source.file}:{group.source.line}" for group in groups if group.source]
        return LayerRow(
            "  " * sum(above in self._listed for above in self._around(index)) + self._name(index) + self._times(index),
            _class(groups[0].cls or groups[0].kind, [group.call or 1 for group in groups]) if groups else "",
            course([_types(group.outputs) for group in groups]) if groups else "",
            course(places) if places else "",
            find.together(copies), each(copies) if len(copies) > 1 else {}, tuple([group.path for group in groups]),
            tuple(self._notes(index, copies)), not groups,
        )  # fmt: skip

    def _around(self, index: int) -> Iterator[int]:
        """The entries around an entry, from the inside out."""
        parent = self._found[index].parent
        while parent >= 0:
            yield parent
            parent = self._found[parent].parent

    def _repeated(self, index: int) -> "Iterator[Listed]":
        """The stacks that the row of an entry tells of: its own, and those around it that have no row of their own."""
        if self._found[index].names:
            yield self._found[index]
        for above in takewhile(lambda each: each not in self._listed, self._around(index)):
            if self._found[above].names and self._found[index].only is None:
                yield self._found[above]

    def _times(self, index: int) -> str:
        """How often the entry repeats."""
        times, every = 1, len(self._found[index].parts)
        for stack in self._repeated(index):
            times *= len(stack.names)
        if times == 1:
            return ""
        return f"  ×{times:,}" + (f" ({every:,} in all)" if every > times else "")

    def _name(self, index: int) -> str:
        """What the copies are called below the layer around them."""
        entry = self._found[index]
        if entry.group < 0:
            # The name of siblings may be the first's and the last's already.
            return entry.names[0] if any("…" in name for name in entry.names) else range_title(entry.names)
        holding = frozenset(
            next((self._found[above].groups for above in self._around(index) if self._has_row(above)), ())
        )
        name = range_title([self._rest(group, holding) for group in entry.course or [entry.group]])
        return name if entry.only is None else f"{name} ({copies_text([entry.only])})"

    def _has_row(self, index: int) -> bool:
        return index in self._listed and self._found[index].group >= 0

    def _rest(self, group: int, holding: AbstractSet[int]) -> str:
        """The rest of a group's path, behind that of the group around it which is one of `holding`."""
        path = self._groups[group].path
        above = next((each for each in chain(self._groups, self._groups[group].parent) if each in holding), -1)
        before = f"{self._groups[above].path}/" if above >= 0 else ""
        return path[len(before) :] if path.startswith(before) else path

    def _notes(self, index: int, copies: Sequence[CopyFigures]) -> Iterator[str]:
        """What is not the same in all copies."""
        found = [words for stack in self._repeated(index) for words in stack.differences]
        if found:
            yield f"{COPIES_DIFFER}: {'; '.join(found)}"
        known = [
            one.measured.time_us for one in copies if one.measured is not None and one.measured.time_us is not None
        ]
        if 0 < len(known) < len(copies):
            yield f"time known of {len(known):,} of {len(copies):,} copies: {figure_text(TIME.field, sum(known))}"
