"""Says what is inside of a closed card as a formula: ``1×1 conv, 64 → 3×3 conv, 64 → + input → ReLU``.

``→`` is what follows, ``+ input`` adds what entered, ``+ (…)`` adds what the brackets make of the value just before, and
``concat(… | …)`` joins branches. What all convolutions have behind them is said once, at the end.
"""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from types import MappingProxyType
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Set, Tuple

from ..flat import BORDER
from ..scene.items import Card, CardWire, ChainRow, Item
from ..sizes.extents import times
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
from .formula_text import DOT, FormulaText, InsideFormula
from .row_kinds import CIRCLED
from .series_parallel import RESULT_OF_CELL, InsideStep, NamedSteps, Steps, named_steps_of, steps_of
from .squeeze_excite import squeeze_excite

LEAVES_EARLY = "(given on)"
"""Behind a step whose result also leaves the card, before the last step."""
MADE_HERE = "made here: "
"""Before a step that takes nothing of what enters the card: what follows is made of no input."""
_ARROW, _BESIDE = " \u2192 ", " | "
COMMUTATIVE = frozenset({"+", "\u00d7"})
LEAST_TOLD = 2
LEAST_ALIKE = 2
"""What so many layers have behind them is said once."""
LEAST_BRANCHES = 3
"""So many branches stand in lines of their own where there is room."""
MOST_JOINING = 30
"""So many characters of the settings of a layer that joins branches are told."""
_OF_ANOTHER = re.compile(r"([0-9.]+ \u2212 )\S+")
"""An op that takes a constant first, and what it takes second by the name that it has where it is drawn."""
_FROM_TABLE = re.compile(r"gather ([^\s(]+(?: of [^\s(]+)?)(?: \(.*\))?")
"""What takes rows of a weight, whose name is given."""
_IN_TABLE = re.compile(r"\[[^\[\]]*\]")
_NAME = re.compile(r"[A-Za-z]\w*")
_PART = re.compile(r"part \d+$")
_WEIGHTED = re.compile(r"(conv|Dense)\b")
_IMAGE = re.compile(r"\([^,()]+, (\d+, \d+, \d+)\)")
"""The label of a tensor of images, in which channels are last or first."""
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


class _Row(NamedTuple):
    """The words of a child."""

    before: Tuple[str, ...]
    main: str
    behind: Tuple[str, ...]
    """Normalization and activation behind a layer with weights."""
    after: Tuple[str, ...]

    def all(self) -> Tuple[str, ...]:
        """All its words, one for each cell."""
        return (*self.before, self.main, *self.behind, *self.after)


class _Words:
    """Writes a series."""

    def __init__(self, card: Card, parts: Sequence[NamedSteps], inputs: Sequence[str], attentions: Attentions) -> None:
        self._inputs = inputs
        self._attention = attention_of(card, attentions)
        self._operands: List[Tuple[str, List[str]]] = []
        """The queries, keys and values of the attention, with the steps that make each, as far as these are told."""
        self._rows = [_row(child, attentions.scales if self._attention else {}) for child in card.children]
        self.sizes = _sizes(card)
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
        weighted = [row for row in rows if _WEIGHTED.search(row.main)]
        kinds = {_WEIGHTED.findall(row.main)[0] for row in weighted}
        self._alike: Tuple[str, ...] = ()
        if len(weighted) >= LEAST_ALIKE and len(kinds) == 1:
            self._alike = _common([row.behind for row in weighted])
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
        row = self._rows[step.child] if step.child >= 0 else _Row((), "", (), ())
        if row.all() != (row.main,) or row.main in CIRCLED or step.is_given:
            return ()
        itself = "input" if step.from_input else "as is"
        return (_joining(row.main), *(self._series(branch, short=short) or itself for branch in step.branches))

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
        return _with_tables(told)

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
        behind = row.behind[len(self._alike) :] if _WEIGHTED.search(row.main) else row.behind
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

    def _product(self, step: InsideStep, row: _Row, attention: AttentionPlaces, *, short: bool) -> List[str]:
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
        return text if is_product and sign == "+" else _bracketed(text)

    def _input(self, port: int) -> str:
        return self._inputs[port] if port < len(self._inputs) else _input(port)

    def _joined(self, step: InsideStep, sign: str, *, begins: bool, short: bool) -> List[str]:
        """The words of a step that joins branches."""
        itself = "input" if step.from_input else "as is"
        branches = [self._series(branch, short=short) or itself for branch in step.branches]
        if sign not in CIRCLED:
            return [f"{_joining(sign)}({_BESIDE.join(branches)})"]
        if self._inputs:  # an equation
            return [f" {sign} ".join(map(partial(self._operand, sign), step.branches, branches))]
        plain = [_is_input(branch) or not branch for branch in step.branches]
        if len(branches) == LEAST_ALIKE and plain.count(True) == 1:
            place = plain.index(True)
            other = branches[1 - place]
            value = branches[place]
            if value != "as is" and other.startswith((MADE_HERE, FIRST_ROWS)) and sign in COMMUTATIVE:
                return [value, f"{sign} {_bracketed(other)}"]
            if value != "as is" and (place == 1 or sign in COMMUTATIVE):
                return [other, f"{sign} {value}"]
            if value == "as is" and not begins and (place == 0 or sign in COMMUTATIVE):
                return [f"{sign} {_bracketed(other)}"]
        if "as is" in branches:
            raise _UnsaidError
        # What a layer is set to, behind a comma, would seem to be multiplied itself: Dense 640, SiLU × Dense 640.
        is_product = sign == "\u00d7"
        return [
            f" {sign} ".join([f"({told})" if is_product and ", " in told else _bracketed(told) for told in branches])
        ]


