"""Which operators run subgraphs, and as what: calls, loops, branches.

Source: the operators' kernels in tflite/kernels (google-ai-edge/LiteRT): while.cc, if.cc, call_once.cc, stablehlo_case.cc.
"""

from __future__ import annotations

from typing import Dict, List, NamedTuple, Tuple

from .lite_model import LiteOperator


class SubgraphCall(NamedTuple):
    """The subgraphs that an operator runs, with the fields of `program.body.Call`."""

    kind: str
    parts: Tuple[Tuple[str, int], ...]
    """Pairs of a role and the number of a subgraph."""
    first_arg: int = 0


_FIELDS: Dict[str, Tuple[str, Tuple[Tuple[str, str], ...], int]] = {
    "CALL": ("function", (("", "subgraph"),), 0),
    "CALL_ONCE": ("function", (("", "init_subgraph_index"),), 0),
    "STABLEHLO_COMPOSITE": ("function", (("", "decomposition_subgraph_index"),), 0),
    "WHILE": ("while", (("cond", "cond_subgraph_index"), ("body", "body_subgraph_index")), 0),
    "STABLEHLO_WHILE": ("while", (("cond", "cond_subgraph_index"), ("body", "body_subgraph_index")), 0),
    "IF": ("if", (("then", "then_subgraph_index"), ("else", "else_subgraph_index")), 1),
}
"""Operator -> the kind of its group, for each role the option that names the subgraph, the input that is its first argument."""
_CASE = "STABLEHLO_CASE"


def subgraph_call_of(operator: LiteOperator) -> Tuple[SubgraphCall, ...]:
    """How the operator runs subgraphs; nothing if it runs none, or for each element in a way of its own (a reduction, a sort)."""
    named = operator.options.subgraphs
    if operator.op == _CASE:
        branches = named.get("branch_subgraph_indices", ())
        return (SubgraphCall("if", tuple((f"branch_{k}", number) for k, number in enumerate(branches)), 1),)
    if operator.op not in _FIELDS:
        return ()
    kind, roles, first = _FIELDS[operator.op]
    parts = tuple((role, number) for role, field in roles for number in named.get(field, ()))
    return (SubgraphCall(kind, parts, first),) if len(parts) == len(roles) else ()


def named_subgraphs(operator: LiteOperator) -> List[int]:
    """All subgraphs that an operator names."""
    return [number for numbers in operator.options.subgraphs.values() for number in numbers]
