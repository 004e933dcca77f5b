"""A zip archive, such as a ``.keras`` file: it holds a configuration and weights, no graph.

Format: PKWARE's APPNOTE, 4.3.7 (local file header).
"""

from __future__ import annotations

from ..format import refused

FORMAT = refused(
    lambda head: head.data.startswith(b"PK\x03\x04"),
    what="a zip archive (a .keras file holds no graph)",
    do="load it with Keras, give the model to opscope.trace",
)
