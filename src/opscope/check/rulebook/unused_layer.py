"""A layer that is called for nothing."""

from __future__ import annotations

from typing import Dict, Iterable, Iterator, List, NamedTuple, Sequence, Set, Tuple

from ...graph.groups import KERAS_PACKAGES, Group
from ...graph.types import CONTROL
from ...graph.vocabulary import CONSTANTS, LATER_PHASES, READ, chain
from ..check_rule import CheckRule
from ..hit import Hit
from ..inspected import Inspected

_IDLE = CONSTANTS | {READ, "NoOp"}
"""Ops that alone are no work."""
_INSTALLED = ("site-packages", "dist-packages")


class _Work(NamedTuple):
    """The ops of a group, at any depth, that are more than reads and constants."""

    first: int = -1
    running: int = 0
    """How many of them are not dead."""

    def and_inside(self, other: "_Work") -> "_Work":
        """The two together."""
        firsts = [first for first in (self.first, other.first) if first >= 0]
        return _Work(min(firsts, default=-1), self.running + other.running)


def _find(inspected: Inspected) -> Iterator[Hit]:
    groups = inspected.content.groups
    if not any(group.layer_source == "recorded" for group in groups):
        return  # which ops are a layer's is known for sure only of what was traced
    unused = _unused(inspected)
    if not unused:
        return
    work = _work(inspected)
    feeding = _feeding(inspected, unused)
    for index in sorted(unused - feeding):
        outer = [each for each in chain(groups, groups[index].parent) if groups[each].is_call]
        # What is in an unused layer goes with it.
        if work[index].first < 0 or (outer and (outer[0] in unused or _is_of_library(groups[outer[0]]))):
            continue
        yield _hit(groups[index], index, work[index])


def _unused(inspected: Inspected) -> Set[int]:
    """The calls of layers from which no op that runs takes a tensor, and that give no output of the graph."""
    content, groups = inspected.content, inspected.content.groups
    used: Set[int] = set()
    for port in content.outputs:
        used.update(chain(groups, content.node_group[port.node]))
    for here, there in _borders(inspected, dead=False):
        used.update(_left(groups, here, there))
    if inspected.has_gradient:
        _add_what_has_gradients(inspected, used)
    calls = {index for index, group in enumerate(groups) if group.is_call and group.layer_source == "recorded"}
    later = {index for index in calls if any(groups[each].kind in LATER_PHASES for each in chain(groups, index))}
    return calls - used - later


def _add_what_has_gradients(inspected: Inspected, used: Set[int]) -> None:
    """Add the calls that only dead ops use. A loss that is not returned is dead, and what leads to it may be, but has a gradient."""
    groups = inspected.content.groups
    given: Dict[int, List[Tuple[int, int]]] = {}
    for here, there in _borders(inspected, dead=True):
        given.setdefault(next((each for each in chain(groups, there) if groups[each].is_call), -1), []).append(
            (here, there)
        )
    waiting = [-1, *used]
    while waiting:
        for here, there in given.pop(waiting.pop(), ()):
            new = set(_left(groups, here, there)) - used
            used.update(new)
            waiting.extend(new)


def _feeding(inspected: Inspected, unused: Set[int]) -> Set[int]:
    """The unused calls whose tensors go to another unused call: they are unused for its sake."""
    groups = inspected.content.groups
    found: Set[int] = set()
    for here, there in _borders(inspected, dead=True):
        if any(each in unused for each in chain(groups, there)):
            found.update(_left(groups, here, there))
    return found


def _borders(inspected: Inspected, *, dead: bool) -> Set[Tuple[int, int]]:
    """Pairs of groups: an op in the second, which is dead or is not, takes a tensor from an op in the first."""
    content, table = inspected.content, inspected.table
    flags, places = content.dead or bytes(len(table)), content.node_group
    found = set()
    for row, there in enumerate(places):
        if bool(flags[row]) is dead:
            for at in range(table.edge_start[row], table.edge_start[row + 1]):
                here = places[table.edge_node[at]]
                if here != there and here >= 0 and table.edge_output[at] != CONTROL:
                    found.add((here, there))
    return found


def _left(groups: Sequence[Group], here: int, there: int) -> Iterable[int]:
    """The groups that a tensor leaves on its way from one group to another."""
    around = set(chain(groups, there))
    for group in chain(groups, here):
        if group in around:
            return
        yield group


def _work(inspected: Inspected) -> List[_Work]:
    """The work of each group."""
    content, ops = inspected.content, inspected.table.ops
    flags = content.dead or bytes(len(ops))
    found = []
    for rows in content.members()[: len(content.groups)]:
        busy = [row for row in rows if ops[row] not in _IDLE]
        found.append(_Work(busy[0] if busy else -1, sum(not flags[row] for row in busy)))
    for index in range(len(found) - 1, -1, -1):  # parents come before what is in them
        parent = content.groups[index].parent
        if parent >= 0:
            found[parent] = found[parent].and_inside(found[index])
    return found


def _is_of_library(group: Group) -> bool:
    """Whether somebody else wrote what calls the layer for nothing: that is left to its author."""
    installed = group.source is not None and any(folder in group.source.file for folder in _INSTALLED)
    return group.defined_in in KERAS_PACKAGES or installed


def _hit(group: Group, index: int, work: _Work) -> Hit:
    still = f"{work.running} of its ops still run" if work.running else "TensorFlow leaves its ops out"
    message = f"nothing uses what {group.cls or group.name} returns; {still}"
    return Hit(message, (work.first,), group=index, figures={"running": work.running})


RULE = CheckRule(
    name="unused-layer",
    severity="warning",
    family="speed",
    title="A layer is called and nothing uses its result.",
    why="""Most often the result should have been assigned: ``self.norm(x)`` in place of ``x = self.norm(x)``. What the layer writes keeps a part of
it running, such as the moving averages of a batch normalisation; the rest TensorFlow leaves out of the graph, and its variables get no
gradient. Reported of traced models, for the last layer of what is unused; not what layers of Keras and of installed packages call for
nothing (a model may return more than its user takes), not losses and metrics, and where there are gradients, not what leads to a loss.""",
    remedy="use its result, or take the call out",
    find=_find,
    bad="""
import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = tf.keras.layers.Dense(8)
        self.norm = tf.keras.layers.BatchNormalization()

    def call(self, x):
        x = self.hidden(x)
        self.norm(x, training=True)  # here
        return tf.nn.relu(x)


target, inputs = Net(), ((4, 4),)
""",
    good="""
import tensorflow as tf


class Net(tf.keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = tf.keras.layers.Dense(8, use_bias=False)
        self.norm = tf.keras.layers.BatchNormalization()

    def call(self, x):
        x = self.hidden(x)
        x = self.norm(x, training=True)
        return tf.nn.relu(x)


target, inputs = Net(), ((4, 4),)
""",
)
