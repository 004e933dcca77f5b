"""Makes a small drawing of what is in a closed card, of the same steps and branches that a formula tells (`formula`)."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from functools import partial
from typing import List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ..flat import BORDER
from ..scene.items import Card, CardWire, ChainRow, Item
from ..scene.sketch import (
    ChipPart,
    Sketch,
    SketchChip,
    SketchJoint,
    SketchStep,
    SketchSteps,
    SketchWord,
    begins_itself,
    marks_of,
    with_each_step,
)
from ..sizes.extents import times
from .attention_formula import (
    NO_ATTENTIONS,
    SCORES_TOLD,
    WEIGHED_TOLD,
    AttentionPlaces,
    Attentions,
    attention_of,
    without_heads,
)
from .attention_roles import KEY, QUERY, VALUE
from .formula import COMMUTATIVE, LEAST_ALIKE
from .formula_signs import input_called, joining_words
from .formula_steps import WITH_WEIGHTS, common_beginning
from .row_kinds import CIRCLED
from .series_parallel import InsideStep, Steps, steps_of
from .wire_roles import SUBTRACTED

_ROWS = re.compile(r"^gather ([^\s(]+(?: of [^\s(]+)?)(?: \(.*\))?$")
"""What takes rows of a weight, whose name is given; the column of parameters tells how many there are."""
SHAPE_MADE = re.compile(r"(?<=\w) \u2192 \([^()]*\)$")
"""The shape that a chip says."""
MOST_MARKS = 40
"""What has more chips and joints is no drawing that anybody reads in a card."""
EACH, WITH = "each ", " with "
"""Around the kind of layer behind which all have the same: ``each conv with BN, ReLU``."""
_ORDERLESS = COMMUTATIVE | {"mean", "max", "min"}
DIVISOR = "divisor"
_SECOND = {"\u2212": SUBTRACTED, "\u00f7": DIVISOR}
"""What the second operand is called of signs that are not the same the other way round."""
_DEVIATION = ("x\u00b2", "mean", "\u221a")
"""What is done with distances from a mean that become a standard deviation."""
_BEHIND = frozenset({"activation", "dropout"})
"""What stands on one chip with a layer with weights before it, or with others of its kind."""


class SketchForms(NamedTuple):
    """The small drawing of a card in the forms in which it may be drawn, the most telling first, which is the widest."""

    forms: Tuple[Sketch, ...]
    is_chain: bool
    """Whether nothing in it branches."""
    inputs: Tuple[str, ...] = ()
    """The tensors that enter, where they are several, by their numbers, as the tips of their wires begin."""

    def short(self) -> "SketchForms":
        """The same without the shapes that chips say: wires around the card tell what enters and leaves."""
        return self._replace(
            forms=tuple([replace(form, steps=with_each_step(form.steps, _without_shapes)) for form in self.forms])
        )

    def called(self, names: Sequence[str]) -> "SketchForms":
        """With these names for the tensors that enter."""
        return self._replace(
            forms=tuple(
                [replace(form, steps=with_each_step(form.steps, partial(_called, names=names))) for form in self.forms]
            )
        )


def _without_shapes(step: SketchStep) -> SketchStep:
    if not isinstance(step, SketchChip):
        return step
    return step._replace(parts=tuple([part._replace(text=SHAPE_MADE.sub("", part.text)) for part in step.parts]))


def _called(step: SketchStep, names: Sequence[str]) -> SketchStep:
    if isinstance(step, SketchWord) and 0 <= step.port < len(names):
        return step._replace(text=names[step.port])
    return step


def sketch_of(card: Card, results: Sequence[CardWire], attentions: Attentions = NO_ATTENTIONS) -> Optional[SketchForms]:
    """The small drawing of an open card whose children are rows; ``None`` if it is not wired as a formula, or as one that is told in words alone.

    Args:
        card: the card.
        results: its wires to the border that count as results.
        attentions: those of the graph. One that the card holds has its queries, keys and values named.
    """
    entering = {wire.source.port: wire.tip.split(" ")[0] for wire in card.wires if wire.source.child == BORDER}
    series = _series_of(card, results) if entering else None
    attention = attention_of(card, attentions)
    try:
        steps = None if series is None else _Drawer(card, attention, attentions.scales, len(entering)).series(series)
    except _UndrawnError:
        return None
    if steps is None or not 1 < len(marks_of(steps)) <= MOST_MARKS:
        return None
    heads = attention.heads if attention is not None else ""
    forms = [Sketch(steps, heads), *_with_once_told(steps, heads)]
    inputs = tuple([entering[port] for port in sorted(entering)]) if len(entering) > 1 else ()
    return SketchForms(tuple(forms), not any(isinstance(mark, SketchJoint) for mark in marks_of(steps)), inputs)


def _series_of(card: Card, results: Sequence[CardWire]) -> Optional[Steps]:
    """The steps of a card. Of several tensors that enter, the one that most take is where branches begin, if it is one."""
    uses = Counter(wire.source.port for wire in card.wires if wire.source.child == BORDER)
    (port, most), *others = uses.most_common(2)
    series = steps_of(card, results, port) if others and most > others[0][1] else None
    return series or steps_of(card, results)


class _UndrawnError(Exception):
    """There is no sign for something in the card."""


class _Drawer:
    """Draws the steps of a card."""

    def __init__(
        self, card: Card, attention: Optional[AttentionPlaces], scales: Mapping[int, str], inputs: int
    ) -> None:
        self._children, self._attention = card.children, attention
        self._scales, self._inputs = scales if attention else {}, inputs

    def series(self, steps: Steps) -> SketchSteps:
        """Chips and joints for the steps of a series; an only input at its begin is left out, of several each is a word."""
        found: List[object] = []
        for place, step in enumerate(steps):
            if step.is_given or step.is_part or step.name or (step.child < 0 and place):
                raise _UndrawnError
            if step.child >= 0:
                found.extend(self._step(step))
            elif self._inputs > 1:
                found.append(SketchWord(input_called(step.port), step.port))
        return _beside_begun(with_deviations(tuple(found)))  # type: ignore[arg-type]  # chips, joints and words

    def _step(self, step: InsideStep) -> SketchSteps:
        parts = _parts(self._children[step.child], self._scales)
        if not step.branches:
            chips = chips_of(self._without_heads(parts))
            if step.is_made and not chips:
                raise _UndrawnError
            return tuple([chip._replace(is_made=step.is_made and not place) for place, chip in enumerate(chips)])
        first = parts[0]
        sign = joining_words(first.text).strip()
        drawn = [self.series(branch) for branch in step.branches]
        attention = self._attention
        if attention is not None and len(drawn) == LEAST_ALIKE and step.child == attention.scores:
            sign = SCORES_TOLD
            names = (QUERY, KEY) if attention.query == 0 else (KEY, QUERY)
            drawn = [_named(branch, name) for branch, name in zip(drawn, names)]
        elif attention is not None and len(drawn) == LEAST_ALIKE and step.child == attention.weighing:
            sign = WEIGHED_TOLD
            drawn[attention.values] = _named(drawn[attention.values], VALUE)
        elif sign in _SECOND and len(drawn) == LEAST_ALIKE:
            drawn[1] = (*drawn[1], SketchWord(_SECOND[sign]))
        elif sign not in _ORDERLESS and sign != "concat":
            raise _UndrawnError  # of which branch another is taken away is not seen
        if sign == "+":
            drawn[:1] = _summands(drawn[0])
        behind = self._without_heads(parts[1:])
        return (SketchJoint(sign, first.family, tuple(drawn)), *chips_of(behind))

    def _without_heads(self, parts: Sequence[ChipPart]) -> Sequence[ChipPart]:
        """The parts of a chip without those that only bring heads into an axis of their own, where it is told how many there are."""
        if self._attention is None or not self._attention.heads:
            return parts
        kept = without_heads([part.text for part in parts])
        return [part for part in parts if part.text in kept]


def _beside_begun(steps: SketchSteps) -> SketchSteps:
    """The steps, in which those before a joint stand above or below what else it joins, if that begins elsewhere: in a line of their own they take more room."""
    for place, step in enumerate(steps):
        if not place or not isinstance(step, SketchJoint):
            continue
        before = steps[:place]
        led_to = [branch for branch in step.branches if not begins_itself(branch)]
        if (
            len(led_to) != 1
            or len(led_to) == len(step.branches)
            or any(isinstance(each, SketchJoint) for each in before)
        ):
            continue
        branches = tuple([branch if begins_itself(branch) else (*before, *branch) for branch in step.branches])
        return _beside_begun((replace(step, branches=branches), *steps[place + 1 :]))
    return steps


def _summands(steps: SketchSteps) -> List[SketchSteps]:
    """The branches of which steps make a sum, so that a further one may be added; the steps as one branch if they do not."""
    last = steps[-1] if steps else None
    if not isinstance(last, SketchJoint) or last.text != "+":
        return [steps]
    if len(steps) > 1 and sum(not begins_itself(branch) for branch in last.branches) > 1:
        return [steps]
    return [branch if begins_itself(branch) else (*steps[:-1], *branch) for branch in last.branches]


def with_deviations(steps: SketchSteps) -> SketchSteps:
    """The steps, in which a mean of squared distances from the mean along the same axes is a variance, and its root a standard deviation.

    >>> mean, square, root = ChipPart("mean axis 0", ""), ChipPart("x\u00b2", ""), ChipPart("\u221a", "")
    >>> apart = SketchJoint("\u2212", "", ((), (SketchChip((mean,)), SketchWord(SUBTRACTED))))
    >>> with_deviations((apart, SketchChip((square,)), SketchChip((mean,)), SketchChip((root,))))
    (SketchChip(parts=(ChipPart(text='standard deviation axis 0', family=''),), is_made=False),)
    """
    for place, step in enumerate(steps):
        if not (isinstance(step, SketchJoint) and step.text == "\u2212" and len(step.branches) == LEAST_ALIKE):
            continue
        itself, mean = step.branches
        chips = [each for each in steps[place + 1 :] if isinstance(each, SketchChip)]
        parts = [part for chip in chips for part in chip.parts]
        taken = mean[0].parts if len(mean) == LEAST_ALIKE and isinstance(mean[0], SketchChip) else ()
        if itself or len(taken) != 1 or len(chips) != len(steps) - place - 1 or len(parts) < len(_DEVIATION):
            continue
        if [part.text for part in parts[:2]] != [_DEVIATION[0], taken[0].text] or not taken[0].text.startswith("mean"):
            continue
        is_root = parts[2].text == _DEVIATION[2]
        text = taken[0].text.replace("mean", "standard deviation" if is_root else "variance", 1)
        rest = chips_of(parts[3 if is_root else 2 :])
        return (*steps[:place], SketchChip((taken[0]._replace(text=text),)), *rest)
    return steps


def _named(steps: SketchSteps, name: str) -> SketchSteps:
    """The branch of an attention's queries, keys or values, which says so where it ends."""
    return (*steps, SketchWord(name))


