"""Finds XLA's instructions in a graph of what ran, by the names that the profiler reports them by.

Names are unique in a program. An instruction is only the reported one if it also notes the same op of TensorFlow, since XLA
compiled once more to tell its program, and what it made then could be another one.
"""

from __future__ import annotations

from typing import Dict, List, Optional, Sequence

from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.hlo_opcodes import NOTED_NAME, NOTED_TYPE, OPCODE, PARAMETER, PROGRAM_RESULT
from ..recordings.raw import Origin


class RanInstructions:
    """The instructions of one graph. A graph as it was traced has none."""

    def __init__(self, graph: Graph) -> None:
        table = content_of(graph).table
        self._names, self._attrs = table.names, table.attrs
        self._rows: Dict[str, List[int]] = {}
        self._known: Dict[str, bool] = {}
        for row, raw in enumerate(table.raw_attrs):
            if isinstance(raw, dict) and raw.get(OPCODE) not in (None, PARAMETER, PROGRAM_RESULT):
                # An instruction that is called like an argument has ``~`` behind its name, which XLA never writes.
                self._rows.setdefault(table.names[row].rpartition("/")[2].rstrip("~"), []).append(row)

    def has_program(self, prefix: str) -> bool:
        """Whether there are instructions whose names begin so."""
        if prefix not in self._known:
            named = (self._names[row] for rows in self._rows.values() for row in rows)
            self._known[prefix] = any(name.startswith(prefix) for name in named)
        return self._known[prefix]

    def row(self, name: str, origins: Sequence[Origin], prefix: str) -> Optional[int]:
        """The instruction of this name that notes one of `origins`, or nothing; ``None`` if there is none, or several."""
        found = [
            row
            for row in self._rows.get(name, ())
            if self._names[row].startswith(prefix) and self._notes_one_of(row, origins)
        ]
        return found[0] if len(found) == 1 else None

    def _notes_one_of(self, row: int, origins: Sequence[Origin]) -> bool:
        attrs = self._attrs(row)
        return NOTED_NAME not in attrs or (attrs[NOTED_NAME], attrs[NOTED_TYPE]) in origins
