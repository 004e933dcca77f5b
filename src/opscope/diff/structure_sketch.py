"""A graph's structure as a few words that can be kept: equal structures have equal words in whichever process, nearly equal ones mostly equal words.

`Fingerprints` numbers the structures of two graphs that are at hand. Here the same numbers are digests, so that thousands of graphs can be compared that
were never in one memory.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, Dict, List, NamedTuple, Sequence, Tuple

from .matching.fingerprints import Fingerprints
from .sides import GraphSide, Numbers

if TYPE_CHECKING:
    from ..graph.graph import Graph

WORDS = 64
"""How many words a sketch has. The share of equal words estimates what two graphs have in common, with a standard error of 4 % at 0.9."""
_BITS = 32
_MASK = (1 << _BITS) - 1
_NAMES = frozenset({"shared_name", "container", "config_proto", "executor_type", "shape_and_slice"})
"""Attributes that say what something is called, or how it is run."""
_NUMBERED = re.compile(r"_\d+$")
"""What TensorFlow puts behind a function's name: another number in each export."""


class StructureSketch(NamedTuple):
    """What can be kept of a graph's structure."""

    exact: str
    """Equal of two graphs with the same ops with the same settings and types in the same layers, whatever these are called and their weights are."""
    words: Tuple[int, ...]
    """The `WORDS` least digests, one for each of as many hash functions, of the ops with their neighbours, types of ops alone (Broder's min-wise hashing)."""


def structure_sketch(graph: "Graph") -> StructureSketch:
    """The words for a graph's structure."""
    side = GraphSide(graph, _AttributeDigests(), _Digests())
    prints = Fingerprints(side, _Digests(), _AttributeDigests())
    top = (prints.labels, list(side.group_of), _wires(side), [prints.exact[child] for child in prints.children[-1]])
    return StructureSketch(f"{_digest(repr(top)):016x}", _least(_neighbourhoods(side)))


def likeness(one: Sequence[int], two: Sequence[int]) -> float:
    """What share of the ops with their neighbours two graphs have in common, of all that either has, as far as their sketches tell."""
    return sum(a == b for a, b in zip(one, two)) / WORDS


def _digest(text: str) -> int:
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


class _Digests(Dict[Any, int]):
    """Numbers a key by its digest, where an ordinary dict would count."""

    def setdefault(self, key: Any, _: Any = None) -> int:
        known = self.get(key)
        if known is None:
            known = self[key] = _digest(repr(key))
        return known


class _AttributeDigests(Numbers):
    """Numbers attributes and settings by their digests, names left out."""

    def of(self, value: Any) -> int:
        """The digest of a plain value."""
        return _digest(json.dumps(_without_names(value), sort_keys=True))


def _without_names(value: Any) -> Any:
    if isinstance(value, dict):
        kept = {key: each for key, each in value.items() if not key.startswith("_") and key not in _NAMES}
        return {key: _without_names(each) for key, each in kept.items()}
    if isinstance(value, list):
        return [_without_names(each) for each in value]
    return _NUMBERED.sub("", value) if isinstance(value, str) else value


def _wires(side: GraphSide) -> List[Tuple[List[int], List[int]]]:
    """For each op the rows that make its inputs, and which outputs of them: the fingerprint of a group tells only those within it."""
    return [side.inputs(row) for row in range(len(side.table))]


def _neighbourhoods(side: GraphSide) -> List[int]:
    """For each op the digest of its type with those of what it takes and of what takes it; of several that are equal, each with its place among them."""
    table, types = side.table, [_NUMBERED.sub("", op) for op in side.table.ops]
    used: List[List[str]] = [[] for _ in types]
    taken: List[List[Tuple[str, int]]] = []
    for row, op in enumerate(types):
        nodes, outputs = side.inputs(row)
        taken.append([(types[node], output) for node, output in zip(nodes, outputs)])
        for node in nodes:
            used[node].append(op)
    known = _Digests()
    seen: "Counter[int]" = Counter()
    found = []
    for row in range(len(table)):
        around = known.setdefault((types[row], tuple(taken[row]), tuple(sorted(used[row]))))
        found.append(known.setdefault((around, seen[around])))
        seen[around] += 1
    return found


def _least(digests: Sequence[int]) -> Tuple[int, ...]:
    """For each of the hash functions ``x -> (a x + b) >> 32`` of 64 bits (Dietzfelbinger's multiply-shift) the least value; of no op all ones."""
    wide = (1 << 64) - 1
    return tuple([min([((a * x + b) & wide) >> _BITS for x in digests], default=_MASK) for a, b in _FUNCTIONS])


_FUNCTIONS = [(_digest(f"factor {number}") | 1, _digest(f"summand {number}")) for number in range(WORDS)]
