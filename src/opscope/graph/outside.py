"""Finds the datasets of a graph that were made outside of it: placeholders for them, since how they were made is not in the graph."""

from __future__ import annotations

from typing import TYPE_CHECKING, List, Tuple

from .vocabulary import ARGUMENT, PLACEHOLDERS

if TYPE_CHECKING:
    from .table import Consumers, NodeTable

_PASSING = frozenset({ARGUMENT, "Identity"})


def outside_datasets(table: "NodeTable") -> Tuple[int, ...]:
    """The rows of the placeholders that an op of tf.data takes as its dataset, directly or inside a function.

    Tensor lists have the same dtype, so the dtype alone does not tell.
    """
    fed = [
        row
        for row, (op, types) in enumerate(zip(table.ops, table.outputs))
        if op in PLACEHOLDERS and types and types[0].dtype == "variant"
    ]
    if not fed:
        return ()
    users = table.consumers()
    return tuple(row for row in fed if _is_taken(table, users, row))


def _is_taken(table: "NodeTable", users: "Consumers", row: int) -> bool:
    """Whether an op of tf.data uses what an op gives, or what it is passed on as."""
    waiting: List[int] = [row]
    seen = {row}
    while waiting:
        for user in users[waiting.pop()]:
            if user in seen:
                continue
            seen.add(user)
            if "Dataset" in table.ops[user]:
                return True
            if table.ops[user] in _PASSING:
                waiting.append(user)
    return False
