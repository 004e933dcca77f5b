"""Reads a TensorFlow Lite file into a `LiteModel`. Weights are not read, only where they are."""

from __future__ import annotations

from typing import Dict, List, Optional, Sequence, Tuple

from ...errors import LoadError
from ...graph.types import MOST_RANK, Shape
from ...program.opdefs import OpSignatures
from . import table_fields
from .flatbuffer import Bytes, FlatBuffer, Table
from .lite_model import (
    LiteBuffer,
    LiteModel,
    LiteOperator,
    LiteQuantization,
    LiteSignature,
    LiteSubgraph,
    LiteTensor,
)
from .operator_options import options_of
from .operators import CUSTOM, CUSTOM_MARK, PLACEHOLDER_FOR_GREATER, operator_name, operator_names

_OpType = Tuple[str, int]
"""Type and version of an operator."""


def stored_model(data: Bytes) -> LiteModel:
    """The model in a file. `LoadError` if it is damaged."""
    try:
        return _model(FlatBuffer(data).root(), len(data))
    except LoadError as error:
        raise LoadError(f"a damaged TensorFlow Lite model, {error}") from None


def _model(root: Table, size: int) -> LiteModel:
    types = [_op_type(code) for code in root.tables(table_fields.ModelField.OPERATOR_CODES)]
    buffers = tuple(_buffer(table, size) for table in root.tables(table_fields.ModelField.BUFFERS))
    subgraphs = tuple(_subgraph(table, types) for table in root.tables(table_fields.ModelField.SUBGRAPHS))
    if not subgraphs:
        raise LoadError("without a subgraph; was it copied completely?")
    return LiteModel(
        root.whole(table_fields.ModelField.VERSION, "I"),
        root.text(table_fields.ModelField.DESCRIPTION),
        subgraphs,
        buffers,
        tuple(_signature(table) for table in root.tables(table_fields.ModelField.SIGNATURES)),
        _metadata(root, buffers),
    )


def _op_type(code: Table) -> _OpType:
    """The name of an operator's type: a built-in one, or what the file calls its own (``FlexErfinv`` is TensorFlow's ``Erfinv``)."""
    old, new = (
        code.whole(table_fields.OperatorCodeField.OLD_BUILTIN, "b"),
        code.whole(table_fields.OperatorCodeField.BUILTIN),
    )
    # A program that knew only the old field wrote no new one; a newer one writes both, the old one capped.
    number = max(old, new) if 0 <= old <= PLACEHOLDER_FOR_GREATER else new
    version = code.whole(table_fields.OperatorCodeField.VERSION, default=1)
    if number == CUSTOM:
        return _custom(code.text(table_fields.OperatorCodeField.CUSTOM)), version
    return operator_name(number), version


def _custom(code: str) -> str:
    """The type of an operator that is not built in. Called like an op of TensorFlow it may do something else, so it is marked."""
    if not code or code in operator_names() or OpSignatures().get(code) is not None:
        return f"{CUSTOM_MARK}{code}"
    return code


def _buffer(table: Table, size: int) -> LiteBuffer:
    """Where the values are. Those behind the FlatBuffer are told by their place in the file."""
    inside = table.span(table_fields.BufferField.DATA)
    offset, length = table.whole(table_fields.BufferField.OFFSET, "Q"), table.whole(table_fields.BufferField.SIZE, "Q")
    if inside.count or offset <= 1:
        return LiteBuffer(inside.at, inside.count)
    if offset + length > size:
        raise LoadError(
            f"values at byte {offset:,} to {offset + length:,} of a file of {size:,}; was it copied completely?"
        )
    return LiteBuffer(offset, length)


def _subgraph(table: Table, types: Sequence[_OpType]) -> LiteSubgraph:
    return LiteSubgraph(
        table.text(table_fields.SubGraphField.NAME),
        tuple(_tensor(each) for each in table.tables(table_fields.SubGraphField.TENSORS)),
        tuple(table.numbers(table_fields.SubGraphField.INPUTS, "i")),
        tuple(table.numbers(table_fields.SubGraphField.OUTPUTS, "i")),
        tuple(_operator(each, types) for each in table.tables(table_fields.SubGraphField.OPERATORS)),
    )


def _tensor(table: Table) -> LiteTensor:
    return LiteTensor(
        table.text(table_fields.TensorField.NAME),
        table_fields.lite_dtype(table.whole(table_fields.TensorField.TYPE, "b")),
        _shape(table),
        table.whole(table_fields.TensorField.BUFFER, "I"),
        _quantization(table.table(table_fields.TensorField.QUANTIZATION)),
        bool(table.whole(table_fields.TensorField.IS_VARIABLE, "?")),
        table.has(table_fields.TensorField.SPARSITY),
    )


def _shape(table: Table) -> Shape:
    """The shape, its open dimensions ``None``.

    Converters mark an unknown rank by an empty shape without `HAS_RANK`, which older ones did not write for a scalar either: then the
    rank is taken for 0, as the interpreter does.
    """
    found = table.numbers(table_fields.TensorField.SHAPE, "i")
    signature = table.numbers(table_fields.TensorField.SHAPE_SIGNATURE, "i")
    if len(signature) == len(found):
        found = signature
    if len(found) > MOST_RANK:
        return None
    return tuple(None if dim < 0 else dim for dim in found)


def _quantization(table: Optional[Table]) -> Optional[LiteQuantization]:
    """The quantisation; ``None`` for a tensor that only has the range which it was seen in."""
    if table is None:
        return None
    fields = table_fields.QuantizationField
    if table.whole(fields.DETAILS_TYPE, "B") == table_fields.BLOCKWISE:
        details = table.table(fields.DETAILS)
        block = details.whole(table_fields.BlockwiseField.BLOCK_SIZE) if details is not None else 0
        return LiteQuantization((), (), 0, block)
    scales = tuple(table.reals(fields.SCALE))
    if not scales:
        return None
    return LiteQuantization(scales, tuple(table.numbers(fields.ZERO_POINT, "q")), table.whole(fields.DIMENSION))


def _operator(table: Table, types: Sequence[_OpType]) -> LiteOperator:
    fields = table_fields.OperatorField
    number = table.whole(fields.CODE, "I")
    if number >= len(types):
        raise LoadError(f"an operator of type {number:,} of {len(types):,}; the file is damaged")
    op, version = types[number]
    return LiteOperator(
        op,
        version,
        tuple(table.numbers(fields.INPUTS, "i")),
        tuple(table.numbers(fields.OUTPUTS, "i")),
        options_of(table),
        table.span(fields.CUSTOM_OPTIONS).count,
    )


def _signature(table: Table) -> LiteSignature:
    fields = table_fields.SignatureField
    return LiteSignature(
        table.text(fields.KEY),
        table.whole(fields.SUBGRAPH, "I"),
        _named(table, fields.INPUTS),
        _named(table, fields.OUTPUTS),
    )


def _named(table: Table, field: int) -> Dict[str, int]:
    maps = table_fields.TensorMapField
    return {each.text(maps.NAME): each.whole(maps.TENSOR, "I") for each in table.tables(field)}


def _metadata(root: Table, buffers: Sequence[LiteBuffer]) -> Dict[str, LiteBuffer]:
    """Name -> where it is."""
    found: List[Tuple[str, int]] = [
        (each.text(table_fields.MetadataField.NAME), each.whole(table_fields.MetadataField.BUFFER, "I"))
        for each in root.tables(table_fields.ModelField.METADATA)
    ]
    return {name: buffers[number] for name, number in found if number < len(buffers)}
