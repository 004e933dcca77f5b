"""The line on which a layer was made, in models that opscope itself imports: named where nothing else has a line of the user's."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest

import opscope

NUMBERS = count(1)
HEAD = "import tensorflow as tf\nkeras = tf.keras\nlayers = keras.layers\n"
SEQUENTIAL = """
model = keras.Sequential([
    keras.Input((6,)),
    layers.Dense(8),  # bias-before-batch-norm
    layers.BatchNormalization(),
    layers.Dense(1, activation="softmax"),  # softmax-over-one
])
model.compile("sgd", "mse")
"""
FUNCTIONAL = """
def block(x):
    made = layers.Dense(8)  # bias-before-batch-norm
    return layers.BatchNormalization()(made(x))


given = keras.Input((6,))
last = layers.Dense(1, activation="softmax")  # softmax-over-one
model = keras.Model(given, last(block(given)))
model.compile("sgd", "mse")
"""
LOGITS = """
features = [layers.Dense(4, activation="relu")]
features.append(layers.Dense(1))  # logits-in-probability-loss
model = keras.Sequential([keras.Input((6,)), *features])
model.compile("sgd", "binary_crossentropy")
"""
FORGOTTEN = """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.used = layers.Dense(1)
        self.forgotten = layers.Dense(2)  # unused-variable
        self.forgotten.build((None, 6))

    def call(self, x):
        return self.used(x)


model = Net()
model.compile("sgd", "mse")
model(tf.zeros((2, 6)))
"""
OWN_LAYER = """
class Head(layers.Dense):
    def __init__(self, units):
        super().__init__(units, activation="softmax")


def head():
    return Head(1)  # softmax-over-one


model = keras.Sequential([keras.Input((6,)), head()])
model.compile("sgd", "mse")
"""
CALLED = """
last = layers.Dense(1)


@tf.function
def model(x, y):
    scores = last(x)
    return tf.reduce_sum(tf.nn.softmax(scores) * y)  # softmax-over-one
"""
OWN_CLASS = """
class Net(keras.Model):
    def __init__(self):
        super().__init__()
        self.last = layers.Dense(1, activation="softmax")

    def call(self, x):
        return self.last(x)  # softmax-over-one


model = Net()
model.compile("sgd", "mse")
model(tf.zeros((2, 6)))
"""


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Checks ``model`` of a program as ``file.py:model``: (rule, line) of each finding, and those that its comments name."""
    pytest.importorskip("tensorflow")
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)

    def checked(program, step="train"):
        path = tmp_path / f"made_{os.getpid()}_{next(NUMBERS)}.py"
        path.write_text(HEAD + program, encoding="utf-8")
        found = opscope.check(f"{path.name}:model", (8, 6), (8, 1), step=step)
        assert {each.source.file for each in found if each.source is not None} <= {path.name}
        lines = enumerate((HEAD + program).splitlines(), 1)
        named = {(text.partition("  # ")[2], line) for line, text in lines if "  # " in text}
        return {(each.rule, each.source and each.source.line) for each in found}, named, found

    return checked


@pytest.mark.parametrize("program", [SEQUENTIAL, FUNCTIONAL, LOGITS, FORGOTTEN])
def test_the_line_that_makes_the_layer_is_named_where_only_keras_calls_it(run, program):
    found, named, _ = run(program)
    assert found == named


def test_a_layer_of_a_class_of_the_users_is_at_its_class_or_where_it_is_made(run):
    found, named, _ = run(OWN_LAYER)
    line = (HEAD + OWN_LAYER).splitlines().index("class Head(layers.Dense):") + 1
    assert found in (named, {("softmax-over-one", line)})


@pytest.mark.parametrize(("program", "step"), [(CALLED, None), (OWN_CLASS, "train")])
def test_a_line_that_calls_the_layer_comes_before_the_one_that_makes_it(run, program, step):
    found, named, _ = run(program, step)
    assert found == named


def test_a_comment_on_the_line_that_makes_a_layer_silences_it(run):
    program = LOGITS.replace("# logits-in-probability-loss", "# opscope: ignore[logits-in-probability-loss]")
    _, _, found = run(program)
    assert (list(found), found.suppressed) == ([], 1)


def test_of_a_model_that_was_there_before_nothing_is_known():
    tf = pytest.importorskip("tensorflow")
    model = tf.keras.Sequential([tf.keras.Input((6,)), tf.keras.layers.Dense(1, activation="softmax")])
    (found,) = opscope.check(model, (8, 6), select="softmax-over-one")
    assert found.source is None
    assert found.group is not None


def test_nothing_is_left_behind_whether_the_import_succeeds_or_not(tmp_path, monkeypatch):
    tf = pytest.importorskip("tensorflow")
    monkeypatch.setattr(sys, "path", list(sys.path))
    constructors = {cls: cls.__dict__.get("__init__") for cls in tf.keras.layers.Dense.__mro__}
    finders = list(sys.meta_path)
    for number, end in enumerate(("", "raise ValueError", "raise SystemExit")):
        path = tmp_path / f"left_{os.getpid()}_{number}.py"
        path.write_text(f"{HEAD}model = layers.Dense(1)\n{end}\n", encoding="utf-8")
        if end:
            with pytest.raises(opscope.LoadError):
                opscope.check(f"{path}:model", (8, 6))
        else:
            assert not opscope.check(f"{path}:model", (8, 6))
        assert {cls: cls.__dict__.get("__init__") for cls in tf.keras.layers.Dense.__mro__} == constructors
        assert sys.meta_path == finders


def test_the_command_sees_it_too_and_imports_no_tensorflow_before_the_program_does(tmp_path, monkeypatch):
    pytest.importorskip("tensorflow")
    monkeypatch.setenv("PYTHONPATH", str(Path(opscope.__file__).resolve().parent.parent))
    program = (
        f"import sys\nearly = 'tensorflow' in sys.modules or 'keras' in sys.modules\n{HEAD}{LOGITS}assert not early\n"
    )
    (tmp_path / "train.py").write_text(program, encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "opscope",
        "check",
        "train.py:model",
        "--step",
        "train",
        "--input",
        "8,6",
        "--input",
        "8,1",
    ]
    done = subprocess.run(command, cwd=str(tmp_path), capture_output=True, text=True, check=False)
    line = next(
        number for number, text in enumerate(program.splitlines(), 1) if text.endswith("# logits-in-probability-loss")
    )
    assert done.returncode == 1, done.stderr
    assert done.stdout.startswith(f"train.py:{line}: warning logits-in-probability-loss: ")
    assert done.stdout.count("\n") == 1
