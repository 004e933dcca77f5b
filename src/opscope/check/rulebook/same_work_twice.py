"""Heavy work that is done twice with the same inputs."""

from __future__ import annotations

from typing import Dict, Iterator, List, Tuple

from ...graph.groups import Group
from ..check_rule import CheckRule
from ..heavy_ops import HEAVY
from ..hit import Hit
from ..inspected import Inspected

_Place = Tuple[int, int, object]


def _find(inspected: Inspected) -> Iterator[Hit]:
    pairs = list(_pairs(inspected))
    ahead = [pair for pair in pairs if inspected.phase(pair[0]) != "backward"]
    places: Dict[_Place, List[Tuple[int, int]]] = {}
    for first, again in ahead or pairs:  # the gradients of what is done twice are no second fault
        places.setdefault(_place(inspected, first, again), []).append((first, again))
    for (one, other, _), found in places.items():
        yield _hit(inspected, one, other, found)


def _pairs(inspected: Inspected) -> Iterator[Tuple[int, int]]:
    """Each heavy op that does what an earlier one did, with the first that did."""
    numbers = inspected.value_numbers
    first: Dict[int, int] = {}
    for row in inspected.rows(*HEAVY):
        if not numbers.reads[row]:
            continue  # TensorFlow itself merges equal ops, but not reads of variables and what depends on them
        earlier = first.setdefault(numbers.numbers[row], row)
        # To compute the forward pass again in the backward pass saves memory, and is meant.
        if earlier != row and inspected.phase(earlier) == inspected.phase(row):
            yield earlier, row


def _place(inspected: Inspected, first: int, again: int) -> _Place:
    """The two outermost groups that have one of the ops each; where there are none, the line."""
    ones, others = (inspected.groups_around(row)[::-1] for row in (first, again))
    for one, other in zip(ones, others):
        if one != other:
            return one, other, None
    return -1, -1, inspected.source(again) or again


def _hit(inspected: Inspected, one: int, other: int, found: List[Tuple[int, int]]) -> Hit:
    again = tuple(row for _, row in found)
    ops = inspected.table.ops
    what = ops[again[0]] if len(again) == 1 else f"{len(again)} matrix products, convolutions or the like"
    groups = inspected.content.groups
    if one >= 0 and _is_called_again(groups[one], groups[other]):
        message = f"{groups[other].cls or groups[other].name} is called again with the same input, and repeats {what}"
    else:
        message = f"{what} with the same inputs as before"
    rows = (*again, *dict.fromkeys(row for row, _ in found))
    return Hit(
        message, rows, group=other if other >= 0 and groups[other].is_call else None, figures={"ops": len(again)}
    )


def _is_called_again(one: Group, other: Group) -> bool:
    """Whether two groups are calls of one layer."""
    return other.is_call and one.is_call and one.object_path is not None and one.object_path == other.object_path


RULE = CheckRule(
    name="same-work-twice",
    severity="warning",
    family="speed",
    title="The same heavy work is done twice with the same inputs, as when a model is called twice.",
    why="""Two matrix products, convolutions or decompositions of the same kind whose inputs are equal give equal results. TensorFlow merges
equal ops when it optimises a graph, but no reads of variables, and so nothing that depends on weights: a model that is called twice with
the same input takes twice the time. Inputs are equal only where that is certain: nothing random and nothing written to the variables in
between. Not reported is what a backward pass computes again to save memory (``tf.recompute_grad``).""",
    remedy="keep the result of the first call and use it twice",
    find=_find,
    bad="""
import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = tf.keras.layers.Dense(8)

    def call(self, x):
        gate = tf.sigmoid(self.hidden(x))
        return gate * self.hidden(x)  # here


target, inputs = Net(), ((4, 4),)
""",
    good="""
import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = tf.keras.layers.Dense(8)

    def call(self, x):
        h = self.hidden(x)
        return tf.sigmoid(h) * h


target, inputs = Net(), ((4, 4),)
""",
)
