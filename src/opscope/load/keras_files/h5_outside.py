"""Refuses HDF5 files that take data from other files, before Keras is given one: it would follow what `h5_walk` does not."""

from __future__ import annotations

import io
from typing import Any, Optional

from ...errors import LoadError


def refuse_outside(data: bytes) -> None:
    """`LoadError` if a link, raw storage or a virtual dataset of the file leads into another one.

    To be called on a file that `h5_file.root_of` has come through, since the HDF5 library runs in this process here.
    """
    import h5py

    try:
        with h5py.File(io.BytesIO(data), "r") as root:
            leads = _outside(root) or root.visititems(lambda _, item: _outside(item))
    except Exception as error:
        raise LoadError(f"a damaged HDF5 file ({type(error).__name__}); was it copied completely?") from error
    if leads:
        raise LoadError(
            "the model is not rebuilt, since its HDF5 file takes data from other files; save the model again"
        )


def _outside(item: Any) -> Optional[bool]:
    """True if an object leads out of its file; ``None``, by which h5py goes on to the next, if it does not."""
    if type(item).__name__ == "Dataset":
        return True if item.external or item.is_virtual else None
    links = (item.get(name, getlink=True) for name in item)
    return True if any(type(link).__name__ == "ExternalLink" for link in links) else None
