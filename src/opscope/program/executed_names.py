"""Finds the traced op for a name that the executor reports.

The executor does not run the traced graph but what Grappler made of it: functions are inlined, loops and branches are
replaced by Enter, Merge and Switch ops, arguments get lower-case names, optimisers rename nodes. Each rule here undoes
one of these changes to a name. A name that no rule explains is not attributed; nothing is guessed.
"""

from __future__ import annotations

import re
from typing import Dict, Iterator, Optional, Tuple

from ..graph.content import content_of
from ..graph.graph import Graph
from ..graph.vocabulary import BRANCHES, ENDS, FED, LOOPS

# What each pattern is for stands at the rule that uses it; for the first one: an inlined body is named
# ``<while>/body/_1/<op>``.
_ROLE = re.compile(r"/(body|cond|then|else|branch_?\d+)/_\d+(?=/)")
_CALL_END = re.compile(r"Func/(.+)/(?:input|output|input_control_node|output_control_node)/_\d+\Z")
_LOWERED = re.compile(r"_\d+\Z")
_LAYOUT = re.compile(r"(.+?)-(?:\d+-)*(?:\w+-)?LayoutOptimizer\Z")
_OPTIMISER = re.compile(
    r"(.*/)?(ArithmeticOptimizer|ConstantFolding|ConstantFoldingCtrl|DependencyOptimizer|Remapper)/(.+)\Z"
)
_LEAF = re.compile(r"Leaf_\d+_")
_RETURNED = re.compile(r"(_retval|_RetVal)+\Z")
_BRANCH = re.compile(r"/branch(\d+)(?=/|\Z)")  # executed names have ``branch0``, groups are called ``branch_0``
_DEVICE_ENDS = ENDS | {"_DeviceArg", "_DeviceRetval"}
"""Op types of arguments and results in the executed graph."""
_FLOW = LOOPS | BRANCHES


