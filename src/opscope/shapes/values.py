"""Computes the value of a small tensor from its inputs' values, recursively.

Each value is computed once, within the budget.
"""

from __future__ import annotations

from typing import Dict

from .budget import FAILURES, MOST_DEPTH, Budget, TooDeep
from .inference import At, InferenceContext, InferenceSource
from .value import Value, within
from .value_rules import VALUES

_MOST_INPUTS = 4096
"""An op with more inputs than this (control inputs included) is not evaluated: no shape is computed by such an op."""


class Values:
    """Evaluates ops of a graph by `VALUES`, one rule per op type. `BodyValues` adds calls and loops."""

    def __init__(self, source: InferenceSource, budget: Budget) -> None:
        self.source = source
        self.budget = budget
        self._memo: Dict[At, Value] = {}

    def of(self, row: int, output: int) -> Value:
        """The value of one tensor, as far as it is known.

        Raises `TooDeep` if the chain of ops becomes too long while other values wait for this one. They are then given
        up too, without being remembered as unknown: asked for directly, a shorter chain leads to them.
        """
        key = (row, output)
        if key not in self._memo:
            try:
                self._memo[key] = self._worked_out(row, output)
            except TooDeep:
                if self.budget.depth:  # others wait for this value
                    raise
                return None
        return self._memo[key]

    def _worked_out(self, row: int, output: int) -> Value:
        """The value, computed and paid for; ``None`` when the rule fails or the budget is used up."""
        budget = self.budget
        if budget.depth >= MOST_DEPTH:
            raise TooDeep
        budget.depth += 1
        try:
            budget.spend()
            value = within(self._compute(row, output), self.source.dtype(row, output))
            budget.spend(len(value or ()))
        except TooDeep:  # one of the `FAILURES`, but it must reach the value that was asked for first
            raise
        except FAILURES:
            return None
        finally:
            budget.depth -= 1
        return value

    def _compute(self, row: int, output: int) -> Value:
        """The value that the rule for the op's type gives; ``None`` if there is none."""
        rule = VALUES.get(self.source.ops[row])
        width = self.source.width(row)
        if rule is None or width > _MOST_INPUTS:
            return None
        self.budget.spend(width)
        return rule(InferenceContext(self.source, self, row, self.source.inputs(row), output))
