"""Says what is inside of a closed card as a formula: ``1×1 conv, 64 → 3×3 conv, 64 → + input → ReLU``.

``→`` is what follows, ``+ input`` adds what entered, ``+ (…)`` adds what the brackets make of the value just before, and
``concat(… | …)`` joins branches. What all convolutions have behind them is said once, at the end.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from typing import Dict, List, Mapping, Optional, Sequence, Set, Tuple

from ..flat import BORDER
from ..scene.items import Card, CardWire, ChainRow
from .attention_formula import (
    IN_PARTS,
    NO_ATTENTIONS,
    SCORES_TOLD,
    WEIGHED_TOLD,
    AttentionPlaces,
    Attentions,
    attention_of,
    made_of,
    without_heads,
)
from .attention_roles import KEY, QUERY, VALUE
from .first_rows import FIRST_ROWS
from .formula_signs import MADE_HERE, bracketed, input_called, is_input, joining_words, with_tables
from .formula_steps import WITH_WEIGHTS, ChildWords, child_words, common_beginning, image_sizes
from .formula_text import DOT, FormulaText, InsideFormula
from .row_kinds import CIRCLED
from .series_parallel import RESULT_OF_CELL, InsideStep, NamedSteps, Steps, named_steps_of, steps_of
from .squeeze_excite import squeeze_excite

LEAVES_EARLY = "(given on)"
"""Behind a step whose result also leaves the card, before the last step."""
_BESIDE = " | "
COMMUTATIVE = frozenset({"+", "\u00d7"})
LEAST_TOLD = 2
LEAST_ALIKE = 2
"""What so many layers have behind them is said once."""
LEAST_BRANCHES = 3
"""So many branches stand in lines of their own where there is room."""
_OF_ANOTHER = re.compile(r"([0-9.]+ \u2212 )\S+")
"""An op that takes a constant first, and what it takes second by the name that it has where it is drawn."""
_NAME = re.compile(r"[A-Za-z]\w*")
_PART = re.compile(r"part \d+$")
_CONVOLUTION = re.compile(r"^(\d+(?:\u00d7\d+)+) conv, ")


def formula_of(
    card: Card, results: Sequence[CardWire], attentions: Attentions = NO_ATTENTIONS
) -> Optional[InsideFormula]:
    """The formula of an open card whose children are rows; ``None`` if it is not wired as one, or has but one step.

    Args:
        card: the card.
        results: its wires to the border that count as results.
        attentions: those of the graph. One that the card holds is told by its parts.
    """
    series = steps_of(card, results)
    parts = None if series is None else [NamedSteps("", series)]
    found = None if parts is None else _told(card, parts, attentions=attentions) or _told(card, parts)
    entering = {wire.source.port: wire.tip.split(" ")[0] for wire in card.wires if wire.source.child == BORDER}
    return None if found is None else found._replace(inputs=tuple([entering[port] for port in sorted(entering)]))


def step_formula_of(
    card: Card, results: Sequence[CardWire], inputs: Sequence[str], result: str = RESULT_OF_CELL
) -> Optional[InsideFormula]:
    """The formula of a cell that a loop runs, with these names for what enters it and for its result.

    Where tensors are taken at several places, these have names, and so has what the author's named layers make.
    """
    rows = {child: item.name for child, item in enumerate(card.children) if isinstance(item, ChainRow)}
    several = {name for name, count in Counter([*rows.values(), *inputs, result]).items() if count > 1}
    given = {child: name for child, name in rows.items() if _NAME.fullmatch(name) and name not in several}
    parts = named_steps_of(card, results, given, result)
    return None if parts is None else _told(card, parts, inputs)


def _told(
    card: Card, parts: Sequence[NamedSteps], inputs: Sequence[str] = (), attentions: Attentions = NO_ATTENTIONS
) -> Optional[InsideFormula]:
    words = _Words(card, parts, inputs, attentions)
    if words.steps < LEAST_TOLD:
        return None
    try:
        sized = words.told(parts, short=False, sized=True) if words.sizes and card.repeat == 1 else None
        return InsideFormula(words.told(parts, short=False), words.told(parts, short=True), sized=sized)
    except _UnsaidError:
        return None


class _UnsaidError(Exception):
    """There are no words for an order of operands."""


class _Words:
    """Writes a series."""

    def __init__(self, card: Card, parts: Sequence[NamedSteps], inputs: Sequence[str], attentions: Attentions) -> None:
        self._inputs = inputs
        self._attention = attention_of(card, attentions)
        self._operands: List[Tuple[str, List[str]]] = []
        """The queries, keys and values of the attention, with the steps that make each, as far as these are told."""
        self._rows = [child_words(child, attentions.scales if self._attention else {}) for child in card.children]
        self.sizes = image_sizes(card)
        self._said_sizes: Mapping[int, str] = {}
        self.steps = sum(len(row.before) + 1 + len(row.behind) + len(row.after) for row in self._rows)
        self._ports = len({wire.source.port for wire in card.wires if wire.source.child < 0})
        self._squeezed: Dict[int, str] = {}
        """The steps that are squeeze and excitation, and their words."""
        self._within: Set[int] = set()
        """The children that these words stand for."""
        for part in parts:
            self._find_squeezed(part.steps)
        rows = [row for child, row in enumerate(self._rows) if child not in self._within]
        weighted = [row for row in rows if WITH_WEIGHTS.search(row.main)]
        kinds = {WITH_WEIGHTS.findall(row.main)[0] for row in weighted}
        self._alike: Tuple[str, ...] = ()
        if len(weighted) >= LEAST_ALIKE and len(kinds) == 1:
            self._alike = common_beginning([row.behind for row in weighted])
        self._kind = kinds.pop() if len(kinds) == 1 else ""
        self._all_short = all(_CONVOLUTION.match(row.main) or "conv" not in row.main for row in weighted)

    def _find_squeezed(self, series: Steps) -> None:
        """Find squeeze and excitation in a series: a product of a tensor and of what is made of that tensor itself."""
        for step in series:
            branches = step.branches
            if (
                len(branches) == LEAST_ALIKE
                and () in branches
                and self._rows[step.child].main == "\u00d7"
                and not self._rows[step.child].before
            ):
                gate = branches[0] or branches[1]
                plain = all(each.child >= 0 and not (each.branches or each.is_given) for each in gate)
                found = (
                    squeeze_excite([word for each in gate for word in self._rows[each.child].all()]) if plain else None
                )
                if found:
                    self._squeezed[step.child] = found
                    self._within.update(each.child for each in gate)
            for branch in branches:
                self._find_squeezed(branch)

    def told(self, parts: Sequence[NamedSteps], *, short: bool, sized: bool = False) -> FormulaText:
        """The whole formula, with the tensors that have names first."""
        self._said_sizes = self.sizes if sized else {}
        short = short and self._all_short and any(_CONVOLUTION.match(row.main) for row in self._rows)
        self._operands = []
        lines = [
            (f"{name} = " if name else "") + self._series(self._begun(series), short=short) for name, series in parts
        ]
        heads = self._attention.heads if self._attention is not None else ""
        text = DOT.join([*([heads] if heads else []), *made_of(self._operands, bool(heads)), *lines])
        each = f"each {self._kind} with {', '.join(self._alike)}" if self._alike else ""
        if short:
            each = f"n\u00d7n: conv{', ' if self._alike else ''}{', '.join(self._alike)}"
        equations = tuple(lines) if len(lines) > 1 else ()
        return FormulaText(text, each, self._branches(parts, short=short), equations)

    def _branches(self, parts: Sequence[NamedSteps], *, short: bool) -> Tuple[str, ...]:
        """What joins branches, and these, where nothing else is done; else nothing."""
        series = self._begun(parts[-1].steps)
        step = series[-1] if series else None
        if step is None or len(parts) > 1 or len(series) > 1 or len(step.branches) < LEAST_BRANCHES or self._inputs:
            return ()
        row = self._rows[step.child] if step.child >= 0 else ChildWords((), "", (), ())
        if row.all() != (row.main,) or row.main in CIRCLED or step.is_given:
            return ()
        itself = "input" if step.from_input else "as is"
        return (joining_words(row.main), *(self._series(branch, short=short) or itself for branch in step.branches))

    def _begun(self, series: Steps) -> Steps:
        """A series without the input at its begin, where there is but one."""
        first = series[0] if series else None
        enters = first is not None and first.child < 0 and not first.name
        return series[1:] if enters and self._ports == 1 and not self._inputs else series

    def _series(self, series: Steps, *, short: bool) -> str:
        told = self._all_steps(series, short=short)
        leaf = len(series) == LEAST_ALIKE == len(told) and series[0].child < 0
        of_another = _OF_ANOTHER.fullmatch(told[1]) if self._inputs and leaf else None
        if of_another is not None:
            return f"{of_another[1]}{told[0]}"
        return with_tables(told)

    def _all_steps(self, series: Steps, *, short: bool) -> List[str]:
        told = [text for place, step in enumerate(series) for text in self._step(step, short=short, begins=not place)]
        return self._with_source(series, told)

    def _with_source(self, series: Steps, told: List[str]) -> List[str]:
        """The words of a series; what the queries, keys and values of an attention in it are made of belongs to them, not before their product."""
        products = (self._attention.scores, self._attention.weighing) if self._attention is not None else ()
        place = next((place for place, step in enumerate(series) if step.child in products), 0)
        if not place:
            return told
        if IN_PARTS in told:
            return without_heads(told) if self._attention and self._attention.heads else told
        if place > 1 or series[0].child >= 0 or series[0].is_part:
            raise _UnsaidError
        self._operands = [(name, [told[0], *steps]) for name, steps in self._operands]
        return told[1:]

    def _step(self, step: InsideStep, *, short: bool, begins: bool) -> List[str]:
        """The words of a step, one for each thing that is done, with a mark if the result of the last leaves early."""
        done = self._done(step, short=short, begins=begins)
        if step.child in self._said_sizes and not step.branches:
            done = [*done[:-1], f"{done[-1]} to {self._said_sizes[step.child]}"]
        if not step.is_given:
            return done
        if any(f"{sign} " in done[-1] for sign in CIRCLED):
            raise _UnsaidError  # the mark would seem to belong to the last operand
        return [*done[:-1], f"{done[-1]} {LEAVES_EARLY}"]

    def _done(self, step: InsideStep, *, short: bool, begins: bool) -> List[str]:
        """The words of a step, one for each thing that is done."""
        if step.child < 0:
            return [step.name or (f"part {step.port + 1}" if step.is_part else self._input(step.port))]
        row = self._rows[step.child]
        main = _CONVOLUTION.sub(r"\1, ", row.main) if short else row.main
        behind = row.behind[len(self._alike) :] if WITH_WEIGHTS.search(row.main) else row.behind
        if not step.branches:
            said = [*row.before, ", ".join([main, *behind]), *row.after]
            names_weight = said[0].startswith(FIRST_ROWS)  # that tells itself that no input is in it
            return [MADE_HERE + said[0], *said[1:]] if step.is_made and not names_weight else said
        if self._attention is not None and step.child in (self._attention.scores, self._attention.weighing):
            return self._product(step, row, self._attention, short=short)
        if step.child in self._squeezed:
            return [self._squeezed[step.child], *behind, *row.after]
        if row.before:
            raise _UnsaidError  # the branches would seem to be joined by the second cell
        return [*self._joined(step, main, begins=begins, short=short), *behind, *row.after]

    def _product(self, step: InsideStep, row: ChildWords, attention: AttentionPlaces, *, short: bool) -> List[str]:
        """The words of the product that makes the scores of an attention, or of the one that weighs its values."""
        if len(step.branches) != LEAST_ALIKE:
            raise _UnsaidError
        after = without_heads(row.all()[1:]) if attention.heads else list(row.all()[1:])
        told = [self._all_steps(branch, short=short) for branch in step.branches]
        if step.child == attention.scores:
            self._operands = [(QUERY, told[attention.query]), (KEY, told[1 - attention.query])]
            return [SCORES_TOLD, *after]
        scores = told[1 - attention.values]
        if not scores or SCORES_TOLD not in scores[0]:
            raise _UnsaidError  # the queries and keys are not told before their product
        self._operands.append((VALUE, told[attention.values]))
        if all(steps and _PART.match(steps[0]) and not without_heads(steps) for _, steps in self._operands):
            self._operands = []
            return [IN_PARTS, *scores, WEIGHED_TOLD, *after]
        return [*scores, WEIGHED_TOLD, *after]

    def _operand(self, sign: str, branch: Steps, text: str) -> str:
        """An operand of an equation: a product in a sum needs no brackets."""
        is_product = len(branch) == 1 and branch[0].branches and self._rows[branch[0].child].main == "\u00d7"
        return text if is_product and sign == "+" else bracketed(text)

    def _input(self, port: int) -> str:
        return self._inputs[port] if port < len(self._inputs) else input_called(port)

    def _joined(self, step: InsideStep, sign: str, *, begins: bool, short: bool) -> List[str]:
        """The words of a step that joins branches."""
        itself = "input" if step.from_input else "as is"
        branches = [self._series(branch, short=short) or itself for branch in step.branches]
        if sign not in CIRCLED:
            return [f"{joining_words(sign)}({_BESIDE.join(branches)})"]
        if self._inputs:  # an equation
            return [f" {sign} ".join(map(partial(self._operand, sign), step.branches, branches))]
        plain = [is_input(branch) or not branch for branch in step.branches]
        if len(branches) == LEAST_ALIKE and plain.count(True) == 1:
            place = plain.index(True)
            other = branches[1 - place]
            value = branches[place]
            if value != "as is" and other.startswith((MADE_HERE, FIRST_ROWS)) and sign in COMMUTATIVE:
                return [value, f"{sign} {bracketed(other)}"]
            if value != "as is" and (place == 1 or sign in COMMUTATIVE):
                return [other, f"{sign} {value}"]
            if value == "as is" and not begins and (place == 0 or sign in COMMUTATIVE):
                return [f"{sign} {bracketed(other)}"]
        if "as is" in branches:
            raise _UnsaidError
        # What a layer is set to, behind a comma, would seem to be multiplied itself: Dense 640, SiLU × Dense 640.
        is_product = sign == "\u00d7"
        return [
            f" {sign} ".join([f"({told})" if is_product and ", " in told else bracketed(told) for told in branches])
        ]
