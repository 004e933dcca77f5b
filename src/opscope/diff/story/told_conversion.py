"""What is told where a tool made one graph of the other: what was fused, written out, folded, left out, put in, and is of another type of number."""

from __future__ import annotations

from itertools import groupby
from typing import Dict, Hashable, Iterator, List, Sequence, Tuple

from ...graph.lite_ops import as_tensorflow
from ...graph.vocabulary import CONSTANTS, ENDS, FED, FUNCTION_CALLS, HANDLES, layer_class
from ..comparing import changes_of, same
from ..conversion.dataflow import READS
from ..conversion.dialects import LITE, WITH_VARIABLES, dialect
from ..conversion.conversion import CONVERTED, ELIMINATED, EXPANDED, FOLDED, FUSED, INTRODUCED, REWRITTEN, Conversion, Step
from ..model import Change, Delta, StoryEntry
from .batch_norm import BATCH_NORM, batch_norms
from .evidence import Evidence
from .told_changes import NAMING_ATTRS

CALL, UNUSED = "function call", "unused op"
_UNTOLD = NAMING_ATTRS | frozenset(
    """T dtype DstT SrcT Tshape Tidx Tparams Tindices Taxis out_type value bytes quantization op_version tensor shape data_format
    use_cudnn_on_gpu explicit_paddings transpose_a transpose_b grad_a grad_b f Tin Tout body cond then_branch else_branch
    index fused_activation_function weights_format asymmetric_quantize_inputs num_args fused_ops epsilon output_shapes""".split()
)
"""Attributes that differ by how a graph is written down, or that are told by what an op was fused with or quantised to."""
_PADDED, _PADDING = frozenset({"padding", "dilations"}), frozenset({"Pad", "PadV2", "SpaceToBatchND"})
"""Attributes that a converter works out of ops beside a convolution, and these ops."""
_MOST_KINDS = 4
_REAL = frozenset("float64 float32 float16 bfloat16".split())


