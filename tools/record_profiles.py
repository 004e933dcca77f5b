"""Record one raw profile for the attribution tests, with the TensorFlow that runs this.

Writes tests/profile/recorded/tf<version>.zip: the traced graph as opscope's JSON, the XPlane file as TensorFlow wrote it,
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

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "profile" / "recorded"
STEPS = 2
NOISE = (
    b"ThreadpoolListener",
    b"ExecutorPropagateOutputs",
    b"ExecutorState::ScheduleReady",
    b"ExecutorState::Process ",
)
STATS = frozenset({b"id", b"step_num", b"tf_op", b"requested_bytes", b"region_type"})
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


def main() -> None:
    """Record and write."""
    tf.random.set_seed(1)
    model, image = Model(), tf.random.stateless_uniform((1, 4, 4, 1), (1, 2))
    model.forward(image)
    graph, concrete, _ = trace_function(model.step, image, source_lines=False)
    raw = runner.record(concrete, [image], steps=STEPS, warmup=2)
    FOLDER.mkdir(parents=True, exist_ok=True)
    major, minor = tf.__version__.split(".")[:2]
    path = FOLDER / f"tf{major}{minor}.zip"
    optimised = asdict(raw.optimised) if raw.optimised else None
    rest = {"optimised": optimised, "baseline_us": raw.baseline_us, "trace_level": raw.trace_level}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        _add(archive, "graph.json", _lean_graph(graph))
        _add(archive, "trace.xplane.pb", _lean(raw.data))
        _add(archive, "rest.json", json.dumps({**rest, "tensorflow": tf.__version__}))
    sys.stdout.write(f"{path.name}: {path.stat().st_size / 1024:.0f} KB, {len(graph)} ops\n")


def _lean(data: bytes) -> bytes:
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
            known = [stat for stat in event.stats if plane.stat_metadata[stat.metadata_id].name in STATS]
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
