"""Compares two graphs: what is the same in both, what is not, and what a person would say about it.

In the order in which they work: `sources` makes graphs of what is given, `sides` puts both side by side, `matching` finds what
corresponds (`conversion` where a tool made one of the other), `comparing` lists what is not the same, `rewired_inputs` looks at single inputs, `story` tells it as a person would. The result is
a `Difference`, of the values in `model`; `applying` makes the other graph of it, `difference_json` writes and reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal, Optional

from ..suggestions import suggesting

if TYPE_CHECKING:
    from .difference import Difference
    from .leaving_out import Words

__all__ = ["diff"]


@suggesting
def diff(
    a: Any,
    b: Any,
    *,
    ignore: "Words" = (),
    only: Optional[Literal["layers", "ops", "variables"]] = None,
    executed: bool = False,
) -> "Difference":
    """What is not the same in two models, and what a person would say about it.

    What corresponds is found by identity, structure and neighbourhood, so that a renamed layer, a moved block or an inserted layer
    come out as that. ``diff(b, a)`` is ``diff(a, b)`` turned round.

    Args:
        a: a `Graph`, the path of a file that `load` reads, or a live model or function that `trace` takes without inputs.
        b: the other one.
        ignore: what is not compared, in one text with commas or as several: ``"names"``, ``"source"``, ``"shapes"``, ``"dtypes"``,
            ``"attrs"``, ``"settings"``, ``"device"``, ``"figures"`` (costs and measurements), ``"order"``; or ``"layers"``, ``"ops"``,
            ``"variables"`` as a whole.
        only: compare only these.
        executed: compare what TensorFlow ran of both (`Graph.executed`), and not what was written.

    Raises:
        InputError: there is no such word, or what ran of one of them is not known.
        LoadError, TraceError: as `load` and `trace`.
    """
    from .differing import difference
    from .leaving_out import ignored_words
    from .sources import as_it_ran, graph_from

    ignored = ignored_words(ignore, only)
    graphs = [graph_from(a), graph_from(b)]
    if executed:
        graphs = [as_it_ran(graph, which) for graph, which in zip(graphs, "ab")]
    return difference(graphs[0], graphs[1], ignored)
