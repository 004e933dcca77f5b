"""Shape rules of the ops on texts, tables of words and records: nearly all give one result for each text.

Into how many words a text falls, and how many values a sparse feature has, is data: such shapes stay open.
"""

from __future__ import annotations

from typing import Dict, List

from ..graph.types import Shape
from .array_rules import reduced_shape
from .inference import InferenceContext
from .rule import Rule, broadcast, joined, like


def _substr(at: InferenceContext) -> List[Shape]:
    """``Substr(input, pos, len)`` broadcasts position and length to the texts."""
    return [broadcast(at.shape(0), at.shape(1))]


def _join(at: InferenceContext) -> List[Shape]:
    """``StringJoin`` takes texts of one shape; a scalar is joined to each."""
    parts = [shape for shape in (at.shape(index) for index in range(at.count)) if shape != ()]
    return [parts[0] if parts else ()] if all(part == parts[0] for part in parts) else []


def _found(at: InferenceContext) -> List[Shape]:
    """``LookupTableFind(table, keys, default)``: for each key a value, which is shaped like the default."""
    return [joined(at.shape(1), at.shape(2))]


def _parsed(at: InferenceContext) -> List[Shape]:
    """``ParseExample``: each dense feature has a row for each record. The sparse ones come first, three outputs each."""
    records = at.shape(0)
    if records is None or len(records) != 1:
        return []
    sparse = 3 * at.number("Nsparse", at.number("num_sparse"))
    dense = at.number("Ndense") or len(at.numbers("Tdense")) or at.outputs - sparse
    told: List[Shape] = []
    for output in range(at.outputs):
        own = at.own(output)
        told.append((records[0], *own[1:]) if own and sparse <= output < sparse + dense else None)
    return told


TEXTS: Dict[str, Rule] = {
    **dict.fromkeys(
        """AsString StringLower StringUpper StringStrip StringLength RegexReplace StaticRegexReplace RegexFullMatch
        StaticRegexFullMatch StringToHashBucket StringToHashBucketFast StringToHashBucketStrong StringToNumber
        DecodeBase64 EncodeBase64 UnicodeTranscode UnicodeScript DecodeCompressed DecodeJSONExample""".split(),
        like(0),
    ),
    "Substr": _substr, "StringJoin": _join, "ReduceJoin": reduced_shape, "LookupTableFind": _found, "LookupTableFindV2": _found,
    "DecodeCSV": lambda at: [at.shape(0)] * at.outputs, "ParseExample": _parsed, "ParseExampleV2": _parsed,
    **dict.fromkeys("StringSplit StringSplitV2 StringNGrams UnicodeDecode UnicodeDecodeWithOffsets UnicodeEncode".split(), like()),
}  # fmt: skip
"""Op type -> its rule. The last group has none that could be told: how much comes out is data."""
