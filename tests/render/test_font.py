"""Figures in the monospaced font can be read."""

from __future__ import annotations

from pathlib import Path

import pytest

import opscope

fonts = pytest.importorskip("fontTools.ttLib")
FONT = Path(opscope.__file__).parent / "render" / "font" / "JetBrainsMono-Regular.ttf"


def test_a_zero_is_told_from_the_letter_o():
    """At 11 px, the size of most figures, it is more than a pixel narrower, and no dot in it makes it an 8; its cell stays as wide."""
    font = fonts.TTFont(FONT)
    names = font.getBestCmap()
    zero, letter = (font["glyf"][names[ord(character)]] for character in "0O")
    units = font["head"].unitsPerEm / 11
    assert (letter.xMax - letter.xMin) - (zero.xMax - zero.xMin) > units
    assert zero.numberOfContours == letter.numberOfContours == 2
    assert font["hmtx"][names[ord("0")]][0] == font["hmtx"][names[ord("O")]][0]
