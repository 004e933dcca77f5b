"""Write a picture, DOT, JSON or text of a model.

$ opscope render tagger.py:model --input None,40,32 -o tagger.svg
$ opscope render graph.pb -o graph.png --depth 2
"""

from __future__ import annotations

import argparse
from pathlib import Path

from ..render.registry import output_for, outputs
from ..render.save import save
from . import answer, drawing, source


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``opscope render``."""
    source.add(parser)
    parser.add_argument(
        "-o", "--output", metavar="FILE", action="append", required=True,
        help=f"file to write, may be repeated; its suffix sets the format: {' '.join(outputs())}",
    )  # fmt: skip
    drawing.add(parser)


def run(options: argparse.Namespace) -> None:
    """Write all files that are asked for, and print their paths."""
    for path in options.output:
        output_for(Path(path).suffix)  # so that a wrong suffix is reported before the long trace
    drawn = drawing.chosen(options)
    graph = source.graph(options)
    for path in options.output:
        with answer.working(f"drawing {path}"):
            written = save(graph, path, drawn)
        answer.say(str(written))
