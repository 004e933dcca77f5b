"""Parses bytes, binary or text, into one of TensorFlow's messages. An error names the byte or line that is wrong."""

from __future__ import annotations

import re
from typing import Any

from ..errors import LoadError
from .packed import PACKED
from .proto import message_class
from .wire import broken_at

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\'|(\d{400,})')
"""Finds numbers of 400 digits or more (group 1). Quoted text is matched first, so that digits in it do not count. The largest
double has 309 digits; Python would take seconds to read a million of them, or refuses."""


def from_binary(data: bytes, message: str, origin: str) -> Any:
    """The message in `data`, with packed attributes (see `packed`); `LoadError` names the byte where it breaks.

    `message` is the name of its type, `origin` what the error calls the file.
    """
    found = message_class(message, PACKED)()
    try:
        found.ParseFromString(data)
    except Exception as error:  # protobuf's runtimes raise different classes
        # Protobuf's own errors only say that parsing failed, not where.
        place = broken_at(data, message)
        why = f"byte {place[0]:,} of {len(data):,}: {place[1]}" if place else str(error)
        raise LoadError(f"{origin}: damaged {message}, {why}; was the file copied completely?") from error
    return found


def from_text(data: bytes, message: str, origin: str) -> Any:
    """The message in a text, with packed attributes; `LoadError` names the line. Fields unknown to opscope are skipped."""
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
    # A text cannot be parsed with attributes as bytes, so it takes the way through the binary form.
    return from_binary(found.SerializeToString(), message, origin)
