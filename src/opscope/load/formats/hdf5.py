"""Reads an HDF5 file of Keras 1, 2 or 3, such as ``.h5``: the layers of a whole model, or weights alone.

Format: the HDF5 file format specification, the superblock's signature; keras/src/legacy/saving/legacy_h5_format.py.
"""

from __future__ import annotations

from ...errors import LoadError, MissingDependencyError, in_file
from ...graph.graph import Graph
from ..format import Format, ModelFile, Wish


def _read(file: ModelFile, _: Wish) -> Graph:
    from ..keras_files.reading import of_h5

    try:
        return of_h5(file.graph_name, file.data)
    except MissingDependencyError as error:
        raise MissingDependencyError(in_file(error, str(file.path))) from None
    except LoadError as error:
        raise LoadError(in_file(error, str(file.path))) from None


FORMAT = Format("an HDF5 file of Keras", lambda head: head.data.startswith(b"\x89HDF\r\n"), _read, precedence=0)
