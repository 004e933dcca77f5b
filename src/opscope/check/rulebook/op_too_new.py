"""An op that the TensorFlow which the model is to run on does not have."""

from __future__ import annotations

from typing import Iterator

from ..check_rule import CheckRule
from ..hit import MOST_OF_A_TYPE, Hit
from ..inspected import Inspected
from ..op_versions import age_of, tensorflow_version, version_text


def _find(inspected: Inspected) -> Iterator[Hit]:
    if inspected.tensorflow is None:
        return
    wanted = tensorflow_version(inspected.tensorflow)
    for op, rows in inspected.by_type.items():
        age = age_of(op)
        if age is not None and wanted <= age.without:
            message = f"TensorFlow {version_text(wanted)} has no op {op}; {version_text(age.first)} has it, and {version_text(age.without)} has not"
            yield Hit(message, tuple(rows[:MOST_OF_A_TYPE]), figures={"ops": len(rows)})


RULE = CheckRule(
    name="op-too-new",
    severity="error",
    family="files",
    title="The model has an op that the TensorFlow which it is to run on lacks.",
    why="""A model that was saved with a newer TensorFlow loads with an older one only as long as it has all of its ops. Only looked at if a version
is given: ``--for 2.10``, ``tensorflow="2.10"``. The ops that TensorFlow 2.4, 2.10, 2.15 and 2.21 register are known; an op that came between two of them is
reported for versions up to the older one. Private ops, and those that a version has by how it was built (TPU, oneDNN), are left out, and so are changes of an op's attributes.""",
    remedy="export the model with that TensorFlow, or write the line in ops that it has",
    find=_find,
    bad="""
import tempfile
from pathlib import Path

import tensorflow as tf

graph = tf.compat.v1.GraphDef()
graph.node.add(name="x", op="Placeholder").attr["dtype"].type = tf.float32.as_datatype_enum
product = graph.node.add(name="product", op="BatchMatMulV3", input=["x", "x"])  # what a newer tf.matmul writes of int8
for name in ("Ta", "Tb", "Tout"):
    product.attr[name].type = tf.float32.as_datatype_enum
target = Path(tempfile.mkdtemp()) / "graph.pb"
target.write_bytes(graph.SerializeToString())
inputs, options = (), {"tensorflow": "2.4"}
""",
    good="""
import tempfile
from pathlib import Path

import tensorflow as tf

graph = tf.compat.v1.GraphDef()
graph.node.add(name="x", op="Placeholder").attr["dtype"].type = tf.float32.as_datatype_enum
product = graph.node.add(name="product", op="BatchMatMulV2", input=["x", "x"])
product.attr["T"].type = tf.float32.as_datatype_enum
target = Path(tempfile.mkdtemp()) / "graph.pb"
target.write_bytes(graph.SerializeToString())
inputs, options = (), {"tensorflow": "2.4"}
""",
)
