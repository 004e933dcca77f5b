"""Looks for what is wrong with a model: rules over its graph, each finding with the user's line and what to do.

`rulebook` has one module for each rule, `choosing_rules` finds and chooses them, `inspected` is what they look at, `checking` runs them. The
result is a `Findings` of the values in `hit`; `findings_json` writes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Iterable, Literal, Optional, Union

from ..suggestions import suggesting

if TYPE_CHECKING:
    import os

    from .amounts import Amount
    from .choosing_rules import RuleWords
    from .findings import Findings

__all__ = ["check"]


@suggesting
def check(
    target: Any,
    *inputs: Any,
    select: "Optional[RuleWords]" = None,
    ignore: "Optional[RuleWords]" = None,
    training: bool = False,
    step: Optional[Literal["train", "test", "predict"]] = None,
    freeze: bool = False,
    signature: Optional[str] = None,
    function: Optional[str] = None,
    all: bool = False,  # noqa: A002, what `load` calls it too
    tags: Union[str, Iterable[str], None] = None,
    tensorflow: Optional[str] = None,
    max_params: "Optional[Amount]" = None,
    max_flops: "Optional[Amount]" = None,
    max_activation_memory: "Optional[Amount]" = None,
    baseline: "Union[str, os.PathLike[str], None]" = None,
    tolerance: "Optional[Amount]" = None,
    batch: Optional[int] = None,
    **keywords: Any,
) -> "Findings":
    """What is wrong with a model, with the user's source lines.

    >>> opscope.check(train_step, images, labels)  # doctest: +SKIP
    <opscope.Findings of 'train_step': 0 errors, 1 warnings, 0 notes>
    train.py:12: warning softmax-before-logits-loss: ...

    Args:
        target: a `Graph`, the path of a file that `load` reads, the place of an object in code, as ``"train.py:model"``, or a live
            model or function, as for `trace`.
        *inputs: what `trace` is to call a live model with.
        select: the rules to look for: names, patterns or families (``"results"``, ``"numerics"``, ``"speed"``, ``"files"``,
            ``"budgets"``, ``"comments"``), in one text with commas or as several. By default all.
        ignore: rules to leave out, likewise.
        training: of a live model: call it with ``training=True``, where its call takes that.
        step: of a live model: check a compiled Keras model's own ``"train"``, ``"test"`` or ``"predict"`` step on ``x, y``.
        freeze: of a live model: turn variables into constants.
        signature: of a file: check this signature, as in `load`.
        function: of a file: check this function, as in `load`.
        all: of a file: check the whole main graph, as in `load`.
        tags: of a file: check the graph with these tags, as in `load`.
        tensorflow: the version of TensorFlow that the model is to run on, such as ``"2.10"``: ops that it does not have are found.
        max_params: how many parameters the model may have: a number, or a text such as ``"10M"``.
        max_flops: how many FLOPs it may take, likewise.
        max_activation_memory: how much memory its activations may need: bytes, or a text such as ``"4 GB"``.
        baseline: a graph's JSON, another model file, or findings with figures: what the model costs there is what it may cost.
        tolerance: by how much it may cost more than the baseline: ``"2%"`` or 0.02. By default not at all.
        batch: the batch size that FLOPs and memory are for, where the model's is open. By default they are for one sample.
        **keywords: arguments of a live model by name, and nothing else.

    Raises:
        InputError: a word names no rule, an amount cannot be read, or an option does not apply to what is checked.
        LoadError, TraceError: as `load` and `trace`.
    """
    from .checking import checked
    from .targets import CheckTarget, graph_to_check
    from .wanted_checks import wanted_checks

    wanted = wanted_checks(
        select=select, ignore=ignore, tensorflow=tensorflow, max_params=max_params, max_flops=max_flops,
        max_activation_memory=max_activation_memory, baseline=baseline, tolerance=tolerance, batch=batch,
    )  # fmt: skip
    tracing = {"training": training, "step": step, "freeze": freeze}
    choosing = {"signature": signature, "function": function, "all": all, "tags": tags}
    graph = graph_to_check(CheckTarget(target, inputs, keywords, tracing, choosing))
    return checked(graph, wanted.rules, tensorflow=tensorflow, budgets=wanted.budgets)
