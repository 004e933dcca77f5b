"""An option that would change nothing is refused, in Python and by the command, for every option and every format."""

from __future__ import annotations

import pytest

import drawn
from opscope import InputError
from opscope.cli import main
from opscope.graph.content import content_of
from opscope.render.options import described
from opscope.render.registry import outputs
from opscope.visualize import visualize_model

DRAWN = {".dot", ".svg", ".png", ".pdf", ".mmd", ".drawio", ".tex"}
PICTURES = {".svg", ".png", ".pdf"}
CONCERNS = {
    "depth": DRAWN | {".html"},
    "unfold": DRAWN,
    "engine": PICTURES,
    "theme": PICTURES | {".html"},
    "links": PICTURES,
    "heat": DRAWN | {".html", ".nodedata.json"},
    "focus": DRAWN,
    "between": DRAWN,
    "hide": DRAWN,
    "only": DRAWN,
    "positions": {".dot"},
    "columns": PICTURES,
    "direction": DRAWN - {".drawio", ".tex"},
    "check": PICTURES | {".html"},
    "libraries": DRAWN | {".html"},
    "chart": PICTURES,
    "sources": {".html"},
    "scale": {".png"},
}
"""Which files an option is documented to change; `timeout` only with Graphviz."""
VALUES = {
    "depth": 1,
    "unfold": True,
    "engine": "graphviz",
    "theme": "dark",
    "links": "https://host/{file}#L{line}",
    "heat": "flops",
    "focus": "hidden",
    "between": ("x", None),
    "hide": ["BiasAdd"],
    "only": "MatMul",
    "positions": True,
    "columns": 2,
    "direction": "right",
    "check": True,
    "libraries": "mine",
    "chart": "roofline",
    "sources": False,
    "scale": 3.0,
}


def test_the_table_has_every_option():
    assert {option.name for option in described()} == {*CONCERNS, "timeout"}


@pytest.mark.parametrize("option", CONCERNS)
@pytest.mark.parametrize("suffix", outputs())
def test_an_option_works_or_is_refused(option, suffix, tmp_path):
    path = tmp_path / f"graph{suffix}"
    if suffix in CONCERNS[option]:
        if option not in {"engine", "libraries", "chart"} and suffix not in {
            ".png",
            ".pdf",
        }:  # drawn as the .svg is, only slower
            drawn.dense().save(path, **{option: VALUES[option]})
        return
    with pytest.raises(
        InputError, match=rf"^{suffix} files take no {option}=\S*; leave that out, or write \."
    ) as refused:
        drawn.dense().save(path, **{option: VALUES[option]})
    assert not path.exists()
    named = str(refused.value).partition("or write ")[2].split(" or ")
    assert set(named) == CONCERNS[option]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"timeout": 5.0}, r"timeout= is how long Graphviz may take; leave it out, or use engine='graphviz'"),
        ({"engine": "graphviz", "theme": "dark"}, r"drawings by Graphviz take no theme="),
        ({"engine": "graphviz", "links": VALUES["links"]}, r"drawings by Graphviz take no links="),
    ],
)
def test_an_option_of_the_other_engine_is_refused(options, said, tmp_path):
    with pytest.raises(InputError, match=said):
        drawn.dense().save(tmp_path / "graph.svg", **options)


def test_show_refuses_what_a_page_does_not_honour():
    with pytest.raises(InputError, match=r"^\.html files take no hide="):
        drawn.dense().show(hide="BiasAdd")


def test_the_one_liners_refuse_it_before_they_trace():
    with pytest.raises(InputError, match=r"^\.html files take no hide="):
        visualize_model("no model", filename="page", format="html", hide="BiasAdd")
    with pytest.raises(InputError, match=r"^drawings by Graphviz take no links="):
        visualize_model("no model", filename="picture", engine="graphviz", links=VALUES["links"])


@pytest.fixture
def file(tmp_path):
    return str(drawn.dense().save(tmp_path / "graph.json"))


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (
            ["-o", "page.html", "--hide", "BiasAdd"],
            ".html files take no --hide; leave that out, or write .dot or .svg or .png or .pdf",
        ),
        (["-o", "page.html", "--from", "x"], ".html files take no --from and --to"),
        (["-o", "a.html", "-o", "b.txt", "--unfold"], ".html and .txt files take no --unfold"),
        (["-o", "a.svg", "--no-sources"], ".svg files take no --no-sources"),
    ],
)
def test_the_command_refuses_it_and_writes_nothing(arguments, said, file, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["render", file, *arguments]) == 1
    assert said in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == ["graph.json"]


def test_one_of_several_files_is_enough(file, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["render", file, "-o", "a.svg", "-o", "b.html", "-o", "c.json", "--hide", "BiasAdd"]) == 0
    assert ">BiasAdd<" not in (tmp_path / "a.svg").read_text(encoding="utf-8")


def test_show_is_refused_before_the_model_is_traced(capsys):
    assert main(["show", "nowhere.py:model", "--focus", "x"]) == 1
    assert ".html files take no --focus" in capsys.readouterr().err


def test_a_measurement_without_a_file_takes_no_option_of_drawings(capsys):
    assert main(["profile", "nowhere.py:model", "--heat", "time"]) == 1
    assert "a summary takes no --heat" in capsys.readouterr().err


def test_a_pattern_that_hides_nothing_is_told_under_the_picture(tmp_path):
    text = drawn.dense().save(tmp_path / "a.svg", hide=["ReadVariableOp", "BiasAdd"]).read_text(encoding="utf-8")
    assert "nothing to hide: what ReadVariableOp matches has no box of its own" in text
    plain = drawn.dense().save(tmp_path / "b.svg", hide="BiasAdd").read_text(encoding="utf-8")
    assert "nothing to hide" not in plain
    assert content_of(drawn.dense()).view.vain == ()