class ToldConversion:
    """Tells of a conversion, always from the graph as it was written to the converted one."""

    def __init__(self, evidence: Evidence, conversion: Conversion) -> None:
        self._evidence, self._conversion = evidence, conversion
        self._one, self._two = 1 - conversion.converted, conversion.converted
        self._explained = conversion.explained
        fused = [step.written for step in conversion.steps if step.kind == FUSED]
        self._padded = {row for rows in fused if not _PADDING.isdisjoint(self._ops(self._one, rows)) for row in rows}
        """The ops that an op beside them pads or spreads for, in the graph as it was written."""
        self._norms = batch_norms(evidence.sides[self._one])

    def entries(self) -> List[StoryEntry]:
        """All entries, from `a` to `b`."""
        told = [
            *self._steps(), *self._left_out(), *self._folded_variables(), *self._numbers(), *self._changed(), *self._unexplained(),
            *self._lone_variables(),
        ]  # fmt: skip
        return told if self._two else [entry.reversed() for entry in told]

    def _names(self, side: int, rows: Sequence[int]) -> Tuple[str, ...]:
        return tuple([self._evidence.sides[side].table.names[row] for row in rows])

    def _ops(self, side: int, rows: Sequence[int]) -> List[str]:
        return [self._evidence.sides[side].table.ops[row] for row in rows]

    def _steps(self) -> Iterator[StoryEntry]:
        """Steps of one kind with the same ops together."""
        alike: Dict[Hashable, List[Step]] = {}
        for step in self._conversion.steps:
            labels = self._written_as(step.written), _joined(_computing(self._ops(self._two, step.converted)))
            if step.kind in (FUSED, EXPANDED, REWRITTEN):
                alike.setdefault((step.kind, labels), []).append(step)
            elif step.kind == CONVERTED and self._ops(self._one, step.written) != self._ops(self._two, step.converted):
                alike.setdefault((CONVERTED, ("", "")), []).append(step)
            elif step.kind == FOLDED:
                yield from self._folded(step)
        for (kind, labels), steps in alike.items():  # type: ignore[misc]
            rows = [row for step in steps for row in step.written]
            others = [row for step in steps for row in step.converted]
            if kind == CONVERTED:
                pairs = dict.fromkeys(zip(self._ops(self._one, rows), self._ops(self._two, others)))
                labels = _listed([pair[0] for pair in pairs]), _listed([pair[1] for pair in pairs])
            cost = len(rows) if kind == CONVERTED else len(steps)
            yield StoryEntry(
                kind, "op", self._names(self._one, rows), self._names(self._two, others), len(rows), cost, labels=labels
            )

    def _written_as(self, rows: Sequence[int]) -> str:
        """The ops of a step; those that are a batch norm together."""
        types = [
            BATCH_NORM if row in self._norms else op for row, op in zip(rows, self._ops(self._one, rows))
        ]
        return _joined(types)

    def _folded(self, step: Step) -> Iterator[StoryEntry]:
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
                alike.setdefault(UNUSED if unused else CALL if op in FUNCTION_CALLS else layer_class(op) or op, []).append(row)
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
        if not any(step.kind == FOLDED for step in self._conversion.steps) or dialect(side) >= LITE:
            return []
        told = {number for row, number in side.content.handles.items() if row in folded}
        explained = self._explained[self._one]
        for group, rows in zip(side.groups, self._evidence.members[self._one]):
            if any(layer_class(side.table.ops[row]) and row in explained for row in rows) and dialect(other) > WITH_VARIABLES:
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

    def _pairs(self) -> Iterator[Tuple[Delta, int, int]]:
        """The ops on both sides that are not the same, from the graph as it was written to the converted one."""
        for delta in self._evidence.lists.nodes:
            if delta.row_a >= 0 and delta.row_b >= 0:
                turned = delta if self._two else delta.reversed()
                yield turned, turned.row_a, turned.row_b

    def _numbers(self) -> Iterator[StoryEntry]:
        """What is of another type of number, by the types; what is kept so apart from what is computed so."""
        alike: Dict[Tuple[str, str], List[Tuple[str, str]]] = {}
        table = self._evidence.sides[self._two].table
        for delta, _, other in self._pairs():
            change = delta.change("outputs[0].dtype")
            if change is not None and change.a != "resource":
                of = f"{table.ops[other]} " if table.ops[other] in CONSTANTS else ""
                alike.setdefault((of + change.a, of + change.b), []).append((str(delta.a), str(delta.b)))
        for other, old in self._stored():
            new = table.outputs[other][0].dtype
            alike.setdefault((f"{table.ops[other]} {old}", f"{table.ops[other]} {new}"), []).append(("", table.names[other]))
        for labels, pairs in alike.items():
            names = tuple([pair[0] for pair in pairs if pair[0]]), tuple([pair[1] for pair in pairs])
            yield StoryEntry("quantized", "op", *names, len(pairs), len(pairs), labels=labels)

    def _stored(self) -> Iterator[Tuple[int, str]]:
        """The constants without a counterpart that are kept as another type of number, and which the values behind them were of."""
        side, other_side = self._evidence.sides[self._one], self._evidence.sides[self._two]
        for step in self._conversion.steps:
            rows = step.written if step.kind == FOLDED else ()
            values = {types[0].dtype for types in [side.table.outputs[row] for row in rows] if types}
            values |= {variable.dtype for variable in side.variables}
            old = values & _REAL
            if step.kind != FOLDED or len(old) != 1:
                continue
            for row in step.converted:
                is_kept = other_side.table.ops[row] in CONSTANTS and self._evidence.nodes[self._two][row] < 0
                is_real = other_side.table.outputs[row][0].dtype in _REAL - old
                if is_kept and (is_real or "quantization" in other_side.table.attrs(row)):
                    yield row, next(iter(old))
        for row, dtype in self._read_constants():
            yield row, dtype

    def _read_constants(self) -> Iterator[Tuple[int, str]]:
        """The constants in the place of variables that are kept as another type of number."""
        side, other_side = self._evidence.sides[self._one], self._evidence.sides[self._two]
        for number, row in self._in_place():
            old, new = side.variables[number].dtype, other_side.table.outputs[row][0].dtype
            if old != new:
                yield row, old

    def _in_place(self) -> Iterator[Tuple[int, int]]:
        """Constants that correspond to the handle of a variable, with its number."""
        side, other_side = self._evidence.sides[self._one], self._evidence.sides[self._two]
        for row, number in side.content.handles.items():
            other = self._evidence.nodes[self._one][row]
            if other >= 0 and other_side.table.ops[other] in CONSTANTS and side.table.outputs[row][0].dtype == "resource":
                yield number, other

    def _changed(self) -> Iterator[StoryEntry]:
        """What a conversion should keep and did not: attributes that both graphs have, shapes of inputs, settings, variables, wiring."""
        rewired = set(self._conversion.rewired)
        for delta, row, other in self._pairs():
            changes = [*self._attributes(row, other), *self._shape(delta, row)]
            if row in rewired:
                changes += [change for change in delta.changes if change.what == "inputs"]
            yield from self._told("op", delta, changes, self._ops(self._one, [row])[0], self._ops(self._two, [other])[0])
        for delta in self._turned(self._evidence.lists.groups):
            settings = [change for change in delta.changes if change.what.startswith("settings.") and not change.absent]
            yield from self._told("group", delta, [change for change in settings if not _is_name(delta, change)])
        for delta in self._turned(self._evidence.lists.variables):
            yield from self._told("variable", delta, [change for change in delta.changes if _is_other_variable(change)])

    def _turned(self, deltas: Sequence[Delta]) -> Iterator[Delta]:
        for delta in deltas:
            if delta.row_a >= 0 and delta.row_b >= 0:
                yield delta if self._two else delta.reversed()

    def _told(self, what: str, delta: Delta, changes: Sequence[Change], *labels: str) -> Iterator[StoryEntry]:
        if changes:
            pair = (labels[0], labels[1]) if labels else ("", "")
            yield StoryEntry(
                "changed", what, (str(delta.a),), (str(delta.b),), int(what == "op"), len(changes), tuple(changes), labels=pair
            )

    def _attributes(self, row: int, other: int) -> Iterator[Change]:
        tables = self._evidence.sides[self._one].table, self._evidence.sides[self._two].table
        if layer_class(tables[0].ops[row]):
            return  # a layer is compared by its settings
        one, two = [
            as_tensorflow(table.ops[index], table.attrs(index)) for table, index in zip(tables, (row, other))
        ]
        untold = _UNTOLD | (_PADDED if row in self._padded else frozenset())
        both = {key for key in one.keys() & two.keys() if key not in untold and not key.startswith("_")}
        yield from changes_of({"attrs": {key: one[key] for key in both}}, {"attrs": {key: two[key] for key in both}}, ("attrs",))

    def _shape(self, delta: Delta, row: int) -> List[Change]:
        """The shape of an input of the graph; those behind it follow from it."""
        change = delta.change("outputs[0].shape")
        is_input = self._ops(self._one, [row])[0] in FED and row not in self._evidence.sides[self._one].content.handles
        return [change] if change is not None and is_input else []

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
            has_others = side == self._two and dialect(self._evidence.sides[side]) <= WITH_VARIABLES
            told = {number for row, number in handles.items() if (row in explained or nodes[row] >= 0) and not has_others}
            for variable, other in zip(self._evidence.sides[side].variables, self._evidence.variables[side]):
                if other < 0 and variable.id not in told and variable.object_path not in held:
                    name = (variable.object_path,)
                    yield StoryEntry(kind, "variable", () if side == self._two else name, name if side == self._two else ())


