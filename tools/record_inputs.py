"""Record input pipelines for the tests of what a measurement tells of them, with the TensorFlow that runs this.

Writes tests/profile/inputs/tf<version>.zip with two log directories, as TensorFlow wrote them, of a loop whose step gets batches from tf.data:

- ``asked``: each step is marked around the call that gets a batch and the function that uses it.
- ``between``: it is marked around the function alone, as a loop over a dataset has it.

and with ``step.json``, the function's graph; also ``walk.xplane.pb`` and ``walk.json``, of a function that goes through a dataset itself. Run it once for each
TensorFlow of the matrix.
"""

from __future__ import annotations

import sys
import tempfile
import zipfile
from pathlib import Path

import tensorflow as tf

import opscope
from opscope.capture.tracing import trace_function
from opscope.profile.running import feed, runner

FOLDER = Path(__file__).resolve().parents[1] / "tests" / "profile" / "inputs"
STEPS = 4


def pipeline() -> tf.data.Dataset:
    """A pipeline of six stages, of which TensorFlow makes five: it fuses the map with the batch."""
    data = tf.data.Dataset.range(1000).cache().shuffle(16)
    return (
        data.map(lambda number: tf.sort(tf.sin(tf.range(100.0) + tf.cast(number, tf.float32))), 2).batch(4).prefetch(2)
    )


@tf.function(input_signature=[tf.TensorSpec((None, 100))])
def step(x: tf.Tensor) -> tf.Tensor:
    """What uses a batch."""
    return tf.reduce_sum(tf.matmul(x, tf.sin(x), transpose_b=True))


@tf.function
def walk(data: tf.data.Dataset) -> tf.Tensor:
    """Goes through a dataset, whose first stage makes datasets of its own."""
    total = tf.constant(0.0)
    for one, _ in data:
        total += tf.reduce_sum(tf.sin(one))
    return total


def branched() -> tf.data.Dataset:
    """Two branches, of which one has datasets made by a function."""
    inner = tf.data.Dataset.range(3).interleave(
        lambda start: tf.data.Dataset.range(4).map(lambda each: tf.cast(start + each, tf.float32)), cycle_length=2
    )
    return tf.data.Dataset.zip((inner.batch(4), tf.data.Dataset.range(8).filter(lambda each: each > 1)))


def loops(folder: Path) -> None:
    """Record the loop, marked in both ways."""
    step.get_concrete_function()
    opscope.trace(step, source_lines=False).save(folder / "step.json")
    batches = iter(pipeline())
    step(next(batches))
    tf.profiler.experimental.start(str(folder / "asked"))
    for number in range(STEPS):
        with tf.profiler.experimental.Trace("train", step_num=number, _r=1):
            step(next(batches))
    tf.profiler.experimental.stop()
    tf.profiler.experimental.start(str(folder / "between"))
    for number in range(STEPS):
        batch = next(batches)
        with tf.profiler.experimental.Trace("train", step_num=number, _r=1):
            step(batch)
    tf.profiler.experimental.stop()


def walked(folder: Path) -> None:
    """Record the function that goes through a dataset."""
    graph, concrete, call = trace_function(walk, branched(), is_run=True, source_lines=False)
    tensors, _ = feed.feed_of(concrete, call, 1)
    raw = runner.record(concrete, tensors, steps=2, warmup=2, seconds=0.1)
    graph.save(folder / "walk.json")
    (folder / "walk.xplane.pb").write_bytes(raw.data)


def main() -> None:
    """Record and write."""
    tf.random.set_seed(1)
    major, minor = tf.__version__.split(".")[:2]
    path = FOLDER / f"tf{major}{minor}.zip"
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as name, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        folder = Path(name)
        loops(folder)
        walked(folder)
        for file in sorted(folder.rglob("*")):
            if file.name.endswith((".xplane.pb", ".json")):
                info = zipfile.ZipInfo(file.relative_to(folder).as_posix(), (2020, 1, 1, 0, 0, 0))
                info.compress_type = zipfile.ZIP_DEFLATED
                archive.writestr(info, file.read_bytes())
    sys.stdout.write(f"{path.name}: {path.stat().st_size / 1024:.0f} KB\n")


if __name__ == "__main__":
    main()
