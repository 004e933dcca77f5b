"""Look for what is wrong in a model, or in many: with the user's source lines, and what to do.

$ opscope check train.py:train_step --input 32,28,28,1 --input 32:int64
$ opscope check model.keras --select numerics,speed
$ opscope check saved_model/ --format json -o findings.json
$ opscope check model.py:net --input 1,32 --max-params 10M --baseline base.json --tolerance 2%
$ opscope check models/*.keras --select numerics

Exit code 0 if nothing is found at or above --fail-on, 1 if something is, 2 if something went wrong.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Sequence

from ..check.hit import SEVERITIES
from ..errors import InputError
from ..render.told_findings.findings_files import FINDING_FORMATS, FINDING_SUFFIXES, findings_format, findings_maker
from ..render.told_findings.findings_text import findings_count, findings_text
from ..render.write_file import write
from . import answer, many_sources, source
from .answer import TROUBLE

if TYPE_CHECKING:
    from ..check.findings import Findings

FOUND_SOME = 1
_JOINED = ("lines", "text", "github")
"""The formats that can be printed one below the other."""
_SETTABLE = (
    "select", "ignore", "fail_on", "tensorflow", "max_params", "max_flops", "max_activation_memory", "baseline", "tolerance", "batch",
)  # fmt: skip
"""The options that pyproject.toml may set."""


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``opscope check``."""
    source.add_several(parser)
    many_sources.add_jobs(parser)
    parser.add_argument("--select", metavar="RULE[,RULE]", help="look for these rules or families only (default: all)")
    parser.add_argument("--ignore", metavar="RULE[,RULE]", help="leave out these rules or families")
    parser.add_argument("--fail-on", choices=SEVERITIES, help="the least severity that fails (default: warning)")
    parser.add_argument(
        "--for", dest="tensorflow", metavar="VERSION",
        help="the TensorFlow that the model is to run on, such as 2.10: ops that it does not have are found",
    )  # fmt: skip
    parser.add_argument(
        "--isolated", action="store_true", help="leave out the settings that pyproject.toml has in tool.opscope.check"
    )
    _add_budgets(parser)
    parser.add_argument(
        "--format", choices=tuple(FINDING_FORMATS), default="lines",
        help="how to print them: a line each, a table for people, JSON, SARIF 2.1.0, annotations for GitHub Actions, JUnit's XML (default: lines)",
    )  # fmt: skip
    parser.add_argument("-q", "--quiet", action="store_true", help="print nothing; the exit code tells")
    parser.add_argument(
        "-o", "--output", metavar="FILE", action="append", default=[],
        help=f"write them to this file too, may be repeated; its suffix sets the format: {' '.join(FINDING_SUFFIXES)}",
    )  # fmt: skip


def _add_budgets(parser: argparse.ArgumentParser) -> None:
    budgets = parser.add_argument_group("budgets")
    budgets.add_argument("--max-params", metavar="N", help="the most parameters: 10M, 1.5B")
    budgets.add_argument("--max-flops", metavar="N", help="the most FLOPs: 4G")
    budgets.add_argument(
        "--max-activation-memory", metavar="SIZE", help='the most memory of activations: 512MiB, "4 GB"'
    )
    budgets.add_argument(
        "--baseline", metavar="FILE",
        help="a graph's JSON, another model file, or findings with figures: what the model costs there is what it may cost",
    )  # fmt: skip
    budgets.add_argument(
        "--tolerance",
        metavar="SHARE",
        help="by how much it may cost more than the baseline: 2%% or 0.02 (default: not at all)",
    )
    budgets.add_argument(
        "--batch",
        type=int,
        metavar="N",
        help="the batch size for FLOPs and memory, where a shape begins with None (default: one sample)",
    )


def run(options: argparse.Namespace) -> int:
    """Print the findings, and say by the exit code whether there are any."""
    from ..check.checking import checked
    from ..check.wanted_checks import wanted_checks

    _settle(options)
    # Before the work, so that a wrong rule, suffix or amount is reported at once.
    makers = [findings_maker(path, options.fail_on) for path in options.output]
    wanted = wanted_checks(**{name: getattr(options, name) for name in _SETTABLE if name != "fail_on"})
    works = [many_sources.one_of(options, each, isolated=True) for each in many_sources.given(options)]
    if len(works) > 1:
        return _check_each(works, options)
    options = works[0]
    graph = source.graph(options)
    with answer.working("checking"):
        found = checked(graph, wanted.rules, tensorflow=wanted.tensorflow, budgets=wanted.budgets)
    for path, make in zip(options.output, makers):
        write(path, make(found))
    if not options.quiet:
        _print(found, options)
    return FOUND_SOME if found.at_least(options.fail_on) else 0


def _check_each(works: "Sequence[argparse.Namespace]", options: argparse.Namespace) -> int:
    """Check each source by itself.

    Raises:
        InputError: the answer is to be one document, which is of one model.
    """
    if options.output or options.format not in _JOINED:
        one = "-o" if options.output else f"--format {options.format}"
        raise InputError(
            f"{one} is for one source, not for {len(works)}; check them one by one, or print {' or '.join(_JOINED)}"
        )
    from .each_source import headed, run_each

    codes = run_each(works, headed, failing=TROUBLE, quiet=options.quiet)
    return TROUBLE if not set(codes) <= {0, FOUND_SOME} else max(codes)


def _settle(options: argparse.Namespace) -> None:
    """Fill in what the command was not told: from pyproject.toml, else the default."""
    from ..check.settings_file import FAIL_ON, with_settings

    given = {name: getattr(options, name) for name in _SETTABLE}
    vars(options).update(
        {**given, "fail_on": options.fail_on or FAIL_ON} if options.isolated else with_settings(given, Path.cwd())
    )


def _print(found: "Findings", options: argparse.Namespace) -> None:
    """The findings on standard output. How many there are is the table's last line, and else on standard error: lines stay parsable."""
    if options.format == "text":
        answer.say(findings_text(found, answer.terminal_width()))
        return
    text = findings_format(options.format, options.fail_on)(found)
    if text:
        answer.say(text)
    name = f"{options.source}: " if answer.is_passed_on() else ""
    answer.remark(f"{name}{findings_count(found)}")
