"""Draw a model and open its interactive page in the browser.

$ opscope show tagger.py:model --input None,40,32
"""

from __future__ import annotations

import argparse

from ..render import heeded
from . import answer, drawing, executed_option, source


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``opscope show``."""
    source.add(parser)
    executed_option.add(parser)
    drawing.add(parser)


def run(options: argparse.Namespace) -> None:
    """Write the page to a temporary file, print its path, and open it if there is a display."""
    from .. import notebook

    drawn = drawing.chosen(options)
    heeded.require_heeded(drawn, [".html"])  # before the long trace
    graph = source.graph(options)
    executed_option.ran_or_written(graph, options)
    with answer.working("drawing"):
        path = notebook.page_file(graph, drawn, executed=options.executed)
    notebook.view(path, say=answer.say)
