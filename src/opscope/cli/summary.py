"""Print a summary of a model: layers, ops, parameters, shapes.

$ opscope summary tagger.py:model --input None,40,32
$ opscope summary graph.pb --json
"""

from __future__ import annotations

import argparse
import json

from ..render.report.summary import summarize
from ..render.report.text import text
from ..visible import json_data
from . import answer, source


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``opscope summary``."""
    source.add(parser)
    parser.add_argument(
        "--cost", action="store_true", help="add estimates of FLOPs, MACs, bytes moved and activation memory"
    )
    parser.add_argument(
        "--batch",
        type=int,
        metavar="N",
        help="the batch size for the costs, where a shape begins with None; means --cost too",
    )
    parser.add_argument("--json", action="store_true", help="print the summary as JSON")


def run(options: argparse.Namespace) -> None:
    """Print the summary, at most as wide as the terminal, or as JSON."""
    graph = source.graph(options)
    wanted = {"cost": options.cost, "batch": options.batch}
    if options.json:
        answer.say(json_data(json.dumps(summarize(graph, **wanted), indent=2, ensure_ascii=False)))
    else:
        answer.say(text(graph, **wanted, width=answer.terminal_width()))
