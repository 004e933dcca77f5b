"""What a verb is given to work on, if it takes several sources: which they are, and the options for each."""

from __future__ import annotations

import argparse
import glob
import os
from typing import Dict, Iterable, Iterator, List

from ..errors import LoadError, check_count
from ..load.given_path import is_there

MOST_JOBS = 8
"""How many processes run at a time if the user does not say: beyond that, memory is more often short than processors are."""


def add_jobs(parser: argparse.ArgumentParser) -> None:
    """Add ``--jobs``."""
    parser.add_argument(
        "--jobs", type=int, metavar="N",
        help=f"of several sources, how many to work on at a time, each in a process of its own (default: one a processor, {MOST_JOBS} at most)",
    )  # fmt: skip


def given(options: argparse.Namespace) -> List[str]:
    """The sources, each once. Patterns such as ``models/*.pb`` are expanded where the shell has not done it.

    Raises:
        LoadError: nothing is there that a pattern fits.
        InputError: ``--jobs`` is no number of processes.
    """
    if options.jobs is not None:
        check_count("jobs", options.jobs)
    by_path: Dict[str, str] = {}
    for source in _expanded(options.every_source):
        by_path.setdefault(absolute(source), source)  # a link and what it leads to are two
    return list(by_path.values())


def absolute(source: str) -> str:
    """The path from the root, where links stay as the user wrote them."""
    try:
        return os.path.abspath(source)  # noqa: PTH100  (`Path.absolute` leaves `..` in it)
    except OSError:  # the working directory is gone; whoever reads the source says what that means for it
        return source


def _expanded(sources: Iterable[str]) -> Iterator[str]:
    for source in sources:
        if not glob.has_magic(source) or is_there(source):
            yield source
            continue
        found = sorted(glob.glob(source, recursive=True))  # noqa: PTH207  (a pattern may be absolute)
        if not found:
            raise LoadError(f"{source}: there is no file that this pattern fits; check the path")
        yield from found


def one_of(options: argparse.Namespace, source: str, **more: object) -> argparse.Namespace:
    """The options for one of the sources."""
    return argparse.Namespace(**{**vars(options), "source": source, "every_source": [source], **more})
