"""The value of any small tensor of a graph, worked out as the executor would, each once and within the budget."""

from __future__ import annotations

from typing import Dict

from .budget import FAILURES, MOST_DEPTH, Budget, TooDeep
from .inference import At, InferenceContext, InferenceSource
from .value import Value, within
from .value_rules import VALUES

_MOST_INPUTS = 4096
"""An op with more inputs, control inputs among them, computes no shape."""


class Values:
    """Evaluates the ops of a graph."""

    def __init__(self, source: InferenceSource, budget: Budget) -> None:
        self.source = source
        self.budget = budget
        self._memo: Dict[At, Value] = {}

    def of(self, row: int, output: int) -> Value:
        """What is known of one tensor; `TooDeep` where it is asked for on the way to another that lies too far."""
        key = (row, output)
        if key not in self._memo:
            try:
                self._memo[key] = self._worked_out(row, output)
            except TooDeep:  # not kept: from nearer it may be known
                if self.budget.depth:
                    raise
                return None
        return self._memo[key]

    def _worked_out(self, row: int, output: int) -> Value:
        budget = self.budget
        if budget.depth >= MOST_DEPTH:
            raise TooDeep
        budget.depth += 1
        try:
            budget.spend()
            value = within(self._compute(row, output), self.source.dtype(row, output))
            budget.spend(len(value or ()))
        except TooDeep:
            raise
        except FAILURES:
            return None
        finally:
            budget.depth -= 1
        return value

    def _compute(self, row: int, output: int) -> Value:
        """The value by the op's rule."""
        rule = VALUES.get(self.source.ops[row])
        width = self.source.width(row)
        if rule is None or width > _MOST_INPUTS:
            return None
        self.budget.spend(width)
        return rule(InferenceContext(self.source, self, row, self.source.inputs(row), output))
