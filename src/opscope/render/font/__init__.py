"""The fonts that ship with opscope: with a system font missing, PNG writers silently draw no text."""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parent

SANS = "Inter"
"""Family of titles and labels; in weights 400 and 600."""

MONO = "JetBrains Mono"
"""Family of shapes, types and numbers; in weight 400."""

FILES = (FOLDER / "Inter-Regular.ttf", FOLDER / "Inter-SemiBold.ttf", FOLDER / "JetBrainsMono-Regular.ttf")
