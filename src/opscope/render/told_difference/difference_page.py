"""The page of a difference: the changes as a list, one drawing of both graphs, and what is selected on both sides."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Dict, List

from ...diff.union import union
from ..page.difference_columns import ComparedGraphs
from ..page.html import html
from .difference_picture import drawn_difference, facts_line
from .difference_words import figure_line, told_figures, unclaimed_line, verdict

if TYPE_CHECKING:
    from ...diff.difference import Difference
    from ...diff.model import GraphHead
    from ...graph.graph import Graph


def difference_html(difference: "Difference", *, theme: str = "auto") -> str:
    """The page as HTML text; see `page.html.html`.

    Raises:
        InputError: the difference was read from JSON, so that no graph is at hand.
    """
    both = union(difference, every_wire=False)
    compared = ComparedGraphs(difference, both, facts_line(difference), _told(difference))
    return html(both.graph, sources=True, theme=theme, overview=drawn_difference(difference, both), compared=compared)


def _told(difference: "Difference") -> Dict[str, Any]:
    """What the page says of the whole difference."""
    figures = [figure_line(figure) for figure in told_figures(difference)]
    unclaimed = unclaimed_line(difference)
    return {
        "same": difference.same,
        "verdict": verdict(difference),
        "figures": [*figures, *([unclaimed] if unclaimed else [])],
        "graphs": [_graph_rows(head, graph) for head, graph in _sides(difference)],
    }


def _sides(difference: "Difference") -> "List[tuple[GraphHead, Graph]]":
    assert difference.a is not None
    assert difference.b is not None
    return [(difference.head_a, difference.a), (difference.head_b, difference.b)]


def _graph_rows(head: "GraphHead", graph: "Graph") -> Dict[str, str]:
    """What is told of one of the graphs, by what it is called."""
    makers = {
        f"{name[:1].upper()}{name[1:]}" if name != "tensorflow" else "TensorFlow": version
        for name, version in head.producer.items()
    }
    own = {
        "Name": head.name,
        "Ops": f"{head.ops:,}",
        "Groups": f"{head.groups:,}",
        "Variables": f"{head.variables:,}",
        "Parameters": f"{graph.parameters:,}",
    }
    return {"Name": head.name, **makers, **own}  # what made a graph may be called anything, also as one of these
