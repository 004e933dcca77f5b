"""`opscope check`: its exit codes, and what it prints and writes. A rule of the test's own finds an op of a type, so that no rule of ours is meant."""

from __future__ import annotations

import json

import pytest

import opscope
from graphs import Builder
from opscope.check import choosing_rules
from opscope.check.check_rule import CheckRule
from opscope.check.hit import Hit
from opscope.cli import main
from opscope.graph.types import Source


def rule(name, severity, op):
    def find(inspected):
        return [Hit(f"{op} is used", (row,)) for row in inspected.rows(op)]

    return CheckRule(name, severity, "speed", "A title.", "A reason.", "use another", find, "", "")


@pytest.fixture(autouse=True)
def rules(monkeypatch):
    found = (rule("no-relu", "note", "Relu"), rule("no-tanh", "warning", "Tanh"))
    monkeypatch.setattr(choosing_rules, "all_rules", lambda: found)


def chain(folder, *kinds):
    made = Builder()
    last = made.op("x", "Placeholder")
    for place, kind in enumerate(kinds):
        last = made.op(f"y{place}", kind, last, source=Source("net.py", place + 1, "call"))
    return str(made.graph("chain").save(folder / f"{'-'.join(kinds) or 'none'}.json"))


def test_the_exit_code_tells(tmp_path, capsys):
    assert main(["check", chain(tmp_path)]) == 0
    assert main(["check", chain(tmp_path, "Relu")]) == 0
    assert main(["check", chain(tmp_path, "Relu"), "--fail-on", "note"]) == 1
    assert main(["check", chain(tmp_path, "Tanh")]) == 1
    assert main(["check", chain(tmp_path, "Tanh"), "--fail-on", "error"]) == 0
    assert main(["check", chain(tmp_path, "Tanh"), "--ignore", "no-tanh"]) == 0
    capsys.readouterr()
    assert main(["check", str(tmp_path / "absent.pb")]) == 2
    assert main(["check", chain(tmp_path), "--select", "no-tahn"]) == 2
    assert "--select no-tahn names no rule and no family of rules; did you mean no-tanh?" in capsys.readouterr().err


def test_findings_are_lines_and_the_count_is_a_remark(tmp_path, capsys):
    main(["check", chain(tmp_path, "Relu", "Tanh")])
    said = capsys.readouterr()
    assert said.out.splitlines() == [
        "net.py:2: warning no-tanh: Tanh is used - use another",
        "net.py:1: note no-relu: Relu is used - use another",
    ]
    assert said.err == "found 1 warning, 1 note\n"
    main(["check", chain(tmp_path)])
    assert capsys.readouterr() == ("", "nothing found: 2 rules looked for\n")


def test_the_table_ends_with_the_count(tmp_path, capsys):
    main(["check", chain(tmp_path, "Relu"), "--format", "text"])
    said = capsys.readouterr()
    assert (said.out.splitlines()[-1], said.err) == ("found 1 note", "")


@pytest.mark.parametrize(
    ("name", "start"), [("json", "{"), ("sarif", "{"), ("github", "::warning file=net.py"), ("junit", "<?xml")]
)
def test_other_formats_are_printed_alone(tmp_path, capsys, name, start):
    main(["check", chain(tmp_path, "Tanh"), "--format", name])
    assert capsys.readouterr().out.startswith(start)


def test_quiet_says_nothing(tmp_path, capsys):
    assert main(["check", "--quiet", chain(tmp_path, "Tanh")]) == 1
    assert capsys.readouterr() == ("", "")


def test_files_are_written_beside_what_is_printed(tmp_path, capsys):
    paths = [tmp_path / f"found{suffix}" for suffix in (".json", ".sarif", ".xml", ".txt")]
    assert main(["check", chain(tmp_path, "Tanh"), *[word for path in paths for word in ("-o", str(path))]]) == 1
    assert "net.py:1: warning" in capsys.readouterr().out
    assert json.loads(paths[0].read_text(encoding="utf-8"))["format"] == "opscope-findings"
    assert all(path.stat().st_size for path in paths)
    assert main(["check", chain(tmp_path), "-o", str(tmp_path / "found.doc")]) == 2
    assert ".sarif" in capsys.readouterr().err


def test_options_that_do_not_apply_are_refused(tmp_path):
    graph = opscope.load(chain(tmp_path, "Tanh"))
    assert len(opscope.check(graph)) == 1
    for more in ({"training": True}, {"signature": "f"}, {"x": (2,)}):
        with pytest.raises(opscope.InputError, match="a graph is checked as it is"):
            opscope.check(graph, **more)
    with pytest.raises(opscope.InputError, match="signature= chooses a part of a file"):
        opscope.check(str(tmp_path), signature="f", training=True)
    with pytest.raises(opscope.InputError, match="signature= chooses a part of a file"):
        opscope.check(abs, signature="f")


def test_a_live_model_is_found_in_code(tmp_path):
    pytest.importorskip("tensorflow")
    code = (
        "import tensorflow as tf\n\n\ndef squash(x, twice=None):\n    return tf.tanh(x if twice is None else twice)\n"
    )
    (tmp_path / "squashing.py").write_text(code, encoding="utf-8")
    place = f"{tmp_path / 'squashing.py'}:squash"
    assert [each.source.line for each in opscope.check(place, (2,))] == [5]
    assert [each.source.line for each in opscope.check(place, (2,), twice=(3,))] == [5]


def test_the_help_says_all_of_it(capsys):
    """The look of the help takes brackets in a sentence for markup of its own, and would leave them out."""
    with pytest.raises(SystemExit):
        main(["check", "--help"])
    said = " ".join(capsys.readouterr().out.split())
    assert "leave out the settings that pyproject.toml has in tool.opscope.check" in said
    assert "(default: warning)" in said
