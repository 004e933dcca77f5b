"""What a drawing repeats is stored once: equal wires of equal cards, and equal shapes, become symbols that are used where they recur.

A symbol holds no words and no tooltips: texts stay where they can be selected and found, and every box, chip and card says its own
full name. Only the tooltips of wires are left to the boxes at their ends where the wires are a symbol.
"""

from __future__ import annotations

import zlib
from collections import Counter
from typing import Iterable, List, NamedTuple, Set, Tuple, Union

USE = 40
"""Characters of a reference, about."""
WORTH_SAVING = 40
"""What a symbol must save in all."""


class Mark(NamedTuple):
    """Markup that may be a symbol: `shape` is what recurs, `place` the attributes that put it somewhere, `plain` the same written out."""

    shape: str
    place: str
    plain: str


Piece = Union[str, Mark]


def fixed(shape: str, place: str) -> Mark:
    """One element (``<rect .../>``) at a place."""
    return Mark(shape, place, f"{shape[:-2]}{place}/>")


def with_symbols(pieces: Iterable[Piece]) -> Tuple[str, str]:
    """The definitions of the symbols worth having, and the markup that uses them.

    A symbol's id is made from what it holds, so that several drawings in one document do not take each other's.
    """
    found = list(pieces)
    counts = Counter(piece.shape for piece in found if isinstance(piece, Mark))
    names = {shape: _name(shape) for shape, count in counts.items() if _worth(shape, count)}
    defined: List[str] = []
    known: Set[str] = set()
    text: List[str] = []
    for piece in found:
        if isinstance(piece, str):
            text.append(piece)
        elif piece.shape not in names:
            text.append(piece.plain)
        else:
            name = names[piece.shape]
            if name not in known:
                known.add(name)
                defined.append(f'<g id="{name}">{piece.shape}</g>')
            text.append(f'<use href="#{name}"{piece.place}/>')
    return (f"<defs>{''.join(defined)}</defs>" if defined else ""), "".join(text)


def _worth(shape: str, count: int) -> bool:
    return (count - 1) * (len(shape) - USE) > WORTH_SAVING + USE


def _name(shape: str) -> str:
    data = shape.encode("utf-8", "replace")
    return f"s{zlib.crc32(data):x}{len(data):x}"
