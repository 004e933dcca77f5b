"""What is told of ops that a conversion left on both sides: what it should have kept and did not."""

from __future__ import annotations

from functools import cached_property, reduce
from operator import mul
from typing import Any, Dict, Iterator, List, Mapping, Optional, Sequence, Tuple

from ...graph.attrs import constant_of
from ...graph.lite_ops import as_tensorflow, tensorflow_op
from ...graph.vocabulary import CONSTANTS, FED, LOOP_PARTS, layer_class
from ..comparing import changes_of
from ..conversion.conversion import CONVERTED, FUSED, Conversion
from ..conversion.fusions import applied_activations
from ..model import Change, Delta, StoryEntry
from .evidence import Evidence
from .told_changes import NAMING_ATTRS
from .told_numbers import ToldNumbers

_UNTOLD = (
    NAMING_ATTRS
    | LOOP_PARTS
    | frozenset(
        """T dtype DstT SrcT Tshape Tidx Tparams Tindices Taxis out_type value bytes quantization op_version tensor shape data_format
    use_cudnn_on_gpu explicit_paddings transpose_a transpose_b grad_a grad_b f Tin Tout then_branch else_branch
    index fused_activation_function weights_format asymmetric_quantize_inputs num_args fused_ops epsilon output_shapes""".split()
    )
)
"""Attributes that differ by how a graph is written down, or that are told by what an op was fused with or quantised to. Those of a loop's functions
are called as its parts are."""
_ACTIVATED = frozenset("Conv1D Conv2D Conv3D DepthwiseConv2D SeparableConv2D Conv2DTranspose Dense Activation".split())
"""Layers that apply one activation to their result."""
_ACTIVATION_OPS = dict(
    pair.split("=")
    for pair in "relu=Relu relu6=Relu6 tanh=Tanh sigmoid=Sigmoid softmax=Softmax elu=Elu selu=Selu".split()
)
"""What Keras calls an activation -> its op."""
_KEEPING = frozenset(
    "AddV2 Add Sub Mul RealDiv Maximum Minimum Pow FloorDiv FloorMod Greater GreaterEqual Less LessEqual Equal NotEqual".split()
)
"""Ops of two tensors whose constants a converter keeps as they are where it keeps the op."""
_OTHER_OP = -2
_WITH_BATCH_AND_CHANNELS = 4
"""So many strides has a convolution in two dimensions."""
_PADDED, _PADDING = (
    frozenset({"padding", "dilations"}),
    frozenset({"Pad", "PadV2", "SpaceToBatchND", "Keras>ZeroPadding2D"}),
)
"""Attributes that a converter works out of ops beside a convolution, and these ops."""


