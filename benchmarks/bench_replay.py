"""Time per layer: the profiler against an independent replay of the same graph in a v1 Session, in turn, in one process."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import Any, Dict, List

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import models
import numpy as np
import tensorflow as tf
from replay import replay

from opscope.capture.tracing import trace_function
from opscope.graph import Graph
from opscope.profile import feed, runner
from opscope.profile.attribute import attribute
from opscope.profile.raw import Recording

ROUNDS, STEPS = 3, 5


def layers(graph: Graph) -> Dict[str, float]:
    """Busy time of each innermost layer, in microseconds a step."""
    around: List[str] = []
    for group in graph.groups:
        around.append(group.path if group.is_call else around[group.parent] if group.parent >= 0 else "")
    times: Dict[str, float] = {}
    for row, measured in graph.content.measured.items():
        place = graph.content.node_group[row]
        name = around[place] if place >= 0 else ""
        times[name] = times.get(name, 0.0) + (measured.busy_us or 0.0)
    return times


def by_step(graph: Graph, recording: Recording) -> List[Dict[str, float]]:
    """The layers' times in each step of a recording."""
    steps = [replace(recording, trace=replace(recording.trace, steps=(step,))) for step in recording.trace.steps]
    return [layers(attribute(graph, step)) for step in steps]


def row(name: str, model: Any, value: Any) -> str:
    """One line of the table: for each layer the least of all steps, which other programs disturb least."""
    graph, concrete = trace_function(model, value, source_lines=False)
    tensors = feed.tensors(concrete, (value,), {}, 1)
    rounds: Dict[str, List[Dict[str, float]]] = {"profiler": [], "replay": []}
    for _ in range(ROUNDS):
        rounds["profiler"] += by_step(graph, runner.record(concrete, tensors, steps=STEPS, warmup=2))
        rounds["replay"] += by_step(graph, replay(concrete, tensors, STEPS))
    names = sorted({key for found in rounds.values() for each in found for key in each})
    ours, theirs = (
        np.array([min(each.get(key, 0.0) for each in rounds[way]) for key in names]) for way in ("profiler", "replay")
    )
    correlation = np.corrcoef(ours, theirs)[0, 1]
    return (
        f"| {name} | {len(names)} | {ours.sum() / 1e3:.2f} | {theirs.sum() / 1e3:.2f} "
        f"| {100 * (theirs.sum() / ours.sum() - 1):+.1f} % | {correlation:.3f} |"
    )


def main() -> None:
    """Compare on two models."""
    print(f"TensorFlow {tf.__version__}, {ROUNDS} rounds of {STEPS} steps each way.\n")
    print("| model | layers | profiler, busy ms | replay, busy ms | difference | correlation by layer |")
    print("|---|---|---|---|---|---|")
    for make in (models.resnet, models.transformer):
        print(row(*make()), flush=True)


if __name__ == "__main__":
    main()
