"""`Graph` <-> the JSON that `schema.json` describes: `write` writes it, `read` reads it and trusts none of it."""

from .read import FORMAT, VERSION, from_dict
from .write import to_chunks, to_dict, to_json

__all__ = ["FORMAT", "VERSION", "from_dict", "to_chunks", "to_dict", "to_json"]
