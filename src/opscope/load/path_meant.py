"""Suggests which file or folder was meant by a path at which there is none."""

from __future__ import annotations

import os
from itertools import islice
from pathlib import Path
from typing import Union

from ..suggestions import MOST_COMPARED, did_you_mean, words_like


def path_meant(path: "Union[str, os.PathLike[str]]") -> str:
    """A question for the end of an error's message: what is near by and called nearly so; empty if nothing is.

    Where a folder on the way is not there either, it is that which was misspelled.
    """
    wanted = Path(path)
    try:
        while not wanted.parent.is_dir() and wanted.parent != wanted:
            wanted = wanted.parent
        names = [entry.name for entry in islice(wanted.parent.iterdir(), MOST_COMPARED)]
    except (OSError, ValueError):  # a folder that may not be read, a path that cannot be
        return ""
    return did_you_mean(str(wanted), [str(wanted.parent / name) for name in words_like(wanted.name, names)])
