"""`Graph` <-> the JSON that `schema.json` describes: `write` writes it, `read` reads it and checks every value."""

from .read import from_dict
from .versions import JSON_FORMAT, JSON_VERSION
from .write import to_chunks, to_dict, to_json

__all__ = ["JSON_FORMAT", "JSON_VERSION", "from_dict", "to_chunks", "to_dict", "to_json"]
