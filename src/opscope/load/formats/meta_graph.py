"""Reads a MetaGraphDef, as the Saver of TensorFlow 1 writes it to ``.meta`` beside a checkpoint.

Format: tensorflow/core/protobuf/meta_graph.proto.
"""

from __future__ import annotations

from ...graph.graph import Graph
from ...program.wire import BYTES, BrokenError
from .. import messages
from ..format import Format, ModelFile, Wish
from ..heads import Head

_WORDS = ("meta_info_def", "graph_def", "saver_def", "collection_def", "signature_def", "asset_file_def")


def _fits(head: Head) -> bool:
    """Whether the bytes can be the beginning of a MetaGraphDef: field 1 a MetaInfoDef, or field 2 a GraphDef."""
    if head.word is not None:
        return head.word_in(*_WORDS)
    first = messages.first_field(head.data)
    if first is None or first.wire != BYTES or first.number > 2:
        return False
    try:
        if first.number == 1:
            return messages.is_meta_info(head.data, first)
        graph = messages.first_inside(head.data, first)
        if graph is None or graph.wire != BYTES or messages.is_meta_info(head.data, graph):
            return False
        # A GraphDef has a field 2 as well, its library. The graph begins with a node and the library with a function; a
        # node begins with its name, a function with a message, the first byte of which is 0x0a.
        deeper = messages.first_inside(head.data, graph)
        return deeper is not None and head.data[deeper.start : deeper.start + 1] != b"\n"
    except BrokenError:
        return False


def _read(file: ModelFile, wish: Wish) -> Graph:
    meta = messages.message(file, "MetaGraphDef")
    with messages.complaints(file.path):
        return messages.read_graph(meta, file, wish, {"format": "MetaGraphDef"})


FORMAT = Format(
    "a MetaGraphDef", _fits, _read, precedence=30, takes=frozenset({"signature", "function", "all"}),
)  # fmt: skip
