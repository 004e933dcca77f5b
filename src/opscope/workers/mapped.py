"""Does one piece of work for each of many things, and yields how each ended as soon as it has.

In process nothing is started: the things are worked on one after the other. With `jobs` or a `scheduler`, Dask does the same in processes. What they are given and what they
give back is small (paths, rows of a table); what is large stays where the work is done.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import Any, Callable, Generator, Generic, Optional, Sequence, TypeVar

from ..errors import InputError, check_count, option
from .time_limit import TimeIsUpError, within_time

Thing = TypeVar("Thing")
WAS_DONE, TIME_WAS_UP, PROCESS_ENDED, HAD_FAILED = "done", "time", "ended", "failed"
"""How work ended: with a result, at its time limit, with its process, or with an exception that it should not raise."""


@dataclass(frozen=True)
class Ending(Generic[Thing]):
    """How the work for one thing ended."""

    thing: Thing
    how: str
    result: Any = None
    why: str = ""
    """If there is no result: why, in words."""


@dataclass(frozen=True)
class Staff:
    """Who does the work."""

    jobs: Optional[int] = None
    """So many processes on this machine; ``None``: this process, unless there is a scheduler."""
    scheduler: Optional[str] = None
    """The address of a Dask scheduler whose workers do it."""
    memory: str = "2GB"
    """What each process of `jobs` may use; Dask ends one that uses more."""
    seconds: Optional[float] = None
    """How long the work for one thing may take."""

    @property
    def is_elsewhere(self) -> bool:
        """Whether other processes than this one do it."""
        return self.jobs is not None or self.scheduler is not None


ONLY_THIS_PROCESS = Staff()
"""This process, with no limit."""


def asked_staff(jobs: Optional[int], scheduler: Optional[str], memory: str, seconds: Optional[float]) -> Staff:
    """Who a user asked to do the work; no time or 0 is no limit. `InputError` for what does not fit together."""
    if jobs is not None:
        check_count("jobs", jobs)
    if jobs is not None and scheduler is not None:
        raise InputError(f"give only one of {option('jobs')} and {option('scheduler')}")
    if seconds is not None and not seconds >= 0:
        raise InputError(f"{option('time_limit', seconds)} is no time; give seconds, or 0 for no limit")
    return Staff(jobs, scheduler, memory, seconds or None)


def mapped(
    work: Callable[[Thing], Any], things: Sequence[Thing], staff: Staff
) -> "Generator[Ending[Thing], None, None]":
    """How the work for each thing ended, in the order in which it did. `work` is a function of a module, so that other processes find it.

    Raises:
        MissingDependencyError: Dask is needed, and not installed.
        InputError: no scheduler answers at the address.
    """
    if not staff.is_elsewhere:
        for thing in things:
            yield attempt(work, thing, staff.seconds)
        return
    from .on_dask import on_dask

    with closing(on_dask(work, things, staff)) as endings:
        yield from endings


def attempt(
    work: Callable[[Thing], Any], thing: Thing, seconds: Optional[float], grace: Optional[float] = None
) -> "Ending[Thing]":
    """Do the work for one thing, here and now, within its time; whatever it raises is told and ends nothing else."""
    try:
        return Ending(thing, WAS_DONE, within_time(seconds, lambda: work(thing), grace=grace))
    except TimeIsUpError:
        return Ending(thing, TIME_WAS_UP, why=f"not done within {seconds:g} s")
    except MemoryError:
        return Ending(thing, HAD_FAILED, why="there is not enough memory")
    except Exception as error:  # noqa: BLE001, it belongs to this one thing
        return Ending(thing, HAD_FAILED, why=f"unexpected {type(error).__name__}: {error}")
