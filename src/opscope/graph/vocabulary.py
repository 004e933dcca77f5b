"""Says what ops and groups are: which op types are inputs, variables, loops, calls; which groups are bodies, phases.

This is the only place with such lists; a test looks for others, because a second list would sooner or later miss a
member. The names of op types are those of TensorFlow's op registry. Kinds are values of `Group.kind`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterable, Iterator, List, Protocol, Sequence

if TYPE_CHECKING:
    from .groups import Group

FED = frozenset({"Placeholder", "PlaceholderV2"})
"""Placeholders without a default: the caller has to feed them. In V2, a shape of rank 0 really means a scalar."""
PLACEHOLDERS = FED | {"PlaceholderWithDefault"}
"""All ops that a caller of the main graph may feed. The one with a default has that default as its input."""
ARGUMENT, RESULT = "_Arg", "_Retval"
"""The ops at the two ends of a function's body: one for each argument, one for each result."""
ENDS = frozenset({ARGUMENT, RESULT})
"""They compute nothing: a call hands its tensors to the arguments and takes them from the results."""
INPUTS = PLACEHOLDERS | {ARGUMENT}
"""All ops that bring a tensor in from outside: of a main graph, and of a function that is shown as one."""
MISSING = "_Missing"
"""Stands for an op that others read although the file does not have it. TensorFlow has no such op: opscope makes it, so that
every input of every op is there and nothing is made up about where it comes from."""

CONSTANTS = frozenset({"Const", "HostConst", "ImmutableConst"})
"""Ops whose result is in the graph, or in a file that the graph names. ``HostConst`` keeps it in host memory."""
REF_VARIABLES = frozenset({"VariableV2", "Variable"})
"""The ops that are a variable in TensorFlow 1. Their output is the value itself, not a handle."""
VARIABLES = REF_VARIABLES | {"VarHandleOp", "VAR_HANDLE"}
"""All ops that are a variable."""
READ = "ReadVariableOp"
"""The op that reads the variable behind a resource handle."""
HANDLES = FED | {ARGUMENT, "VarHandleOp", "VAR_HANDLE"}
"""Ops whose output may be a variable's resource handle: ``VarHandleOp`` makes it (``VAR_HANDLE`` is TensorFlow Lite's), the others get it
from outside."""

SWITCHES = frozenset({"Switch", "RefSwitch"})
"""TensorFlow 1's ops that hand a tensor on to one of two sides: output 0 where the condition is false, output 1 where it is true."""

MERGES = frozenset({"Merge", "RefMerge"})
"""TensorFlow 1's ops that hand on whichever of their inputs comes: behind a branch, or at the beginning of a loop's iteration."""
ITERATED = frozenset({"NextIteration", "RefNextIteration"})
"""TensorFlow 1's ops that hand a loop's variable to the Merge of the next iteration."""

LITE_RUNNERS = frozenset(
    {"WHILE", "IF", "CALL", "CALL_ONCE", "STABLEHLO_WHILE", "STABLEHLO_CASE", "STABLEHLO_COMPOSITE"}
)
"""The operators of TensorFlow Lite that run subgraphs. They are among the ops below; in a GraphDef they would be someone's own ops."""
LOOPS = frozenset({"While", "StatelessWhile", "WHILE", "STABLEHLO_WHILE"})
"""Loops: while the condition is true, run the body. (``Stateless``: TensorFlow may merge or drop the op.)"""
CASES = frozenset({"Case", "StatelessCase", "STABLEHLO_CASE"})
"""Ops that run one of any number of bodies; the first input is its number."""
BRANCHES = CASES | {"If", "StatelessIf", "IF"}
"""All ops that run one of several bodies, which the first input chooses."""
FUNCTION_CALLS = frozenset({"PartitionedCall", "StatefulPartitionedCall", "CALL", "CALL_ONCE", "STABLEHLO_COMPOSITE"})
"""Ops that call a function. An op type may also be the name of a function itself: see `program.program.Library`."""
FUNCTION_RUNNERS = LOOPS | BRANCHES | FUNCTION_CALLS
"""All ops that run functions; their functions are expanded."""
COMPILED_MARK = "_XlaMustCompile"
"""The attribute that TensorFlow sets on a function with `jit_compile=True`, and on each call of it."""

KERAS_LAYER, KERAS_OPERATION, OTHER_LAYER = "Keras>", "Keras>ops.", "Layer>"
"""How the types of ops begin that are calls of layers, in a graph that was read from the configuration of a Keras model: ``Keras>Conv2D``
is one of Keras's own, ``Keras>ops.Add`` one of its operations, ``Layer>GatedBlock`` any other. TensorFlow has ops called ``Conv2D`` and
``Add``, which are something else; its own names for ops of a package are spelled like these (``Addons>Gelu``)."""

CALL_KINDS = frozenset({"model", "module", "layer"})
"""Groups that are calls of the user's objects, so they have a class, a call number, variables and parameters."""
LOOP_PARTS = frozenset({"cond", "body"})
"""The two bodies of a loop. Both run in each iteration, and the condition once more at the end. The functions of a ``dataset`` are
each a ``body`` too, see `loop_part`."""
CHOICE_PARTS = frozenset({"branch"})
"""One body of an ``if``. Only one of them runs."""
FLOW_KINDS = frozenset({"while", "if", "dataset"})
"""Groups around the bodies of a loop, of an ``If`` or ``Case`` op, or of an op that runs functions for each element of a dataset.
They hold the bodies and are not bodies."""
FLOW_PARTS = LOOP_PARTS | CHOICE_PARTS
"""The bodies inside a group of `FLOW_KINDS`."""
GIVING_PARTS = FLOW_PARTS - {"cond"}
"""The bodies whose results become those of the loop or branch. The result of a condition only decides what runs."""
BODY_KINDS = FLOW_PARTS | {"function"}
"""Groups of these kinds are always bodies. Some layers are bodies too: see `is_body`."""

