"""Notes the user's line on which each Keras layer is made, while opscope imports the user's module: Keras itself keeps none.

Keras may not be imported yet, and is not before the user's code asks for it, which may want to set environment variables first.
"""

from __future__ import annotations

import sys
import weakref
from contextlib import contextmanager, suppress
from functools import wraps
from typing import Any, Callable, Dict, Iterator, List, NamedTuple, Optional, Tuple

from ..graph.types import Source
from .found_objects import FoundObjects
from .patches import LAYER_ROOTS
from .user_frames import Sources


class _Made(NamedTuple):
    """A layer, and the frame of the user's that made it."""

    layer: "weakref.ref[Any]"
    file: str
    line: int
    function: str


_MADE: Dict[int, _Made] = {}
"""By a layer's identity, as long as it lives."""


@contextmanager
def layers_noted(caller: str) -> Iterator[None]:
    """Inside, it is noted on which lines layers are made.

    Args:
        caller: the file of the function that imports the user's module. In a stack, what is before it is not the module's.
    """
    undo: List[Tuple[type, Any]] = []

    def hook(module: Any, name: str) -> None:
        cls = getattr(module, name, None)
        if isinstance(cls, type) and "__init__" in cls.__dict__:
            undo.append((cls, cls.__dict__["__init__"]))
            cls.__init__ = _noting(cls.__dict__["__init__"], caller, sources)  # type: ignore[misc]

    sources, finder = Sources(), _AfterImport(dict(LAYER_ROOTS), hook)
    for module, name in LAYER_ROOTS:
        if module in sys.modules:
            hook(sys.modules[module], name)
    sys.meta_path.insert(0, finder)
    try:
        yield
    finally:
        sys.meta_path[:] = [each for each in sys.meta_path if each is not finder]
        for cls, original in reversed(undo):
            cls.__init__ = original


class _AfterImport:
    """A finder of modules: some it has found by the others, and calls a function when such a module was run."""

    def __init__(self, names: Dict[str, str], then: Callable[[Any, str], None]) -> None:
        self._names = names
        self._then = then

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """The module's spec as the other finders give it; ``None`` for a module that is not waited for."""
        if name not in self._names:
            return None
        others = [each for each in sys.meta_path if each is not self and hasattr(each, "find_spec")]
        spec = next(filter(None, (each.find_spec(name, path, target) for each in others)), None)
        run = getattr(getattr(spec, "loader", None), "exec_module", None)
        if spec is not None and run is not None:

            def exec_module(module: Any) -> None:
                run(module)
                if module.__name__ == name:  # a zip file's modules have one loader
                    self._then(module, self._names[name])

            with suppress(AttributeError):  # of a loader that takes no attributes
                spec.loader.exec_module = exec_module  # type: ignore[union-attr,method-assign]
        return spec


def _noting(original: Any, caller: str, sources: Sources) -> Callable[..., None]:
    """The ``__init__`` of a layer that notes the line first."""

    @wraps(original)
    def noting(self, *args, **kwargs):  # type: ignore[no-untyped-def]
        _note(self, sys._getframe(1), caller, sources)
        return original(self, *args, **kwargs)

    return noting


def _note(layer: Any, frame: Any, caller: str, sources: Sources) -> None:
    """Note the innermost frame of the user's that is not in a constructor of the layer itself."""
    while frame is not None and frame.f_code.co_filename != caller:
        if sources.shown(frame.f_code.co_filename) is not None and frame.f_locals.get("self") is not layer:
            _MADE[id(layer)] = _Made(_forgetting(layer), frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)
            break
        frame = frame.f_back


def _forgetting(layer: Any) -> "weakref.ref[Any]":
    """A reference to a layer; when the layer is gone, what was noted of it goes too."""
    number = id(layer)
    return weakref.ref(layer, lambda _: _MADE.pop(number, None))


def made_lines(objects: FoundObjects, sources: Optional[Sources]) -> Dict[str, Source]:
    """Object path of each layer whose making was noted -> the user's line."""
    found: Dict[str, Source] = {}
    if sources is None:
        return found
    for layer in objects.kept:
        made, path = _MADE.get(id(layer)), objects.path(layer)
        if made is not None and made.layer() is layer and path is not None:
            shown = sources.shown(made.file)
            if shown is not None:
                found[path] = sources.place(shown, made.line, made.function)
    return found
