"""Finds the outputs: each module of ``outputs/`` has one, its constant ``OUTPUT``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Dict, FrozenSet, List, Union

from ..errors import InputError
from ..folder import modules
from ..suggestions import did_you_mean
from .options import Options
from .write_file import Data

if TYPE_CHECKING:
    import os

    from ..graph.graph import Graph


@dataclass(frozen=True)
class Output:
    """One kind of file that a graph can be written to."""

    suffix: str
    """The suffix of the file with its dot, in small letters; two of them if what the last one names is written otherwise."""
    title: str
    """What it is, in a few words."""
    binary: bool
    """Whether `make` returns bytes; otherwise text."""
    make: Callable[["Graph", Options], Data]
    """Makes the content of the file."""
    honours: FrozenSet[str] = frozenset()
    """The names of the options that change the file. Others are passed over, if another file honours them (`render.heeded`)."""
    place: int = 100
    """Its place in lists of outputs, the lowest first."""


@lru_cache(maxsize=None)
def outputs() -> Dict[str, Output]:
    """Suffix -> output, in the order of `Output.place`. The folder is searched at the first call only."""
    found = [module.OUTPUT for module in modules(f"{__package__}.outputs")]
    return {output.suffix: output for output in sorted(found, key=lambda output: output.place)}


def suffix_of(path: "Union[str, os.PathLike[str]]") -> str:
    """The suffix of a path: its last two, as ``.layers.csv``, if an output has them together; else the last one."""
    name = Path(path)
    last_two = "".join(name.suffixes[-2:])
    return last_two if last_two.lower() in outputs() else name.suffix


def output_for(suffix: str) -> Output:
    """The output for a suffix such as ``".svg"``, in small or capital letters; `InputError` if there is none."""
    output = outputs().get(suffix.lower())
    if output is None:
        remedy = did_you_mean(suffix, outputs()) or f"use one of {' '.join(outputs())}"
        msg = f"cannot write {suffix or 'a file without suffix'!r}; {remedy}"
        raise InputError(msg)
    return output


def honouring(option: str) -> List[str]:
    """The suffixes of the outputs that honour an option."""
    return [suffix for suffix, output in outputs().items() if option in output.honours]