PHASES = ("forward", "loss", "backward", "optimizer", "metrics")
"""The phases of a training step, in the order in which they run. Metrics run beside the last two."""
FIRST_PHASES = frozenset(PHASES[:2])
"""The phases that compute the loss, by ops that the user wrote."""
LATER_PHASES = frozenset(PHASES[2:])
"""The phases that a forward pass alone does not have: gradients, updates and metrics."""
REST_PHASES = frozenset({PHASES[0], PHASES[4]})
"""The phases of what is neither loss nor gradient nor update: the forward pass and the metrics."""
JUDGING_PHASES = frozenset({PHASES[1], PHASES[4]})
"""The phases that compare what a model gives with what it should give: the loss and the metrics."""

REPLICA = "replica"
"""The kind of group that holds what one replica of a distribution strategy does: its phases, or its layers."""

KINDS = (
    *("model", "module", "layer", "scope", "function"),
    *("while", "cond", "body", "if", "branch", "dataset"),
    *PHASES,
    REPLICA,
)
"""Every value of `Group.kind`."""


class HasParent(Protocol):
    """A group, or the template of one (`LocalGroup`)."""

    @property
    def parent(self) -> int:
        """The index of the group around it; negative if there is none."""


def chain(groups: Sequence[HasParent], index: int) -> Iterator[int]:
    """The index of a group, then those of the groups around it, from the inside out.

    A negative index gives nothing: it is what stands for the group of a loose op, one that is in no group.
    """
    while index >= 0:
        yield index
        index = groups[index].parent


def groups_inside(groups: Sequence[HasParent], index: int) -> List[int]:
    """The indices of the groups in a group, at any depth, in their order."""
    inside = {index}
    for place in range(index + 1, len(groups)):  # groups come after their parents
        if groups[place].parent in inside:
            inside.add(place)
    return sorted(inside - {index})


def layer_class(op: str) -> str:
    """The class of the layer that an op is a call of; "" for an op of TensorFlow.

    >>> layer_class("Keras>Conv2D"), layer_class("Keras>ops.Add"), layer_class("Layer>GatedBlock"), layer_class("Conv2D")
    ('Conv2D', 'Add', 'GatedBlock', '')
    """
    for start in (KERAS_OPERATION, KERAS_LAYER, OTHER_LAYER):
        if op.startswith(start):
            return op[len(start) :]
    return ""


def is_body(group: "Group") -> bool:
    """Whether the group holds the ops of a function that an op (`Group.owner`) runs.

    The kind is then one of `BODY_KINDS`; or it is a layer, if the function that a file calls is the layer's own.
    """
    return group.owner >= 0 and group.kind not in FLOW_KINDS


def is_called(group: "Group") -> bool:
    """Whether the group is the body of a call: it runs each time its owner runs, which the body of a branch may not."""
    return is_body(group) and group.kind not in FLOW_PARTS


def is_step(kinds: Iterable[str]) -> bool:
    """Whether a graph with groups of these kinds holds a training step: one that has an optimizer.

    Where no variable is assigned from a gradient, as in a sampler or a saliency map, there may be a backward group without one.
    """
    return "optimizer" in kinds


def outermost_phases(groups: "Sequence[Group]") -> List[int]:
    """The groups that are phases and lie in no other phase, so that no op is in two of them."""
    inside: List[bool] = []
    found: List[int] = []
    for index, group in enumerate(groups):
        # A parent comes before its children, so it is known whether it is or lies in a phase.
        around = group.parent >= 0 and inside[group.parent]
        inside.append(around or group.kind in PHASES)
        if inside[index] and not around:
            found.append(index)
    return found


def loop_part(groups: "Sequence[Group]", index: int) -> str:
    """``cond`` or ``body`` for the group of a loop's condition or body; empty for any other, such as a function of a dataset."""
    group = groups[index]
    return group.kind if group.kind in LOOP_PARTS and group.owner >= 0 and not is_of_dataset(groups, index) else ""


def is_of_dataset(groups: "Sequence[Group]", index: int) -> bool:
    """Whether the group is the body of a function that an op runs for each element of a dataset."""
    group = groups[index]
    owned = group.owner >= 0 and group.parent >= 0
    return owned and group.kind == "body" and groups[group.parent].kind == "dataset"


def repeats(group: "Group") -> bool:
    """Whether the group is one around bodies that run again and again: a loop, or what runs functions for each element of a dataset."""
    return group.kind in FLOW_KINDS and group.kind != "if"


def outer_phases(groups: "Sequence[Group]") -> List[int]:
    """For each group: the outermost phase of a training step that it is or lies in; -1 if there is none."""
    found: List[int] = []
    for index, group in enumerate(groups):
        # A parent comes before its children, so its phase is known.
        around = found[group.parent] if group.parent >= 0 else -1
        found.append(around if around >= 0 else index if group.kind in PHASES else -1)
    return found


def phases(groups: "Sequence[Group]") -> List[str]:
    """For each group: the innermost phase of a training step that it is or lies in; empty if there is none."""
    found: List[str] = []
    for group in groups:
        # A parent comes before its children, so its phase is known.
        found.append(group.kind if group.kind in PHASES else found[group.parent] if group.parent >= 0 else "")
    return found
