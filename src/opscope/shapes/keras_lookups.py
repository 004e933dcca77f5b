"""What Keras's layers return that make numbers of words and categories: indices of the input's shape, or codes as wide as there are categories.

Source: keras/src/layers/preprocessing/ (index_lookup.py, text_vectorization.py, hashing.py, category_encoding.py, discretization.py) and
keras/src/utils/numerical_utils.py (`encode_categorical_inputs`).
"""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Dict, List, Mapping, Sequence

from ..graph.types import Shape
from .budget import Unknown
from .inference import Dim

_Settings = Mapping[str, Any]
_Rule = Callable[[_Settings, Sequence[Shape]], List[Shape]]


def _coded(
    default: str, width: Callable[[_Settings], Dim], settings: _Settings, shapes: Sequence[Shape]
) -> List[Shape]:
    shape, mode = shapes[0], settings.get("output_mode") or default
    if shape is None or settings.get("sparse"):
        raise Unknown
    if mode == "int":
        return [shape]
    if not shape or (len(shape) == 1 and mode != "one_hot"):
        raise Unknown  # versions differ in what they make of one example
    # A code for each entry; an axis of one entry is used up. The others have one code for all entries of the last axis.
    kept = shape if mode == "one_hot" and (len(shape) == 1 or shape[-1] != 1) else shape[:-1]
    if mode == "one_hot" and len(shape) > 1 and shape[-1] is None:
        raise Unknown
    return [(*kept, width(settings))]


def _words(settings: _Settings) -> Dim:
    """How many words a lookup knows: only sure where it fills up; else its words may be in another part of the file."""
    return settings.get("max_tokens") if settings.get("pad_to_max_tokens") else None


def _bins(settings: _Settings) -> Dim:
    bounds = settings.get("bin_boundaries")
    count = len(bounds) if isinstance(bounds, (list, tuple)) else settings.get("bin_boundaries_size")
    if count is not None:
        return int(count) + 1
    return settings.get("num_bins")


def _text(settings: _Settings, shapes: Sequence[Shape]) -> List[Shape]:
    """Each text is split into words, of which there are as many as in the longest, or as many as are set."""
    shape = shapes[0]
    if shape is None or settings.get("ragged") or settings.get("sparse") or settings.get("split") is None:
        raise Unknown
    if (settings.get("output_mode") or "int") == "int":
        return [(shape[0], settings.get("output_sequence_length"))]
    return [(shape[0], _words(settings))]


LOOKUPS: Dict[str, _Rule] = {
    **dict.fromkeys(("StringLookup", "IntegerLookup"), partial(_coded, "int", _words)),
    "Hashing": partial(_coded, "int", lambda settings: settings["num_bins"]),
    "HashedCrossing": partial(_coded, "int", lambda settings: settings["num_bins"]),
    "CategoryEncoding": partial(_coded, "multi_hot", lambda settings: settings["num_tokens"]),
    "Discretization": partial(_coded, "int", _bins),
    "TextVectorization": _text,
}
"""Class of a layer -> its rule."""
