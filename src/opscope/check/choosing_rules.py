"""All rules, and the choice among them by name, family or pattern."""

from __future__ import annotations

from fnmatch import fnmatchcase
from functools import lru_cache
from typing import Iterable, List, Optional, Sequence, Tuple, Union

from ..errors import InputError, option
from ..folder import modules
from ..suggestions import did_you_mean
from .check_rule import RULE_FAMILIES, CheckRule

RuleWords = Union[str, Iterable[str]]
"""Names of rules, patterns of them, or families: in one text with commas, or as several."""


@lru_cache(maxsize=None)
def all_rules() -> Tuple[CheckRule, ...]:
    """Every rule, by family and then by name."""
    families = list(RULE_FAMILIES)
    found: List[CheckRule] = [module.RULE for module in modules("opscope.check.rulebook")]
    return tuple(sorted(found, key=lambda rule: (families.index(rule.family), rule.name)))


def chosen_rules(select: Optional[RuleWords], ignore: Optional[RuleWords]) -> Tuple[CheckRule, ...]:
    """The rules that `select` names (all, if it is ``None``) without those that `ignore` names.

    Raises:
        InputError: a word names no rule.
    """
    wanted = _named(select, "select") if select is not None else set(all_rules())
    refused = _named(ignore, "ignore") if ignore is not None else set()
    return tuple(rule for rule in all_rules() if rule in wanted and rule not in refused)


def _named(words: RuleWords, parameter: str) -> "set[CheckRule]":
    found = set()
    for word in split_words(words):
        named = [rule for rule in all_rules() if word == rule.family or fnmatchcase(rule.name, word)]
        if not named and word not in RULE_FAMILIES:
            known = [*RULE_FAMILIES, *(rule.name for rule in all_rules())]
            meant = did_you_mean(word, known) or "docs/checks lists them"
            raise InputError(f"{option(parameter, word)} names no rule and no family of rules; {meant}")
        found.update(named)
    return found


def split_words(words: RuleWords) -> Sequence[str]:
    """The words of a text with commas, or of several such texts."""
    given = [words] if isinstance(words, str) else list(words)
    return [word.strip() for each in given for word in each.split(",") if word.strip()]
