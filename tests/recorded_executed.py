"""A function as real TensorFlows traced and ran it: `tools/record_executed.py` has the function, and wrote the archives."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Tuple

import opscope
from opscope.executed.as_executed import as_executed
from opscope.graph.content import with_executed
from opscope.graph.what_ran import Executed

FOLDER = Path(__file__).parent / "executed" / "recorded"


def recorded(version: str, folder: Path) -> Tuple[opscope.Graph, Executed]:
    """The function as it was traced, and what ran of it."""
    with zipfile.ZipFile(FOLDER / f"{version}.zip") as archive:
        path = folder / "written.pb"
        path.write_bytes(archive.read("written.pb"))
        graph = opscope.load(path)
        executed = as_executed(graph, archive.read("collected.pb"))
    assert executed is not None
    return graph, executed


def with_what_ran(version: str, folder: Path) -> opscope.Graph:
    """The function with what ran of it, as `opscope.profile` leaves it."""
    graph, executed = recorded(version, folder)
    return with_executed(graph, executed)
