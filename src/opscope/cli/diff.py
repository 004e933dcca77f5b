"""Compare two models: what was added, removed, changed, renamed or moved.

$ opscope diff before.keras after.keras
$ opscope diff model.py:old model.py:new --input None,32 --ignore names,source
$ opscope diff saved_model/ model.tflite -o changes.html -o changes.txt
$ opscope diff before.keras after.keras --show
$ opscope diff tf215.json tf221.json --executed

Exit code 0 if the two are the same, 1 if they are not, 2 if something went wrong.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING, Callable, Dict

from ..diff.leaving_out import CHANGES, ignored_words
from ..render.told_difference.difference_files import SUFFIXES, as_json, as_markdown, as_whole_text, maker
from ..render.write_file import write
from . import answer, executed_option, source
from .answer import TROUBLE  # noqa: F401  (`main` asks the verb for it)

if TYPE_CHECKING:
    from ..diff.difference import Difference

DIFFERENT = 1


_FORMATS: Dict[str, Callable[["Difference"], str]] = {"text": as_whole_text, "markdown": as_markdown, "json": as_json}


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``opscope diff``."""
    source.add_two(parser)
    parser.add_argument(
        "--ignore", metavar="WHAT[,WHAT]", default="",
        help=f"do not compare these: {' '.join(CHANGES)}; layers, ops or variables as a whole",
    )  # fmt: skip
    parser.add_argument("--only", choices=("layers", "ops", "variables"), help="compare only these")
    executed_option.add(
        parser,
        "compare the ops that TensorFlow ran, not those that were written; of two .json that profile --executed wrote",
    )
    parser.add_argument("--format", choices=tuple(_FORMATS), default="text", help="how to print it (default: text)")
    parser.add_argument("--full", action="store_true", help="list every layer and every change")
    parser.add_argument("-q", "--quiet", action="store_true", help="print nothing; the exit code tells")
    parser.add_argument(
        "--show", action="store_true",
        help="open the interactive page of the difference in the browser, and print its path instead of the difference",
    )  # fmt: skip
    parser.add_argument(
        "-o", "--output", metavar="FILE", action="append", default=[],
        help=f"write it to this file too, may be repeated; its suffix sets the format: {' '.join(SUFFIXES)}",
    )  # fmt: skip


def run(options: argparse.Namespace) -> int:
    """Print the difference, and say by the exit code whether there is one."""
    from ..diff import diff

    ignored_words(options.ignore, options.only)
    makers = [maker(path) for path in options.output]  # before the work, so that a wrong suffix is reported at once
    a, b = source.two_graphs(options)
    with answer.working("comparing"):
        found = diff(a, b, ignore=options.ignore, only=options.only, executed=options.executed)
    for path, make in zip(options.output, makers):
        with answer.working(f"writing {path}"):
            written = write(path, make(found))
        if not options.quiet:
            answer.say(str(written))
    if options.show:
        _show(found, quiet=options.quiet)
    elif not options.quiet and not options.output:
        _print(found, options)
    return DIFFERENT if found else 0


def _show(found: "Difference", *, quiet: bool) -> None:
    from .. import notebook

    with answer.working("drawing"):
        path = notebook.difference_page_file(found)
    notebook.view(path, say=(lambda _: None) if quiet else answer.say)


def _print(found: "Difference", options: argparse.Namespace) -> None:
    """On a terminal in colour, else plain."""
    from ..render.report.text import IN_COMMAND
    from ..render.told_difference.difference_text import difference_lines

    if options.format != "text":
        answer.say(_FORMATS[options.format](found))
        return
    answer.say_in_colour(
        [
            (line.text, line.style)
            for line in difference_lines(found, full=options.full, width=answer.terminal_width(), remedy=IN_COMMAND)
        ]
    )
