"""The uses that the demo shows: each traces a model and draws it."""

from __future__ import annotations

import statistics
import time
from pathlib import Path
from typing import Any, Callable, Dict, List, Mapping, Tuple

import tensorflow as tf

from ..visualize import visualize_model, visualize_model_with_profile
from .models import SpeechTagger, small_model, wave_model

BATCH = 8
RUNS = 20


def small(folder: Path) -> List[Path]:
    """A small Sequential."""
    return _pictures(small_model(), (None, 10), folder / "small")


def waves(folder: Path) -> List[Path]:
    """A model with a custom layer, never built before."""
    return _pictures(wave_model(), (None, 10), folder / "waves")


def waves_timed(folder: Path) -> List[Path]:
    """The same with each layer's time drawn on it."""
    model = wave_model()
    times = layer_times(model, tf.random.normal((BATCH, 10)))
    return [
        visualize_model_with_profile(
            model, (BATCH, 10), profile_data=times, filename=str(folder / "waves_timed"), format=suffix, view=False
        )
        for suffix in ("svg", "png")
    ]


def recurrent(folder: Path) -> List[Path]:
    """A recurrent network with a cell of its own: the loop and its body, in place."""
    return _pictures(SpeechTagger(name="tagger"), (BATCH, 40, 32), folder / "tagger")


def _pictures(model: Any, shape: Tuple[Any, ...], path: Path) -> List[Path]:
    return [visualize_model(model, shape, filename=str(path), format=suffix, view=False) for suffix in ("svg", "png")]


def layer_times(model: Any, inputs: Any) -> Dict[str, Mapping[str, float]]:
    """Each layer's eager time on `inputs`: layer name -> median seconds of one call."""
    times: Dict[str, Mapping[str, float]] = {}
    value = inputs
    for layer in model.layers:
        layer(value)  # builds it, and pays for the first call
        laps = []
        for _ in range(RUNS):
            started = time.perf_counter()
            result = layer(value)
            laps.append(time.perf_counter() - started)
        times[layer.name] = {"time": statistics.median(laps)}
        value = result
    return times


USES: Tuple[Tuple[str, Callable[[Path], List[Path]]], ...] = (
    ("a small Sequential", small),
    ("a custom layer, never built before", waves),
    ("the same with per-layer times", waves_timed),
    ("a custom recurrent network", recurrent),
)
