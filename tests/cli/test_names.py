"""Names, paths and options that no file system and no drawing can take: one printable line, whatever they are."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import opscope
from opscope.cli import main
from opscope.graph.content import content_of, with_content
from opscope.graph.types import Source

LONG = "x" * 300
LONE = os.fsdecode(b"\xff") if os.name != "nt" else "\udcff"
SIGNED = """
meta_info_def { tags: "serve" }
graph_def { node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } } }
signature_def { key: "one" value { outputs { key: "y" value { name: "x:0" dtype: DT_FLOAT } } } }
"""


@pytest.fixture
def net(small_graph, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "signed.pbtxt").write_text(SIGNED)
    return str(small_graph.save("net.json"))


def failed(capsys, *arguments):
    """The one line that a failing command says."""
    code = main(list(arguments))
    out, err = capsys.readouterr()
    assert (code, out) == (1, "")
    assert err.startswith("error: ")
    assert err[:-1].isprintable()
    assert err[-1] == "\n"
    assert "unexpected" not in err
    return err


@pytest.mark.parametrize(
    ("name", "why"),
    [
        (f"{LONG}.svg", "choose a shorter name"),
        ("~surely-no-such-user/x.svg", "has no home folder here; write the folder out"),
        ("a\0b.svg", r"a\x00b.svg: no file can have this name here"),
        ("x.svg/", "the path of a folder; give a file name in it"),
        ("nowhere/x.svg", "there is no folder"),
        pytest.param("net.json/x.svg", "must be a folder", marks=pytest.mark.skipif(os.name == "nt", reason="POSIX")),
        pytest.param(
            "a\ud800b.svg",
            r"a\ud800b.svg: no file can have this name here",
            marks=pytest.mark.skipif(os.name == "nt", reason="no name with a lone surrogate is refused there"),
        ),
    ],
)
def test_an_output_that_cannot_be(capsys, net, name, why):
    assert why in failed(capsys, "render", net, "-o", name)
    with pytest.raises(opscope.WriteError) as caught:
        opscope.load(net).save(name)
    assert why in str(caught.value)


@pytest.mark.parametrize(
    "source", [f"{LONG}.pb", LONG, f"{LONG}.py:model", f"{LONG}:model", "", "a\0b", "a\0b:c", "a\0b.py:c", "a\ud800.pb", "a\ud800:b"]
)  # fmt: skip
def test_a_source_that_cannot_be(capsys, net, source):
    for verb in ("summary", "profile"):
        assert "; " in failed(capsys, verb, source)


@pytest.mark.skipif(sys.platform != "linux", reason="needs a file system whose names may be any bytes")
def test_a_name_that_is_no_text_is_a_name(net, tmp_path):
    """As any command does: the file is read and written; what is printed is printable."""
    Path(net).rename(f"{LONE}.json")
    done = subprocess.run(
        [sys.executable, "-m", "opscope", "render", b"\xff.json", "-o", b"\xfe.svg", "-o", "net.png"],
        capture_output=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode("ascii").split() == [r"\udcfe.svg", "net.png"]
    assert (tmp_path / os.fsdecode(b"\xfe.svg")).is_file()


@pytest.mark.parametrize("option", ["--hide", "--only", "--focus", "--from", "--to", "--links"])
@pytest.mark.parametrize("value", [LONE, "\ud800", LONG])
def test_an_option_of_a_drawing_that_names_nothing(capsys, net, option, value):
    for suffix in ("svg", "png", "pdf", "dot"):
        assert "; " in failed(capsys, "render", net, "-o", f"net.{suffix}", option, value)


@pytest.mark.parametrize("option", ["--signature", "--function", "--overlay"])
@pytest.mark.parametrize("value", [LONE, "\ud800", LONG, "a\0b"])
def test_an_option_of_a_file_that_names_nothing(capsys, net, option, value):
    assert "; " in failed(capsys, "summary", "signed.pbtxt", option, value)


@pytest.mark.parametrize(
    "template", ["\ud800{file}{line}", "\x01{file}{line}", "{file}{line:c}", "\u202e{file}#{line}"]
)
def test_a_template_of_links_holds_what_an_address_can(capsys, net, template):
    graph = opscope.load(net)
    for suffix in ("svg", "png", "pdf"):
        assert "contains a character that a URL cannot have; leave it out" in failed(
            capsys, "render", net, "-o", f"net.{suffix}", "--links", template
        )
        with pytest.raises(opscope.InputError, match="a URL cannot have"):
            graph.save(f"net.{suffix}", links=template)


def test_a_source_line_in_a_file_of_any_name_is_linked(net):
    graph = opscope.load(net)
    place = Source("a\ud800 \u00fc.py", 7, "call")
    odd = with_content(graph, groups=tuple(replace(group, source=place) for group in content_of(graph).groups))
    for suffix in ("svg", "png", "pdf"):
        odd.save(f"odd.{suffix}", links="https://h/{file}#L{line}", depth="all")
    assert content_of(opscope.load(odd.save("odd.json"))).groups[0].source == place._replace(file="a? \u00fc.py")
    assert "https://h/a%3F%20%C3%BC.py#L7" in Path("odd.svg").read_text(encoding="utf-8")


@pytest.mark.skipif(os.name == "nt", reason="no folder in use can be removed there")
def test_a_working_directory_that_is_gone(capsys, net, tmp_path, monkeypatch):
    (tmp_path / "gone").mkdir()
    monkeypatch.chdir(tmp_path / "gone")
    (tmp_path / "gone").rmdir()
    assert "cannot write x.svg: " in failed(capsys, "render", str(tmp_path / net), "-o", "x.svg")
    assert "no longer exists; cd to one that does" in failed(capsys, "summary", "some_net:model")


@pytest.mark.parametrize("folder", [LONG, "~surely-no-such-user/x", "a\0b", "net.json"])
def test_a_folder_of_the_demo_that_cannot_be(capsys, net, folder):
    pytest.importorskip("tensorflow")
    assert "; " in failed(capsys, "demo", "--out", folder)


@pytest.mark.parametrize(
    "arguments",
    [
        ["summary", "x", "\x1b]0;HACKED\x07"],
        ["summary", "x", "--batch", "\x1b[2J"],
        ["pa\x1bint"],
        ["summary", "\x1b[2J\u202e.pb"],
        ["summary", "module\x1b:model"],
        ["render", "x", "-o", "a\x1b.\x9bgif"],
        ["render", "x", "-o", "x.svg", "--input", "\x1b[31m"],
    ],
)
def test_an_echoed_argument_does_not_act_on_the_terminal(arguments, capsys):
    try:
        code = main(arguments)
    except SystemExit as stop:
        code = stop.code
    out, err = capsys.readouterr()
    assert code in {1, 2}
    assert out == ""
    assert [character for character in err if not character.isprintable() and character != "\n"] == []
