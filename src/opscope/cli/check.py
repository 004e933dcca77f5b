"""Look for what is wrong in a model: with the user's source lines, and what to do.

$ opscope check train.py:train_step --input 32,28,28,1 --input 32:int64
$ opscope check model.keras --select numerics,speed
$ opscope check saved_model/ --format json -o findings.json

Exit code 0 if nothing is found at or above --fail-on, 1 if something is, 2 if something went wrong.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from ..check.hit import SEVERITIES
from ..render.told_findings.findings_files import FINDING_FORMATS, FINDING_SUFFIXES, findings_format, findings_maker
from ..render.told_findings.findings_text import findings_count, findings_text
from ..render.write_file import write
from . import answer, source
from .answer import TROUBLE  # noqa: F401  (`main` asks the verb for it)

if TYPE_CHECKING:
    from ..check.findings import Findings

FOUND_SOME = 1


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``opscope check``."""
    source.add(parser)
    parser.add_argument("--select", metavar="RULE[,RULE]", help="look for these rules or families only (default: all)")
    parser.add_argument("--ignore", metavar="RULE[,RULE]", help="leave out these rules or families")
    parser.add_argument(
        "--fail-on", choices=SEVERITIES, default="warning", help="the least severity that fails (default: warning)"
    )
    parser.add_argument(
        "--format", choices=tuple(FINDING_FORMATS), default="lines",
        help="how to print them: a line each, a table for people, JSON, SARIF 2.1.0, annotations for GitHub Actions, JUnit's XML (default: lines)",
    )  # fmt: skip
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
    # Before the work, so that a wrong suffix is reported at once.
    makers = [findings_maker(path, options.fail_on) for path in options.output]
    graph = source.graph(options)
    with answer.working("checking"):
        found = checked(graph, rules)
    for path, make in zip(options.output, makers):
        write(path, make(found))
    if not options.quiet:
        _print(found, options)
    return FOUND_SOME if found.at_least(options.fail_on) else 0


def _print(found: "Findings", options: argparse.Namespace) -> None:
    """The findings on standard output. How many there are is the table's last line, and else on standard error: lines stay parsable."""
    if options.format == "text":
        answer.say(findings_text(found, answer.terminal_width()))
        return
    text = findings_format(options.format, options.fail_on)(found)
    if text:
        answer.say(text)
    answer.remark(findings_count(found))
