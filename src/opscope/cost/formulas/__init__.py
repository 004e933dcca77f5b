"""FLOPs by op type: every module of this folder has a table of formulas as ``FORMULAS``.

An op type is in one of them only. A module may also have ``UPDATES``: of its ops that change a variable, which input has the
variable's shape.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Dict

from ...folder import modules
from ..op import Formula


@lru_cache(maxsize=None)
def formulas() -> Dict[str, Formula]:
    """Op type -> FLOPs of one execution; a multiply-add is 2."""
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
