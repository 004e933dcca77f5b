"""Recognises arrays of NumPy: ``.npy``, and ``.npz``, a zip archive of these.

Format: numpy/lib/format.py.
"""

from __future__ import annotations

from ..format import refused
from ..heads import Head


def _fits(head: Head) -> bool:
    names = head.names
    return head.data.startswith(b"\x93NUMPY") or (bool(names) and all(name.endswith(".npy") for name in names))


FORMAT = refused(
    _fits,
    what="arrays of NumPy, such as weights, and no graph",
    do="give the model that they belong to",
)
