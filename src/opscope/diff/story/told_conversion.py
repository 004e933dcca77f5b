"""What is told where a tool made one graph of the other: what was fused, written out, folded, left out and put in."""

from __future__ import annotations

from itertools import groupby
from typing import Dict, Iterator, List, Sequence, Tuple

from ...graph.vocabulary import CONSTANTS, ENDS, FUNCTION_CALLS, HANDLES, layer_class
from ..conversion.conversion import (
    CONVERTED,
    ELIMINATED,
    EXPANDED,
    FOLDED,
    FUSED,
    INTRODUCED,
    REWRITTEN,
    Conversion,
    ConversionStep,
)
from ..conversion.dataflow import VALUE_READS
from ..conversion.dialects import Dialect, dialect
from ..model import StoryEntry
from .batch_norm import BATCH_NORM, batch_norms
from .evidence import Evidence
from .told_pairs import ToldPairs

_CALL, _UNUSED = "function call", "unused op"
_MOST_KINDS = 4


class ToldConversion:
    """Tells of a conversion, always from the graph as it was written to the converted one."""

    def __init__(self, evidence: Evidence, conversion: Conversion) -> None:
        self._evidence, self._conversion = evidence, conversion
        self._one, self._two = 1 - conversion.converted, conversion.converted
        self._explained = conversion.explained
        self._norms = batch_norms(evidence.sides[self._one])

    def entries(self) -> List[StoryEntry]:
        """All entries, from `a` to `b`."""
        told = [
            *self._steps(), *self._left_out(), *self._folded_variables(), *ToldPairs(self._evidence, self._conversion).entries(),
            *self._unexplained(), *self._lone_variables(),
        ]  # fmt: skip
        return told if self._two else [entry.reversed() for entry in told]

    def _names(self, side: int, rows: Sequence[int]) -> Tuple[str, ...]:
        return tuple([self._evidence.sides[side].table.names[row] for row in rows])

    def _ops(self, side: int, rows: Sequence[int]) -> List[str]:
        return [self._evidence.sides[side].table.ops[row] for row in rows]

    def _steps(self) -> Iterator[StoryEntry]:
        """Steps of one kind with the same ops together."""
        alike: Dict[Tuple[str, Tuple[str, str]], List[ConversionStep]] = {}
        for step in self._conversion.steps:
            labels = self._written_as(step.written), _joined(_computing(self._ops(self._two, step.converted)))
            if step.kind in (FUSED, EXPANDED, REWRITTEN):
                alike.setdefault((step.kind, labels), []).append(step)
            elif step.kind == CONVERTED and self._ops(self._one, step.written) != self._ops(self._two, step.converted):
                alike.setdefault((CONVERTED, ("", "")), []).append(step)
            elif step.kind == FOLDED:
                yield from self._folded(step)
        for (kind, labels), steps in alike.items():
            rows = [row for step in steps for row in step.written]
            others = [row for step in steps for row in step.converted]
            if kind == CONVERTED:
                pairs = list(dict.fromkeys(zip(self._ops(self._one, rows), self._ops(self._two, others))))
                labels = _listed([pair[0] for pair in pairs]), _listed([pair[1] for pair in pairs])
            cost = len(rows) if kind == CONVERTED else len(steps)
            yield StoryEntry(
                kind, "op", self._names(self._one, rows), self._names(self._two, others), len(rows), cost, labels=labels
            )

    def _written_as(self, rows: Sequence[int]) -> str:
        """The ops of a step; those that are a batch norm together."""
        types = [BATCH_NORM if row in self._norms else op for row, op in zip(rows, self._ops(self._one, rows))]
        return _joined(types)

    def _folded(self, step: ConversionStep) -> Iterator[StoryEntry]:
        """The ops that compute of constants, and constants that are no more. Where variables are told, it follows from these."""
        gone = step.written
        made = [row for row in step.converted if self._evidence.sides[self._two].table.ops[row] in CONSTANTS]
        if gone:
            names = self._names(self._one, gone), self._names(self._two, made)
            yield StoryEntry("folded", "op", *names, len(gone), 0 if self._held() else max(len(made), 1))

    def _left_out(self) -> Iterator[StoryEntry]:
        """What only hands on, by type. Arguments and results of a function that was put in the place of its call follow from that."""
        for side, kind in ((self._one, ELIMINATED), (self._two, INTRODUCED)):
            rows = [
                row
                for step in self._conversion.steps
                if step.kind == kind
                for row in (step.written if side == self._one else step.converted)
            ]
            alike: Dict[str, List[int]] = {}
            for row, op in zip(rows, self._ops(side, rows)):
                unused = row in self._conversion.unused[side] and op not in ENDS
                alike.setdefault(
                    _UNUSED if unused else _CALL if op in FUNCTION_CALLS else layer_class(op) or op, []
                ).append(row)
            for label, found in alike.items():
                names = self._names(side, found)
                yield StoryEntry(
                    kind, "op", () if side == self._two else names, names if side == self._two else (), len(found),
                    0 if label in ENDS else len(found), labels=("", label) if side == self._two else (label, ""),
                )  # fmt: skip

    def _held(self) -> List[str]:
        """The variables whose values are constants of the converted graph."""
        side, other = self._evidence.sides[self._one], self._evidence.sides[self._two]
        folded = {row for step in self._conversion.steps if step.kind == FOLDED for row in step.written}
        if not any(step.kind == FOLDED for step in self._conversion.steps) or dialect(side) >= Dialect.LITE:
            return []
        told = {number for row, number in side.content.handles.items() if row in folded}
        explained = self._explained[self._one]
        for group, rows in zip(side.groups, self._evidence.members[self._one]):
            if (
                any(layer_class(side.table.ops[row]) and row in explained for row in rows)
                and dialect(other) > Dialect.WITH_VARIABLES
            ):
                told.update(group.variables)
        return [variable.object_path for variable in side.variables if variable.id in told]

    def _folded_variables(self) -> Iterator[StoryEntry]:
        held = tuple(self._held())
        if held:
            made = [
                row
                for step in self._conversion.steps
                if step.kind == FOLDED
                for row in step.converted
                if self._evidence.sides[self._two].table.ops[row] in CONSTANTS
            ]
            yield StoryEntry("folded", "variable", held, self._names(self._two, made), 0, len(held))

    def _unexplained(self) -> Iterator[StoryEntry]:
        """Ops of one graph of which nothing is known, by the group that they are in."""
        for side, kind in ((self._one, "removed"), (self._two, "inserted")):
            handles = self._evidence.sides[side].content.handles  # told as variables
            rows = [
                row
                for row, other in enumerate(self._evidence.nodes[side])
                if other < 0 and row not in self._explained[side] and row not in handles
            ]
            homes: Dict[int, List[int]] = {}
            for row in rows:
                homes.setdefault(self._evidence.sides[side].group_of[row], []).append(row)
            alike: Dict[Tuple[str, ...], List[int]] = {}
            for found in homes.values():
                alike.setdefault(tuple(self._ops(side, found)), []).extend(found)
            for types, found in alike.items():
                names = self._names(side, found)
                label = types[0] if len(set(types)) == 1 else ""
                yield StoryEntry(
                    kind, "op", () if side == self._two else names, names if side == self._two else (), len(found), len(found),
                    labels=("", label) if side == self._two else (label, ""),
                )  # fmt: skip

    def _lone_variables(self) -> Iterator[StoryEntry]:
        held = set(self._held())
        for side, kind in ((self._one, "removed"), (self._two, "inserted")):
            explained, nodes = self._explained[side], self._evidence.nodes[side]
            handles = self._evidence.sides[side].content.handles
            has_others = side == self._two and dialect(self._evidence.sides[side]) <= Dialect.WITH_VARIABLES
            told = {
                number for row, number in handles.items() if (row in explained or nodes[row] >= 0) and not has_others
            }
            for variable, other in zip(self._evidence.sides[side].variables, self._evidence.variables[side]):
                if other < 0 and variable.id not in told and variable.object_path not in held:
                    name = (variable.object_path,)
                    yield StoryEntry(
                        kind, "variable", () if side == self._two else name, name if side == self._two else ()
                    )


def _computing(ops: Sequence[str]) -> List[str]:
    """Ops without those that only give or read a value."""
    return [op for op in ops if op not in _GIVING] or list(ops)


_GIVING = CONSTANTS | HANDLES | VALUE_READS | ENDS | {"NoOp"}


def _joined(types: Sequence[str]) -> str:
    """Ops in the order of the flow, each of a row of equal ones once: ``Conv2D + BiasAdd + Relu``."""
    names = [layer_class(op) or op for op, _ in groupby(types)]
    return " + ".join(names[:_MOST_KINDS]) + (f" + {len(names) - _MOST_KINDS} more" if len(names) > _MOST_KINDS else "")


def _listed(types: Sequence[str]) -> str:
    names = [layer_class(op) or op for op in types]
    return ", ".join(names[:_MOST_KINDS]) + (
        f" and {len(names) - _MOST_KINDS} more" if len(names) > _MOST_KINDS else ""
    )
