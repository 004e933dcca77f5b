"""Finds the file to read where the caller gave a folder or an archive: a SavedModel's own, one of TensorFlow Serving's versions, a checkpoint."""

from __future__ import annotations

from typing import List, NamedTuple, Optional, Sequence

from ..errors import LoadError
from ..suggestions import some_of
from .archives.packed_path import FilePlace, PackedPath
from .checkpoints.finding import INDEX, NEWEST_LIST, index_for, newest_in
from .format import Format

_GRAPH_SUFFIXES = (".pb", ".pbtxt", ".meta")
_ALONE = (*_GRAPH_SUFFIXES, ".keras", ".h5", ".hdf5", ".tflite")
"""How files are called of which an archive may hold one, and nothing else."""
_BESIDE_A_GRAPH = ("keras_metadata.pb", "fingerprint.pb", "saved_model_debug_info.pb")


_PROFILE = ".xplane.pb"
"""How the profiler's files end, which lie beside logs."""
_MOST_LISTED = 20
"""How many models of an archive an error lists, to choose from."""


class FoundFile(NamedTuple):
    """The file to read."""

    path: FilePlace
    folder: Optional[FilePlace] = None
    """The folder that it is in, if the caller gave that or one around it."""
    version: Optional[int] = None
    """The number that `folder` is called by, if the caller gave the folder with all versions (TensorFlow Serving's layout)."""
    versions: int = 0
    """How many versions that folder has."""
    whole: Optional[Format] = None
    """The format that reads all of the folder, if it is not one file that is read."""


def find(path: FilePlace, formats: Sequence[Format]) -> FoundFile:
    """The file to read. In a folder that is the first file there is of those that the formats look for.

    If there is none, but the folder has folders called 1, 2, 3, ... with such a file, it is the one with the highest number:
    so TensorFlow Serving keeps a model's versions, and so it chooses. Else it is the newest checkpoint, or the folder is one
    that a format reads whole, such as a log of TensorBoard. In an archive the
    model's folder may be in others, or there may be one file alone.
    """
    names = [name for each in formats for name in each.in_folder]
    try:
        if not path.is_dir():
            return FoundFile(index_for(path))
        if isinstance(path, PackedPath):
            return _in_archive(path, names, formats)
        found = _in_folder(path, names)
        if found is not None:
            return found
        checkpoint = newest_in(path)
        if checkpoint is not None:
            return FoundFile(checkpoint, path)
        whole = _whole(path, formats)
        if whole is not None:
            return whole
        inside = [folder.name for folder in _folders(path) if _file_in(folder, names) is not None]
        hint = _hint(path, inside)
    except LoadError:
        raise
    except (OSError, ValueError) as error:
        raise LoadError(f"{path}: cannot be read ({error}); check the path") from error
    folders = [f"{each.name}'s own folder" for each in formats if each.in_folder]
    raise LoadError(f"{path}: a folder without {' or '.join(names)}{hint}; give {' or '.join([*folders, 'a file'])}")


def _in_folder(path: FilePlace, names: Sequence[str]) -> Optional[FoundFile]:
    """The model of a folder, or of the highest version in it."""
    own = _file_in(path, names)
    if own is not None:
        return FoundFile(own, path)
    inside = [(folder, file) for folder in _folders(path) for file in [_file_in(folder, names)] if file is not None]
    versions = {int(folder.name): (folder, file) for folder, file in inside if _is_version(folder.name)}
    if not versions:
        return None
    newest = max(versions)
    folder, file = versions[newest]
    return FoundFile(file, folder, newest, len(versions))


def _in_archive(root: PackedPath, names: Sequence[str], formats: Sequence[Format]) -> FoundFile:
    """The only model in an archive or a folder of it: in whatever folder that is, with or without versions; else the only file of a model."""
    own = _file_in(root, names)
    if own is not None and root.parent.inner != root.inner:  # the user chose this very folder
        return FoundFile(own, root)
    files = root.walk()
    models = {str(place): place for place in (_place_of(file) for file in files if file.name in names)}
    found = _in_folder(next(iter(models.values())), names) if len(models) == 1 else None
    if found is not None:
        return found
    alone = [file for file in files if file.name.endswith(_ALONE) and not _is_beside(file.name, names)]
    alone = files if len(files) == 1 else alone
    if len(alone) == 1 and not models:
        return FoundFile(index_for(alone[0]))
    checkpoints = {str(file.parent): file.parent for file in files if file.name.endswith(INDEX)}
    if not models and not alone and len(checkpoints) == 1:
        (folder,) = checkpoints.values()
        return FoundFile(newest_in(folder) or folder, folder)
    whole = None if models or alone or checkpoints else _whole(root, formats)
    if whole is not None:
        return whole
    several = [*models.values(), *alone] or list(checkpoints.values())
    if several:
        listed = some_of([each.inner for each in several], most=_MOST_LISTED)
        raise LoadError(
            f"{root}: an archive with several models ({listed}); give one by its path, such as {several[0]}"
        )
    there = some_of([each.inner for each in files]) or "no file"
    raise LoadError(f"{root}: an archive with no model ({there}); is it the right file?")


def _place_of(file: PackedPath) -> PackedPath:
    """The folder of a model, or if that is a version the folder with all versions."""
    folder = file.parent
    return folder.parent if _is_version(folder.name) else folder


def _is_beside(name: str, names: Sequence[str]) -> bool:
    """Whether a file is not a model by itself, as one with such a name may be."""
    return name in (*names, *_BESIDE_A_GRAPH) or name.endswith(_PROFILE)


def is_beside_a_model(name: str) -> bool:
    """Whether a file called so is a part of a model or lies beside it, and is no model by itself."""
    return name in ("saved_model.pb", "saved_model.pbtxt", NEWEST_LIST, *_BESIDE_A_GRAPH) or name.endswith(_PROFILE)


def looks_like_a_model(name: str) -> bool:
    """Whether a file called so is expected to be a model: what is wrong with it is then worth telling."""
    return name.lower().endswith(_ALONE)


def _whole(path: FilePlace, formats: Sequence[Format]) -> Optional[FoundFile]:
    """The folder itself, if a format reads all of it."""
    found = next((each for each in formats if each.below_folder is not None and each.below_folder(path)), None)
    return None if found is None else FoundFile(path, path, whole=found)


def _file_in(folder: FilePlace, names: Sequence[str]) -> Optional[FilePlace]:
    return next((folder / name for name in names if (folder / name).is_file()), None)


def _folders(path: FilePlace) -> List[FilePlace]:
    return sorted((each for each in path.iterdir() if each.is_dir()), key=lambda each: each.name)


def _is_version(name: str) -> bool:
    return name.isascii() and name.isdecimal() and len(name) < 20  # an int64 for TensorFlow Serving


def _hint(path: FilePlace, folders: Sequence[str]) -> str:
    """What a folder without a model has instead: folders with one, or files that may be one."""
    files = sorted(each.name for each in path.iterdir() if each.is_file())
    graphs = [name for name in files if name.endswith(_GRAPH_SUFFIXES)]
    if folders or graphs:
        return f" (there is {some_of([*folders, *graphs])})"
    return ""
