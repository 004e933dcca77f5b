"""What the page draws with comes from Python alone: the header's style, pinned for the viewer's own tests, and no literal beside it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from opscope.graph.number_text import quantity_text
from opscope.layout.place import spacing
from opscope.layout.scene.families import FAMILIES
from opscope.layout.scene.heat import STEPS, STEPS_DARK
from opscope.layout.sizes import extents
from opscope.render.page.header_style import page_style
from opscope.render.svg.style import declarations, style

VIEWER = Path(__file__).resolve().parents[2] / "viewer" / "src"
COLOUR = re.compile(r"#[0-9a-f]{6}\b")
PLAIN = {"#ffffff", "#f6f8fa"}
"""White, and the grey of the page's own bars."""


def test_the_style_is_what_the_viewers_tests_read(golden):
    golden("style.json", json.dumps(page_style(), indent=1) + "\n")


def test_every_distance_of_placing_and_every_font_travels():
    sent = page_style()
    own = {name: value for name, value in vars(spacing).items() if name.isupper()}
    named = {name.replace("_", "").lower(): value for name, value in own.items()}
    assert named.items() <= {name.lower(): value for name, value in sent["place"].items()}.items()
    given = {name: font for name, font in vars(extents).items() if isinstance(font, extents.Font)}
    fonts = {name[: -len("_FONT")].lower(): font._asdict() for name, font in given.items()}
    assert sent["fonts"] == fonts


@pytest.mark.parametrize("dark", [False, True])
def test_a_theme_says_what_the_style_sheet_of_a_picture_says(dark):
    sent = page_style()["dark" if dark else "light"]
    sheet = style(sent["classes"], theme="dark" if dark else "light")
    for name, said in sent["classes"].items():
        rules = re.findall(r"\." + name + r"\{([^}]*)\}", sheet)
        for key, value in said.items():
            written = [rule for rule in rules if re.search(rf"(^|;){key}:", rule)]
            assert f"{key}:{value}" in written[-1].split(";")
    assert all(said == declarations(dark=dark)[name] for name, said in sent["classes"].items() if name == "wire")


def test_units_are_those_of_the_pictures():
    units = page_style()["units"]
    for field, unit in (("time_us", units["time"]), ("memory_bytes", units["bytes"]), ("flops", units["flops"])):
        for name, size, least in unit:
            value = 3 * max(size, least)
            assert quantity_text(field, value).endswith(f" {name}")


def test_the_viewer_writes_no_colour_that_a_picture_has():
    of_pictures = {*STEPS, *STEPS_DARK, *(colour for family in FAMILIES.values() for colour in family[1:])}
    for dark in (False, True):
        of_pictures |= set(COLOUR.findall(json.dumps(declarations(dark=dark))))
    found = {
        f"{path.relative_to(VIEWER)}: {colour}"
        for path in VIEWER.rglob("*.*")
        for colour in COLOUR.findall(path.read_text(encoding="utf-8"))
        if colour in of_pictures - PLAIN
    }
    assert not found
