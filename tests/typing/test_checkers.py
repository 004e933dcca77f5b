"""A type checker accepts what a user writes rightly, and reports each mistake on its line, with the fitting rule."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
SOURCES = HERE.parents[1] / "src"
SCRIPTS = re.findall(
    r"^```python\n(.*?)^```", (HERE.parents[1] / "docs" / "scripting.md").read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL
)  # fmt: skip
MARK = re.compile(r"# mypy: (?P<mypy>[\w-]+), pyright: (?P<pyright>\w+)$")

pytestmark = pytest.mark.slow


def expected(checker):
    """Line -> the rule that the checker must report there."""
    lines = (HERE / "wrong.py").read_text(encoding="utf-8").splitlines()
    marks = ((number, MARK.search(line)) for number, line in enumerate(lines, 1))
    return {number: mark[checker] for number, mark in marks if mark}


def files(folder):
    """The two files, copied to where no setting of this project reaches them."""
    for name in ("right.py", "wrong.py"):
        (folder / name).write_bytes((HERE / name).read_bytes())
    return ["right.py", "wrong.py"]


def scripts(folder):
    """The scripts of the docs, a file each."""
    for number, script in enumerate(SCRIPTS):
        (folder / f"script{number}.py").write_text(script, encoding="utf-8")
    return [f"script{number}.py" for number in range(len(SCRIPTS))]


def run(command, folder):
    """What a checker says."""
    environment = {**os.environ, "MYPYPATH": str(SOURCES)}
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stdout + done.stderr  # 2: the checker itself failed
    return done.stdout


def reported_by_mypy(folder, names, *more):
    pytest.importorskip("mypy")
    settings = [
        "--strict",
        "--follow-imports=silent",
        "--ignore-missing-imports",
        "--no-pretty",
        "--config-file=",
        *more,
    ]
    out = run([sys.executable, "-m", "mypy", *settings, *names], folder)
    return [
        (file, int(line), rule)
        for file, line, rule in re.findall(r"^(\w+\.py):(\d+): error: .*\[([\w-]+)\]$", out, re.MULTILINE)
    ]


def reported_by_pyright(folder, names, mode="strict"):
    """By basedpyright, which is pyright in a wheel; its own further rules are off in pyright's modes."""
    pytest.importorskip("basedpyright")
    settings = {"include": names, "extraPaths": [str(SOURCES)], "typeCheckingMode": mode}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    out = run([sys.executable, "-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable], folder)
    found = [each for each in json.loads(out)["generalDiagnostics"] if each["severity"] == "error"]
    return [(Path(each["file"]).name, each["range"]["start"]["line"] + 1, each.get("rule")) for each in found]


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_right_calls_pass_and_each_wrong_one_is_reported(tmp_path, checker):
    found = {"mypy": reported_by_mypy, "pyright": reported_by_pyright}[checker](tmp_path, files(tmp_path))
    assert [each for each in found if each[0] == "right.py"] == []
    rules = {}
    for _, line, rule in found:
        rules.setdefault(line, set()).add(rule)
    wanted = expected(checker)
    assert len(wanted) > 20
    # A checker may add what follows from a mistake: that a method which is not there has no known type.
    assert {line: wanted.get(line) if wanted.get(line) in said else said for line, said in rules.items()} == wanted


def test_the_scripts_of_the_docs_pass(tmp_path):
    assert len(SCRIPTS) > 5
    # TensorFlow has no types: its classes are Any to mypy, and half known to pyright, which would report that in its strict mode.
    assert reported_by_mypy(tmp_path, scripts(tmp_path), "--allow-subclassing-any") == []
    assert reported_by_pyright(tmp_path, scripts(tmp_path), "standard") == []
