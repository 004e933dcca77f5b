"""The options of an operator as plain values: ``{"padding": "SAME", "stride_h": 2, "fused_activation_function": "RELU"}``."""

from __future__ import annotations

from typing import Any, Dict, List, Mapping, NamedTuple, Tuple

from ...program.decoding import MOST_ITEMS, plain_float
from .flatbuffer import Table
from .option_tables import ENUMS, Option, option_tables
from .table_fields import OperatorField, lite_dtype

_CODES = {"int": "i", "uint": "I", "long": "q", "bool": "?", "byte": "b", "float": "f"}
_UNSET = frozenset({"quantized_bias_type"})
"""Fields whose default means that they are not set, although it is the number of a dtype."""
_SUBGRAPHS = "subgraph"
"""What the names of fields hold that are the number of a subgraph."""


class OperatorOptions(NamedTuple):
    """What an operator is set to."""

    values: Mapping[str, Any]
    subgraphs: Mapping[str, Tuple[int, ...]]
    """Name of a field -> the subgraphs that it names."""


def options_of(operator: Table) -> OperatorOptions:
    """The options of an operator, from the union that it uses. What is off, or not set, is left out."""
    values: Dict[str, Any] = {}
    subgraphs: Dict[str, Tuple[int, ...]] = {}
    for is_second, kind, place in (
        (False, OperatorField.OPTIONS_TYPE, OperatorField.OPTIONS),
        (True, OperatorField.OPTIONS_2_TYPE, OperatorField.OPTIONS_2),
    ):
        member = operator.whole(kind, "B")
        tables = option_tables(is_second)
        table = operator.table(place) if 0 < member <= len(tables) else None
        for option in tables[member - 1] if table is not None else ():
            value = _value(table, option)  # type: ignore[arg-type]
            if _SUBGRAPHS in option.name or option.name == "called_computations":
                subgraphs[option.name] = tuple(value) if isinstance(value, list) else (value,)
            elif value is not False and value is not None and value != []:
                values[option.name] = value
    return OperatorOptions(values, subgraphs)


def _value(table: Table, option: Option) -> Any:
    """The value of one field as JSON can carry it; ``None`` for one that is not set."""
    kind = option.type
    if kind == "text":
        return table.text(option.field) or None
    if kind.startswith("["):
        return _list(table, option.field, kind[1:-1])
    if kind == "float":
        return plain_float(table.real(option.field, option.default))
    number = table.whole(option.field, _CODES.get(kind, "i" if kind in _WIDE else "b"), option.default)
    if kind == "bool":
        return bool(number)
    if option.name in _UNSET and number == 0:
        return None
    if kind == "dtype":
        return lite_dtype(number)
    if kind in ENUMS:
        found = ENUMS[kind][number] if 0 <= number < len(ENUMS[kind]) else str(number)
        return None if kind == "activation" and found == "NONE" else found
    return number


_WIDE = frozenset({"window", "direction", "comparison"})
"""Enums that take 4 bytes; the others take one."""


def _list(table: Table, field: int, kind: str) -> Any:
    if kind == "byte":  # a FlexBuffer, or what only its own kernel knows: its length
        return table.span(field).count or None
    if kind == "float":
        return [plain_float(number) for number in table.reals(field)[:MOST_ITEMS]]
    numbers: List[int] = list(table.numbers(field, _CODES[kind])[:MOST_ITEMS])
    return [bool(number) for number in numbers] if kind == "bool" else numbers
