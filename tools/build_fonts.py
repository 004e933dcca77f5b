"""Builds the fonts that ship with opscope, and the widths that measure their text.

    apt-get download fonts-inter fonts-jetbrains-mono; for p in fonts-*.deb; do dpkg -x $p fonts; done
    python tools/build_fonts.py fonts/usr/share/fonts

Each font is cut to the scripts that names in code are written in, its kerning and features dropped (so that a text's
width is the sum of its characters' advances, in every program that draws it), its outlines made TrueType. The zero of
the monospaced font loses the dot in its middle: in small letters (8, 10, 12) was read as (8, 18, 12) or (8, 16, 12). It
becomes narrower and the letter O rounder instead, so that a reader tells the two apart.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Dict, List

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._g_l_y_f import GlyphCoordinates

SOURCE = Path(__file__).resolve().parent.parent / "src" / "opscope"
FONTS = {
    "regular": ("opentype/inter/Inter-Regular.otf", "Inter-Regular.ttf"),
    "bold": ("opentype/inter/Inter-SemiBold.otf", "Inter-SemiBold.ttf"),
    "mono": ("truetype/jetbrains-mono/JetBrainsMono-Regular.ttf", "JetBrainsMono-Regular.ttf"),
}
RANGES = (
    (0x20, 0x7E), (0xA0, 0x17F), (0x18F, 0x192), (0x2B0, 0x2FF), (0x386, 0x3CE), (0x400, 0x45F), (0x490, 0x4FF),
    (0x2010, 0x2044), (0x2070, 0x209C), (0x20A0, 0x20BF), (0x2100, 0x214F), (0x2190, 0x21FF), (0x2200, 0x22FF),
    (0x25A0, 0x25FF), (0x2713, 0x2717), (0xFFFD, 0xFFFD),
)  # fmt: skip
MAX_ERROR = 1.0
"""Largest distance between a cubic outline and the quadratic one that stands for it, in font units."""


def subset(font: TTFont) -> None:
    """Keep the characters of RANGES, without layout features and hints."""
    options = Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.name_IDs = [0, 1, 2, 3, 4, 5, 6, 13, 14, 16, 17]
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "DSIG", "BASE"]
    cutter = Subsetter(options)
    cutter.populate(unicodes=[code for first, last in RANGES for code in range(first, last + 1)])
    cutter.subset(font)


def to_truetype(font: TTFont) -> None:
    """Replace CFF outlines by quadratic ones: PDF writers and old rasterizers read only those."""
    if "CFF " not in font:
        return
    glyphs = {}
    outlines = font.getGlyphSet()
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(outlines)
        outlines[name].draw(Cu2QuPen(pen, MAX_ERROR, reverse_direction=True))
        glyphs[name] = pen.glyph()
    del font["CFF "]
    font["loca"] = newTable("loca")
    table = font["glyf"] = newTable("glyf")
    table.glyphOrder = font.getGlyphOrder()
    table.glyphs = glyphs
    table.compile(font)
    for name, glyph in glyphs.items():
        advance, _ = font["hmtx"][name]
        font["hmtx"][name] = (advance, getattr(glyph, "xMin", 0))
    profile = font["maxp"]
    profile.tableVersion = 0x00010000
    for field in ("maxZones", "maxTwilightPoints", "maxStorage", "maxFunctionDefs", "maxInstructionDefs"):
        setattr(profile, field, 0)
    for field in ("maxStackElements", "maxSizeOfInstructions", "maxComponentElements"):
        setattr(profile, field, 0)
    profile.maxZones = 1
    font["post"].formatType = 3.0
    font.sfntVersion = "\000\001\000\000"


def plain_zero(font: TTFont) -> None:
    """Keep the outer and the inner edge of the zero, and nothing within: a zero with a dot or a slash is read as an 8 or a 6."""
    name = font.getBestCmap()[ord("0")]
    edges = font["glyf"][name]
    last = edges.endPtsOfContours[1]
    edges.coordinates = GlyphCoordinates(edges.coordinates[: last + 1])
    edges.flags = edges.flags[: last + 1]
    edges.endPtsOfContours = edges.endPtsOfContours[:2]
    edges.numberOfContours = len(edges.endPtsOfContours)


ZERO_NARROWED = 0.8
"""A zero of this part of its width is as narrow an oval as type designers draw it beside an O."""
O_WIDENED = 1.1


def tell_zero_from_o(font: TTFont) -> None:
    """Make the zero narrower and the letter O wider, each around the middle of its cell, which keeps its width."""
    characters = font.getBestCmap()
    for character, part in (("0", ZERO_NARROWED), ("O", O_WIDENED)):
        name = characters[ord(character)]
        edges = font["glyf"][name]
        middle = font["hmtx"][name][0] / 2
        edges.coordinates = GlyphCoordinates([(round(middle + part * (x - middle)), y) for x, y in edges.coordinates])
        edges.recalcBounds(font["glyf"])
        font["hmtx"][name] = (font["hmtx"][name][0], edges.xMin)


def widths(font: TTFont) -> Dict[str, object]:
    """Advance widths in thousandths of the font size, as runs: [first code, [widths]] of consecutive characters."""
    scale = 1000 / font["head"].unitsPerEm
    characters: Dict[int, str] = font.getBestCmap()
    runs: List[List[object]] = []
    following = None
    for code in sorted(characters):
        width = round(font["hmtx"][characters[code]][0] * scale)
        if code != following:
            runs.append([code, []])
        runs[-1][1].append(width)  # type: ignore[attr-defined]
        following = code + 1
    line = font["hhea"]
    return {
        "ascent": round(line.ascent * scale),
        "descent": round(-line.descent * scale),
        "missing": round(font["hmtx"][".notdef"][0] * scale),
        "runs": runs,
    }


def main() -> None:
    """Build every font and the table of widths."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("fonts", type=Path, help="folder with opentype/inter and truetype/jetbrains-mono")
    options = parser.parse_args()
    metrics = {}
    for key, (source, target) in FONTS.items():
        font = TTFont(options.fonts / source, recalcTimestamp=False)
        subset(font)
        to_truetype(font)
        if key == "mono":
            plain_zero(font)
            tell_zero_from_o(font)
        path = SOURCE / "render" / "font" / target
        font.save(path)
        metrics[key] = {
            "family": font["name"].getBestFamilyName(),
            "weight": font["OS/2"].usWeightClass,
            **widths(font),
        }
        print(f"{path.name}: {path.stat().st_size:,} bytes, {len(font.getBestCmap())} characters")
    table = SOURCE / "layout" / "font_metrics.json"
    table.write_text(json.dumps(metrics, separators=(",", ":")) + "\n", encoding="ascii")
    print(f"{table.name}: {table.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
