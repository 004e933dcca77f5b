"""Switches TensorFlow's profiler and its collection of graphs on for a while, and hands over what they recorded."""

from __future__ import annotations

import gc
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ContextManager, Iterator, Optional

from ...capture.seams import private, tensorflow
from ...errors import InputError
from ..recordings.raw import Optimised
from ..recordings.xplane import STEP_EVENT
from .level import at_level


class Session:
    """The time in which the profiler is on."""

    level = 0
    """The trace level at which it records."""
    data = b""
    """Its XPlane file, once it is off again."""

    def step(self, number: int) -> ContextManager[Any]:
        """A context that marks what runs in it as one step."""
        return tensorflow().profiler.experimental.Trace(STEP_EVENT, step_num=number)  # type: ignore[no-any-return]


@contextmanager
def profiler_on(trace_level: int) -> Iterator[Session]:
    """A context in which TensorFlow's profiler records. After an error, too, it is off, and nothing is left on disk.

    Raises:
        InputError: a profiler is running already.
    """
    session = Session()
    with tempfile.TemporaryDirectory(prefix="opscope") as folder:
        with _recording_to(folder, trace_level), at_level(trace_level) as session.level:
            yield session
        # Messages of protobuf that follow each other read as one message with the fields of all.
        files = sorted(Path(folder).rglob("*.xplane.pb"))
        session.data = b"".join(file.read_bytes() for file in files)


@contextmanager
def _recording_to(folder: str, trace_level: int) -> Iterator[None]:
    """A context in which TensorFlow's profiler runs. It writes its file to `folder` at the end."""
    profiler, errors = tensorflow().profiler.experimental, tensorflow().errors
    # `level` says what the host's level means, and which versions obey. Calls of Python are not recorded: that would
    # slow each step down. Device level 1 records what a GPU does.
    options = profiler.ProfilerOptions(host_tracer_level=trace_level, python_tracer_level=0, device_tracer_level=1)
    try:
        try:
            profiler.start(folder, options=options)
        except errors.AlreadyExistsError:
            gc.collect()  # ends what an error left running: see `watched`
            profiler.start(folder, options=options)
    except errors.AlreadyExistsError as error:
        raise InputError(
            "a TensorFlow profiler is running already; stop it first (tf.profiler.experimental.stop())"
        ) from error
    try:
        yield
    finally:
        profiler.stop()


class OptimisedGraphs:
    """The graphs that Grappler made of the functions that ran for the first time in a context of `optimising`."""

    def __init__(self) -> None:
        self.metadata: Any = None

    def of(self, concrete: Any) -> Optional[Optimised]:
        """The graph of one traced function, which is the one that shares the most node names with it; ``None`` if none does."""
        best = self._graphs_of(concrete)
        if best is None:
            return None
        return Optimised({node.name: node.op for node in best.post_optimization_graph.node})

    def collected_of(self, concrete: Any) -> Optional[bytes]:
        """All graphs that were collected of one traced function, as a `FunctionGraphs` message; ``None`` if there are none."""
        best = self._graphs_of(concrete)
        return None if best is None else best.SerializeToString()

    def _graphs_of(self, concrete: Any) -> Any:
        """The `FunctionGraphs` of one traced function; ``None`` if there are none."""
        names = {op.name for op in concrete.graph.get_operations()}
        best: Any = None
        score = 0
        for graphs in self.metadata.function_graphs if self.metadata is not None else ():
            shared = sum(node.name in names for node in graphs.post_optimization_graph.node)
            if shared > score:
                best, score = graphs, shared
        return best


@contextmanager
def optimising() -> Iterator[OptimisedGraphs]:
    """A context for the first run of a function, in which Grappler optimises it. Afterwards the graphs that it made are there."""
    context = private("eager.context").context()
    made = OptimisedGraphs()
    context.enable_run_metadata()
    try:
        yield made
        made.metadata = context.export_run_metadata()
    finally:
        context.disable_run_metadata()


def graphs_are_collected() -> bool:
    """Whether `tf.summary.trace_on` collects graphs, which `optimising` would take away. TensorFlow has no public way to ask."""
    return private("ops.summary_ops_v2")._current_trace_context is not None  # noqa: SLF001
