"""Finds the file to read where the caller gave a folder: a SavedModel's own, or one of TensorFlow Serving with versions in it."""

from __future__ import annotations

from pathlib import Path
from typing import List, NamedTuple, Optional, Sequence

from ..errors import LoadError
from .format import Format

_GRAPH_SUFFIXES = (".pb", ".pbtxt", ".meta")
_MOST_NAMED = 5


class FoundFile(NamedTuple):
    """The file to read."""

    path: Path
    folder: Optional[Path] = None
    """The folder that it is in, if the caller gave that or one around it."""
    version: Optional[int] = None
    """The number that `folder` is called by, if the caller gave the folder with all versions (TensorFlow Serving's layout)."""
    versions: int = 0
    """How many versions that folder has."""
    whole: Optional[Format] = None
    """The format that reads all of the folder, if it is not one file that is read."""


def find(path: Path, formats: Sequence[Format]) -> FoundFile:
    """The file to read. In a folder that is the first file there is of those that the formats look for.

    If there is none, but the folder has folders called 1, 2, 3, ... with such a file, it is the one with the highest number:
    so TensorFlow Serving keeps a model's versions, and so it chooses.
    If it has none of these either, it may be one that a format reads whole, such as a log of TensorBoard.
    """
    names = [name for each in formats for name in each.in_folder]
    try:
        if not path.is_dir():
            return FoundFile(path)
        own = _file_in(path, names)
        if own is not None:
            return FoundFile(own, path)
        inside = [(folder, file) for folder in _folders(path) for file in [_file_in(folder, names)] if file is not None]
        versions = {int(folder.name): (folder, file) for folder, file in inside if _is_version(folder.name)}
        if versions:
            newest = max(versions)
            folder, file = versions[newest]
            return FoundFile(file, folder, newest, len(versions))
        log = next((each for each in formats if each.below_folder is not None and each.below_folder(path)), None)
        if log is not None:
            return FoundFile(path, path, whole=log)
        hint = _hint(path, [folder.name for folder, _ in inside])
    except (OSError, ValueError) as error:
        raise LoadError(f"{path}: cannot be read ({error}); check the path") from error
    folders = [f"{each.name}'s own folder" for each in formats if each.in_folder]
    raise LoadError(f"{path}: a folder without {' or '.join(names)}{hint}; give {' or '.join([*folders, 'a file'])}")


def _file_in(folder: Path, names: Sequence[str]) -> Optional[Path]:
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _folders(path: Path) -> List[Path]:
    return sorted(each for each in path.iterdir() if each.is_dir())


def _is_version(name: str) -> bool:
    return name.isascii() and name.isdecimal() and len(name) < 20  # an int64 for TensorFlow Serving


def _hint(path: Path, folders: Sequence[str]) -> str:
    """What a folder without a model has instead: folders with one, files that may be one, or a checkpoint."""
    files = sorted(each.name for each in path.iterdir() if each.is_file())
    graphs = [name for name in files if name.endswith(_GRAPH_SUFFIXES)]
    if folders or graphs:
        return f" (there is {_listed([*folders, *graphs])})"
    if any(name == "checkpoint" or name.endswith(".index") for name in files):
        return " (there is a checkpoint, which holds variables but no graph)"
    return ""


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
