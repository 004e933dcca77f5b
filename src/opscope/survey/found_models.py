"""Which of many files are models: the files of one SavedModel are one, and what lies beside a model is none."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from hashlib import blake2b
from typing import Dict, Iterable, Iterator, List, NamedTuple, Optional, Sequence, Set, Tuple

from ..load.checkpoints.finding import INDEX, VALUES_NAME
from ..load.folders import is_beside_a_model, looks_like_a_model

_OWN_FOLDERS = frozenset({"variables", "assets", "assets.extra"})
"""The folders of a SavedModel."""


class ListedFile(NamedTuple):
    """One file of a folder, an archive or a store."""

    path: str
    """Its whole path, or address, with slashes."""
    size: int
    stamp: str
    """What changes when its content does: a time, or a store's own tag."""
    chain: str = ""
    """Of a store in a store what follows the path: ``::models.zip``."""

    @property
    def address(self) -> str:
        """What it is opened by."""
        return f"{self.path}{self.chain}"


@dataclass(frozen=True)
class FoundModel:
    """A model that is to be read."""

    path: str
    """The file, or the folder of a SavedModel."""
    files: Tuple[ListedFile, ...]
    """What it is made of. Of one file, also those of a checkpoint that hold its values."""
    named: bool
    """Whether it was asked for, or is called like a model: then what cannot be read is told; else it may be any file."""

    @property
    def address(self) -> str:
        """What it is told by: its path, and of a store in a store that of the other."""
        return f"{self.path}{self.files[0].chain}"

    @property
    def is_folder(self) -> bool:
        """Whether `path` is the folder of `files`."""
        return self.files[0].path != self.path

    @property
    def size(self) -> int:
        """Bytes of all its files."""
        return sum(file.size for file in self.files)

    @property
    def stamp(self) -> str:
        """What changes when any of its files does."""
        told = "\n".join(f"{file.address} {file.size} {file.stamp}" for file in sorted(self.files))
        return blake2b(told.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def models_among(files: Iterable[ListedFile], folder_files: Sequence[str]) -> List[FoundModel]:
    """The files that may be models, by path. A folder with one of `folder_files` is one model, of these and what its own folders hold.

    >>> listed = [ListedFile(path, 1, "") for path in ("a/saved_model.pb", "a/variables/variables.index", "a/b.tflite", "notes.txt")]
    >>> [(model.path, len(model.files), model.named) for model in models_among(listed, ["saved_model.pb"])]
    [('a', 2, True), ('a/b.tflite', 1, True), ('notes.txt', 1, False)]
    """
    by_chain: Dict[str, List[ListedFile]] = defaultdict(list)
    for file in sorted(set(files)):
        by_chain[file.chain].append(file)
    found = [model for every in by_chain.values() for model in _in_one_store(every, folder_files)]
    return sorted(found, key=lambda model: model.address)


def _in_one_store(every: Sequence[ListedFile], folder_files: Sequence[str]) -> Iterator[FoundModel]:
    homes = {_folder(file.path) for file in every if _name(file.path) in folder_files}
    inside: Dict[str, List[ListedFile]] = defaultdict(list)
    values: Dict[str, List[ListedFile]] = defaultdict(list)
    single = []
    for file in every:
        home = _home(file.path, homes)
        if home is not None:
            inside[home].append(file)
        elif VALUES_NAME.search(_name(file.path)):
            values[VALUES_NAME.sub("", file.path)].append(file)
        elif not is_beside_a_model(_name(file.path)):
            single.append(file)
    for home, files in inside.items():
        yield FoundModel(home, tuple(files), named=True)
    for file in single:
        held = values[file.path[: -len(INDEX)]] if file.path.endswith(INDEX) else []
        yield FoundModel(file.path, (file, *held), named=bool(held) or looks_like_a_model(_name(file.path)))


def _home(path: str, homes: "Set[str]") -> Optional[str]:
    """The folder of the model that the file is a part of."""
    folder = _folder(path)
    if folder in homes and is_beside_a_model(_name(path)):
        return folder
    while "/" in folder:
        folder, _, name = folder.rpartition("/")
        if name in _OWN_FOLDERS and folder in homes:
            return folder
    return "." if folder in _OWN_FOLDERS and "." in homes else None


def _folder(path: str) -> str:
    return path.rpartition("/")[0] if "/" in path else "."


def _name(path: str) -> str:
    return path.rpartition("/")[2]
