"""Reads and checks the records in a graph's JSON: types, attributes, sources, costs, measurements, variables."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, Optional, Tuple

from ..input_pipeline import INPUT_KEY
from ..measured_hosts import HOSTS_KEY, LEFT_OUT_KEY
from ..measured_memory import MEMORY_KEY
from ..measured_programs import PROGRAMS_KEY, UNTIMED_KEY
from ..measured_runs import RUNS_KEY
from ..types import Cost, GraphCost, Measured, Source, TensorType, Variable
from .host_records import hosts, left_out
from .json_values import (
    any_number,
    dtype,
    flag,
    inside,
    items,
    number,
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
    whole_or_none,
)
from .memory_records import memory
from .pipeline_records import pipelines
from .program_records import programs, untimed
from .run_records import runs
from .versions import GRAPH_COST, MORE_GRAPH_COST, Keys

_TYPE = ("dtype", "shape")
_SOURCE = ("file", "line", "function")
_VARIABLE = ("id", "object_path", "dtype", "shape", "trainable")
_PER = ("step", "iteration")


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


def cost(keys: Keys) -> Callable[[Any, str], Cost]:
    """Gives the reader of an op's or group's cost, in a version of the format in which it has these keys."""

    def read(value: Any, place: str) -> Cost:
        record(value, place, keys)
        figures = {key: number_or_none(value[key], f"{place}.{key}") for key in keys if key != "per"}
        return Cost(figures["flops"], figures["bytes"], one_of(value["per"], f"{place}.per", _PER), figures.get("macs"))

    return read


def measured(keys: Keys) -> Callable[[Any, str], Measured]:
    """Gives the reader of what was measured on an op or group, in a version of the format in which it has these keys."""

    def read(value: Any, place: str) -> Measured:
        record(value, place, keys)
        fused, where = value["fused"], f"{place}.fused"
        if fused is not None:
            # An empty list means the same as null: the op ran alone.
            fused = tuple([text(name, f"{where}[{index}]") for index, name in enumerate(items(fused, where))]) or None
        figures = {key: number_or_none(value[key], f"{place}.{key}") for key in keys if key != "fused"}
        return Measured(**figures, fused=fused)

    return read


def graph_cost(value: Any, place: str) -> Optional[GraphCost]:
    """What the whole graph costs."""
    if value is None:
        return None
    record(value, place, GRAPH_COST, more=True)
    record(value, place, (*GRAPH_COST, *(key for key in MORE_GRAPH_COST if key in value)))
    value = {"loops_at_most": {}, "per": "step", "fixed_flops": None, **value}
    flops, macs, moved, fixed = [
        number_or_none(value[key], f"{place}.{key}") for key in ("flops", "macs", "bytes", "fixed_flops")
    ]
    return GraphCost(
        whole_or_none(value["batch"], f"{place}.batch", low=1),
        flag(value["per_sample"], f"{place}.per_sample"),
        flops,
        macs,
        moved,
        whole_or_none(value["peak_activation_bytes"], f"{place}.peak_activation_bytes"),
        _counts(value["without_formula"], f"{place}.without_formula"),
        _counts(value["unknown_shape"], f"{place}.unknown_shape"),
        {
            name: number_or_none(trips, inside(f"{place}.loops", name))
            for name, trips in _pairs(value["loops"], f"{place}.loops")
        },
        {
            name: number(most, inside(f"{place}.loops_at_most", name))
            for name, most in _pairs(value["loops_at_most"], f"{place}.loops_at_most")
        },
        one_of(value["per"], f"{place}.per", _PER),
        fixed,
    )


def _counts(value: Any, place: str) -> Dict[str, int]:
    """How many there are of each op type."""
    return {name: whole(count, inside(place, name)) for name, count in _pairs(value, place)}


def _pairs(value: Any, place: str) -> List[Tuple[str, Any]]:
    """The keys and values of an object whose keys are names."""
    record(value, place, (), more=True)
    return [(text(key, f"{place}, a key"), item) for key, item in value.items()]


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
    return {program: text(number, inside(place, program)) for program, number in _pairs(value, place)}


def measurement(keys: Keys, value: Any, place: str) -> Optional[Mapping[str, Any]]:
    """The figures of the run as a whole, with the keys of the newest version.

    `keys` are those that the version of the file asks for. More are allowed, for newer versions.
    """
    if value is None:
        return None
    record(value, place, keys, more=True)
    whole(value["steps"], f"{place}.steps", low=1)
    for key in ("step_time_us", "step_spread_us", "profiled_step_time_us"):
        if key in keys:
            number_or_none(value[key], f"{place}.{key}")
    if value["attributed"] is not None:
        any_number(value["attributed"], f"{place}.attributed")
    if value["coverage"] is not None:
        for key, share in _pairs(value["coverage"], f"{place}.coverage"):
            any_number(share, inside(f"{place}.coverage", key))
    whole_or_none(value["trace_level"], f"{place}.trace_level")
    for key, check in (
        (RUNS_KEY, runs),
        (MEMORY_KEY, memory),
        (HOSTS_KEY, hosts),
        (LEFT_OUT_KEY, left_out),
        (PROGRAMS_KEY, programs),
        (UNTIMED_KEY, untimed),
    ):
        if key in value:
            check(value[key], f"{place}.{key}")
    if INPUT_KEY in value:
        pipelines(value[INPUT_KEY], f"{place}.{INPUT_KEY}", source)
    if "device" in keys:
        text_or_none(value["device"], f"{place}.device")
        return _renewed(plain(value, place))
    whole_or_none(value["steps_kept"], f"{place}.steps_kept")
    if value["disturbed"] is not None:
        flag(value["disturbed"], f"{place}.disturbed")
    for index, device in enumerate(items(value["devices"], f"{place}.devices")):
        text(device, f"{place}.devices[{index}]")
    return plain(value, place)  # type: ignore[no-any-return]


def _renewed(value: Dict[str, Any]) -> Dict[str, Any]:
    """The measurement of a file of version 1, which kept every step, did not look for disturbances and knew one device."""
    device = value["device"]
    return {
        "steps": value["steps"], "steps_kept": value["steps"], "disturbed": None, "step_time_us": value["step_time_us"],
        "step_spread_us": None, **{key: item for key, item in value.items() if key != "device"},
        "devices": [] if device is None else [device],
    }  # fmt: skip
