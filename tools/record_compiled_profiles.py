"""Records profiles of functions with `jit_compile=True`, for ``tests/profile/recorded_compiled``.

$ python tools/record_compiled_profiles.py

Run it with each TensorFlow of the matrix; each writes one archive, named after its version, with two functions: one that is compiled as a
whole, and one that calls it. Of each it has the graph as it was traced and as it ran, as opscope's JSON, and the XPlane file as TensorFlow
wrote it, less what opscope does not read. ``tests/profile/test_recorded_compiled.py`` says whose time each event is.
"""

from __future__ import annotations

import inspect
import json
import sys
import zipfile
from pathlib import Path
from typing import Any

import tensorflow as tf
from record_executed import add_file

from opscope.capture.tracing import trace_function
from opscope.executed.as_executed import as_executed
from opscope.graph.content import with_executed
from opscope.graph.json import to_dict
from opscope.profile.recordings.xplane_schema import HLO, XPLANE
from opscope.profile.running import runner
from opscope.program.proto import message_class

FOLDER = Path(__file__).resolve().parents[1] / "tests/profile/recorded_compiled"
JIT = "jit_compile" if "jit_compile" in inspect.signature(tf.function).parameters else "experimental_compile"
STEPS = 2


class Model(tf.Module):
    """A matrix product, and what XLA fuses: an addition and a sine."""

    def __init__(self) -> None:
        super().__init__()
        self.weights = tf.Variable(tf.ones((64, 64)))

    @tf.function(**{JIT: True})
    def whole(self, x: tf.Tensor) -> tf.Tensor:
        return tf.sin(tf.add(tf.matmul(x, self.weights, name="product"), 1.0, name="sum"), name="sine")

    @tf.function
    def caller(self, x: tf.Tensor) -> tf.Tensor:
        return tf.reduce_sum(self.whole(tf.cos(x, name="cosine")), name="total")


def main() -> None:
    """Record and write."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    major, minor = tf.__version__.split(".")[:2]
    path = FOLDER / f"tf{major}{minor}.zip"
    model = Model()  # a method keeps no reference to its object
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name in ("whole", "caller"):
            _record(archive, name, getattr(model, name), tf.ones((64, 64)))
    sys.stdout.write(f"{path.name}: {path.stat().st_size / 1024:.0f} KB\n")


def _record(archive: zipfile.ZipFile, name: str, function: Any, value: tf.Tensor) -> None:
    graph, concrete, _ = trace_function(function, value, source_lines=False)
    raw = runner.record(concrete, [value], steps=STEPS, warmup=2, asking_xla=True)
    graph = with_executed(graph, as_executed(graph, raw.collected, raw.compiled))
    rest = {"baseline_us": raw.baseline_us, "trace_level": raw.trace_level, "tensorflow": tf.__version__}
    add_file(archive, f"{name}/graph.json", json.dumps(to_dict(graph), separators=(",", ":")).encode())
    add_file(archive, f"{name}/trace.xplane.pb", _lean(raw.data))
    add_file(archive, f"{name}/rest.json", json.dumps(rest).encode())


def _lean(data: bytes) -> bytes:
    """The host's events, and of XLA's programs what opscope reads of them."""
    space = message_class("XSpace", XPLANE)()
    space.ParseFromString(data)
    for plane in list(space.planes):
        if plane.name == "/host:metadata":
            _only_origins(plane)
        elif plane.name != "/host:CPU":
            space.planes.remove(plane)
    return space.SerializeToString()


def _only_origins(plane: Any) -> None:
    for each in plane.event_metadata.values():
        for stat in each.stats:
            program = message_class("HloProto", HLO)()
            program.ParseFromString(stat.bytes_value)
            program.DiscardUnknownFields()
            stat.bytes_value = program.SerializeToString()


if __name__ == "__main__":
    main()
