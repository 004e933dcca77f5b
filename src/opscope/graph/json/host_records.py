"""Checks what a measurement tells of each of several hosts."""

from __future__ import annotations

from typing import Any

from .json_values import flag, items, number, number_or_none, record, text, whole

_KEYS = ("host", "steps", "step_us", "spread_us", "median_between", "devices", "may_be_slowest")


def hosts(value: Any, place: str) -> None:
    """Check them."""
    for index, host in enumerate(items(value, place)):
        here = f"{place}[{index}]"
        record(host, here, _KEYS, more=True)
        text(host["host"], f"{here}.host")
        whole(host["steps"], f"{here}.steps", low=1)
        number(host["step_us"], f"{here}.step_us")
        number_or_none(host["spread_us"], f"{here}.spread_us")
        flag(host["may_be_slowest"], f"{here}.may_be_slowest")
        if host["median_between"] is not None:
            for place_in, end in enumerate(items(host["median_between"], f"{here}.median_between")):
                number(end, f"{here}.median_between[{place_in}]")
        for place_in, device in enumerate(items(host["devices"], f"{here}.devices")):
            text(device, f"{here}.devices[{place_in}]")


def left_out(value: Any, place: str) -> None:
    """Check the list of the hosts whose profiles could not be read."""
    for index, host in enumerate(items(value, place)):
        here = f"{place}[{index}]"
        record(host, here, ("host", "why"), more=True)
        text(host["host"], f"{here}.host")
        text(host["why"], f"{here}.why")
