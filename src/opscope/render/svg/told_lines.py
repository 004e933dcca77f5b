"""Which lines of figures are written beside an overview, and what each says that it is about."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Iterator, List, Optional, Sequence, Tuple

from ...graph.vocabulary import PHASES
from ...layout.overview.encoder_decoder import copy_called
from ...layout.overview.row_figures import copies_of
from ...layout.overview.stacks_around import StacksAround
from ...layout.overview.step_words import FOR_WEIGHTS, OF_WHOM
from ...layout.scene.items import Card, Item
from .row_ends import is_last
from .row_names import NAME_SHOWN, OUTSIDE, at_one_height, short_name, without_end

if TYPE_CHECKING:
    from ...layout.overview.figure_lines import FigureLine
    from ...layout.overview.one_page import Overview
    from ...layout.overview.row_figures import Amounts
    from .row_names import Telling

LEAST_BESIDE = 0.01
"""A line beside others that has no parameters and less than this part of the longest bar is left out."""
LEAST_REST = 0.01
"""What an open card has in none of its rows is written if it is this part of the card's bar or parameters."""
_PITCH = 13.0
REST = "not drawn"
"""Before what a card has besides its rows."""
LEAST_INNER = 2
"""So many lines are worth to be told as the parts of one."""


@dataclass(frozen=True)
class ToldLine:
    """A line of figures that is written."""

    line: FigureLine
    amounts: Amounts
    label: Tuple[str, ...]
    """The lines of text before its figures."""
    only_as_others: bool = False
    """Whether it needs no label, and has one because others have: a page without room for it leaves it out."""
    depth: int = 0
    """In how many lines that are written it is a part."""
    is_sum: bool = False
    """Whether lines that are parts of it follow."""
    is_rest: bool = False
    """Whether it is what the line around it has besides its other parts."""
    below: str = ""
    """What stands below its figures: of how many copies they and those of its parts are."""
    copies: str = ""
    """What stands before its figures where they are not of all copies of a stack around it, whose head says of how many the others are: ``7 of 8``."""

    @property
    def rest(self) -> str:
        """What stands before the figures of a rest: which copy has it, or that it is not drawn."""
        copy = self.amounts.only_copy
        return REST if copy is None else f"{copy_called(f'copy {copy + 1}', self.line.item)}:"


def told_lines(overview: Overview) -> List[ToldLine]:
    """The lines that tell something, from the top down, each followed by its parts.

    Of several at one height, those that tell next to nothing are left out, and so are those of a phase whose figures stand in the lines of layers.
    """
    every = list(zip(overview.lines, overview.figures.rows))
    top = max([amounts.total or 0.0 for _, amounts in every], default=0.0)
    found = _told(every, 0, top, overview.drawing.rightward, StacksAround(overview.graph))
    if overview.drawing.rightward:
        return found
    root = overview.drawing.root
    # What something else stands right of is named before its figures: they would seem to be that thing's.
    named = [
        told if told.label or is_last(root, told.line) else replace(told, label=_name(told.line)) for told in found
    ]
    return sorted(named, key=lambda told: (told.line.y, told.line.x))


def all_named(told: Sequence[ToldLine], most: int) -> Sequence[ToldLine]:
    """The lines, each of them with a name before its figures: where some have one, whoever looks for names would think the others of nothing.

    What a rest is of stands in its own words. `most` is how many characters the other names have.
    """
    return [
        each if each.label or each.is_rest else replace(each, label=_name(each.line, most), only_as_others=True)
        for each in told
    ]


def _name(line: FigureLine, most: int = NAME_SHOWN) -> Tuple[str, ...]:
    return (short_name(line.item, most),)


