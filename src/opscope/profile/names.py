"""Executed names -> rows of the node table.

The executor runs what Grappler made of the function: bodies inlined under ``_N`` scopes, loops lowered to Enter, Merge
and Switch, arguments in lower case, nodes renamed by optimisers. Each rule here undoes one of these; a name that none
explains stays unresolved, it is never guessed.
"""

from __future__ import annotations

import re
from typing import Dict, Iterator, Optional, Tuple

from ..graph.graph import Graph
from ..graph.vocabulary import BRANCHES, ENDS, FED, LOOPS

_ROLE = re.compile(r"/(body|cond|then|else|branch_?\d+)/_\d+(?=/)")
_CALL_END = re.compile(r"Func/(.+)/(?:input|output|input_control_node|output_control_node)/_\d+\Z")
_LOWERED = re.compile(r"_\d+\Z")
_LAYOUT = re.compile(r"(.+?)-(?:\d+-)*(?:\w+-)?LayoutOptimizer\Z")
_OPTIMISER = re.compile(
    r"(.*/)?(ArithmeticOptimizer|ConstantFolding|ConstantFoldingCtrl|DependencyOptimizer|Remapper)/(.+)\Z"
)
_LEAF = re.compile(r"Leaf_\d+_")
_RETURNED = re.compile(r"(_retval|_RetVal)+\Z")
_BRANCH = re.compile(r"/branch(\d+)(?=/|\Z)")
_DEVICE_ENDS = ENDS | {"_DeviceArg", "_DeviceRetval"}
_FLOW = LOOPS | BRANCHES


class Names:
    """Resolves executed names of one graph; results are remembered."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._rows: Dict[str, int] = {name: row for row, name in enumerate(graph.table.names)}
        self._owners = {group.owner for group in graph.groups if group.owner >= 0}
        self._ends: Optional[Dict[str, int]] = None
        self._memo: Dict[Tuple[str, str, bool], Optional[int]] = {}

    def find(self, name: str, op: str, prefix: str = "") -> Optional[int]:
        """The row that ran as `name` with kernel type `op`, below the call `prefix` (ends in ``/``) if not inlined."""
        end = op in _DEVICE_ENDS
        key = (prefix, name, end)
        if key not in self._memo:
            self._memo[key] = self._find(name, prefix, end)
        return self._memo[key]

    def _find(self, name: str, prefix: str, end: bool) -> Optional[int]:
        plain = _BRANCH.sub(r"/branch_\1", _ROLE.sub(r"/\1", name))
        for candidate in (name, plain):
            row = self._row(prefix, candidate)
            if row is not None:
                return row
        if end:
            return self._end(prefix, plain)
        for rule in (self._call_end, self._layout, self._optimiser, self._composition, self._lowered):
            row = rule(plain, prefix)
            if row is not None:
                return row
        return None

    def _row(self, prefix: str, name: str) -> Optional[int]:
        """By name; in a loop that runs without being lowered the part (condition or body) is not in the name."""
        row = self._rows.get(prefix + name)
        if row is None and prefix:
            for part in ("body/", "cond/", "then/", "else/"):
                row = self._rows.get(f"{prefix}{part}{name}")
                if row is not None:
                    break
        return row

    def _end(self, prefix: str, name: str) -> Optional[int]:
        """Arguments and results: traced names in lower case, ``/`` as ``_``; results may end in ``_retval``."""
        ends = self._normal_ends()
        plain = name.lower()
        row = ends.get(prefix.lower() + plain)
        if row is None:
            row = ends.get(prefix.lower() + _RETURNED.sub("", name).lower())
        return row

    def _normal_ends(self) -> Dict[str, int]:
        if self._ends is None:
            table = self._graph.table
            ends: Dict[str, int] = {}
            for port in self._graph.content.outputs:
                ends.setdefault(_normal(table.names[port.node]), port.node)
            for row, op in enumerate(table.ops):
                if op in ENDS:  # their own name follows the last ``/`` and is normal already
                    ends.setdefault(table.names[row].lower(), row)
                elif op in FED or op == "Identity":  # what a function returns goes through an Identity
                    ends.setdefault(_normal(table.names[row]), row)
            self._ends = ends
        return self._ends

    def _owner_above(self, name: str, prefix: str, *, loops: bool) -> Optional[int]:
        """The nearest call, loop or branch node whose name is the beginning of `name`."""
        parts = name.split("/")
        for count in range(len(parts), 0, -1):
            row = self._rows.get(prefix + "/".join(parts[:count]))
            if row is not None and row in self._owners and (not loops or self._graph.table.ops[row] in _FLOW):
                return row
        return None

    def _call_end(self, name: str, prefix: str) -> Optional[int]:
        """``Func/<call>/input/_3``: what inlining puts at the ends of a call."""
        match = _CALL_END.match(name)
        return self._owner_above(_ROLE.sub(r"/\1", match.group(1)), prefix, loops=False) if match else None

    def _lowered(self, name: str, prefix: str) -> Optional[int]:
        """``<while>/merge/_18``: the Enter, Merge, Switch, Exit that a loop or branch is lowered to."""
        if _LOWERED.search(name):
            return self._owner_above(name, prefix, loops=True)
        return None

    def _layout(self, name: str, prefix: str) -> Optional[int]:
        """``<node>-0-0-TransposeNHWCToNCHW-LayoutOptimizer``: the node it was put around."""
        match = _LAYOUT.match(name)
        return self._row(prefix, match.group(1)) if match else None

    def _optimiser(self, name: str, prefix: str) -> Optional[int]:
        """``<scope>/ArithmeticOptimizer/<Stage>_<node>`` and ``<scope>/ConstantFolding/<node>_<what>``."""
        match = _OPTIMISER.match(name)
        if not match:
            return None
        scope, stage, rest = match.group(1) or "", match.group(2), match.group(3)
        if stage == "ArithmeticOptimizer":
            rest = _LEAF.sub("", rest.partition("_")[2])
        for candidate in _shorter(rest):
            for whole in (scope + candidate, candidate):
                row = self._row(prefix, whole)
                if row is not None:
                    return row
        return None

    def _composition(self, name: str, prefix: str) -> Optional[int]:
        """``<node>/unary_ops_composition``: a chain of elementwise ops that ends in the node."""
        head, _, last = name.rpartition("/")
        return self._row(prefix, head) if last == "unary_ops_composition" else None


def _shorter(name: str) -> Iterator[str]:
    """`name`, then without words at its end (what was made of the node), then without the first (a dtype)."""
    words = name.split("_")
    for first in range(min(2, len(words))):
        for last in range(len(words), first, -1):
            yield "_".join(words[first:last])


def _normal(name: str) -> str:
    return name.replace("/", "_").lower()
