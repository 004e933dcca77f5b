"""Finds the line of the user's code that made each op of a SavedModel, in ``debug/saved_model_debug_info.pb``.

Format: tensorflow/core/framework/graph_debug_info.proto. Each op has a trace, called ``node@function`` (``node@`` in the
main graph). Up to TensorFlow 2.14 a trace holds its frames, the innermost first. Since then it holds numbers of frames that
all traces share, the innermost last.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any, Dict, Iterator, Mapping, Optional, Tuple

from ..graph.types import Source
from ..program.body import Body
from ..program.program import Program
from ..program.proto import message_class

_LIBRARY = re.compile(
    r"[/\\](site|dist)-packages[/\\](tensorflow|tensorflow_core|keras|tf_keras|optree|wrapt|absl|opscope)[/\\]"
    r"|[/\\]tensorflow(_core)?[/\\](python|compiler|lite)[/\\]|[/\\](tf_)?keras[/\\](src|engine|layers|utils|saving)[/\\]"
    r"|[/\\]opscope[/\\]capture[/\\]|__autograph_generated|^<frozen "
)
"""Matches files of TensorFlow and Keras: installed (``site-packages/keras/``), or run from their sources
(``tensorflow/python/``, ``keras/src/``). A user's folder may be called ``keras``, so that name alone does not count."""


def is_library(file: str) -> bool:
    """Whether a file is TensorFlow's, Keras's or of a library between them and the user's code, by its path.

    The path is one of the machine that saved the model, so it cannot be compared with where TensorFlow is installed here.
    """
    return bool(_LIBRARY.search(file))


def with_sources(program: Program, data: bytes, *, main: str = "") -> Program:
    """The program with the source line of every op that the debug info knows; it is unchanged if `data` is damaged.

    `main` is the name of the function that is shown as the main graph, if it is one.
    """
    info = message_class("GraphDebugInfo")()
    try:
        info.ParseFromString(data)
    except Exception:  # noqa: BLE001, protobuf's runtimes raise different classes; the file only adds sources
        return program
    traces = _Traces(info)
    return Program(
        traces.add(program.main, main), {name: traces.add(body, name) for name, body in program.functions.items()}
    )


class _Traces:
    """Looks up an op's source: the innermost frame of its trace that is not a library's. Equal sources are one object."""

    def __init__(self, info: Any) -> None:
        self._info = info
        self._here = str(Path.cwd()) + os.sep
        self._files = [self._file(file) for file in info.files]
        self._places: Dict[Tuple[str, int, str], Source] = {}
        self._ids: Mapping[str, int] = dict(info.name_to_trace_id)

    def add(self, body: Body, function: str) -> Body:
        """The body with the sources of its ops."""
        sources: Dict[int, Source] = {}
        for row in range(body.args, len(body) - body.rets):
            source = self._source(f"{body.names[row]}@{function}")
            if source is not None:
                sources[row] = source
        return body.with_columns(sources=sources) if sources else body

    def _source(self, key: str) -> Optional[Source]:
        """The source of an op by the name of its trace, ``node@function``; ``None`` if only libraries made it."""
        for file, line, function in self._frames(key):
            if 0 <= file < len(self._files) and self._files[file]:
                place = (self._files[file], max(line, 0), function)
                return self._places.setdefault(place, Source(*place))
        return None

    def _frames(self, key: str) -> Iterator[Tuple[int, int, str]]:
        """The frames of a trace, innermost first."""
        info = self._info
        if key in self._ids:  # TensorFlow 2.15 and newer
            trace = info.traces_by_id.get(self._ids[key])
            for number in reversed(trace.frame_id) if trace is not None else ():
                if number in info.frames_by_id:
                    frame = info.frames_by_id[number]
                    yield frame.file_index, frame.line, frame.func
        elif key in info.traces:  # TensorFlow 2.14 and older
            for frame in info.traces[key].file_line_cols:
                yield frame.file_index, frame.line, frame.func

    def _file(self, file: str) -> str:
        """The file as `Source` names it (relative if it is below the working directory); empty for a library's."""
        if is_library(file):
            return ""
        return file[len(self._here) :] if file.startswith(self._here) else file
