"""Reads opscope's own JSON. If an editor or a bad copy changed the text (its encoding, a cut), one line says what is wrong.

Format: docs/json.md, graph/json/schema.json.
"""

from __future__ import annotations

import codecs
import json
from collections import Counter
from typing import Any, Dict, List, Mapping, Tuple, Union

from ...errors import LoadError
from ...graph.graph import Graph
from ...graph.json.json_values import Unread, shown
from ...graph.json.read import from_dict
from ..format import Format, ModelFile, Wish
from ..heads import Head

_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
"""What an editor may put in front of a text in UTF-8, in UTF-16 little-endian, in UTF-16 big-endian."""

_MOST_DIGITS = 40
"""The whole numbers of a graph fit into 64 bits, which are 20 digits at most. Longer ones than this are not read: Python takes
long for a number of very many digits, or refuses."""
_ZEROS = bytes(ord("0") if byte in b"0123456789" else byte for byte in range(256))
"""For `bytes.translate`: turns every digit into a 0, so that 40 zeros in a row are found where 40 digits were."""


def _fits(head: Head) -> bool:
    """Whether the bytes can be a JSON object, in whatever encoding an editor gave it.

    In UTF-16 the brace has a zero byte before or after it. Other encodings than UTF-8 are recognised to be refused in words.
    """
    start = head.data[:64]
    for mark in _BYTE_ORDER_MARKS:
        start = start[len(mark) :] if start.startswith(mark) else start
    return start.lstrip(b" \t\r\n\0")[:1] == b"{"


def _read(file: ModelFile, _: Wish) -> Graph:
    """The graph that the file holds. `LoadError` names the file, and the line or the place in the graph."""
    # Calling `_whole` for every number would slow reading down, so only a file with a long one is read that way.
    try:
        options = _OF_LONG_NUMBERS if b"0" * _MOST_DIGITS in file.data.translate(_ZEROS) else {}
        graph = from_dict(_values(_text(file.data), options))
    except LoadError as error:
        raise LoadError(f"{file.path}: {error}") from None
    if not len(graph):
        raise LoadError(f"{file.path}: a graph without a single op; write it again with opscope")
    return graph


def _text(data: bytes) -> str:
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in data[:4]:
        raise LoadError("JSON in UTF-16 or UTF-32, but opscope reads UTF-8; save it as UTF-8")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise LoadError(f"not UTF-8 at byte {error.start:,} ({error.reason}); write it again with opscope") from None


def _values(text: str, options: Mapping[str, Any]) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_object, **options)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno:,}, column {error.colno:,}"
        raise LoadError(f"not JSON from {where} on ({error.msg}); was it copied completely?") from None
    except RecursionError:
        raise LoadError("JSON nested too deep for any graph that opscope wrote; write it again with opscope") from None


def _object(pairs: List[Tuple[str, Any]]) -> Union[Dict[str, Any], Unread]:
    """A JSON object as a dict. One with a key twice is `Unread`: which of the two counts would depend on the reader."""
    found = dict(pairs)
    if len(found) != len(pairs):
        (key, _), *_ = Counter(key for key, _ in pairs).most_common(1)
        return Unread(f"an object with the key {shown(key)} twice")
    return found


def _whole(digits: str) -> Union[int, Unread]:
    """A whole number; `Unread` if it is too long."""
    return int(digits) if len(digits) <= _MOST_DIGITS else Unread(f"a number of {len(digits.lstrip('-')):,} digits")


_OF_LONG_NUMBERS = {"parse_int": _whole}
"""Options of `json.loads` for a text with a long number."""

FORMAT = Format("opscope's JSON", _fits, _read, precedence=10)
