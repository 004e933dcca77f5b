"""The page of two profiles: what may be said of the times of each layer stands in its details."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

import opscope
from opscope.graph.json.read import from_dict
from opscope.render.told_difference.difference_page import difference_html

RECORDED = Path(__file__).parents[1] / "diff" / "recorded" / "runs.zip"
"""A model profiled twice in 5 runs each, and with half of the product of ``project_5`` done again: 1.73 times by the clock."""


@pytest.fixture(scope="module")
def profiles() -> Any:
    with zipfile.ZipFile(RECORDED) as archive:
        return {Path(name).stem: from_dict(json.loads(archive.read(name))) for name in archive.namelist()}


def test_the_details_of_a_layer_say_what_is_certain_of_its_times(open_page: Any, profiles: Any) -> None:
    found = opscope.diff(profiles["usual"], profiles["slower"])
    opened = open_page(None, text=difference_html(found))

    def time(path: str) -> str:
        assert opened.run(f"opscope.select({json.dumps('group:' + path)})")
        return str(opened.page.inner_text(".side-time"))

    slower = re.search(r"times as long.* \(95 % interval (\d\.\d+) to (\d\.\d+)\)$", time("net/project_5"))
    assert slower
    assert float(slower[1]) < 1.73 < float(slower[2])
    others = [
        path
        for path in ("net/project_0", "net/project_1", "net/project_2")
        if path in {group.path for group in profiles["slower"].layers()}
    ]
    assert others
    for path in others:
        assert re.search(r", (which may be chance|certain but small|as all layers together)$", time(path)), path
    assert opened.errors == []


def test_beside_a_graph_that_was_not_profiled_no_time_is_told(open_page: Any, profiles: Any) -> None:
    record = json.loads(profiles["usual"].to_json())
    record["measurement"] = None
    for one in (*record["nodes"], *record["groups"]):
        one["measured"] = None
    found = opscope.diff(profiles["slower"], from_dict(record))
    opened = open_page(None, text=difference_html(found))
    assert opened.run("opscope.select('group:net/project_5')")
    assert opened.page.locator(".side-time").count() == 0
    assert "only the first graph was profiled" in opened.page.inner_text(".tree")
