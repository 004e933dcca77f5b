"""Runs a verb for each of several sources, with progress, and tells at the end how it went. Imported only where there are several."""

from __future__ import annotations

import argparse
from contextlib import closing
from typing import Callable, Dict, List, Sequence

from ..profile.running.machine_peaks import processors
from ..profile.runs.process_ending import process_ending
from ..suggestions import some_of
from ..visible import one_line
from . import answer
from .many_sources import MOST_JOBS
from .source_processes import SourceOutcome, outcomes


def run_each(
    works: Sequence[argparse.Namespace],
    tell: Callable[[str, SourceOutcome], None],
    *,
    failing: int = 1,
    in_order: bool = True,
    quiet: bool = False,
) -> List[int]:
    """Run the verb for each source, and return the exit codes; from `failing` on, a code is a failure.

    `tell` prints the answer for a source that did not fail: as soon as it is there, or `in_order`, as the sources were given.
    Standard error gets what the processes wrote to it, and at the end how many did not fail, unless it is to be `quiet`.
    """
    count = min(works[0].jobs or min(processors(), MOST_JOBS), len(works))
    codes: Dict[int, int] = {}
    held: Dict[int, SourceOutcome] = {}
    failed: List[str] = []
    told = 0
    with closing(outcomes(works, count)) as ended:
        while len(codes) < len(works):
            with answer.working(f"{len(codes):,} of {len(works):,} done{_failures(len(failed))}"):
                each = next(ended)
            codes[each.number] = each.code
            held[each.number] = each
            if not 0 <= each.code < failing:
                failed.append(works[each.number].source)
            while held and (told in held or not in_order):
                _tell(works, held.pop(told if in_order else each.number), tell, failing)
                told += 1
    if not quiet:
        names = f": {some_of(failed)}" if failed else ""
        answer.remark(f"{len(works) - len(failed):,} of {len(works):,} done{_failures(len(failed))}{names}")
    return [codes[number] for number in range(len(works))]


def _failures(count: int) -> str:
    return f", {count:,} failed" if count else ""


def _tell(
    works: Sequence[argparse.Namespace], each: SourceOutcome, tell: Callable[[str, SourceOutcome], None], failing: int
) -> None:
    """Pass on what the process of a source wrote; if it failed, one line says so, whatever ended it."""
    source = works[each.number].source
    is_fine = 0 <= each.code < failing
    if is_fine:
        tell(source, each)
    said = answer.pass_on(source, each.err)
    if not is_fine and not said:
        answer.complain(f"{source}: the process that worked on it {process_ending(each.code)} before it was done")


def headed(source: str, each: SourceOutcome) -> None:
    """Print what was said of a source under its name, as ``head`` and ``tail`` do."""
    if each.out.strip():
        answer.say(f"==> {one_line(source)} <==\n{each.out}")
