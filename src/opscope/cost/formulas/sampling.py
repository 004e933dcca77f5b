"""FLOPs of random numbers, quantised values and of ops that search or sort.

Counted is one for each arithmetic operation, comparison and elementary function of TensorFlow's kernels (2.21):
`lib/random/random_distributions.h`, `multinomial_op.cc`, `fake_quant_ops_functor.h`, `quantize_and_dequantize_op.h`. Of numbers
that are drawn until one is accepted (gamma, Poisson, binomial) there is no formula. The generator behind random numbers only shuffles bits, which
are no floating point operations. Of sorting and searching the comparisons are counted.
"""

from __future__ import annotations

from math import log2
from typing import Dict

from ..counted import formulas_of, per_output
from ..op import Formula, Op

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
}
"""Operations for each element of the result."""


def _look_up(op: Op) -> float:
    """One comparison for each element: with an entry of a hash table, or in InTopK with the value of the target."""
    return op.size_in(0)


def _comparisons(count: int) -> int:
    """How often a binary search among `count` sorted numbers compares: each time half of the places are left.

    >>> [_comparisons(count) for count in (0, 1, 2, 3, 4, 7, 8)]
    [0, 1, 2, 2, 3, 3, 4]
    """
    return count.bit_length()


def _bucketize(op: Op) -> float:
    """A binary search among the boundaries for each element."""
    return op.size_in(0) * _comparisons(len(op.attr("boundaries", ())))


def _multinomial(op: Op) -> float:
    """(logits, samples): of each logit the maximum, minus, exp, the running sum; for each sample a product and a search in the sums."""
    classes = op.shape_in(0)[-1]
    return 4 * op.size_in(0) + op.size_out() * (1 + _comparisons(classes))


def _top_k(op: Op) -> float:
    """The kernel keeps a heap of the k best: each element is compared with the top, and at worst sinks log2 k levels."""
    kept = op.shape_out()[-1] if op.shape_out() else 1
    return op.size_in(0) * (1 + log2(max(1, kept)))


def _search(op: Op) -> float:
    """`LowerBound`, `UpperBound` (sorted, values): a binary search for each value."""
    return op.size_in(1) * _comparisons(op.shape_in(0)[-1])


def _histogram(op: Op) -> float:
    """`HistogramFixedWidth` (values, range, bins): maximum, minus, divide, minimum and one more in its bin, for each value."""
    return 5 * op.size_in(0)


FORMULAS: Dict[str, Formula] = {
    "TopK": _top_k, "TopKV2": _top_k, "LowerBound": _search, "UpperBound": _search, "Bucketize": _bucketize,
    "Multinomial": _multinomial, "StatelessMultinomial": _multinomial, "HistogramFixedWidth": _histogram,
    **dict.fromkeys("Unique UniqueV2 UniqueWithCounts UniqueWithCountsV2 ListDiff InTopK".split(), _look_up),
    **formulas_of(_PER_OUTPUT, per_output),
}  # fmt: skip
