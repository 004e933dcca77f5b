"""What a measurement tells of the input pipelines of its steps (tf.data): `Graph.measurement` has it as ``input_pipeline``."""

from __future__ import annotations

from typing import Any, Dict, Mapping, NamedTuple, Optional, Tuple

from .number_text import percent_text, quantity_text
from .step_parts import NOT_ATTRIBUTED

INPUT_KEY = "input_pipeline"
"""The key in a measurement. It is only there if tf.data was recorded in its steps."""
LONGEST_KEY = "longest_wait"
"""In it, of several hosts, the one whose steps wait longest: its name as ``host``, with ``waited_us`` and ``waited_share``."""
WAITING = 0.01
"""Steps that wait for a smaller part of their time do not wait: an element that is there has to be handed over, too."""
_MUCH = 0.1
"""From this part on, waiting stands out in a drawing, as what disturbed a measurement does."""
WAITS = ("the step waits for input", "the loop waits for input")
"""How the note below a drawing begins where the steps wait for much of their time."""


class PipelineStage(NamedTuple):
    """One stage of a pipeline. What is not known is ``None``."""

    name: str
    """What it is called where datasets are made (``map``); in brackets if TensorFlow added it."""
    self_us: Optional[float]
    """How long threads were in the stage itself, in a step, added up over threads."""
    busy_share: Optional[float]
    """The part of the time in which any thread was."""
    calls: Optional[float]
    """How many elements it was asked for, in a step."""
    threads: Optional[float]
    source: Optional[str]
    """Where it, or the function that it runs, is written: ``file:line``."""

    @property
    def is_added(self) -> bool:
        """Whether TensorFlow added it."""
        return self.name.startswith("(")


class HostInput(NamedTuple):
    """How long the steps of one host waited."""

    host: str
    waited_us: float
    waited_share: float


class InputPipeline(NamedTuple):
    """The pipelines of the steps, the stages in the order in which data flow."""

    waited_us: Optional[float]
    waited_share: Optional[float]
    between_steps: bool
    making_us: Optional[float]
    ops_share: Optional[float]
    """The part of the steps that is not attributed since it is of ops of the stages' functions."""
    stages: Tuple[PipelineStage, ...]
    longest: Optional[HostInput] = None
    """Of several hosts the one whose steps wait longest."""

    @property
    def slowest(self) -> Optional[PipelineStage]:
        """The stage in which threads were for the largest part of the time; ``None`` if that of any stage is not known."""
        own = [stage for stage in self.stages if not stage.is_added]
        if not own or any(stage.busy_share is None for stage in own):
            return None
        return max(own, key=lambda stage: stage.busy_share or 0.0)


def input_pipeline(measurement: Optional[Mapping[str, Any]]) -> Optional[InputPipeline]:
    """What a measurement tells; ``None`` if it tells nothing, or something that is no such record."""
    told = (measurement or {}).get(INPUT_KEY)
    if not isinstance(told, Mapping) or not isinstance(told.get("stages"), (list, tuple)):
        return None
    stages = [
        _stage(each) for each in told["stages"] if isinstance(each, Mapping) and isinstance(each.get("name"), str)
    ]
    return InputPipeline(
        _number(told, "waited_us"), _number(told, "waited_share"), told.get("between_steps") is True, _number(told, "making_us"),
        _number(told, "ops_share"), tuple(stages), _longest(told.get(LONGEST_KEY)),
    )  # fmt: skip


def _longest(told: Any) -> Optional[HostInput]:
    if not isinstance(told, Mapping) or not isinstance(told.get("host"), str):
        return None
    waited, share = _number(told, "waited_us"), _number(told, "waited_share")
    return None if waited is None or share is None else HostInput(told["host"], waited, share)


def input_words(measurement: Optional[Mapping[str, Any]]) -> str:
    """In a sentence, whether steps wait for their input, and which stage is the slowest; empty if tf.data was not recorded."""
    found = input_pipeline(measurement)
    if found is None:
        return ""
    share, waited = found.waited_share, found.waited_us
    if share is None or waited is None:
        said = "not known whether the step waits for input: no measured step asked a pipeline for an element"
    elif share < WAITING:
        said = f"{_who(found)} does not wait for input ({percent_text(share)} of its time)"
    else:
        said = f"{_who(found)} waits for input {percent_text(share)} of its time ({quantity_text('time_us', waited)} for each step)"
    said += longest_words(found)
    made = found.making_us
    making = "" if made is None else f"; making the iterator takes {quantity_text('time_us', made)} of each step"
    ops = stage_ops_words(found)
    return f"input: {said}{making}; {slowest_words(found)}{f'; {ops}' if ops else ''}"


def longest_words(found: InputPipeline) -> str:
    """On which of several hosts steps wait longest, to be put behind how long they wait; empty of one host, and if none waits."""
    longest = found.longest
    if longest is None or longest.waited_share < WAITING:
        return ""
    return f", longest on {longest.host}: {percent_text(longest.waited_share)} ({quantity_text('time_us', longest.waited_us)})"


def stage_ops_words(found: InputPipeline) -> str:
    """How much of what is not attributed is the input's; empty for what is not worth a word."""
    share = found.ops_share
    if share is None or share < WAITING:
        return ""
    return f"{percent_text(share)} of the profiled step is {NOT_ATTRIBUTED} since ops of its stages run, which are none of this graph"


def input_note(measurement: Optional[Mapping[str, Any]]) -> str:
    """The same in few words, for below a drawing; empty if it is not known whether steps wait."""
    found = input_pipeline(measurement)
    if found is None or found.waited_share is None:
        return ""
    slowest = f", slowest stage: {found.slowest.name}" if found.slowest is not None else ""
    much, some = found.waited_share >= _MUCH, found.waited_share >= WAITING
    does = "waits for input" if much else "hardly waits for input:" if some else "does not wait for input:"
    return f"{_who(found)} {does} {percent_text(found.waited_share)} of its time{slowest}"


def slowest_words(found: InputPipeline) -> str:
    """Which stage is the slowest, and how busy it is."""
    slowest = found.slowest
    if slowest is None:
        return "which stage is the slowest is not known, since TensorFlow did not record what all their threads did"
    place = f" ({slowest.source})" if slowest.source else ""
    return f"slowest stage: {slowest.name}{place}, at work {percent_text(slowest.busy_share or 0.0)} of the time"


def _who(found: InputPipeline) -> str:
    return "the loop" if found.between_steps else "the step"


def _stage(told: Mapping[str, Any]) -> PipelineStage:
    source: Any = told.get("source")
    place = None
    if isinstance(source, Mapping) and isinstance(source.get("file"), str) and isinstance(source.get("line"), int):
        place = f"{source['file']}:{source['line']}"
    figures: Dict[str, Optional[float]] = {
        key: _number(told, key) for key in ("self_us", "busy_share", "calls", "threads")
    }
    return PipelineStage(told["name"], source=place, **figures)


def _number(told: Mapping[str, Any], key: str) -> Optional[float]:
    value = told.get(key)
    return (
        float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) and 0 <= value < 1e18 else None
    )
