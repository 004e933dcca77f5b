"""The options that say who does the work for many files: this process, several here, or the workers of a Dask scheduler."""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..workers.mapped import Staff

_SECONDS = 300.0
"""How long a file may take, if the user does not say: a million ops take less than a minute."""
_MEMORY = "2GB"


def add(parser: argparse.ArgumentParser, thing: str, whose: str = "") -> None:
    """Add them, for work on things of that name; `whose` says when they count."""
    staff = parser.add_argument_group(f"who {whose or 'does the work'} (default: this process alone)")
    staff.add_argument("--jobs", type=int, metavar="N", help="so many processes on this machine, by Dask")
    staff.add_argument(
        "--scheduler", metavar="ADDRESS", help="the workers of this Dask scheduler, such as tcp://cluster:8786"
    )
    staff.add_argument(
        "--memory", default=_MEMORY, metavar="SIZE",
        help=f"with --jobs, what each process may use; one that needs more is ended, and its {thing} gets an error (default: {_MEMORY})",
    )  # fmt: skip
    staff.add_argument(
        "--time-limit", type=float, default=_SECONDS, metavar="SECONDS",
        help=f"how long one {thing} may take (default: {_SECONDS:g})",
    )  # fmt: skip


def chosen_staff(options: argparse.Namespace) -> "Staff":
    """Who was asked to do it. `InputError` for options that do not fit together."""
    from ..workers.mapped import asked_staff

    return asked_staff(options.jobs, options.scheduler, options.memory, options.time_limit)
