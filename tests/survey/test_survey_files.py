"""The files of a survey: tables that other programs read, and a page that shows what strangers named without doing it."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from opscope.cli import main

HOSTILE = "</script><img src=x onerror=alert(1)>\u202e"


@pytest.fixture
def here(registry, monkeypatch):
    monkeypatch.chdir(registry.parent)
    shutil.copy(registry / "add4.tflite", registry / f"=1+1{HOSTILE.replace('/', '')}.tflite")
    return registry


def rows_in(path):
    return [json.loads(line) for line in Path(path).read_text().splitlines()]


def test_the_table_has_what_the_rows_have(here):
    assert main(["survey", "models", "-o", "t.csv", "-o", "rows.jsonl"]) == 0
    with Path("t.csv").open(encoding="utf-8", newline="") as file:
        table = list(csv.DictReader(file))
    rows = rows_in("rows.jsonl")
    assert [row["path"] for row in table] == [row["path"] for row in rows]
    for cells, row in zip(table, rows):
        assert set(cells) == set(row)
        for name, cell in cells.items():
            told = row[name]
            assert cell == ("" if told is None else json.dumps(told) if isinstance(told, (dict, list)) else str(told))


def test_a_cell_is_no_formula(here, monkeypatch):
    monkeypatch.chdir(here)
    main(["survey", ".", "-o", "../t.csv"])
    with Path("../t.csv").open(encoding="utf-8", newline="") as file:
        (path,) = [row["path"] for row in csv.DictReader(file) if "1+1" in row["path"]]
    assert path.startswith("'=1+1")


def test_parquet_has_types_and_what_is_missing(here):
    parquet = pytest.importorskip("pyarrow.parquet")
    assert main(["survey", "models", "-o", "t.parquet", "-o", "rows.jsonl"]) == 0
    table = parquet.read_table("t.parquet")
    assert str(table.schema.field("parameters").type) == "int64"
    for cells, row in zip(table.to_pylist(), rows_in("rows.jsonl")):
        assert (cells["parameters"], cells["flops"], cells["error"]) == (row["parameters"], row["flops"], row["error"])
        assert (None if cells["layers"] is None else json.loads(cells["layers"])) == row["layers"]


def test_without_pyarrow_the_error_comes_before_the_work(here, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "pyarrow.parquet", None)
    assert main(["survey", "models", "-o", "t.parquet"]) == 1
    assert "pip install 'opscope[parquet]'" in capsys.readouterr().err
    assert not list(Path().glob("t.*"))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (["-o", "t.xlsx"], "t.xlsx: a survey is not written as .xlsx"),
        (["-o", "t.htm"], "did you mean .html?"),
        (["-o", "t.csv", "--for", "3"], "no version of TensorFlow"),
        (["-o", "t.csv", "--select", "numericz"], "did you mean numerics?"),
        (["-o", "t.csv", "--jobs", "0"], "--jobs 0 is too small"),
        (["-o", "t.csv", "--jobs", "1", "--scheduler", "tcp://x:1"], "give only one of --jobs and --scheduler"),
        (["-o", "t.csv", "--time-limit", "-1"], "is no time"),
    ],
)
def test_wrong_usage_is_one_line_before_the_work(here, capsys, given, told):
    assert main(["survey", "models", *given]) == 1
    assert told in capsys.readouterr().err
    assert not list(Path().glob("t.*"))


def test_none_read_is_a_failure(here):
    assert main(["survey", "models/cut.pb", "-o", "t.csv"]) == 1
    assert "damaged GraphDef" in Path("t.csv").read_text()


def test_the_last_line_says_how_it_went(here):
    (here / "net.onnx").write_bytes(
        bytes.fromhex("0807120670746f726368") + b"\x3a\x04\x12\x02\x67\x30" + b"\x42\x02\x10\x0d"
    )
    done = subprocess.run(
        [sys.executable, "-m", "opscope", "survey", "models", "-o", "t.csv"],
        env={**__import__("os").environ, "PYTHONPATH": ":".join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert (
        done.stderr
        == "7 models, of which 1 could not be read; 2 other files (1 an ONNX model or tensor, which opscope does not read)\n"
    )


def test_the_page_shows_names_and_does_nothing(here, browser):
    main(["survey", "models", "-o", "r.html", "--for", "2.4", "--drawings", "drawn"])
    text = Path("r.html").read_text(encoding="utf-8")
    assert "<img" not in text
    assert "\u202e" not in text
    page = browser.new_context(viewport={"width": 1280, "height": 720}).new_page()
    said, asked = [], []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on("dialog", lambda dialog: said.append(dialog.message))
    page.on("request", lambda request: asked.append(request.url))
    try:
        page.goto(Path("r.html").resolve().as_uri())
        page.wait_for_selector("html[data-opscope=ready]")
        rows = rows_in("r.html.jsonl")
        shown = page.locator("tbody tr:not(.details)")
        assert shown.count() == len(rows)
        assert any("img src=x onerror=alert(1)" in each for each in shown.all_inner_texts())
        assert page.locator("td img").count() == 0
        page.click("th button:has-text('Parameters')")
        values = page.locator("tbody tr:not(.details) td:nth-child(6)").all_inner_texts()
        expected = sorted((row["parameters"] for row in rows if row["parameters"] is not None), reverse=True)
        assert [int(value.replace(",", "")) for value in values if value] == expected
        page.click("nav button:has-text('Alike')")
        assert page.locator(".list tr").count() == 2  # two of flask, two of add4
        page.locator(".list tr").first.locator("button").click()
        assert shown.count() == 2
        page.fill("input[type=search]", "no such thing")
        assert shown.count() == 0
        page.fill("input[type=search]", "")
        page.click(".all")
        page.click("nav button:has-text('Not read')")
        assert "damaged GraphDef" in page.locator(".list").inner_text()
        page.click("nav button:has-text('Models')")
        link = page.locator("a").first.get_attribute("href")
        assert Path(link).read_text().startswith("<svg")
        assert page.evaluate("document.documentElement.scrollWidth") <= 1280
        assert said == []
        assert asked == [Path("r.html").resolve().as_uri()]
    finally:
        page.context.close()
