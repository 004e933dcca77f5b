"""Finds the modules in a folder, so that a new format, output or table of FLOP formulas needs nothing but its file."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType
from typing import List


def modules(package: str) -> List[ModuleType]:
    """Import all modules of a package, sorted by name.

    This should be fast, so such a module imports TensorFlow, NumPy and the like only inside its functions.
    """
    places = import_module(package).__path__
    return [import_module(f"{package}.{name}") for name in sorted(found.name for found in iter_modules(places))]
