"""Look for what is wrong in a model: with the user's source lines, and what to do.

$ opscope check train.py:train_step --input 32,28,28,1 --input 32:int64
$ opscope check model.keras --select numerics,speed
$ opscope check saved_model/ --format json -o findings.json

Exit code 0 if nothing is found at or above --fail-on, 1 if something is, 2 if something went wrong.
"""

from __future__ import annotations

import argparse

from ..check.hit import SEVERITIES
from ..render.told_findings.findings_files import FINDING_SUFFIXES, FORMATS, findings_maker
from ..render.write_file import write
from . import answer, source
from .answer import TROUBLE  # noqa: F401  (`main` asks the verb for it)

FOUND_SOME = 1


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``opscope check``."""
    source.add(parser)
    parser.add_argument("--select", metavar="RULE[,RULE]", help="look for these rules or families only (default: all)")
    parser.add_argument("--ignore", metavar="RULE[,RULE]", help="leave out these rules or families")
    parser.add_argument(
        "--fail-on", choices=SEVERITIES, default="warning", help="the least severity that fails (default: warning)"
    )
    parser.add_argument("--format", choices=tuple(FORMATS), default="lines", help="how to print them (default: lines)")
    parser.add_argument("-q", "--quiet", action="store_true", help="print nothing; the exit code tells")
    parser.add_argument(
        "-o", "--output", metavar="FILE", action="append", default=[],
        help=f"write them to this file too, may be repeated; its suffix sets the format: {' '.join(FINDING_SUFFIXES)}",
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Print the findings, and say by the exit code whether there are any."""
    from ..check.checking import checked
    from ..check.choosing_rules import chosen_rules

    rules = chosen_rules(options.select, options.ignore)
    makers = [findings_maker(path) for path in options.output]  # before the work: a wrong suffix is reported at once
    graph = source.graph(options)
    with answer.working("checking"):
        found = checked(graph, rules)
    for path, make in zip(options.output, makers):
        write(path, make(found))
    if not options.quiet:
        text = FORMATS[options.format](found)
        if text:
            answer.say(text)
    return FOUND_SOME if found.at_least(options.fail_on) else 0