def _told(every: Telling, depth: int, top: float, rightward: bool, around: StacksAround) -> List[ToldLine]:
    telling = [
        (line, amounts)
        for line, amounts in every
        if amounts.tells and not (amounts.elsewhere and (amounts.total or 0.0) < LEAST_BESIDE * top)
    ]
    found: List[ToldLine] = []
    for line, amounts in telling:
        known = (
            amounts.parameters or amounts.shared or amounts.elsewhere or (amounts.total or 0.0) >= LEAST_BESIDE * top
        )
        if not (rightward or known or not at_one_height(telling, line)):
            continue
        inside = around.within(line.item)
        inner = _parts(line, amounts, depth, top, inside) if _alone(telling, line) else []
        # Of two phases side by side one may have nothing worth telling but what counts in layers.
        label = _label(every if amounts.elsewhere else telling, line, amounts)
        is_head = bool(inner) and inside is not around
        below, copies = _of_copies(inside, amounts.having, is_head=is_head) if inside.cards else ("", "")
        found += [
            ToldLine(
                line,
                amounts,
                tuple(label),
                depth=depth,
                is_sum=bool(inner),
                below=below,
                copies=copies if around.cards else "",
            ),
            *inner,
        ]
    return found


def _of_copies(stacks: StacksAround, having: Optional[int], *, is_head: bool) -> Tuple[str, str]:
    """Of how many copies the figures of a line are: the words below them if it is the head of an open stack, which tell it of the rows inside as well.

    `having` is how many copies have any of it, if not all have: that stands before the figures of the row.
    """
    count = stacks.copies
    if is_head:
        return f"sums over all {count:,}" if count is not None else "sums over all copies", ""
    return "", f"{having:,} of {count:,}" if having and count is not None else ""


def _label(rows: Telling, line: FigureLine, amounts: Amounts) -> Iterator[str]:
    """The text before the figures of a line; none where the line stands alone and has all that is its own.

    `rows` are the lines that it may be mistaken for, also those that are left out for telling next to nothing.
    """
    beside = at_one_height(rows, line)
    # At the height of an open card without lines of its rows these have no figures: a line there would seem to be of one of them.
    if beside or amounts.elsewhere or not _alone(rows, line):
        yield from _name(line)
    if amounts.elsewhere:
        whose = _whose(line.item) if beside else ""
        if whose:
            yield without_end(re.split(", | \u00b7 ", whose)[0])
        yield OUTSIDE


def _whose(item: Item) -> str:
    """What a card says beside its title, or below it, as one of several backward passes does; nothing where its title says whose it is."""
    if not isinstance(item, Card) or OF_WHOM in item.title:
        return ""
    said = item.subtitle or (item.detail.partition("\n")[0] if item.kind == PHASES[2] else "")
    return said.replace(FOR_WEIGHTS, "of ", 1)


def _parts(line: FigureLine, amounts: Amounts, depth: int, top: float, inside: StacksAround) -> List[ToldLine]:
    """The lines inside one, and what it has besides; none where they would tell no more than itself does.

    Nor has a stack any whose branches stand beside each other: each line would need a name, and nobody finds its row by that.
    """
    inner = list(zip(line.inner, amounts.inner))
    if copies_of(line.item) > 1 and any(at_one_height(inner, each) for each in line.inner):
        return []
    found = _told(inner, depth + 1, top, rightward=False, around=inside)
    rest = amounts.beside
    if not found or rest is None:
        return []
    if _is_worth(rest, amounts):
        below = line._replace(y=max(told.line.y for told in found) + _PITCH, inner=())
        found.append(ToldLine(below, rest, (), depth=depth + 1, is_rest=True))
    return found if len(found) >= LEAST_INNER else []


def _is_worth(rest: Amounts, whole: Amounts) -> bool:
    pairs = ((rest.parameters, whole.parameters), (rest.flops, whole.flops), (rest.total, whole.total))
    return any((part or 0.0) > LEAST_REST * (of or 0.0) for part, of in pairs)


def _alone(rows: Telling, line: FigureLine) -> bool:
    """Whether no other line stands beside those inside one, so that nobody takes it for one of them."""
    low = max([_end(inner) for inner in line.inner], default=line.y)
    return not any(other is not line and other.y <= low and line.y <= _end(other) for other, _ in rows)


def _end(line: FigureLine) -> float:
    return max([line.y, *map(_end, line.inner)])
