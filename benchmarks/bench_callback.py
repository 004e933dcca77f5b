"""What `opscope.Callback` costs a training: in the steps that it does not measure, and for those that it does.

The same model is fitted without a callback, with `opscope.Callback`, and with Keras's `TensorBoard(profile_batch=...)`, in turn. In the first table
the steps to measure never come, so that all are others. Each fit is compared with the one without a callback of the same round; a second one
without a callback shows the noise.
"""

from __future__ import annotations

import os
import platform
import tempfile
import time
import warnings
from importlib.util import find_spec
from statistics import median
from typing import Any, Callable, Dict, List, NamedTuple

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf

import opscope

ROUNDS, BATCH = 9, 8
NEVER = (1_000_000, 1_000_005)
PLAIN = "no callback"


class Took(NamedTuple):
    """How long a fit took, in seconds."""

    wall: float
    processor: float


def small() -> Any:
    """A step that is mostly overhead: what a callback adds shows most."""
    return compiled(tf.keras.layers.Dense(8, activation="relu"), tf.keras.layers.Dense(1))


def large() -> Any:
    """A step of some milliseconds."""
    return compiled(*(tf.keras.layers.Dense(1024, activation="relu") for _ in range(4)), tf.keras.layers.Dense(1))


def compiled(*layers: Any) -> Any:
    """A model that is ready to train."""
    model = tf.keras.Sequential(list(layers))
    model.compile("adam", "mse")
    return model


def took(model: Any, data: Any, steps: int, callbacks: List[Any]) -> Took:
    """Fit for so many steps."""
    wall, processor = time.perf_counter(), time.process_time()
    model.fit(data, steps_per_epoch=steps, epochs=1, verbose=0, callbacks=callbacks)
    return Took(time.perf_counter() - wall, time.process_time() - processor)


def rows(name: str, model: Any, steps: int, measured: Any, folder: str) -> List[str]:
    """The lines of one model: for each callback the middle of the rounds' ratios, and how far they reach."""
    x, y = np.ones((BATCH, 64), "float32"), np.ones((BATCH, 1), "float32")
    data = tf.data.Dataset.from_tensors((x, y)).repeat()
    kinds: Dict[str, Callable[[], List[Any]]] = {
        PLAIN: list,
        "no callback again": list,
        "opscope.Callback": lambda: [opscope.Callback(f"{folder}/step.html", steps=measured)],
    }
    if find_spec("tensorboard") is not None:
        kinds["TensorBoard(profile_batch)"] = lambda: [
            tf.keras.callbacks.TensorBoard(folder, profile_batch=measured, write_graph=False)
        ]
    for make in kinds.values():
        took(model, data, 30, make())  # warm-up, and what is imported at first use
    found: Dict[str, List[Took]] = {kind: [] for kind in kinds}
    for round_ in range(ROUNDS):
        order = list(kinds) if round_ % 2 else list(reversed(kinds))
        for kind in order:
            found[kind].append(took(model, data, steps, kinds[kind]()))
    lines = []
    for kind in kinds:
        ratios = sorted(one.wall / plain.wall for one, plain in zip(found[kind], found[PLAIN]))
        cpu = median(one.processor / plain.processor for one, plain in zip(found[kind], found[PLAIN]))
        extra = median(one.wall - plain.wall for one, plain in zip(found[kind], found[PLAIN]))
        step = median(one.wall for one in found[kind]) / steps * 1e3
        quarter = len(ratios) // 4
        lines.append(
            f"| {name} | {kind} | {step:.2f} | x{median(ratios):.3f} | x{ratios[quarter]:.3f} to x{ratios[-1 - quarter]:.3f} "
            f"| x{cpu:.3f} | {extra:+.2f} |"
        )
    return lines


def main() -> None:
    """Print both tables."""
    warnings.simplefilter("ignore")  # that the steps to measure never came
    print(f"TensorFlow {tf.__version__}, Python {platform.python_version()}, {ROUNDS} rounds, each callback in turn.")
    if find_spec("tensorboard") is None:
        print("Not compared with Keras's callback, which needs `pip install tensorboard`.")
    head = "| model | callback | ms a step | to none | half of the rounds | processor time to none | s a fit beside none |\n|---|---|---|---|---|---|---|"
    with tempfile.TemporaryDirectory() as folder:
        for title, measured in (("Steps that are not measured", NEVER), ("Six measured steps and the page", (10, 15))):
            print(f"\n{title}: fits of 600 and 150 steps\n\n{head}")
            for line in (
                *rows("two small products", small(), 600, measured, folder),
                *rows("five products", large(), 150, measured, folder),
            ):
                print(line, flush=True)


if __name__ == "__main__":
    main()
