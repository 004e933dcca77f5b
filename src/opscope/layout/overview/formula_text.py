"""A formula of what a card holds as text: what its inputs are called, and how it is set into lines."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import Callable, FrozenSet, List, Mapping, NamedTuple, Optional, Sequence, Tuple

DOT = " \u00b7 "
MOST_LINES = 3
MOST_EQUATIONS = 4
"""So many equations stand in lines of their own, where there is room for as many lines as usual."""
LEAST_SHOWN = 0.5
"""Of a formula that is cut, so much has to be there: less tells too little."""
LEAST_SIDED = 2
"""Of so many inputs it has to be said which is which."""
_INPUT = re.compile(r"\binput(?: (\d+)\b)?(?! \d)")


class FormulaText(NamedTuple):
    """A formula in words, and what is said once of all its layers; empty if nothing is."""

    steps: str
    each: str
    branches: Tuple[str, ...] = ()
    """Where all that is done is to join branches: the words of what joins them, then those of each branch."""
    equations: Tuple[str, ...] = ()
    """Where tensors have names: what each of them is, and the result."""

    def whole(self) -> str:
        """All in one line."""
        return DOT.join(part for part in (self.steps, self.each) if part)

    def by_branches(self) -> List[str]:
        """A line for what joins branches, and one for each of these; nothing where there is something else."""
        return [self.joining(), *(f"| {branch}" for branch in self.branches[1:])] if self.branches else []

    def joining(self) -> str:
        """What joins how many branches, and what is said once of all layers; empty where there is something else."""
        if not self.branches:
            return ""
        head = f"{self.branches[0]} of {len(self.branches) - 1} branches"
        return ", ".join(part for part in (head, self.each) if part)

    def beside_each_other(self, room: int) -> List[str]:
        """The branches in lines of at most so many characters, none of them in two; nothing where one is longer, or there are none."""
        found = [""]
        for branch in self.branches[1:]:
            piece = f"{branch} | "
            if found[-1] and len(found[-1] + branch) > room:
                found.append("")
            found[-1] += piece
        lines = [*(line.rstrip() for line in found[:-1]), found[-1].rstrip(" |")]
        return lines if self.branches and max(map(len, lines)) <= room + len(" |") else []

    def called(self, name: "Callable[[re.Match[str]], str]") -> "FormulaText":
        """The formula in which inputs have other names."""
        branches = tuple([_INPUT.sub(name, branch) for branch in self.branches])
        return self._replace(steps=_INPUT.sub(name, self.steps), branches=branches)


class Entering(NamedTuple):
    """The tensors that enter a closed card."""

    tensors: Sequence[str]
    """In the order in which their wires end there."""
    skips: FrozenSet[str] = frozenset()
    """Those that skip connections bring."""
    given: Mapping[str, str] = MappingProxyType({})
    """Those that are inputs of the model, with the names of these."""
    sources: Mapping[str, str] = MappingProxyType({})
    """What gives others: the title of a card, the kind of a layer with weights."""


def names_by_side(inputs: Sequence[str], entering: Entering, first: str, last: str) -> List[str]:
    """What the tensors that enter a closed card are called by where their wires end; nothing if there is but one, or that is not known.

    If one of two comes by a skip connection, it is the ``skip``, and the other the ``input``: the flow brings that. What is an input of the
    model has its name, and what would be called ``input`` that of what gives it, where this is drawn.

    Args:
        inputs: the tensors, as the tips of their wires begin.
        entering: what is known of them.
        first: what two inputs are called: ``left``.
        last: ``right``.
    """
    tensors = list(entering.tensors)
    places = [tensors.index(name) if tensors.count(name) == 1 else -1 for name in inputs]
    if len(places) < LEAST_SIDED or len(places) != len(tensors) or -1 in places:
        return []
    if len(places) > LEAST_SIDED:
        names = [f"input {place + 1}" for place in places]
    elif len(entering.skips) == 1:
        names = ["skip" if name in entering.skips else "input" for name in inputs]
    elif len(set(inputs).difference(entering.given)) == 1:
        names = ["input" for _ in inputs]
    else:
        names = [f"{(first, last)[place]} input" for place in places]
    sources = {tensor: entering.sources.get(tensor, name) for tensor, name in zip(inputs, names) if name == "input"}
    return [entering.given.get(tensor, sources.get(tensor, name)) for tensor, name in zip(inputs, names)]


class InsideFormula(NamedTuple):
    """The inside of a card: in full, and shorter, where a convolution is only its kernel and filters."""

    full: FormulaText
    short: FormulaText
    inputs: Tuple[str, ...] = ()
    """The tensors that enter, by their numbers in the formula, as the tips of their wires begin."""
    sized: Optional[FormulaText] = None
    """In full, with the height, width and channels of what steps give; ``None`` where no step changes them."""

    def sided(self, entering: Entering, first: str, last: str) -> "InsideFormula":
        """The formula in which inputs are called by where their wires end; as it is if there is but one, or that is not known.

        If one of two comes by a skip connection, it is the ``skip``, and the other the ``input``: the flow brings that.

        Args:
            entering: the tensors that enter the card.
            first: what two inputs are called: ``left``.
            last: ``right``.
        """
        names = names_by_side(self.inputs, entering, first, last)
        if not names:
            return self

        def called(found: "re.Match[str]") -> str:
            number = int(found[1] or 1)
            return names[number - 1] if number <= len(names) else found[0]

        sized = self.sized and self.sized.called(called)
        return self._replace(full=self.full.called(called), short=self.short.called(called), sized=sized)

    def lines(self, room: int, most: int = MOST_LINES) -> List[str]:
        """In at most so many lines of at most so many characters; none if too little of it would be told."""
        equations = [*self.full.equations, *([self.full.each] if self.full.each else [])]
        room_for = most if most < MOST_LINES else max(most, MOST_EQUATIONS)
        if 1 < len(equations) <= room_for and max(map(len, equations)) <= room:
            return equations
        for told in (self.full, self.short) if most > MOST_LINES else ():
            found = told.by_branches()
            if 0 < len(found) <= most and max(map(len, found)) <= room:
                return found
        is_wide, most = most > MOST_LINES, min(most, MOST_LINES)  # only lists of branches are read in more lines
        if self.sized is not None and is_wide:
            found = _wrapped(self.sized.whole(), room)
            if len(found) <= most:
                return found
        for told in (self.full, self.short):
            found = _wrapped(told.whole(), room)
            if len(found) <= most:
                return found
        steps = _pieces(self.short.steps)
        for shown in range(len(steps) - 1, int(LEAST_SHOWN * len(steps)), -1):
            begun = "".join(steps[:shown]).rstrip()
            found = _wrapped(FormulaText(f"{begun} \u2026 {len(steps) - shown} more", self.short.each).whole(), room)
            if len(found) <= most:
                return found
        return []


def _pieces(text: str) -> List[str]:
    """A formula in pieces that stay whole; each but the last ends with what stands between it and the next."""
    return [piece for piece in re.split("(?<= \u2192 )|(?<= \\| )|(?<= \u00b7 )", text) if piece]


def _wrapped(text: str, room: int) -> List[str]:
    """The text in lines of at most so many characters, broken between steps."""
    found = [""]
    for piece in _pieces(text):
        if found[-1] and len(found[-1] + piece.rstrip()) > room:
            found.append("")
        found[-1] += piece
    return [line.rstrip(" \u00b7") for line in found]
