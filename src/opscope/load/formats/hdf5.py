"""Reads an HDF5 file of Keras 1, 2 or 3, such as ``.h5``: the layers of a whole model, or weights alone.

Format: the HDF5 file format specification, the superblock's signature; keras/src/legacy/saving/legacy_h5_format.py.
"""

from __future__ import annotations

from ...graph.graph import Graph
from ..format import Format, ModelFile, Wish
from ..messages import complaints


def _read(file: ModelFile, _: Wish) -> Graph:
    from ..keras_files.reading import of_h5

    with complaints(file.path):
        return of_h5(file.graph_name, file.data, file.place)


FORMAT = Format(
    "an HDF5 file of Keras", lambda head: head.data.startswith(b"\x89HDF\r\n"), _read, precedence=0, maps=True
)
