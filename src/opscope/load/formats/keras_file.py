"""Reads a ``.keras`` file, a zip archive with the configuration of a model and its weights, as Keras 3 and the last of Keras 2 write it.

Format: keras/src/saving/saving_lib.py, the names of the archive's files.
"""

from __future__ import annotations

from ...graph.graph import Graph
from ..format import Format, ModelFile, Wish
from ..heads import Head
from ..messages import complaints


def _fits(head: Head) -> bool:
    names = head.names
    return "config.json" in names and ("metadata.json" in names or any(name.endswith(".h5") for name in names))


def _read(file: ModelFile, _: Wish) -> Graph:
    from ..keras_files.reading import of_archive

    with complaints(file.path):
        return of_archive(file.graph_name, file.data, file.place)


FORMAT = Format("a .keras file", _fits, _read, precedence=0, maps=True)
