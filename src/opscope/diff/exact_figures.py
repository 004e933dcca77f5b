"""Which exact figures are not the same: parameters, and costs where both graphs were estimated for one batch size."""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, Optional, Tuple

from .model import FigureDelta, Matches

if TYPE_CHECKING:
    from ..graph.types import Cost, GraphCost
    from .sides import GraphSide

_QUANTITIES = ("flops", "macs", "bytes")


def exact_figures(a: "GraphSide", b: "GraphSide", matches: Matches) -> Iterator[FigureDelta]:
    """The figures of the whole graphs, and of the groups that correspond, as far as both sides know them."""
    yield from _differing("", "parameters", a.graph.parameters, b.graph.parameters)
    are_alike = _are_alike(a.graph.cost, b.graph.cost)
    if are_alike:
        for quantity in _QUANTITIES:
            yield from _differing("", quantity, *[getattr(side.graph.cost, quantity) for side in (a, b)])
    for row, other in enumerate(matches.groups):
        if other < 0:
            continue
        one, two = a.groups[row], b.groups[other]
        yield from _differing(two.path, "parameters", one.parameters, two.parameters)
        if are_alike and one.cost is not None and two.cost is not None:
            yield from _costs(two.path, one.cost, two.cost)


def _costs(path: str, one: "Cost", two: "Cost") -> Iterator[FigureDelta]:
    if one.per == two.per:
        for quantity in _QUANTITIES:
            yield from _differing(path, quantity, getattr(one, quantity), getattr(two, quantity))


def _are_alike(one: "Optional[GraphCost]", two: "Optional[GraphCost]") -> bool:
    """Whether both graphs were estimated, and for the same number of samples."""
    if one is None or two is None:
        return False
    pair: Tuple[object, object] = (one.batch, one.per_sample), (two.batch, two.per_sample)
    return pair[0] == pair[1] and one.per == two.per


def _differing(path: str, quantity: str, a: Optional[float], b: Optional[float]) -> Iterator[FigureDelta]:
    if a is not None and b is not None and a != b:
        yield FigureDelta(path, quantity, a, b)
