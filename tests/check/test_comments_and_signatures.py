"""Ignore comments in layers, modules and training steps, and signatures of saved models: what is told of each, and what is not."""

from __future__ import annotations

import runpy
from itertools import count

import pytest

import opscope
from check.rule_cases import shows

tf = pytest.importorskip("tensorflow")

LAYER = """
import tensorflow as tf
class Own(tf.keras.layers.Layer):
    def call(self, x):
        return LINE
target, inputs = Own(), ((2, 3),)
"""
MODULE = """
import tensorflow as tf
class Own(tf.Module):
    def __init__(self):
        super().__init__()
        self.w = tf.Variable(tf.ones((3, 3)))
    @tf.function
    def __call__(self, x):
        x = x @ self.w
        return LINE
target, inputs = Own(), ((2, 3),)
"""
STEP = """
import tensorflow as tf
w = tf.Variable(tf.ones((3, 1)))
@tf.function
def target(x):
    with tf.GradientTape() as tape:
        x = x @ w
        loss = LINE
    w.assign_sub(0.1 * tape.gradient(loss, w))
    return loss
inputs = ((2, 3),)
"""
LOG = "tf.reduce_mean(tf.math.log(tf.nn.softmax(x)))"
BLANKS = count(1)
PROGRAMS = pytest.mark.parametrize("program", [LAYER, MODULE, STEP], ids=["layer", "module", "step"])


def said(program, line, folder, select=None):
    """(rule, whether it is at the line) of each finding about comments, and how many findings were silenced."""
    path = folder / "program.py"
    # AutoGraph takes functions with equal code on equal lines for one, whatever file they are in.
    program = "\n" * next(BLANKS) + program
    path.write_text(program.replace("LINE", line), encoding="utf-8")
    defined = runpy.run_path(str(path))
    found = opscope.check(defined["target"], *defined["inputs"], select=select)
    at = 1 + program[: program.index("LINE")].count("\n")
    told = [(each.rule, each.source.line == at) for each in found if each.rule.endswith("-ignore")]
    return told, found.suppressed


@shows("unknown-ignore", faults=1)
@PROGRAMS
@pytest.mark.parametrize("comment", ["ignore", "ignore[log-of-sofmax]", "ignore[numerics]"])
def test_a_comment_that_names_no_rule_is_told_at_its_line(program, comment, tmp_path):
    assert said(program, f"{LOG}  # opscope: {comment}", tmp_path) == ([("unknown-ignore", True)], 0)


@shows("unused-ignore", faults=1)
@PROGRAMS
def test_a_comment_for_a_rule_that_finds_nothing_there_is_told_at_its_line(program, tmp_path):
    line = "tf.reduce_mean(tf.nn.relu(x))  # opscope: ignore[log-of-softmax]"
    assert said(program, line, tmp_path) == ([("unused-ignore", True)], 0)


@shows("unused-ignore", near_misses=1)
@PROGRAMS
def test_a_comment_that_silences_something_is_not_told(program, tmp_path):
    told, suppressed = said(program, f"{LOG}  # opscope: ignore[log-of-softmax] as the paper has it", tmp_path)
    assert (told, suppressed) == ([], 1)


@shows("unknown-ignore", near_misses=2)
@PROGRAMS
def test_other_comments_and_rules_that_are_not_looked_for_are_not_told(program, tmp_path):
    assert said(program, f"{LOG}  # opscope draws this; ignore[it]", tmp_path)[0] == []
    line = "tf.reduce_mean(tf.nn.relu(x))  # opscope: ignore[log-of-softmax]"
    assert said(program, line, tmp_path, select="results, comments") == ([], 0)


def saved(folder, results, keras=False):
    """A SavedModel whose one signature gives what `results` makes of a tensor."""
    layer = tf.keras.layers.Dense(3) if keras else tf.identity

    @tf.function(input_signature=[tf.TensorSpec((None, 4), name="x")])
    def run(x):
        return results(layer(x))

    module = tf.Module()
    module.run, module.layer = run, layer if keras else None
    tf.saved_model.save(module, str(folder), signatures=run.get_concrete_function())
    return [each.message for each in opscope.check(folder, select="unnamed-signature")]


@shows("unnamed-signature", faults=2)
@pytest.mark.parametrize("keras", [True, False])
def test_results_without_names_are_told(keras, tmp_path):
    several = saved(tmp_path / "a", lambda x: (x + 1.0, x * 2.0, x - 1.0), keras)
    assert several == ["the signature serving_default has outputs without names: output_0, output_1, output_2"]
    listed = saved(tmp_path / "b", lambda x: [x + 1.0, x * 2.0], keras)
    assert listed == ["the signature serving_default has outputs without names: output_0, output_1"]


@shows("unnamed-signature", near_misses=1)
@pytest.mark.parametrize(
    "results", [lambda x: {"mean": x, "deviation": x * 2.0}, lambda x: x + 1.0, lambda x: {"output_0": x}]
)
@pytest.mark.parametrize("keras", [True, False])
def test_results_with_names_and_a_single_one_are_not(results, keras, tmp_path):
    assert saved(tmp_path / "a", results, keras) == []
