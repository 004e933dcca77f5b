"""Compares two graphs, from the columns of both to the whole `Difference`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Sequence, Tuple

from ..graph.content import content_of
from ..graph.json.write import tail_record
from .comparing import DeltaLists
from .conversion import conversion_between
from .difference import Difference, sorted_lists
from .exact_figures import exact_figures
from .leaving_out import compared_deltas, compared_figures, compared_story, layers_only
from .matching import corresponding, fingerprints
from .measured_figures import with_measured_figures
from .model import Delta, GraphHead, Matches, WireDelta
from .repeats import with_repeats
from .rewired_inputs import wire_deltas
from .sides import GraphSide, sides
from .story import conversion_story, story_of, with_causes
from .story.evidence import Evidence, Lists

if TYPE_CHECKING:
    from ..graph.graph import Graph
    from ..graph.groups import Group


def difference(a: "Graph", b: "Graph", ignored: Sequence[str] = ()) -> Difference:
    """What is not the same in two graphs, without what the words leave out."""
    # The search for what corresponds breaks ties by order. So it always begins at the same one of the two graphs, whichever was
    # given first, and diff(b, a) is exactly diff(a, b) reversed.
    first, second = sides(a, b)
    if _key(first) > _key(second):
        return with_measured_figures(_whole(second, first, ignored)).reversed()
    return with_measured_figures(_whole(first, second, ignored))


def _key(side: GraphSide) -> Tuple[Any, ...]:
    """A key that only equal graphs share, as far as what is matched goes."""
    table = side.table
    groups = [group.path for group in side.groups]
    variables = [variable.object_path for variable in side.variables]
    edges = (table.edge_start.tolist(), table.edge_node.tolist(), table.edge_output.tolist())
    return (len(table), len(groups), table.names, table.ops, groups, variables, *edges)


def _whole(a: GraphSide, b: GraphSide, ignored: Sequence[str]) -> Difference:
    """The whole difference of two graphs."""
    heads = head_of(a.graph), head_of(b.graph)
    conversion = conversion_between(a, b)
    if conversion is not None:
        matches = conversion.matches
        lists = _lists(a, b, matches, ignored)
        evidence = Evidence(a, b, matches, lists)
        story = conversion_story(evidence, conversion)
    else:
        prints = fingerprints(a, b)
        matches = corresponding(a, b, prints)
        lists = _lists(a, b, matches, ignored)
        evidence = Evidence(a, b, matches, lists)
        story = story_of(evidence, prints, heads)
    told = compared_story(story, ignored, (a.groups, b.groups))
    told = told if conversion is not None else with_causes(evidence, told)
    shown = _without(lists, ignored, (a.groups, b.groups)) if ignored else lists
    return with_repeats(sorted_lists(
        Difference(
            *heads, tuple(shown.nodes), tuple(shown.groups), tuple(shown.variables), tuple(shown.edges),
            compared_figures(exact_figures(a, b, matches), ignored),
            story=told, ignored=tuple(ignored), a=a.graph, b=b.graph, matches=matches, conversion=conversion,
        )
    ))  # fmt: skip


def _lists(a: GraphSide, b: GraphSide, matches: Matches, ignored: Sequence[str]) -> Lists:
    comparison = DeltaLists(a, b, matches)
    nodes = compared_deltas(comparison.nodes(), ignored)
    groups, variables = compared_deltas(comparison.groups(), ignored), compared_deltas(comparison.variables(), ignored)
    return Lists(nodes, groups, variables, _edges(a, b, matches, nodes))


def _without(lists: Lists, ignored: Sequence[str], groups: "Tuple[Sequence[Group], Sequence[Group]]") -> Lists:
    """The lists without those that are not compared. Where ops are not, groups that are no layers are not either."""
    if "ops" in ignored:
        lists = Lists([], layers_only(lists.groups, groups), lists.variables, [])
    return Lists(
        lists.nodes,
        () if "layers" in ignored else lists.groups,
        () if "variables" in ignored else lists.variables,
        lists.edges,
    )


def _edges(a: GraphSide, b: GraphSide, matches: Matches, nodes: Sequence[Delta]) -> Tuple[WireDelta, ...]:
    names = b.table.names
    renamed = {a.table.names[row]: names[other] for row, other in enumerate(matches.nodes) if other >= 0}
    kept = set(renamed.values())
    return tuple([wire for delta in nodes for wire in wire_deltas(delta, renamed, kept)])


def head_of(graph: "Graph") -> GraphHead:
    """All of a graph's JSON but its lists."""
    tail = tail_record(graph)
    outputs = tail.get("outputs")
    content = content_of(graph)
    return GraphHead(
        graph.name, graph.producer, tail["measurement"], tail["cost"], None if outputs is None else tuple(outputs),
        len(graph), len(content.groups), len(content.variables),
    )  # fmt: skip
