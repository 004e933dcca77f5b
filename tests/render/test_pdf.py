import re
import shutil
import subprocess
import zlib

import pytest

from opscope.render.svg.pdf import pdf

pytest.importorskip("fpdf")

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" {size} viewBox="0 0 200 50"><rect width="90" height="20" fill="#dbe7ff"/>'
    '<text x="10" y="30" font-family="Inter" font-weight="bold">embed \u4e2d</text>'
    '<text x="10" y="45" font-family="JetBrains Mono" font-size="9" fill="none">hidden</text></svg>'
)


def streams(data):
    found = re.findall(rb"stream\n(.*?)\nendstream", data, re.DOTALL)
    return b"".join(zlib.decompress(part) for part in found if part[:1] == b"\x78")


def media_box(data):
    return [float(value) for value in re.search(rb"/MediaBox \[([^\]]*)\]", data)[1].split()]


def test_the_page_is_the_drawings_size_in_points():
    assert media_box(pdf(SVG.format(size='width="200pt" height="50pt"'))) == [0, 0, 200, 50]
    assert media_box(pdf(SVG.format(size='width="200" height="50"'))) == [0, 0, 150, 37.5]


def test_a_drawing_beyond_the_formats_limit_is_scaled_down():
    huge = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40000 100"><rect width="9" height="9"/></svg>'
    assert media_box(pdf(huge))[2] == 14_400


def test_fonts_are_embedded():
    data = pdf(SVG.format(size=""))
    assert b"Inter" in data
    assert b"/FontFile2" in data


def test_text_can_be_read_back_and_a_missing_glyph_shows_its_code():
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftoppm and pdftotext (poppler-utils)")
    done = subprocess.run(["pdftotext", "-", "-"], input=pdf(SVG.format(size="")), capture_output=True, check=True)
    assert done.stdout.decode().split() == ["embed", "\\u4e2d"]


def test_codes_of_missing_glyphs_keep_to_the_room_of_the_glyphs():
    drawn = streams(pdf(SVG.format(size="")))
    squeezed = [float(value) for value in re.findall(rb"([\d.]+) Tz", drawn)]
    assert any(value < 100 for value in squeezed)


def test_rotated_text_and_dashed_lines_are_accepted():
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><g transform="rotate(90 1 1)"><text>a</text></g>'
        '<path d="M0,0C1,1 2,2 3,3" stroke="black" stroke-dasharray="5,2" fill="none"/></svg>'
    )
    assert b" d\n" in streams(pdf(svg)) or b" d " in streams(pdf(svg))
