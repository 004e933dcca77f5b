"""`[tool.opscope.check]` in pyproject.toml: where it is found, what it sets, and what is said of a wrong one."""

from __future__ import annotations

import pytest

import opscope
from graphs import Builder
from opscope.check.settings_file import settings_from
from opscope.cli import main
from opscope.graph.types import Variable


def project(folder, *lines):
    folder.mkdir(parents=True, exist_ok=True)
    text = "\n".join(["[tool.opscope.check]", *lines]) + "\n"
    (folder / "pyproject.toml").write_text(text, encoding="utf-8")


def test_every_setting_is_read(tmp_path):
    project(
        tmp_path,
        'select = ["numerics", "results"]',
        'ignore = "unused-ignore"',
        'fail-on = "note"',
        'for = "2.10"',
        'max-params = "10M"',
        "max-flops = 4e9",
        'max-activation-memory = "4 GB"',
        'baseline = "made/base.json"',
        'tolerance = "2%"',
        "batch = 8",
    )
    assert settings_from(tmp_path) == {
        "select": ["numerics", "results"],
        "ignore": "unused-ignore",
        "fail_on": "note",
        "tensorflow": "2.10",
        "max_params": "10M",
        "max_flops": 4e9,
        "max_activation_memory": "4 GB",
        "baseline": str(tmp_path / "made" / "base.json"),
        "tolerance": "2%",
        "batch": 8,
    }


def test_the_nearest_file_that_has_the_table_counts(tmp_path):
    inner = tmp_path / "a" / "b"
    project(tmp_path, "batch = 1")
    inner.mkdir(parents=True)
    (inner / "pyproject.toml").write_text("[tool.other]\nbatch = 3\n", encoding="utf-8")
    assert settings_from(inner) == {"batch": 1}
    project(tmp_path / "a", "batch = 2")
    assert settings_from(inner) == {"batch": 2}


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("fail_on = 'note'", r"has no setting 'fail_on'; did you mean fail-on\?"),
        ("paint = 1", "has no setting 'paint'; use one of select, ignore, fail-on, for"),
        ("fail-on = 'always'", "fail-on = 'always' in .* give one of error, warning, note"),
        ("select = [1]", r"select = \[1\] in .* give a rule, or a list of rules"),
        ("batch = true", "batch = True in .* give a whole number"),
        ("batch = ", "cannot be read as TOML"),
        ("[tool.opscope.check.select]", "select = {} in "),
    ],
)
def test_a_wrong_setting_is_one_error_that_names_the_file(tmp_path, line, said):
    project(tmp_path, line)
    with pytest.raises(opscope.InputError, match=said) as error:
        settings_from(tmp_path)
    assert str(error.value).startswith(str(tmp_path / "pyproject.toml"))


def test_a_table_that_is_none_is_told(tmp_path):
    (tmp_path / "pyproject.toml").write_text("[tool.opscope]\ncheck = 3\n", encoding="utf-8")
    with pytest.raises(opscope.InputError, match=r"tool\.opscope\.check is no table"):
        settings_from(tmp_path)


@pytest.fixture
def saved(tmp_path, monkeypatch):
    """The working directory, with a graph of 40 parameters in it."""
    monkeypatch.chdir(tmp_path)
    made = Builder()
    made.variables.append(Variable(0, "kernel", "float32", (4, 10), True))
    made.handles["kernel"] = 0
    made.op("kernel", "VarHandleOp", out=[("resource", ())])
    made.op("read", "ReadVariableOp", "kernel", out=[("float32", (4, 10))], dtype="float32")
    made.graph("net").save(tmp_path / "net.json")
    return tmp_path


def test_the_command_takes_them_where_it_is_told_nothing_else(saved, capsys):
    project(saved, "max-params = 30")
    assert main(["check", "net.json"]) == 1
    assert "40 parameters, and the budget is 30" in capsys.readouterr().out
    assert main(["check", "net.json", "--max-params", "50"]) == 0
    assert main(["check", "net.json", "--isolated"]) == 0
    project(saved, "max-params = 30", 'ignore = ["budgets"]')
    assert main(["check", "net.json"]) == 0
    capsys.readouterr()
    project(saved, "max-param = 30")
    assert main(["check", "net.json"]) == 2
    assert "did you mean max-params?" in capsys.readouterr().err


def test_a_wrong_amount_is_told_as_the_command_spells_it(saved, capsys):
    assert main(["check", "net.json", "--max-activation-memory", "4 apples"]) == 2
    assert "--max-activation-memory '4 apples' is not known; give a size such as 4 GB" in capsys.readouterr().err


def test_a_baseline_of_the_project_is_found_from_below(saved, capsys, monkeypatch):
    project(saved, 'baseline = "net.json"')
    (saved / "inner").mkdir()
    monkeypatch.chdir(saved / "inner")
    assert main(["check", "../net.json"]) == 0


FACES = {
    "a picture": lambda: main(["render", "net.py:net", "-o", "net.svg", "--check"]),
    "a page among files": lambda: main(["render", "net.py:net", "-o", "net.json", "-o", "net.html", "--check"]),
    "show": lambda: main(["show", "net.py:net", "--check"]),
    "profile": lambda: main(["profile", "net.py:net", "-o", "net.svg", "--check"]),
    "check": lambda: main(["check", "net.py:net"]),
}
"""What looks for findings with the settings of the project."""


@pytest.mark.parametrize("face", FACES)
@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("max-param = 30", "did you mean max-params?"),
        ('select = ["numeric"]', "names no rule"),
        ('max-flops = "4 apples"', "4 apples"),
        ('baseline = "gone.json"', "gone.json"),
        ('for = "two"', "is no version of TensorFlow"),
    ],
)
def test_a_wrong_setting_is_told_before_the_model_is_even_imported(saved, capsys, face, line, said):
    (saved / "net.py").write_text("open('imported', 'w').close()\n", encoding="utf-8")
    project(saved, line)
    assert FACES[face]() > 0
    assert said in capsys.readouterr().err
    assert sorted(path.name for path in saved.iterdir()) == ["net.json", "net.py", "pyproject.toml"]


def test_a_wrong_setting_is_told_before_visualize_model_traces(saved):
    project(saved, 'ignore = ["numeric"]')
    calls = []
    with pytest.raises(opscope.InputError, match="numeric"):
        opscope.visualize_model(calls.append, (4,), filename=str(saved / "net"), view=False, check=True)
    assert calls == []
    assert not (saved / "net.svg").exists()


def test_settings_do_not_matter_where_nothing_is_looked_for(saved):
    project(saved, "max-param = 30")
    assert main(["render", "net.json", "-o", "plain.svg"]) == 0
    project(saved, "max-params = 30")
    assert main(["render", "net.json", "-o", "net.svg", "--check"]) == 0
    assert "too-many-parameters" in (saved / "net.svg").read_text(encoding="utf-8")
