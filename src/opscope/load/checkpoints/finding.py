"""Finds the file to read of a checkpoint: its ``.index``, which lists what it holds.

Formats: tensorflow/core/util/tensor_bundle/naming.cc (``.index``, ``.data-00000-of-00002``); tensorflow/python/training/checkpoint_state.proto
(the text ``checkpoint``).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import List, Optional

from ...errors import LoadError
from ...suggestions import some_of
from ..archives.packed_path import FilePlace

INDEX, NEWEST_LIST, META = ".index", "checkpoint", ".meta"
VALUES_NAME = re.compile(r"\.data-\d{5}-of-\d{5}$")
"""How a file with values is called: they are numbers in a row without a mark, so only the name tells."""
_NEWEST = re.compile(r'^\s*model_checkpoint_path\s*:\s*"((?:[^"\\]|\\.)*)"', re.MULTILINE)
_MOST_TEXT = 1 << 20


def index_for(path: FilePlace) -> FilePlace:
    """The index of the checkpoint that a path stands for: a file with its values, or the name that its files have in common.

    Any other path is returned as it is, and so is this one if there is no index.
    """
    values = VALUES_NAME.search(path.name)
    if not values and path.exists():
        return path
    stem = path.name[: values.start()] if values else path.name
    index = path.parent / f"{stem}{INDEX}"
    return index if stem and index.is_file() else path


def newest_in(folder: FilePlace) -> Optional[FilePlace]:
    """The index of the checkpoint that a folder's ``checkpoint`` file names as the newest; without that file, of the only one.

    ``None`` if the folder has no checkpoint.
    """
    indices = sorted(each.name for each in folder.iterdir() if each.name.endswith(INDEX) and each.is_file())
    state = folder / NEWEST_LIST
    if not indices:
        return None
    if state.is_file() and state.stat().st_size <= _MOST_TEXT:
        return named_by(state, state.read_bytes())
    if len(indices) > 1:
        raise LoadError(
            f"{folder}: several checkpoints and no file that names the newest; give one of {some_of(indices)}"
        )
    return folder / indices[0]


def named_by(state: FilePlace, text: bytes) -> FilePlace:
    """The index that a ``checkpoint`` file names as the newest.

    It is looked for beside that file alone: the path in it is of the machine that wrote it.
    """
    found = _NEWEST.search(text[:_MOST_TEXT].decode("utf-8", "replace"))
    if found is None:
        raise LoadError(f"{state}: a list of checkpoints that names none as the newest; give the {INDEX} file of one")
    name = re.split(r"[/\\]", found.group(1))[-1]
    index = state.parent / f"{name}{INDEX}"
    if name in ("", ".", "..") or "\0" in name or not index.is_file():
        there = sorted(each.name for each in state.parent.iterdir() if each.name.endswith(INDEX))
        known = f"give one of {some_of(there)}" if there else f"copy its {INDEX} file there too"
        raise LoadError(f"{state}: names {name!r}, which is not beside it; {known}")
    return index


def graphs_beside(index: FilePlace) -> List[str]:
    """Files beside a checkpoint that have its graph, as far as names tell: its own ``.meta``, or the SavedModel that it is part of."""
    own = index.parent / f"{index.name[: -len(INDEX)]}{META}"
    around = index.parent.parent / "saved_model.pb"
    found = [own.name] if index.name.endswith(INDEX) and own.is_file() else []
    if index.name == "variables.index" and index.parent.name == "variables" and around.is_file():
        found.append(f"../{around.name}")
    return found


def is_prefix(path: Path) -> bool:
    """Whether there is no such file, but a checkpoint whose files begin with this name, as TensorFlow calls checkpoints."""
    return index_for(path) != path
