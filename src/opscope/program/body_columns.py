"""The columns of one `Body` while they are filled from a GraphDef or a FunctionDef.

There an input is a text like ``dense/MatMul:1``, here an edge to a row. A text that names an op which is not there makes a row
for that op, of type `MISSING`: graphs are passed around without their weights. A text that cannot be a name is a `LoadError`.
"""

from __future__ import annotations

from array import array
from itertools import accumulate, chain
from sys import intern
from typing import Any, Dict, Iterable, List, Mapping, Optional, Sequence, Set, Tuple

from ..errors import LoadError
from ..graph.edges import user_of
from ..graph.types import CONTROL, TensorType
from ..graph.vocabulary import MISSING
from .opdefs import OpSignature
from .output_types import OutputTypes

_NO_STARTS: Mapping[str, int] = {}


def quoted(name: str) -> str:
    """A name as an error message shows it: in quotes, cut at 120 characters."""
    return repr(name if len(name) <= 120 else name[:119] + "…")


class BodyColumns:
    """Columns being filled, in the order of the rows: arguments, nodes, results.

    `add_one` appends an argument or a result, `add_nodes` all nodes; each row's edges follow in the same order, and after
    those of all nodes `end_missing`. For a function (`function` is its name, "" for the main graph) see `program.read_function`.
    """

    def __init__(self, function: str, types: OutputTypes) -> None:
        self.function = function
        self.names: List[str] = []
        self.ops: List[str] = []
        self.outputs: List[Tuple[TensorType, ...]] = []
        self.raw: List[Any] = []
        self.devices: List[str] = []
        self.edge_start = array("q", [0])
        self.edge_node = array("i")
        self.edge_output = array("i")
        self.rows: Dict[str, int] = {}
        self._missing = 0  # rows of ops that are not there and do not have their (empty) edges yet
        self._types = types
        # For each row: name of an output argument -> number of its first output; {"output": 0} for a Split.
        self._starts: List[Mapping[str, int]] = []
        # The op types that have a signature. Of any other op the inputs of its users tell what outputs it has.
        self._declared: Set[str] = set()

    def add_one(self, name: str, op: str, outputs: Tuple[TensorType, ...], raw: Any) -> None:
        """Append a row that has no NodeDef: an argument or a result."""
        self.names.append(name)
        self.ops.append(op)
        self.outputs.append(outputs)
        self.raw.append(raw)
        self.devices.append("")
        self._starts.append(_NO_STARTS)

    def add_nodes(self, nodes: Sequence[Any], signature: Any) -> None:
        """Append a row for each NodeDef; `signature` gives the `OpSignature` of an op, or ``None``."""
        # Interned, the many equal texts are one: a large graph has tens of op types and few devices.
        ops = [intern(node.op) for node in nodes]
        self.names.extend([node.name for node in nodes])
        self.devices.extend([intern(node.device) for node in nodes])
        self.ops.extend(ops)
        known: Dict[str, Optional[OpSignature]] = {op: signature(op) for op in set(ops)}
        self._declared.update(op for op in known if known[op] is not None)
        found = self._types.of_nodes(nodes, ops, known)
        self.outputs.extend([each.types for each in found])
        self._starts.extend([each.starts for each in found])
        self.raw.extend([each.raw for each in found])

    def name_rows(self) -> None:
        """Fill `rows` with the names so far. Results come later and are left out, since no edge can name one."""
        self.rows = dict(zip(self.names, range(len(self.names))))
        if len(self.rows) != len(self.names):
            seen: Set[str] = set()
            twice = next(name for name in self.names if name in seen or seen.add(name))  # type: ignore[func-returns-value]
            raise LoadError(f"two nodes are called {quoted(twice)}{self._where()}; the file is damaged")

    def edge(self, producer: int, output: int) -> None:
        """Append an edge to the current row."""
        self.edge_node.append(producer)
        self.edge_output.append(output)

    def end_row(self) -> None:
        """The current row has all its edges; the next row becomes the current one."""
        self.edge_start.append(len(self.edge_node))

    def add_missing(self, node: str, texts: Iterable[str]) -> None:
        """Append a row for each op that these inputs name and that is not there; `node` is who reads them."""
        for text in texts:
            self._row(node, text, text.lstrip("^").partition(":")[0])
        self.end_missing()

    def end_missing(self) -> None:
        """End the rows of the ops that are not there, which follow the nodes and have no edges."""
        for _ in range(self._missing):
            self.end_row()
        self._missing = 0

    def graph_edges(self, nodes: Sequence[Any]) -> None:
        """The edges of the main graph's NodeDefs: ``name``, ``name:k`` or ``^name``.

        Most texts are just the name of a node and mean its output 0. So we look up all texts as names at once, which is
        fast, and then go through those that are none.
        """
        inputs = [node.input[:] for node in nodes]
        texts = list(chain.from_iterable(inputs))
        producers = list(map(self.rows.get, texts))
        self.edge_start.extend(accumulate(map(len, inputs)))
        self.edge_output.extend(bytes(len(texts)))  # so many zeros
        for edge in [edge for edge, producer in enumerate(producers) if producer is None]:
            text = texts[edge]
            producer = self.rows.get(text[1:]) if text[:1] == "^" else None
            if producer is not None:  # so it is with most of them
                producers[edge], self.edge_output[edge] = producer, CONTROL
                continue
            # Which node reads this text is only needed for the error message.
            name = nodes[user_of(self.edge_start, edge)].name
            producers[edge], self.edge_output[edge] = self._graph_edge(name, text)
        self.edge_node.extend(producers)  # type: ignore[arg-type]  # no None is left
        self.end_missing()

    def _graph_edge(self, node: str, text: str) -> Tuple[int, int]:
        """The row and output that ``^name`` or ``name:k`` means."""
        if text[:1] == "^":
            return self._row(node, text, text[1:]), CONTROL
        producer, colon, digits = text.rpartition(":")
        if not colon:
            return self._row(node, text, text), 0
        return self._row(node, text, producer), self._number(node, text, digits)

    def function_edge(self, node: str, text: str, args: int) -> None:
        """Append one edge of a function: ``argument``, ``node:output_argument:k`` or ``^node``.

        ``split:output:2`` is the third tensor of what Split calls `output`. The first `args` rows are the arguments.
        """
        if text[:1] == "^":
            self.edge(self._row(node, text, text[1:]), CONTROL)
            return
        producer, _, rest = text.partition(":")
        row = self._row(node, text, producer)
        if row < args or not rest:
            self.edge(row, 0)
            return
        name, _, digits = rest.partition(":")
        self.edge(row, self._start(node, text, row, name) + self._number(node, text, digits or "0"))

    def check_outputs(self) -> None:
        """Check that every edge names an output that is there. An op without a signature gets as many as are read."""
        lengths = [len(outputs) for outputs in self.outputs]
        more: Dict[int, int] = {}
        for producer, output in zip(self.edge_node, self.edge_output):
            if output >= lengths[producer]:
                more[producer] = max(output, more.get(producer, 0))
        for row, output in more.items():
            if self.ops[row] in self._declared:
                raise LoadError(
                    f"output {output} of node {quoted(self.names[row])}{self._where()} is read, but its op "
                    f"{self.ops[row]} has {lengths[row]}; the file is damaged"
                )
            self.outputs[row] = self._types.extended(self.names[row], self.outputs[row], output + 1)

    def _start(self, node: str, text: str, row: int, name: str) -> int:
        """The number of the first output of the output argument `name`.

        In what order an op without a signature has its outputs is not known: the first name that is read begins at 0, the
        second at 1, and so on, as if each name were one tensor.
        """
        starts = self._starts[row]
        if name not in starts:
            if self.ops[row] in self._declared:
                raise self._damaged(node, text, f"an output that {self.ops[row]} does not have")
            starts = self._starts[row] = {**starts, name: len(starts)}
        return starts[name]

    def _row(self, node: str, text: str, producer: str) -> int:
        """The row of an op; a new one if it is not there."""
        row = self.rows.get(producer)
        if row is None:
            if not producer:
                raise self._damaged(node, text, "which names no op")
            row = self.rows[producer] = len(self.names)
            self.add_one(producer, MISSING, (), {})
            self._missing += 1
        return row

    def _number(self, node: str, text: str, digits: str) -> int:
        if digits.isdecimal() and len(digits) < 7:  # no op has a million outputs, and an array holds no larger numbers
            return int(digits)
        raise self._damaged(node, text, "which names no output")

    def _damaged(self, node: str, text: str, why: str) -> LoadError:
        return LoadError(f"node {quoted(node)}{self._where()} reads {quoted(text)}, {why}; the file is damaged")

    def _where(self) -> str:
        return f" in function {quoted(self.function)}" if self.function else ""
