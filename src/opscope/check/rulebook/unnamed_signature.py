"""A signature whose results have numbers in place of names."""

from __future__ import annotations

import re
from typing import Iterator, List, Mapping

from ...suggestions import some_of
from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected

_OURS = re.compile(r"__saved_model_")
"""Signatures that TensorFlow adds for itself."""
_INPUT, _OUTPUT = re.compile(r"args_\d+(_\d+)*"), re.compile(r"output_\d+")
"""What TensorFlow calls an argument of a signature, or a result, that has no name."""


def _find(inspected: Inspected) -> Iterator[Hit]:
    for name, signature in inspected.graph.facts.get("signatures", {}).items():
        if not _OURS.match(name):
            for names, what in (
                (_unnamed(signature["inputs"], _INPUT), "inputs"),
                (_unnamed(signature["outputs"], _OUTPUT), "outputs"),
            ):
                if names:
                    yield Hit(
                        f"the signature {name} has {what} without names: {some_of(names)}", figures={what: len(names)}
                    )


def _unnamed(tensors: Mapping[str, object], form: "re.Pattern[str]") -> List[str]:
    """The names that are only numbers, if there are several: one alone cannot be mistaken for another."""
    found = [name for name in tensors if form.fullmatch(name)]
    return found if len(found) > 1 else []


RULE = CheckRule(
    name="unnamed-signature",
    severity="note",
    family="files",
    title="A signature of a SavedModel has several inputs or outputs without names.",
    why="""Who calls a signature, from a server above all, asks for its tensors by name. ``output_0`` and ``output_1`` say only in which order the function
returned them, and that changes with the code. Reported for files, where a signature has at least two such outputs, or two such inputs.""",
    remedy="return a dictionary of results, and give the tensor specs of the signature names",
    find=_find,
    bad="""
import tempfile

import tensorflow as tf


class Split(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec((None, 4))])
    def halves(self, x):
        return x[:, :2], x[:, 2:]


module, target, inputs = Split(), tempfile.mkdtemp(), ()
tf.saved_model.save(module, target, signatures=module.halves.get_concrete_function())
""",
    good="""
import tempfile

import tensorflow as tf


class Named(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec((None, 4), name="x")])
    def halves(self, x):
        return {"left": x[:, :2], "right": x[:, 2:]}


module, target, inputs = Named(), tempfile.mkdtemp(), ()
tf.saved_model.save(module, target, signatures=module.halves.get_concrete_function())
""",
)
