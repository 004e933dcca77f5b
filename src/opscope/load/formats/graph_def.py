"""A GraphDef: frozen or not, binary or text.

Format: tensorflow/core/framework/graph.proto.
"""

from __future__ import annotations

from types import SimpleNamespace

from ...graph.graph import Graph
from ...program.proto import message_class
from ...program.wire import BYTES
from .. import messages
from ..format import Format, ModelFile, Wish
from ..heads import Head

_OTHER_PARTS = ("meta_info_def", "signature_def", "collection_def", "asset_file_def", "object_graph_def")
"""The fields of a MetaGraphDef, apart from the GraphDef, that opscope looks at."""


def _fits(head: Head) -> bool:
    """Whether the bytes can be the beginning of a GraphDef. The other formats, which may begin alike, are asked before."""
    if head.word is not None:
        return head.word_in("node", "versions", "version", "library")
    first = messages.first_field(head.data)
    if first is None:  # cut off within its first field, a node (tag 0x0a) or the library (0x12): reading says where
        return head.data[:1] in (b"\n", b"\x12")
    return first.wire == BYTES and first.number <= 5


def _read(file: ModelFile, wish: Wish) -> Graph:
    """Read it as a MetaGraphDef that has nothing else. A real one would hold a copy of the GraphDef, which may be large."""
    graph_def = messages.message(file, "GraphDef")
    empty = message_class("MetaGraphDef")()
    meta = SimpleNamespace(graph_def=graph_def, **{name: getattr(empty, name) for name in _OTHER_PARTS})
    with messages.complaints(file.path):
        return messages.read_graph(meta, file, wish, {"format": "GraphDef"})


FORMAT = Format("a GraphDef", _fits, _read, precedence=40, takes=frozenset({"function", "all"}))
