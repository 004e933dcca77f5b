"""What ops and groups are: which op types are inputs, variables, loops or calls, which groups are bodies or phases.

The only place that lists them: a set of its own in a room would sooner or later miss a member. Names of op types are those of
TensorFlow's op registry; kinds are values of `Group.kind`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Iterator, List, Protocol, Sequence

if TYPE_CHECKING:
    from .groups import Group

FED = frozenset({"Placeholder", "PlaceholderV2"})
"""Placeholders that have no value unless the caller feeds one; V2 differs in that its shape attribute is always believed."""
PLACEHOLDERS = FED | {"PlaceholderWithDefault"}
"""All ops that a caller of the main graph may feed; the one with a default also has an input, the default."""
ARGUMENT, RESULT = "_Arg", "_Retval"
"""The ops at the two ends of a function's body."""
ENDS = frozenset({ARGUMENT, RESULT})
"""They compute nothing: the call hands the tensors in and takes them out."""
INPUTS = PLACEHOLDERS | {ARGUMENT}
"""What brings a tensor in from outside, in a main graph and in a function shown as one."""
MISSING = "_Missing"
"""Stands for an op that others read although the file does not have it. TensorFlow has no such op: opscope makes it, so that
every input of every op is there and nothing is made up about where it comes from."""

CONSTANTS = frozenset({"Const", "HostConst", "ImmutableConst"})
"""Ops whose result the graph (or a file that it names) holds; a host constant differs only in where it lies."""
REF_VARIABLES = frozenset({"VariableV2", "Variable"})
"""TensorFlow 1's ops that hold a variable: what they hand out is its value, no handle ..."""
VARIABLES = REF_VARIABLES | {"VarHandleOp"}
"""... and all that hold a variable of the model."""
READ = "ReadVariableOp"
"""The op that reads the variable behind a resource handle."""
HANDLES = FED | {ARGUMENT, "VarHandleOp"}
"""Ops whose result may be a variable's resource handle: it is made here, or comes from outside."""

SWITCHES = frozenset({"Switch", "RefSwitch"})
"""TensorFlow 1's ops that hand a tensor on to one of two sides: output 0 where the condition is false, output 1 where it is true."""

LOOPS = frozenset({"While", "StatelessWhile"})
"""Ops that run a condition and a body until the condition is false; without state they may be merged or left out."""
CASES = frozenset({"Case", "StatelessCase"})
"""Ops that run one of any number of bodies, by its number ..."""
BRANCHES = CASES | {"If", "StatelessIf"}
"""... and all that run one of several bodies, which their first input chooses."""
FUNCTION_CALLS = frozenset({"PartitionedCall", "StatefulPartitionedCall"})
"""Ops that run one function once. (A function's own name may be an op type too: see `program.program.Library`.)"""
FUNCTION_RUNNERS = LOOPS | BRANCHES | FUNCTION_CALLS
"""Every op whose functions are expanded."""

CALL_KINDS = frozenset({"model", "module", "layer"})
"""Groups that are calls of a user's object and so carry class, call number, variables and parameters."""
LOOP_PARTS = frozenset({"cond", "body"})
"""The two bodies of a loop, which run once an iteration (the condition once more)."""
CHOICE_PARTS = frozenset({"branch"})
"""A body of an ``if``, of which one runs."""
FLOW_KINDS = frozenset({"while", "if"})
"""Groups around the bodies of a loop or of a branch; ``if`` also stands for a case op. They are no bodies themselves."""
FLOW_PARTS = LOOP_PARTS | CHOICE_PARTS
"""The bodies inside a group of `FLOW_KINDS`."""
GIVING_PARTS = FLOW_PARTS - {"cond"}
"""The bodies whose results are those of the loop or branch; a condition's result is only its own."""
BODY_KINDS = FLOW_PARTS | {"function"}
"""Groups that are always a body. A call of a layer's function is one too: see `is_body`."""

PHASES = ("forward", "loss", "backward", "optimizer")
"""The parts of a training step, in the order in which they run."""
FIRST_PHASES = frozenset(PHASES[:2])
"""Those that compute the loss, with the ops that the user wrote ..."""
LATER_PHASES = frozenset(PHASES[2:])
"""... and those that make a training step of it."""

KINDS = (
    *("model", "module", "layer", "scope", "function"),
    *("while", "cond", "body", "if", "branch"),
    *PHASES,
)
"""Every value of `Group.kind`."""


class HasParent(Protocol):
    """A group, or the template of one, that knows the position of the group around it (negative: there is none)."""

    @property
    def parent(self) -> int:
        """The position of the group around it."""


def chain(groups: Sequence[HasParent], index: int) -> Iterator[int]:
    """The group at `index` and those around it, the innermost first; nothing for a negative index (a loose op's group)."""
    while index >= 0:
        yield index
        index = groups[index].parent


def is_body(group: "Group") -> bool:
    """Whether the group holds the ops of a function that the op `Group.owner` runs.

    Its kind is one of `BODY_KINDS`, or that of a layer where a file's call runs a layer's own function.
    """
    return group.owner >= 0 and group.kind not in FLOW_KINDS


def is_called(group: "Group") -> bool:
    """Whether the group is a body that is called, so that it runs each time its owner runs: not one of a loop or branch."""
    return is_body(group) and group.kind not in FLOW_PARTS


def phases(groups: "Sequence[Group]") -> List[str]:
    """For each group the kind of the innermost phase of a training step that it is or lies in; empty for none."""
    found: List[str] = []
    for group in groups:
        found.append(group.kind if group.kind in PHASES else found[group.parent] if group.parent >= 0 else "")
    return found
