"""Finds the live object that a text names as ``module:attribute`` or ``file.py:attribute``, by importing its module."""

from __future__ import annotations

import importlib
import importlib.util
import inspect
import pkgutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import InputError, LoadError
from ..load.given_path import is_there, refuse_python
from ..load.path_meant import path_meant
from ..suggestions import did_you_mean
from .layer_making import layers_noted
from .slow_import import slow_import_told

if TYPE_CHECKING:
    from types import ModuleType


def live_object(source: str) -> Any:
    """Import the module that `source` names, and return the object in it.

    Raises:
        LoadError: it has another form, or there is no such module, or it cannot be imported, or has no such attribute.
        InputError: it names a class, or only a file of Python code.
    """
    refuse_python(source)
    place, colon, attribute = source.rpartition(":")
    if not colon or not place or not attribute:
        remedy = path_meant(source) or "give a model file, module:attribute or file.py:attribute"
        raise LoadError(f"{source}: there is no such file or folder; {remedy}")
    return _attribute(_module(place), attribute, source)


def _module(place: str) -> "ModuleType":
    """Import a module by name, or a Python file by path.

    As with ``python file.py`` and ``python -m module``, the file's folder or the working directory is put on
    `sys.path`, so that the code can import its neighbours.
    """
    path = Path(place)
    is_file = path.suffix == ".py"
    if is_file and not (is_there(place) and path.is_file()):
        raise LoadError(f"{place}: there is no such file; {path_meant(place) or 'check the path'}")
    # The file's folder, so that it can import its neighbours.
    folder = str(path.resolve().parent if is_file else _working_directory())
    if folder not in sys.path:
        sys.path.insert(0, folder)
    try:
        with layers_noted(__file__), slow_import_told(place, __file__):
            return _run_file(path) if is_file else importlib.import_module(place)
    except ModuleNotFoundError as error:
        # That the named module is not there is all that a traceback would tell.
        raise LoadError(_missing(place, error)) from None if _is_named(place, error) else error
    except (Exception, SystemExit) as error:
        msg = f"importing {place} failed with {type(error).__name__}: {error}; --traceback shows where"
        raise LoadError(msg) from error


def _working_directory() -> Path:
    """The working directory; `LoadError` if it was removed meanwhile."""
    try:
        return Path.cwd()
    except FileNotFoundError as error:
        raise LoadError("the working directory no longer exists; cd to one that does") from error


def _is_named(place: str, error: ModuleNotFoundError) -> bool:
    """Whether the missing module is the one that the user named, or a package that should hold it."""
    return error.name is not None and f"{place}.".startswith(f"{error.name}.")


def _missing(place: str, error: ModuleNotFoundError) -> str:
    """The message for a missing module: it is the one that the user named, or one that this one imports."""
    if error.name is None or _is_named(place, error):
        remedy = _module_meant(error.name) if error.name else ""
        return f"there is no module {place}; {remedy or 'check the name, run the command in its folder, or give file.py:attribute'}"
    package = error.name.partition(".")[0]
    return (
        f"{place} imports {error.name}, which is not installed here; install it, for example with pip install {package}"
    )


def _module_meant(name: str) -> str:
    """A question for the module that was probably meant by one that is not there: beside it in its package, or on the path."""
    package, dot, _ = name.rpartition(".")
    folders = getattr(sys.modules.get(package), "__path__", []) if dot else None
    names = [found.name for found in pkgutil.iter_modules(folders) if not found.name.startswith("_")]
    return did_you_mean(name, [f"{package}{dot}{each}" for each in names])


def _run_file(path: Path) -> "ModuleType":
    """Import a Python file, under its name without ``.py``; one that was imported so is not run a second time."""
    before = sys.modules.get(path.stem)
    if before is not None and getattr(before, "__file__", None) == str(path):
        return before
    spec = importlib.util.spec_from_file_location(path.stem, path)
    if spec is None or spec.loader is None:
        msg = f"{path} is no Python file"
        raise ImportError(msg)
    module = importlib.util.module_from_spec(spec)
    sys.modules[path.stem] = module  # as `importlib` does; dataclasses and pickle look for a class's module there
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[path.stem]  # or the next import would find what is there of it
        raise
    return module


def _attribute_meant(target: Any, name: str) -> str:
    """A question for the attribute that was probably meant. What a module imports is not meant."""
    known = [each for each in dir(target) if name.startswith("_") or not each.startswith("_")]
    return did_you_mean(name, [each for each in known if not inspect.ismodule(getattr(target, each, None))])


def _attribute(module: "ModuleType", attribute: str, source: str) -> Any:
    """The object in a module; the attribute may have dots, as ``net.encoder``."""
    target: Any = module
    for name in attribute.split("."):
        if not hasattr(target, name):
            remedy = _attribute_meant(target, name) or "give the name of a model, layer or function in it"
            raise LoadError(f"{source}: {module.__name__} has no {attribute}; {remedy}")
        target = getattr(target, name)
    if inspect.isclass(target):
        msg = f"{source} is a class; give an instance of it, or a function"
        raise InputError(msg)
    return target
