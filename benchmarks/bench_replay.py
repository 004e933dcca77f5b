"""Time per layer: the profiler against an independent replay of the same graph in a v1 Session (`replay.py` says how)."""

from __future__ import annotations

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import models
import tensorflow as tf
from replay import Comparison, one_thread

ROUNDS = 20


def main() -> None:
    """Compare on two models."""
    one_thread()
    print(
        f"TensorFlow {tf.__version__}, one thread, {ROUNDS} steps each way in turn; of each layer the least of all.\n"
        "On a quiet machine the difference is within 15 % and the correlation at least 0.95; other programs spoil both.\n"
    )
    print("| model | layers | profiler, busy ms | replay, busy ms | difference | correlation by layer |")
    print("|---|---|---|---|---|---|")
    for make in (models.resnet, models.transformer):
        name, model, value = make()
        comparison = Comparison(model, value)
        for _ in range(ROUNDS):
            comparison.round()
        found = comparison.agreement()
        print(
            f"| {name} | {len(found.layers)} | {sum(found.profiler) / 1e3:.2f} | {sum(found.replay) / 1e3:.2f} "
            f"| {100 * found.difference:+.1f} % | {found.correlation:.3f} |",
            flush=True,
        )


if __name__ == "__main__":
    main()
