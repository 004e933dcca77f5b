"""Finds the line of the user's code that made an op: the innermost frame of the op's traceback that is not a library's."""

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
from .seams import converted_lines

_LIBRARIES = ("tensorflow", "keras", "tf_keras")
_HELPERS = ("optree", "tree", "wrapt", "absl", "numpy")
"""Libraries whose frames stand between TensorFlow's or Keras's and the user's."""
_METHODS = ("call", "__call__", "__init__")
"""If Python does not find a class's source, the code of one of these methods tells where it is written."""
_OWN = os.path.dirname(os.path.dirname(os.path.abspath(__file__))) + os.sep
"""opscope's own folder."""
_DEMO = os.path.join(_OWN, "demo", "")
"""The demo's models count as the user's code."""
_STANDARD = os.path.abspath(sysconfig.get_path("stdlib")) + os.sep
_INSTALLED = (os.path.join(_STANDARD, "site-packages", ""), os.path.join(_STANDARD, "dist-packages", ""))
"""Folders of installed packages, which lie inside the one of Python's own library. Their code counts as the user's."""
_GENERATED = "__autograph_generated"
"""What the names of the files have that AutoGraph writes its code to; with TensorFlow 2.4 they have nothing in common."""
_TRACING = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tracing.py")
"""The file of `trace`. In a traceback, the frames before those of this file are the user's code that called opscope.
Those after them are the code that was traced."""


def _library_folders() -> Tuple[str, ...]:
    """The folders of the libraries that are installed here, without importing any."""
    folders: List[str] = []
    for name in (*_LIBRARIES, *_HELPERS):
        module = sys.modules.get(name)
        # `find_spec` tells where a library is without importing it. It may raise for one that is imported already.
        spec = getattr(module, "__spec__", None) if module is not None else importlib.util.find_spec(name)
        found = getattr(spec, "submodule_search_locations", None) or ()
        folders.extend(os.path.abspath(folder) + os.sep for folder in found)
    return tuple(folders)


