"""The command with standard streams that are closed, full, or read by nobody: run as users run it, by a shell."""

from __future__ import annotations

import io
import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from opscope.cli import answer

pytestmark = pytest.mark.skipif(os.name == "nt", reason="needs a POSIX shell")
VERBS = ["summary net.json", "render net.json -o net.svg", "show net.json", "--help"]
FULL = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")


BUFFERING = pytest.mark.parametrize("unbuffered", ["", "1"])


def environment(unbuffered=""):
    """Python's buffering decides whether a stream fails when it is written, when it is flushed, or at exit."""
    return {**os.environ, "PYTHONUNBUFFERED": unbuffered, "DISPLAY": "", "WAYLAND_DISPLAY": "", "BROWSER": ""}


@pytest.fixture
def shell(small_graph, tmp_path):
    """Run the command with redirections; gives exit code, standard output, standard error."""
    small_graph.save(tmp_path / "net.json")

    def run(verb, redirections, unbuffered=""):
        command = f"{shlex.quote(sys.executable)} -m opscope {verb} {redirections}"
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=tmp_path,
            env=environment(unbuffered),
            capture_output=True,
            text=True,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    return run


@pytest.mark.parametrize(
    ("encoding", "shown"), [("utf-8", "40 \u00b5s \u2265 \u2581"), ("cp1252", "40 \u00b5s >= 1"), ("cp932", "40 us >= 1"), ("ascii", "40 us >= 1")]
)  # fmt: skip
def test_a_unit_is_written_as_the_stream_can_say_it(monkeypatch, encoding, shown):
    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(raw, encoding=encoding))
    answer.prepare()
    answer.say("40 \u00b5s \u2265 \u2581")
    assert raw.getvalue().decode(encoding) == shown + "\n"


@pytest.mark.parametrize("verb", VERBS)
def test_a_closed_output_is_one_line(shell, verb):
    code, out, err = shell(verb, ">&-")
    assert (code, out) == (1, "")
    assert err.startswith("error: standard output is closed, so there is nowhere to print to; ")
    assert err.count("\n") == 1


@FULL
@BUFFERING
@pytest.mark.parametrize("verb", VERBS)
def test_a_full_output_is_one_line(shell, verb, unbuffered):
    code, out, err = shell(verb, ">/dev/full", unbuffered)
    assert (code, out) == (1, "")
    assert err.startswith("error: cannot write to standard output: No space left on device; ")
    assert err.count("\n") == 1


@pytest.mark.parametrize("verb", VERBS)
def test_closed_or_full_errors_take_nothing_from_the_answer(shell, verb):
    code, out, _ = shell(verb, "")
    for redirections in ("2>&- <&-", *(["2>/dev/full"] if Path("/dev/full").exists() else [])):
        found = shell(verb, redirections)
        assert (found[0], found[2]) == (code, "") == (0, "")
        assert found[1] == out or verb.startswith("show")  # whose file has another name each time


@pytest.mark.parametrize("verb", VERBS)
@BUFFERING
def test_a_reader_that_goes_away_is_no_error(verb, unbuffered, small_graph, tmp_path):
    small_graph.save(tmp_path / "net.json")
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "opscope", *verb.split()], cwd=tmp_path, env=environment(unbuffered), stdout=writer,
        stderr=subprocess.PIPE, check=False,
    )  # fmt: skip
    os.close(writer)
    assert (done.returncode, done.stderr) == (0, b"")


@pytest.mark.parametrize("redirections", ["2>&-", ">&- 2>&- <&-"])
def test_without_any_stream_the_code_tells(shell, redirections):
    assert shell("summary nowhere.pb", redirections) == (1, "", "")


def test_what_is_closed_is_not_where_a_file_is_opened(shell, tmp_path):
    """A picture opened as number 2 would get what other libraries write to standard error."""
    (tmp_path / "noisy_net.py").write_text(
        "import os\nfile = open('picture', 'w')\nos.write(2, b'noise of a library')\n"
    )
    assert shell("summary noisy_net.py:missing", "2>&- <&-") == (1, "", "")
    assert (tmp_path / "picture").read_text() == ""


@FULL
def test_what_a_model_prints_cannot_turn_the_exit_code_into_120(shell, tmp_path):
    (tmp_path / "chatty_net.py").write_text("print('hello')\n")
    code, _, err = shell("summary chatty_net.py:missing", ">/dev/full")
    assert code == 1
    assert err.count("\n") == 1
    assert "Exception ignored" not in err


def test_a_name_is_no_markup_in_the_moving_line(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setattr(sys, "stderr", Terminal())
    with answer.working("reading [red]a[/red][link=http://x]b :smile: [/never\x1b]0;x"):
        pass
    shown = sys.stderr.getvalue()
    assert "[red]a[/red][link=http://x]b :smile: [/never" in shown
    assert "\x1b]" not in shown
