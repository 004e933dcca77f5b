"""Errors name options as their reader writes them: ``signature=`` in Python, ``--signature`` in the command."""

from __future__ import annotations

import argparse
import ast
import pickle
import re
import warnings
from pathlib import Path

import pytest

import opscope
from opscope.cli import _parser, answer, main
from opscope.errors import InputError, LoadError, WriteError, for_command, in_file, option, spelled
from opscope.render.options import described

SOURCE = Path(opscope.__file__).parent
IN_PYTHON_ONLY = {"epoch"}
"""Options of what the command does not have: a callback of `fit`."""


def arguments():
    """Every ``--option`` of the command."""
    verbs = next(each for each in _parser()._actions if isinstance(each, argparse._SubParsersAction))
    return {name for verb in verbs.choices.values() for each in verb._actions for name in each.option_strings}


def calls(name):
    """Where the package calls a function: file, line and the first argument where it is written out."""
    for path in sorted(SOURCE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and name in (getattr(node.func, "id", ""), getattr(node.func, "attr", "")):
                first = node.args[0]
                yield path, node.lineno, first.value if isinstance(first, ast.Constant) else None


@pytest.mark.alike
def test_every_option_that_an_error_names_is_one_of_the_command():
    written = {name for of in ("option", "check_count") for _, _, name in calls(of) if name is not None}
    named = written | {each.name for each in described()}
    assert {"signature", "depth", "batch", "between"} <= named
    known = arguments()
    assert named >= IN_PYTHON_ONLY
    for name in named - IN_PYTHON_ONLY:
        told = for_command(InputError(option(name)))
        assert set(re.findall(r"--[\w-]+", told)) <= known, name


@pytest.mark.alike
def test_no_message_has_an_option_in_python_s_spelling_alone():
    """An option that is written out in a text, and not by `option`, reaches the command's users as it stands."""
    names = "|".join(sorted(name[2:] for name in arguments() if name.startswith("--")))
    written = re.compile(rf"\b({names})=(?!=)")
    found = []
    for path in sorted(SOURCE.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        raised = [node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise) and node.exc is not None]
        messages = [
            node.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "msg"
        ]
        for node in (*raised, *messages):
            given = {
                id(inner)
                for call in ast.walk(node)
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "spelled"
                for inner in ast.walk(call)
            }
            texts = [each for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str)]
            found += [(path.name, text.value) for text in texts if id(text) not in given and written.search(text.value)]
    assert found == []


@pytest.mark.parametrize(
    ("said", "python", "command"),
    [
        (option("signature"), "signature=", "--signature"),
        (option("all", True), "all=True", "--all"),
        (option("sources", False), "sources=False", "--no-sources"),
        (option("engine", "opscope"), "engine='opscope'", "--engine opscope"),
        (option("batch", 0), "batch=0", "--batch 0"),
        (option("focus", "a b\x1b"), r"focus='a b\x1b'", r"--focus 'a b\x1b'"),
        (option("between"), "between=", "--from and --to"),
        (spelled("opscope.profile", "opscope profile"), "opscope.profile", "opscope profile"),
    ],
)
@pytest.mark.parametrize("kind", [InputError, LoadError, WriteError])
def test_a_message_has_both_spellings(kind, said, python, command):
    error = kind(f"use {said} or leave it")
    assert str(error) == f"use {python} or leave it"
    assert for_command(error) == f"use {command} or leave it"
    assert for_command(LoadError(in_file(error, "a.pb"))) == f"a.pb: use {command} or leave it"
    assert str(pickle.loads(pickle.dumps(error))) == str(error)
    assert for_command(pickle.loads(pickle.dumps(error))) == for_command(error)
    assert error.args == (f"use {python} or leave it",)


def test_what_others_wrote_is_left_alone():
    error = InputError("cannot call it: got training=True, depth=1")
    assert for_command(error) == str(error) == "cannot call it: got training=True, depth=1"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (
            ["-o", "x.svg", "--heat", "time"],
            "no time was measured on this graph; measure it with opscope profile, or use --heat flops",
        ),
        (["-o", "x.svg", "--columns", "0"], "--columns 0 is not known; use a whole number from 1"),
        (["-o", "x.svg", "--timeout", "0"], "--timeout 0.0 is not known; use a number greater than 0"),
        (["-o", "x.svg", "--columns", "2", "--engine", "graphviz"], "use --engine opscope, or leave --columns out"),
        (["-o", "x.svg", "--signature", "one"], "--signature does not apply to opscope's JSON; leave it out"),
        (["-o", "x.svg", "--all"], "--all does not apply to opscope's JSON; leave it out"),
        (["-o", "x.svg", "--hide", "*"], "the selection leaves no op to draw; change --hide"),
        (["-o", "x.html", "--sources", "nowhere"], "--sources nowhere is not a folder"),
    ],
)
def test_the_command_says_what_to_type(small_graph, tmp_path, monkeypatch, capsys, given, said):
    monkeypatch.chdir(tmp_path)
    small_graph.save("net.json")
    assert main(["render", "net.json", *given]) == 1
    assert said in capsys.readouterr().err


def test_a_warning_is_one_line_and_the_model_s_own_are_left_alone(small_graph, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    small_graph.save("net.json")
    (tmp_path / "times.json").write_text('{"nowhere": {"time": 0.1}}')
    assert main(["summary", "net.json", "--overlay", "times.json"]) == 0
    assert capsys.readouterr().err == "warning: overlay: no op, group, layer or class of 'net' is called 'nowhere'\n"
    with answer.warnings_in_lines(), pytest.warns(UserWarning, match="mine"):
        warnings.warn("mine", stacklevel=1)


def test_an_error_that_only_got_its_path_in_front_offers_no_traceback(tmp_path, capsys):
    meta = 'meta_info_def { tags: "serve" } signature_def { key: "one" value { outputs { key: "y" value { name: "x:0" } } } }'
    (tmp_path / "signed.pbtxt").write_text(meta)
    assert main(["summary", str(tmp_path / "signed.pbtxt"), "--signature", "two"]) == 1
    assert capsys.readouterr().err.endswith("no signature is called 'two'; choose one of 'one'\n")
