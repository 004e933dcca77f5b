"""The parts of a measured step have the same words wherever a reader meets them."""

from __future__ import annotations

import json
import re
from pathlib import Path

from graphs import graph, literal, tower
from opscope.graph.content import with_content, with_measurement
from opscope.graph.groups import Group
from opscope.graph.step_parts import STEP_PARTS, step_part
from opscope.graph.types import Measured
from opscope.layout.scene.compose import compose
from opscope.passes import for_drawing
from opscope.render.page.header_style import page_style
from opscope.render.report.hot import head
from opscope.render.report.text import text
from opscope.render.timeline.speedscope import speedscope

DOCS = Path(__file__).resolve().parents[2] / "docs"
SHARES = {"ops": 0.5, "dispatch": 0.2, "python": 0.15, "copies": 0.1, "unattributed": 0.05}
FIGURES = {
    "steps": 2,
    "step_time_us": 900.0,
    "profiled_step_time_us": 1000.0,
    "attributed": 1.0,
    "trace_level": 3,
    "devices": ["CPU"],
}


def measured():
    made = graph(tower(2))
    return with_measurement(with_content(made, measured={0: Measured(time_us=500.0)}), {**FIGURES, "coverage": SHARES})


def test_picture_summary_page_flame_graph_and_docs_use_the_same_words():
    drawn = compose(for_drawing(measured())).scale.coverage
    told = "\n".join(head(measured()))
    flames = [frame["name"] for frame in json.loads(speedscope(measured()))["shared"]["frames"]]
    docs = (DOCS / "profiling.md").read_text(encoding="utf-8")
    assert list(STEP_PARTS) == list(SHARES)
    for key, words in STEP_PARTS.items():
        assert re.search(rf"{words} \d", drawn)
        assert re.search(rf"{words} \d", told)
        assert page_style()["coverage"][key] == words
        assert key == "ops" or f"({words})" in flames
        assert f"| `{key}` | {words} |" in docs


def test_a_part_that_is_not_known_keeps_its_key():
    assert step_part("network") == "network"


def test_a_summary_names_times_that_were_given_to_layers():
    groups = (Group("d", -1, "layer", "d", measured=Measured(time_us=500.0)),)
    made = literal(("d/m", "Mul", (), ()), groups=groups, places=[0])
    made = with_content(made, measured={0: Measured(time_us=500.0)})
    made = with_measurement(made, {**FIGURES, "coverage": SHARES})
    assert "given" not in text(made)
    assert "given, not measured, and not in what is told by op: d 500 ms" in text(made.overlay({"d": {"time": 0.5}}))
