"""Finds the graphs that opscope itself wrote into a log directory, as ``opscope.trace(model).save("logs/model.json")`` does.

They are listed with the others, and a profile is shown on one where it is what ran: Keras 3 logs no graph of ops.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import List

from ..errors import LoadError

_HEAD = re.compile(rb'\s*\{\s*"format"\s*:\s*"opscope"')
"""How such a file begins: graph/json/write.py."""
_MOST_FILES = 10_000


def saved_graphs(folder: Path) -> List[Path]:
    """The files with opscope's JSON in a folder and all folders in it, by path. No link to a folder is followed."""
    found = []
    count = 0
    for place, _, names in os.walk(str(folder)):
        for path in (Path(place, name) for name in names if name.endswith(".json")):
            count += 1
            if count > _MOST_FILES:
                raise LoadError(f"{folder}: more than {_MOST_FILES:,} files of JSON; give the folder of a run")
            if _is_graph(path):
                found.append(path)
    return sorted(found)


def _is_graph(path: Path) -> bool:
    try:
        if not path.is_file():
            return False
        with path.open("rb") as file:
            return _HEAD.match(file.read(200)) is not None
    except OSError:  # removed meanwhile, or not for this user: there may be any files in a log directory
        return False
