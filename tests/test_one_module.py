"""A format, an output, a formula and a rule are one module each: those of CONTRIBUTING.md are added to a copy of the package, and nothing in it is edited."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import opscope

PAGE = Path(__file__).resolve().parents[1] / "CONTRIBUTING.md"
PLACES = dict(re.findall(r"```python\n# src/opscope/(\S+)\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL))
"""The modules that CONTRIBUTING.md shows: its readers copy them, so it is them that must work."""


def test_the_page_shows_one_of_each():
    assert [place.rpartition("/")[0] for place in PLACES] == [
        "load/formats",
        "cost/formulas",
        "render/outputs",
        "check/rulebook",
    ]


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """A folder with a copy of the package and the four modules in it."""
    folder = tmp_path_factory.mktemp("copied")
    shutil.copytree(Path(opscope.__file__).parent, folder / "opscope", ignore=shutil.ignore_patterns("__pycache__"))
    for place, text in PLACES.items():
        assert not (folder / "opscope" / place).exists()
        (folder / "opscope" / place).write_text(text)
    return folder


MODEL = """oplist 1
x Placeholder float32:2,3
y MylibScaleShift float32:2,3 x
done NoOp float32: y
"""


@pytest.fixture
def run(copied, tmp_path, monkeypatch):
    """Runs Python with the copy, in a folder that has a toy model; its result."""
    monkeypatch.setenv("PYTHONPATH", str(copied))
    (tmp_path / "model.ops").write_text(MODEL)

    def run(*arguments, code=0):
        done = subprocess.run([sys.executable, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        return done

    return run


def test_they_are_used_through_load_save_and_estimate(run, tmp_path, copied):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "ops.txt").write_text("oplist 1\nx Placeholder float32:")
    (tmp_path / "broken.ops").write_text("oplist 1\ny Relu float32:2 x")
    (tmp_path / "opscope.txt").write_text("a poem\n")
    code = """
import json
import opscope
from opscope.cost import estimate
from opscope.graph.content import content_of
graph = opscope.load("model.ops")
print(opscope.__file__)
others = opscope.load("model.ops", all=True), opscope.load("folder")
print(*(content_of(each).table.ops for each in (graph, *others)))
table = content_of(graph).table
print([table.names[edge.node] for edge in table.inputs(1)], table.outputs[1][0].shape)
print(repr(graph.save("out.tsv").read_text()), repr(graph.save("out.tsv", sources=False).read_text()))
print([node["cost"]["flops"] for node in json.loads(estimate(graph).to_json())["nodes"]])
for wrong in (dict(path="model.ops", tags="x"), dict(path="broken.ops"), dict(path="opscope.txt"), dict(path=".")):
    try:
        opscope.load(**wrong)
    except opscope.OpscopeError as error:
        print(error)
try:
    graph.save("out.gif")
except opscope.InputError as error:
    print(error)
"""
    lines = run("-c", code).stdout.splitlines()
    assert Path(lines[0]).parent == copied / "opscope"
    assert lines[1:5] == [
        "['Placeholder', 'MylibScaleShift'] ['Placeholder', 'MylibScaleShift', 'NoOp'] ['Placeholder']",
        "['x'] (2, 3)",
        r"'x\tPlaceholder\t\t\ny\tMylibScaleShift\t\t\n' 'x\tPlaceholder\t\ny\tMylibScaleShift\t\n'",
        "[0.0, 12.0]",
    ]
    assert lines[5].startswith("model.ops: ") and "tags" in lines[5] and "an op list" in lines[5]
    assert lines[6] == "broken.ops: no list of ops ('x'); a line is NAME TYPE DTYPE:SHAPE INPUTS"
    assert "an op list, opscope's JSON" in lines[7]
    assert "without ops.txt or saved_model.pb or saved_model.pbtxt" in lines[8]
    assert "an op list's own folder" in lines[8]
    assert lines[9].endswith(" .tsv") and ".svg" in lines[9]


def test_they_are_used_through_the_command(run, tmp_path):
    assert run("-m", "opscope", "render", "model.ops", "-o", "out.tsv", "--no-sources").stdout == "out.tsv\n"
    assert (tmp_path / "out.tsv").read_text() == "x\tPlaceholder\t\ny\tMylibScaleShift\t\n"
    assert " 12 FLOP " in run("-m", "opscope", "summary", "model.ops", "--cost").stdout
    error = run("-m", "opscope", "render", "model.ops", "-o", "out.tsv", "--signature", "x", code=1).stderr
    assert error.startswith("error: model.ops: ") and "signature" in error and "an op list" in error
    assert ".tsv" in run("-m", "opscope", "render", "--help").stdout


def test_a_rule_is_looked_for_at_its_line(run, tmp_path, copied):
    (tmp_path / "twice.ops").write_text("oplist 1\nx Placeholder float32:2\ny Relu float32:2 x\nz Relu float32:2 y\n")
    said = run("-m", "opscope", "check", "twice.ops", "--select", "double-relu", "--fail-on", "note", code=1).stdout
    assert said == "note double-relu: the Relu of a Relu is that Relu (z) - leave one of them out\n"
    assert run("-m", "opscope", "check", "model.ops", "--select", "double-relu", "--fail-on", "note").stdout == ""
    pytest.importorskip("tensorflow")
    code = """
import runpy, sys, opscope
from opscope.check.choosing_rules import chosen_rules
(rule,) = chosen_rules("double-relu", None)
for name, program in ("bad", rule.bad), ("good", rule.good):
    open(f"{name}.py", "w").write(program)
    defined = runpy.run_path(f"{name}.py")
    found = opscope.check(defined["target"], *defined["inputs"], select=rule.name)
    print([program.splitlines()[each.source.line - 1].endswith("# here") for each in found])
"""
    assert run("-c", code).stdout.splitlines() == ["[True]", "[]"]


def test_a_formula_for_an_op_that_another_module_has_is_refused(run, copied):
    again = copied / "opscope" / "cost" / "formulas" / "zzz.py"
    again.write_text("FORMULAS = {'MatMul': lambda op: 0, 'MylibScaleShift': lambda op: 0}\n")
    try:
        error = run("-c", "from opscope.cost.formulas import formulas; formulas()", code=1).stderr
    finally:
        again.unlink()
    assert "zzz.FORMULAS has what another module has: MatMul, MylibScaleShift" in error


def test_importing_the_package_looks_for_none_of_them(run):
    code = """
import sys, opscope
wanted = [name for name in sys.modules if name.startswith(("opscope.load.formats", "opscope.render", "opscope.cost"))]
print(wanted)
"""
    assert run("-c", code).stdout == "[]\n"
