"""What a file is, told by its first bytes and never by its name."""

from __future__ import annotations

import re
from typing import Optional

from ..program.wire import BYTES, VARINT, BrokenError, Field, fields

TEXT = "text"
_OTHERS = (
    (
        b"PK\x03\x04",
        "a zip archive (a .keras file holds no graph): load it with Keras, give the model to opscope.trace",
    ),
    (
        b"\x89HDF\r\n",
        "an HDF5 file, which holds weights and no graph: load it with Keras, give the model to opscope.trace",
    ),
    (b"\x1f\x8b", "compressed with gzip: unpack it first"),
)
_TEXT = re.compile(rb"\s*(?:#[^\n]*\s*)*([A-Za-z_]\w*)\s*[:{<]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
_FIRST_WORDS = {
    "SavedModel": {"saved_model_schema_version", "meta_graphs"},
    "MetaGraphDef": {"meta_info_def", "graph_def", "saver_def", "collection_def", "signature_def", "asset_file_def"},
    "GraphDef": {"node", "versions", "version", "library"},
}


def other_format(data: bytes) -> Optional[str]:
    """What the bytes are and what to do, where they are something known that holds no TensorFlow graph."""
    if data[4:8] == b"TFL3":
        return "a TensorFlow Lite model, which opscope does not read: give the SavedModel it was made from"
    return next((text for magic, text in _OTHERS if data.startswith(magic)), None)


def is_json(data: bytes) -> bool:
    """Whether the bytes can be a JSON object, in whatever encoding an editor gave it."""
    head = data[:64]
    for mark in _BYTE_ORDER_MARKS:
        head = head[len(mark) :] if head.startswith(mark) else head
    return head.lstrip(b" \t\r\n\0")[:1] == b"{"


def is_text(data: bytes) -> bool:
    """Whether the bytes are a message in protobuf's text format: a word and a colon or brace, no control characters."""
    head = data[:4096]
    return _TEXT.match(head) is not None and _CONTROL.search(head) is None


def text_message(data: bytes) -> Optional[str]:
    """The message that a text begins: ``SavedModel``, ``MetaGraphDef``, ``GraphDef``; ``None``: none of them."""
    match = _TEXT.match(data)
    word = match.group(1).decode() if match else ""
    return next((name for name, words in _FIRST_WORDS.items() if word in words), None)


def binary_message(data: bytes) -> Optional[str]:
    """The message that the bytes are, by their first fields; ``None``: none that holds a graph."""
    try:
        top = fields(data, 0, len(data))
        first = next(top)
        if (first.number, first.wire) == (1, VARINT):
            return "SavedModel"
        if first.wire != BYTES or first.number > 5:
            return None
        if first.number == 1:
            return "MetaGraphDef" if _is_meta_info(data, first) else "GraphDef"
        if first.number == 2:
            return _second(data, first)
    except (BrokenError, StopIteration):
        return "GraphDef" if data[:1] in (b"\n", b"\x12") else None
    return "GraphDef"


def _is_meta_info(data: bytes, field: Field) -> bool:
    """Whether a field is a MetaInfoDef: its field 2 is a message of ops, a NodeDef's is the name of its op."""
    for inner in fields(data, field.start, field.end):
        if inner.number == 7:
            return True
        if inner.wire == BYTES and inner.end > inner.start and inner.number in (2, 5):
            is_message = data[inner.start : inner.start + 1] == b"\n"
            return is_message if inner.number == 2 else not is_message
        if inner.number == 4:
            return inner.wire == BYTES
    return False


def _second(data: bytes, field: Field) -> str:
    """Field 2 is first: a SavedModel's MetaGraphDef, a MetaGraphDef's GraphDef or a GraphDef's library."""
    inner = next(fields(data, field.start, field.end))
    if inner.wire != BYTES:
        return "GraphDef"
    if _is_meta_info(data, inner):
        return "SavedModel"
    deeper = next(fields(data, inner.start, inner.end), None)
    is_node = deeper is not None and data[deeper.start : deeper.start + 1] != b"\n"
    return "MetaGraphDef" if is_node else "GraphDef"
