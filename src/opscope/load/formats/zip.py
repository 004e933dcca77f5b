"""Recognises a zip archive, such as a ``.keras`` file: that has a configuration and weights, but no graph.

Format: PKWARE's APPNOTE, 4.3.7 (local file header).
"""

from __future__ import annotations

from ..format import refused

FORMAT = refused(
    lambda head: head.data.startswith(b"PK\x03\x04"),
    what="a zip archive (a .keras file holds no graph)",
    do="load it with Keras, give the model to opscope.trace",
)
