"""Puts the ops of a function in place of its call, where that call is all that a graph does.

Keras 3 runs a training step as a function that takes a batch and calls another one, and a signature of a SavedModel is a
function that calls the model's. Left as they are, every layer would lie in a group ``StatefulPartitionedCall``, which takes
all of the time and says nothing.
"""

from __future__ import annotations

from array import array
from dataclasses import replace
from typing import Any, Container, Dict, List, Mapping, Optional, Tuple

from ..graph.types import CONTROL
from ..graph.vocabulary import COMPILED_MARK, ENDS, INPUTS, VARIABLES
from .body import Body, Call
from .program import Program

_AROUND = frozenset({*INPUTS, *ENDS, *VARIABLES, "Identity", "IdentityN", "NoOp", "Const"}) | frozenset(
    {"IteratorGetNext", "OptionalFromValue", "OptionalGetValue", "OptionalHasValue", "IteratorGetNextAsOptional"}
)
"""Ops that only fetch what a call is given, or hand on what it gives."""
_Edge = Tuple[int, int]


def without_sole_call(program: Program, kept: Container[str]) -> Program:
    """The program with the function's ops in the main graph, if one call is all that this does; else the program itself.

    The ops' names begin with the call's, as TensorFlow names them when it does the same before it runs the graph. A function
    that XLA compiles stays a call, since it runs as one op; and so does the call of a layer's own function.

    Args:
        program: as it is traced or read, before ops are marked dead.
        kept: the names of ops of the main graph that must stay, such as its outputs.
    """
    main = program.main
    call = _sole_call(main)
    if call is None:
        return program
    body = program.functions[call.parts[0][1]]
    name = main.names[call.node]
    controlled = any(output == CONTROL for _, output in main.inputs(call.node))
    of_layer = body.called_as is not None and bool(
        body.called_as.object_path
    )  # the root's path is empty: that is the whole
    if name in kept or controlled or of_layer or body.args != len(main.inputs(call.node)):
        return program
    merged = _Merged(main, body, call.node).main()
    if len(set(merged.names)) < len(merged):
        return program
    used = {part for each in (merged, *program.functions.values()) for call in each.calls for _, part in call.parts}
    return Program(merged, {key: value for key, value in program.functions.items() if key in used})


def _sole_call(main: Body) -> Optional[Call]:
    """The call that all but the ends of a graph is; ``None`` if there is more, or if XLA compiles it."""
    if len(main.calls) != 1 or main.calls[0].kind != "function" or main.node_group[main.calls[0].node] >= 0:
        return None
    call = main.calls[0]
    others = (op for row, op in enumerate(main.ops) if row != call.node)
    attrs = main.raw_attrs[call.node].attr
    compiled = COMPILED_MARK in attrs and attrs[COMPILED_MARK].b
    return call if not compiled and _AROUND.issuperset(others) else None


class _Merged:
    """The main graph with the rows of a function in place of its call: arguments and results are gone."""

    def __init__(self, main: Body, body: Body, call: int) -> None:
        self._main, self._body, self._call = main, body, call
        inner = range(body.args, len(body) - body.rets)
        # A row of the main graph is (True, row), one of the function (False, row).
        self._rows: List[Tuple[bool, int]] = [
            *((True, row) for row in range(call)),
            *((False, row) for row in inner),
            *((True, row) for row in range(call + 1, len(main))),
        ]
        self._new: Dict[Tuple[bool, int], int] = {old: row for row, old in enumerate(self._rows)}
        self._passed = main.inputs(call)

    def main(self) -> Body:
        """The columns of both."""
        main, body = self._main, self._body
        starts, nodes, outputs = array("q", [0]), array("i"), array("i")
        for outer, row in self._rows:
            edges = self._outer_edges(row) if outer else self._inner_edges(row)
            nodes.extend([node for node, _ in edges])
            outputs.extend([output for _, output in edges])
            starts.append(len(nodes))
        first = len(main.groups)
        prefix = f"{main.names[self._call]}/"
        sides = [main if outer else body for outer, _ in self._rows]
        pairs = [(side, row) for side, (_, row) in zip(sides, self._rows)]
        return main.with_columns(
            names=[side.names[row] if side is main else prefix + side.names[row] for side, row in pairs],
            ops=[side.ops[row] for side, row in pairs],
            edge_start=starts, edge_node=nodes, edge_output=outputs,
            outputs=[side.outputs[row] for side, row in pairs],
            raw_attrs=[side.raw_attrs[row] for side, row in pairs],
            devices=[side.devices[row] for side, row in pairs],
            calls=tuple([replace(each, node=self._new[False, each.node]) for each in body.calls]),
            missing={**self._moved(main.missing, True), **self._moved(body.missing, False)},
            closed={**self._moved(main.closed, True), **self._moved(body.closed, False)},
            control_outputs=self._control_outputs(),
            groups=(*main.groups, *[each._replace(parent=each.parent + first if each.parent >= 0 else -1) for each in body.groups]),
            node_group=array("i", [_group(side, row, 0 if side is main else first) for side, row in pairs]),
            sources={**self._moved(main.sources, True), **self._moved(body.sources, False)},
            handles={**self._moved(main.handles, True), **self._moved(body.handles, False)},
        )  # fmt: skip

    def _outer_edges(self, row: int) -> List[_Edge]:
        """The inputs of a row of the main graph. What comes from the call comes from what makes its results."""
        found: List[_Edge] = []
        for node, output in self._main.inputs(row):
            if node != self._call:
                found.append((self._new[True, node], output))
            elif output == CONTROL:
                found += [(self._new[False, inner], CONTROL) for inner in self._effects()]
            else:
                found.append(self._made(len(self._body) - self._body.rets + output, 0))
        return found

    def _inner_edges(self, row: int) -> List[_Edge]:
        """The inputs of a row of the function."""
        return [self._made(node, output) for node, output in self._body.inputs(row)]

    def _made(self, node: int, output: int) -> _Edge:
        """What makes a tensor of the function: of an argument, what the call passes; of a result, what it returns."""
        body = self._body
        while node >= len(body) - body.rets:
            node, output = body.inputs(node)[0]
        if node >= body.args:
            return self._new[False, node], output
        passed, number = self._passed[node]
        return self._new[True, passed], CONTROL if output == CONTROL else number

    def _effects(self) -> List[int]:
        """The rows of the function that run whenever it is called."""
        body = self._body
        return [row for row in body.control_outputs if body.args <= row < len(body) - body.rets]

    def _control_outputs(self) -> Tuple[int, ...]:
        outer = [self._new[True, row] for row in self._main.control_outputs if row != self._call]
        return (*outer, *[self._new[False, row] for row in self._effects()])

    def _moved(self, column: Mapping[int, Any], outer: bool) -> Dict[int, Any]:
        """The entries of a sparse column at their new rows."""
        return {self._new[outer, row]: value for row, value in column.items() if (outer, row) in self._new}


def _group(side: Body, row: int, first: int) -> int:
    return side.node_group[row] + first if side.groups and side.node_group[row] >= 0 else -1
