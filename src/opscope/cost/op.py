"""`Op`: what a cost formula sees of one op (shapes, attributes, sizes in bytes), and `Work`: what the formula gives."""

from __future__ import annotations

from typing import Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Sequence, Union

from ..graph.table import NodeTable
from ..graph.types import CONTROL
from ..shapes.budget import Unknown
from ..shapes.tensor import Dims, Tensor, product

_BYTES = {
    "float32": 4, "float64": 8, "float16": 2, "bfloat16": 2, "int8": 1, "uint8": 1, "int16": 2, "uint16": 2,
    "int32": 4, "uint32": 4, "int64": 8, "uint64": 8, "bool": 1, "complex64": 8, "complex128": 16,
    "qint8": 1, "quint8": 1, "qint16": 2, "quint16": 2, "qint32": 4,
    "float8_e5m2": 1, "float8_e4m3fn": 1, "float8_e4m3fnuz": 1, "float8_e4m3b11fnuz": 1, "float8_e5m2fnuz": 1,
}  # fmt: skip
"""Bytes of one element, for the dtypes whose elements all have the same size."""
_HANDLES = frozenset({"resource", "variant"})
"""Dtypes of references to something that lies elsewhere."""


def element_bytes(dtype: str) -> Optional[int]:
    """Bytes of one element; 0 for handles, ``None`` for strings and for dtypes without a fixed size."""
    dtype = dtype[:-4] if dtype.endswith("_ref") else dtype  # TensorFlow 1's variables hand out ``float32_ref``
    return 0 if dtype in _HANDLES else _BYTES.get(dtype)


def tensor_bytes(tensor: Tensor) -> int:
    """Bytes of a tensor; raises `Unknown` where its shape or the size of its elements is not known."""
    size = element_bytes(tensor[0])
    if size == 0:
        return 0
    if size is None or tensor[1] is None:
        raise Unknown
    return size * product(tensor[1])


class Op:
    """One op as a formula sees it. Asking for something that is not known raises `Unknown`, so that formulas need not check."""

    __slots__ = ("_attrs", "_known", "_table", "row")

    def __init__(self, table: NodeTable, known: Sequence[Sequence[Tensor]], row: int) -> None:
        self._table = table
        self._known = known
        self._attrs: Optional[Dict[str, Any]] = None
        self.row = row

    @property
    def kind(self) -> str:
        """The op type."""
        return self._table.ops[self.row]

    @property
    def inputs(self) -> List[Tensor]:
        """The tensors on the data inputs, in order; one of which nothing is known has the dtype ``unknown``."""
        table, tensors = self._table, []
        for edge in range(table.edge_start[self.row], table.edge_start[self.row + 1]):
            output = table.edge_output[edge]
            if output != CONTROL:
                types = self._known[table.edge_node[edge]]
                tensors.append(types[output] if output < len(types) else ("unknown", None))
        return tensors

    @property
    def outputs(self) -> Sequence[Tensor]:
        """The tensors on the outputs."""
        return self._known[self.row]

    def shape_in(self, index: int) -> Dims:
        """The shape of one data input."""
        return _known_shape(self.inputs, index)

    def shape_out(self, index: int = 0) -> Dims:
        """The shape of one output."""
        return _known_shape(self.outputs, index)

    def size_in(self, index: int) -> int:
        """The number of elements of one data input."""
        return product(self.shape_in(index))

    def size_out(self, index: int = 0) -> int:
        """The number of elements of one output."""
        return product(self.shape_out(index))

    def attr(self, name: str, default: Any = None) -> Any:
        """One attribute as a plain value; `default` where the node has none."""
        value = self.attributes().get(name)
        return default if value is None else value

    def attributes(self) -> Mapping[str, Any]:
        """All attributes as plain values."""
        if self._attrs is None:
            self._attrs = self._table.attrs(self.row)
        return self._attrs

    def channels_last(self) -> bool:
        """Whether the data format puts channels last (the default of every op that has the attribute)."""
        return not str(self.attr("data_format", "NHWC")).startswith("NC")


class Work(NamedTuple):
    """What one execution of an op computes."""

    flops: float
    """Floating point operations; a multiply-add counts 2."""
    macs: float = 0.0
    """The multiply-adds among them, if the op is a contraction (a matrix product, a convolution). They are 0 for all
    other ops, whatever these multiply and add."""


Formula = Callable[[Op], Union[Work, float, None]]
"""What one execution of an op computes; a plain number is the FLOPs of an op that is no contraction.

It raises `Unknown` where that depends on something that is not known, and gives ``None`` where there is no formula for an op with
such attributes.
"""


def _known_shape(tensors: Sequence[Tensor], index: int) -> Dims:
    if index >= len(tensors) or tensors[index][1] is None:
        raise Unknown
    shape = tensors[index][1]
    assert shape is not None
    return shape
