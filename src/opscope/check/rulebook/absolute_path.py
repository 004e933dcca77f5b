"""A path of one machine in the graph."""

from __future__ import annotations

import re
from typing import Iterator, List, Optional

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected

_READERS = {
    "ReadFile": (0,), "MatchingFiles": (0,), "InitializeTableFromTextFile": (1,), "InitializeTableFromTextFileV2": (1,), "GenerateVocabRemapping": (0, 1),
    "TextLineDataset": (0,), "TFRecordDataset": (0,), "TFRecordDatasetV2": (0,), "FixedLengthRecordDataset": (0,), "FixedLengthRecordDatasetV2": (0,),
    "CSVDataset": (0,), "CSVDatasetV2": (0,), "LoadDataset": (0,),
}  # fmt: skip
"""Ops that read files -> which of their inputs are paths, as TensorFlow's own declarations name them."""
_PASSING = frozenset({"Identity", "_Arg", "Reshape", "ExpandDims", "TensorSliceDataset"})
"""Ops that hand a path on as it is; a dataset of paths hands on each."""
_FARTHEST = 20
_ABSOLUTE = re.compile(r"/|[A-Za-z]:[\\/]|\\\\|file:/")
_LONGEST = 120


def _find(inspected: Inspected) -> Iterator[Hit]:
    for asset in inspected.graph.facts.get("assets", ()):
        if _ABSOLUTE.match(asset):
            yield Hit(f"the asset {_shown(asset)} has an absolute path")
    for row in inspected.rows(*_READERS):
        inputs = inspected.inputs(row)
        places = [place for place in _READERS[inspected.table.ops[row]] if place < len(inputs)]
        paths = [path for place in places for path in _texts(inspected, inputs[place][0]) if _ABSOLUTE.match(path)]
        if paths:
            yield Hit(
                f"{inspected.table.ops[row]} reads {_shown(paths[0])}, a path of this machine that the graph holds",
                (row,),
            )


def _texts(inspected: Inspected, row: int) -> List[str]:
    """The texts of the constant that the tensor is; none if it is no constant."""
    for _ in range(_FARTHEST):
        op = inspected.table.ops[row]
        if op == "Const":
            value: Optional[object] = inspected.table.attrs(row).get("value")
            values = value.get("values") if isinstance(value, dict) else None
            return [each for each in values if isinstance(each, str)] if isinstance(values, list) else []
        inputs = inspected.inputs(row)
        if op not in _PASSING or not inputs:
            return []
        row = inputs[0][0]
    return []


def _shown(path: str) -> str:
    return repr(path if len(path) <= _LONGEST else f"{path[:_LONGEST]}...")


RULE = CheckRule(
    name="absolute-path",
    severity="note",
    family="files",
    title="The graph reads a file by an absolute path.",
    why="""Saved, the model looks for the file at that path on whatever machine it runs, where it is not. A file that the model needs is an asset
(``tf.saved_model.Asset``, or a table's initializer that the model keeps), which is copied into the SavedModel. Reported where the path is a constant of the graph; a
path that is an input is the caller's. In a script that only ever runs on one machine it is as good as any.""",
    remedy="keep the file as a tf.saved_model.Asset of the model, or take the path as an input",
    find=_find,
    bad="""
import tensorflow as tf


@tf.function
def known(words):
    text = tf.io.read_file("/home/me/words.txt")  # here
    return tf.reduce_any(words[:, None] == tf.strings.split([text]).values, axis=-1)


target, inputs = known, (tf.TensorSpec((8,), tf.string),)
""",
    good="""
import tensorflow as tf


@tf.function
def known_in(words, path):
    text = tf.io.read_file(path)
    return tf.reduce_any(words[:, None] == tf.strings.split([text]).values, axis=-1)


target, inputs = known_in, (tf.TensorSpec((8,), tf.string), tf.TensorSpec((), tf.string))
""",
)
