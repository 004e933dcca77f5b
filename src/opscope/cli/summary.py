"""Print a summary of a model, or of many: layers, ops, parameters, shapes.

$ opscope summary tagger.py:model --input None,40,32
$ opscope summary graph.pb --json
$ opscope summary saved_model/ --full --columns layer,parameters,shape
$ opscope summary models/*.keras
"""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING, List, Optional

from ..errors import InputError
from ..render.report.summary import summarize
from ..render.report.table_of_layers import COLUMNS, chosen_columns
from ..render.report.text import IN_COMMAND, text
from ..visible import json_data
from . import answer, executed_option, many_sources, source

if TYPE_CHECKING:
    from .source_processes import SourceOutcome


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``opscope summary``."""
    source.add_several(parser)
    many_sources.add_jobs(parser)
    parser.add_argument(
        "--cost", action="store_true", help="add estimates of FLOPs, MACs, bytes moved and activation memory"
    )
    parser.add_argument(
        "--batch",
        type=int,
        metavar="N",
        help="the batch size for the costs, where a shape begins with None; means --cost too",
    )
    parser.add_argument("--full", action="store_true", help="list every layer, also those that repeat")
    parser.add_argument(
        "--columns",
        metavar="NAMES",
        help=f"the columns of the table of layers, in this order, separated by commas: {' '.join(COLUMNS)}",
    )
    executed_option.add(
        parser,
        "tell of the ops that TensorFlow ran, not of those that were written; of a .json that profile --executed wrote",
    )
    parser.add_argument(
        "--json",
        action="store_true",
        help="print the summary as JSON, always with every layer; of several sources, a line each",
    )


def run(options: argparse.Namespace) -> int:
    """Print the summary of each source, at most as wide as the terminal, or as JSON."""
    columns = None if options.columns is None else [name.strip() for name in options.columns.split(",")]
    chosen_columns(columns)  # before the work, so that a wrong one is reported at once
    if options.json and (options.full or columns):
        raise InputError(
            f"--json prints every layer with all its figures; leave {'--full' if options.full else '--columns'} out"
        )
    works = [many_sources.one_of(options, each) for each in many_sources.given(options)]
    if len(works) == 1:
        _summarize(works[0], columns)
        return 0
    from .each_source import headed, run_each

    return int(any(run_each(works, _as_one_line if options.json else headed)))


def _as_one_line(source: str, each: "SourceOutcome") -> None:
    """A summary as one line of JSON, which says whose it is: programs read so each as soon as it is there."""
    answer.say(json_data(json.dumps({"source": source, **json.loads(each.out)}, ensure_ascii=False)))


def _summarize(options: argparse.Namespace, columns: Optional[List[str]]) -> None:
    graph = executed_option.ran_or_written(source.graph(options), options)
    wanted = {"cost": options.cost, "batch": options.batch}
    if options.json:
        answer.say(json_data(json.dumps(summarize(graph, **wanted), indent=2, ensure_ascii=False)))
    else:
        said = text(
            graph, **wanted, full=options.full, columns=columns, width=answer.terminal_width(), remedy=IN_COMMAND
        )
        answer.say(said)
