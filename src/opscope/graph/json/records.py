"""Reads and checks the records in a graph's JSON: types, attributes, sources, costs, measurements, variables."""

from __future__ import annotations

from typing import Any, Dict, Mapping, Optional, Tuple

from ..quantities import FIGURES
from ..types import Cost, Measured, Source, TensorType, Variable
from .check import (
    any_number,
    dtype,
    flag,
    inside,
    items,
    number_or_none,
    one_of,
    plain,
    record,
    refuse,
    shape,
    shown,
    text,
    text_or_none,
    whole,
)

_TYPE = ("dtype", "shape")
_SOURCE = ("file", "line", "function")
_COST = ("flops", "bytes", "per")
_VARIABLE = ("id", "object_path", "dtype", "shape", "trainable")
_MEASUREMENT = (
    "steps", "step_time_us", "profiled_step_time_us", "attributed", "coverage", "trace_level", "device",
)  # fmt: skip


def types(value: Any, place: str) -> Tuple[TensorType, ...]:
    """The types of the outputs of an op or group."""
    return tuple([_type(item, f"{place}[{index}]") for index, item in enumerate(items(value, place))])


def _type(value: Any, place: str) -> TensorType:
    record(value, place, _TYPE)
    return TensorType(dtype(value["dtype"], f"{place}.dtype"), shape(value["shape"], f"{place}.shape"))


def attrs(value: Any, place: str) -> Dict[str, Any]:
    """The attributes of an op: any object. Code that uses an attribute checks its type then, through `graph.attrs`."""
    record(value, place, (), more=True)
    return dict(plain(value, place))


def source(value: Any, place: str) -> Source:
    """A line of the user's code."""
    record(value, place, _SOURCE)
    file, function = text(value["file"], f"{place}.file"), text(value["function"], f"{place}.function")
    return Source(file, whole(value["line"], f"{place}.line"), function)


def cost(value: Any, place: str) -> Cost:
    """The cost of an op or group."""
    record(value, place, _COST)
    flops, moved = number_or_none(value["flops"], f"{place}.flops"), number_or_none(value["bytes"], f"{place}.bytes")
    return Cost(flops, moved, one_of(value["per"], f"{place}.per", ("step", "iteration")))


def measured(value: Any, place: str) -> Measured:
    """What was measured on an op or group."""
    record(value, place, (*FIGURES, "fused"))
    time, busy, calls, memory = [number_or_none(value[key], f"{place}.{key}") for key in FIGURES]
    fused = value["fused"]
    if fused is not None:
        where = f"{place}.fused"
        # An empty list means the same as null: the op ran alone.
        fused = tuple([text(name, f"{where}[{index}]") for index, name in enumerate(items(fused, where))]) or None
    return Measured(time, busy, calls, memory, fused)


def variable(value: Any, place: str, number_of_it: int) -> Variable:
    """A variable. Its id has to be `number_of_it`, its position in the list: groups and handles refer to it by that."""
    record(value, place, _VARIABLE)
    if whole(value["id"], f"{place}.id") != number_of_it:
        refuse(
            f"{place}.id", f"{shown(value['id'])} where {number_of_it} belongs: variables are numbered in their order"
        )
    return Variable(
        number_of_it,
        text(value["object_path"], f"{place}.object_path"),
        dtype(value["dtype"], f"{place}.dtype"),
        shape(value["shape"], f"{place}.shape"),
        flag(value["trainable"], f"{place}.trainable"),
    )


def producer(value: Any, place: str) -> Dict[str, str]:
    """The versions of the programs that made the graph, by program."""
    record(value, place, (), more=True)
    return {text(key, f"{place}, a key"): text(item, inside(place, key)) for key, item in value.items()}


def measurement(value: Any, place: str) -> Optional[Mapping[str, Any]]:
    """The figures of the run as a whole. More keys than those of the format are allowed, for newer versions."""
    if value is None:
        return None
    record(value, place, _MEASUREMENT, more=True)
    whole(value["steps"], f"{place}.steps", low=1)
    for key in ("step_time_us", "profiled_step_time_us"):
        number_or_none(value[key], f"{place}.{key}")
    if value["attributed"] is not None:
        any_number(value["attributed"], f"{place}.attributed")
    if value["coverage"] is not None:
        _coverage(value["coverage"], f"{place}.coverage")
    if value["trace_level"] is not None:
        whole(value["trace_level"], f"{place}.trace_level")
    text_or_none(value["device"], f"{place}.device")
    return plain(value, place)  # type: ignore[no-any-return]


def _coverage(value: Any, place: str) -> None:
    """The parts of a profiled step; a newer version may have more of them."""
    record(value, place, (), more=True)
    for key, share in value.items():
        any_number(share, inside(place, text(key, f"{place}, a key")))
