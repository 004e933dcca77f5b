"""Reads a SavedModel: its folder, ``saved_model.pb`` or ``saved_model.pbtxt``.

Format: tensorflow/core/protobuf/saved_model.proto. Nothing in the file is executed, and no path in it is opened.
"""

from __future__ import annotations

from ...graph.graph import Graph
from ...program.wire import BYTES, VARINT, BrokenError
from .. import messages
from ..archives.packed_path import FilePlace
from ..assemble import Beside
from ..choose import pick_meta_graph
from ..files import read_beside
from ..format import Format, ModelFile, Wish
from ..heads import Head


def _fits(head: Head) -> bool:
    """Whether the bytes can be the beginning of a SavedModel: field 1 its version, a number; or field 2 a MetaGraphDef."""
    if head.word is not None:
        return head.word_in("saved_model_schema_version", "meta_graphs")
    first = messages.first_field(head.data)
    if first is None or first.wire != BYTES:
        return first is not None and (first.number, first.wire) == (1, VARINT)
    try:  # the version is missing, so we look for what the MetaGraphDef in field 2 begins with: a MetaInfoDef
        inner = messages.first_inside(head.data, first) if first.number == 2 else None
        return inner is not None and inner.wire == BYTES and messages.is_meta_info(head.data, inner)
    except BrokenError:
        return False


def _read(file: ModelFile, wish: Wish) -> Graph:
    """One MetaGraphDef of the SavedModel, and if its folder was given the files beside it."""
    saved_model = messages.message(file, "SavedModel")
    with messages.complaints(file.path):
        meta, known = pick_meta_graph(saved_model, wish.tags, str(file.path))
        beside = _beside(file.folder) if file.folder is not None else Beside()
        return messages.read_graph(meta, file, wish, {"format": "SavedModel", "tag_sets": known}, beside)


def _beside(folder: FilePlace) -> Beside:
    """The files of Keras and of TensorFlow's debug info in a SavedModel's folder."""
    return Beside(
        read_beside(folder / "keras_metadata.pb"), read_beside(folder / "debug" / "saved_model_debug_info.pb")
    )


FORMAT = Format(
    "a SavedModel",
    _fits,
    _read,
    precedence=20,
    takes=frozenset({"signature", "function", "all", "tags"}),
    in_folder=("saved_model.pb", "saved_model.pbtxt"),
)
