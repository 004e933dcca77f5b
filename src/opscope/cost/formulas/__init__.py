"""What each op type computes: every module of this folder has a table of formulas as ``FORMULAS``.

A formula takes an `Op` and gives what one execution of it computes: FLOPs as a plain number or, of a contraction, FLOPs
and multiply-adds together as a `Work`. An op type is in one module only. A module may also have ``UPDATES``: for its ops
that change a variable, which input has the variable's shape.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict

from ...folder import modules
from ..op import Formula


@lru_cache(maxsize=None)
def formulas() -> Dict[str, Formula]:
    """Op type -> its formula."""
    return _all("FORMULAS")


@lru_cache(maxsize=None)
def updates() -> Dict[str, int]:
    """Op type that changes a variable -> which input has the variable's shape."""
    return _all("UPDATES")


def _all(table: str) -> Dict[str, Any]:
    found: Dict[str, Any] = {}
    for module in modules(__name__):
        own = getattr(module, table, {})
        twice = sorted(found.keys() & own.keys())
        assert not twice, f"{module.__name__}.{table} has what another module has: {', '.join(twice)}"
        found.update(own)
    return found
