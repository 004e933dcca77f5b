"""What the rules about budgets share."""

from __future__ import annotations

from typing import Iterator

from .hit import Hit
from .inspected import Inspected


def over_budget(inspected: Inspected, name: str) -> Iterator[Hit]:
    """A hit if this figure of the model is above its limit. A figure that is a lower bound is above it all the more."""
    limit = inspected.budgets.limits.get(name)
    figures = inspected.cost_figures if limit is not None else None
    value = figures.values[name] if figures else None
    if figures is not None and limit is not None and value is not None and value > limit:
        message = f"the model has {figures.told(name)}, and the budget is {limit:,.0f}"
        yield Hit(message, figures={name: value, "budget": limit})