def _computing(ops: Sequence[str]) -> List[str]:
    """Ops without those that only give or read a value."""
    return [op for op in ops if op not in _GIVING] or list(ops)


_GIVING = CONSTANTS | HANDLES | READS | ENDS | {"NoOp"}


def _joined(types: Sequence[str]) -> str:
    """Ops in the order of the flow, each of a row of equal ones once: ``Conv2D + BiasAdd + Relu``."""
    names = [layer_class(op) or op for op, _ in groupby(types)]
    return " + ".join(names[:_MOST_KINDS]) + (f" + {len(names) - _MOST_KINDS} more" if len(names) > _MOST_KINDS else "")


def _listed(types: Sequence[str]) -> str:
    names = list(dict.fromkeys(layer_class(op) or op for op in types))
    return ", ".join(names[:_MOST_KINDS]) + (f" and {len(names) - _MOST_KINDS} more" if len(names) > _MOST_KINDS else "")


def _is_name(delta: Delta, change: Change) -> bool:
    return change.what == "settings.name" or same(change.a, change.b)


def _is_other_variable(change: Change) -> bool:
    """Whether a variable holds other values: a transposed one does not, and its type of number is told of the op."""
    if change.what == "trainable":
        return False
    return change.what == "shape" and (not change.a or not change.b or sorted(map(str, change.a)) != sorted(map(str, change.b)))
