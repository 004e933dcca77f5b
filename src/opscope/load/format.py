"""`Format`: what a module of ``formats/`` says of its format; `ModelFile` and `Wish`: what it is given to read."""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Callable, FrozenSet, Iterable, List, Optional, Tuple, Union

from ..errors import LoadError
from ..graph.graph import Graph
from .heads import Head


@dataclass(frozen=True)
class ModelFile:
    """A file to read, its bytes, and the folder around it where that is what the caller named."""

    path: Path
    data: bytes
    folder: Optional[Path] = None


@dataclass(frozen=True)
class Wish:
    """Which part of a file the caller asks for; the fields are the options of `load`."""

    signature: Optional[str] = None
    function: Optional[str] = None
    all: bool = False
    tags: Union[str, Iterable[str], None] = None

    def given(self) -> List[str]:
        """The names of the options that the caller gave."""
        values: List[Any] = [(each.name, getattr(self, each.name)) for each in fields(self)]
        return [name for name, value in values if value is not None and value is not False]


@dataclass(frozen=True)
class Format:
    """One kind of file.

    `name` is what it is called in a sentence, such as ``a GraphDef``. `fits` tells a file by its first bytes; formats are
    asked in the order of `precedence`, the lowest first. `read` makes the graph and raises `LoadError` with the file's
    path in front. `takes` names the options of `load` that choose a part of such a file, and `in_folder` the files that
    are read where a folder is given.
    """

    name: str
    fits: Callable[[Head], bool]
    read: Callable[[ModelFile, Wish], Graph]
    precedence: int
    takes: FrozenSet[str] = frozenset()
    in_folder: Tuple[str, ...] = ()
    is_read: bool = True


def refused(fits: Callable[[Head], bool], *, what: str, do: str) -> Format:
    """A format without a TensorFlow graph that is known in order to say what to do; whatever was asked for, it says that."""

    def read(file: ModelFile, _: Wish) -> Graph:
        raise LoadError(f"{file.path}: {what}: {do}")

    return Format(what, fits, read, precedence=0, takes=frozenset(each.name for each in fields(Wish)), is_read=False)
