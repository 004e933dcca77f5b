"""FLOPs of random numbers, resized images, quantised values and of ops that search or sort.

Counted is one for each arithmetic operation, comparison and elementary function of TensorFlow's kernels (2.21):
`lib/random/random_distributions.h`, `kernels/image/resize_*_op.cc`, `crop_and_resize_op.cc`,
`fake_quant_ops_functor.h`, `quantize_and_dequantize_op.h`. The generator behind random numbers only shuffles bits, which
are no floating point operations. Of sorting and searching the comparisons are counted.
"""

from __future__ import annotations

from math import log2
from typing import Dict

from ..op import Formula, Op

# In the two tables below: operations -> the ops that do so many for each element.
_PER_OUTPUT = {
    1: "RandomUniform StatelessRandomUniform StatelessRandomUniformV2 StatefulUniform",  # bits to [1, 2), minus 1
    5: """RandomStandardNormal StatelessRandomNormal StatelessRandomNormalV2 StatefulStandardNormal
        StatefulStandardNormalV2 QuantizeAndDequantize QuantizeAndDequantizeV2 QuantizeAndDequantizeV3
        QuantizeAndDequantizeV4""",  # Box-Muller: ten for two numbers; scale, round, clamp 2, scale back
    6: """TruncatedNormal StatelessTruncatedNormal StatelessTruncatedNormalV2 StatefulTruncatedNormal""",  # and |x| < 2
    # Clamp 2, minus, divide, round, times, plus.
    7: "FakeQuantWithMinMaxArgs FakeQuantWithMinMaxVars FakeQuantWithMinMaxVarsPerChannel",
    # Quantize: minus, times, divide, round. The gradients: two comparisons, and, times.
    4: "QuantizeV2 FakeQuantWithMinMaxArgsGradient FakeQuantWithMinMaxVarsGradient",
    # Dequantize: times the scale, plus the least. Random integers: bits modulo the range, plus the least.
    2: "Dequantize RandomUniformInt StatelessRandomUniformInt StatelessRandomUniformIntV2 StatefulUniformInt",
    9: "ResizeBilinear CropAndResize",  # three interpolations of a - b, times, plus
    39: "ResizeBicubic",  # five sums of four products (four rows, then their results), and the four weights
}
_PER_GRADIENT = {
    12: "ResizeBilinearGrad",  # four corners: two products and a sum each
    35: "ResizeBicubicGrad",  # as forward, without the weights: sixteen places
}
"""Operations for each element of the gradient that comes in. It is added to all pixels that its output was made of."""


def _per_output(count: float) -> Formula:
    return lambda op: count * op.size_out()


def _per_input(count: float) -> Formula:
    return lambda op: count * op.size_in(0)


def _look_up(op: Op) -> float:
    """One comparison for each element: with an entry of a hash table, or in InTopK with the value of the target.

    Bucketize is counted alike, although its kernel searches the boundaries and makes log2 of their number.
    """
    return op.size_in(0)


def _top_k(op: Op) -> float:
    """The kernel keeps a heap of the k best: each element is compared with the top, and at worst sinks log2 k levels."""
    kept = op.shape_out()[-1] if op.shape_out() else 1
    return op.size_in(0) * (1 + log2(max(1, kept)))


def _search(op: Op) -> float:
    """`LowerBound`, `UpperBound` (sorted, values): a binary search for each value."""
    return op.size_in(1) * log2(max(2, op.shape_in(0)[-1]))


FORMULAS: Dict[str, Formula] = {"TopK": _top_k, "TopKV2": _top_k, "LowerBound": _search, "UpperBound": _search}
for _count, _names in _PER_OUTPUT.items():
    FORMULAS.update((name, _per_output(_count)) for name in _names.split())
for _count, _names in _PER_GRADIENT.items():
    FORMULAS.update((name, _per_input(_count)) for name in _names.split())
FORMULAS.update(
    (name, _look_up) for name in "Unique UniqueV2 UniqueWithCounts UniqueWithCountsV2 ListDiff InTopK Bucketize".split()
)
