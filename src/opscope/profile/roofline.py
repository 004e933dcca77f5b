"""The roofline model: whether arithmetic or memory bounds each op and layer, how near they are to it, and what the best case saves.

An op that computes W FLOPs and moves Q bytes has the arithmetic intensity I = W / Q, and can at most run at P = min(peak FLOP/s,
I x peak bytes/s) on a machine (Williams, Waterman, Patterson: Roofline: an insightful visual performance model for multicore
architectures, Communications of the ACM 52(4), 2009). So it takes at least max(W / peak FLOP/s, Q / peak bytes/s).

The peaks are those that `machine_peaks` measured. W and Q are estimated from shapes (`cost`), with Q as if nothing stayed in a cache between two ops:
where it does, an op moves more bytes per second than memory can, and takes less than the least time. The time is the op's part of the
step, in which ops that run at once share the machine as its peaks do.
"""

from __future__ import annotations

import sys
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ..graph.content import content_of, with_measurement
from .tables import layer_names, untimed_rows

if TYPE_CHECKING:
    from ..graph.graph import Graph

ROOFLINE_KEY = "roofline"
"""What the peaks are called in a graph's measurement."""
COMPUTE, OF_MEMORY, OVERHEAD = "compute", "memory", "overhead"
BOUNDS = (COMPUTE, OF_MEMORY, OVERHEAD)
"""What an op or layer may be bound by."""
_FAR = 4.0
"""An op that takes so many times the least time is bound by neither roof: what it takes is mostly something else."""
_MOST_UNKNOWN = 0.05
"""A layer has figures if no larger part of its time is of ops of which the FLOPs or bytes are not known."""


@dataclass(frozen=True)
class RooflineFigures:
    """Where an op or layer is in the roofline."""

    time_us: float
    """Its time in a step, of the ops that are counted here."""
    flops: float
    bytes: float
    intensity: Optional[float]
    """FLOPs for each byte; ``None`` if it moves none."""
    flops_per_s: float
    bytes_per_s: float
    attainable_us: float
    """The least time that it could take. Of a layer the sum over its ops, which run one after another."""
    attainable_share: float
    """The least time as a part of the time that it takes. Above 1 if caches served it faster than memory can; of what is bound by
    arithmetic, if the machine was busier when its peak was measured."""
    bound: str
    """What it is bound by. ``"compute"`` or ``"memory"``: what the least time is of. ``"overhead"``: the time is four times that or more."""
    saved_us: float
    """What the best case would save in a step: the time above the least time."""


class Peaks(NamedTuple):
    """What the machine can do at most."""

    flops_per_s: Mapping[str, float]
    """By dtype."""
    bytes_per_s: float


class _Work(NamedTuple):
    """What one op does in a step, and the least time of its arithmetic and of its memory, in microseconds."""

    time: float
    flops: float
    bytes: float
    computing: float
    moving: float


def peaks_of(measurement: Optional[Mapping[str, Any]]) -> Optional[Peaks]:
    """The peaks that a measurement has; ``None`` if they were not measured."""
    found = (measurement or {}).get(ROOFLINE_KEY)
    if not isinstance(found, Mapping):
        return None
    memory, arithmetic = _peak(found.get("bytes_per_s")), found.get("flops_per_s")
    if memory is None or not isinstance(arithmetic, Mapping):
        return None
    known = {str(dtype): _peak(each) for dtype, each in arithmetic.items()}
    return Peaks({dtype: peak for dtype, peak in known.items() if peak is not None}, memory)


def _peak(rate: Any) -> Optional[float]:
    value = rate.get("peak") if isinstance(rate, Mapping) else None
    if not isinstance(value, (int, float)) or isinstance(value, bool):
        return None
    return float(value) if 0 < value < sys.float_info.max else None


def computed_dtypes(graph: "Graph") -> List[str]:
    """The dtypes that the measured ops compute in, the one with the most FLOPs first."""
    content = content_of(graph)
    found: Dict[str, float] = {}
    for row in content.measured:
        cost, types = content.costs.get(row), content.table.outputs[row]
        if cost is not None and cost.flops and types:
            found[types[0].dtype] = found.get(types[0].dtype, 0.0) + cost.flops
    return sorted(found, key=lambda dtype: -found[dtype])


def op_rooflines(graph: "Graph") -> Dict[int, RooflineFigures]:
    """Row -> figures, of the measured ops of which all is known. Empty without peaks."""
    return {row: _figures([work]) for row, work in _works(graph).items() if work is not None and work.time > 0}


def layer_rooflines(graph: "Graph") -> Dict[str, RooflineFigures]:
    """The same by the rows of the table of layers (`tables`): each op counts for the innermost layer or phase around it."""
    names, home = layer_names(graph), content_of(graph).node_group
    return _together(graph, lambda row: [names[home[row]]])


def group_rooflines(graph: "Graph") -> Dict[str, RooflineFigures]:
    """The same by the path of a group, with all that is in it."""
    groups = content_of(graph).groups
    above: List[Tuple[str, ...]] = []
    for group in groups:  # a group comes after its parent
        above.append((*(above[group.parent] if group.parent >= 0 else ()), group.path))
    above.append(())
    home = content_of(graph).node_group
    return _together(graph, lambda row: above[home[row]])


