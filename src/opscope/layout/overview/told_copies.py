"""How the copies of a stack differ, in the words of its card: what single copies have, how sizes and shapes go on, whose sizes are shown."""

from __future__ import annotations

import re
from typing import List, Sequence

from ...graph.view import Stack
from ...passes.copy_times import MEDIAN
from ...passes.naming import copies_text
from ..scene.labels import cut
from ..scene.sketch import Sketch, texts_of
from .card_lines import MOST_TOLD
from .copy_courses import CopyCourses
from .courses import MOST_COURSE, course_words
from .first_copies import COPY_1
from .odd_copy import odd_copy_words
from .size_words import SQUEEZED, SizeWords, Varying
from .sketch_steps import SHAPE_MADE

_SINGLE = ("copy ", "copies ")
"""How it begins what is said of single copies."""
PARAMETERS = " parameters"
"""How it ends what is said of numbers of parameters, which stand in a column."""
FROM_COPY = "copies 1 to "
"""Before what is another from copy to copy, so that nobody takes it for what one copy does: ``copies 1 to 6: concat ...``."""
MOST_VARYING = 3
"""So many sizes are told that are not the same in all copies of a block with a small drawing."""
_OF_SIZES = re.compile(rf"{FROM_COPY}\d+: (?:filters|{SQUEEZED}) ")
"""How it begins what is said of sizes from copy to copy."""
_KERNEL = " kernel "
_PADDED = re.compile(r"(?<=: )\w*Padding\w* more, |, \w*Padding\w* more|, padding \w+")
SHOWN_COPY = "shown: copy "


class ToldCopies:
    """Tells of the copies of stacks, by their groups."""

    def __init__(self, sizes: SizeWords, of_copies: CopyCourses, *, courses: bool) -> None:
        self._sizes, self._of_copies, self._courses = sizes, of_copies, courses

    def beside_chips(self, index: int, told: Sequence[str], stack: Stack, sketch: Sketch) -> List[str]:
        """How copies differ, beside a small drawing with the sizes of one of them: those of the others, if they are few, else whose sizes these are.

        What the first copy has for itself is not told if it is drawn as well.
        """
        if sketch.first:  # what the others have is in their drawing
            told = [each for each in told if not each.startswith(COPY_1)]
            courses = [each for each in told if not (is_setting(each) or _OF_SIZES.match(each))]
            return [*filter(is_setting, told), *(courses if self._courses else ())]
        varying = self._sizes.varying(index)
        if varying == [] and not any(SHAPE_MADE.search(text) for text in texts_of(sketch.steps)):
            single = [each for each in told if is_setting(each)]  # what the chips say is true of every copy
            return [*single, *([each for each in told if each not in single] if self._courses else [])]
        if varying is None or not 0 < len(varying) <= MOST_VARYING:
            found = with_copy(told, stack, courses=self._courses)
            return found if varying == [] or _whose_sizes(stack) in found else [*found, _whose_sizes(stack)]
        single = [each for each in told if is_setting(each)]
        courses = [each for each in told if not is_setting(each) and not _OF_SIZES.match(each)]
        if sketch.numbers:
            return [*single, sketch.numbers, *(courses if self._courses else ())]
        return [*_with_sizes(single, varying), *(courses if self._courses else ())]

    def told(self, index: int, stack: Stack, room: int) -> Sequence[str]:
        """How copies differ, but for their parameters, which stand in a column, and for padding, which goes with strides.

        A course of shapes is told in full if it fits into so many characters.
        """
        found = [_PADDED.sub("", each) for each in stack.differences if not each.endswith(PARAMETERS)]
        singles = [each for each in found if is_single(each)]
        told = [cut(odd_copy_words(each, stack.own_layers, stack.strided), MOST_TOLD) for each in singles]
        begun = f"{FROM_COPY}{len(stack.names)}: "
        for each in (other for other in found if other not in singles):
            if MEDIAN in each:
                told.append(cut(each, MOST_COURSE))
                continue
            said = self._of_copies.told(index, stack, each)
            told.append(begun + course_words(said, room - len(begun), len(stack.copies)))
        return told

    def odd_sizes(self, index: int, told: Sequence[str]) -> Sequence[str]:
        """How copies differ; a course of sizes is told as what the only copy has that is not like the drawn one, where it is only one."""
        varying = self._sizes.varying(index) if any(map(_OF_SIZES.match, told)) else None
        if not varying or len({each.places for each in varying}) > 1 or len(varying[0].places) != 1:
            return told
        single = [each for each in told if is_single(each)]
        others = [each for each in told if not is_single(each) and not _OF_SIZES.match(each)]
        return [*_with_sizes(single, varying), *others]


def with_copy(told: Sequence[str], stack: Stack, *, courses: bool) -> List[str]:
    """How copies differ, beside a formula with the sizes of one of them, and whose these are."""
    single = [each for each in told if is_setting(each)]
    others = [each for each in told if not is_setting(each)]
    return [*single, _whose_sizes(stack), *(others if courses else ())] if others else single


def _whose_sizes(stack: Stack) -> str:
    """Of which copy the sizes are that a card says."""
    return f"{SHOWN_COPY}{stack.places[0] + 1 if stack.places else 1}"


def is_setting(told: str) -> bool:
    """Whether a difference is one of settings, of which the wires' shapes tell nothing."""
    return is_single(told) or _KERNEL in told


def goes_on(difference: str) -> bool:
    """Whether what copies differ in is told from the first to the last, which only copies in a row have."""
    return not difference.startswith(_SINGLE) and not difference.endswith(PARAMETERS) and MEDIAN not in difference


def is_single(told: str) -> bool:
    """Whether a difference is what some copies have, and not how all go on."""
    return told.startswith(_SINGLE) and not told.startswith(FROM_COPY)


def _with_sizes(single: Sequence[str], varying: Sequence[Varying]) -> List[str]:
    """What single copies have, with the sizes that they have in place of the drawn one's.

    >>> _with_sizes(["copy 1: /2; no shortcut"], [Varying((0,), "1\u00d71 conv, 144 not 240"), Varying((2,), "SE 6 not 10")])
    ['copy 1: /2; no shortcut; 1\u00d71 conv, 144 not 240', 'copy 3: SE 6 not 10']
    """
    told = list(single)
    for each in varying:
        begun = f"{copies_text(each.places)}: " if each.places else ""
        place = next((place for place, said in enumerate(told) if begun and said.startswith(begun)), -1)
        if place >= 0:
            told[place] = f"{told[place]}; {each.words}"
        else:
            told.append(begun + each.words)
    return told
