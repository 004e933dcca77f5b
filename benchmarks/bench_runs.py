"""Whether profiles of several runs are told apart where the models differ, and only there: with real processes and real times.

A model of ten layers is profiled twice with `RUNS` fresh processes, and once more with one of its layers half as slow again, which does
half of its product a second time. The first two must not differ, and of the slower one that layer must be told and no other. How much
slower it really is, is measured beside it without opscope: the layer alone, in processes of its own, in turn with the usual one.
"""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# One thread and short steps, most of which nothing interrupts, so that it works on a machine that is not idle.
os.environ.setdefault("TF_NUM_INTRAOP_THREADS", "1")
os.environ.setdefault("TF_NUM_INTEROP_THREADS", "1")

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median
from typing import List, Tuple

import opscope
from opscope.diff.measured_times import Comparison, compared
from opscope.profile.samples import layer_samples, step_samples

RUNS = 5
SLOWER = "project_5"
MODEL = '''
import tensorflow as tf

layers = tf.keras.layers


class Project(layers.Layer):
    """A product with a matrix, of which the part `again` is done once more."""

    def __init__(self, units, again=0.0, **options):
        super().__init__(**options)
        self.units, self.again = units, again

    def build(self, shape):
        self.kernel = self.add_weight(shape=(shape[-1], self.units), name="kernel")

    def call(self, x):
        y = tf.matmul(x, self.kernel)
        if self.again:
            rows = int(x.shape[0] * self.again)
            # Of other values, or TensorFlow would see that it has this product already.
            more = tf.matmul(x[-rows:] + 1.0, self.kernel)
            y += 1e-9 * tf.reduce_sum(more)
        return y


def project(place):
    return Project(240, AGAIN if place == 5 else 0.0, name=f"project_{place}")


model = tf.keras.Sequential(
    [
        tf.keras.Input((240,), batch_size=64), project(1), project(2), layers.ReLU(name="relu"), project(3), project(4),
        layers.LayerNormalization(name="norm"), project(5), project(6), layers.Dense(64, name="narrow"), layers.Softmax(name="softmax"),
    ],
    name="net",
)
layer, value = project(5), tf.random.normal((64, 240))
'''
TIMED = """
import sys, time
sys.path.insert(0, sys.argv[1])
import tensorflow as tf
from {} import layer, value


@tf.function
def run(value):
    for _ in range(20):
        value = layer(value)
    return value


took = []
for _ in range(300):
    start = time.perf_counter()
    run(value)
    took.append(time.perf_counter() - start)
print(min(took))
"""


def write_models(folder: Path) -> None:
    """The same model twice, but for the layer that does more."""
    for name, again in (("usual", 0.0), ("slower", 0.5)):
        (folder / f"{name}.py").write_text(MODEL.replace("AGAIN", str(again)))


def measured_alone(folder: Path, runs: int) -> float:
    """How many times as long the slower layer takes, by the clock, in processes of its own that take turns."""
    took = {"usual": [], "slower": []}
    for _ in range(runs):
        for name, times in took.items():
            done = subprocess.run(
                [sys.executable, "-c", TIMED.format(name), str(folder)], check=True, capture_output=True, text=True
            )
            times.append(float(done.stdout))
    return median(took["slower"]) / median(took["usual"])


def profiled(folder: Path, name: str, runs: int, saved: Path) -> "opscope.Graph":
    """As a user does it: by the command, into a file that is read back."""
    command = [
        sys.executable,
        "-m",
        "opscope",
        "profile",
        f"{folder / name}.py:model",
        "--runs",
        str(runs),
        "--steps",
        "50",
        "-o",
        str(saved),
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return opscope.load(saved)


def told(title: str, a: "opscope.Graph", b: "opscope.Graph") -> List[Comparison]:
    """Print the comparison, and return the layers that are told as different."""
    one, other = layer_samples(a), layer_samples(b)
    steps: Tuple[List[float], List[float]] = ([*step_samples(a)], [*step_samples(b)])
    found = compared([(path, path) for path in one], one, other, step=(median(steps[0]), median(steps[1])))
    print(f"\n{title}: disturbed {[graph.measurement['runs']['disturbed'] for graph in (a, b)]}")
    print("steps:", *(" ".join(f"{time / 1e3:.2f}" for time in side) for side in steps), sep="\n  ")
    if found.whole is not None:
        print(
            f"  all layers: x{found.whole.ratio:.2f} ({found.whole.interval.low:.2f} to {found.whole.interval.high:.2f}) {found.whole.probability:.4f}"
        )
    for each in found.layers:
        low, high = each.ratio_interval or (0.0, 0.0)
        verdict = (
            ("as all" if each.with_all else "") if not each.significant else "small" if each.small else "DIFFERENT"
        )
        probability = "" if each.probability is None else f"{each.probability:8.4f}"
        print(
            f"  {each.pair[0]:22} {each.a:9.1f} {each.b:9.1f} us  x{each.ratio or 0:5.2f} ({low:.2f} to {high:.2f}) {probability} {verdict}"
        )
    return [each for each in found.layers if each.notable]


def main() -> None:
    """Measure, compare and say whether it is as it has to be."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=RUNS, help=f"processes a side (default: {RUNS})")
    parser.add_argument("--keep", metavar="FOLDER", help="where the three profiles are left, as JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        write_models(Path(folder))
        kept = Path(options.keep or folder)
        kept.mkdir(parents=True, exist_ok=True)
        first = profiled(Path(folder), "usual", options.runs, kept / "usual.json")
        second = profiled(Path(folder), "usual", options.runs, kept / "again.json")
        slower = profiled(Path(folder), "slower", options.runs, kept / "slower.json")
        alone = measured_alone(Path(folder), 3)
    same = told("the same model twice", first, second)
    found = told(f"{SLOWER} does half of its product again", first, slower)
    print(f"\n{SLOWER} alone, by the clock: x{alone:.2f}")
    as_wanted = not same and [each.pair[0].rpartition("/")[2] for each in found] == [SLOWER]
    print(
        json.dumps(
            {
                "same": len(same),
                "found": [each.pair[0] for each in found],
                "alone": round(alone, 2),
                "as wanted": as_wanted,
            }
        )
    )


if __name__ == "__main__":
    main()
