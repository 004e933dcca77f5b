"""Finds the traced ops that Grappler fused into one executed node.

A fused node has the name of one traced op. The other members are found by walking back from that op through traced ops
that did not run by themselves; the walk ends at ops that did, since these make the tensors that the fused node reads.
An activation behind the op may be a member too.

Between a product and its bias there may be an op that gives the tensor another shape, as in a convolution in one dimension. Grappler
then computes the bias in the product's kernel, and puts that op behind it, under the name of the bias: see `Fusions.views`.
"""

from __future__ import annotations

from typing import Dict, Iterable, List, Mapping, Optional, Sequence, Set, Tuple

from ..graph.buffer_views import VIEWS
from ..graph.content import content_of
from ..graph.graph import Graph
from ..graph.table import Consumers
from ..graph.types import CONTROL
from ..graph.vocabulary import ARGUMENT, FED
from .executed_names import Names

_MOST = 8
"""The walk back ends once it has found more ops than this: Grappler's fusions are of a few ops."""
FUSING_PRODUCTS = frozenset(
    {"MatMul", "BatchMatMul", "BatchMatMulV2", "BatchMatMulV3", "Conv2D", "Conv3D", "DepthwiseConv2dNative"}
)
"""Grappler fuses what comes after one of these with it, and of what comes before the padding only. What else is missing before it was removed: a product with 1."""
GRADIENT_PRODUCTS = frozenset(
    {
        "Conv2DBackpropFilter",
        "Conv2DBackpropInput",
        "Conv3DBackpropFilterV2",
        "Conv3DBackpropInputV2",
        "DepthwiseConv2dNativeBackpropFilter",
        "DepthwiseConv2dNativeBackpropInput",
    }
)
"""Of these nothing before is fused with them either, the padding excepted."""
BEFORE_PRODUCTS = frozenset({"Pad", "PadV2"})
"""What may come before such a product in one kernel with it."""
_NO_KERNELS = FED | {ARGUMENT, "Identity"}
"""Op types that may be an Identity in the executed graph without having been fused into anything."""
_ACTIVATIONS = frozenset({"Relu", "Relu6", "Elu", "LeakyRelu", "Tanh", "Sigmoid"})
_SUMS = frozenset({"Add", "AddV2"})
_BIASES = _SUMS | {"BiasAdd"}
_RESHAPING = frozenset({"Squeeze", "Reshape", "ExpandDims"})
"""What may stand between a product and its bias as written, and behind both when it runs."""
_PLAIN_PREFIXES = ("_MklNative", "_Mkl", "_")
"""What Grappler and oneDNN put before the type of an op that they give another kernel. The longest comes first."""
_PADDING = "PadWith"
"""What oneDNN puts before the type of a convolution that pads its input first."""
_GRAPPLERS = frozenset({"FusedConv2D", "FusedConv3D", "FusedDepthwiseConv2dNative", "FusedMatMul", "FusedBatchNormEx"})
"""Fused ops that Grappler makes, whose type begins with ``_``; oneDNN's kernels of them are named after these."""


def is_fusion(executed: str, traced: str) -> bool:
    """Whether an executed node of type `executed`, named as a traced op of type `traced`, is a fusion.

    ``_FusedConv2D`` with the name of a Relu is one. ``_MklConv2D`` with the name of a Conv2D is the same op with
    another kernel.
    """
    if executed == traced:
        return False
    if executed == "_UnaryOpsComposition":
        return True
    plain = plain_type(executed)
    return ("Fused" in executed and plain != traced) or plain.startswith(("PadWith", "FusedBatchNormEx"))


def plain_type(executed: str) -> str:
    """The type of an executed op without what is put before it when another kernel runs it: ``_MklMatMul`` is a ``MatMul``."""
    prefix = next((prefix for prefix in _PLAIN_PREFIXES if executed.startswith(prefix)), "")
    return executed[len(prefix) :]


def unprefixed_kernel(executed: str) -> str:
    """The op type that a kernel of oneDNN computes, as users or Grappler call it: of any other op its own type.

    A kernel that pads first gets what it pads as its first input and has the filter in the same place.

    >>> unprefixed_kernel("_MklNativeFusedConv2D"), unprefixed_kernel("_MklMatMul"), unprefixed_kernel("_MklNativePadWithConv2D")
    ('_FusedConv2D', 'MatMul', 'Conv2D')
    >>> unprefixed_kernel("_FusedMatMul"), unprefixed_kernel("Relu")
    ('_FusedMatMul', 'Relu')
    """
    if not executed.startswith("_Mkl"):
        return executed
    plain = plain_type(executed)
    plain = plain[len(_PADDING) :] if plain.startswith(_PADDING) else plain
    return f"_{plain}" if plain in _GRAPPLERS else plain


