"""A type checker accepts what a user writes rightly, and reports each mistake on its line, with the fitting rule."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from functools import lru_cache
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


@pytest.fixture(scope="module")
def reported_by_mypy(tmp_path_factory):
    """What mypy says of all files. In one run, most of which is its reading of opscope."""

    @lru_cache(maxsize=None)
    def reported():
        pytest.importorskip("mypy")
        folder = tmp_path_factory.mktemp("mypy")
        users, ours = scripts(folder), files(folder)
        # TensorFlow has no types: its classes, which the scripts' models are made of, are Any.
        own = f"[mypy-{','.join(name[:-3] for name in users)}]\ndisallow_subclassing_any = False\n"
        (folder / "mypy.ini").write_text(f"[mypy]\n{own}", encoding="utf-8")
        settings = [
            "--strict",
            "--follow-imports=silent",
            "--ignore-missing-imports",
            "--no-pretty",
            "--config-file=mypy.ini",
        ]
        out = run([sys.executable, "-m", "mypy", *settings, *ours, *users], folder)
        return [
            (file, int(line), rule)
            for file, line, rule in re.findall(r"^(\w+\.py):(\d+): error: .*\[([\w-]+)\]$", out, re.MULTILINE)
        ]

    return reported


def reported_by_pyright(folder, names, mode="strict"):
    """By basedpyright, which is pyright in a wheel; its own further rules are off in pyright's modes."""
    pytest.importorskip("basedpyright")
    settings = {"include": names, "extraPaths": [str(SOURCES)], "typeCheckingMode": mode}
    (folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")
    out = run([sys.executable, "-m", "basedpyright", "--outputjson", "--pythonpath", sys.executable], folder)
    found = [each for each in json.loads(out)["generalDiagnostics"] if each["severity"] == "error"]
    return [(Path(each["file"]).name, each["range"]["start"]["line"] + 1, each.get("rule")) for each in found]


@pytest.mark.parametrize("checker", ["mypy", "pyright"])
def test_right_calls_pass_and_each_wrong_one_is_reported(tmp_path, reported_by_mypy, checker):
    found = reported_by_mypy() if checker == "mypy" else reported_by_pyright(tmp_path, files(tmp_path))
    found = [each for each in found if not each[0].startswith("script")]
    assert [each for each in found if each[0] == "right.py"] == []
    rules = {}
    for _, line, rule in found:
        rules.setdefault(line, set()).add(rule)
    wanted = expected(checker)
    assert len(wanted) > 20
    # A checker may add what follows from a mistake: that a method which is not there has no known type.
    assert {line: wanted.get(line) if wanted.get(line) in said else said for line, said in rules.items()} == wanted


def test_the_scripts_of_the_docs_pass(tmp_path, reported_by_mypy):
    assert len(SCRIPTS) > 5
    assert [each for each in reported_by_mypy() if each[0].startswith("script")] == []
    # TensorFlow's classes are half known to pyright, which would report that in its strict mode.
    assert reported_by_pyright(tmp_path, scripts(tmp_path), "standard") == []
