"""`opscope diff`: its exit codes, and what it prints and writes."""

import json
from pathlib import Path

import pytest

from opscope.cli import main


@pytest.fixture
def files(small_graph, tmp_path):
    """A graph, the same again, and a part of it."""
    paths = [str(small_graph.save(tmp_path / f"{name}.json")) for name in ("one", "again")]
    data = json.loads((tmp_path / "one.json").read_text(encoding="utf-8"))
    data["nodes"][-1]["attrs"]["changed"] = 7
    other = tmp_path / "other.json"
    other.write_text(json.dumps(data), encoding="utf-8")
    return [*paths, str(other)]


def test_the_exit_code_tells_as_that_of_diff(files, tmp_path, capsys):
    one, again, other = files
    assert main(["diff", one, again]) == 0
    assert "the same" in capsys.readouterr().out
    assert main(["diff", one, other]) == 1
    assert "changed" in capsys.readouterr().out
    assert main(["diff", one, str(tmp_path / "absent.pb")]) == 2
    assert capsys.readouterr().err.startswith("error: ")


def test_quiet_says_nothing(files, capsys):
    assert main(["diff", "--quiet", files[0], files[2]]) == 1
    assert capsys.readouterr().out == ""


def test_files_are_written_by_their_suffix(files, tmp_path, capsys):
    paths = [tmp_path / f"changes{suffix}" for suffix in (".txt", ".md", ".html", ".json")]
    assert main(["diff", files[0], files[2], *[word for path in paths for word in ("-o", str(path))]]) == 1
    assert capsys.readouterr().out.split() == list(map(str, paths))
    assert json.loads(paths[3].read_text(encoding="utf-8"))["format"] == "opscope-diff"
    assert main(["diff", files[0], files[2], "-o", str(tmp_path / "changes.xyz")]) == 2
    assert ".md" in capsys.readouterr().err


def test_show_opens_the_page_and_the_exit_code_still_tells(files, capsys, monkeypatch):
    monkeypatch.setattr("webbrowser.open", lambda address: None)
    assert main(["diff", "--show", files[0], files[2]]) == 1
    path = capsys.readouterr().out.strip().partition("opscope: ")[2]
    assert path.endswith("difference.html")
    assert "data-opscope" in Path(path).read_text(encoding="utf-8")
    assert main(["diff", "--show", "--quiet", files[0], files[1]]) == 0
    assert capsys.readouterr().out == ""


def test_a_live_model_takes_the_options_that_a_file_does_not(files, tmp_path, capsys):
    code = "def double(x):\n    return x + x\n"
    (tmp_path / "doubling.py").write_text(code, encoding="utf-8")
    pytest.importorskip("tensorflow")
    assert main(["diff", files[0], f"{tmp_path / 'doubling.py'}:double", "--input", "2"]) == 1
    assert main(["diff", files[0], files[1], "--input", "2"]) == 2
    assert "--input applies only to live models" in capsys.readouterr().err


def test_one_function_compared_with_itself_is_the_same(tmp_path):
    pytest.importorskip("tensorflow")
    source = tmp_path / "tripling.py"
    source.write_text(
        "import tensorflow as tf\nweight = tf.Variable(3.0)\ndef triple(x):\n    return x * weight\n", encoding="utf-8"
    )
    assert main(["diff", f"{source}:triple", f"{source}:triple", "--input", "2"]) == 0