def _with_tables(told: Sequence[str]) -> str:
    """The steps of a series; rows of a table are written as everybody does, and so is a sum with them.

    >>> _with_tables(["input", "gather words (100, 8)", "+ places[range]", "LayerNorm"]), _with_tables(["gather words (100, 8)"])
    ('words[input] + places[range] \u2192 LayerNorm', 'gather words (100, 8)')
    """
    place = next((place for place, step in enumerate(told) if place and _FROM_TABLE.fullmatch(step)), 0)
    found = _FROM_TABLE.fullmatch(told[place]) if place else None
    if found is None:
        return _ARROW.join(told)
    index = _ARROW.join(told[:place])
    index = index[len(MADE_HERE) :] if index.startswith(MADE_HERE) else index
    taken, after = f"{found[1]}[{index}]", list(told[place + 1 :])
    while after and after[0].startswith("+ "):
        taken = f"{taken} {after.pop(0)}"
    return _ARROW.join([taken, *after])


def _row(item: Item, said: Mapping[int, str] = MappingProxyType({})) -> _Row:
    """The words of a child of a card. Ops say what `said` has for them."""
    if not isinstance(item, ChainRow):
        title = item.title if isinstance(item, Card) else ""
        several = isinstance(item, Card) and item.repeat > 1
        return _Row((), f"{title} {times(item.repeat)}" if several and isinstance(item, Card) else title, (), ())
    told = [said.get(cell.item.node, cell.text) for cell in item.cells]
    texts = [text.replace("\u2192", "to") for text in told]
    main = item.main if _WEIGHTED.search(texts[item.main]) else 0
    end = main + 1  # behind what is no layer that only normalizes or activates, all are steps of their own
    while end < len(texts) and isinstance(item.items[end], Card) and texts[end][0].isalpha():
        end += 1
    return _Row(tuple(texts[:main]), texts[main], tuple(texts[main + 1 : end]), tuple(texts[end:]))


def _sizes(card: Card) -> Dict[int, str]:
    """The height and width of what children give to others, where the labels of wires tell them: ``14×14``; ``14×14×64`` with channels not told yet.

    What an op says that brings a tensor into a shape is not said again.
    """
    found: Dict[int, str] = {}
    for wire in card.wires:
        child, sizes = wire.source.child, _IMAGE.fullmatch(wire.label)
        if child < 0 or wire.target.child == BORDER or sizes is None:
            continue
        row = _row(card.children[child])
        if not row.all()[-1].endswith(")"):
            dims = sizes[1].split(", ")
            found[child] = "\u00d7".join(dims[:-1] if f", {dims[-1]}," in f"{row.main}," else dims)
    return found


def _joining(sign: str) -> str:
    """What stands before the brackets with the branches that something joins.

    >>> _joining("concat axis -1"), _joining("ScaleLayer scale 0.1"), _joining("SelfAttention num_attention_heads 12, \u2026")
    ('concat', 'ScaleLayer scale 0.1 of ', 'SelfAttention')
    """
    first, space, _ = sign.partition(" ")
    if sign.startswith("concat ") or sign.endswith("\u2026") or len(sign) > MOST_JOINING:
        return first
    return f"{sign} of " if space else sign


def _input(port: int) -> str:
    return f"input {port + 1}" if port else "input"


def _is_input(branch: Steps) -> bool:
    """Whether a branch is a tensor that enters, as it is."""
    return len(branch) == 1 and branch[0].child < 0 and not branch[0].is_part


def _bracketed(text: str) -> str:
    return (
        f"({text})"
        if _ARROW in _IN_TABLE.sub("", text)
        or text.startswith(MADE_HERE)
        or any(f" {sign} " in text for sign in CIRCLED)
        else text
    )


def _common(behind: Sequence[Tuple[str, ...]]) -> Tuple[str, ...]:
    """What all begin with."""
    shared = behind[0]
    for other in behind[1:]:
        length = 0
        while length < min(len(shared), len(other)) and shared[length] == other[length]:
            length += 1
        shared = shared[:length]
    return shared
