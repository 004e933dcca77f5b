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
    assert " over 1 step: " in capsys.readouterr().out


def test_every_layer_is_an_option_of_the_summary_alone(source, tmp_path, capsys):
    assert main(["profile", source, "--full", "-o", str(tmp_path / "a.svg")]) == 1
    assert "--full is for the summary, which is not printed with -o; leave one of them out" in capsys.readouterr().err
    assert not list(tmp_path.glob("*.svg"))


def test_a_file_that_is_no_saved_model_cannot_be_measured(tmp_path, capsys):
    file = tmp_path / "graph.pb"
    file.write_bytes(b"")
    assert main(["profile", str(file)]) == 1
    assert "is not a SavedModel" in capsys.readouterr().err


def test_options_that_measuring_does_not_have_are_wrong_usage(source, capsys):
    for option in (["--function", "x"], ["--freeze"], ["--overlay", "x.json"]):
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
    assert "the call of 'add' takes no 'z'; use one of x; --traceback shows where" in capsys.readouterr().err
    assert main(["profile", f"{file}:add", "--input", "3", "--input", "4"]) == 1
    error = capsys.readouterr().err
    assert "given: (3,) float32, (4,) float32" in error
    assert error.endswith("--traceback shows where\n")


@pytest.fixture
def saved(tmp_path):
    import tensorflow as tf

    class Saved(tf.Module):
        def __init__(self):
            super().__init__()
            self.weight = tf.Variable(tf.ones((3, 2)))

        @tf.function(input_signature=[tf.TensorSpec((None, 3), name="x"), tf.TensorSpec((), name="scale")])
        def run(self, x, scale):
            for _ in tf.range(5):
                scale = tf.sin(scale)
            return {"y": tf.matmul(x, self.weight) * scale}

    module = Saved()
    tf.saved_model.save(module, str(tmp_path / "saved"), signatures={"run": module.run})
    return str(tmp_path / "saved")


def test_a_saved_model_is_measured(saved, tmp_path):
    out = str(tmp_path / "a.json")
    assert main(["profile", saved, "--input", "x=8,3", "--steps", "2", "-o", out]) == 0
    data = json.loads((tmp_path / "a.json").read_text(encoding="utf-8"))
    nodes = {node["op"]: node for node in data["nodes"] if node["measured"]}
    assert nodes["MatMul"]["cost"]["flops"] == 2 * 8 * 3 * 2
    # On a busy machine TensorFlow 2.10 was seen to report nothing of the loop in one of the two steps.
    assert 0 < nodes["Sin"]["measured"]["calls"] <= 5
    assert data["measurement"]["attributed"] >= 0.99


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--signature", "other"], "--signature: run"),
        (["--input", "x=8,4"], "takes the shape"),
        (["--step", "train"], "--step applies only to live models"),
    ],
)
def test_what_a_saved_model_does_not_have_is_refused(saved, options, message, capsys):
    assert main(["profile", saved, *options]) == 1
    assert message in capsys.readouterr().err