class Names:
    """Finds the ops of one graph by executed names. Each name is worked out once."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._rows: Dict[str, int] = {name: row for row, name in enumerate(content_of(graph).table.names)}
        self._results = {port.node for port in content_of(graph).outputs}
        self._owners = {group.owner for group in content_of(graph).groups if group.owner >= 0}
        self._ends: Optional[Dict[str, int]] = None
        self._memo: Dict[Tuple[str, str, bool], Optional[int]] = {}

    def find(self, name: str, op: str, prefix: str = "") -> Optional[int]:
        """The row of the op that ran as `name`; ``None`` if no rule explains the name.

        Args:
            name: the executed name.
            op: the type of the executed node.
            prefix: for a node of a function that was not inlined, the name of its call and a ``/``.
        """
        end = op in _DEVICE_ENDS
        key = (prefix, name, end)
        if key not in self._memo:
            self._memo[key] = self._find(name, prefix, end)
        return self._memo[key]

    def _find(self, name: str, prefix: str, end: bool) -> Optional[int]:
        """Try the name as it is, then without what inlining adds, then rule by rule, the most general one last."""
        plain = _plain(name)
        for candidate in (name, plain):
            row = self._row(prefix, candidate)
            if row is not None:
                return row
        if end:
            return self._end(prefix, plain)
        for rule in (self._call_end, self._layout, self._optimiser, self._composition, self._renamed, self._lowered):
            row = rule(plain, prefix)
            if row is not None:
                return row
        return None

    def is_there(self, name: str, op: str, prefix: str) -> bool:
        """Whether there is an op of that very name, but for what inlining adds: no other rule is asked."""
        plain = _plain(name)
        return (self._end(prefix, plain) if op in _DEVICE_ENDS else self._rows.get(prefix + plain)) is not None

    def _row(self, prefix: str, name: str) -> Optional[int]:
        """The row with this name. In a loop or branch that was not lowered, the name lacks the part: each is tried."""
        row = self._rows.get(prefix + name)
        if row is None and prefix:
            for part in ("body/", "cond/", "then/", "else/"):
                row = self._rows.get(f"{prefix}{part}{name}")
                if row is not None:
                    break
        return row

    def _end(self, prefix: str, name: str) -> Optional[int]:
        """The argument or result with this name.

        The executed name is the traced one in lower case, with ``_`` for ``/``. Behind a result's there may be
        ``_retval``.
        """
        ends = self._normal_ends()
        plain = name.lower()
        row = ends.get(prefix.lower() + plain)
        if row is None:
            row = ends.get(prefix.lower() + _RETURNED.sub("", name).lower())
        return row

    def _normal_ends(self) -> Dict[str, int]:
        """The names of all arguments and results, in the way that Grappler writes them -> their rows."""
        if self._ends is None:
            table = content_of(self._graph).table
            ends: Dict[str, int] = {}
            for port in content_of(self._graph).outputs:
                ends.setdefault(_normal(table.names[port.node]), port.node)
            for row, op in enumerate(table.ops):
                # In an expanded body, an end's own name has no ``/``: those before it belong to the name of the call.
                # In a traced function, arguments are placeholders, and a result comes from an Identity.
                if op in ENDS:
                    ends.setdefault(table.names[row].lower(), row)
                elif op in FED or op == "Identity":
                    ends.setdefault(_normal(table.names[row]), row)
            # A small tensor that a function captured is a Const in its graph, and an argument of what runs.
            for row, op in enumerate(table.ops):
                if op == "Const":
                    ends.setdefault(_normal(table.names[row]), row)
            self._ends = ends
        return self._ends

    def _owner_above(self, name: str, prefix: str, *, loops: bool) -> Optional[int]:
        """The innermost op with a body (with `loops`, only a loop or branch) whose name is the beginning of `name`."""
        parts = name.split("/")
        for count in range(len(parts), 0, -1):
            row = self._rows.get(prefix + "/".join(parts[:count]))
            if (
                row is not None
                and row in self._owners
                and (not loops or content_of(self._graph).table.ops[row] in _FLOW)
            ):
                return row
        return None

    def _call_end(self, name: str, prefix: str) -> Optional[int]:
        """``Func/<call>/input/_3``: a node that inlining puts where a call began or ended. It belongs to the call."""
        match = _CALL_END.match(name)
        return self._owner_above(_ROLE.sub(r"/\1", match.group(1)), prefix, loops=False) if match else None

    def _renamed(self, name: str, prefix: str) -> Optional[int]:
        """``probs_0``: an op that gives the function's result ``probs``, where the result took the op's own name."""
        row = None if prefix else self._rows.get(_LOWERED.sub("", name))
        return row if row in self._results else None

    def _lowered(self, name: str, prefix: str) -> Optional[int]:
        """``<while>/merge/_18``: one of the ops (Enter, Merge, Switch, Exit) that a loop or branch was replaced by."""
        if _LOWERED.search(name):
            return self._owner_above(name, prefix, loops=True)
        return None

    def _layout(self, name: str, prefix: str) -> Optional[int]:
        """``<node>-0-0-TransposeNHWCToNCHW-LayoutOptimizer``: a transpose that was put before or after the node."""
        match = _LAYOUT.match(name)
        return self._row(prefix, match.group(1)) if match else None

    def _optimiser(self, name: str, prefix: str) -> Optional[int]:
        """Made of a node: ``<scope>/ArithmeticOptimizer/<Stage>_<node>``, ``<scope>/ConstantFolding/<node>_<what>``."""
        match = _OPTIMISER.match(name)
        if not match:
            return None
        scope, stage, rest = match.group(1) or "", match.group(2), match.group(3)
        candidates = list(_shorter(rest))
        if stage == "ArithmeticOptimizer":
            rest = _LEAF.sub("", rest.partition("_")[2])
            # What was made of the node stands before its name here: ``SimplifyAggregation_Const_sum`` is of ``sum``.
            candidates = [rest, rest.partition("_")[2], *_shorter(rest)]
        for candidate in candidates:
            for whole in (scope + candidate, candidate):
                row = self._row(prefix, whole)
                if row is not None:
                    return row
        return None

    def _composition(self, name: str, prefix: str) -> Optional[int]:
        """``<node>/unary_ops_composition``: a chain of elementwise ops, fused; the node is its last op."""
        head, _, last = name.rpartition("/")
        return self._row(prefix, head) if last == "unary_ops_composition" else None


def _shorter(name: str) -> Iterator[str]:
    """The name and ever shorter ones: ``a_b_c``, ``a_b``, ``a``, then the same without the first word: ``b_c``, ``b``.

    What was made of the node stands behind its name, and a dtype may stand before it. How many words these have is not
    known, so all are tried.
    """
    words = name.split("_")
    for first in range(min(2, len(words))):
        for last in range(len(words), first, -1):
            yield "_".join(words[first:last])


def _normal(name: str) -> str:
    return name.replace("/", "_").lower()


def _plain(name: str) -> str:
    """An executed name without what inlining adds to it."""
    return _BRANCH.sub(r"/branch_\1", _ROLE.sub(r"/\1", name))
