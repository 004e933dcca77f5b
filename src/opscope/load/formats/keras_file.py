"""Recognises a ``.keras`` file: a zip archive with the configuration of layers and their weights, and no graph.

Format: keras/src/saving/saving_lib.py, the names of the archive's files.
"""

from __future__ import annotations

from ..format import TRACE, refused
from ..heads import Head
from ..zip_names import zip_names


def _fits(head: Head) -> bool:
    names = zip_names(head.data)
    return "config.json" in names and ("metadata.json" in names or any(name.endswith(".h5") for name in names))


FORMAT = refused(
    _fits,
    what="a .keras file, which holds a configuration and weights but no graph",
    do=f"load it with Keras, give the model to {TRACE}",
)
