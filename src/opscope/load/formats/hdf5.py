"""Recognises an HDF5 file, such as Keras's ``.h5``: it has weights and no graph.

Format: the HDF5 file format specification, the superblock's signature.
"""

from __future__ import annotations

from ..format import TRACE, refused

FORMAT = refused(
    lambda head: head.data.startswith(b"\x89HDF\r\n"),
    what="an HDF5 file, which holds weights but no graph",
    do=f"load it with Keras, give the model to {TRACE}",
)
