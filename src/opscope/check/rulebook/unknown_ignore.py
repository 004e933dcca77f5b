"""An ignore comment that names no rule."""

from __future__ import annotations

from typing import Iterator

from ...suggestions import did_you_mean
from ..check_rule import CheckRule
from ..hit import Hit
from ..ignore_comments import IgnoreComment
from ..inspected import Inspected


def _find(inspected: Inspected) -> Iterator[Hit]:
    for comment in inspected.ignores.comments:
        for message in _wrong(comment):
            yield Hit(message, source=comment.source)


def _wrong(comment: IgnoreComment) -> Iterator[str]:
    from ..choosing_rules import all_rules  # late: it imports this module

    known = [rule.name for rule in all_rules()]
    if not comment.rules:
        yield "the comment names no rule, so it silences nothing"
    for name in comment.rules:
        if name not in known:
            meant = did_you_mean(name, known)
            yield f"the comment ignores {name!r}, which is no rule{f'; {meant}' if meant else ''}"


RULE = CheckRule(
    name="unknown-ignore",
    severity="warning",
    family="comments",
    title="A comment is to silence something that is no rule.",
    why="""``# opscope: ignore[rule] reason`` silences one rule, ``ignore[rule1,rule2]`` several. A name that is misspelled, or no name at all, silences
nothing, though the reader of the line thinks so. Reported for every such comment in the files that made ops of the graph.""",
    remedy="name the rule in brackets, as the findings name it",
    find=_find,
    bad="""
import tensorflow as tf


@tf.function
def double(x):
    return x + x  # opscope: ignore[bias-befor-batch-norm] misspelled  # here


target, inputs = double, ((8, 3),)
""",
    good="""
import tensorflow as tf


@tf.function
def doubled(x):
    return x + x


target, inputs = doubled, ((8, 3),)
""",
)
