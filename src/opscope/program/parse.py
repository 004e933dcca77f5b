"""Bytes -> one of TensorFlow's messages, binary or text; what is wrong with a file is said with its place."""

from __future__ import annotations

import re
from typing import Any

from ..errors import LoadError
from .packed import PACKED
from .proto import message_class
from .wire import broken_at

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|(\d{400,})')
"""Quoted text, or a number with more digits than any that means something."""


def from_binary(data: bytes, message: str, origin: str) -> Any:
    """The message in `data`, attributes packed; `LoadError` names the byte where it breaks."""
    found = message_class(message, PACKED)()
    try:
        found.ParseFromString(data)
    except Exception as error:  # protobuf's runtimes raise different classes
        place = broken_at(data, message)
        why = f"byte {place[0]:,} of {len(data):,}: {place[1]}" if place else str(error)
        raise LoadError(f"{origin}: damaged {message}, {why}; was the file copied completely?") from error
    return found


def from_text(data: bytes, message: str, origin: str) -> Any:
    """The message in a text, attributes packed; `LoadError` names the line. Fields that opscope does not know are passed over."""
    from google.protobuf import text_format

    try:
        source = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise LoadError(
            f"{origin}: byte {error.start:,} is not UTF-8; was the text written with another encoding?"
        ) from error
    number = next((match for match in _TOKEN.finditer(source) if match.group(1)), None)
    if number is not None:
        line = source.count("\n", 0, number.start()) + 1
        raise LoadError(f"{origin}: line {line:,} has a number of {len(number.group(1)):,} digits; the file is damaged")
    try:
        found = text_format.Parse(source, message_class(message)(), allow_unknown_field=True)
    except RecursionError as error:
        raise LoadError(f"{origin}: braces nested too deep for a graph; the file is damaged") from error
    except (text_format.ParseError, ValueError, OverflowError, TypeError, KeyError, AttributeError) as error:
        why = re.sub(r"\s+", " ", str(error))[:200]
        raise LoadError(f"{origin}: damaged {message}, line and column {why}; was it edited or cut off?") from error
    return from_binary(found.SerializeToString(), message, origin)
