"""Record two raw profiles for the attribution tests, with the TensorFlow that runs this.

Writes tests/profile/recorded/tf<version>.zip, of a small model with all that is hard to bring home, and tests/profile/recorded_memory/tf<version>.zip, of four ops
whose tensors are large enough for TensorFlow to report their memory. Each holds the traced graph as opscope's JSON, the XPlane file as TensorFlow wrote it,
what Grappler made of the function, and the unprofiled durations. Run it once for each TensorFlow of the matrix.
"""

from __future__ import annotations

import json
import sys
import zipfile
from dataclasses import asdict
from pathlib import Path

import tensorflow as tf

from opscope.capture.tracing import trace_function
from opscope.graph import Graph
from opscope.graph.json import to_dict
from opscope.profile.recordings.xplane_schema import XPLANE
from opscope.profile.running import runner
from opscope.program.proto import message_class

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "profile"
STEPS = 2
NOISE = (
    b"ThreadpoolListener",
    b"ExecutorPropagateOutputs",
    b"ExecutorState::ScheduleReady",
    b"ExecutorState::Process ",
)
STATS = frozenset({b"id", b"step_num", b"tf_op", b"requested_bytes", b"region_type"})
MEMORY_STATS = STATS | {b"addr", b"allocator_name", b"bytes_allocated", b"allocation_bytes"}
ATTRS = frozenset({"index", "value", "equation", "transpose_a", "transpose_b", "strides", "ksize", "shrink_axis_mask"})


class Model(tf.Module):
    """Small, with all that is hard to bring home: fusions, a loop, a branch, a function called twice, two LSTMs, gradients."""

    def __init__(self) -> None:
        super().__init__()
        layers = tf.keras.layers
        self.conv = layers.Conv2D(4, 3, activation="relu", name="conv")
        self.first = layers.LSTM(2, return_sequences=True, name="first")
        self.second = layers.LSTM(2, name="second")
        self.head = layers.Dense(3, activation="relu", name="head")
        self.twice = tf.function(lambda x: tf.sin(x) * 2.0)

    def forward(self, x: tf.Tensor) -> tf.Tensor:
        x = self.conv(x)
        x = tf.reshape(x, (1, 2, -1))
        x = self.head(self.second(self.first(x)))
        if tf.reduce_sum(x) > -1.0:
            x = self.twice(x)
        for _ in tf.range(2):
            x = self.twice(x)
        return x

    @tf.function
    def step(self, x: tf.Tensor) -> tf.Tensor:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(self.forward(x)))
        variables = self.conv.trainable_variables + self.first.trainable_variables + self.second.trainable_variables
        for variable, gradient in zip(variables, tape.gradient(loss, variables)):
            variable.assign_sub(0.1 * gradient)
        return loss


class LargeTensors(tf.Module):
    """Four ops. One and two may write in any order; three joins them; four ends it.

    One makes 512 KiB, and its sine is written into them, as nobody else reads them. Two makes 512 KiB, as its input is the caller's. Three makes 1 MiB, while
    both are still there: 2 MiB, in whichever order the first two run.
    """

    def __init__(self) -> None:
        super().__init__()
        self.weights = tf.Variable(tf.ones((512, 512)))

    @tf.function
    def step(self, x: tf.Tensor) -> tf.Tensor:
        one = tf.sin(tf.matmul(x, self.weights, name="one"), name="sine")
        two = tf.exp(x, name="two")
        return tf.reduce_sum(tf.concat([one, two], 0, name="three"), name="four")


def main() -> None:
    """Record and write."""
    tf.random.set_seed(1)
    model, large, image = Model(), LargeTensors(), tf.random.stateless_uniform((1, 4, 4, 1), (1, 2))
    model.forward(image)
    if "--memory" not in sys.argv:
        record("recorded", model.step, image, STATS)
    record("recorded_memory", large.step, tf.ones((256, 512)), MEMORY_STATS)


def record(
    folder: str, function: "tf.types.experimental.GenericFunction", value: tf.Tensor, stats: "frozenset[bytes]"
) -> None:
    """Record a function that is called with one tensor."""
    graph, concrete, _ = trace_function(function, value, source_lines=False)
    raw = runner.record(concrete, [value], steps=STEPS, warmup=2)
    major, minor = tf.__version__.split(".")[:2]
    path = FOLDER / folder / f"tf{major}{minor}.zip"
    path.parent.mkdir(parents=True, exist_ok=True)
    optimised = asdict(raw.optimised) if raw.optimised else None
    rest = {"optimised": optimised, "baseline_us": raw.baseline_us, "trace_level": raw.trace_level}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        _add(archive, "graph.json", _lean_graph(graph))
        _add(archive, "trace.xplane.pb", _lean(raw.data, stats))
        _add(archive, "rest.json", json.dumps({**rest, "tensorflow": tf.__version__}))
    sys.stdout.write(f"{path.name}: {path.stat().st_size / 1024:.0f} KB, {len(graph)} ops\n")


def _lean(data: bytes, stats: "frozenset[bytes]") -> bytes:
    """The events that say what ran; the executor's notes on its queues, two thirds of the file, left out."""
    space = message_class("XSpace", XPLANE)()
    space.ParseFromString(data)
    del space.planes[1:]
    plane = space.planes[0]
    noise = {key for key, value in plane.event_metadata.items() if value.name.startswith(NOISE)}
    for line in plane.lines:
        kept = [event for event in line.events if event.metadata_id not in noise]
        del line.events[:]
        line.events.extend(kept)
        for event in kept:
            known = [stat for stat in event.stats if plane.stat_metadata[stat.metadata_id].name in stats]
            del event.stats[:]
            event.stats.extend(known)
    return space.SerializeToString()


def _lean_graph(graph: Graph) -> str:
    """The graph without attributes that attribution does not read."""
    data = to_dict(graph)
    for node in data["nodes"]:
        node["attrs"] = {key: value for key, value in node["attrs"].items() if key in ATTRS}
    return json.dumps(data, separators=(",", ":"))


def _add(archive: zipfile.ZipFile, name: str, content: "str | bytes") -> None:
    """With a fixed date, so that the same content gives the same file."""
    info = zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    archive.writestr(info, content, compresslevel=9)


if __name__ == "__main__":
    main()
