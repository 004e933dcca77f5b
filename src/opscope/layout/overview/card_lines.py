"""What a card says, set into the line of its title and those below: as many things as there is room for, each whole."""

from __future__ import annotations

from typing import List, NamedTuple, Sequence

from ..scene.labels import cut

MOST_TOLD = 72
"""A difference has at most so many characters."""
BELOW_MORE = 16
"""So many more characters than beside the title stand in the line below, which begins at the card's edge."""
LEAST_ROOM = 12
MOST_LINES_BELOW = 2
"""In so many lines a phase says what it does besides."""


class CardLines(NamedTuple):
    """What stands beside the title of a card, and in the line below it."""

    beside: str
    below: str


def beside_if_room(
    room: int, parts: Sequence[str], detail: Sequence[str], formula: Sequence[str], below: int = 0
) -> CardLines:
    """What stands beside the title and below it: all beside it if there is room for it.

    `room` is that beside the title; below it, where nothing else stands, so many characters have room, if there are more.
    """
    together = " \u00b7 ".join([*parts, *detail])
    if len(together) <= room:
        return CardLines(together, "\n".join(formula))
    lines = [*formula, _whole(detail, max(room + BELOW_MORE, below))] if detail else formula
    return CardLines(_whole(parts, room), "\n".join(lines))


def beside_and_below(room: int, parts: Sequence[str], detail: Sequence[str]) -> CardLines:
    """As `beside_if_room`, but the second kind always stands below, unless there is nothing else to say.

    What an optimizer is set to is long: where it has no room beside the title, each optimizer has a line of its own below.
    """
    if parts and len(parts[0]) > max(room, LEAST_ROOM):
        return CardLines("", "\n".join(map(whole_settings, [*parts, *detail])))
    return CardLines(_whole(parts or detail, room), _in_lines(detail if parts else [], room + BELOW_MORE))


def in_lines_of_their_own(room: int, parts: Sequence[str], detail: Sequence[str], below: int) -> CardLines:
    """As `beside_if_room`, but where not all has room beside the title, what stands below has a line for each: of which losses each is made."""
    if len(" \u00b7 ".join([*parts, *detail])) <= room:
        return beside_if_room(room, parts, detail, ())
    return CardLines(_whole(parts, room), "\n".join(cut(each, below) for each in detail))


def _in_lines(parts: Sequence[str], room: int) -> str:
    r"""The parts in one line, in `MOST_LINES_BELOW` lines if that has no room for them; then how many more there are.

    >>> _in_lines(["gradients added up", "clipped by norm"], 40), _in_lines(["gradients added up", "clipped by norm"], 30)
    ('gradients added up · clipped by norm', 'gradients added up\nclipped by norm')
    """
    lines: List[str] = []
    waiting = list(parts)
    while waiting and len(lines) < MOST_LINES_BELOW - 1:
        line = waiting.pop(0)
        while waiting and len(f"{line} \u00b7 {waiting[0]}") <= room:
            line = f"{line} \u00b7 {waiting.pop(0)}"
        lines.append(cut(line, max(room, LEAST_ROOM)))
    return "\n".join([*lines, *([_whole(waiting, room)] if waiting else [])])


def _whole(parts: Sequence[str], room: int) -> str:
    """As many of the parts as there is room for, each whole but the first; then how many more there are."""
    said: List[str] = []
    for part in parts:
        if said and len(" \u00b7 ".join([*said, part])) > room:
            return " \u00b7 ".join([*said, f"and {len(parts) - len(said)} more"])
        said.append(part)
    return cut(" \u00b7 ".join(said), max(room, LEAST_ROOM))


def whole_settings(text: str) -> str:
    """Settings without the last ones for which there is no room.

    >>> whole_settings("Adam, lr PiecewiseConstantDecay from 0.000001, loss scaling, updates generator")
    'Adam, lr PiecewiseConstantDecay from 0.000001, loss scaling, \u2026'
    """
    if len(text) <= MOST_TOLD:
        return text
    begun = text[: MOST_TOLD + 1].rpartition(", ")[0]
    return f"{begun}, \u2026" if begun else cut(text, MOST_TOLD)
