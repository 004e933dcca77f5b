"""The rows of a survey as tables of other programs: CSV, and Parquet by pyarrow."""

from __future__ import annotations

import csv
import io
import json
from typing import Any, Dict, List, Sequence

from ..errors import MissingDependencyError
from .model_rows import ModelRow

_COLUMNS = (
    ("path", "string"), ("file", "string"), ("size", "int64"), ("stamp", "string"), ("format", "string"),
    ("tensorflow", "string"), ("keras", "string"), ("shown", "string"), ("signatures", "json"), ("ops", "int64"),
    ("op_types", "json"), ("parameters", "int64"), ("constant_bytes", "int64"), ("flops", "double"),
    ("flops_lack", "string"), ("activation_bytes", "int64"), ("custom_ops", "json"), ("layers", "json"),
    ("findings", "json"), ("too_new", "json"), ("structure", "string"), ("sketch", "string"), ("drawing", "string"),
    ("seconds", "double"), ("outcome", "string"), ("error", "string"), ("asked", "json"),
)  # fmt: skip
"""The columns, with their types; "json" is text in JSON, for what is a list or an object in the rows."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""How a cell begins that a spreadsheet would take for a formula."""


def csv_text(rows: Sequence[ModelRow]) -> str:
    """The rows as CSV with a head; what is not known is empty."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow([name for name, _ in _COLUMNS])
    table.writerows([[_cell(value) for value in _values(row).values()] for row in rows])
    return text.getvalue()


def _cell(value: Any) -> Any:
    if value is None:
        return ""
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def _values(row: ModelRow) -> Dict[str, Any]:
    return {name: _json(row.get(name)) if kind == "json" else row.get(name) for name, kind in _COLUMNS}


def _json(value: Any) -> Any:
    return None if value is None else json.dumps(value, ensure_ascii=True)


def require_parquet(path: str) -> None:
    """`MissingDependencyError` if nothing here writes Parquet."""
    try:
        import pyarrow.parquet  # noqa: F401
    except ImportError as error:
        raise MissingDependencyError(
            f"{path}: the package pyarrow writes Parquet; install it: pip install 'opscope[parquet]'"
        ) from error


def parquet_bytes(rows: Sequence[ModelRow]) -> bytes:
    """The rows as a Parquet file."""
    import pyarrow as pa
    from pyarrow import parquet

    kinds = {"json": "string"}
    schema = pa.schema([(name, kinds.get(kind, kind)) for name, kind in _COLUMNS])
    records: List[Dict[str, Any]] = [_sound(_values(row)) for row in rows]
    data = io.BytesIO()
    parquet.write_table(pa.Table.from_pylist(records, schema=schema), data)
    return data.getvalue()


def _sound(record: Dict[str, Any]) -> Dict[str, Any]:
    """The values, where text that is no Unicode has question marks: Parquet's text is UTF-8."""
    return {
        name: value.encode("utf-8", "replace").decode("utf-8") if isinstance(value, str) else value
        for name, value in record.items()
    }
