"""Names the files of several sources in one folder, so that none overwrites another."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path, PurePath
from typing import Dict, List, NamedTuple, Sequence, Tuple

from ..errors import InputError, LoadError, WriteError
from ..load.given_path import is_there
from ..render.registry import outputs, suffix_of
from ..render.write_file import expanded
from .many_sources import absolute


class _Named(NamedTuple):
    """What a source can be called: by its stem, by its whole name, and with the folders that it is in, the innermost last."""

    stem: str
    name: str
    folders: Tuple[str, ...]

    def called(self, level: int) -> PurePath:
        """The name of this level. Each level tells more: stem, name, folder/stem, folder/name, ..."""
        above = self.folders[len(self.folders) - level // 2 :] if level >= 2 else ()
        return PurePath(*above, self.name if level % 2 else self.stem)

    @property
    def levels(self) -> int:
        return 2 * (len(self.folders) + 1)


def is_folder(output: str) -> bool:
    """Whether ``-o`` names a folder to write into, and not a file.

    >>> is_folder("out/"), is_folder("out.svg"), is_folder("out.svg/")
    (True, False, False)
    """
    # A folder called out.svg is hardly meant: what is said of it as a file tells that it is one.
    if suffix_of(output).lower() in outputs():
        return False
    return output.endswith(("/", os.sep)) or Path(output).is_dir()


def file_names(sources: Sequence[str]) -> List[PurePath]:
    """A name without a suffix for each source, which no other has: its stem, or as much more of its path as that takes.

    >>> [str(name.as_posix()) for name in file_names(["a/net.pb", "b/net.pb", "other.keras"])]
    ['a/net', 'b/net', 'other']
    """
    named = [_named(source) for source in sources]
    levels = [0] * len(named)
    while True:
        # Upper and lower case are one where the file system says so, which is not asked here.
        keys = [str(each.called(level)).casefold() for each, level in zip(named, levels)]
        shared = {key for key, count in Counter(keys).items() if count > 1}
        raised = [place for place, key in enumerate(keys) if key in shared and levels[place] + 1 < named[place].levels]
        if not raised:
            return _numbered([each.called(level) for each, level in zip(named, levels)], keys)
        for place in raised:
            levels[place] += 1


def _named(source: str) -> _Named:
    there = _is_there(source)
    place, colon, attribute = source.rpartition(":")
    if there or not colon:
        place, attribute = "", ""
    path = Path(absolute(place or source))
    # What is after the dot of a folder's or a checkpoint's name, as in resnet_v1.5, is no suffix.
    has_suffix = path.suffix == ".py" if place else path.is_file() or not there
    stem, name = path.stem if has_suffix else path.name, path.name
    folders = path.parent.parts[1:]
    if attribute:
        return _Named(f"{stem}.{attribute}", f"{name}.{attribute}", folders)
    return _Named(stem or "model", name or "model", folders)


def _is_there(source: str) -> bool:
    try:
        return is_there(source)
    except LoadError:  # the process that is to read it says why it cannot
        return False


def _numbered(names: Sequence[PurePath], keys: Sequence[str]) -> List[PurePath]:
    """The names, with a number behind those that not even their whole paths tell apart: paths that differ in upper and lower case alone."""
    taken = set(keys)
    seen: Dict[str, int] = {}
    found = []
    for name, key in zip(names, keys):
        seen[key] = seen.get(key, 0) + 1
        if seen[key] > 1:
            number = seen[key]
            while f"{key}-{number}" in taken:
                number += 1
            taken.add(f"{key}-{number}")
            name = name.with_name(f"{name.name}-{number}")
        found.append(name)
    return found


def in_folder(folder: str, name: PurePath, suffixes: Sequence[str]) -> List[str]:
    """The paths of one source's files in a folder."""
    return [str(expanded(folder) / name.parent / f"{name.name}{suffix}") for suffix in suffixes]


def make_folders(paths: Sequence[str], sources: Sequence[str]) -> None:
    """Make the folders that the files go to.

    Raises:
        InputError: one of the files would replace a source.
        WriteError: a folder cannot be made.
    """
    read = {os.path.realpath(source) for source in sources}
    for path in paths:
        if os.path.realpath(path) in read:
            raise InputError(f"{path} is one of the sources, which would be overwritten; give another folder")
    for folder in dict.fromkeys(Path(path).parent for path in paths):
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except (OSError, ValueError) as error:
            why = getattr(error, "strerror", None) or error
            raise WriteError(f"cannot make the folder {folder}: {why}; choose another path") from error
