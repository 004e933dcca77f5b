"""For tests of models: `check` fails with what is wrong with one, `assert_same_graph` with what is not the same in two."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Optional, Union

if TYPE_CHECKING:
    import os

    from .check.amounts import Amount
    from .check.choosing_rules import RuleWords
    from .check.findings import Findings
    from .diff.leaving_out import Words

__all__ = ["assert_same_graph", "check"]


def check(
    target: Any,
    *inputs: Any,
    fail_on: Optional[Literal["error", "warning", "note"]] = None,
    select: "Optional[RuleWords]" = None,
    ignore: "Optional[RuleWords]" = None,
    training: bool = False,
    step: Optional[Literal["train", "test", "predict"]] = None,
    tensorflow: Optional[str] = None,
    max_params: "Optional[Amount]" = None,
    max_flops: "Optional[Amount]" = None,
    max_activation_memory: "Optional[Amount]" = None,
    baseline: "Union[str, os.PathLike[str], None]" = None,
    tolerance: "Optional[Amount]" = None,
    batch: Optional[int] = None,
    **keywords: Any,
) -> "Findings":
    """Fail if `opscope.check` finds something in a model; the message has a line for each finding. Milder findings are returned.

    As the command does, it takes from ``[tool.opscope.check]`` of the nearest pyproject.toml what is not given here.

    Args:
        target: as for `opscope.check`, which has the other options too.
        *inputs: what `trace` is to call a live model with.
        fail_on: the least severity that fails: ``"error"``, ``"warning"`` (by default) or ``"note"``.
        select: as for `opscope.check`, and so are those below.
        ignore: rules to leave out.
        training: call the model with ``training=True``.
        step: check a compiled Keras model's own step.
        tensorflow: the version that the model is to run on.
        max_params: how many parameters the model may have.
        max_flops: how many FLOPs it may take.
        max_activation_memory: how much memory its activations may need.
        baseline: what the model costs there is what it may cost.
        tolerance: by how much it may cost more.
        batch: the batch size for FLOPs and memory.
        **keywords: arguments of a live model by name, and nothing else.

    Raises:
        AssertionError: something was found at or above `fail_on`.
        InputError, LoadError, TraceError: as `opscope.check`.
    """
    from .check import check as find
    from .check.settings_file import with_settings
    from .render.told_findings.findings_text import findings_count, findings_lines

    given = {
        "fail_on": fail_on, "select": select, "ignore": ignore, "tensorflow": tensorflow, "max_params": max_params, "max_flops": max_flops,
        "max_activation_memory": max_activation_memory, "baseline": baseline, "tolerance": tolerance, "batch": batch,
    }  # fmt: skip
    options = with_settings(given, Path.cwd())
    severity = options.pop("fail_on")
    found = find(target, *inputs, training=training, step=step, **options, **keywords)
    if found.at_least(severity):
        raise AssertionError(f"{findings_count(found)}\n{findings_lines(found)}")
    return found


def assert_same_graph(
    a: Any, b: Any, *, ignore: "Words" = (), only: Optional[Literal["layers", "ops", "variables"]] = None
) -> None:
    """Fail unless two models are the same, with a message that names the first differences.

    Args:
        a: a `Graph`, the path of a file that `load` reads, or a live model or function that `trace` takes without inputs.
        b: the other one.
        ignore: what is not compared, as in `diff`.
        only: compare only these, as in `diff`.

    Raises:
        AssertionError: they are not the same.
        InputError, LoadError, TraceError: as `diff`.
    """
    from .diff import diff
    from .render.told_difference.difference_text import difference_text

    found = diff(a, b, ignore=ignore, only=only)
    if found:
        raise AssertionError(f"the graphs are not the same\n{difference_text(found, remedy='opscope.diff(a, b)')}")
