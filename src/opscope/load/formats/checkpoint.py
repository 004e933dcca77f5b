"""Recognises the files of a checkpoint, which hold variables and no graph.

Formats: tensorflow/core/lib/io/format.h (kTableMagicNumber, at the end of an ``.index`` and of a checkpoint of TensorFlow 1);
tensorflow/python/training/checkpoint_state.proto (the text ``checkpoint``).
"""

from __future__ import annotations

import re

from ..format import TRACE, refused
from ..heads import Head

_TABLE = bytes.fromhex("57fb808b247547db")
_VALUES = re.compile(r"\.data-\d{5}-of-\d{5}$")
"""The values themselves are numbers in a row, without a mark: only the name tells."""


def _fits(head: Head) -> bool:
    is_list = head.word_in("model_checkpoint_path", "all_model_checkpoint_paths")
    return is_list or head.data.endswith(_TABLE) or _VALUES.search(head.name) is not None


FORMAT = refused(
    _fits,
    what="part of a checkpoint, which holds variables but no graph",
    do=f"give the .meta file beside it, or a SavedModel, or build the model and give it to {TRACE}",
)
