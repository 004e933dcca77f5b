"""Draws the pictures of the README and the docs: `python tools/make_pictures.py`."""

from __future__ import annotations

from pathlib import Path

import opscope
from opscope.demo.models import SpeechTagger, wave_model

PICTURES = Path(__file__).resolve().parent.parent / "docs" / "pictures"


def main() -> None:
    """Write every picture."""
    waves = opscope.trace(wave_model(), (8, 10))
    waves.overlay({"hidden": {"time": 0.00021}, "Wave": {"time": 0.00034}, "classes": {"time": 0.00012}}).save(
        PICTURES / "waves.svg"
    )
    opscope.trace(SpeechTagger(name="tagger"), (8, 40, 32)).save(PICTURES / "tagger.svg")


if __name__ == "__main__":
    main()
