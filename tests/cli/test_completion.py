"""What the shell completes, asked of the shell itself."""

from __future__ import annotations

import shutil
import subprocess
import sys

import pytest

from opscope.cli import VERBS, _parser, main
from opscope.cli.completion import SHELLS

BASH = pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")


@pytest.fixture
def completed(tmp_path, capsys, monkeypatch):
    """What bash proposes for the last of these words."""
    pytest.importorskip("shtab")
    monkeypatch.chdir(tmp_path)
    assert main_exits(["--print-completion", "bash"]) == 0
    (tmp_path / "script").write_text(capsys.readouterr().out)

    def ask(*words):
        asked = (
            'source ./script; COMP_WORDS=(opscope "$@"); COMP_CWORD=$#; COMP_LINE="opscope $*"; COMP_POINT=${#COMP_LINE}; '
            "$(complete -p opscope | sed 's/.*-F \\([^ ]*\\).*/\\1/') opscope \"${@: -1}\" 2>/dev/null; printf '%s\\n' \"${COMPREPLY[@]}\""
        )
        done = subprocess.run(
            ["bash", "--norc", "-c", asked, "bash", *words], capture_output=True, text=True, check=True, cwd=tmp_path
        )
        return set(done.stdout.split())

    return ask


def main_exits(arguments):
    with pytest.raises(SystemExit) as stop:
        main(arguments)
    return stop.value.code or 0


@BASH
def test_bash_completes_verbs_options_choices_and_files(completed, tmp_path):
    (tmp_path / "model.keras").touch()
    assert set(VERBS) <= completed("")
    assert completed("sum") == {"summary"}
    assert {"--depth", "--direction"} <= completed("render", "--d")
    assert completed("check", "--fail-on", "w") == {"warning"}
    assert "model.keras" in completed("render", "mo")


@pytest.mark.parametrize("shell", SHELLS)
def test_each_shell_has_a_script_with_every_verb(capsys, shell):
    pytest.importorskip("shtab")
    assert main_exits(["--print-completion", shell]) == 0
    out, err = capsys.readouterr()
    assert err == ""
    assert all(verb in out for verb in VERBS)
    assert "$ opscope" not in out, "the examples of --help are no description of a verb"


def test_without_shtab_one_line_says_what_to_install(capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "shtab", None)
    assert main(["--print-completion", "zsh"]) == 1
    out, err = capsys.readouterr()
    assert (out, err) == (
        "",
        "error: completion needs shtab, which is not installed: pip install 'opscope[completion]'\n",
    )


def test_a_shell_that_is_not_known_is_wrong_usage(capsys):
    assert main_exits(["--print-completion", "bsh"]) == 2
    assert "; did you mean bash" in capsys.readouterr().err


def test_the_parser_has_the_option_whatever_the_verb():
    assert all(
        any("--print-completion" in each.option_strings for each in _parser(given)._actions)
        for given in ([], ["render"])
    )
