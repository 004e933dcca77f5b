"""`CheckRule`: what a module of `check/rulebook` declares, and all that is said of it anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Iterable

from .hit import Hit
from .inspected import Inspected

RULE_FAMILIES = {
    "results": "Wrong results",
    "numerics": "Numerics",
    "speed": "Speed and memory",
    "files": "Files",
    "budgets": "Budgets",
    "comments": "Ignore comments",
}
"""The word that chooses a family of rules -> its title. Rules are looked for in this order: what a comment has silenced is known at the end."""


@dataclass(frozen=True)
class CheckRule:
    """One rule. Its page in docs/checks is made of these fields, and the tests run its two examples."""

    name: str
    """RuleWords joined by hyphens that say what is wrong: ``unused-variable``."""
    severity: str
    """One of `SEVERITIES`. It is fixed: a rule is made precise, or left out, but never demoted to make it quiet."""
    family: str
    """One of `RULE_FAMILIES`."""
    title: str
    """What the rule finds, in one sentence."""
    why: str
    """Why that is wrong, and where the rule draws the line: what it does not report."""
    remedy: str
    """What to do, as it stands behind each finding."""
    find: Callable[[Inspected], Iterable[Hit]]
    """Every place in the graph that breaks the rule."""
    bad: str
    """A small program that breaks it. It defines ``target``, ``inputs``, a tuple, and perhaps ``options`` of `check`; the line that is to be
    reported ends in ``# here``. Of a rule that reports no line none does."""
    good: str
    """The program as it should be: no rule of severity warning or error reports anything."""
