from __future__ import annotations

import base64
import hashlib
import json
import re
import sys
import zlib
from array import array
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

import pytest

from opscope.cost import activation_memory
from opscope.graph import Graph
from opscope.graph.content import content_of, with_content, with_measurement
from opscope.graph.types import TensorType
from opscope.render.page.container import PageColumns
from opscope.render.page.data import page_data
from opscope.render.page.html import html

MEASUREMENT = {
    "steps": 3, "steps_kept": 3, "disturbed": False, "step_time_us": 4.0, "step_spread_us": 1.0, "profiled_step_time_us": 9.0, "attributed": 1.0,
    "coverage": {"ops": 1.0, "dispatch": 0.0, "python": 0.0, "copies": 0.0, "unattributed": 0.0}, "trace_level": 3, "devices": ["CPU"],
}  # fmt: skip


def unpacked(data):
    """A container's header and body."""
    raw = zlib.decompress(data)
    length = int.from_bytes(raw[:4], "little")
    return json.loads(raw[4 : 4 + length]), raw[4 + length :]


def column(data, name):
    """One column, decoded as docs/page.md says."""
    header, body = unpacked(data)
    kind, offset, count, width = header["columns"][name]
    if kind == "float":
        values = array("d", body[offset : offset + 8 * count])
        if sys.byteorder == "big":
            values.byteswap()
        return list(values)
    planes = [body[offset + plane * count : offset + (plane + 1) * count] for plane in range(width)]
    values = [int.from_bytes(bytes(value), "little", signed=True) for value in zip(*planes)] if width else [0] * count
    if kind == "delta":
        for index in range(1, count):
            values[index] += values[index - 1]
    return values


@pytest.mark.parametrize(
    "values",
    [[], [0, 0, 0], [1, -1], [127, -128], [128], [-129, 5], [1 << 20, -3], [2**31 - 1, -(2**31)], list(range(300))],
)
def test_integers_come_back_whatever_their_size(values):
    columns = PageColumns()
    columns.ints("plain", values)
    columns.deltas("rising", sorted(abs(value) >> 1 for value in values))
    data = columns.pack({})
    assert column(data, "plain") == values
    assert column(data, "rising") == sorted(abs(value) >> 1 for value in values)


def test_floats_come_back():
    columns = PageColumns()
    columns.ints("odd", [1, 2, 3])
    columns.floats("values", [1.5, -2e300, 0.0])
    assert column(columns.pack({}), "values") == [1.5, -2e300, 0.0]


def test_the_data_names_every_op_once(small_graph):
    data = page_data(small_graph)
    header, _ = unpacked(data)
    strings = header["strings"]
    names = [strings[scope] + strings[leaf] for scope, leaf in zip(column(data, "n.scope"), column(data, "n.leaf"))]
    assert names == content_of(small_graph).table.names
    assert [strings[op] for op in column(data, "n.op")] == content_of(small_graph).table.ops
    assert column(data, "n.group") == list(content_of(small_graph).node_group)


def test_the_edges_come_back(small_graph):
    data = page_data(small_graph)
    table, back, rows = content_of(small_graph).table, iter(column(data, "e.back")), []
    for row, degree in enumerate(column(data, "n.degree")):
        rows.append([row - next(back) for _ in range(degree)])
    assert rows == [[edge.node for edge in table.inputs(row)] for row in range(len(table))]
    assert column(data, "e.output") == list(table.edge_output)


def test_the_page_is_reproducible(small_graph):
    assert html(small_graph) == html(small_graph)


def test_only_the_pages_own_script_and_style_may_run(small_graph):
    page = html(small_graph)
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)[1]
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy
    assert "http" not in policy
    outside = re.sub(
        "<script>.*?</script>", "", page, flags=re.DOTALL
    )  # the script writes styles into SVG that it saves
    for element, directive, where in (("script", "script-src", page), ("style", "style-src", outside)):
        text = re.findall(rf"<{element}>(.*?)</{element}>", where, re.DOTALL)
        assert len(text) == 1
        digest = base64.b64encode(hashlib.sha256(text[0].encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy


def test_names_never_reach_the_markup(small_graph):
    page = html(Graph("</title><script>alert(1)</script>", content_of(small_graph)))
    assert "alert(1)" not in page.replace("&lt;script&gt;alert(1)", "")


def test_nothing_is_loaded_from_elsewhere(small_graph):
    page = html(small_graph)
    assert not re.search(r"<(?:link|img|iframe|script[^>]*\ssrc)", page.partition("<script>")[0])


def test_source_can_be_left_out(small_graph):
    header, _ = unpacked(page_data(small_graph, sources=False))
    assert header["files"] == {}


def test_the_bundle_is_small_and_cannot_end_its_own_element():
    bundle = Path(sys.modules["opscope.render.page.html"].__file__).with_name("bundle")
    assert (bundle / "page.js").stat().st_size < 430_000
    assert "</script" not in (bundle / "page.js").read_text(encoding="utf-8").lower()


def test_the_memory_along_the_schedule_comes_back(small_graph):
    memory = activation_memory(small_graph)
    data = page_data(small_graph)
    header, _ = unpacked(data)
    assert column(data, "a.row") == list(memory.order)
    assert list(accumulate(column(data, "a.change"))) == list(memory.alive)
    assert header["memory"]["peak"] == memory.peak == memory.alive[header["memory"]["at"]]


def test_the_measured_memory_comes_back(small_graph):
    names = content_of(small_graph).table.names
    entry = {
        "allocator": "pool", "held_bytes": 5, "peak_bytes": 300, "peak_us": 2.5, "peak_node": names[1], "step_peak_bytes": [300],
        "allocated_bytes": 300, "smallest_bytes": 100, "owners": [{"node": names[1], "bytes": 200}, {"node": None, "bytes": 100}],
        "time_us": [1.5, 2.5, 9.0], "change_bytes": [200, 100, -200], "node": [names[1], None, names[1]],
    }  # fmt: skip
    data = page_data(with_measurement(small_graph, {**MEASUREMENT, "memory": [entry, {**entry, "allocator": "other"}]}))
    header, _ = unpacked(data)
    assert (column(data, "am.us"), column(data, "am.change"), column(data, "am.row")) == (
        [1.5, 2.5, 9.0], [200, 100, -200], [1, -1, 1],
    )  # fmt: skip
    assert header["measured_memory"] == {
        "allocator": "pool", "held": 5, "peak": 300, "at": 2.5, "steps": [300], "smallest": 100, "owners": [[1, 200], [-1, 100]], "count": 2,
        "part": "of buffers that TensorFlow reported, which are 100 B or more",
        "allocators": 2,
    }  # fmt: skip
    assert "change_bytes" not in header["measurement"]["memory"][0]
    plain = page_data(small_graph)
    assert "measured_memory" not in unpacked(plain)[0]
    assert "am.us" not in unpacked(plain)[0]["columns"]


def test_memory_that_no_integer_holds_is_stored_as_floats(small_graph):
    huge = (TensorType("float32", (1 << 20, 1 << 20)),)
    table = replace(content_of(small_graph).table, outputs=[huge] * len(small_graph))
    data = page_data(with_content(small_graph, table=table))
    assert unpacked(data)[0]["columns"]["a.change"][0] == "float"
    assert max(accumulate(column(data, "a.change"))) >= 4 << 40


def test_a_graph_without_activations_has_no_memory(small_graph):
    table = replace(content_of(small_graph).table, outputs=[()] * len(small_graph))
    data = page_data(with_content(small_graph, table=table, outputs=()))
    header, _ = unpacked(data)
    assert header["memory"] is None
    assert "a.row" not in header["columns"]
