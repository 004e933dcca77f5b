"""``opscope profile``: measure from the command line."""

import json

import pytest

from opscope.cli import main

pytest.importorskip("tensorflow")
MODEL = """
import tensorflow as tf
model = tf.keras.Sequential([tf.keras.layers.Dense(4, name="first"), tf.keras.layers.Dense(2, name="second")])
model.build((None, 3))
"""


@pytest.fixture
def source(tmp_path):
    file = tmp_path / "measured_model.py"
    file.write_text(MODEL)
    return f"{file}:model"


def test_files_are_written_and_named(source, tmp_path, capsys):
    paths = [str(tmp_path / name) for name in ("a.json", "a.svg", "a.speedscope")]
    outputs = [word for path in paths for word in ("-o", path)]
    assert main(["profile", source, "--input", "8,3", "--steps", "2", *outputs]) == 0
    assert capsys.readouterr().out.split() == paths
    data = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    assert data["measurement"]["steps"] == 2
    assert sum(data["measurement"]["coverage"].values()) == pytest.approx(1)


def test_without_a_file_the_summary_is_printed(source, capsys):
    assert main(["profile", source, "--input", "None,3", "--batch", "4", "--steps", "1"]) == 0
    assert "measured over 1 step on" in capsys.readouterr().out


def test_a_file_cannot_be_measured(tmp_path, capsys):
    file = tmp_path / "graph.pb"
    file.write_bytes(b"")
    assert main(["profile", str(file)]) == 1
    assert "cannot be run; give module:attribute" in capsys.readouterr().err


def test_options_that_measuring_does_not_have_are_wrong_usage(source, capsys):
    for option in (["--signature", "x"], ["--freeze"], ["--overlay", "x.json"]):
        with pytest.raises(SystemExit) as caught:
            main(["profile", source, *option])
        assert caught.value.code == 2
        assert option[0] in capsys.readouterr().err


def test_missing_inputs_are_asked_for_in_the_words_of_the_shell(tmp_path, capsys):
    file = tmp_path / "unbuilt_model.py"
    file.write_text(MODEL.replace("model.build((None, 3))", ""))
    assert main(["profile", f"{file}:model"]) == 1
    assert "--input None,10" in capsys.readouterr().err


def test_inputs_that_do_not_fit_say_which_were_given_and_where_to_look(tmp_path, capsys):
    file = tmp_path / "one_input.py"
    file.write_text("def add(x):\n    return x + 1\n")
    assert main(["profile", f"{file}:add", "--input", "z=3"]) == 1
    error = capsys.readouterr().err
    assert "given: z=(3,) float32" in error
    assert error.endswith("--traceback shows where\n")
