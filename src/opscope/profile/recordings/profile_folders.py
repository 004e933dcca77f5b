"""Finds the profiles in a log directory: ``plugins/profile/<run>/<host>.xplane.pb``, at any depth below the folder that is given.

Each run of the profiler has a folder, called by the time at which it ended, and in it a file for each host.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Callable, Dict, List, NamedTuple, Optional, Sequence, Tuple

from ...errors import LoadError, option
from ...suggestions import did_you_mean, some_of

SUFFIX = ".xplane.pb"
_TIME = re.compile(r"\d{4}(_\d{2}){5}")
"""How TensorFlow calls the folder of a run: year, month, day, hour, minute, second."""
_MOST_FILES = 10_000
_MOST_LISTED = 20


class HostProfile(NamedTuple):
    """What one host recorded."""

    host: str
    path: Path


class LoggedProfile(NamedTuple):
    """One run of the profiler."""

    name: str
    """The name of its folder."""
    place: str
    """The path of its folder, from the folder that was given."""
    hosts: Tuple[HostProfile, ...]


def logged_profiles(path: Path) -> List[LoggedProfile]:
    """The profiles in a folder and all folders in it, the newest last; or a file by itself. No link to a folder is followed."""
    if not path.is_dir():
        return [LoggedProfile(path.parent.name, path.name, (_host(path),))] if path.name.endswith(SUFFIX) else []
    found: Dict[str, List[Path]] = {}
    count = 0
    for place, _, names in os.walk(str(path)):
        for name in names:
            if name.endswith(SUFFIX) and Path(place, name).is_file():
                found.setdefault(place, []).append(Path(place, name))
                count += 1
                if count > _MOST_FILES:
                    raise LoadError(f"{path}: more than {_MOST_FILES:,} profiles; give the folder of a run")
    ordered = sorted(found, key=_age(list(found)))
    return [
        LoggedProfile(
            Path(place).resolve().name,
            Path(place).relative_to(path).as_posix(),
            tuple(map(_host, sorted(found[place]))),
        )
        for place in ordered
    ]


def picked_profile(path: Path, run: Optional[str] = None) -> Tuple[LoggedProfile, Sequence[LoggedProfile]]:
    """The profile of a run, by its folder's name or path, else the newest; and the others. `LoadError` if there is none."""
    if not path.exists():
        raise LoadError(f"{path}: there is no such file or folder; check the path")
    found = logged_profiles(path)
    if not found:
        raise LoadError(
            f"{path}: no profile ({SUFFIX} file) is there or below; record one, as with the callback TensorBoard(profile_batch=...)"
        )
    fits = [each for each in found if run is None or run in (each.name, each.place)]
    if not fits:
        known = [each.name for each in found]
        meant = (
            did_you_mean(run or "", known) or f"choose with {option('run')} one of: {some_of(known, most=_MOST_LISTED)}"
        )
        raise LoadError(f"{path}: no profile is called {run!r}; {meant}")
    return fits[-1], [each for each in found if each is not fits[-1]]


def _host(path: Path) -> HostProfile:
    return HostProfile(path.name[: -len(SUFFIX)], path)


def _age(places: Sequence[str]) -> Callable[[str], Tuple[str, float]]:
    """What orders folders by age: their names, where TensorFlow gave them, else when they were written, which a copy may have lost."""
    if all(_TIME.fullmatch(Path(place).name) for place in places):
        return lambda place: (Path(place).name, 0.0)
    return lambda place: ("", Path(place).stat().st_mtime)
