"""Finds which inputs of the products of an attention are its queries, keys and values."""

from __future__ import annotations

from typing import Dict, Iterator, List, Optional, Set, Tuple

from ...graph.attrs import text_of
from ...graph.content import content_of
from ...graph.graph import Graph
from ...passes.flow import TensorRef
from ...passes.rewire import origin, passing
from ..scene.seen_op import is_weight

QUERY, KEY, VALUE = "q", "k", "v"
_SOFTMAX = "Softmax"
_MULTIPLIED = frozenset({"MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"})
_PRODUCTS = _MULTIPLIED | {"Einsum"}
_ELEMENT_BY_ELEMENT = frozenset(
    "Add AddV2 BiasAdd Sub Mul RealDiv Maximum Minimum Select SelectV2 Where Cast Identity StopGradient Tanh".split()
)
"""What scales scores, hides some or drops some: each element stays where it is."""
_MOST_OPS = 24
"""So many ops are looked at between a softmax and a product."""


def attention_roles(graph: Graph) -> Dict[Tuple[int, int], str]:
    """For ops and their data inputs what an attention calls these: ``q`` and ``k`` of the scores, ``v`` of what they weigh.

    An attention is a product of two tensors, a softmax over its last axis, and a product of that with a third tensor; between them only stands what works
    element by element. The keys are those along which the softmax goes. What multiplies by a weight is none: that is a layer.
    """
    table = content_of(graph).table
    if _SOFTMAX not in set(table.ops):
        return {}
    finder = _Finder(graph)
    found: Dict[Tuple[int, int], str] = {}
    for row, op in enumerate(table.ops):
        if op in _PRODUCTS:
            found.update(finder.of(row))
    return found


class _Finder:
    """Follows the tensors of one graph."""

    def __init__(self, graph: Graph) -> None:
        self._table, self._passed = content_of(graph).table, passing(graph)

    def of(self, product: int) -> Iterator[Tuple[Tuple[int, int], str]]:
        """The roles of an attention whose last product an op is."""
        operands = self._operands(product)
        weighing = [self._found_behind(operand, {_SOFTMAX}) for operand in operands]
        if sum(map(bool, weighing)) != 1:
            return
        place = 0 if weighing[0] else 1
        if len(weighing[place]) != 1 or is_weight(self._table, operands[1 - place][0]):
            return
        (softmax,) = weighing[place]
        taken = self._inputs(softmax)
        scores = self._found_behind(taken[0], _PRODUCTS) if taken else set()  # a damaged file may have one of nothing
        keys = self._keys(next(iter(scores))) if len(scores) == 1 else None
        if keys is None:
            return
        (made,) = scores
        yield (product, 1 - place), VALUE
        yield (made, keys), KEY
        yield (made, 1 - keys), QUERY

    def _inputs(self, node: int) -> List[TensorRef]:
        return [origin(self._table, *edge, self._passed) for edge in self._table.data_inputs(node)]

    def _operands(self, product: int) -> List[TensorRef]:
        """What a product multiplies, if it is two tensors."""
        found = self._inputs(product)
        return found if len(found) == 2 else []

    def _found_behind(self, tensor: TensorRef, wanted: "Set[str] | frozenset[str]") -> Set[int]:
        """The ops of some types from which a tensor is made element by element; none if there are too many ops to tell."""
        found: Set[int] = set()
        waiting, seen = [tensor[0]], {tensor[0]}
        while waiting:
            if len(seen) > _MOST_OPS:
                return set()
            node = waiting.pop()
            op = self._table.ops[node]
            if op in wanted:
                found.add(node)
            elif op in _ELEMENT_BY_ELEMENT:
                before = {source for source, _ in self._inputs(node)} - seen
                seen |= before
                waiting += sorted(before)
        return found

    def _keys(self, product: int) -> Optional[int]:
        """Which operand of the scores is the keys: the one that the last axis comes from. ``None`` if one is a weight, or for other products."""
        operands = self._operands(product)
        if not operands or any(is_weight(self._table, node) for node, _ in operands):
            return None
        if self._table.ops[product] in _MULTIPLIED:
            return 1  # columns of a product are those of its second factor, whether that is transposed or not
        taken, _, given = text_of(self._table.attrs(product), "equation").replace(" ", "").partition("->")
        with_last = [place for place, letters in enumerate(taken.split(",")) if given[-1:] and given[-1] in letters]
        return with_last[0] if len(with_last) == 1 else None