class ToldPairs:
    """Tells of what corresponds one to one, always from the graph as it was written to the converted one."""

    def __init__(self, evidence: Evidence, conversion: Conversion) -> None:
        self._evidence, self._conversion = evidence, conversion
        self._one, self._two = 1 - conversion.converted, conversion.converted
        fused = [step.written for step in conversion.steps if step.kind == FUSED]
        self._padded = {row for rows in fused if not _PADDING.isdisjoint(self._ops(self._one, rows)) for row in rows}
        """The ops that an op beside them pads or spreads for, in the graph as it was written."""

    def entries(self) -> Iterator[StoryEntry]:
        """All entries."""
        yield from ToldNumbers(self._evidence, self._conversion).entries(self._pairs())
        yield from self._changed()

    def _ops(self, side: int, rows: Sequence[int]) -> List[str]:
        return [self._evidence.sides[side].table.ops[row] for row in rows]

    def _pairs(self) -> Iterator[Tuple[Delta, int, int]]:
        """The ops on both sides that are not the same, from the graph as it was written to the converted one."""
        for delta in self._evidence.lists.nodes:
            if delta.row_a >= 0 and delta.row_b >= 0:
                turned = delta if self._two else delta.reversed()
                yield turned, turned.row_a, turned.row_b

    def _changed(self) -> Iterator[StoryEntry]:
        """What a conversion should keep and did not: attributes that both graphs have, shapes of inputs, settings, variables, wiring."""
        rewired = set(self._conversion.rewired)
        for delta, row, other in self._pairs():
            changes = [*self._attributes(row, other), *self._shape(delta, row)]
            if row in rewired:
                changes += [change for change in delta.changes if change.what == "inputs"]
            yield from self._told(
                "op", delta, changes, self._ops(self._one, [row])[0], self._ops(self._two, [other])[0]
            )
        yield from self._activations()
        yield from self._applied()
        yield from self._constants()
        for delta in self._turned(self._evidence.lists.groups):
            settings = [change for change in delta.changes if change.what.startswith("settings.") and not change.absent]
            yield from self._told("group", delta, [change for change in settings if change.what != "settings.name"])
        for delta in self._turned(self._evidence.lists.variables):
            yield from self._told("variable", delta, [change for change in delta.changes if _is_other_variable(change)])

    def _activations(self) -> Iterator[StoryEntry]:
        """Layers whose activation is not what became of them applies: a layer is one op, so no op of its own is missing."""
        one, two = self._evidence.sides[self._one].table, self._evidence.sides[self._two].table
        for step in self._conversion.steps:
            if len(step.written) != 1 or not step.converted or layer_class(one.ops[step.written[0]]) not in _ACTIVATED:
                continue
            wanted = one.attrs(step.written[0]).get("activation")
            there = {tensorflow_op(two.ops[row]) for row in step.converted} & set(_ACTIVATION_OPS.values())
            there |= {op for row in step.converted for op in applied_activations(two.attrs(row))}
            names = [name for name, op in _ACTIVATION_OPS.items() if op in there] or ["linear"]
            is_known = wanted in _ACTIVATION_OPS or wanted == "linear"
            if is_known and wanted not in names and not self._has_settings(step.written[0]):
                change = Change("attrs.activation", wanted, names[0])
                ends = one.names[step.written[0]], two.names[step.converted[-1]]
                labels = layer_class(one.ops[step.written[0]]), two.ops[step.converted[-1]]
                yield StoryEntry("changed", "op", (ends[0],), (ends[1],), 1, 1, (change,), labels=labels)

    def _applied(self) -> Iterator[StoryEntry]:
        """Ops that apply an activation to their result which none of the ops in whose place they are is or applies."""
        one, two = self._evidence.sides[self._one].table, self._evidence.sides[self._two].table
        for step in self._conversion.steps:
            if step.kind not in (FUSED, CONVERTED) or any(layer_class(one.ops[row]) for row in step.written):
                continue
            known = {tensorflow_op(one.ops[row]) for row in step.written}
            known |= {op for row in step.written for op in applied_activations(one.attrs(row))}
            for other in step.converted:
                more = applied_activations(two.attrs(other)) & set(_ACTIVATION_OPS.values()) - known
                if more:
                    row = step.written[0]
                    change = Change("attrs.activation", None, " + ".join(sorted(more)), "a")
                    names, labels = (one.names[row], two.names[other]), (one.ops[row], two.ops[other])
                    yield StoryEntry("changed", "op", names[:1], names[1:], 1, 1, (change,), labels=labels)

    def _constants(self) -> Iterator[StoryEntry]:
        """Constants of another value that ops take which are the same in both graphs."""
        tables = self._evidence.sides[self._one].table, self._evidence.sides[self._two].table
        for delta, row, other in self._pairs():
            if (
                tables[0].ops[row] in CONSTANTS
                and tables[1].ops[other] in CONSTANTS
                and self._is_taken_alike(row, other)
            ):
                if tables[0].outputs[row] != tables[1].outputs[other]:  # of another type of number: told as that
                    continue
                one, two = [constant_of(table.attrs(at)) for table, at in zip(tables, (row, other))]
                if one is not None and two is not None and one.values != two.values:
                    change = Change("attrs.value", list(one.values), list(two.values))
                    yield from self._told("op", delta, [change], tables[0].ops[row], tables[1].ops[other])

    def _is_taken_alike(self, row: int, other: int) -> bool:
        """Whether all that takes a constant is an op whose constants a converter keeps as they are, and its counterpart takes the other one."""
        users, others = self._users[0].get(row, []), self._users[1].get(other, [])
        if not users or _OTHER_OP in users or _OTHER_OP in others:
            return False
        return sorted(self._evidence.nodes[self._one][user] for user in users) == sorted(others)

    @cached_property
    def _users(self) -> Tuple[Dict[int, List[int]], Dict[int, List[int]]]:
        """For each graph, written and converted: constant -> the ops that take it, `_OTHER_OP` for those whose constants a converter may change."""
        found: Tuple[Dict[int, List[int]], Dict[int, List[int]]] = ({}, {})
        for users, side in zip(found, (self._one, self._two)):
            table = self._evidence.sides[side].table
            for row, op in enumerate(table.ops):
                for edge in table.data_inputs(row):
                    if table.ops[edge.node] in CONSTANTS:
                        users.setdefault(edge.node, []).append(row if tensorflow_op(op) in _KEEPING else _OTHER_OP)
        return found

    def _has_settings(self, row: int) -> bool:
        """Whether the layer of an op is set to something in the converted graph as well: then its settings are compared."""
        group = self._evidence.sides[self._one].group_of[row]
        there = self._evidence.groups[self._one][group] if group >= 0 else -1
        return there >= 0 and bool(self._evidence.sides[self._two].groups[there].settings)

    def _turned(self, deltas: Sequence[Delta]) -> Iterator[Delta]:
        for delta in deltas:
            if delta.row_a >= 0 and delta.row_b >= 0:
                yield delta if self._two else delta.reversed()

    def _told(self, what: str, delta: Delta, changes: Sequence[Change], *labels: str) -> Iterator[StoryEntry]:
        if changes:
            pair = (labels[0], labels[1]) if labels else ("", "")
            yield StoryEntry(
                "changed",
                what,
                (str(delta.a),),
                (str(delta.b),),
                int(what == "op"),
                len(changes),
                tuple(changes),
                labels=pair,
            )

    def _attributes(self, row: int, other: int) -> Iterator[Change]:
        tables = self._evidence.sides[self._one].table, self._evidence.sides[self._two].table
        one, two = [as_tensorflow(table.ops[index], table.attrs(index)) for table, index in zip(tables, (row, other))]
        if layer_class(tables[0].ops[row]):
            one, two = _as_layers_have_them(one), _as_layers_have_them(two)
        untold = _UNTOLD | (_PADDED if row in self._padded else frozenset())
        both = {key for key in one.keys() & two.keys() if key not in untold and not key.startswith("_")}
        yield from changes_of(
            {"attrs": {key: one[key] for key in both}}, {"attrs": {key: two[key] for key in both}}, ("attrs",)
        )

    def _shape(self, delta: Delta, row: int) -> List[Change]:
        """The shape of an input of the graph; those behind it follow from it."""
        change = delta.change("outputs[0].shape")
        is_input = self._ops(self._one, [row])[0] in FED and row not in self._evidence.sides[self._one].content.handles
        return [change] if change is not None and is_input else []


def _as_layers_have_them(attrs: Mapping[str, Any]) -> Dict[str, Any]:
    """The attributes that a layer of Keras and its op both have, in one form; its settings are compared where both graphs have them."""
    found: Dict[str, Any] = {}
    padding, strides = attrs.get("padding"), attrs.get("strides")
    if isinstance(padding, str):
        found["padding"] = padding.upper()
    if isinstance(strides, (list, tuple)):
        found["strides"] = list(strides[1:-1] if len(strides) == _WITH_BATCH_AND_CHANNELS else strides)
    return found


def _is_other_variable(change: Change) -> bool:
    """Whether a variable has another number of values: a transposed or reshaped one does not, and its type of number is told of the op."""
    return change.what == "shape" and _size(change.a) != _size(change.b)


def _size(shape: Optional[Sequence[Optional[int]]]) -> int:
    """How many values a tensor of this shape has; 0 if that is not known."""
    return reduce(mul, [size or 0 for size in shape], 1) if shape is not None else 0
