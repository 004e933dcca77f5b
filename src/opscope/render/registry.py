"""Which outputs there are: every module of ``outputs/`` is one, and has its `Output` as ``OUTPUT``."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Callable, Dict, FrozenSet, List

from ..errors import InputError
from ..folder import modules
from .options import Options
from .write_file import Data

if TYPE_CHECKING:
    from ..graph.graph import Graph


@dataclass(frozen=True)
class Output:
    """One kind of file: its suffix, what it is, whether it is bytes (else text), and the function that makes it.

    `honours` names the options that change what it is; any other is passed over, so that one set of options serves
    several files. Lists of outputs are in the order of `place`.
    """

    suffix: str
    title: str
    binary: bool
    make: Callable[["Graph", Options], Data]
    honours: FrozenSet[str] = frozenset()
    place: int = 100


@lru_cache(maxsize=None)
def outputs() -> Dict[str, Output]:
    """Suffix -> output."""
    found = [module.OUTPUT for module in modules(f"{__package__}.outputs")]
    return {output.suffix: output for output in sorted(found, key=lambda output: output.place)}


def output_for(suffix: str) -> Output:
    """The output of a suffix (``".svg"``, in any case); `InputError` lists those there are."""
    output = outputs().get(suffix.lower())
    if output is None:
        msg = f"cannot write {suffix or 'a file without suffix'!r}; use one of {' '.join(outputs())}"
        raise InputError(msg)
    return output


def honouring(option: str) -> List[str]:
    """The suffixes of the outputs that an option changes."""
    return [suffix for suffix, output in outputs().items() if option in output.honours]
