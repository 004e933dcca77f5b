"""What is told of a conversion that keeps or computes with other types of numbers."""

from __future__ import annotations

from typing import Dict, Iterable, Iterator, List, Tuple

from ...graph.vocabulary import CONSTANTS
from ..conversion.conversion import FOLDED, Conversion
from ..conversion.fusions import REAL
from ..model import Delta, StoryEntry
from .evidence import Evidence


class ToldNumbers:
    """Tells always from the graph as it was written to the converted one."""

    def __init__(self, evidence: Evidence, conversion: Conversion) -> None:
        self._evidence, self._conversion = evidence, conversion
        self._one, self._two = 1 - conversion.converted, conversion.converted

    def entries(self, pairs: Iterable[Tuple[Delta, int, int]]) -> Iterator[StoryEntry]:
        """What is of another type of number, by the types; what is kept so apart from what is computed so."""
        alike: Dict[Tuple[str, str], List[Tuple[str, str]]] = {}
        table = self._evidence.sides[self._two].table
        for delta, _, other in pairs:
            change = delta.change("outputs[0].dtype")
            if change is not None and change.a != "resource":
                of = f"{table.ops[other]} " if table.ops[other] in CONSTANTS else ""
                alike.setdefault((of + change.a, of + change.b), []).append((str(delta.a), str(delta.b)))
        for other, old in self._stored():
            new = table.outputs[other][0].dtype
            alike.setdefault((f"{table.ops[other]} {old}", f"{table.ops[other]} {new}"), []).append(
                ("", table.names[other])
            )
        for labels, ends in alike.items():
            names = tuple([pair[0] for pair in ends if pair[0]]), tuple([pair[1] for pair in ends])
            yield StoryEntry("quantized", "op", *names, len(ends), len(ends), labels=labels)

    def _stored(self) -> Iterator[Tuple[int, str]]:
        """The constants without a counterpart that are kept as another type of number, and which the values behind them were of."""
        side, other_side = self._evidence.sides[self._one], self._evidence.sides[self._two]
        for step in self._conversion.steps:
            rows = step.written if step.kind == FOLDED else ()
            values = {types[0].dtype for types in [side.table.outputs[row] for row in rows] if types}
            values |= {variable.dtype for variable in side.variables}
            old = values & REAL
            if step.kind != FOLDED or len(old) != 1:
                continue
            for row in step.converted:
                is_kept = other_side.table.ops[row] in CONSTANTS and self._evidence.nodes[self._two][row] < 0
                is_real = other_side.table.outputs[row][0].dtype in REAL - old
                if is_kept and (is_real or "quantization" in other_side.table.attrs(row)):
                    yield row, next(iter(old))
        for row, dtype in self._read_constants():
            yield row, dtype

    def _read_constants(self) -> Iterator[Tuple[int, str]]:
        """The constants in the place of variables that are kept as another type of number."""
        side, other_side = self._evidence.sides[self._one], self._evidence.sides[self._two]
        for number, row in self._in_place():
            old, new = side.variables[number].dtype, other_side.table.outputs[row][0].dtype
            if old != new:
                yield row, old

    def _in_place(self) -> Iterator[Tuple[int, int]]:
        """Constants that correspond to the handle of a variable, with its number."""
        side, other_side = self._evidence.sides[self._one], self._evidence.sides[self._two]
        for row, number in side.content.handles.items():
            other = self._evidence.nodes[self._one][row]
            if (
                other >= 0
                and other_side.table.ops[other] in CONSTANTS
                and side.table.outputs[row][0].dtype == "resource"
            ):
                yield number, other
