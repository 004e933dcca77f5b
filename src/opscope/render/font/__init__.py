"""The fonts that ship with opscope.

resvg, which makes the PNG, silently draws no text if it finds no font. And the layout measures texts in exactly these
fonts, so others would not fit their boxes.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).resolve().parent

SANS = "Inter"
"""The font of titles and labels, in the weights 400 and 600."""

MONO = "JetBrains Mono"
"""The font of shapes, types and numbers, in the weight 400."""

FILES = (FOLDER / "Inter-Regular.ttf", FOLDER / "Inter-SemiBold.ttf", FOLDER / "JetBrainsMono-Regular.ttf")
