"""Checks what the JSON tells of XLA's programs that were measured as one piece."""

from __future__ import annotations

from typing import Any

from .json_values import items, number, record, text, whole


def programs(value: Any, place: str) -> None:
    """Check the list of programs of a measurement."""
    for index, each in enumerate(items(value, place)):
        where = f"{place}[{index}]"
        record(each, where, ("name", "ops", "time_us"), more=True)
        text(each["name"], f"{where}.name")
        whole(each["ops"], f"{where}.ops")
        number(each["time_us"], f"{where}.time_us")


def untimed(value: Any, place: str) -> None:
    """Check the list of the ops whose times are not known."""
    for index, each in enumerate(items(value, place)):
        text(each, f"{place}[{index}]")