def _parts(item: Item, said: Mapping[int, str]) -> List[ChipPart]:
    """What is on the chips of a child, in its order. Ops say what `said` has for them."""
    if isinstance(item, ChainRow):
        texts = [said.get(getattr(cell.item, "node", -1), cell.text) for cell in item.cells]
        return [ChipPart(_ROWS.sub(r"rows of \1", text), cell.family) for text, cell in zip(texts, item.cells)]
    if not isinstance(item, Card) or not item.title or item.open:
        raise _UndrawnError
    title = f"{item.title} {times(item.repeat)}" if item.repeat > 1 else item.title
    return [ChipPart(title, item.layer_kind)]


def chips_of(parts: Sequence[ChipPart]) -> List[SketchChip]:
    """The parts on chips: what normalizes or activates stands on that of the layer before it."""
    found: List[List[ChipPart]] = []
    for part in parts:
        leads = found and (found[-1][0].family in _BEHIND or WITH_WEIGHTS.search(found[-1][0].text))
        if leads and part.family in _BEHIND and part.text not in CIRCLED:
            found[-1].append(part)
        else:
            found.append([part])
    return [SketchChip(tuple(chip)) for chip in found]


def _with_once_told(steps: SketchSteps, heads: str) -> List[Sketch]:
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
    each = f"{EACH}{kinds.pop()}{WITH}{', '.join(alike)}"
    return [
        Sketch(with_each_step(steps, partial(_shorter, count=len(alike))), f"{heads} \u00b7 {each}" if heads else each)
    ]


def _shorter(step: SketchStep, count: int) -> SketchStep:
    """A layer with weights with so many parts behind it as a strip of colour alone."""
    if not isinstance(step, SketchChip) or not WITH_WEIGHTS.search(step.parts[0].text):
        return step
    return step._replace(parts=(step.parts[0], step.parts[1]._replace(text=""), *step.parts[1 + count :]))
