"""Reads an event file of TensorBoard, or a folder with such files below it.

Format: tensorflow/core/util/event.proto, in records (lib/io/record_writer.h).
"""

from __future__ import annotations

from ...graph.graph import Graph
from ..archives.packed_path import FilePlace
from ..format import Format, ModelFile, Wish
from ..heads import Head


def _fits(head: Head) -> bool:
    # A record's length and its checksum take 12 bytes; then come the time, 9 bytes, and the version of the file.
    return b"brain.Event:" in head.data[12:48]


def _read(file: ModelFile, wish: Wish) -> Graph:
    from ..event_files.picked_graph import of_log

    return of_log(file, wish)


def _is_log(folder: FilePlace) -> bool:
    from ..event_files.log import has_event_file

    return has_event_file(folder)


FORMAT = Format(
    "a log of TensorBoard",
    _fits,
    _read,
    precedence=0,
    takes=frozenset({"run", "tag", "signature", "function", "all"}),
    below_folder=_is_log,
    is_streamed=True,
)
