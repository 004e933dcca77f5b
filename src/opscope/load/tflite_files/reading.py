"""Reads a TensorFlow Lite file into a `StoredModel`. Weights are not read, only where they are."""

from __future__ import annotations

from typing import Dict, List, Optional, Sequence, Tuple

from ...errors import LoadError
from ...graph.types import MOST_RANK, Shape
from ...program.opdefs import OpSignatures
from . import schema
from .flatbuffer import Buffer, Bytes, Table
from .operators import CUSTOM, CUSTOM_MARK, PLACEHOLDER_FOR_GREATER, operator_name, operator_names
from .options import options_of
from .stored import (
    StoredBuffer,
    StoredModel,
    StoredOperator,
    StoredQuantization,
    StoredSignature,
    StoredSubgraph,
    StoredTensor,
)

_OpType = Tuple[str, int]
"""Type and version of an operator."""


def stored_model(data: Bytes) -> StoredModel:
    """The model in a file. `LoadError` if it is damaged."""
    root = Buffer(data).root()
    types = [_op_type(code) for code in root.tables(schema.Model.OPERATOR_CODES)]
    buffers = tuple(_buffer(table, len(data)) for table in root.tables(schema.Model.BUFFERS))
    subgraphs = tuple(_subgraph(table, types) for table in root.tables(schema.Model.SUBGRAPHS))
    if not subgraphs:
        raise LoadError("a TensorFlow Lite model without a subgraph; was it copied completely?")
    return StoredModel(
        root.whole(schema.Model.VERSION, "I"),
        root.text(schema.Model.DESCRIPTION),
        subgraphs,
        buffers,
        tuple(_signature(table) for table in root.tables(schema.Model.SIGNATURES)),
        _metadata(root, buffers),
    )


def _op_type(code: Table) -> _OpType:
    """The name of an operator's type: a built-in one, or what the file calls its own (``FlexErfinv`` is TensorFlow's ``Erfinv``)."""
    old, new = code.whole(schema.OperatorCode.OLD_BUILTIN, "b"), code.whole(schema.OperatorCode.BUILTIN)
    # A program that knew only the old field wrote no new one; a newer one writes both, the old one capped.
    number = max(old, new) if 0 <= old <= PLACEHOLDER_FOR_GREATER else new
    version = code.whole(schema.OperatorCode.VERSION, default=1)
    if number == CUSTOM:
        return _custom(code.text(schema.OperatorCode.CUSTOM)), version
    return operator_name(number), version


def _custom(code: str) -> str:
    """The type of an operator that is not built in. Called like an op of TensorFlow it may do something else, so it is marked."""
    if not code or code in operator_names() or OpSignatures().get(code) is not None:
        return f"{CUSTOM_MARK}{code}"
    return code


def _buffer(table: Table, size: int) -> StoredBuffer:
    """Where the values are. Those behind the FlatBuffer are told by their place in the file."""
    inside = table.span(schema.Buffer.DATA)
    offset, length = table.whole(schema.Buffer.OFFSET, "Q"), table.whole(schema.Buffer.SIZE, "Q")
    if inside.count or offset <= 1:
        return StoredBuffer(inside.at, inside.count)
    if offset + length > size:
        raise LoadError(
            f"values at byte {offset:,} to {offset + length:,} of a file of {size:,}; was it copied completely?"
        )
    return StoredBuffer(offset, length)


def _subgraph(table: Table, types: Sequence[_OpType]) -> StoredSubgraph:
    return StoredSubgraph(
        table.text(schema.SubGraph.NAME),
        tuple(_tensor(each) for each in table.tables(schema.SubGraph.TENSORS)),
        tuple(table.numbers(schema.SubGraph.INPUTS, "i")),
        tuple(table.numbers(schema.SubGraph.OUTPUTS, "i")),
        tuple(_operator(each, types) for each in table.tables(schema.SubGraph.OPERATORS)),
    )


def _tensor(table: Table) -> StoredTensor:
    return StoredTensor(
        table.text(schema.Tensor.NAME),
        schema.dtype_of(table.whole(schema.Tensor.TYPE, "b")),
        _shape(table),
        table.whole(schema.Tensor.BUFFER, "I"),
        _quantization(table.table(schema.Tensor.QUANTIZATION)),
        bool(table.whole(schema.Tensor.IS_VARIABLE, "?")),
        table.has(schema.Tensor.SPARSITY),
    )


def _shape(table: Table) -> Shape:
    """The shape, its open dimensions ``None``.

    Converters mark an unknown rank by an empty shape without `HAS_RANK`, which older ones did not write for a scalar either: then the
    rank is taken for 0, as the interpreter does.
    """
    found = table.numbers(schema.Tensor.SHAPE, "i")
    signature = table.numbers(schema.Tensor.SHAPE_SIGNATURE, "i")
    if len(signature) == len(found):
        found = signature
    if len(found) > MOST_RANK:
        return None
    return tuple(None if dim < 0 else dim for dim in found)


def _quantization(table: Optional[Table]) -> Optional[StoredQuantization]:
    """The quantisation; ``None`` for a tensor that only has the range which it was seen in."""
    if table is None:
        return None
    fields = schema.Quantization
    if table.whole(fields.DETAILS_TYPE, "B") == schema.BLOCKWISE:
        details = table.table(fields.DETAILS)
        block = details.whole(schema.Blockwise.BLOCK_SIZE) if details is not None else 0
        return StoredQuantization((), (), 0, block)
    scales = tuple(table.reals(fields.SCALE))
    if not scales:
        return None
    return StoredQuantization(scales, tuple(table.numbers(fields.ZERO_POINT, "q")), table.whole(fields.DIMENSION))


def _operator(table: Table, types: Sequence[_OpType]) -> StoredOperator:
    fields = schema.Operator
    number = table.whole(fields.CODE, "I")
    if number >= len(types):
        raise LoadError(f"an operator of type {number:,} of {len(types):,}; the file is damaged")
    op, version = types[number]
    return StoredOperator(
        op,
        version,
        tuple(table.numbers(fields.INPUTS, "i")),
        tuple(table.numbers(fields.OUTPUTS, "i")),
        options_of(table),
        table.span(fields.CUSTOM_OPTIONS).count,
    )


def _signature(table: Table) -> StoredSignature:
    fields = schema.Signature
    return StoredSignature(
        table.text(fields.KEY),
        table.whole(fields.SUBGRAPH, "I"),
        _named(table, fields.INPUTS),
        _named(table, fields.OUTPUTS),
    )


def _named(table: Table, field: int) -> Dict[str, int]:
    maps = schema.TensorMap
    return {each.text(maps.NAME): each.whole(maps.TENSOR, "I") for each in table.tables(field)}


def _metadata(root: Table, buffers: Sequence[StoredBuffer]) -> Dict[str, StoredBuffer]:
    """Name -> where it is."""
    found: List[Tuple[str, int]] = [
        (each.text(schema.Metadata.NAME), each.whole(schema.Metadata.BUFFER, "I"))
        for each in root.tables(schema.Model.METADATA)
    ]
    return {name: buffers[number] for name, number in found if number < len(buffers)}
