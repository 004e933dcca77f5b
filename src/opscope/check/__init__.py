"""Looks for what is wrong with a model: rules over its graph, each finding with the user's line and what to do.

`rulebook` has one module for each rule, `choosing_rules` finds and chooses them, `inspected` is what they look at, `checking` runs them. The
result is a `Findings` of the values in `hit`; `findings_json` writes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Optional

from ..suggestions import suggesting

if TYPE_CHECKING:
    from .choosing_rules import RuleWords
    from .findings import Findings

__all__ = ["check"]


@suggesting
def check(
    target: Any,
    *inputs: Any,
    select: "Optional[RuleWords]" = None,
    ignore: "Optional[RuleWords]" = None,
    **keywords: Any,
) -> "Findings":
    """What is wrong with a model, with the user's source lines.

    >>> opscope.check(train_step, images, labels)  # doctest: +SKIP
    <opscope.Findings of 'train_step': 0 errors, 1 warnings, 0 notes>
    train.py:12: warning softmax-before-logits-loss: ...

    Args:
        target: a `Graph`, the path of a file that `load` reads, or a live model or function, as for `trace`.
        inputs: what `trace` is to call a live model with.
        select: the rules to look for: names, patterns or families (``"results"``, ``"numerics"``, ``"speed"``, ``"files"``,
            ``"budgets"``), in one text with commas or as several. By default all.
        ignore: rules to leave out, likewise.
        keywords: further arguments of `trace`, for a live model.

    Raises:
        InputError: a word names no rule.
        LoadError, TraceError: as `load` and `trace`.
    """
    from .checking import checked
    from .choosing_rules import chosen_rules
    from .targets import graph_to_check

    rules = chosen_rules(select, ignore)
    return checked(graph_to_check(target, inputs, keywords), rules)
