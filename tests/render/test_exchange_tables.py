"""Tables of ops and layers as CSV and Markdown, read by readers of these: all rows, right figures, and names that stay texts."""

from __future__ import annotations

import csv

import pytest

import drawn
from graphs import Builder
from opscope.graph.types import Cost, Measured, TensorType
from opscope.render.registry import suffix_of

HOSTILE = [
    'say "hi"', "a<b>&c</b>", "<script>alert(1)</script>", "a | b", "[text](http://x)", "![i](http://x)", "http://evil.example", "@someone #1",
    "two\nlines", "back\\slash", "50 % $x$", "`code`", "*bold* _it_ ~~s~~", "=1+1", "+x", "-x", "@sum(1)", "\t=1", "\uff1dx", "\r=1", "null\x00",
    "rtl \u202eabc", "\ud800 lone", "; , ;", "'", "",
]  # fmt: skip


def layers():
    """A model with two layers, one of them called with two outputs; figures; an op with two variables."""
    make = Builder()
    model = make.group(
        "net", "model", cls="Net", parameters=20, call=1, cost=Cost(6.0, 12.0, macs=2.0), measured=Measured(time_us=2.5)
    )
    outputs = (TensorType("float32", (None, 2)), TensorType("int32", None))
    make.group("dense", "layer", model, cls="Dense", parameters=20, outputs=outputs, call=1)
    make.op("x", "Placeholder", out=[("float32", ())])
    make.variable("k", "dense.kernel", (4, 4))
    make.variable("b", "dense.bias", (4,))
    make.op("net/add", "Fused", "x", "k", "b", group=1, cost=Cost(6.0, 12.0, macs=2.0), measured=Measured(2.5))
    return make.graph("net", ["x"], ["net/add"])


def table(graph, path):
    with graph.save(path).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def named(name):
    make = Builder()
    group = make.group(name or "empty", "layer", cls=name, call=1, parameters=0)
    make.op("x", "Placeholder")
    make.op(f"{name}a", name or "Empty", "x", group=group, device=name)
    return make.graph(name, ["x"])


def test_the_table_of_ops_has_a_line_for_each_and_no_figure_that_is_not_known(tmp_path):
    rows = {row["name"]: row for row in table(layers(), tmp_path / "net.csv")}
    assert list(rows) == ["x", "k", "b", "net/add"]
    fused = rows["net/add"]
    assert (fused["type"], fused["layer"], fused["flops"], fused["macs"], fused["time_us"]) == (
        "Fused",
        "net/dense",
        "6.0",
        "2.0",
        "2.5",
    )
    assert fused["variables"] == "dense.kernel; dense.bias"
    assert (rows["x"]["shape"], rows["x"]["flops"], rows["x"]["layer"], rows["x"]["dead"]) == ("()", "", "", "False")


def test_the_table_of_layers_has_a_line_for_each_call(tmp_path):
    model, dense = table(layers(), tmp_path / "net.layers.csv")
    assert (model["path"], model["class"], model["parameters"], model["ops"], model["time_us"]) == (
        "net",
        "Net",
        "20",
        "1",
        "2.5",
    )
    assert (dense["path"], dense["dtypes"], dense["shapes"], dense["flops"]) == (
        "net/dense",
        "float32; int32",
        "(None, 2); unknown",
        "",
    )


def test_a_data_frame_is_read_from_the_tables(tmp_path):
    pandas = pytest.importorskip("pandas")
    ops = pandas.read_csv(layers().save(tmp_path / "net.csv"), index_col="name")
    assert ops["flops"].sum() == 6.0 and ops.loc["net/add", "time_us"] == 2.5


@pytest.mark.parametrize("suffix", [".csv", ".layers.csv"])
@pytest.mark.parametrize("name", HOSTILE)
def test_no_cell_is_a_formula_and_no_name_breaks_the_table(name, suffix, tmp_path):
    with named(name).save(tmp_path / f"net{suffix}").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))
    assert len({len(row) for row in rows}) == 1 and len(rows) == (3 if suffix == ".csv" else 2)
    for cell in (cell for row in rows for cell in row):
        assert not cell.lstrip().startswith(("=", "+", "-", "@", "\uff1d")) and "\n" not in cell and "\r" not in cell


def parsed(text):
    markdown_it = pytest.importorskip("markdown_it")
    return markdown_it.MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)


def cells(tokens):
    """The rows of a table, each cell as the text that a reader sees."""
    rows, inside = [], False
    for token in tokens:
        if token.type == "tr_open":
            rows.append([])
        inside = token.type in {"th_open", "td_open"} or (inside and token.type == "inline")
        if inside and token.type == "inline":
            rows[-1].append("".join(child.content for child in token.children))
    return rows


def test_markdown_has_the_table_of_layers(tmp_path):
    tokens = parsed(layers().save(tmp_path / "net.md").read_text(encoding="utf-8"))
    assert [token.content for token in tokens if token.type == "inline"][0] == "net"
    assert cells(tokens) == [
        ["layer", "class", "ops", "parameters", "FLOP", "MAC", "µs", "output shape"],
        ["net", "Net", "1", "20", "6", "2", "2.500", ""],
        ["\xa0\xa0dense", "Dense", "1", "20", "", "", "", "(None, 2), int32 (unknown)"],
    ]


def test_markdown_lists_a_repeat_once_and_says_so(tmp_path):
    make = Builder()
    last = make.op("x", "Placeholder")
    model = make.group("net", "model", cls="Net", call=1)
    for number in range(6):
        group = make.group(f"block_{number}", "layer", model, cls="Block", call=1)
        last = make.op(f"a{number}", "MatMul", last, last, group=group)
        last = make.op(f"b{number}", "Relu", last, group=group)
    text = make.graph("net", ["x"], [last]).save(tmp_path / "net.md").read_text(encoding="utf-8")
    assert [row[0].strip("\xa0") for row in cells(parsed(text))[1:]] == ["net", "block_0 … 5  ×6"]
    assert "5 more layers in copies" in text


@pytest.mark.parametrize("name", HOSTILE)
def test_names_stay_texts_in_markdown(name, tmp_path):
    text = named(name).save(tmp_path / "net.md").read_text(encoding="utf-8")
    tokens = parsed(text)
    rows = cells(tokens)
    assert len(rows) == 2 and len({len(row) for row in rows}) == 1
    kinds = {child.type for token in tokens for child in token.children or ()}
    assert kinds <= {"text", "text_special"}
    assert "http://" not in text and "@s" not in text


def test_two_suffixes_count_where_they_name_a_format():
    assert suffix_of("a/net.layers.csv") == ".layers.csv"
    assert suffix_of("net.LAYERS.CSV") == ".LAYERS.CSV"
    assert [suffix_of(path) for path in ("net.v2.csv", "layers.csv", ".csv", "net.tar.gz", "net")] == [
        ".csv",
        ".csv",
        "",
        ".gz",
        "",
    ]


@pytest.mark.parametrize("suffix", [".md", ".csv", ".layers.csv"])
def test_a_graph_without_layers_has_a_table_all_the_same(suffix, tmp_path):
    make = Builder()
    make.op("x", "Placeholder")
    assert make.graph("bare", ["x"]).save(tmp_path / f"net{suffix}").read_text(encoding="utf-8")
    assert drawn.loop().save(tmp_path / f"loop{suffix}").read_text(encoding="utf-8")
