"""Write a picture, DOT, JSON or text of a model.

$ opscope render tagger.py:model --input None,40,32 -o tagger.svg
$ opscope render graph.pb -o graph.png --depth 2
"""

from __future__ import annotations

import argparse

from ..render import heeded
from ..render.registry import outputs, suffix_of
from ..render.save import save_one
from . import answer, drawing, executed_option, source


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``opscope render``."""
    source.add(parser)
    parser.add_argument(
        "-o", "--output", metavar="FILE", action="append", required=True,
        help=f"file to write, may be repeated; its suffix sets the format: {' '.join(outputs())}",
    )  # fmt: skip
    executed_option.add(parser)
    drawing.add(parser)


def run(options: argparse.Namespace) -> None:
    """Write all files that are asked for, and print their paths."""
    drawn = drawing.chosen(options)
    # Before the long trace, so that a wrong suffix or an option that changes nothing is reported at once.
    heeded.require_heeded(drawn, [suffix_of(path) for path in options.output])
    graph = source.graph(options)
    executed_option.ran_or_written(graph, options)  # before the first file, if that is not known
    for path in options.output:
        with answer.working(f"drawing {path}"):
            written = save_one(graph, path, drawn, executed=options.executed)
        answer.say(str(written))
