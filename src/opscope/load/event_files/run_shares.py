"""Divides the time of a step among the executions in it, so that their parts add up to the time in which anything ran.

As `profile` does it: a moment in which several ops run belongs to each in equal parts, and one in which kernels of a device run belongs to them.
An op that only waits for others gets what is left: a call whose body runs elsewhere, or what receives a tensor from another device.
"""

from __future__ import annotations

from typing import Dict, List, Sequence

from .step_runs import OpRun

_KERNEL, _OP, _DEEPEST, _COPY = 0, 1, 9, 10
"""Who gets a moment, the first of these that runs. Between them are calls that wait for their bodies, the innermost first."""
_RECEIVING = frozenset({"_Recv", "_HostRecv"})


def is_copy(run: OpRun) -> bool:
    """Whether an execution is none of the model's, but waits for a tensor of another device."""
    return run.op in _RECEIVING


def run_shares(runs: Sequence[OpRun], around: Dict[int, int]) -> List[float]:
    """For each execution its part of the time, in nanoseconds. `around` has those that wait for others, with how many wait around them."""
    ranks = [_rank(index, run, around) for index, run in enumerate(runs)]
    # At one time, ends come before beginnings.
    took = [(index, run) for index, run in enumerate(runs) if run.end > run.start]
    marks = sorted([(run.start, 1, index) for index, run in took] + [(run.end, 0, index) for index, run in took])
    running = [0] * (_COPY + 1)
    # What one execution of each rank would have got, had it run from the beginning to here.
    got = [0.0] * len(running)
    begun = [0.0] * len(runs)
    shares = [0.0] * len(runs)
    before = 0
    for time, begins, index in marks:
        whose = next((rank for rank, count in enumerate(running) if count), None)
        if whose is not None:
            got[whose] += (time - before) / running[whose]
        before = time
        rank = ranks[index]
        if begins:
            begun[index] = got[rank]
            running[rank] += 1
        else:
            shares[index] = got[rank] - begun[index]
            running[rank] -= 1
    return shares


def _rank(index: int, run: OpRun, around: Dict[int, int]) -> int:
    if run.on_device:
        return _KERNEL
    if is_copy(run):
        return _COPY
    return max(_OP + 1, _DEEPEST - around[index]) if index in around else _OP
