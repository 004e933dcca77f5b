"""Cases of a rule's tests: functions that return what to check, with the lines that are to be reported marked ``# here``."""

from __future__ import annotations

import inspect

import opscope


def _marked_lines(case):
    lines, first = inspect.getsourcelines(case)
    return {number for number, line in enumerate(lines, first) if line.rstrip().endswith("# here")}


def is_marked(case):
    """Whether a case has a line that is to be reported."""
    return bool(_marked_lines(case))


def reported_and_marked(rule, case):
    """The lines that the rule reports of a case, and those that it is to report."""
    marked = _marked_lines(case)
    target, *inputs = case()
    found = opscope.check(target, *inputs, select=rule)
    return {each.source.line if each.source is not None else None for each in found}, marked


def all_cases(module, beginning):
    """The functions of a test's module whose names begin so, for `pytest.mark.parametrize`."""
    return [value for name, value in module.items() if name.startswith(beginning) and callable(value)]
