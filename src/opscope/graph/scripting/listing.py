"""`Listing`: rows of a graph as a sequence of objects. An object is made when it is taken out of the sequence."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar, Iterator, List, Sequence, Tuple, TypeVar, Union, overload

from ...visible import one_line

if TYPE_CHECKING:
    from typing_extensions import Self  # type checkers know it without the package, which need not be installed

    from .nesting import Nesting

T_co = TypeVar("T_co", covariant=True)
MOST_SHOWN = 10
"""How many rows a terminal or a notebook shows of a sequence."""
MOST_WIDE = 50
"""How many characters of a name are shown there. The end of a longer name is kept, as it tells more than the start."""


class Listing(Sequence[T_co]):
    """A read-only sequence; a slice of it is one too. It holds only row numbers: for all ops of a graph, a `range`."""

    __slots__ = ("_nesting", "_rows")

    WORD: ClassVar[str]
    """What one item is called: ``op`` or ``layer``."""
    HEADINGS: ClassVar[Tuple[str, ...]]
    """The attributes that `repr` shows, one column for each."""

    def __init__(self, nesting: Nesting, rows: Sequence[int]) -> None:
        self._nesting = nesting
        self._rows = rows

    @abstractmethod
    def _one(self, row: int) -> T_co:
        """The object for a row."""

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[T_co]:
        return map(self._one, self._rows)

    @overload
    def __getitem__(self, index: int) -> T_co: ...
    @overload
    def __getitem__(self, index: slice) -> Self: ...
    def __getitem__(self, index: Union[int, slice]) -> Union[T_co, Self]:
        if isinstance(index, slice):
            return type(self)(self._nesting, self._rows[index])
        return self._one(self._rows[index])

    def __repr__(self) -> str:
        count = f"{len(self):,} {self.WORD}{'' if len(self) == 1 else 's'}"
        if not self:
            return f"no {self.WORD}s"
        # Only the rows that are shown are looked at, so that a sequence of a million ops is printed at once.
        shown = [[_cell(getattr(one, name)) for name in self.HEADINGS] for one in self[:MOST_SHOWN]]
        more = [f"… {len(self) - MOST_SHOWN:,} more"] if len(self) > MOST_SHOWN else []
        return "\n".join([count, *_table([list(self.HEADINGS), *shown]), *more])


def _cell(value: object) -> str:
    """A value as text on one line, whatever characters a stranger put into it."""
    text = "-" if value is None else one_line(str(value))
    return text if len(text) <= MOST_WIDE else "…" + text[1 - MOST_WIDE :]


def _table(rows: List[List[str]]) -> List[str]:
    widths = [max(map(len, column)) for column in zip(*rows)]
    return ["  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows]
