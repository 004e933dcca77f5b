"""No finding is lost between `check` and a picture: each has a sign in it, or a place in the sentence below."""

from __future__ import annotations

import runpy
import xml.etree.ElementTree as ET

import pytest

import opscope
from opscope.check.choosing_rules import all_rules
from opscope.check.shown_findings import with_findings
from opscope.check.targets import CheckTarget, graph_to_check
from opscope.cli import main
from opscope.render.options import Options
from opscope.render.registry import output_for

SIGNS = ("found-error", "found-warning")
SVG = "{http://www.w3.org/2000/svg}"
SERIOUS = {rule.name: rule for rule in all_rules() if rule.severity != "note"}
STEP = """
import tensorflow as tf

layer = tf.keras.layers.Dense(4, activation="softmax")


@tf.function
def step(x, y):
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean(tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y, logits=layer(x)))
    return tape.gradient(loss, layer.trainable_variables)
"""
FAULT = "softmax-before-logits-loss"


def defined(program, folder, name="program"):
    pytest.importorskip("tensorflow")
    path = folder / f"{name}.py"
    path.write_text(program, encoding="utf-8")
    return runpy.run_path(str(path), run_name=name)


def drawn(whole, found, depth):
    """The tooltips of the signs of a picture, and all texts that it shows."""
    svg = output_for(".svg").make(with_findings(whole, found), Options(depth=depth))
    root = ET.fromstring(svg)
    signs = [
        mark
        for mark in root.iter(f"{SVG}g")
        if any(mark.find(f"{SVG}rect[@class='{kind}']") is not None for kind in SIGNS)
    ]
    tips = [mark.findtext(f"{SVG}title") for mark in signs]
    return "\n".join(tips), [mark.text or "" for mark in root.iter(f"{SVG}text")]


def traced_and_checked(program):
    """The graph of a rule's example, and what `check` finds in it."""
    target, options = program["target"], program.get("options", {})
    tracing = {name: options[name] for name in options if name in ("training", "step", "freeze")}
    others = {name: options[name] for name in options if name not in tracing}
    whole = graph_to_check(CheckTarget(target, program["inputs"], {}, tracing, {}))
    return whole, opscope.check(whole, **others)


@pytest.mark.parametrize("name", SERIOUS)
def test_each_fault_of_a_rules_example_has_its_sign_or_its_place_below(name, tmp_path):
    whole, found = traced_and_checked(defined(SERIOUS[name].bad, tmp_path))
    serious = found.at_least("warning")
    assert name in {finding.rule for finding in serious}
    for depth in ("all", "overview", 1):
        tips, texts = drawn(whole, found, depth)
        aside = "".join(text for text in texts if text.startswith("without a sign "))
        for finding in serious:
            line = f"({finding.source.file.rpartition('/')[2]}:{finding.source.line})" if finding.source else ""
            assert f"{finding.severity} {finding.rule}" in tips or (finding.rule in aside and line in aside)
            assert any(text.startswith("check found ") and finding.rule in text for text in texts)


@pytest.fixture
def project(tmp_path, monkeypatch):
    """The working directory, with a step that has a fault; a function that draws it by the command."""
    pytest.importorskip("tensorflow")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "train.py").write_text(STEP, encoding="utf-8")

    def render():
        given = ["--input", "8,3", "--input", "8:int64", "-o", "step.svg", "--check"]
        code = main(["render", "train.py:step", *given])
        return code, (tmp_path / "step.svg").read_text("utf-8")

    return tmp_path, render


def test_the_command_heeds_the_projects_settings_and_the_comments_in_its_code(project, capsys):
    folder, render = project
    assert FAULT in render()[1]
    (folder / "pyproject.toml").write_text(f'[tool.opscope.check]\nignore = "{FAULT}"\nmax-params = 3\n', "utf-8")
    code, svg = render()
    assert code == 0
    assert FAULT not in svg
    assert "too-many-parameters" in svg
    (folder / "pyproject.toml").write_text("[tool.opscope.check]\nselekt = 'speed'\n", "utf-8")
    capsys.readouterr()
    assert render()[0] == 1
    assert "did you mean select?" in capsys.readouterr().err
    (folder / "pyproject.toml").unlink()
    line = next(line for line in STEP.splitlines() if "logits=" in line)
    text = STEP.replace(line, f"{line}  # opscope: ignore[{FAULT}] the test's")
    (folder / "train.py").write_text(text, encoding="utf-8")
    assert FAULT not in render()[1]
