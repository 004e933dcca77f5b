"""Every test runs in the rows of tools/matrix.py whose versions can change its outcome, and steps of .ci/run beside each other report all that failed."""

from __future__ import annotations

import ast
import importlib.util
import shutil
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import pytest

from package_use import uses

ROOT = Path(__file__).resolve().parents[1]
FILES = sorted((ROOT / "tests").rglob("test_*.py"))


@pytest.fixture(scope="module")
def rows():
    path = ROOT / "tools" / "matrix.py"
    if not path.exists():
        pytest.skip("the tests are without the tools beside them")
    spec = importlib.util.spec_from_file_location("matrix_of_rows", path)
    module = sys.modules["matrix_of_rows"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return {row.name: row for row in module.ROWS}


def runs(row, path):
    """Whether a row runs a file of tests, as pytest is told by the paths that it is given and by what it asks about."""
    places = [ROOT / place for place in row.tests]
    named = not places or any(place == path or place in path.parents for place in places)
    return named and (path in places or not row.asks or any(uses(package, path) for package in row.asks))


@lru_cache(maxsize=None)
def imported(path):
    """The packages that a file imports, and those that it asks pytest for, as Python reads it."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found.update(alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            found.add(str(node.module).partition(".")[0])
        elif isinstance(node, ast.Call) and "importorskip" in ast.dump(node.func):
            found.update(str(argument.value).partition(".")[0] for argument in node.args if hasattr(argument, "value"))
        elif isinstance(node, ast.arg) and node.arg in {"from_function", "run_replicas"}:
            found.add("tensorflow")
    return found | ({"tensorflow"} if found & {"zoo", "pair_models", "profiler_state", "replica_programs"} else set())


@pytest.mark.parametrize("package", ["tensorflow", "tensorboard", "tf_keras", "xprof"])
def test_each_file_that_imports_a_package_uses_it(package):
    importing = [path for path in FILES if package in imported(path)]
    assert importing and [path.name for path in importing if not uses(package, path)] == []


@pytest.mark.parametrize(
    ("text", "used"),
    [
        ("import tensorflow as tf", True),
        ("def test():\n    from tensorflow.python import pywrap", True),
        ('tf = pytest.importorskip("tensorflow")', True),
        ('pytest.importorskip(\n    "tensorflow", exc_type=ImportError)', True),
        ('PROGRAM = """\nimport tensorflow\n"""', True),
        ('PROGRAM = "import sys; import tensorflow as tf"', True),
        ('file.write_text("import sys\\nimport tensorflow")', True),
        ("from zoo import zoo", True),
        ("def test(from_function):\n    pass", True),
        ('"""What one may import tensorflow for."""', False),
        ("def test_a_trace_of_tensorflow():\n    pass", False),
        ('producer={"tensorflow": "2.21.0"}', False),
        ("from opscope.graph.lite_ops import tensorflow_op", False),
        ("from tensorflow_op import one", False),
    ],
)
def test_a_use_is_an_import_in_the_file_in_a_module_or_in_a_fixture(tmp_path, text, used):
    (tmp_path / "zoo.py").write_text("import models_of_zoo\n")
    (tmp_path / "models_of_zoo.py").write_text("import tensorflow\n")
    fixtures = "def traced():\n    import tensorflow\n\n\ndef from_function(traced):\n    pass\n"
    (tmp_path / "conftest.py").write_text(fixtures)
    file = tmp_path / "test_made.py"
    file.write_text(text)
    assert uses("tensorflow", file, tmp_path) is used


def test_the_oldest_and_the_newest_row_run_every_file(rows):
    for name in ("tf2.4-py3.8", "tf2.21-py3.13"):
        assert all(runs(rows[name], path) for path in FILES), name


MAKES = ("capture", "check", "cost", "executed", "load", "passes", "profile", "shapes")
"""The rooms that look at graphs, files and profiles as a TensorFlow makes them."""


def test_each_tensorflow_has_a_row_with_all_that_looks_at_what_it_makes(rows):
    versions = {package for row in rows.values() for package in row.packages if package.startswith("tensorflow-cpu")}
    for version in versions:
        of_version = [row for row in rows.values() if version in row.packages]
        for path in FILES:
            if "tensorflow" in imported(path) and path.relative_to(ROOT / "tests").parts[0] in MAKES:
                assert any(runs(row, path) for row in of_version), (version, path.name)


@pytest.mark.parametrize(("package", "row"), [("tf_keras", "tf2.21-tf_keras-py3.13"), ("xprof", "xprof-py3.12")])
def test_what_uses_a_package_of_one_row_runs_in_it(rows, package, row):
    using = [path for path in FILES if package in imported(path)]
    assert using and all(runs(rows[row], path) for path in using)


def test_a_row_names_files_and_folders_that_are_there(rows):
    for row in rows.values():
        assert [place for place in row.tests if not (ROOT / place).exists()] == [], row.name


@pytest.mark.parametrize("fails", [False, True])
def test_a_step_that_fails_beside_others_fails_the_run_and_is_named(fails):
    script, bash = ROOT / ".ci" / "beside.sh", shutil.which("bash")
    if not script.exists() or bash is None:
        pytest.skip("the steps of .ci/run need bash and the whole checkout")
    program = [
        "set -euo pipefail", f"source {str(script)!r}", 'written() { echo "first of $1"; echo "last of $1" >&2; }',
        "stops() { false; echo 'never written'; }", "beside one written 1", *(["beside two stops"] if fails else []),
        "beside 'three, and more' written 3", *(["beside four written 4", "beside five sh -c 'exit 3'"] if fails else []),
        "gathered", "echo 'after all'",
    ]  # fmt: skip
    done = subprocess.run(
        [bash, "-c", "\n".join(program)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
    )
    assert ("first of 1\nlast of 1\n" in done.stdout) and ("first of 3\nlast of 3\n" in done.stdout)
    assert "never written" not in done.stdout
    assert done.returncode == int(fails) and ("after all" in done.stdout) is not fails
    failed = {line.partition(": ")[2] for line in done.stdout.splitlines() if line.startswith("error: ")}
    assert failed == ({"failed: two", "failed: five"} if fails else set())
