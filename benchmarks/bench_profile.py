"""What profiling costs: the profiled against the unprofiled step, reading the XPlane file, bringing events home.

Within one process, in rounds: half of a round's unprofiled steps run before its profiled ones, half after, and the middle of
the rounds' ratios is the overhead. Reading and attribution are CPU time, which other programs on the machine do not
lengthen. `python benchmarks/run.py profile --python PYTHON ...` runs it on several TensorFlow versions.
"""

from __future__ import annotations

import os
import platform
import statistics
import time
from typing import Any, List, Tuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import models
import numpy as np
import tensorflow as tf

from opscope.capture.tracing import trace_function
from opscope.graph.content import content_of
from opscope.profile.attribution.attribute import attribute
from opscope.profile.recordings.raw import Recording
from opscope.profile.recordings.xplane import read
from opscope.profile.running import feed, runner

STEPS, ROUNDS = 10, 3
OPS = 14_474
"""Of the graph whose attribution has a limit of 2 seconds."""


def chain() -> Tuple[str, Any, Any]:
    """A function of `OPS` small ops."""
    weight = tf.ones((8, 8))  # nothing here can be fused: every op runs
    kinds = (lambda x: tf.matmul(x, weight), lambda x: x + weight, tf.tanh, lambda x: x - weight)

    def function(x: Any) -> Any:
        for place in range(OPS - 3):  # the input, the captured weight and the result are ops too
            x = kinds[place % len(kinds)](x)
        return x

    return "chain of small ops", tf.function(function, autograph=False), models.random(8, 8)


def row(name: str, model: Any, inputs: List[Any], **options: Any) -> str:
    """One line of the table."""
    graph, concrete, call = trace_function(model, *inputs, source_lines=False, **options)
    tensors = feed.feed_of(concrete, call, 1).tensors
    content_of(graph)
    optimised = None
    rounds, reading, bringing = [], [], []
    for _ in range(ROUNDS):
        raw = runner.record(concrete, tensors, steps=STEPS, warmup=2)
        data, baseline, level = raw.data, raw.baseline_us, raw.trace_level
        optimised = optimised or raw.optimised  # Grappler works once
        start = time.process_time()
        trace = read(data)
        middle = time.process_time()
        measured = attribute(graph, Recording(trace, optimised, tuple(baseline), level, tf.__version__))
        reading.append(len(data) / 1e6 / (middle - start))
        bringing.append(time.process_time() - middle)
        figures = measured.measurement or {}
        plain, profiled = statistics.median(baseline) / 1e3, figures["profiled_step_time_us"] / 1e3
        rounds.append((profiled / plain, plain, profiled))
    overhead, plain, profiled = sorted(rounds)[ROUNDS // 2]
    return (
        f"| {name} | {len(graph):,} | {plain:.1f} | {profiled:.1f} | x{overhead:.2f} "
        f"| {len(trace.ops):,} | {len(data) / 1e6:.1f} | {max(reading):.0f} | {min(bringing):.2f} "
        f"| {figures['coverage']['ops']:.2f} | {100 * figures['attributed']:.2f} % | {level} |"
    )


def main() -> None:
    """Measure every model, forward and training."""
    print(f"TensorFlow {tf.__version__}, Python {platform.python_version()}, {ROUNDS} rounds of {STEPS} steps each.\n")
    print("| model | ops | step, ms | profiled, ms | overhead | op events | XPlane, MB | read, MB/s | attribute, s "
          "| ops' share of the step | attributed | trace level |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    for make in (models.resnet, models.transformer, models.lstm, models.custom_rnn):
        name, model, value = make()
        print(row(f"{name}, forward", model, [value]), flush=True)
        model.compile("adam", "mse")
        target = np.zeros((len(value), *model.output_shape[1:]), "float32")
        print(row(f"{name}, training", model, [value, target], step="train"), flush=True)
    name, function, value = chain()
    print(row(name, function, [value]), flush=True)


if __name__ == "__main__":
    main()
