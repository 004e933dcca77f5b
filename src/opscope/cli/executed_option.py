"""``--executed``: show what TensorFlow ran, and not what was written."""

from __future__ import annotations

import argparse

from ..graph.graph import Graph
from ..graph.what_ran import ran_of


def add(parser: "argparse.ArgumentParser | argparse._ArgumentGroup", words: str = "") -> None:
    """Add ``--executed``."""
    parser.add_argument(
        "--executed", action="store_true",
        help=words or "show the ops that TensorFlow ran, not those that were written; of a .json that profile --executed wrote. A page has both",
    )  # fmt: skip


def ran_or_written(graph: Graph, options: argparse.Namespace) -> Graph:
    """The graph that is to be shown.

    Raises:
        InputError: it is the one that ran, which is not known.
    """
    return ran_of(graph) if options.executed else graph
