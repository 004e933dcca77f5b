"""A batch that is cut at a constant row, in a graph for any batch."""

from __future__ import annotations

from typing import Dict, Iterator, Optional, Tuple

from ...graph.vocabulary import LATER_PHASES
from ...shapes.inference import At
from ..check_rule import CheckRule
from ..first_dimensions import FirstDimensions
from ..guards import OncePerLine
from ..hit import Hit
from ..inspected import Inspected


def _find(inspected: Inspected) -> Iterator[Hit]:
    first = FirstDimensions(inspected)
    if not first.any_batch:
        return
    lines, cuts = OncePerLine(inspected), _Cuts(inspected, first)
    for row in inspected.rows("Slice", "SplitV", "StridedSlice"):
        if inspected.phase(row) in LATER_PHASES:
            continue
        hit = _FOUND[inspected.table.ops[row]](cuts, row)
        if hit is not None and lines.first(hit.rows[0]):
            yield hit


class _Cuts:
    """Looks where tensors of any batch size are cut along their first axis."""

    def __init__(self, inspected: Inspected, first: FirstDimensions) -> None:
        self._inspected = inspected
        self._first = first
        self._ends: Dict[Tuple[At, int], int] = {}
        """The tensor, and the row before which it is cut -> the slice that ends there."""
        self._begins: Dict[Tuple[At, int], int] = {}

    def of_slice(self, row: int) -> Optional[Hit]:
        """A `tf.slice` of a constant number of rows. It fails where there are fewer, which ``x[:32]`` does not."""
        tensor, *bounds = self._inspected.inputs(row)
        begin, size = map(self._inspected.ranges.integers, bounds)
        dims = self._first.dims(tensor)
        if begin is None or size is None or dims is None or len(dims) < 2 or size[0] < 2 or not self._is_any(tensor):
            return None
        if any(dim is None and given >= 0 for dim, given in zip(dims[1:], size[1:])):
            return None  # a crop, as of an image without a batch
        message = f"a slice takes {size[0]} rows of a tensor of any batch size, and fails with fewer than {begin[0] + size[0]}"
        return Hit(message, (row,))

    def of_split(self, row: int) -> Optional[Hit]:
        """A split into pieces that all have a constant number of rows."""
        tensor, sizes, axis = self._inspected.inputs(row)
        rows, along = self._inspected.ranges.integers(sizes), self._inspected.ranges.integers(axis)
        dims = self._first.dims(tensor)
        if rows is None or along is None or dims is None or along[0] % len(dims) or min(rows, default=-1) < 0:
            return None
        if not self._is_any(tensor):
            return None
        message = f"a tensor of any batch size is split at constant rows, which needs {sum(rows)} of them"
        return Hit(message, (row,))

    def of_strides(self, row: int) -> Optional[Hit]:
        """Slices such as ``x[:32]`` and ``x[32:]``: one that ends before the row at which the other begins. One alone may be what is wanted."""
        tensor = self._inspected.inputs(row)[0]
        dims, bounds = self._first.dims(tensor), self._bounds(row)
        if bounds is None or dims is None or len(dims) < 2 or not self._is_any(tensor):
            return None
        begin, end = bounds
        whole = self._inspected.origins.same(tensor)
        pairs = []
        if begin > 1:
            self._begins.setdefault((whole, begin), row)
            pairs.append((begin, self._ends.get((whole, begin))))
        if end is not None and end > 1:
            self._ends.setdefault((whole, end), row)
            pairs.append((end, self._begins.get((whole, end))))
        for at, other in pairs:
            if other is not None:
                return Hit(f"a tensor of any batch size is cut in two at row {at}", (min(row, other), max(row, other)))
        return None

    def _bounds(self, row: int) -> Optional[Tuple[int, Optional[int]]]:
        """The constant rows from which and before which a slice takes its rows, ``None`` for the last; ``None`` if it takes them otherwise."""
        attrs = self._inspected.table.attrs(row)
        if any(int(attrs.get(name) or 0) & 1 for name in ("ellipsis_mask", "new_axis_mask", "shrink_axis_mask")):
            return None
        begin, end, steps = map(self._inspected.ranges.integers, self._inspected.inputs(row)[1:4])
        if not begin or not end or not steps or steps[0] != 1:
            return None
        first = 0 if int(attrs.get("begin_mask") or 0) & 1 else begin[0]
        last = None if int(attrs.get("end_mask") or 0) & 1 else end[0]
        return None if first < 0 or (last is not None and last < 0) else (first, last)

    def _is_any(self, tensor: At) -> bool:
        """Whether a tensor's rows are a batch, or several joined of which the first is one: where that ends, no constant tells."""
        if self._first.is_batch(tensor):
            return True
        row = self._first.origin(tensor)[0]
        if not self._first.is_open(tensor) or self._inspected.table.ops[row] != "ConcatV2":
            return False
        pieces = self._inspected.inputs(row)
        return self._inspected.ranges.integers(pieces[-1]) == (0,) and self._first.is_batch(pieces[0])


_FOUND = {"Slice": _Cuts.of_slice, "SplitV": _Cuts.of_split, "StridedSlice": _Cuts.of_strides}

RULE = CheckRule(
    name="batch-in-slice",
    severity="warning",
    family="results",
    title="A batch is cut at a constant row, in a graph for any batch.",
    why="""Real and generated images go through a network as one batch, and ``scores[:32]`` and ``scores[32:]`` are to be the two parts. With another
batch size, such as the last one of an epoch, samples come into the wrong part, and nothing fails. ``tf.slice`` with a constant number of rows, and
``tf.split`` with constant sizes, do fail. Reported where rows that come from an input's open first dimension, alone or in front of others in a
``tf.concat``, are cut in two at a constant row above 1, are taken by a ``tf.slice`` of a constant number above 1, or are split into pieces that all
have a constant size. Nothing is said of ``x[:32]`` alone, which takes what is there, of one row, of a vector that is sliced, of a crop that
gives another open dimension a size too, nor in a graph that was traced with a fixed batch.""",
    remedy="take the row from the batch: tf.shape(x)[0], tf.split(x, 2)",
    find=_find,
    bad="""
import tensorflow as tf

critic = tf.keras.layers.Dense(1)


@tf.function
def target(real, fake):
    scores = critic(tf.concat([real, fake], axis=0))
    of_real = scores[:32]  # here
    of_fake = scores[32:]
    return tf.reduce_mean(of_fake) - tf.reduce_mean(of_real)


inputs = ((None, 3), (None, 3))
""",
    good="""
import tensorflow as tf

critic = tf.keras.layers.Dense(1)


@tf.function
def target(real, fake):
    scores = critic(tf.concat([real, fake], axis=0))
    of_real, of_fake = tf.split(scores, 2)
    return tf.reduce_mean(of_fake) - tf.reduce_mean(of_real)


inputs = ((None, 3), (None, 3))
""",
)
