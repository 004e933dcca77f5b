"""Whether runs of one model agree: layers whose intervals do not overlap keep their order, and competition is told.

Each model is profiled several times with the defaults. Two layers that one run tells apart (`graph.uncertainty.apart`) may be
equal in another run, but never in the other order. Then busy loops compete for the processors: now each run has to say
``disturbed``, or to mark most of its layers as uncertain.
"""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import subprocess
import sys
from contextlib import contextmanager
from itertools import combinations
from typing import Any, Dict, Iterator, List, NamedTuple, Tuple

import models
import tensorflow as tf

import opscope
from opscope.graph.content import content_of
from opscope.graph.uncertainty import WithError, apart, errors_compared, uncertain

RUNS = 5
_BUSY = "while True: pass"


class Run(NamedTuple):
    """What one run says."""

    layers: Dict[str, WithError]
    disturbed: bool
    errors: float
    """How many standard errors layers are compared by."""
    kept: str
    step: float

    @property
    def uncertain(self) -> float:
        """The part of the layers whose time is marked with ~."""
        return sum(uncertain(*figure) for figure in self.layers.values()) / len(self.layers)


def convolutions() -> Tuple[str, Any, Any]:
    """Six convolutions, of which five are equal, and a small dense layer."""
    layers = tf.keras.layers
    inner = [layers.Conv2D(32, 3, padding="same", activation="relu", name=f"conv_{place}") for place in range(6)]
    last = [layers.GlobalAveragePooling2D(name="pool"), layers.Dense(10, name="head")]
    model = tf.keras.Sequential([tf.keras.Input((64, 64, 3)), *inner, *last], name="convolutions")
    return "6 convolutions", model, models.random(8, 64, 64, 3)


def run(model: Any, value: Any) -> Run:
    """Profile a model once."""
    graph = opscope.profile(model, value)
    measured = {group.path: group.measured for group in content_of(graph).groups if group.is_call}
    layers = {path: WithError(one.time_us or 0.0, one.error_us) for path, one in measured.items() if one is not None}
    said = graph.measurement or {}
    return Run(
        layers,
        bool(said["disturbed"]),
        errors_compared(said),
        f"{said['steps_kept']}/{said['steps']}",
        said["step_time_us"],
    )


def swapped(runs: List[Run]) -> Tuple[int, int]:
    """How many pairs of layers two runs order differently, and how many pairs are apart in any run."""
    swaps = told = 0
    for one, other in combinations(runs[0].layers, 2):
        orders = {
            each.layers[one].value > each.layers[other].value
            for each in runs
            if apart(each.layers[one], each.layers[other], each.errors)
        }
        swaps += len(orders) > 1
        told += bool(orders)
    return swaps, told


@contextmanager
def competition() -> Iterator[None]:
    """A context in which as many busy loops run as there are processors."""
    loops = [subprocess.Popen([sys.executable, "-c", _BUSY]) for _ in range(os.cpu_count() or 1)]
    try:
        yield
    finally:
        for loop in loops:
            loop.kill()
            loop.wait()


def row(name: str, runs: List[Run], *, alone: bool) -> str:
    """One line of the table."""
    swaps, told = swapped(runs)
    pairs = len(runs[0].layers) * (len(runs[0].layers) - 1) // 2
    steps = [each.step for each in runs]
    ratios = sorted(
        max(times) / min(times) for times in ([each.layers[path].value for each in runs] for path in runs[0].layers)
    )
    said = [each.disturbed or each.uncertain > 1 / 2 for each in runs]
    holds = swaps == 0 if alone else all(said)
    return (
        f"| {name} | {'alone' if alone else 'with busy loops'} | {len(runs[0].layers)} | {told} of {pairs} | {swaps} "
        f"| {' '.join(each.kept for each in runs)} | {sum(each.disturbed for each in runs)} of {len(runs)} "
        f"| {' '.join(f'{100 * each.uncertain:.0f}' for each in runs)} % | x{max(steps) / min(steps):.2f} "
        f"| x{ratios[len(ratios) // 2]:.2f} | {'yes' if holds else 'NO'} |"
    )


def main() -> None:
    """Measure alone, then with competition."""
    print(
        f"TensorFlow {tf.__version__}, {RUNS} runs each. Of an idle machine: no layers that are apart change their order. "
        "With busy loops, one for each processor: every run says that it is disturbed, or marks more than half of its layers.\n"
    )
    print(
        "| model | machine | layers | pairs told apart in a run | pairs in another order | steps kept | disturbed "
        "| layers uncertain | steps, most to least | a layer, most to least (median) | holds |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    made = [make() for make in (convolutions, models.transformer)]
    for name, model, value in made:
        print(row(name, [run(model, value) for _ in range(RUNS)], alone=True), flush=True)
    for name, model, value in made:
        with competition():
            print(row(name, [run(model, value) for _ in range(RUNS)], alone=False), flush=True)


if __name__ == "__main__":
    main()
