"""Compares two graphs: what is the same in both, what is not, and what a person would say about it.

In the order in which they work: `sources` makes graphs of what is given, `columns` puts both side by side, `matching` finds what
corresponds, `comparing` lists what is not the same, `wiring` looks at single inputs, `story` tells it as a person would. The result is
a `Difference`, of the values in `model`; `applying` makes the other graph of it, `difference_json` writes and reads it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..suggestions import suggesting

if TYPE_CHECKING:
    from .difference import Difference

__all__ = ["diff"]


@suggesting
def diff(a: Any, b: Any) -> "Difference":
    """What is not the same in two models.

    Args:
        a: a `Graph`, the path of a file that `load` reads, or a live model or function that `trace` takes without inputs.
        b: the other one.

    Raises:
        LoadError, TraceError: as `load` and `trace`.
    """
    from .differing import difference
    from .sources import graph_of

    return difference(graph_of(a), graph_of(b))
