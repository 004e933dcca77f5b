import struct
import zlib

import pytest

from opscope.render.svg.png import png, size

pytest.importorskip("resvg_py")

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{w}pt" height="{h}pt" viewBox="0 0 {w} {h}">'
    '<text x="10" y="30" font-family="{family}" font-weight="{weight}" font-size="20" fill="#000000">{text}</text></svg>'
)


def dark(data):
    """How many pixels of a PNG are darker than grey, and its size."""
    rows = dark_rows(data)
    return sum(map(sum, rows)), len(rows[0]), len(rows)


def dark_rows(data):
    """For each pixel of a PNG, row by row, whether it is darker than grey (8-bit RGBA or RGB, no interlace)."""
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", data[16:29])
    assert (depth, interlace) == (8, 0)
    step = {2: 3, 6: 4}[colour]
    raw, place = b"", 8
    while place < len(data):
        length, kind = struct.unpack(">I4s", data[place : place + 8])
        raw += data[place + 8 : place + 8 + length] if kind == b"IDAT" else b""
        place += 12 + length
    rows = unfilter(zlib.decompress(raw), width * step, height, step)
    return [[max(row[x : x + 3]) < 128 for x in range(0, len(row), step)] for row in rows]


def unfilter(raw, length, height, step):
    """The rows of a PNG's image data (PNG specification, section 9)."""
    rows, above = [], bytearray(length)
    for index in range(height):
        kind, row = raw[index * (length + 1)], bytearray(raw[index * (length + 1) + 1 : (index + 1) * (length + 1)])
        for place in range(length):
            left = row[place - step] if place >= step else 0
            up, corner = above[place], above[place - step] if place >= step else 0
            guess = left + up - corner
            paeth = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
            row[place] = (row[place] + (0, left, up, (left + up) // 2, paeth)[kind]) & 255
        rows.append(bytes(row))
        above = row
    return rows


@pytest.mark.parametrize("family", ["Inter", "JetBrains Mono", "No Such Font,sans-serif"])
def test_text_is_drawn_without_any_system_font(family):
    count, width, height = dark(png(SVG.format(w=200, h=50, family=family, weight=400, text="MatMul (8, 10)")))
    assert count > 500
    assert (width, height) == (400, 100)


@pytest.mark.parametrize("weight", [400, 600])
@pytest.mark.parametrize("family", ["Inter", "JetBrains Mono"])
def test_a_zero_has_nothing_within(family, weight):
    """A dot or a slash in it makes it an 8 or a 6 in small letters: any line through a plain ring meets it twice at most."""
    picture = dark_rows(png(SVG.format(w=40, h=40, family=family, weight=weight, text="0")))
    for line in (*picture, *zip(*picture)):
        assert sum(now and not before for before, now in zip((False, *line), line)) <= 2
    assert any(any(line) for line in picture)


def test_bold_text_is_heavier():
    plain, _, _ = dark(png(SVG.format(w=200, h=50, family="Inter", weight=400, text="embed")))
    bold, _, _ = dark(png(SVG.format(w=200, h=50, family="Inter", weight=600, text="embed")))
    assert bold > 1.1 * plain


@pytest.mark.slow
def test_a_huge_drawing_is_made_smaller_not_refused():
    svg = SVG.format(w=40_000, h=10_000, family="Inter", weight=400, text="x")
    width, height = struct.unpack(">II", png(svg)[16:24])
    assert width * height <= 100_000_000
    assert abs(width / height - 4) < 0.01


def test_size_is_that_of_the_view_box():
    assert size(SVG.format(w=200, h=50, family="", weight=400, text="")) == (200.0, 50.0)
