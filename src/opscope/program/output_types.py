"""The dtype and shape of each output of a node, from its op's signature and its attributes.

Nodes of one op type with equal attributes share one tuple of types, since a large graph has few distinct ones.
"""

from __future__ import annotations

from typing import Any, Dict, Iterable, List, Mapping, NamedTuple, Optional, Tuple

from ..errors import LoadError
from ..graph.types import MOST_RANK, Shape, TensorType
from .opdefs import OpSignature
from .packed import MOST_PACKED, unpacked
from .proto import dtype_name

MOST_OUTPUTS = 1 << 16
"""An op has no more outputs than this. A number in an attribute that is larger is cut to it; an input that names a later
output is an error."""
MOST_REPEATED, MOST_REPEATED_EACH = 100_000, 64
"""How many outputs a file may claim through attributes like ``num_split`` or by the numbers of outputs in inputs: 100,000, and
64 more for each of its nodes. An untrusted file can claim thousands with a few bytes, and opscope would make them all."""
_SHAPES = "_output_shapes"
_MOST_ELEMENTS = (1 << 63) - 1  # TensorFlow counts the elements of a tensor in an int64


class Outputs(NamedTuple):
    """What the attributes of a node say of its outputs."""

    types: Tuple[TensorType, ...]
    starts: Mapping[str, int]
    """Name of an output argument -> number of its first output."""
    raw: Any
    """A NodeDef message with these attributes and nothing else. All nodes of the op type with equal ones share it."""
    repeats: bool
    """Whether an attribute says how many outputs there are."""


class OutputTypes:
    """Works out the outputs of the nodes of one file; equal types and equal tuples of types are one object."""

    def __init__(self) -> None:
        self._types: Dict[Tuple[str, Shape], TensorType] = {}
        self._known: Dict[Tuple[str, Tuple[bytes, ...]], Outputs] = {}
        self._combined: Dict[Tuple[TensorType, ...], Tuple[TensorType, ...]] = {}
        self._claimed = 0  # outputs that were only claimed, so far
        self._allowed = MOST_REPEATED  # how many may be claimed by now

    def type(self, dtype: str, shape: Any) -> TensorType:
        """The type for a dtype and a TensorShapeProto, which is ``None`` if nothing is known of the shape."""
        return self.of_shape(dtype, None if shape is None else shape_of(shape))

    def of_shape(self, dtype: str, shape: Shape) -> TensorType:
        """The type for a dtype and a shape."""
        key = (dtype, shape)
        found = self._types.get(key)
        if found is None:
            found = self._types[key] = TensorType(dtype, shape)
        return found

    def of_nodes(
        self, nodes: Iterable[Any], ops: Iterable[str], signatures: Mapping[str, Optional[OpSignature]]
    ) -> List[Outputs]:
        """The outputs of each NodeDef; `ops` are the op types. `LoadError` if they claim more outputs than can be meant.

        The attributes of a NodeDef are bytes here (see `packed`), so that finding equal ones needs no parsing.
        """
        known, found = self._known, []
        for node, op in zip(nodes, ops):
            self._allowed += MOST_REPEATED_EACH
            entries = tuple(node.attr[:])
            outputs = known.get((op, entries))
            if outputs is None:
                outputs = self._make(unpacked(node.name, entries), signatures[op])
                if sum(map(len, entries)) <= MOST_PACKED:  # a large constant is not worth being remembered
                    known[op, entries] = outputs
            if outputs.repeats:
                self._count(node.name, len(outputs.types))
            found.append(outputs)
        return found

    def extended(self, name: str, types: Tuple[TensorType, ...], count: int) -> Tuple[TensorType, ...]:
        """The outputs of an op without a signature, made up to `count`, because so many of them are read."""
        if count > MOST_OUTPUTS:
            raise LoadError(
                f"output {count - 1:,} of node {name[:120]!r} is read; no op has so many: the file is damaged"
            )
        self._count(name, count)
        return types + (self.of_shape("unknown", None),) * (count - len(types))

    def _count(self, name: str, outputs: int) -> None:
        """Count outputs that only an attribute, or an index in an input, claims; `LoadError` once they are too many."""
        self._claimed += outputs
        if self._claimed > self._allowed:
            msg = f"node {name[:120]!r} and those before it claim more than {self._allowed:,} outputs"
            raise LoadError(f"{msg}; the file is damaged")

    def _make(self, raw: Any, signature: Optional[OpSignature]) -> Outputs:
        """The outputs of a node, by its signature; without one, as many as `_output_shapes` has, of unknown dtype."""
        attr = raw.attr
        shapes: Any = attr[_SHAPES].list.shape if _SHAPES in attr else ()
        if signature is None:
            unknown = [self.type("unknown", shape) for shape in shapes[:MOST_OUTPUTS]]
            return Outputs(self._shared(unknown), {}, raw, repeats=False)
        dtypes, starts = output_dtypes(signature, attr)
        known = len(shapes)
        types = [self.type(kind, shapes[k] if k < known else None) for k, kind in enumerate(dtypes)]
        return Outputs(self._shared(types), starts, raw, repeats=not signature.fixed)

    def _shared(self, types: List[TensorType]) -> Tuple[TensorType, ...]:
        """The types as a tuple, the same object for equal ones."""
        combined = tuple(types)
        return self._combined.setdefault(combined, combined)


def shape_of(proto: Any) -> Shape:
    """A TensorShapeProto as a tuple; ``None`` if its rank is unknown, or if no tensor of TensorFlow can have that shape."""
    if proto.unknown_rank or len(proto.dim) > MOST_RANK:
        return None
    dims = tuple([dim.size if dim.size >= 0 else None for dim in proto.dim])  # -1 is TensorFlow's unknown dimension
    elements = 1
    for dim in dims:
        elements *= dim if dim is not None else 1
    return dims if elements <= _MOST_ELEMENTS else None


def output_dtypes(signature: OpSignature, attr: Any) -> Tuple[List[str], Dict[str, int]]:
    """The dtype of every output of a node, and the number of the first output of each output argument.

    `attr` is the NodeDef's attribute map. Split with ``num_split`` 3 has three dtypes and the starts ``{"output": 0}``.
    """
    dtypes: List[str] = []
    starts: Dict[str, int] = {}
    for arg in signature.outputs:
        starts[arg.name] = len(dtypes)
        if arg.type_list_attr:
            # An attribute that has its default may be missing, here and below.
            if arg.type_list_attr in attr:
                dtypes.extend(dtype_name(kind) for kind in attr[arg.type_list_attr].list.type)
            else:
                dtypes.extend(signature.defaults.get(arg.type_list_attr, ()))
            continue
        dtype = arg.dtype
        if arg.type_attr:
            dtype = (
                dtype_name(attr[arg.type_attr].type)
                if arg.type_attr in attr
                else signature.defaults.get(arg.type_attr, "unknown")
            )
        if not arg.number_attr:
            dtypes.append(dtype)
        else:
            # A negative number is the file's fault and means none.
            number = attr[arg.number_attr].i if arg.number_attr in attr else signature.defaults.get(arg.number_attr, 0)
            dtypes.extend([dtype] * max(0, min(number, MOST_OUTPUTS)))
    return dtypes, starts
