"""What was measured where, against an independent way of measuring: benchmarks/replay.py, which says what is kept equal.

How well the two agree on times is a benchmark's business (benchmarks/bench_replay.py): times depend on the machine.
"""

from importlib import import_module
from pathlib import Path

import pytest

tf = pytest.importorskip("tensorflow")

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def replay(monkeypatch):
    """The module benchmarks/replay.py."""
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return import_module("replay")


def test_a_layer_with_time_also_ran_in_a_replay_of_the_untouched_graph(replay):
    layers = tf.keras.layers
    value = inputs = tf.keras.Input((8, 16))
    for block in range(2):
        value = layers.LayerNormalization(name=f"norm{block}")(value + layers.Dense(16, name=f"in{block}")(value))
        value = value + layers.Dense(16, name=f"out{block}")(layers.Dense(64, "relu", name=f"wide{block}")(value))
    model = tf.keras.Model(inputs, layers.Dense(10, name="head")(value), name="net")
    profiled, replayed = replay.Comparison(model, tf.zeros((4, 8, 16))).round()
    named = {f"net/{name}" for name in ("in0", "norm0", "wide0", "out0", "in1", "norm1", "wide1", "out1", "head")}
    # Grappler may fuse a layer into the next, so that the profiler has less; what it has must be there.
    assert named <= set(profiled) <= set(replayed)
