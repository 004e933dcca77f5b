"""The examples of the demo: each function traces or measures a model and draws it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable, List, Tuple

from ..profile.measure import profile
from ..visualize import visualize_model
from .models import SpeechTagger, small_model, wave_model

BATCH = 8


def small(folder: Path) -> List[Path]:
    """A small Sequential."""
    return _pictures(small_model(), (None, 10), folder / "small")


def waves(folder: Path) -> List[Path]:
    """A model with a custom layer, which is not built before the trace."""
    return _pictures(wave_model(), (None, 10), folder / "waves")


def waves_timed(folder: Path) -> List[Path]:
    """The same model with the measured time of each layer drawn on it."""
    graph = profile(wave_model(), (BATCH, 10))
    return [graph.save(folder / f"waves_timed.{suffix}", engine="graphviz") for suffix in ("svg", "png")]


def recurrent(folder: Path) -> List[Path]:
    """A measured recurrent network with a custom cell: its drawing shows the loop and its body. Also as a page."""
    graph = profile(SpeechTagger(name="tagger"), (BATCH, 40, 32))
    return [graph.save(folder / f"tagger.{suffix}") for suffix in ("svg", "png", "html")]


def _pictures(model: Any, shape: Tuple[Any, ...], path: Path) -> List[Path]:
    return [visualize_model(model, shape, filename=str(path), format=suffix, view=False) for suffix in ("svg", "png")]


USES: Tuple[Tuple[str, Callable[[Path], List[Path]]], ...] = (
    ("a small Sequential model", small),
    ("a model with a custom layer, not built before", waves),
    ("the same model with measured times (drawn by Graphviz)", waves_timed),
    ("a custom recurrent network with measured times, and its interactive page", recurrent),
)
