"""No path in a file is opened: whoever loads a stranger's model and shares the page shares nothing else."""

from __future__ import annotations

import copy
import os
import pickle
import sys
from pathlib import Path

import pytest

import opscope
from opscope.cli import main
from opscope.cost import estimate
from opscope.graph.content import content_of, traced_files, with_content, with_measurement
from opscope.graph.json import from_dict, to_dict
from opscope.graph.traced import TracedFiles
from opscope.passes import fold
from strangers import CODE, FORMATS, SECRET, json_graph, page_text, stranger

NAMES = ("absolute", "relative", "climbing", "linked")


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A working directory with a secret in it, and a project below that links out to it."""
    monkeypatch.chdir(tmp_path)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "BROWSER", "WSL_DISTRO_NAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    (tmp_path / "settings.py").write_text(CODE, encoding="utf-8")
    (tmp_path / "project").mkdir()
    try:
        (tmp_path / "project" / "linked.py").symlink_to(tmp_path / "settings.py")
    except OSError:
        pytest.skip("links need rights here")
    return tmp_path


def named(here, how):
    return {
        "absolute": str(here / "settings.py"),
        "relative": "settings.py",
        "climbing": "project/../settings.py",
        "linked": "project/linked.py",
    }[how]


@pytest.mark.parametrize("how", NAMES)
@pytest.mark.parametrize("kind", FORMATS)
def test_a_strangers_file_reads_none_of_yours(here, capsys, kind, how):
    path = stranger(here / "model", kind, named(here, how))
    graph = opscope.load(path)
    assert content_of(graph).sources, "the file names a place, else this shows nothing"
    pages = [graph.save(here / "a.html").read_text(encoding="utf-8"), graph._repr_mimebundle_()["text/html"]]
    graph.show()
    pages.append(Path(capsys.readouterr().out.split()[-1]).read_text(encoding="utf-8"))
    assert main(["render", str(path), "-o", str(here / "b.html")]) == 0
    pages.append((here / "b.html").read_text(encoding="utf-8"))
    for changed in (graph.overlay({"a": {"time": 1.0}}), with_content(graph, dead=b"")):
        pages.append(changed.save(here / "c.html").read_text(encoding="utf-8"))
    texts = [page_text(page) for page in pages]
    assert all("saved with" not in text and "sources=FOLDER" in text for text in texts)
    assert not any(SECRET in text for text in texts)


@pytest.mark.parametrize("kind", FORMATS)
def test_the_folder_that_sources_names_is_read_and_nothing_else(here, kind):
    def embeds(file, sources):
        graph = opscope.load(stranger(here / "model", kind, file))
        return SECRET in page_text(graph.save(here / "page.html", sources=sources).read_text(encoding="utf-8"))

    for how in ("absolute", "relative", "climbing"):
        assert embeds(named(here, how), here)
    for file in (str(here / "settings.py"), "../settings.py", "linked.py", str(here / "project" / "linked.py")):
        assert not embeds(file, here / "project")
        assert not embeds(file, "project")
    assert not embeds("settings.py", False)


def test_the_command_reads_below_its_folder_alone(here, capsys):
    path = str(stranger(here / "model", FORMATS[1], str(here / "settings.py")))
    out = here / "page.html"
    for folder, found in ((here, True), (here / "project", False)):
        assert main(["render", path, "-o", str(out), "--sources", str(folder)]) == 0
        assert (SECRET in page_text(out.read_text(encoding="utf-8"))) == found
    assert main(["show", path, "--sources", str(here)]) == 0
    shown = capsys.readouterr().out.split()[-1]
    assert SECRET in page_text(Path(shown).read_text(encoding="utf-8"))


def test_a_folder_that_is_none_is_one_line_before_anything_is_read(here, capsys):
    for wrong in ("nowhere", "settings.py"):
        assert main(["render", "no_such_module:model", "-o", "a.html", "--sources", wrong]) == 1
        out, err = capsys.readouterr()
        assert (out, err) == (
            "",
            f"error: --sources {wrong} is not a folder; give the one that holds the model's code\n",
        )
    for wrong in ("", 1, None, b"project"):
        with pytest.raises(opscope.InputError, match=r"sources=.*folder"):
            opscope.load(stranger(here / "model", "json", "settings.py")).save(here / "a.html", sources=wrong)
    assert not (here / "a.html").exists()


@pytest.mark.parametrize("verb", ["render", "show", "profile"])
def test_a_folder_and_no_code_at_all_exclude_each_other(capsys, verb):
    with pytest.raises(SystemExit) as stop:
        main([verb, "model", *([] if verb == "show" else ["-o", "a.html"]), "--sources", ".", "--no-sources"])
    assert stop.value.code == 2
    assert "not allowed with argument" in capsys.readouterr().err


def test_only_a_trace_of_this_process_knows_files_and_it_is_not_written_down(here):
    read = opscope.load(stranger(here / "model", "json", "settings.py"))
    assert traced_files(read) is None
    live = opscope.Graph("net", content_of(read), traced=TracedFiles({"settings.py": str(here / "settings.py")}))

    def embeds(graph):
        return SECRET in page_text(graph.save(here / "page.html").read_text(encoding="utf-8"))

    for same in (live, live.overlay({"a": {"time": 1.0}}), with_measurement(live, {}), estimate(live), fold(live, "all"),
                 copy.copy(live), copy.deepcopy(live)):  # fmt: skip
        assert embeds(same)
    assert not embeds(pickle.loads(pickle.dumps(live)))
    assert not embeds(from_dict(to_dict(live)))
    assert not embeds(opscope.load(live.save(here / "live.json")))


@pytest.mark.parametrize(
    "source", [{"file": 3}, {"line": "3"}, {"line": True}, {"line": 3.5}, {"function": None}, {"more": 1}]
)
def test_a_source_that_is_no_place_is_refused(here, source):
    data = json_graph("settings.py")
    data["nodes"][1]["source"].update(source)
    with pytest.raises(ValueError, match="source"):
        from_dict(data)


def test_odd_names_neither_hang_nor_crash(here):
    project = here / "project"
    if hasattr(os, "mkfifo"):
        os.mkfifo(project / "pipe.py")
    (project / "loop.py").symlink_to(project / "loop.py")
    (project / "out").symlink_to(here, target_is_directory=True)
    (project / "binary.py").write_bytes(b"\xff\xfe\0")
    (project / "folder.py").mkdir()
    (project / "null.py").symlink_to(os.devnull)
    names = ["pipe.py", "loop.py", "out/settings.py", "binary.py", "folder.py", "null.py", "a\0.py", "\ud800.py", "x" * 5000 + ".py",
             "a/" * 3000 + "x.py", "", ".py", "/", "..", "C:\\Users\\me\\settings.py", "\\\\host\\share\\settings.py"]  # fmt: skip
    for name in names:
        data = to_dict(opscope.load(stranger(here / "model", "json", "settings.py")))
        data["nodes"][1]["source"]["file"] = name
        if name != "\ud800.py":  # which no page can hold
            page = from_dict(data).save(here / "page.html", sources=project).read_text(encoding="utf-8")
            assert SECRET not in page_text(page), name
