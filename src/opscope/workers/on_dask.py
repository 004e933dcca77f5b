"""Work in processes, by Dask's distributed scheduler: some of this machine that are started here, or those of a scheduler that runs.

What Dask does for us: it restarts a process that ended, gives its work to another, ends one that uses too much memory, and reaches workers wherever they are.
What is done here: several things make a parcel, since a trip to a worker and back takes it some 10 ms; no more is handed out than the workers have at hand, so
that an ended process takes little with it; and what was in a process that ended is tried again by itself, so that only the work that ends its process, and not
its neighbour, is given up.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from typing import Any, Callable, Generator, Iterator, List, Optional, Sequence, Tuple

from ..errors import InputError, MissingDependencyError, option
from .mapped import HAD_FAILED, PROCESS_ENDED, Ending, Staff, Thing
from .parcels import done_parcel, parcel_size

_AT_HAND = 2
"""How many parcels each worker has: the one that it works on, and the next, so that it does not wait for us."""
_GRACE = 30.0
"""Seconds beyond its time that work may take to come back from C code; then its process ends."""
_PATIENCE = "30s"
"""How long a scheduler may take to answer."""


def on_dask(
    work: Callable[[Thing], Any], things: Sequence[Thing], staff: Staff
) -> "Generator[Ending[Thing], None, None]":
    """How the work for each thing ended, as soon as it has. See `mapped`."""
    if not things:
        return
    with ExitStack() as held:
        client = held.enter_context(_client(staff))
        suspects: List[Thing] = []
        for ending in _many(client, work, list(things), staff.seconds):
            if ending.how in _OF_A_PARCEL:
                suspects.append(ending.thing)
            else:
                yield ending
        for thing in suspects:  # one at a time: now it ends nobody's process but its own
            for ending in _many(client, work, [thing], staff.seconds):
                yield replace(ending, how=_OF_A_PARCEL.get(ending.how, ending.how))


_PARCEL_ENDED, _PARCEL_FAILED = "parcel ended", "parcel failed"
_OF_A_PARCEL = {_PARCEL_ENDED: PROCESS_ENDED, _PARCEL_FAILED: HAD_FAILED}
"""How a whole parcel ended, of which it is not known which thing is to blame -> how a thing ended that was alone in it."""


def _many(
    client: Any, work: Callable[[Thing], Any], things: List[Thing], seconds: Optional[float]
) -> Iterator["Ending[Thing]"]:
    """Hand out the things, a few at a time, and yield how each ended, or how its parcel did (`_OF_A_PARCEL`)."""
    from distributed import as_completed

    waiting = list(reversed(things))
    given: "dict[Any, List[Thing]]" = {}
    running = as_completed(loop=client.loop)
    while waiting or given:
        room = _AT_HAND * max(1, _workers(client))
        while waiting and len(given) < room:
            parcel = [waiting.pop() for _ in range(parcel_size(len(waiting), room))]
            future = client.submit(done_parcel, work, parcel, seconds, _GRACE, pure=False)
            given[future] = parcel
            running.add(future)
        future = next(running)
        parcel = given.pop(future)
        endings = _endings(future, parcel)
        future.release()
        waiting += reversed(parcel[len(endings) :])  # there was no time for them
        yield from endings


def _workers(client: Any) -> int:
    return sum(client.nthreads().values())


def _endings(future: Any, parcel: Sequence[Thing]) -> "List[Ending[Thing]]":
    """How those of a parcel ended that were begun, which the first always is."""
    from distributed.scheduler import KilledWorker

    try:
        endings: "List[Ending[Thing]]" = future.result()
    except KilledWorker:
        how = _PARCEL_ENDED
        why = "its process ended: it needs more memory than a worker has, crashes, or does not heed its time limit"
    except Exception as error:  # noqa: BLE001, such as a result that cannot be sent
        how, why = _PARCEL_FAILED, f"unexpected {type(error).__name__}: {error}"
    else:
        return endings
    return [Ending(thing, how, why=why) for thing in parcel]


@contextmanager
def _client(staff: Staff) -> Iterator[Any]:
    """A client of the scheduler that was named, or of one that is started here with its workers."""
    try:
        import dask
        import distributed
    except ImportError as error:
        raise MissingDependencyError(
            f"{option('jobs') if staff.scheduler is None else option('scheduler')} needs Dask; install it: pip install 'opscope[survey]'"
        ) from error
    if staff.scheduler is not None:
        try:
            client = distributed.Client(staff.scheduler, timeout=_PATIENCE, set_as_default=False)
        except (OSError, ValueError, ImportError, TypeError) as error:
            raise InputError(
                f"{option('scheduler', staff.scheduler)} does not answer ({type(error).__name__}); is it the address of a Dask scheduler?"
            ) from error
        with client:
            yield client
        return
    with dask.config.set(_SETTINGS), _quiet(), ExitStack() as held:
        cluster = held.enter_context(_cluster(distributed, staff))
        yield held.enter_context(distributed.Client(cluster, set_as_default=False))


_SETTINGS = {
    # The work for one thing that ends its process is tried once more by `on_dask`, alone; not four times beside others.
    "distributed.scheduler.allowed-failures": 0,
    # A worker keeps no results, so there is nothing to spill; and one that only paused would wait for ever.
    "distributed.worker.memory.target": False,
    "distributed.worker.memory.spill": False,
    "distributed.worker.memory.pause": False,
    "distributed.worker.memory.terminate": 0.95,
    # What a worker did is told by nobody, and looking takes time from the work.
    "distributed.worker.profile.enabled": False,
    # Nor does anybody ask the scheduler or a worker by HTTP, where everybody on this machine could.
    "distributed.scheduler.http.routes": [],
    "distributed.worker.http.routes": [],
}


def _cluster(distributed: Any, staff: Staff) -> Any:
    """Processes on this machine, of one thread each: opscope is Python, and two threads of it would take turns.

    Without an address Dask takes port 8787 for its dashboard, on or off, and warns where another run holds it; with port 0 the system chooses.
    """
    try:
        return distributed.LocalCluster(
            n_workers=staff.jobs, threads_per_worker=1, memory_limit=staff.memory, dashboard_address="127.0.0.1:0",
            scheduler_kwargs={"dashboard": False}, processes=True, security=_security(), silence_logs=logging.CRITICAL,
        )  # fmt: skip
    except ValueError as error:
        raise InputError(f"{option('memory', staff.memory)} is no size ({error}); give one such as 2GB") from error


def _security() -> Any:
    """Keys for this run alone: the scheduler listens on this machine, where other users could speak to it as well."""
    from distributed.security import Security

    return Security.temporary()


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask's own remarks, such as that a worker was restarted, are not for the reader of a survey."""
    loggers: List[Tuple[logging.Logger, int]] = [
        (logging.getLogger(name), logging.getLogger(name).level) for name in ("distributed", "asyncio", "tornado")
    ]
    for logger, _ in loggers:
        logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for logger, level in loggers:
            logger.setLevel(level)
