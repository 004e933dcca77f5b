"""What the ops of an optimizer's phase tell of an update: clipping, moving averages, gradients that are added up, how often weights change."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Dict, Iterator, List, Optional, Sequence, Set

from ...graph.content import Content
from ...graph.model_variables import ADDS, told_apart
from ...graph.vocabulary import CHOICE_PARTS, PHASES, chain, outer_phases
from .update_conditions import COUNTER, StepCounters

CLIP, AVERAGE = "clipped", "moving average of weights"
_ADDED_UP, _IN_BRANCH = "gradients added up", "update in tf.cond"
_CLIPPED = re.compile(r"(?:^|/)clip_by_(global_norm|norm|value)(?:_\d+)?/")
"""In names of ops: the scopes that TensorFlow gives to what clips gradients."""
_AVERAGED = re.compile(r"(?:^|/)(ExponentialMovingAverage(?:_\d+)?|AssignMovingAvg(?:_\d+)?)/")
_PLUS = "+="
_COUNT = re.compile(r"_?iterations?|iter|step|global_step")
"""What optimizers call the variable in which they count their own updates."""


@dataclass
class _Told:
    """What is found in one optimizer's phase."""

    each_step: List[str] = field(default_factory=list)
    in_branch: List[str] = field(default_factory=list)
    branches: Set[int] = field(default_factory=set)
    """The branches in which weights are changed; -1 for outside of any."""


def update_words(content: Content, optimizers: Sequence[int]) -> Dict[int, List[str]]:
    """For each optimizer's phase what its ops tell."""
    counters = StepCounters(content)
    told: Dict[int, _Told] = {index: _Told() for index in optimizers}
    phase_of = outer_phases(content.groups)
    parameters = {variable.id for variable in told_apart(content).parameters}
    for row, home in enumerate(content.node_group):
        index = phase_of[home] if home >= 0 else -1
        if index not in told:
            continue
        branch = next((each for each in chain(content.groups, home) if content.groups[each].kind in CHOICE_PARTS), -1)
        words = told[index].each_step if branch < 0 else told[index].in_branch
        words += _by_name(content.table.names[row])
        if not content.table.ops[row].startswith((*ADDS, "Assign")):
            continue
        sources = content.table.data_inputs(row)
        variable = content.handles.get(sources[0].node, -1) if sources else -1
        if variable in parameters:
            told[index].branches.add(branch)
        elif content.table.ops[row] == "AssignAddVariableOp" and len(sources) > 1:
            words += _added(content, counters, variable, sources[1].node, phase_of)
    return {index: _joined(content, each, counters) for index, each in told.items()}


def _by_name(name: str) -> Iterator[str]:
    clipped = _CLIPPED.search(name)
    if clipped:
        yield f"{CLIP} by {clipped[1].replace('_', ' ')}"
    if _AVERAGED.search(name):
        yield AVERAGE


def _added(
    content: Content, counters: StepCounters, variable: int, source: int, phase_of: Sequence[int]
) -> Iterator[str]:
    """What is added to a variable that is no weight: gradients, or a number that counts steps."""
    maker = content.node_group[source]
    if maker >= 0 and phase_of[maker] >= 0 and content.groups[phase_of[maker]].kind == PHASES[2]:
        yield _ADDED_UP
    number, name = counters.added(variable), counters.name(variable)
    if number is not None and not _COUNT.fullmatch(name):
        yield f"{name} {_PLUS} {number}"


def _joined(content: Content, told: _Told, counters: StepCounters) -> List[str]:
    """What is done in each step, and what only in a branch."""
    each_step, in_branch = (list(dict.fromkeys(words)) for words in (told.each_step, told.in_branch))
    if not told.branches or -1 in told.branches:
        return list(dict.fromkeys([*each_step, *in_branch]))
    condition = _condition(content, told.branches, counters)
    if not condition:
        return list(dict.fromkeys([*each_step, *in_branch, _IN_BRANCH]))
    counter = condition.partition(COUNTER)[2].rstrip(")")
    each_step = [each for each in each_step if not counter or each != f"{counter} {_PLUS} 1"]  # the condition says it
    update = f"{condition}: {', '.join([*in_branch, 'weights updated'])}"
    return [f"each step: {', '.join(each_step)}", update] if each_step else [update]


def _condition(content: Content, branches: Set[int], counters: StepCounters) -> Optional[str]:
    """When the branch is taken in which weights are changed, if it is one and that is known."""
    branch = next(iter(branches))
    if len(branches) > 1 or content.groups[branch].name != "then":
        return None
    return counters.condition(content.groups[branch].owner)
