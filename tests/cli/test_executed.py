"""`--executed` of the commands that show a graph: what TensorFlow ran, of a .json that has it."""

import json
from pathlib import Path

import pytest

import opscope
from opscope.cli import main
from recorded_executed import with_what_ran

NEITHER = "what TensorFlow ran of 'written' is not known here; opscope profile SOURCE --executed -o FILE.json"


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ran")
    return str(with_what_ran("tf221", folder).save(folder / "both.json"))


def test_a_drawing_is_of_what_ran_and_a_page_has_both(file, tmp_path, capsys):
    paths = [tmp_path / f"ran{suffix}" for suffix in (".svg", ".json", ".html")]
    assert main(["render", file, "--executed", *[word for path in paths for word in ("-o", str(path))]]) == 0
    assert "MklNative" in paths[0].read_text(encoding="utf-8")
    ran = opscope.load(paths[1])
    assert len(ran) == len(opscope.load(file).executed.graph)
    assert 'id="data-executed"' in paths[2].read_text(encoding="utf-8")


def test_the_page_is_shown_from_the_side_that_is_asked_for(file, capsys, monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda address: None)
    pages = []
    for asked in ([], ["--executed"]):
        assert main(["show", file, *asked]) == 0
        pages.append(Path(capsys.readouterr().out.strip().partition("opscope: ")[2]).read_text(encoding="utf-8"))
    assert all('id="data-executed"' in page for page in pages)
    assert pages[0] != pages[1]


def test_a_graph_of_which_it_is_not_known_is_refused_at_once(file, tmp_path, capsys):
    record = json.loads(Path(file).read_text(encoding="utf-8"))
    del record["executed"]
    alone = tmp_path / "alone.json"
    alone.write_text(json.dumps(record), encoding="utf-8")
    for verb in (["render", "-o", str(tmp_path / "x.html")], ["show"], ["summary"]):
        assert main([verb[0], str(alone), "--executed", *verb[1:]]) == 1
        assert NEITHER in capsys.readouterr().err
    assert not (tmp_path / "x.html").exists()
