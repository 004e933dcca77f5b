"""The signs of a formula: what stands between its steps, around operands, and before the brackets of what joins branches."""

from __future__ import annotations

import re
from typing import Sequence

from .row_kinds import CIRCLED
from .series_parallel import Steps

STEP_ARROW = " \u2192 "
"""Between a step and what takes its result."""
MADE_HERE = "made here: "
"""Before a step that takes nothing of what enters the card: what follows is made of no input."""
MOST_JOINING = 30
"""So many characters of the settings of a layer that joins branches are told."""
_FROM_TABLE = re.compile(r"gather ([^\s(]+(?: of [^\s(]+)?)(?: \(.*\))?")
"""What takes rows of a weight, whose name is given."""
_IN_TABLE = re.compile(r"\[[^\[\]]*\]")


def with_tables(told: Sequence[str]) -> str:
    """The steps of a series; rows of a table are written as everybody does, and so is a sum with them.

    >>> with_tables(["input", "gather words (100, 8)", "+ places[range]", "LayerNorm"]), with_tables(["gather words (100, 8)"])
    ('words[input] + places[range] \u2192 LayerNorm', 'gather words (100, 8)')
    """
    place = next((place for place, step in enumerate(told) if place and _FROM_TABLE.fullmatch(step)), 0)
    found = _FROM_TABLE.fullmatch(told[place]) if place else None
    if found is None:
        return STEP_ARROW.join(told)
    index = STEP_ARROW.join(told[:place])
    index = index[len(MADE_HERE) :] if index.startswith(MADE_HERE) else index
    taken, after = f"{found[1]}[{index}]", list(told[place + 1 :])
    while after and after[0].startswith("+ "):
        taken = f"{taken} {after.pop(0)}"
    return STEP_ARROW.join([taken, *after])


def joining_words(sign: str) -> str:
    """What stands before the brackets with the branches that something joins.

    >>> joining_words("concat axis -1"), joining_words("ScaleLayer scale 0.1"), joining_words("SelfAttention num_attention_heads 12, \u2026")
    ('concat', 'ScaleLayer scale 0.1 of ', 'SelfAttention')
    """
    first, space, _ = sign.partition(" ")
    if sign.startswith("concat ") or sign.endswith("\u2026") or len(sign) > MOST_JOINING:
        return first
    return f"{sign} of " if space else sign


def input_called(port: int) -> str:
    """What a tensor that enters a card is called."""
    return f"input {port + 1}" if port else "input"


def is_input(branch: Steps) -> bool:
    """Whether a branch is a tensor that enters, as it is."""
    return len(branch) == 1 and branch[0].child < 0 and not branch[0].is_part


def bracketed(text: str) -> str:
    """An operand, in brackets where it is more than one step or joins others itself."""
    return (
        f"({text})"
        if STEP_ARROW in _IN_TABLE.sub("", text)
        or text.startswith(MADE_HERE)
        or any(f" {sign} " in text for sign in CIRCLED)
        else text
    )
