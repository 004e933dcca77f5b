"""Writes a letter on the chips of a stack's small drawing for the number that copies have otherwise, and what it is in each of them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Dict, Mapping, Optional, Sequence, Set, Tuple

from ..scene.sketch import ChipPart, Sketch, SketchChip, SketchStep, texts_of, with_each_step

LETTER = "n"
MOST_COPIES = 6
"""Of so many copies the number of each is told."""
_NUMBER = re.compile(r"(\d+)")


def lettered(sketch: Sketch, texts: Mapping[str, Sequence[str]]) -> Sketch:
    """The small drawing with a letter for the number in which copies differ; as it is where they differ in nothing else, or in several.

    Args:
        sketch: the drawing of one of the copies.
        texts: what layers say in it -> what they say in each copy, in the order of the data.

    >>> chip = SketchChip((ChipPart("1\u00d77 conv, 128", "dense"), ChipPart("BN", "normalization")))
    >>> found = lettered(Sketch((chip,)), {"1\u00d77 conv, 128": ["1\u00d77 conv, 128", "1\u00d77 conv, 160"], "BN": ["BN", "BN"]})
    >>> found.steps[0].parts[0].text, found.numbers
    ('1\u00d77 conv, n', 'n in each copy: 128, 160')
    """
    instead: Dict[str, str] = {}
    courses: Set[Tuple[str, ...]] = set()
    for own in dict.fromkeys(texts_of(sketch.steps)):
        told = texts.get(own, ())
        if len(set(told)) < 2:
            continue
        found = _with_letter(own, told)
        if found is None:
            return sketch
        instead[own] = found[0]
        courses.add(found[1])
    if len(courses) != 1 or len(next(iter(courses))) > MOST_COPIES:
        return sketch

    def changed(step: SketchStep) -> SketchStep:
        if not isinstance(step, SketchChip):
            return step
        parts = [ChipPart(instead.get(part.text, part.text), part.family) for part in step.parts]
        return step._replace(parts=tuple(parts))

    numbers = f"{LETTER} in each copy: {', '.join(courses.pop())}"
    return replace(sketch, steps=with_each_step(sketch.steps, changed), numbers=numbers)


def _with_letter(own: str, told: Sequence[str]) -> Optional[Tuple[str, Tuple[str, ...]]]:
    """What a layer says with the letter for the only number that is another in some copies, and that number in each of them.

    >>> _with_letter("3\u00d73 conv, 8, /2", ["3\u00d73 conv, 8, /2", "3\u00d73 conv, 16, /2"])
    ('3\u00d73 conv, n, /2', ('8', '16'))
    >>> _with_letter("Dense 8", ["Dense 8", "Dense 16, ReLU"])
    """
    parts = [_NUMBER.split(text) for text in (own, *told)]
    if len(set(map(len, parts))) > 1:
        return None
    places = [place for place, values in enumerate(zip(*parts)) if len(set(values)) > 1]
    if len(places) != 1 or not places[0] % 2:
        return None
    place = places[0]
    return "".join([*parts[0][:place], LETTER, *parts[0][place + 1 :]]), tuple(each[place] for each in parts[1:])
