"""Makes a small drawing of what is in a closed card, of the same steps and branches that a formula tells (`formula`)."""

from __future__ import annotations

from typing import List, NamedTuple, Optional, Sequence, Tuple

from ..flat import BORDER
from ..scene.items import Card, CardWire, Cell, ChainRow, Item
from ..scene.sketch import ChipPart, Sketch, SketchChip, SketchJoint, SketchSteps, marks_of
from ..sizes.extents import times
from .formula import COMMUTATIVE, LEAST_ALIKE
from .formula_signs import joining_words
from .formula_steps import WITH_WEIGHTS, common_beginning
from .row_kinds import CIRCLED
from .series_parallel import InsideStep, Steps, steps_of

MOST_MARKS = 40
"""What has more chips and joints is no drawing that anybody reads in a card."""
_ORDERLESS = COMMUTATIVE | {"mean", "max", "min"}
_BEHIND = frozenset({"activation", "dropout"})
"""What stands on one chip with a layer with weights before it, or with others of its kind."""


class SketchForms(NamedTuple):
    """The small drawing of a card in the forms in which it may be drawn, the most telling first, which is the widest."""

    forms: Tuple[Sketch, ...]
    is_chain: bool
    """Whether nothing in it branches."""


def sketch_of(card: Card, results: Sequence[CardWire]) -> Optional[SketchForms]:
    """The small drawing of an open card whose children are rows; ``None`` if it is not wired as a formula, or as one that is told in words alone.

    Args:
        card: the card.
        results: its wires to the border that count as results.
    """
    if len({wire.source.port for wire in card.wires if wire.source.child == BORDER}) != 1:
        return None
    series = steps_of(card, results)
    try:
        steps = None if series is None else _Drawer(card).series(series)
    except _UndrawnError:
        return None
    if steps is None or not 1 < len(marks_of(steps)) <= MOST_MARKS:
        return None
    forms = [Sketch(steps), *_with_once_told(steps)]
    return SketchForms(tuple(forms), not any(isinstance(mark, SketchJoint) for mark in marks_of(steps)))


class _UndrawnError(Exception):
    """There is no sign for something in the card."""


class _Drawer:
    """Draws the steps of a card."""

    def __init__(self, card: Card) -> None:
        self._children = card.children

    def series(self, steps: Steps) -> SketchSteps:
        """Chips and joints for the steps of a series, the input at its begin left out."""
        found: List[object] = []
        for place, step in enumerate(steps):
            if step.is_given or step.is_made or step.is_part or step.name or (step.child < 0 and place):
                raise _UndrawnError
            if step.child >= 0:
                found.extend(self._step(step))
        return tuple(found)  # type: ignore[arg-type]  # chips and joints

    def _step(self, step: InsideStep) -> SketchSteps:
        parts = _parts(self._children[step.child])
        if not step.branches:
            return tuple(_chips(parts))
        first = parts[0]
        sign = joining_words(first.text).strip()
        if sign in CIRCLED and sign not in _ORDERLESS:
            raise _UndrawnError  # of which branch another is taken away is not seen
        if sign not in _ORDERLESS and sign != "concat":
            raise _UndrawnError
        branches = tuple([self.series(branch) for branch in step.branches])
        return (SketchJoint(sign, first.family, branches), *_chips(parts[1:]))


def _parts(item: Item) -> List[ChipPart]:
    """What is on the chips of a child, in its order."""
    if isinstance(item, ChainRow):
        return [_part(cell) for cell in item.cells]
    if not isinstance(item, Card) or not item.title or item.open:
        raise _UndrawnError
    title = f"{item.title} {times(item.repeat)}" if item.repeat > 1 else item.title
    return [ChipPart(title, item.layer_kind)]


def _part(cell: Cell) -> ChipPart:
    return ChipPart(cell.text, cell.family)


def _chips(parts: Sequence[ChipPart]) -> List[SketchChip]:
    """The parts on chips: what normalizes or activates stands on that of the layer before it."""
    found: List[List[ChipPart]] = []
    for part in parts:
        leads = found and (found[-1][0].family in _BEHIND or WITH_WEIGHTS.search(found[-1][0].text))
        if leads and part.family in _BEHIND and part.text not in CIRCLED:
            found[-1].append(part)
        else:
            found.append([part])
    return [SketchChip(tuple(chip)) for chip in found]


def _with_once_told(steps: SketchSteps) -> List[Sketch]:
    """The drawing with what all its layers of a kind have behind them told once, where they have the same."""
    weighted = [
        mark for mark in marks_of(steps) if isinstance(mark, SketchChip) and WITH_WEIGHTS.search(mark.parts[0].text)
    ]
    kinds = {WITH_WEIGHTS.findall(chip.parts[0].text)[0] for chip in weighted}
    if len(weighted) < LEAST_ALIKE or len(kinds) != 1:
        return []
    alike = common_beginning([tuple([part.text for part in chip.parts[1:]]) for chip in weighted])
    if not alike:
        return []
    return [Sketch(_shorter(steps, len(alike)), f"each {kinds.pop()} with {', '.join(alike)}")]


def _shorter(steps: SketchSteps, count: int) -> SketchSteps:
    """The steps with so many parts behind each layer with weights as strips of colour alone."""
    found: List[object] = []
    for step in steps:
        if isinstance(step, SketchJoint):
            branches = tuple([_shorter(branch, count) for branch in step.branches])
            found.append(SketchJoint(step.text, step.family, branches))
        elif WITH_WEIGHTS.search(step.parts[0].text):
            strip = step.parts[1]._replace(text="")
            found.append(SketchChip((step.parts[0], strip, *step.parts[1 + count :])))
        else:
            found.append(step)
    return tuple(found)  # type: ignore[arg-type]  # chips and joints
