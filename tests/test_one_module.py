"""A format, an output and a formula are one module each: files are added to a copy of the package, and nothing in it is edited."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import opscope

FORMAT = '''
"""Ops of one type each, in a row, after the word TOY1; a NoOp is only shown with all=True."""
from array import array

from ...graph import Content, Graph, NodeTable, TensorType
from ..format import Format


def _read(file, wish):
    ops = [op for op in file.data.decode().split()[1:] if op != "NoOp" or wish.all]
    count = len(ops)
    starts = array("q", [0, *range(count)])
    table = NodeTable(
        [f"op{k}" for k in range(count)], ops, starts, array("i", range(count - 1)), array("i", [0] * (count - 1)),
        [(TensorType("float32", (2, 3)),)] * count, [{}] * count, [""] * count,
    )
    return Graph(file.path.stem, Content(table, (), array("i", [-1] * count)))


FORMAT = Format(
    "a toy", lambda head: head.data.startswith(b"TOY1"), _read, precedence=5, takes=frozenset({"all"}),
    in_folder=("toy.txt",),
)
'''
OUTPUT = '''
"""The number of ops."""
from ..registry import Output

OUTPUT = Output(
    ".count", "number of ops", False, lambda graph, options: f"{len(graph)} ops at {options.depth}",
    honours=frozenset({"depth"}),
)
'''
FORMULA = '''
"""An op that computes seven operations for each element, and one that changes the variable whose shape its input 1 has."""
FORMULAS = {"Zorp": lambda op: 7 * op.size_out(), "ResourceZorp": lambda op: op.size_in(1)}
UPDATES = {"ResourceZorp": 1}
'''
PLACES = {"load/formats/toy.py": FORMAT, "render/outputs/count_file.py": OUTPUT, "cost/formulas/zorp.py": FORMULA}


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """A folder with a copy of the package and the three modules in it."""
    folder = tmp_path_factory.mktemp("copied")
    shutil.copytree(Path(opscope.__file__).parent, folder / "opscope", ignore=shutil.ignore_patterns("__pycache__"))
    for place, text in PLACES.items():
        assert not (folder / "opscope" / place).exists()
        (folder / "opscope" / place).write_text(text)
    return folder


@pytest.fixture
def run(copied, tmp_path, monkeypatch):
    """Runs Python with the copy, in a folder that has a toy model; its result."""
    monkeypatch.setenv("PYTHONPATH", str(copied))
    (tmp_path / "model.toy").write_text("TOY1 Placeholder Zorp NoOp")

    def run(*arguments, code=0):
        done = subprocess.run([sys.executable, *arguments], cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == code, done.stderr
        return done

    return run


def test_they_are_used_through_load_save_and_estimate(run, tmp_path, copied):
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "toy.txt").write_text("TOY1 Placeholder")
    code = """
import opscope
from opscope.cost import estimate
graph = opscope.load("model.toy")
print(opscope.__file__)
print(graph.table.ops, opscope.load("model.toy", all=True).table.ops, opscope.load("folder").table.ops)
print(graph.save("out.count", depth=2).read_text(), sep="")
print(estimate(graph).cost.flops)
for wrong in (dict(path="model.toy", tags="x"), dict(path="opscope.txt"), dict(path=".")):
    try:
        opscope.load(**wrong)
    except opscope.OpscopeError as error:
        print(error)
try:
    graph.save("out.gif")
except opscope.InputError as error:
    print(error)
"""
    (tmp_path / "opscope.txt").write_text("a poem\n")
    lines = run("-c", code).stdout.splitlines()
    assert Path(lines[0]).parent == copied / "opscope"
    assert lines[1:4] == [
        "['Placeholder', 'Zorp'] ['Placeholder', 'Zorp', 'NoOp'] ['Placeholder']",
        "2 ops at 2",
        "42.0",
    ]
    assert lines[4] == "model.toy: tags= does not apply to a toy; leave it out"
    assert "neither a toy, opscope's JSON" in lines[5]
    assert "without toy.txt or saved_model.pb or saved_model.pbtxt" in lines[6]
    assert "a toy's own folder" in lines[6]
    assert lines[7].endswith(".speedscope .trace .count")


def test_they_are_used_through_the_command(run, tmp_path):
    assert run("-m", "opscope", "render", "model.toy", "-o", "out.count", "--depth", "1").stdout == "out.count\n"
    assert (tmp_path / "out.count").read_text() == "2 ops at 1"
    summary = json.loads(run("-m", "opscope", "summary", "model.toy", "--cost", "--json").stdout)
    assert summary["cost"]["flops"] == 42
    assert (
        "model.toy: --signature does not apply to a toy"
        in run("-m", "opscope", "render", "model.toy", "-o", "out.count", "--signature", "x", code=1).stderr
    )
    assert ".count" in run("-m", "opscope", "render", "--help").stdout


def test_a_formula_for_an_op_that_another_module_has_is_refused(run, copied):
    again = copied / "opscope" / "cost" / "formulas" / "zzz.py"
    again.write_text("FORMULAS = {'MatMul': lambda op: 0, 'Zorp': lambda op: 0}\n")
    try:
        error = run("-c", "from opscope.cost.formulas import formulas; formulas()", code=1).stderr
    finally:
        again.unlink()
    assert "zzz.FORMULAS has what another module has: MatMul, Zorp" in error


def test_importing_the_package_looks_for_none_of_them(run):
    code = """
import sys, opscope
wanted = [name for name in sys.modules if name.startswith(("opscope.load.formats", "opscope.render", "opscope.cost"))]
print(wanted)
"""
    assert run("-c", code).stdout == "[]\n"
