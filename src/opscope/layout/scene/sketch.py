"""A small drawing of what is in a closed card: chips one after the other, and branches that a joint joins. Without coordinates."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Callable, List, NamedTuple, Set, Tuple, Union


class ChipPart(NamedTuple):
    """A layer or op on a chip: ``1×1 conv, 240``."""

    text: str
    """Empty where the card says once what many chips have there."""
    family: str
    """The kind of layer, whose colour it has (`layer_kinds.LAYER_KINDS`)."""


class SketchChip(NamedTuple):
    """Layers and ops that follow each other, as one chip in as many colours."""

    parts: Tuple[ChipPart, ...]
    is_made: bool = False
    """Whether it takes no tensor at all, as a mask made of sizes: no line leads into it."""


class SketchWord(NamedTuple):
    """A word on a line: a tensor that enters the card, or what an operand is to the joint behind it."""

    text: str
    port: int = -1
    """Which of the tensors that enter the card it is; -1 for an operand."""


@dataclass(frozen=True)
class SketchJoint:
    """What joins branches that leave one tensor: ``concat``, ``+``. A branch without steps is that tensor itself."""

    text: str
    family: str
    branches: "Tuple[SketchSteps, ...]"


SketchSteps = Tuple[Union[SketchChip, SketchJoint, SketchWord], ...]
SketchStep = Union[SketchChip, SketchWord]
"""A step that is not made of others."""


def marks_of(steps: SketchSteps) -> "List[Union[SketchChip, SketchJoint]]":
    """All chips and joints, those in branches behind the joint of these."""
    found: List[Union[SketchChip, SketchJoint]] = []
    for step in steps:
        if not isinstance(step, SketchWord):
            found.append(step)
        if isinstance(step, SketchJoint):
            found += [mark for branch in step.branches for mark in marks_of(branch)]
    return found


def texts_of(steps: SketchSteps) -> List[str]:
    """What all chips say, in their order."""
    return [part.text for mark in marks_of(steps) if isinstance(mark, SketchChip) for part in mark.parts]


def with_each_step(steps: SketchSteps, changed: Callable[[SketchStep], SketchStep]) -> SketchSteps:
    """The steps, those in branches too, with what `changed` makes of each chip and word."""
    return tuple(
        [
            replace(step, branches=tuple([with_each_step(branch, changed) for branch in step.branches]))
            if isinstance(step, SketchJoint)
            else changed(step)
            for step in steps
        ]
    )


def begins_itself(steps: SketchSteps) -> bool:
    """Whether steps begin with what enters the card or is made in it, so that no line from what stands before leads there."""
    if not steps:
        return False
    first = steps[0]
    if isinstance(first, SketchWord):
        return first.port >= 0
    return first.is_made if isinstance(first, SketchChip) else all(map(begins_itself, first.branches))


def enters_aside(steps: SketchSteps) -> bool:
    """Whether anything enters steps by a word of its own, or no line from what stands before leads to them."""
    joints = (step for step in steps if isinstance(step, SketchJoint))
    inside = any(enters_aside(branch) for joint in joints for branch in joint.branches if branch)
    return inside or begins_itself(steps) or any(isinstance(step, SketchWord) and step.port >= 0 for step in steps)


@dataclass(frozen=True)
class Sketch:
    """The small drawing in a closed card of an overview."""

    steps: SketchSteps
    each: str = ""
    """What is said once of many chips, which have a strip of colour for it: ``each conv with BN, ReLU``."""
    strip: str = ""
    """What the strips of colour on its chips are, where the legend says it for all small drawings: ``BN, ReLU behind each conv``."""
    beside: float = 0.0
    """It stands right of the card's texts, so far from their left ends; 0 where it stands below them."""
    scale: float = 1.0
    """So many times as large as its texts have to be."""
    numbers: str = ""
    """What the letter on its chips is in each copy of a stack, from the first to the last: ``n in each copy: 128, 160, 160, 192``."""
    first: SketchSteps = ()
    """The steps of a stack's first copy above the others, where that is drawn as well."""
    copies: Tuple[str, str] = ("", "")
    """Which copies both are of, then: ``copy 1``, ``then 2 to 4``."""
    joined: bool = False
    """Whether a line leads from the end of the first copy to the beginning of the others."""

    def families(self) -> Set[str]:
        """The kinds of layers whose colours it has."""
        found: Set[str] = set()
        for mark in marks_of((*self.first, *self.steps)):
            found.update({mark.family} if isinstance(mark, SketchJoint) else {part.family for part in mark.parts})
        return found
