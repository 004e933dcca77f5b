"""What every kind of input gives the fuzzer: its seeds, and how one of them is tried."""

from __future__ import annotations

import os
import tempfile
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, List

import opscope
from opscope.cost import estimate
from opscope.errors import OpscopeError
from opscope.render.options import Options
from opscope.render.registry import output_for
from opscope.render.report.text import text

MOST_OPS = 500
"""A larger graph is loaded and estimated, but not drawn."""


@dataclass(frozen=True)
class Target:
    """`seeds` are inputs to start from; `prepare` makes of an input what `use` then does with it."""

    seeds: List[bytes]
    use: Callable[[bytes], None]
    """Raises only `OpscopeError`, in one line; all else is a finding."""
    most_bytes: int = 200_000


def fresh_file() -> Path:
    """A path that one process writes its inputs to, in a new folder that it then works in.

    The path is the same each time: libFuzzer takes what the code compares for words to try.
    """
    os.chdir(tempfile.mkdtemp(prefix="opscope-fuzz-"))
    return Path("fuzzed")


def look(graph: "opscope.Graph", turn: int) -> None:
    """Use a graph as people do: the summary with costs each time, one of the outputs in turn."""
    if len(graph) > MOST_OPS:
        estimate(graph)
        return
    text(estimate(graph, batch=None if turn % 2 else 3))
    suffix = (".svg", ".json", ".html", ".dot")[turn % 4]
    made = output_for(suffix).make(graph, Options(depth=(None, "all", "layers", 1)[turn // 4 % 4]))
    for _ in made if not isinstance(made, (str, bytes)) else ():
        pass  # JSON is made piece by piece


def one_line(error: OpscopeError) -> None:
    """An error of opscope's is one line in which nothing acts: no control, half of a character or end of a line, by Unicode's categories."""
    message = str(error)
    if not message or {unicodedata.category(character) for character in message} & {"Cc", "Cs", "Zl", "Zp"}:
        raise AssertionError(repr(message)) from error
