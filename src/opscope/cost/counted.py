"""Formulas of ops that do the same number of operations for each element, made of tables: operations -> the ops that do so many."""

from __future__ import annotations

from typing import Callable, Dict, Mapping

from .op import Formula


def per_output(count: float) -> Formula:
    """So many operations for each element of the result."""
    return lambda op: count * op.size_out()


def per_input(count: float) -> Formula:
    """So many operations for each element of the first input."""
    return lambda op: count * op.size_in(0)


def formulas_of(table: Mapping[int, str], make: Callable[[int], Formula]) -> Dict[str, Formula]:
    """The formulas of a table's ops; `make` makes one of the number of operations."""
    return {name: make(count) for count, names in table.items() for name in names.split()}
