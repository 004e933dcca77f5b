"""What profiling costs: the profiled against the unprofiled step, reading the XPlane file, bringing events home.

Steps alternate within one process: half of the unprofiled ones run before the profiled ones, half after. Reading and
attribution are CPU time, which other programs on the machine do not lengthen.
"""

from __future__ import annotations

import os
import statistics
import time
from typing import Any, List

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import models
import numpy as np
import tensorflow as tf

from opscope.capture.tracing import trace_function
from opscope.profile import feed, runner
from opscope.profile.attribute import attribute
from opscope.profile.raw import Recording
from opscope.profile.xplane import read

STEPS = 10


def row(name: str, model: Any, inputs: List[Any], **options: Any) -> str:
    """One line of the table."""
    graph, concrete = trace_function(model, *inputs, source_lines=False, **options)
    tensors = feed.tensors(concrete, tuple(inputs), {}, 1)
    data, optimised, baseline, level = runner.raw(concrete, tensors, steps=STEPS, warmup=2)
    graph.content  # noqa: B018 - expanded here, so that it is not counted as attribution
    start = time.process_time()
    trace = read(data)
    middle = time.process_time()
    measured = attribute(graph, Recording(trace, optimised, tuple(baseline), level, tf.__version__))
    end = time.process_time()
    figures = measured.measurement or {}
    plain, profiled = statistics.median(baseline) / 1e3, figures["profiled_step_time_us"] / 1e3
    return (
        f"| {name} | {len(graph):,} | {plain:.1f} | {profiled:.1f} | x{profiled / plain:.2f} "
        f"| {len(trace.ops):,} | {len(data) / 1e6:.1f} | {len(data) / 1e6 / (middle - start):.0f} | {end - middle:.2f} "
        f"| {figures['coverage']['ops']:.2f} | {100 * figures['attributed']:.2f} % |"
    )


def main() -> None:
    """Measure every model, forward and training."""
    print(f"TensorFlow {tf.__version__}, {STEPS} steps each.\n")
    print("| model | ops | step, ms | profiled, ms | overhead | op events | XPlane, MB | read, MB/s | attribute, s "
          "| ops' share of the step | attributed |")  # fmt: skip
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    for make in (models.resnet, models.transformer, models.lstm):
        name, model, value = make()
        print(row(f"{name}, forward", model, [value]), flush=True)
        model.compile("adam", "mse")
        target = np.zeros(tuple(model(value).shape), "float32")
        print(row(f"{name}, training", model, [value, target], step="train"), flush=True)


if __name__ == "__main__":
    main()