def joint_rooflines(graph: "Graph", wholes: Sequence[Sequence[str]]) -> List[Optional[RooflineFigures]]:
    """For each list of paths the figures of all these groups together; none of them lies in another one of its list."""
    places: Dict[str, List[str]] = {}  # path -> the numbers of the lists that have it; names of places are texts
    for number, paths in enumerate(wholes):
        for path in paths:
            places.setdefault(path, []).append(str(number))
    groups = content_of(graph).groups
    above: List[Tuple[str, ...]] = []
    for group in groups:  # a group comes after its parent
        above.append((*(above[group.parent] if group.parent >= 0 else ()), *places.get(group.path, ())))
    above.append(())
    home = content_of(graph).node_group
    found = _together(graph, lambda row: above[home[row]])
    return [found.get(str(number)) for number in range(len(wholes))]


def _together(graph: "Graph", places: Any) -> Dict[str, RooflineFigures]:
    """The figures of several ops together, wherever nearly all of their time is of ops of which all is known."""
    known: Dict[str, List[_Work]] = {}
    whole: Dict[str, float] = {}
    measured = content_of(graph).measured
    for row, work in _works(graph).items():
        time = measured[row].time_us or 0.0
        for place in places(row):
            whole[place] = whole.get(place, 0.0) + time
            if work is not None:
                known.setdefault(place, []).append(work)
    for place in {place for row in untimed_rows(graph) for place in places(row)}:
        known.pop(place, None)
    found = {}
    for place, works in known.items():
        time = sum(work.time for work in works)
        if time > 0 and time >= (1 - _MOST_UNKNOWN) * whole[place]:
            found[place] = _figures(works)
    return found


def _works(graph: "Graph") -> Dict[int, Optional[_Work]]:
    """Row of each measured op -> what it does; ``None`` if something of that is not known."""
    peaks = peaks_of(graph.measurement)
    if peaks is None:
        return {}
    return {row: _work(graph, row, peaks) for row in content_of(graph).measured}


def _work(graph: "Graph", row: int, peaks: Peaks) -> Optional[_Work]:
    """What an op does. One that ran for several computes what all of them do, and moves what the costliest moves, whose time it has."""
    content = content_of(graph)
    measured, cost = content.measured[row], content.costs.get(row)
    if measured.time_us is None or cost is None or cost.bytes is None or cost.per != "step":
        return None
    flops = _flops(graph, row, measured.fused)
    if flops is None:
        return None
    types = content.table.outputs[row]
    roof = peaks.flops_per_s.get(types[0].dtype) if types else None
    if flops and roof is None:
        return None
    computing = flops / roof * 1e6 if flops and roof else 0.0
    return _Work(measured.time_us, flops, cost.bytes, computing, cost.bytes / peaks.bytes_per_s * 1e6)


def _flops(graph: "Graph", row: int, fused: Optional[Iterable[str]]) -> Optional[float]:
    """The FLOPs of an op and of those that ran as one with it; ``None`` if those of one are not known."""
    content = content_of(graph)
    if not untimed_rows(graph).isdisjoint(content.table.index(name) for name in fused or ()):
        return None  # some of what they compute was done in another time
    total = 0.0
    for each in {content.table.index(name) for name in fused or ()} | {row}:
        cost = content.costs.get(each)
        if cost is None or cost.flops is None or cost.per != "step":
            return None
        total += cost.flops
    return total


def _figures(works: List[_Work]) -> RooflineFigures:
    time, flops, moved = (sum(getattr(work, name) for work in works) for name in ("time", "flops", "bytes"))
    least = sum(max(work.computing, work.moving) for work in works)
    computing = sum(work.computing for work in works if work.computing > work.moving)
    bound = OVERHEAD if time >= _FAR * least else COMPUTE if computing > least / 2 else OF_MEMORY
    return RooflineFigures(
        time, flops, moved, flops / moved if moved else None, flops / time * 1e6, moved / time * 1e6,
        least, least / time, bound, max(0.0, time - least),
    )  # fmt: skip


def above_peaks(found: Iterable[RooflineFigures]) -> List[str]:
    """Why some of these take less than the least time, in words; empty if none does."""
    bounds = {each.bound for each in found if each.attainable_share > 1}
    memory = "caches served what is counted as memory's, since the estimate takes each op by itself"
    compute = "the machine was busier, or slower, when its peak was measured; profile again on an idle one"
    return [words for bound, words in ((OF_MEMORY, memory), (COMPUTE, compute)) if bound in bounds]


def with_peaks(graph: "Graph", peaks: Mapping[str, Any]) -> "Graph":
    """The graph with peaks in its measurement, and with what they tell of each layer."""
    known = graph.measurement or {}
    layers = layer_rooflines(with_measurement(graph, {**known, ROOFLINE_KEY: peaks}))
    told = {**peaks, "layers": {name: asdict(figures) for name, figures in layers.items()}}
    return with_measurement(graph, {**known, ROOFLINE_KEY: told})
