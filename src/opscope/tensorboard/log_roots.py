"""The folders with logs that TensorBoard was given, by ``--logdir`` or ``--logdir_spec``."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Iterator, List, NamedTuple, Tuple

_URI = re.compile(r"[a-zA-Z][0-9a-zA-Z.]*://")
"""As TensorBoard tells it: tensorboard/backend/event_processing/data_ingester.py."""


class LogRoot(NamedTuple):
    """A folder with logs, and the name that TensorBoard puts before those of its runs; empty if there is none."""

    group: str
    folder: Path

    def run(self, path: str) -> str:
        """How TensorBoard calls the run that is called so in the folder."""
        return f"{self.group}/{path}" if self.group else path


def log_roots(context: Any) -> Tuple[List[LogRoot], List[str]]:
    """The folders of a TensorBoard's context (`TBContext`), and for each place that is none of this machine a sentence that says so."""
    flags = context.flags
    one = getattr(flags, "logdir", None) or ("" if getattr(flags, "logdir_spec", None) else context.logdir or "")
    given = [("", one)] if one else list(_groups(getattr(flags, "logdir_spec", None) or ""))
    roots, problems = [], []
    for group, place in given:
        if _URI.match(place):
            problems.append(
                f"{place}: not a folder of this machine, so its graphs are not listed; copy the log, or mount it"
            )
        else:
            # As TensorBoard does it: `Path.expanduser` raises for a user whom nobody knows.
            roots.append(LogRoot(group, Path(os.path.realpath(os.path.expanduser(place)))))  # noqa: PTH111
    return roots, problems


def _groups(spec: str) -> Iterator[Tuple[str, str]]:
    """The parts of ``name:path,path,...``: a colon is none behind a name if the part is an address or begins as a path does."""
    for part in filter(None, spec.split(",")):
        named = ":" in part and not (_URI.match(part) or part.startswith("/") or os.path.splitdrive(part)[0])
        name, _, path = part.partition(":") if named else ("", "", part)
        yield name, path
