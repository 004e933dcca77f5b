"""Several sources in one command: each in a process of its own, none harms another, none overwrites another's file."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path, PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from opscope.cli import main
from opscope.cli.output_names import file_names, is_folder

POSIX = pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")


@pytest.fixture
def folder(tmp_path, monkeypatch, small_graph):
    """The working directory, with a model in each of two folders, another one, and a file that is none."""
    monkeypatch.chdir(tmp_path)
    for name in ("a/net.json", "b/net.json", "other.json"):
        Path(name).parent.mkdir(exist_ok=True)
        small_graph.save(name)
    Path("broken.json").write_text('{"format": "opscope graph"')
    return tmp_path


def test_a_failure_is_one_line_and_stops_no_other(folder, capsys):
    assert main(["render", "**/*.json", "nowhere.pb", "-o", "out/", "--jobs", "2"]) == 1
    out, err = capsys.readouterr()
    drawn = {"out/a/net.svg", "out/b/net.svg", "out/other.svg"}
    assert {Path(line).as_posix() for line in out.splitlines()} == drawn
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*.svg")} == drawn
    assert all(Path(path).read_text(encoding="utf-8").startswith("<svg") for path in drawn)
    *failures, last = err.splitlines()
    assert sorted(line.partition(": ")[2].partition(":")[0] for line in failures) == ["broken.json", "nowhere.pb"]
    assert all(line.startswith("error: ") for line in failures)
    assert last.startswith("3 of 5 done, 2 failed: ")


def test_each_format_is_written_and_a_source_that_is_named_twice_is_drawn_once(folder, capsys):
    sources = ["other.json", "./other.json", "a/net.json"]
    assert main(["render", *sources, "-o", "out/", "--format", "txt", "--format", "dot"]) == 0
    out, err = capsys.readouterr()
    assert sorted(out.split()) == sorted(
        str(PurePath("out", name)) for name in ("other.txt", "other.dot", "net.txt", "net.dot")
    )
    assert err == "2 of 2 done\n"


def test_one_source_may_have_a_folder_too(folder, capsys):
    Path("there").mkdir()
    assert main(["render", "other.json", "-o", "new/deep/", "-o", "there", "-o", "file.txt"]) == 0
    assert capsys.readouterr().out.split() == [
        "file.txt",
        str(PurePath("new/deep/other.svg")),
        str(PurePath("there/other.svg")),
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["render", "a/net.json", "b/net.json", "-o", "x.svg"], "2 sources cannot be drawn in one file, x.svg; give a folder: -o x/"),
        (["render", "other.json", "-o", "x.svg", "--format", "png"], "--format is for a folder; leave it out"),
        (["render", "a/net.json", "b/net.json", "-o", "x/", "--depth", "1", "--format", "json"], ".json files take no --depth"),
        (["render", "other.json", "a/net.json", "-o", ".", "--format", "json"], "other.json is one of the sources, which would be"),
        (["render", "other.json", "a/net.json", "-o", "other.json/"], "2 sources cannot be drawn in one file, other.json/"),
        (["render", "other.json", "a/net.json", "-o", "other.json/x/"], "cannot make the folder other.json"),
        (["render", "*.pb", "-o", "x/"], "*.pb: there is no file that this pattern fits; check the path"),
        (["summary", "other.json", "a/net.json", "--jobs", "0"], "--jobs 0 is too small; give a whole number, 1 or more"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_one_line_before_any_work(folder, capsys, arguments, said):
    before = sorted(folder.rglob("*.svg"))
    content = Path("other.json").read_bytes()
    assert main(arguments) == 1
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert said in err.replace(os.sep, "/")
    assert sorted(folder.rglob("*.svg")) == before
    assert Path("other.json").read_bytes() == content


def test_summaries_stand_below_the_names_of_their_sources_in_the_order_given(folder, capsys):
    assert main(["summary", "other.json"]) == 0
    alone = capsys.readouterr().out
    assert main(["summary", "b/net.json", "broken.json", "a/net.json"]) == 1
    out, err = capsys.readouterr()
    assert out == f"==> b/net.json <==\n{alone}==> a/net.json <==\n{alone}"
    assert err.splitlines()[-1] == "2 of 3 done, 1 failed: broken.json"


def test_the_first_is_told_first_though_the_second_is_done_first(folder, capsys):
    """The first waits until the second was read."""
    Path("first.py").write_text(
        "import os, time\nwhile not os.path.exists('read'): time.sleep(0.01)\nraise OSError('one')"
    )
    Path("second.py").write_text("open('read', 'w').close()\nraise OSError('two')")
    assert main(["summary", "first.py:model", "second.py:model", "--jobs", "2"]) == 1
    first, second, _ = capsys.readouterr().err.splitlines()
    assert (": one" in first, ": two" in second) == (True, True)


def test_no_more_run_at_a_time_than_jobs(folder, capsys):
    text = "import os\nos.mkdir('busy')\nos.rmdir('busy')\nraise OSError('alone')"
    names = [f"alone_{number}.py" for number in range(4)]
    for name in names:
        Path(name).write_text(text)
    assert main(["summary", *(f"{name}:model" for name in names), "--jobs", "1"]) == 1
    assert capsys.readouterr().err.count("failed with OSError: alone") == 4


def test_summaries_as_json_are_a_line_each(folder, capsys):
    assert main(["summary", "other.json", "--json"]) == 0
    alone = json.loads(capsys.readouterr().out)
    assert main(["summary", "a/net.json", "b/net.json", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines == [{"source": source, **alone} for source in ("a/net.json", "b/net.json")]


def test_a_check_of_several_has_the_worst_code(folder, capsys):
    assert main(["check", "a/net.json", "other.json"]) == 0
    assert "a/net.json: nothing found" in capsys.readouterr().err
    assert main(["check", "a/net.json", "other.json", "--max-params", "3"]) == 1
    out, err = capsys.readouterr()
    assert [line for line in out.splitlines() if line.startswith("==>")] == ["==> a/net.json <==", "==> other.json <=="]
    assert err.splitlines()[-1] == "2 of 2 done"
    assert main(["check", "a/net.json", "broken.json", "other.json", "--max-params", "3"]) == 2
    assert "2 of 3 done, 1 failed: broken.json" in capsys.readouterr().err
    assert main(["check", "a/net.json", "other.json", "--max-params", "3", "--quiet"]) == 1
    assert capsys.readouterr() == ("", "")


@pytest.mark.parametrize("option", [["--format", "sarif"], ["-o", "found.txt"]])
def test_one_document_is_of_one_source(folder, capsys, option):
    assert main(["check", "a/net.json", "other.json", *option]) == 2
    assert f"{option[0]}{' sarif' if 'sarif' in option else ''} is for one source, not for 2" in capsys.readouterr().err


@POSIX
def test_a_process_that_is_killed_takes_nothing_with_it(folder, capsys):
    Path("killed.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)")
    assert main(["summary", "killed.py:model", "other.json"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("==> other.json <==\n")
    assert err.splitlines() == [
        "error: killed.py:model: the process that worked on it was killed, perhaps for lack of memory, before it was done",
        "1 of 2 done, 1 failed: killed.py:model",
    ]


def test_a_traceback_is_shown_as_it_is(folder, capsys):
    Path("raising.py").write_text("raise OSError('here')")
    assert main(["check", "raising.py:model", "other.json", "--traceback"]) == 2
    err = capsys.readouterr().err
    assert "Traceback (most recent call last)" in err
    assert "OSError: here" in err
    assert "the process that worked on it" not in err


@POSIX
def test_ctrl_c_ends_what_runs_begins_nothing_more_and_leaves_no_part_of_a_file(folder):
    # Writing the file lasts until the process is told to stop.
    Path("stuck.py").write_text(
        "import os, pathlib, signal\nfrom opscope.render.write_file import write\n"
        "def pieces():\n"
        "    yield 'half'\n"
        "    print('ready', os.getpid(), flush=True)\n"
        "    os.write(int(os.environ['READY']), f'{os.getpid()}\\n'.encode())\n"
        "    signal.pause()\n"
        "write('out.txt', pieces())\n"
    )
    reader, writer = os.pipe()
    os.set_inheritable(writer, True)
    program = (
        "import os, signal, subprocess, sys\nsignal.signal(signal.SIGINT, signal.default_int_handler)\n"
        "popen = subprocess.Popen\n"
        "subprocess.Popen = lambda *given, **more: popen(*given, **more, close_fds=False)\n"
        "from opscope.cli import main\nsys.exit(main(['summary', 'stuck.py:model', 'other.json', '--jobs', '1']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program], env={**os.environ, "READY": str(writer)}, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, close_fds=False,
    )  # fmt: skip
    os.close(writer)
    with os.fdopen(reader) as said:
        child = int(said.readline())
    process.send_signal(signal.SIGINT)
    out, err = process.communicate()
    assert (process.returncode, out, err) == (130, "", "")
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)
    left = {path.name for path in folder.iterdir()} - {"__pycache__"}  # Python's own
    assert left == {"a", "b", "broken.json", "other.json", "stuck.py"}


def test_a_reader_that_goes_away_is_no_error(folder):
    process = subprocess.Popen(
        [sys.executable, "-m", "opscope", "summary", "a/net.json", "b/net.json"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    _, err = process.communicate()
    assert process.returncode == 0
    assert b"Traceback" not in err


@pytest.mark.parametrize(
    ("sources", "names"),
    [
        (["x.pb", "y.keras", "v1.5"], ["x", "y", "v1.5"]),
        (["x.pb", "x.pbtxt", "y.pb"], ["x.pb", "x.pbtxt", "y"]),
        (["p/saved_model.pb", "q/saved_model.pb"], ["p/saved_model", "q/saved_model"]),
        (["p/r/x.pb", "q/r/x.pb", "q/s/x.pb"], ["p/r/x", "q/r/x", "s/x"]),
        (["net.py:model", "net.py:other", "pkg.net:model"], ["net.model", "net.other", "pkg.net.model"]),
        (["p/net.py:model", "q/net.py:model"], ["p/net.model", "q/net.model"]),
        (["p/NET.pb", "q/net.pb"], ["p/NET", "q/net"]),
    ],
)
def test_a_file_is_named_by_as_little_of_its_path_as_tells_it_apart(tmp_path, monkeypatch, sources, names):
    monkeypatch.chdir(tmp_path)
    Path("v1.5").mkdir()
    assert [name.as_posix() for name in file_names(sources)] == names


PARTS = st.lists(st.sampled_from(["a", "A", "a.b", "a.b.c", "a-2", "b"]), min_size=1, max_size=3)


@given(st.lists(PARTS.map(lambda parts: "/nowhere/" + "/".join(parts)), unique=True, max_size=12))
def test_no_two_sources_have_one_name(sources):
    names = [str(name).casefold() for name in file_names(sources)]
    assert len(set(names)) == len(sources)


def test_a_folder_is_told_from_a_file(tmp_path):
    assert is_folder(str(tmp_path))
    assert is_folder("new/")
    assert not is_folder("new")
    assert not is_folder("new.svg/")
