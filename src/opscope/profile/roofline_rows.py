"""Which layers a plot of the roofline shows, the picture and the page alike, and what is said of those that it cannot show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, List, NamedTuple

from ..graph.content import content_of
from .roofline import RooflineFigures, layer_rooflines
from .tables import layer_names, tables, untimed_rows

if TYPE_CHECKING:
    from ..graph.graph import Graph

_MOST_ROWS = 1_000_000
"""All rows of the table of layers."""


class RooflineRows(NamedTuple):
    """The rows of the table of layers, as a plot on logarithmic axes shows them."""

    drawn: Dict[str, RooflineFigures]
    left_out: str
    """How many are not drawn and why, in words; empty if all are."""


def roofline_rows(graph: "Graph") -> RooflineRows:
    """The rows of a measured graph that has peaks. What computes nothing, or moves nothing, has no place on such axes."""
    found = layer_rooflines(graph)
    drawn = {name: each for name, each in found.items() if each.intensity and each.flops}
    idle = [name for name in found if name not in drawn]
    unknown = [row["name"] for row in tables(graph, top=_MOST_ROWS).get("layers", []) if row["name"] not in found]
    names, home = layer_names(graph), content_of(graph).node_group
    untimed = sorted({names[home[row]] for row in untimed_rows(graph)})
    layers = {group.path for group in content_of(graph).groups if group.is_call or group.of is not None}
    said = [
        f"{_counted(idle, layers)} that compute{'s' if len(idle) == 1 else ''} nothing" if idle else "",
        f"{_counted(unknown, layers)} of which FLOPs or bytes are not known" if unknown else "",
        f"{_counted(untimed, layers)} of which the time is not known" if untimed else "",
    ]
    told = [each for each in said if each]
    listed = " and ".join([", ".join(told[:-1]), told[-1]] if len(told) > 1 else told)
    return RooflineRows(drawn, f"not drawn: {listed}" if told else "")


def _counted(names: List[str], layers: "set[str]") -> str:
    """``2 layers``, or ``1 layer or other part of the step``, since phases and what lies outside of layers are rows as well."""
    noun = f"layer{'' if len(names) == 1 else 's'}"
    if not layers.issuperset(names):
        noun += f" or other part{'' if len(names) == 1 else 's'} of the step"
    return f"{len(names):,} {noun}"
