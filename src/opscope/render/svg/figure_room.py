"""How wide the figures beside an overview may be: what its page leaves them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Sequence

from ...layout.overview.page_shapes import PAGE_WIDE
from .drawing import MARGIN
from .figures_beside import CLOSE_BAR, GAP, NARROW_BAR, WIDE_BAR, FiguresBeside
from .most import most_of_all
from .row_names import NAME_SHOWN, SHORTER_SHOWN
from .told_lines import all_named

if TYPE_CHECKING:
    from ...layout.overview.one_page import Overview
    from .marks import Naming
    from .told_lines import ToldLine

PAGE_WIDEST = 1280.0
"""What stands beside and below the drawing may make the page so wide: it is fitted to a window that is wider than high."""


class FigureRoom:
    """How wide the figures beside a drawing may be, on a page that is no wider than it may be."""

    def __init__(self, overview: Overview, named: Naming, page: float) -> None:
        """`page` is how wide the page may be; `named` is as in `overview_svg`."""
        self._overview, self._named = overview, named
        self._drawn = [strip.right - strip.left for strip in overview.columns]
        self._alone = len(self._drawn) == 1
        self._page = page

    def _sized(self, told: Sequence[ToldLine], bar: float, **wanted: Any) -> FiguresBeside:
        overview = self._overview
        return FiguresBeside(
            overview.figures, told, bar, self._named, most_of_all(overview), with_errors=self._alone, **wanted
        )

    def _taken(self, figures: FiguresBeside) -> float:
        """The width of a page with figures so wide beside each column of the drawing."""
        count = len(self._drawn)
        return 2 * MARGIN + sum(self._drawn) + count * (2 * GAP + figures.wide) - GAP

    def _free(self, told: Sequence[ToldLine]) -> float:
        """How much wider than with these lines the page may be, if the longest bars have their usual length; less than 0 where they have no room."""
        return self._page - self._taken(self._sized(told, WIDE_BAR if self._alone else NARROW_BAR))

    def named(self, told: Sequence[ToldLine]) -> Sequence[ToldLine]:
        """The lines, all with names where one has a name, if the page has room for these: else for shorter ones."""
        if not any(each.label for each in told):
            return told
        least = min(0.0, self._free(told))
        tried = (all_named(told, most) for most in (NAME_SHOWN, SHORTER_SHOWN))
        return next((found for found in tried if self._free(found) >= least), told)

    def table(self, told: Sequence[ToldLine]) -> FiguresBeside:
        """The table of figures, with bars as long as the page has room for."""
        bar = WIDE_BAR if self._alone else NARROW_BAR
        usual = self._sized(told, bar, with_copies=False)
        if self._alone and self._drawn[0] + GAP + usual.wide > PAGE_WIDE:
            bar = CLOSE_BAR
            usual = self._sized(told, bar, with_copies=False)
        too_wide = max(0.0, 2 * MARGIN + self._drawn[0] + GAP + usual.wide - PAGE_WIDEST) if self._alone else 0.0
        # Bars give their room to the words that say of how many copies figures are, but no page becomes too wide by these.
        count = len(self._drawn)
        words = self._sized(told, bar).wide - usual.wide
        with_copies = not words or self._taken(usual) + words * count <= PAGE_WIDEST
        more = (self._page - self._taken(usual)) / count - (words if with_copies else 0.0)
        return self._sized(told, bar, more_bar=more, too_wide=too_wide, with_copies=with_copies)
