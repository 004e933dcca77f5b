"""Says an attention in a formula by its parts: what makes ``q``, ``k`` and ``v``, and what is done from the scores to the values.

``12 heads × 64 · q, k, v: Dense 768 of input each · q·k → × 1/√64 → softmax → ·v`` is a line where the nested formula is six.
"""

from __future__ import annotations

import re
from typing import Dict, List, Mapping, NamedTuple, Optional, Sequence, Tuple

from ...graph.graph import Graph
from ..scene.items import Box, Card, ChainRow
from .attention_roles import KEY, QUERY, VALUE, attention_roles
from .attention_words import attention_scales, heads_of

SCORES_TOLD, WEIGHED_TOLD = f"{QUERY}\u00b7{KEY}", f"\u00b7{VALUE}"
"""The two products. Without spaces: lines are broken at those."""
IN_PARTS = f"parts {QUERY}, {KEY}, {VALUE}"
"""Where the three are parts of one tensor."""
_HEADS_APART = re.compile(r"(reshape|transpose|unstack|split|part|expand dims|squeeze)\b")
"""What brings heads into an axis of their own, or back: the number of heads tells it."""
_ENTERS = re.compile(r"input( \d+)?|part \d+")
"""A tensor that is made elsewhere: the same one where several are it."""
_ARROW = " \u2192 "


class Attentions(NamedTuple):
    """The attentions of a graph, by ops."""

    roles: Mapping[Tuple[int, int], str]
    heads: Mapping[int, str]
    """Op that makes scores -> how many heads there are: ``12 heads × 64``; only where it is known."""
    scales: Mapping[int, str]
    """Op -> by what it multiplies: ``× 1/√64``."""


NO_ATTENTIONS = Attentions({}, {}, {})


def attentions(graph: Graph) -> Attentions:
    """The attentions of a graph, right for all graphs that differ only in which groups are closed."""
    roles = attention_roles(graph)
    if not roles:
        return NO_ATTENTIONS
    heads = {row: heads_of(graph, row, place) for (row, place), role in roles.items() if role == QUERY}
    return Attentions(roles, {row: told for row, told in heads.items() if told}, attention_scales(graph, roles))


class AttentionPlaces(NamedTuple):
    """Which children of a card are the two products of an attention."""

    scores: int
    weighing: int
    query: int
    """Which of the two operands of the scores is the queries."""
    values: int
    """Which of the two operands of the other product is the values."""
    heads: str


def attention_of(card: Card, found: Attentions) -> Optional[AttentionPlaces]:
    """The attention of a card; ``None`` if it has none, or several, or if something else stands before a product in its row."""
    begins: Dict[int, int] = {}
    for child, item in enumerate(card.children):
        first = item.cells[0].item if isinstance(item, ChainRow) and not item.cells[0].before else item
        if isinstance(first, Box):
            begins[first.node] = child
    scores = [(row, place) for (row, place), role in found.roles.items() if role == QUERY and row in begins]
    weighing = [(row, place) for (row, place), role in found.roles.items() if role == VALUE and row in begins]
    if len(scores) != 1 or len(weighing) != 1:
        return None
    ((made, query),) = scores
    ((taken, values),) = weighing
    return AttentionPlaces(begins[made], begins[taken], query, values, found.heads.get(made, ""))


def made_of(operands: Sequence[Tuple[str, Sequence[str]]], heads: bool) -> List[str]:
    """What makes the queries, keys and values: those that are made alike are told together.

    Args:
        operands: for each its name and the steps that make it, the tensor that they begin with included.
        heads: whether it is told how many heads there are, which says what some steps do.

    >>> made_of([("q", ["input", "Dense 8"]), ("k", ["input", "Dense 8", "reshape to (1, 8)"]), ("v", ["input 2"])], True)
    ['q, k: Dense 8 of input each', 'v: input 2']
    """
    names: Dict[str, List[str]] = {}
    for name, steps in operands:
        names.setdefault(_made(without_heads(steps) if heads else steps), []).append(name)
    return [
        f"{', '.join(alike)}: {made}{' each' if len(alike) > 1 and not _ENTERS.fullmatch(made) else ''}"
        for made, alike in names.items()
    ]


def without_heads(steps: Sequence[str]) -> List[str]:
    """Steps without those that only bring heads into an axis of their own, or back."""
    return [step for step in steps if not _HEADS_APART.match(step)]


def _made(steps: Sequence[str]) -> str:
    first, *then = steps or ["as is"]
    return f"{_ARROW.join(then)} of {first}" if then else first
