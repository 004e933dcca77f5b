"""Work in processes, by Dask's distributed scheduler: some of this machine that are started here, or those of a scheduler that runs.

What Dask does for us: it restarts a process that ended, gives its work to another, ends one that uses too much memory, and reaches workers wherever they are.
What is done here: no more is handed out than the workers have at hand, so that an ended process takes little with it; and what was in a process that
ended is tried again by itself, so that only the work that ends its process, and not its neighbour, is given up.
"""

from __future__ import annotations

import logging
from contextlib import ExitStack, contextmanager
from typing import Any, Callable, Generator, Iterator, List, Optional, Sequence, Tuple

from ..errors import InputError, MissingDependencyError, option
from .mapped import HAD_FAILED, PROCESS_ENDED, Ending, Staff, Thing, attempt

_AT_HAND = 2
"""How many things each worker has: the one that it works on, and the next, so that it does not wait for us."""
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
            if ending.how == PROCESS_ENDED:
                suspects.append(ending.thing)
            else:
                yield ending
        for thing in suspects:  # one at a time: now it ends nobody's process but its own
            yield from _many(client, work, [thing], staff.seconds)


def _many(
    client: Any, work: Callable[[Thing], Any], things: List[Thing], seconds: Optional[float]
) -> Iterator["Ending[Thing]"]:
    """Hand out the things, a few at a time, and yield how each ended."""
    from distributed import as_completed

    waiting = list(reversed(things))
    given: "dict[Any, Thing]" = {}
    running = as_completed(loop=client.loop)
    while waiting or given:
        while waiting and len(given) < _AT_HAND * max(1, _workers(client)):
            future = client.submit(attempt, work, waiting[-1], seconds, _GRACE, pure=False)
            given[future] = waiting.pop()
            running.add(future)
        future = next(running)
        yield _ending(future, given.pop(future))
        future.release()


def _workers(client: Any) -> int:
    return sum(client.nthreads().values())


def _ending(future: Any, thing: Thing) -> "Ending[Thing]":
    from distributed.scheduler import KilledWorker

    error = future.exception()
    if error is None:
        ending: "Ending[Thing]" = future.result()
        return ending
    if isinstance(error, KilledWorker):
        return Ending(
            thing, PROCESS_ENDED, why="its process ended: it needs more memory than a worker has, crashes, or does not heed its time limit"
        )  # fmt: skip
    return Ending(thing, HAD_FAILED, why=f"unexpected {type(error).__name__}: {error}")


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
}


def _cluster(distributed: Any, staff: Staff) -> Any:
    """Processes on this machine, of one thread each: opscope is Python, and two threads of it would take turns."""
    try:
        return distributed.LocalCluster(
            n_workers=staff.jobs, threads_per_worker=1, memory_limit=staff.memory, dashboard_address=None,
            processes=True, security=_security(), silence_logs=logging.CRITICAL,
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
