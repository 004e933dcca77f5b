"""The bytes of a JSON file -> `Graph`: the text first, whatever an editor or a bad copy did to it, then its values."""

from __future__ import annotations

import codecs
import json
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any, Dict, List, Mapping, Tuple, Union

from ..errors import LoadError
from ..graph.json.check import Unread, shown
from ..graph.json.read import from_dict

if TYPE_CHECKING:
    from ..graph.graph import Graph

_MOST_DIGITS = 40
"""A whole number longer than this is none that a graph can hold; Python takes long to read one, or refuses."""
_ZEROS = bytes(ord("0") if byte in b"0123456789" else byte for byte in range(256))


def read(data: bytes, file: Path) -> "Graph":
    """The graph that the bytes of `file` hold. `LoadError` names the file, and the line or the place in the graph."""
    try:
        options = _OF_LONG_NUMBERS if b"0" * _MOST_DIGITS in data.translate(_ZEROS) else {}
        return from_dict(_values(_text(data), options))
    except LoadError as error:
        raise LoadError(f"{file}: {error}") from None


def _text(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data[:4]:
        raise LoadError("JSON as UTF-16 or UTF-32, where opscope's is UTF-8; save it as UTF-8, or write it anew")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LoadError(f"no UTF-8 at byte {error.start:,} ({error.reason}); write it anew with opscope") from None


def _values(text: str, options: Mapping[str, Any]) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, **options)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno:,}, column {error.colno:,}"
        raise LoadError(f"no JSON from {where} on ({error.msg}); is the file whole?") from None
    except RecursionError:
        raise LoadError("JSON nested too deep for any graph that opscope wrote; write it anew with opscope") from None


def _object(pairs: List[Tuple[str, Any]]) -> Union[Dict[str, Any], Unread]:
    """Which of two equal keys counts depends on who reads, so such an object is none."""
    found = dict(pairs)
    if len(found) != len(pairs):
        (key, _), *_ = Counter(key for key, _ in pairs).most_common(1)
        return Unread(f"an object with the key {shown(key)} twice")
    return found


def _whole(digits: str) -> Union[int, Unread]:
    return int(digits) if len(digits) <= _MOST_DIGITS else Unread(f"a number of {len(digits.lstrip('-')):,} digits")


_OF_LONG_NUMBERS = {"parse_int": _whole}
