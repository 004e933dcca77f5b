"""`WantedChecks`: what `check` is to look for, made of its options before any work, so that a wrong one is told at once."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Optional, Tuple, Union

from ..errors import InputError
from .budgets import Budgets, budgets_of
from .check_rule import CheckRule
from .choosing_rules import RuleWords, chosen_rules
from .op_versions import tensorflow_version
from .settings_file import settings_from

if TYPE_CHECKING:
    import os

    from .amounts import Amount


class WantedChecks(NamedTuple):
    """What is looked for in a graph."""

    rules: Tuple[CheckRule, ...]
    budgets: Budgets
    tensorflow: Optional[str]
    """The version of TensorFlow that the model is to run on, if that is asked about."""


def wanted_checks(
    *,
    select: Optional[RuleWords] = None,
    ignore: Optional[RuleWords] = None,
    tensorflow: Optional[str] = None,
    max_params: "Optional[Amount]" = None,
    max_flops: "Optional[Amount]" = None,
    max_activation_memory: "Optional[Amount]" = None,
    baseline: "Union[str, os.PathLike[str], None]" = None,
    tolerance: "Optional[Amount]" = None,
    batch: Optional[int] = None,
) -> WantedChecks:
    """What these options of `check` mean.

    Raises:
        InputError: a word names no rule, a version or an amount cannot be read, or the baseline has no figures that can be compared.
        LoadError: the baseline cannot be read.
    """
    rules = chosen_rules(select, ignore)
    budgets = budgets_of(max_params, max_flops, max_activation_memory, baseline, tolerance, batch)
    if tensorflow is not None:
        tensorflow_version(tensorflow)
    return WantedChecks(rules, budgets, tensorflow)


def project_checks() -> WantedChecks:
    """What the project of the working directory wants looked for; without settings, all rules.

    Raises:
        InputError: its settings cannot be read, or name what is not known.
        LoadError: the baseline cannot be read.
    """
    settings = {name: value for name, value in settings_from(Path.cwd()).items() if name != "fail_on"}
    try:
        return wanted_checks(**settings)
    except InputError as error:  # it speaks of an option, which nobody has given to what draws
        raise InputError(f"[tool.opscope.check] in pyproject.toml: {error}") from error
