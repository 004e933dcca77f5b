"""A step that calls back into Python."""

from __future__ import annotations

from typing import Dict, Iterator, List

from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected

_SPELLED = {"PyFunc": "tf.numpy_function", "PyFuncStateless": "tf.numpy_function", "EagerPyFunc": "tf.py_function"}


def _find(inspected: Inspected) -> Iterator[Hit]:
    groups = inspected.content.groups
    found: Dict[object, List[int]] = {}
    for row in inspected.rows(*_SPELLED):
        in_pipeline = any(groups[index].kind == "dataset" for index in inspected.groups_around(row))
        # The gradient of a py_function calls Python again, which is no second fault.
        if not in_pipeline and inspected.phase(row) != "backward":
            found.setdefault(inspected.source(row) or row, []).append(row)
    for rows in found.values():
        name = _SPELLED[inspected.table.ops[rows[0]]]
        yield Hit(f"{name} runs Python code each time", tuple(rows))


RULE = CheckRule(
    name="python-in-graph",
    severity="warning",
    family="speed",
    title="A py_function or numpy_function runs Python code in the graph.",
    why="""Such an op stops for Python's lock, copies its tensors to host memory and back, runs on one processor and cannot be compiled, put on
an accelerator or saved with the model: a SavedModel that has one runs only in the process that made it. A numpy_function has no gradient
either. Not reported in the functions of tf.data, where input pipelines may need one.""",
    remedy="write it with TensorFlow's own ops, or move it into the input pipeline",
    find=_find,
    bad="""
import tensorflow as tf


@tf.function
def target(x):
    return tf.numpy_function(lambda value: value * 2.0, [x], tf.float32)  # here


inputs = ((8, 4),)
""",
    good="""
import tensorflow as tf


@tf.function
def target(x):
    return x * 2.0


inputs = ((8, 4),)
""",
)
