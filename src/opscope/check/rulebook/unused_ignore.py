"""An ignore comment that silences nothing."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected


def _find(inspected: Inspected) -> Iterator[Hit]:
    for comment, rule in inspected.ignores.idle():
        yield Hit(f"the comment ignores {rule}, which finds nothing here", source=comment.source)


RULE = CheckRule(
    name="unused-ignore",
    severity="note",
    family="comments",
    title="A comment silences a rule that finds nothing on its line.",
    why="""A comment that is no longer needed hides the next fault of its kind on that line. Reported where the line made ops of the graph
that is checked, and the rule was looked for. The line may still need the comment in another graph, such as the training step of the same
model; so this is a note.""",
    remedy="remove the rule from the comment",
    find=_find,
    bad="""
import tensorflow as tf


@tf.function
def twice(x):
    return x + x  # opscope: ignore[bias-before-batch-norm] there is none  # here


target, inputs = twice, ((8, 3),)
""",
    good="""
import tensorflow as tf


@tf.function
def summed(x):
    return x + x


target, inputs = summed, ((8, 3),)
""",
)