class Fusions:
    """Finds the members of fused nodes.

    `ran` has the row of each op that has an event, with the type under which it ran; `optimised` the names and types of the nodes that
    may have run, if that is known.
    """

    def __init__(
        self, graph: Graph, optimised: Optional[Mapping[str, str]], names: Names, ran: Iterable[Tuple[int, str]]
    ) -> None:
        self._graph = graph
        self._table = content_of(graph).table
        self._optimised = optimised
        self._types: Dict[int, Set[str]] = {}
        """Op that ran -> the types of what ran under its name."""
        for row, op in ran:
            self._types.setdefault(row, set()).add(op)
        self._identities: Set[int] = set()
        """Ops that Grappler replaced by an Identity: what they computed was not needed, or another node does it."""
        self._consumers: Optional[Consumers] = None
        if optimised is not None:
            self._note(optimised, names)
        self._ran = set(self._types)
        self.views: Dict[int, int] = {}
        """Bias in the kernel of its product -> the op between the two as written, which ran behind the kernel by the name of the bias."""
        self._biases: Dict[int, int] = {}
        """Product -> such a bias."""
        self._find_views()

    def _note(self, optimised: Mapping[str, str], names: Names) -> None:
        """Ops in the optimised graph ran, even if too cheap to be reported; those turned into an Identity did not."""
        for name, op in optimised.items():
            row = names.find(name, op)
            if row is None:
                continue
            if op == "Identity" and self._table.ops[row] not in _NO_KERNELS:
                self._identities.add(row)
            elif self._table.names[row] == name:  # not a node that was made of the op and has a name like it
                self._types.setdefault(row, set()).add(op)

    def _find_views(self) -> None:
        """An op that only reshapes, by the name of a bias: it is the one that the bias read, if the product before it ran as a kernel of several ops."""
        ops = self._table.ops
        for row, types in self._types.items():
            view = self._first_source(row) if ops[row] in _BIASES and types & _RESHAPING else -1
            product = self._first_source(view) if view >= 0 and ops[view] in types and view not in self._ran else -1
            if product >= 0 and any(is_fusion(op, ops[product]) for op in self._types.get(product, ())):
                self.views[row] = view
                self._biases[product] = row

    def _first_source(self, row: int) -> int:
        """What makes an op's first input; -1 if it has none."""
        return next((edge.node for edge in self._table.data_inputs(row)), -1)

    def row_of(self, row: int, executed: str) -> int:
        """The op that something of type `executed` is which ran by the name of the op at `row`: mostly that one."""
        return self.views.get(row, row) if executed in _RESHAPING else row

    def members(self, row: int) -> Tuple[int, ...]:
        """All traced ops in the fused node named as the op at `row`, that op included, in the order of the table."""
        found: List[int] = [row]
        waiting = [row]
        # Back through the inputs, the op's own first.
        while waiting and len(found) <= _MOST:
            for source in self._swallowed(waiting.pop()):
                if source not in found:
                    found.append(source)
                    waiting.append(source)
        found.extend(self._activation(row))
        if row in self._biases:
            found.append(self._biases[row])
        return tuple(sorted(set(found)))

    def _swallowed(self, row: int) -> List[int]:
        """The producers of an op's inputs that did not run by themselves.

        Constants, reads and reshapes do not count.
        """
        table, sources = self._table, []
        first = table.ops[row] in FUSING_PRODUCTS | GRADIENT_PRODUCTS
        for edge in range(table.edge_start[row], table.edge_start[row + 1]):
            source = table.edge_node[edge]
            if table.edge_output[edge] == CONTROL or source in self._ran or table.ops[source] in VIEWS:
                continue
            if not first or table.ops[source] in BEFORE_PRODUCTS:
                sources.append(source)
        return sources

    def behind(self, row: int, activation: str, *, summed: bool) -> Tuple[int, ...]:
        """The ops behind a batch normalisation that its kernel computes as well, as the kernel's attributes say.

        An activation of this type, and before that a sum with another tensor if `summed`. Empty where it is not clear which these are.
        """
        found = [row]
        for kinds in [_SUMS, {activation}] if summed else [{activation}]:
            readers = {
                each for each in self._readers(found[-1]) if self._table.ops[each] in kinds and each not in self._ran
            }
            if len(readers) != 1:
                return ()
            found.append(readers.pop())
        return tuple(found[1:])

    def _activation(self, row: int) -> List[int]:
        """The activations that use the op's output and became an Identity, as after a fused batch normalisation."""
        if not self._identities:
            return []
        ops = self._table.ops
        return [reader for reader in self._readers(row) if reader in self._identities and ops[reader] in _ACTIVATIONS]

    def _readers(self, row: int) -> Sequence[int]:
        if self._consumers is None:
            self._consumers = self._table.consumers()
        return self._consumers[row]
