"""Prints, summaries and assertions that run each time."""

from __future__ import annotations

from typing import Dict, Iterator, List, Tuple

from ...graph.groups import Group
from ...graph.vocabulary import LATER_PHASES
from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected

_PRINTS = ("PrintV2", "Print")
_SUMMARIES = (
    *("WriteSummary", "WriteScalarSummary", "WriteHistogramSummary", "WriteImageSummary", "WriteAudioSummary"),
    "WriteRawProtoSummary",
)
_CHECKS = ("CheckNumerics", "CheckNumericsV2")
_ASSERT = "Assert"
_WORDS = {
    **dict.fromkeys(_PRINTS, "something is printed"),
    **dict.fromkeys(_SUMMARIES, "a summary is written"),
    **dict.fromkeys(_CHECKS, "numbers are looked through for NaN and infinities"),
    _ASSERT: "an assertion is checked",
}


def _find(inspected: Inspected) -> Iterator[Hit]:
    found: Dict[Tuple[str, object], List[int]] = {}
    for row in inspected.rows(*_WORDS):
        if not _is_made_by_itself(inspected, row) and _runs_each_time(inspected, row):
            found.setdefault((_WORDS[inspected.table.ops[row]], inspected.source(row) or row), []).append(row)
    for (words, _), rows in found.items():
        yield Hit(f"{words} each time this runs", tuple(rows))


def _is_made_by_itself(inspected: Inspected, row: int) -> bool:
    """Whether nobody wrote the op: what a check is differentiated to is a check again, and metrics check their arguments.

    Only users print and write summaries, in metrics too: what looks at the loss alone counts among those.
    """
    only_users = inspected.table.ops[row] in (*_PRINTS, *_SUMMARIES)
    return inspected.phase(row) in ({"backward"} if only_users else LATER_PHASES)


def _runs_each_time(inspected: Inspected, row: int) -> bool:
    """Whether no branch may skip the op. An assertion is in a branch of its own, which runs only if it fails."""
    groups = inspected.content.groups
    around = [groups[index] for index in inspected.groups_around(row)]
    branches = [place for place, group in enumerate(around) if group.kind == "branch"]
    if inspected.table.ops[row] != _ASSERT:
        return not branches
    if len(branches) > 1 or (branches and not _is_guard(inspected, around[branches[0]])):
        return False
    return _is_users(around[branches[0] + 1 :] if branches else around)


def _is_guard(inspected: Inspected, branch: Group) -> bool:
    return "AssertGuard" in inspected.table.names[branch.owner].rpartition("/")[2]


def _is_users(around: List[Group]) -> bool:
    """Whether an assertion is called for by itself, and not by a function of TensorFlow that checks its own arguments.

    The outermost name scope is then that of the assertion.
    """
    scopes = []
    for group in around:
        if group.kind not in ("scope", "if"):
            break
        scopes.append(group.name.lower())
    inside = around[len(scopes) :]
    of_keras = any(group.is_call and group.defined_in in ("keras", "tf_keras") for group in inside[:1])
    return bool(scopes) and scopes[-1].startswith("assert") and not of_keras


RULE = CheckRule(
    name="diagnostics-in-step",
    severity="note",
    family="speed",
    title="A print, a summary, an assertion or a check for NaN runs in each step.",
    why="""Each makes the step wait: the tensors are copied to the host, formatted or compared, and written. They keep what they look at alive,
and ops from being fused or run in another order. In the step of a finished model they are usually left over. Not reported behind a
condition (``if step % 100 == 0``, ``tf.summary.record_if`` with a tensor), inside the metrics of a training step, and where a function of TensorFlow checks its own
arguments.""",
    remedy="take it out, or run it every hundredth step behind a condition",
    find=_find,
    bad="""
import tensorflow as tf


@tf.function
def target(x):
    loss = tf.reduce_mean(x)
    tf.print(loss)  # here
    return loss


inputs = ((8, 4),)
""",
    good="""
import tensorflow as tf


@tf.function
def target(x, step):
    loss = tf.reduce_mean(x)
    if step % 100 == 0:
        tf.print(loss)
    return loss


inputs = ((8, 4), tf.TensorSpec((), tf.int64))
""",
)
