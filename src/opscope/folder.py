"""The modules of a folder: how a format, an output or a table of FLOP formulas is found, once its file is there."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import List


def modules(package: str) -> List[ModuleType]:
    """Import all modules of a package, sorted by name. What only some of them need, they import when they are used."""
    places = import_module(package).__path__
    return [import_module(f"{package}.{name}") for name in sorted(found.name for found in iter_modules(places))]
