"""Where in the user's code an op was made: the innermost frame of its traceback that is the user's."""

from __future__ import annotations

import functools
import importlib.util
import inspect
import os
import sys
import sysconfig
from dataclasses import dataclass, field
from typing import Any, Dict, List, Optional, Set, Tuple

from ..graph.traced import TracedFiles
from ..graph.types import Source

_LIBRARIES = ("tensorflow", "keras", "tf_keras")
_HELPERS = ("optree", "tree", "wrapt", "absl", "numpy")
"""What TensorFlow and Keras call the user's code through, or are called through by it."""
_METHODS = ("call", "__call__", "__init__")
_OWN = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
_DEMO = os.path.join(_OWN, "demo", "")
"""The demo's models stand for a user's."""
_STANDARD = os.path.abspath(sysconfig.get_path("stdlib")) + os.sep
_INSTALLED = (os.path.join(_STANDARD, "site-packages", ""), os.path.join(_STANDARD, "dist-packages", ""))
_TRACING = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tracing.py")
"""The file whose frame stands between the user's code that calls opscope and the user's code that is traced."""


def _library_folders() -> Tuple[str, ...]:
    folders: List[str] = []
    for name in (*_LIBRARIES, *_HELPERS):
        module = sys.modules.get(name)
        spec = getattr(module, "__spec__", None) if module is not None else importlib.util.find_spec(name)
        found = getattr(spec, "submodule_search_locations", None) or ()
        folders.extend(os.path.abspath(folder) + os.sep for folder in found)
    return tuple(folders)


@dataclass
class Sources:
    """The user's places; what was found out about a file, and each place, is kept once."""

    folders: Tuple[str, ...] = field(default_factory=_library_folders)
    here: str = field(default_factory=lambda: os.getcwd() + os.sep)
    _files: Dict[str, Optional[str]] = field(default_factory=dict)
    _places: Dict[Tuple[str, int, str], Source] = field(default_factory=dict)
    _defining: Set[str] = field(default_factory=set)

    def shown(self, file: str) -> Optional[str]:
        """The file as `Source` names it; ``None`` for a file of Python, TensorFlow, Keras or opscope."""
        if file not in self._files:
            self._files[file] = self._find(file)
        return self._files[file]

    def _find(self, file: str) -> Optional[str]:
        whole = file if file.startswith("<") else os.path.abspath(file)
        if whole.startswith((*self.folders, "<frozen", "<__array_function__")) or "__autograph_generated" in whole:
            return None
        if whole.startswith(_OWN) and not whole.startswith(_DEMO):
            return None
        if whole.startswith(_STANDARD) and not whole.startswith(_INSTALLED):
            return None
        return whole[len(self.here) :] if whole.startswith(self.here) else whole

    def of_op(self, op: Any) -> Optional[Source]:
        """The innermost frame of the user below the call of `trace`; ``None`` where there is none."""
        trace = _frames(op)
        for index in range(len(trace) - 1, -1, -1):
            frame = trace[index]
            file = frame.filename
            shown = self.shown(file)
            if shown is not None:
                return self.place(shown, frame.lineno, frame.name)
            if file == _TRACING:
                return None
        return None

    def user_frames(self, op: Any) -> List[Source]:
        """All the user's frames below the call of `trace`, outermost first."""
        found: List[Source] = []
        for frame in _frames(op):
            shown = self.shown(frame.filename)
            if shown is not None:
                found.append(self.place(shown, frame.lineno, frame.name))
            elif frame.filename == _TRACING:
                found.clear()
        return found

    def place(self, file: str, line: int, function: str) -> Source:
        """One place, shared by all ops made there."""
        key = (file, line, function)
        found = self._places.get(key)
        if found is None:
            found = self._places[key] = Source(*key)
        return found

    def traced(self, subject: Any) -> TracedFiles:
        """The files among those met that this process ran: as a module, or to define `subject` or a class met.

        Not every place that TensorFlow tells is of this process's own code. An imported GraphDef may bring the frames of its
        ops along, and a Lambda layer read from a file its code object: both name whatever file their writer liked.
        """
        function = getattr(subject, "python_function", subject)
        function = inspect.unwrap(function.func if isinstance(function, functools.partial) else function)
        ran = _modules() | self._defining | {_defined_in(function)}
        return TracedFiles(
            {shown: os.path.abspath(file) for file, shown in self._files.items() if shown is not None and file in ran}
        )

    def of_class(self, cls: type) -> Optional[Source]:
        """Where the user's class is written; ``None`` for a library's."""
        if cls.__module__.partition(".")[0] in _LIBRARIES:
            return None
        method = next((vars(cls)[name] for name in _METHODS if hasattr(vars(cls).get(name), "__code__")), None)
        code = method.__code__ if method is not None else None
        self._defining.add(_defined_in(method))
        try:
            file = inspect.getsourcefile(cls) or inspect.getfile(cls)
            shown = self.shown(file)
            line = inspect.getsourcelines(cls)[1] if shown is not None else 0
        except (OSError, TypeError):
            if code is None:
                return None
            shown, line = self.shown(code.co_filename), code.co_firstlineno
        return self.place(shown, max(line, 1), cls.__qualname__) if shown is not None else None


def _frames(op: Any) -> Any:
    """The frames of an op's traceback, outermost first, AutoGraph's mapped to the user's code; a sequence."""
    trace = op.traceback
    return trace.get_user_frames() if hasattr(trace, "get_user_frames") else trace or ()


def _modules() -> Set[str]:
    """The files of all modules, named as their code objects name them."""
    found = set()
    for module in list(sys.modules.values()):
        try:
            # Not `module.__file__`: a module that is imported at its first use would be imported now.
            found.add(object.__getattribute__(module, "__dict__").get("__file__"))
        except (AttributeError, TypeError):  # what else is found there, or a file that is no text
            continue
    return found


def _defined_in(function: Any) -> str:
    """The file of a function's globals: that of a script which is no module, such as one under IPython's %run."""
    return str(getattr(function, "__globals__", {}).get("__file__", ""))
