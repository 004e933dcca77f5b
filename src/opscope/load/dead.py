"""Which ops reach no output and no side effect: hidden by default in drawings, and counted."""

from __future__ import annotations

from typing import Callable, Dict, Iterable, List, Mapping

from .body import Body
from .graphdef import Program
from .opdefs import Signatures

_HARMLESS = frozenset(
    {
        "ReadVariableOp", "VarHandleOp", "VarIsInitializedOp", "VariableShape", "Placeholder", "PlaceholderWithDefault",
        "ResourceGather", "ResourceGatherNd", "RandomUniform", "RandomStandardNormal", "RandomUniformInt",
        "TruncatedNormal", "Multinomial", "RandomShuffle", "RandomGamma", "ParameterizedTruncatedNormal",
        "HashTableV2", "MutableHashTableV2", "LookupTableFindV2", "LookupTableSizeV2", "VariableV2",
    }
)  # fmt: skip
"""Ops that TensorFlow calls stateful and that change nothing anyone could see."""
_CALLS = frozenset({"StatefulPartitionedCall", "PartitionedCall", "While", "If", "Case"})


def mark_dead(program: Program, outputs: Iterable[int], signatures: Signatures) -> Program:
    """Fill `Body.dead`; `outputs` are the rows of the main graph whose tensors the caller gets.

    Arguments and results are never dead: they are the function's interface.
    """
    effects: Dict[str, bool] = {}

    def changes(function: str) -> bool:
        if function not in effects:
            effects[function] = False  # a recursive call adds nothing new
            body = program.functions[function]
            effects[function] = any(_acts(body, row, calls_of(body), changes, signatures) for row in range(len(body)))
        return effects[function]

    kept: Dict[str, Mapping[int, List[str]]] = {}

    def calls_of(body: Body) -> Mapping[int, List[str]]:
        if body.name not in kept:
            kept[body.name] = {call.node: [name for _, name in call.parts] for call in body.calls}
        return kept[body.name]

    def marked(body: Body, roots: Iterable[int]) -> Body:
        acting = [row for row in range(len(body)) if _acts(body, row, calls_of(body), changes, signatures)]
        return body.with_columns(dead=_dead(body, [*roots, *acting, *body.control_outputs]))

    functions = {
        name: marked(body, (*range(body.args), *range(len(body) - body.rets, len(body))))
        for name, body in program.functions.items()
    }
    inputs = [row for row, op in enumerate(program.main.ops) if op in {"Placeholder", "PlaceholderWithDefault", "_Arg"}]
    return Program(marked(program.main, [*outputs, *inputs]), functions)


def _acts(
    body: Body, row: int, calls: Mapping[int, List[str]], changes: Callable[[str], bool], signatures: Signatures
) -> bool:
    """Whether the op changes something beyond its own outputs."""
    if row in calls:
        return any(changes(function) for function in calls[row])
    op = body.ops[row]
    if op in _HARMLESS or op in _CALLS:
        return op in _CALLS and op != "PartitionedCall"
    signature = signatures.get(op)
    return signature.stateful if signature is not None else op not in {"_Arg", "_Retval"}


def _dead(body: Body, roots: Iterable[int]) -> bytes:
    dead = bytearray(b"\1" * len(body))
    waiting = list(roots)
    while waiting:
        row = waiting.pop()
        if dead[row]:
            dead[row] = 0
            waiting.extend(producer for producer, _ in body.inputs(row))
    return bytes(dead)
