"""An op that TensorFlow does not bring."""

from __future__ import annotations

from typing import Iterator, Set

from ...graph.absent import CLOSED_FUNCTIONS, MISSING_FUNCTIONS
from ...graph.content import traced_files
from ...graph.vocabulary import MISSING, is_body
from ...program.opdefs import OpSignatures
from ..check_rule import CheckRule
from ..hit import MOST_OF_A_TYPE, Hit
from ..inspected import Inspected
from ..op_versions import newest_known

_FILES = {"SavedModel", "MetaGraphDef", "GraphDef", "TensorBoard log"}
"""The formats whose ops are TensorFlow's. Keras' files have layers in their place, TensorFlow Lite operators of its own."""


def _find(inspected: Inspected) -> Iterator[Hit]:
    if not _has_known_ops(inspected):
        return
    known, called = OpSignatures(), _called(inspected)
    for op, rows in inspected.by_type.items():
        if known.get(op) is None and op != MISSING:
            own = [row for row in rows if row not in called and not _is_closed(inspected, row)]
            if own:
                message = f"{op} is no op of TensorFlow; the model loads only where the library that has it is imported"
                yield Hit(message, tuple(own[:MOST_OF_A_TYPE]), figures={"ops": len(own)})


def _has_known_ops(inspected: Inspected) -> bool:
    """Whether an op that is not known must be someone's own: of a TensorFlow that is newer than what we know it may be TensorFlow's."""
    graph = inspected.graph
    is_tensorflows = traced_files(graph) is not None or graph.facts.get("format") in _FILES
    version = graph.facts.get("tensorflow") or graph.producer.get("tensorflow") or ""
    parts = version.split(".")
    if len(parts) > 1 and parts[0].isdigit() and parts[1].isdigit():
        return is_tensorflows and (int(parts[0]), int(parts[1])) <= newest_known()
    return is_tensorflows


def _called(inspected: Inspected) -> Set[int]:
    """The ops whose bodies are in the graph: the type of such an op may be the name of a function."""
    return {group.owner for group in inspected.content.groups if is_body(group)}


def _is_closed(inspected: Inspected, row: int) -> bool:
    """Whether the op calls a function that the file lacks, or that is not expanded."""
    attrs = inspected.table.attrs(row)
    return CLOSED_FUNCTIONS in attrs or MISSING_FUNCTIONS in attrs


RULE = CheckRule(
    name="custom-op",
    severity="note",
    family="files",
    title="The model has an op of a library, which TensorFlow itself does not bring.",
    why="""Such a model loads only where that library is installed for the same TensorFlow, and imported first; a server needs it built in. Reported once for each
op type, in graphs that were traced here and in TensorFlow's files. Nothing is said of a graph from a TensorFlow that is newer than 2.21, whose ops are not known.""",
    remedy="import the library before the model is loaded, say so where you hand it on, or write the line in TensorFlow's ops",
    find=_find,
    bad="""
import tempfile
from pathlib import Path

import tensorflow as tf

graph = tf.compat.v1.GraphDef()
graph.node.add(name="x", op="Placeholder").attr["dtype"].type = tf.float32.as_datatype_enum
graph.node.add(name="y", op="Examples>Gelu", input=["x"])
target, inputs = Path(tempfile.mkdtemp()) / "graph.pb", ()
target.write_bytes(graph.SerializeToString())
""",
    good="""
import tempfile
from pathlib import Path

import tensorflow as tf

graph = tf.compat.v1.GraphDef()
graph.node.add(name="x", op="Placeholder").attr["dtype"].type = tf.float32.as_datatype_enum
graph.node.add(name="y", op="Relu", input=["x"]).attr["T"].type = tf.float32.as_datatype_enum
target, inputs = Path(tempfile.mkdtemp()) / "graph.pb", ()
target.write_bytes(graph.SerializeToString())
""",
)
