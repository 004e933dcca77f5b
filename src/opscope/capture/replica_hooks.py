"""The hooks for distribution strategies: they tell the recorder which replica makes the ops, and when they take turns."""

from __future__ import annotations

import threading
from contextlib import ExitStack
from typing import Any, Callable, Iterator, List, Tuple

from .hooks import named_like
from .recorder import Recorder
from .seams import private, tensorflow


def replica_hooks(recorder: Recorder) -> Iterator[Tuple[Any, str, Callable[..., Any]]]:
    """The owner of each function to hook, its name there, and the hook."""
    threads, library = private("distribute.mirrored_run"), private("distribute.distribute_lib")
    context, update = threads._MirroredReplicaContext, library.UpdateContext
    yield threads, "_call_for_each_replica", _run_hook(recorder, threads._call_for_each_replica)
    yield context, "_merge_call", _merge_hook(recorder, context.__dict__["_merge_call"])
    updates = _Updates()
    yield update, "__enter__", _enter_hook(recorder, update.__dict__["__enter__"], updates)
    yield update, "__exit__", _exit_hook(update.__dict__["__exit__"], updates)


class _Updates(threading.local):
    """What is to be ended with each update that is going on in this thread, the innermost last."""

    def __init__(self) -> None:
        self.open: List[ExitStack] = []


def _run_hook(recorder: Recorder, original: Callable[..., Any]) -> Callable[..., Any]:
    """For the function that runs another one in a thread for each replica."""

    def recorded(distribution, fn, args, kwargs):  # type: ignore[no-untyped-def]
        return original(distribution, recorder.on_replicas(fn, _number_in(distribution)), args, kwargs)

    return named_like(recorded, original)


def _number_in(strategy: Any) -> Callable[[], int]:
    """A function that gives the number of the replica in whose thread it is called; -1 if the strategy has only one."""
    if len(strategy.extended.worker_devices) < 2:
        return lambda: -1
    return lambda: int(threading.current_thread().replica_id_in_sync_group)  # type: ignore[attr-defined]


def _merge_hook(recorder: Recorder, original: Callable[..., Any]) -> Callable[..., Any]:
    """For the method by which a replica waits until the tracing thread has done something for all replicas."""

    def recorded(self, fn, args, kwargs):  # type: ignore[no-untyped-def]
        with recorder.others_turn():
            return original(self, recorder.merged(fn), args, kwargs)

    return named_like(recorded, original)


def _enter_hook(recorder: Recorder, original: Callable[..., Any], updates: _Updates) -> Callable[..., Any]:
    """For the beginning of an update of one replica's part of a variable, which the tracing thread makes."""

    def recorded(self):  # type: ignore[no-untyped-def]
        updates.open.append(ExitStack())
        replica = self._replica_id  # strategies that have no replicas of a variable give a device or ``None``
        if isinstance(replica, int) and len(tensorflow().distribute.get_strategy().extended.worker_devices) > 1:
            updates.open[-1].enter_context(recorder.update(replica))
        return original(self)

    return named_like(recorded, original)


def _exit_hook(original: Callable[..., Any], updates: _Updates) -> Callable[..., Any]:
    """For the end of such an update."""

    def recorded(self, *error):  # type: ignore[no-untyped-def]
        updates.open.pop().close()
        return original(self, *error)

    return named_like(recorded, original)
