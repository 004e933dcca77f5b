"""Checks what a measurement tells of input pipelines: how long steps waited, and the figures of each stage."""

from __future__ import annotations

from typing import Any, Callable

from ..input_pipeline import LONGEST_KEY
from .json_values import flag, items, number, number_or_none, record, text, text_or_none, whole, whole_or_none

_KEYS = ("waited_us", "waited_share", "between_steps", "making_us", "steps", "stages")
_STAGE_KEYS = ("name", "path", "dataset", "self_us", "busy_share", "calls", "threads", "ops", "source")


def pipelines(value: Any, place: str, source: Callable[[Any, str], Any]) -> None:
    """Check it. `source` reads a line of the user's code."""
    record(value, place, _KEYS, more=True)
    for key in ("waited_us", "waited_share", "making_us"):
        number_or_none(value[key], f"{place}.{key}")
    number_or_none(value.get("ops_share"), f"{place}.ops_share")
    if LONGEST_KEY in value:
        longest, here = value[LONGEST_KEY], f"{place}.{LONGEST_KEY}"
        record(longest, here, ("host", "waited_us", "waited_share"), more=True)
        text(longest["host"], f"{here}.host")
        number(longest["waited_us"], f"{here}.waited_us")
        number(longest["waited_share"], f"{here}.waited_share")
    flag(value["between_steps"], f"{place}.between_steps")
    whole(value["steps"], f"{place}.steps", low=1)
    for index, stage in enumerate(items(value["stages"], f"{place}.stages")):
        _stage(stage, f"{place}.stages[{index}]", source)


def _stage(value: Any, place: str, source: Callable[[Any, str], Any]) -> None:
    record(value, place, _STAGE_KEYS, more=True)
    for key in ("name", "path"):
        text(value[key], f"{place}.{key}")
    text_or_none(value["dataset"], f"{place}.dataset")
    for key in ("self_us", "busy_share"):
        number_or_none(value[key], f"{place}.{key}")
    number(value["calls"], f"{place}.calls")
    whole_or_none(value["threads"], f"{place}.threads")
    for index, op in enumerate(items(value["ops"], f"{place}.ops")):
        text(op, f"{place}.ops[{index}]")
    if value["source"] is not None:
        source(value["source"], f"{place}.source")
