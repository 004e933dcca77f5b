"""Ignore comments: what they silence, where they may stand, which files are read for them, and what is told of those that do nothing."""

from __future__ import annotations

import json
import runpy

import pytest

import opscope
from opscope.check import choosing_rules, ignore_comments
from opscope.check.check_rule import CheckRule
from opscope.check.hit import Hit
from opscope.check.ignore_comments import _comments
from opscope.check.rulebook import unknown_ignore, unused_ignore
from opscope.graph.content import traced_files
from opscope.graph.traced import TracedFiles
from strangers import stranger


def _find(inspected):
    return [Hit("Tanh is used", (row,)) for row in inspected.rows("Tanh")]


NO_TANH = CheckRule("no-tanh", "warning", "speed", "A title.", "A reason.", "use another", _find, "", "")


@pytest.fixture(autouse=True)
def rules(monkeypatch):
    found = (NO_TANH, unknown_ignore.RULE, unused_ignore.RULE)
    monkeypatch.setattr(choosing_rules, "all_rules", lambda: found)


def places(text):
    """Comment line -> the lines that it stands for, and the rules that it names."""
    found = _comments("a.py", text.split("\n"))
    return {each.line: (each.first, each.last, each.rules) for each in found}


def test_a_comment_stands_for_its_whole_statement_and_for_no_other():
    text = """a = 1  # opscope: ignore[x]
b = f(
    1,  # opscope: ignore[y, z] since
    2,
)
# opscope: ignore[w]
if a:  #opscope:ignore[v]
    c = 3
d = "# opscope: ignore[u]"
e = 4  # opscope: ignore
"""
    assert places(text) == {
        1: (1, 1, ("x",)),
        3: (2, 5, ("y", "z")),
        6: (6, 6, ("w",)),
        7: (7, 7, ("v",)),
        10: (10, 10, ()),
    }


def test_a_file_that_is_no_python_by_now_has_no_comments_that_count():
    assert places('a = """  # opscope: ignore[x]') == {}


def check_program(folder, name, line, **options):
    """What is found in a function whose third line is `line`."""
    pytest.importorskip("tensorflow")
    path = folder / f"{name}.py"
    path.write_text(f"import tensorflow as tf\ndef {name}(x):\n    {line}\n", encoding="utf-8")
    return opscope.check(runpy.run_path(str(path))[name], (2, 3), **options)


def test_a_comment_silences_its_rule_and_is_counted(tmp_path):
    found = check_program(tmp_path, "silenced", "return tf.tanh(x)  # opscope: ignore[no-tanh] it has to be")
    assert (list(found), found.suppressed, found.to_json()["suppressed"]) == ([], 1, 1)


def test_a_comment_that_names_another_rule_silences_nothing_and_is_told(tmp_path):
    found = check_program(tmp_path, "misspelled", "return tf.tanh(x)  # opscope: ignore[no-tahn]")
    assert [(each.rule, each.source.line) for each in found] == [("no-tanh", 3), ("unknown-ignore", 3)]
    assert found[1].message == "the comment ignores 'no-tahn', which is no rule; did you mean no-tanh?"
    found = check_program(tmp_path, "unnamed", "return tf.tanh(x)  # opscope: ignore")
    assert [each.rule for each in found] == ["no-tanh", "unknown-ignore"]


def test_a_comment_that_silences_nothing_is_told_if_its_rule_was_looked_for(tmp_path):
    line = "return tf.nn.relu(x)  # opscope: ignore[no-tanh]"
    (idle,) = check_program(tmp_path, "idle", line)
    assert (idle.rule, idle.severity, idle.source.line) == ("unused-ignore", "note", 3)
    assert list(check_program(tmp_path, "unasked", line, ignore="no-tanh")) == []


def test_a_comment_on_a_line_that_made_no_ops_may_be_for_another_graph(tmp_path):
    line = "return tf.nn.relu(x)\ndef other(x):\n    return tf.tanh(x)  # opscope: ignore[no-tanh]"
    assert list(check_program(tmp_path, "elsewhere", line)) == []


@pytest.mark.parametrize("kind", ["json", "binary, since 2.14"])
def test_the_files_that_a_loaded_graph_names_are_never_opened(tmp_path, kind, monkeypatch):
    code = tmp_path / "theirs.py"
    code.write_text("\n" * 4 + "secret  # opscope: ignore[nothing]\n", encoding="utf-8")
    opened = []
    monkeypatch.setattr(ignore_comments, "code_lines", lambda path: opened.append(path) or [])
    graph = opscope.load(stranger(tmp_path / "model", kind, str(code)))
    assert (list(opscope.check(graph)), opened) == ([], [])
    graph._traced = TracedFiles({str(code): str(code)})  # as if this process had run it: then it would be
    opscope.check(graph)
    assert opened == [str(code)]


def test_of_a_saved_trace_nothing_is_silenced(tmp_path):
    """A graph in JSON comes from a file, even from one that was written here."""
    line = "return tf.tanh(x)  # opscope: ignore[no-tanh]"
    pytest.importorskip("tensorflow")
    path = tmp_path / "saved.py"
    path.write_text(f"import tensorflow as tf\ndef saved(x):\n    {line}\n", encoding="utf-8")
    graph = opscope.trace(runpy.run_path(str(path))["saved"], (2, 3))
    assert traced_files(graph) is not None and not opscope.check(graph)
    again = opscope.load(graph.save(tmp_path / "graph.json"))
    assert json.loads((tmp_path / "graph.json").read_text(encoding="utf-8"))["nodes"]
    assert [each.rule for each in opscope.check(again)] == ["no-tanh"]
