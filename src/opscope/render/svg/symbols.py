"""Makes drawings smaller: shapes and wires that occur often are defined once and then used by reference (``use``).

Such a symbol contains neither texts nor tooltips. Texts stay in place so that readers can select and find them, and
each box, chip and card keeps its own tooltip. Only wires lose their tooltips when they become a symbol; the boxes at
their ends have tooltips too.
"""

from __future__ import annotations

import zlib
from collections import Counter
from typing import Iterable, List, NamedTuple, Set, Tuple, Union

USE = 40
"""About how many characters a reference takes: ``<use href="#s5d41402a1b" x="120" y="48"/>``."""
WORTH_SAVING = 40
"""How many characters a symbol has to save in all."""


class Mark(NamedTuple):
    """Markup that may become a symbol."""

    shape: str
    """The markup that may occur again, without a place."""
    place: str
    """The attributes that put it in its place."""
    plain: str
    """The whole markup, for the case that it does not become a symbol."""


Piece = Union[str, Mark]
"""A piece of a drawing; a text is always written as it is."""


def fixed(shape: str, place: str) -> Mark:
    """A mark that is one element: `shape` is ``<rect .../>`` without place, and `place` is put before the ``/>``."""
    return Mark(shape, place, f"{shape[:-2]}{place}/>")


def with_symbols(pieces: Iterable[Piece]) -> Tuple[str, str]:
    """The definitions of all symbols that pay off, and the markup that uses them.

    The id of a symbol is made from its content. So if several drawings stand in one document, equal ids mean equal
    symbols.
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
            # A symbol is defined once, in the order of first use.
            if name not in known:
                known.add(name)
                defined.append(f'<g id="{name}">{piece.shape}</g>')
            text.append(f'<use href="#{name}"{piece.place}/>')
    return (f"<defs>{''.join(defined)}</defs>" if defined else ""), "".join(text)


def _worth(shape: str, count: int) -> bool:
    """Whether a symbol pays off: all but one occurrence shrink to a reference, the definition costs one more."""
    return (count - 1) * (len(shape) - USE) > WORTH_SAVING + USE


def _name(shape: str) -> str:
    """The id of a symbol."""
    data = shape.encode("utf-8", "replace")
    # A checksum and the length, in hexadecimal: short, and in practice different for each shape.
    return f"s{zlib.crc32(data):x}{len(data):x}"
