"""Whether profiles of several runs are told apart where the models differ, and only there: with real processes and real times.

A model of ten layers is profiled twice with `RUNS` fresh processes, and once more with one of its layers half as slow again, which does
half of its product a second time. The first two must not differ, and of the slower one that layer must be told and no other. How much
slower it really is, is measured beside it without opscope: the layer alone, in processes of its own, in turn with the usual one.

That the change is one of that layer alone is seen in the printed times of the others, each of which is a product of its own with the same kernel as
before. (They did change while opscope measured on fresh memory: pages that arrived during an op made it 26 us longer, and the second product,
which leaves other holes in the heap, decided which layers that were. See `src/opscope/profile/running/placement.py`.)
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
from opscope.profile.runs.samples import layer_samples, step_samples

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
    disturbed = (sum(map(bool, graph.measurement["runs"]["disturbed"])) for graph in (a, b))
    print(f"\n{title}; disturbed runs: {' and '.join(map(str, disturbed))}")
    print("steps in us:", *(" ".join(f"{time:.0f}" for time in side) for side in steps), sep="\n  ")
    if found.whole is not None:
        low, high = found.whole.interval
        print(f"  all layers: x{found.whole.ratio:.2f} ({low:.2f} to {high:.2f}) {found.whole.probability:.4f}")
    for each in found.layers:
        low, high = each.ratio_interval or (0.0, 0.0)
        probability = "" if each.probability is None else f"{each.probability:8.4f}"
        ratio = f"x{each.ratio or 0:5.2f} ({low:.2f} to {high:.2f})"
        print(f"  {each.pair[0]:22} {each.a:9.1f} {each.b:9.1f} us  {ratio} {probability} {_verdict(each)}")
    return [each for each in found.layers if each.notable]


def _verdict(found: Comparison) -> str:
    if found.with_all:
        return "as all"
    return "" if not found.significant else "small" if found.small else "DIFFERENT"


def trial(folder: Path, runs: int, kept: Path) -> Tuple[List[str], List[str]]:
    """The layers that are told of equal models, and those that are told of the changed one."""
    first = profiled(folder, "usual", runs, kept / "usual.json")
    second = profiled(folder, "usual", runs, kept / "again.json")
    slower = profiled(folder, "slower", runs, kept / "slower.json")
    same = told("the same model twice", first, second)
    found = told(f"{SLOWER} does half of its product again", first, slower)
    names = [[each.pair[0].rpartition("/")[2] for each in layers] for layers in (same, found)]
    return names[0], names[1]


def main() -> None:
    """Measure, compare and say whether it is as it has to be."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--runs", type=int, default=RUNS, help=f"processes a side (default: {RUNS})")
    parser.add_argument("--trials", type=int, default=1, help="how often all of it is done (default: 1)")
    parser.add_argument("--keep", metavar="FOLDER", help="where the profiles of the last trial are left, as JSON")
    options = parser.parse_args()
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        write_models(Path(folder))
        kept = Path(options.keep or folder)
        kept.mkdir(parents=True, exist_ok=True)
        alone = measured_alone(Path(folder), 3)
        for number in range(1, options.trials + 1):
            print(f"\n== trial {number} of {options.trials}")
            outcomes.append(trial(Path(folder), options.runs, kept))
            same, found = outcomes[-1]
            print(json.dumps({"same": same, "found": found, "as wanted": not same and found == [SLOWER]}), flush=True)
    wanted = sum(not same and found == [SLOWER] for same, found in outcomes)
    print(
        f"\nVERDICT: {'PASS' if wanted == len(outcomes) else 'FAIL'}, as wanted in {wanted} of {len(outcomes)} trials: "
        f"the same model told different in {sum(bool(same) for same, _ in outcomes)}, "
        f"{SLOWER} found in {sum(SLOWER in found for _, found in outcomes)}, "
        f"another layer told in {sum(bool({*found} - {SLOWER}) for _, found in outcomes)}; "
        f"{SLOWER} alone, by the clock: x{alone:.2f}"
    )


if __name__ == "__main__":
    main()
