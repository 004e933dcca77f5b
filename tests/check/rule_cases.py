"""Which tests show that a rule reports what is wrong, and says nothing of what only looks like it.

A test says so where it is declared, and fails if it does not: what `check` found while it ran is looked at. `test_enough_cases.py` counts.
"""

from __future__ import annotations

from contextlib import contextmanager
from functools import wraps
from importlib import import_module
from math import prod
from typing import Dict, NamedTuple
from unittest import mock

import pytest

from check.marked_cases import is_marked


class Shown(NamedTuple):
    """How many faults, and how many things that only look like them, a test or one case of it shows to a rule."""

    faults: int
    near_misses: int


SHOWN: Dict[str, Dict[str, Shown]] = {}
"""Rule -> test or case -> what it shows. A module that is imported under two names fills in the same twice."""


def shows(rule, *, faults=0, near_misses=0):
    """Decorates a test in which `check` finds what the rule is about in so many models, and looks for it in vain in so many, in each of its runs."""

    def decorate(test):
        shown = Shown(faults, near_misses)
        runs = prod(len(mark.args[1]) for mark in getattr(test, "pytestmark", ()) if mark.name == "parametrize")
        _declared(rule, test, Shown(faults * runs, near_misses * runs))

        @wraps(test)
        def watched(*given, **named):
            with _expecting(rule, shown):
                test(*given, **named)

        return watched

    return decorate


def of_cases(rule, cases, *, reported=None):
    """Decorates a test of a ``case``, a function that returns what to check.

    The rule is to report those with a line that is marked ``# here``, or what `reported` says.
    """
    shown = {case: _declared(rule, case, _of_case(case, reported)) for case in cases}

    def decorate(test):
        @pytest.mark.parametrize("case", cases)
        @wraps(test)
        def watched(case):
            with _expecting(rule, shown[case]):
                test(case)

        return watched

    return decorate


def of_rules(cases, *, reported=None):
    """Decorates a test of a ``rule`` and a ``case`` of it, for several rules: rule -> its cases."""
    shown = {
        (rule, case): _declared(rule, case, _of_case(case, reported)) for rule, each in cases.items() for case in each
    }

    def decorate(test):
        @pytest.mark.parametrize(("rule", "case"), list(shown))
        @wraps(test)
        def watched(rule, case):
            with _expecting(rule, shown[rule, case]):
                test(rule, case)

        return watched

    return decorate


def _of_case(case, reported):
    return Shown(1, 0) if (is_marked(case) if reported is None else reported) else Shown(0, 1)


def _declared(rule, function, shown):
    name = f"{function.__module__.rpartition('.')[2]}.{function.__qualname__}"
    SHOWN.setdefault(rule, {})[name] = shown
    return shown


@contextmanager
def _expecting(rule, shown):
    """Fails if the rule is not found as often as is said, or not looked for in vain as often."""
    checking = import_module("opscope.check.checking")
    found, checked = [], checking.checked

    def recording(graph, rules, **options):
        findings = checked(graph, rules, **options)
        if any(each.name == rule for each in rules):
            found.append(any(each.rule == rule for each in findings))
        return findings

    with mock.patch.object(checking, "checked", recording):
        yield
    assert found.count(True) >= shown.faults, f"{rule} was found in {found.count(True)} models"
    assert found.count(False) >= shown.near_misses, f"{rule} was looked for in vain in {found.count(False)} models"