@dataclass
class Sources:
    """Looks up places in the user's code, and remembers what it found out about each file."""

    folders: Tuple[str, ...] = field(default_factory=_library_folders)
    """Folders of libraries."""
    here: str = field(default_factory=lambda: os.getcwd() + os.sep)
    """The working directory, to which file names are relative."""
    _files: Dict[str, Optional[str]] = field(default_factory=dict)
    """File as a frame names it -> what `shown` says."""
    _places: Dict[Tuple[str, int, str], Source] = field(default_factory=dict)
    _converted: Dict[Tuple[str, int], Tuple[str, int, str]] = field(default_factory=dict)
    """What `converted_lines` said when a file that may be generated was last met for the first time."""
    _generated: Dict[str, bool] = field(default_factory=dict)
    """File as a frame names it -> whether AutoGraph wrote it."""
    _defining: Set[str] = field(default_factory=set)
    """Files that define classes of layers that were met."""

    def shown(self, file: str) -> Optional[str]:
        """The file as `Source` names it; ``None`` for one of Python's own library, TensorFlow, Keras or opscope."""
        if file not in self._files:
            self._files[file] = self._find(file)
        return self._files[file]

    def _find(self, file: str) -> Optional[str]:
        """What `shown` says of a file that is met for the first time."""
        whole = file if file.startswith("<") else os.path.abspath(file)  # "<ipython-input-3>" and its like are no files
        # "<frozen importlib._bootstrap>" is of Python, "<__array_function__ internals>" of NumPy.
        if whole.startswith((*self.folders, "<frozen", "<__array_function__")) or _GENERATED in whole:
            return None
        if whole.startswith(_OWN) and not whole.startswith(_DEMO):
            return None
        if whole.startswith(_STANDARD) and not whole.startswith(_INSTALLED):
            return None
        return whole[len(self.here) :] if whole.startswith(self.here) else whole

    def of_op(self, op: Any) -> Optional[Source]:
        """The user's innermost frame in the traced code that made an op; ``None`` if there is none."""
        return self.of_stack(op.traceback)

    def of_stack(self, stack: Any) -> Optional[Source]:
        """The user's innermost frame of a traceback in the traced code; ``None`` if there is none."""
        trace = _frames(stack)
        for index in range(len(trace) - 1, -1, -1):
            found = self._of_frame(trace[index])
            if found is not None:
                return found
            if (
                trace[index].filename == _TRACING
            ):  # beyond this is the user's line that called `trace`, which made no op
                return None
        return None

    def user_frames(self, op: Any) -> List[Source]:
        """All of the user's frames in the traced code, outermost first."""
        found: List[Source] = []
        for frame in _frames(op.traceback):
            source = self._of_frame(frame)
            if source is not None:
                found.append(source)
            elif frame.filename == _TRACING:
                found.clear()
        return found

    def _of_frame(self, frame: Any) -> Optional[Source]:
        """The user's line that a frame is at; ``None`` if it is in a library's code.

        TensorFlow itself maps the lines of a converted function while that runs. Of what the function leaves behind and others
        call later, as the gradient that it defined, a traceback has the generated file.
        """
        file, line, name = frame.filename, frame.lineno, frame.name
        if self._is_generated(file):
            if (file, line) not in self._converted:
                return None
            file, line, function = self._converted[file, line]
            name = function or name
        shown = self.shown(file)
        return self.place(shown, line, name) if shown is not None else None

    def _is_generated(self, file: str) -> bool:
        """Whether AutoGraph wrote a file. With TensorFlow 2.4 its name does not tell: ``tmpx3k2a9.py`` among all temporary files."""
        if file not in self._generated:
            told = _GENERATED in file
            if told or self.shown(file) is not None:  # a library's file is none, and there are many of these
                self._converted = converted_lines()
            self._generated[file] = told or any(generated == file for generated, _ in self._converted)
            if self._generated[file]:
                self._files[file] = None
        return self._generated[file]

    def place(self, file: str, line: int, function: str) -> Source:
        """The place as a `Source`, one object for all ops made there."""
        key = (file, line, function)
        found = self._places.get(key)
        if found is None:
            found = self._places[key] = Source(*key)
        return found

    def traced(self, subject: Any) -> TracedFiles:
        """Of the files met, those that this process really ran: as a module, or to define `subject` or a layer's class.

        A page embeds the text of these files and of no others. A traceback can name other files: the ops of an imported
        GraphDef may bring frames along, and a Lambda layer that was read from a file brings its code. Both name whatever
        file their author liked.
        """
        function = getattr(subject, "python_function", subject)
        function = inspect.unwrap(function.func if isinstance(function, functools.partial) else function)
        ran = _modules() | self._defining | {_defined_in(function)}
        return TracedFiles(
            {shown: os.path.abspath(file) for file, shown in self._files.items() if shown is not None and file in ran}
        )

    def of_class(self, cls: type) -> Optional[Source]:
        """Where a class of the user's is written; ``None`` for a library's class."""
        if cls.__module__.partition(".")[0] in _LIBRARIES:
            return None
        method = next((vars(cls)[name] for name in _METHODS if hasattr(vars(cls).get(name), "__code__")), None)
        code = method.__code__ if method is not None else None
        self._defining.add(_defined_in(method))
        try:
            file = inspect.getsourcefile(cls) or inspect.getfile(cls)
            shown = self.shown(file)
            line = inspect.getsourcelines(cls)[1] if shown is not None else 0
        except (OSError, TypeError):  # no source: a class made in an interactive session, say
            if code is None:
                return None
            shown, line = self.shown(code.co_filename), code.co_firstlineno
        return self.place(shown, max(line, 1), cls.__qualname__) if shown is not None else None


def _frames(trace: Any) -> Any:
    """The frames of a traceback, outermost first. AutoGraph's generated code is mapped back to the user's.

    Newer TensorFlows have an object with a method for that, older ones a list.
    """
    return trace.get_user_frames() if hasattr(trace, "get_user_frames") else trace or ()


def _modules() -> Set[str]:
    """The files of all modules that are imported."""
    found = set()
    for module in list(sys.modules.values()):
        try:
            # Not `module.__file__`: on a lazy module that would run the import.
            found.add(object.__getattribute__(module, "__dict__").get("__file__"))
        except (AttributeError, TypeError):  # not a module, but an object that somebody put there in place of one
            continue
    return found


def _defined_in(function: Any) -> str:
    """The file of the code that defined a function. It may be no module: a script under IPython's ``%run``."""
    return str(getattr(function, "__globals__", {}).get("__file__", ""))
