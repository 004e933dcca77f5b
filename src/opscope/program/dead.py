"""Finds dead ops: those that neither an output nor a side effect needs. Drawings hide and count them by default."""

from __future__ import annotations

from typing import Dict, Iterable, List, Mapping, Optional, Set

from ..graph.closure import all_reached
from ..graph.types import CONTROL
from ..graph.vocabulary import ENDS, FUNCTION_RUNNERS, INPUTS, LITE_RUNNERS, MISSING, PLACEHOLDERS, READ, VARIABLES
from .body import Body
from .data_functions import RUNNERS
from .opdefs import OpSignatures
from .program import Program

_HARMLESS = frozenset(
    {
        *PLACEHOLDERS, *ENDS, *VARIABLES, READ, "VarIsInitializedOp", "VariableShape", "ResourceGather", "ResourceGatherNd",
        "HashTableV2", "MutableHashTableV2", "LookupTableFindV2", "LookupTableSizeV2",
        "RandomUniform", "RandomUniformInt", "RandomStandardNormal", "TruncatedNormal", "ParameterizedTruncatedNormal",
        "RandomGamma", "RandomShuffle", "Multinomial",
    }
)  # fmt: skip
"""Ops that change nothing anyone could see, though TensorFlow declares most of them stateful: they make, read or look up
something, or draw random numbers from a generator that no other op shares."""
_STATEFUL_CALLS = frozenset(op for op in FUNCTION_RUNNERS if not op.startswith("Stateless")) - {"PartitionedCall"}
"""Ops that may change something when we do not have the functions they run. `PartitionedCall` is left out by name: it is the
stateless twin of `StatefulPartitionedCall`."""


def mark_dead(
    program: Program, outputs: Iterable[int], signatures: OpSignatures, *, inputs: Optional[Iterable[int]] = None
) -> Program:
    """The program with `Body.dead` filled in; `outputs` are the rows of the main graph whose tensors the caller gets.

    A function's arguments and results and the main graph's inputs are never dead: they are what a caller sees. The `inputs` are the
    rows that a caller feeds; if nobody knows them, all placeholders are.
    """
    changing = _changing(program.functions, signatures)

    def marked(body: Body, roots: Iterable[int]) -> Body:
        calls = _calls(body)
        acting = [row for row in range(len(body)) if _acts(body, row, calls, changing, signatures)]
        # TensorFlow's control outputs may hold a plain read or a random op. These change nothing, so they need not run.
        must_run = [row for row in body.control_outputs if body.ops[row] not in _HARMLESS]
        return body.with_columns(dead=_dead(body, [*roots, *acting, *must_run]))

    functions = {
        name: marked(body, (*range(body.args), *range(len(body) - body.rets, len(body))))
        for name, body in program.functions.items()
    }
    if inputs is None:
        inputs = [row for row, op in enumerate(program.main.ops) if op in INPUTS]
    return Program(marked(program.main, [*outputs, *inputs]), functions)


def _changing(functions: Mapping[str, Body], signatures: OpSignatures) -> Set[str]:
    """The functions that change something, by an op of their own or by a function that they call, however deep.

    First the functions whose own ops act, then their callers, the callers' callers, and so on.
    """
    callers: Dict[str, List[str]] = {}
    changing: Set[str] = set()
    for name, body in functions.items():
        calls = _calls(body)
        for called in calls.values():
            for inner in called:
                callers.setdefault(inner, []).append(name)
        if any(_acts_itself(body, row, calls, signatures) for row in range(len(body))):
            changing.add(name)
    # A changing function makes its callers change something too.
    return all_reached(changing, callers)


def _calls(body: Body) -> Dict[int, List[str]]:
    """Row of each call -> names of the functions it runs."""
    return {call.node: [name for _, name in call.parts] for call in body.calls}


def _acts(body: Body, row: int, calls: Mapping[int, List[str]], changing: Set[str], signatures: OpSignatures) -> bool:
    """Whether the op changes something beyond its own outputs."""
    return _acts_itself(body, row, calls, signatures) or any(function in changing for function in calls.get(row, ()))


def _acts_itself(body: Body, row: int, calls: Mapping[int, List[str]], signatures: OpSignatures) -> bool:
    """Whether the op changes something even if the functions that it runs, and that we have, do not.

    A ReduceDataset does: it goes through a dataset, and so runs the functions of that.
    """
    op = body.ops[row]
    if op == MISSING:
        return False  # whatever it is, it is only here because another op reads it
    if op in _HARMLESS or op in FUNCTION_RUNNERS - LITE_RUNNERS:
        return op in _STATEFUL_CALLS and row not in calls
    if row in calls and op not in RUNNERS:
        return False  # a call by the function's own name
    signature = signatures.get(op)
    return signature is None or signature.stateful  # an op without a signature may do anything


def _dead(body: Body, roots: Iterable[int]) -> bytes:
    """1 for each row that none of `roots` needs."""
    dead = bytearray(b"\1" * len(body))
    waiting = list(roots)
    while waiting:
        row = waiting.pop()
        if dead[row]:
            dead[row] = 0
            waiting.extend(
                producer
                for producer, output in body.inputs(row)
                # TensorFlow makes a write wait for the reads before it. That alone does not keep a read alive.
                if output != CONTROL or body.ops[producer] not in _HARMLESS
            )
    return bytes(dead)
