"""Says of the ops of an attention what they are there: which product makes the scores, which weighs the values, that a scale is 1/\u221a32."""

from __future__ import annotations

from math import isclose, sqrt
from typing import Dict, Iterator, List, Mapping, NamedTuple, Optional, Tuple

from ...graph.attrs import is_set, text_of
from ...graph.content import content_of
from ...graph.graph import Graph
from ...graph.vocabulary import chain
from ...passes.flow import TensorRef
from ...passes.rewire import origin, passing
from ..scene.seen_op import SeenOp
from ..scene.setting_values import is_number
from .attention_roles import KEY, QUERY, VALUE, attention_roles

SCORES, WEIGHED = f"{QUERY} \u00b7 {KEY}", f"\u00b7 {VALUE}"
"""Behind the sign of a product: of the queries by the keys, and of what the softmax makes of that by the values."""
_MULTIPLYING, _DIVIDING = "Mul", frozenset({"RealDiv", "Div"})
_TURNED = (("adj_x", "transpose_a"), ("adj_y", "transpose_b"))
"""What is set where a product takes its first or its second factor with the last two axes exchanged."""
_AXES = 4
"""Of scores, queries, keys and values where there are heads."""
_AS_EXACT = 1e-5
"""A scale is the root that it is next to: a float32 has seven digits, and some write a few less."""


class AttentionWords(NamedTuple):
    """What ops of attentions say."""

    products: Dict[int, str]
    """Behind the sign of a product."""
    scales: Dict[int, str]
    """In place of its factor: by what queries, keys or scores are multiplied."""
    groups: Dict[int, str]
    """Group without a class that is an attention -> how many heads it has, and of which size: ``attention, 4 heads × 16``."""


NO_ATTENTION = AttentionWords({}, {}, {})


def attention_words(graph: Graph) -> AttentionWords:
    """The words of the attentions of a graph, right for all graphs that differ only in which groups are closed."""
    roles = attention_roles(graph)
    products = {row: WEIGHED if role == VALUE else SCORES for (row, _), role in roles.items()}
    return AttentionWords(
        products, attention_scales(graph, roles) if roles else {}, _groups(graph, roles) if roles else {}
    )


def _groups(graph: Graph, roles: Mapping[Tuple[int, int], str]) -> Dict[int, str]:
    """The groups without a class in which an attention is, from the scores to what is made of the values."""
    content = content_of(graph)
    homes = content.node_group
    weighing = {homes[row] for (row, _), role in roles.items() if role == VALUE}
    holding = {around for home in weighing for around in chain(content.groups, home)}
    found: Dict[int, str] = {}
    for (row, place), role in roles.items():
        around = chain(content.groups, homes[row]) if role == QUERY else ()
        group = next((each for each in around if each in holding), None)
        if group is not None and not content.groups[group].cls and group not in content.view.made:
            heads = heads_of(graph, row, place)
            found[group] = f"attention, {heads}" if heads else "attention"
    return found


def heads_of(graph: Graph, row: int, place: int) -> str:
    """``4 heads × 16`` where scores (batch, heads, queries, keys) are made of queries with 16 features; empty where that is not plain."""
    types, queries = content_of(graph).table.outputs[row], SeenOp(graph, row).shape(place)
    scores = types[0].shape if types else None
    if scores is None or queries is None or len(scores) != _AXES or len(queries) != _AXES:
        return ""
    taken, given = _equation(graph, row)
    if given and not all(given[1:2] in letters for letters in taken):
        return ""
    heads, size = scores[1], _features(graph, row, place)
    return f"{heads} heads \u00d7 {size}" if heads and size and heads > 1 else ""


def _equation(graph: Graph, row: int) -> Tuple[List[str], str]:
    """The letters of the axes of what a product takes, and of what it gives; empty where it has no equation."""
    taken, _, given = text_of(content_of(graph).table.attrs(row), "equation").replace(" ", "").partition("->")
    return taken.split(","), given


def _features(graph: Graph, row: int, place: int) -> Optional[int]:
    """How many features an operand of the scores has: the length of the axis over which their product sums, if that is known and one."""
    shape, attrs = SeenOp(graph, row).shape(place) or (), content_of(graph).table.attrs(row)
    taken, given = _equation(graph, row)
    if not given:
        turned = any(is_set(attrs, name) for name in _TURNED[place])
        axis = -1 if turned == (place == 1) else -2
    else:
        letters = taken[place] if place < len(taken) else ""
        summed = [number - len(letters) for number, letter in enumerate(letters) if letter not in given]
        if len(summed) != 1 or "." in letters[summed[0] :]:
            return None
        (axis,) = summed
    return shape[axis] if len(shape) >= -axis else None


def attention_scales(graph: Graph, roles: Mapping[Tuple[int, int], str]) -> Dict[int, str]:
    """The ops that multiply queries, keys or scores by 1 by the root of their number of features."""
    table, passed = content_of(graph).table, passing(graph)
    found: Dict[int, str] = {}
    made: Dict[TensorRef, int] = {}
    sizes: Dict[int, int] = {}
    """Op -> the number of features of the queries that it takes, makes, or makes scores of."""
    for (row, place), role in roles.items():
        size = _features(graph, row, place) if role != VALUE else None
        if size is None or size < 1:  # of no features there is no root
            continue
        made[(row, 0)] = size
        sizes[origin(table, *table.data_inputs(row)[place], passed)[0]] = size
    for row, op in enumerate(table.ops):
        if op != _MULTIPLYING and op not in _DIVIDING:
            continue
        taken = [origin(table, *edge, passed) for edge in table.data_inputs(row)]
        size = next((made[each] for each in taken if each in made), sizes.get(row))
        scale = next(_scales(graph, row, op), None) if size is not None else None
        if size is not None and scale is not None and isclose(scale, 1.0 / sqrt(size), rel_tol=_AS_EXACT):
            found[row] = f"\u00d7 1/\u221a{size}"
    return found


def _scales(graph: Graph, row: int, op: str) -> Iterator[float]:
    """What an op multiplies by, where that is one constant number."""
    places: Tuple[int, ...] = (1,) if op in _DIVIDING else (0, 1)
    for place in places:
        values: Optional[List[object]] = SeenOp(graph, row).constant(place)
        if values is not None and len(values) == 1 and is_number(values[0]) and values[0]:
            number = float(values[0])  # type: ignore[arg-type]
            yield 1.0 / number if op in _DIVIDING else number
