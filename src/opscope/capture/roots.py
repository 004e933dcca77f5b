"""Finds where the search for layers and variables begins: the target itself, or the objects that its function refers to."""

from __future__ import annotations

import functools
import types
import weakref
from typing import Any, Iterator, List, NamedTuple, Set

from .seams import function_class

_LIBRARIES = frozenset({"tensorflow", "keras", "tf_keras", "numpy"})
_MOST_FUNCTIONS = 1000
"""How many functions are followed. A target that leads to more has led into some library."""


class Root(NamedTuple):
    """An object and the name that the function has for it; empty for the target itself."""

    value: Any
    name: str


def roots_of(subject: Any) -> Iterator[Root]:
    """The target itself; if it is a function, the objects that its code and its arguments refer to."""
    if isinstance(subject, functools.partial):
        yield from (Root(value, f"args[{index}]") for index, value in enumerate(subject.args))
        yield from (Root(value, key) for key, value in subject.keywords.items())
        subject = subject.func
    if isinstance(subject, function_class()):
        subject = getattr(subject, "python_function", subject)
    # A decorated method: what it is bound to is on the inner one.
    if hasattr(subject, "__wrapped__") and isinstance(subject.__wrapped__, types.MethodType):
        subject = subject.__wrapped__
    if isinstance(subject, (types.FunctionType, types.MethodType)):
        yield from _of_function(subject, set())
    else:
        yield Root(subject, "")


def _of_function(function: Any, seen: Set[int]) -> Iterator[Root]:
    """What a function refers to: the object that it is a method of, objects in its closure, globals that it uses.

    Functions among them are followed, except those of libraries. `seen` has the code of the functions followed so far.
    """
    owner = getattr(function, "__self__", None)
    if owner is not None:
        yield Root(owner, "")
        function = function.__func__
    instance = _method_owner(function)
    if instance is not None:
        yield Root(instance, "")
    while hasattr(function, "__wrapped__"):  # a decorator's function in front of the user's
        function = function.__wrapped__
    code = getattr(function, "__code__", None)
    if code is None or id(code) in seen or len(seen) > _MOST_FUNCTIONS:
        return
    seen.add(id(code))
    functions = []
    for found, name in _named(function):
        value = getattr(found, "python_function", found) if isinstance(found, function_class()) else found
        if isinstance(value, (types.FunctionType, types.MethodType)):
            functions.append(value)
        elif not isinstance(value, (type, types.ModuleType)):  # classes and modules hold no variables of this model
            yield Root(value, name)
    for inner in functions:
        if (getattr(inner, "__module__", None) or "").partition(".")[0] not in _LIBRARIES:
            yield from _of_function(inner, seen)


def _method_owner(function: Any) -> Any:
    """The object that a `tf.function` is a method of; ``None`` for any other function.

    TensorFlow puts a function around it, in whose closure is a weak reference to the object under the name `weak_instance`.
    """
    code = getattr(function, "__code__", None)
    for name, cell in zip(code.co_freevars if code is not None else (), getattr(function, "__closure__", None) or ()):
        if name == "weak_instance" and isinstance(cell.cell_contents, weakref.ref):
            return cell.cell_contents()
    return None


def _named(function: Any) -> List[Root]:
    """The objects that a function's code names: first those in its closure, then globals."""
    code = function.__code__
    found: List[Root] = []
    for name, cell in zip(code.co_freevars, function.__closure__ or ()):
        try:
            found.append(Root(cell.cell_contents, name))
        except ValueError:  # a variable that is not assigned yet
            continue
    found += [Root(function.__globals__[name], name) for name in _names(code) if name in function.__globals__]
    return found


def _names(code: Any) -> Iterator[str]:
    """The names of the globals that code uses, functions inside it included. Python lists attributes among them."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, types.CodeType):
            yield from _names(constant)
