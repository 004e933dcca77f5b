"""The models of the legibility trial build, are what docs/legibility.md says of them, and the page asks about each of them."""

from __future__ import annotations

import re
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from opscope.graph.types import Measured

TOOLS = Path(__file__).resolve().parents[1] / "tools"


@pytest.fixture
def trial(monkeypatch):
    tf = pytest.importorskip("tensorflow")
    if not getattr(tf.keras, "__version__", "2").startswith("3"):
        pytest.skip("the trial is done with Keras 3")
    monkeypatch.setattr(sys, "path", [str(TOOLS), *sys.path])
    import legibility_models

    return legibility_models


def traced(trial, name, **settings):
    case = replace(trial.CASES[name], measured=False)
    return case.graph(case.make(**settings))


def classes(graph):
    """How many layers there are of each class; each once, however often it is called (Keras probes an RNN's cell)."""
    return Counter(word for word, _ in {(layer.class_name, layer.object_path) for layer in graph.layers()})


@pytest.mark.parametrize(
    ("name", "custom"),
    [
        ("unet", {"AttentionGate": 4}),
        ("tagger", {"GatedCell": 1}),
        ("while_loop_rnn", {"LeakyCell": 1}),
        ("gan_step", {"Generator": 1, "Discriminator": 1, "PixelNorm": 2, "MinibatchStdDev": 1}),
        ("gradient_accumulation", {"PatchEmbed": 1, "GatedBlock": 4}),
    ],
)
def test_hand_written_models_build_and_have_their_custom_layers(trial, name, custom):
    found = classes(traced(trial, name))
    assert {word: found[word] for word in custom} == custom


def test_in_the_wrong_gpt_only_the_order_differs(trial):
    assert [len(trial.CASES[name].make().target.blocks) for name in ("gpt", "gpt-wrong")] == [8, 8]
    right, wrong = (traced(trial, name, blocks=1) for name in ("gpt", "gpt-wrong"))
    assert set(classes(right)) >= {"LearnedPositions", "Block", "CausalSelfAttention", "GatedMLP"}
    assert right.name == wrong.name
    assert Counter(op.type for op in right.ops()) == Counter(op.type for op in wrong.ops())
    first = {"attention": right, "mlp": wrong}
    for layer, graph in first.items():
        parts = [(op.group or "").split("/")[1:3] for op in graph.ops()]
        assert next(part for block, part in filter(lambda part: len(part) == 2, parts) if part in first) == layer


def test_in_the_wrong_unet_only_a_width_differs(trial):
    right, wrong = (traced(trial, name) for name in ("unet", "unet-wrong"))
    assert right.name == wrong.name
    assert classes(right) == classes(wrong)
    kernels = [[op.outputs[0].shape[-1] for op in graph.ops(type="Conv2D")] for graph in (right, wrong)]
    assert {pair for pair in zip(*kernels) if pair[0] != pair[1]} == {
        (64, 48),
        (32, 24),
    }  # its gates have half the width


def test_what_is_absent_is_left_out_with_its_reason(trial, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("legibility.files.SHARED", tmp_path)
    monkeypatch.setattr(sys, "argv", ["legibility_models.py", str(tmp_path / "out"), "saved_model"])
    trial.main()
    assert capsys.readouterr().out.startswith("saved_model is left out: ")
    assert not list((tmp_path / "out").iterdir())


def test_the_page_asks_six_to_eight_questions_of_each_model(trial):
    import legibility_sheets

    sheets = legibility_sheets.sheets()
    assert set(sheets) == set(trial.CASES)
    assert {len(sheet.questions) for sheet in sheets.values()} <= {6, 7, 8}
    assert len({sheet.number for sheet in sheets.values()}) == len(sheets)


def test_a_wrong_model_is_asked_the_same_as_the_right_one(trial):
    import legibility_sheets

    sheets = legibility_sheets.sheets()
    wrong = [name for name in sheets if name.endswith("-wrong")]
    assert len(wrong) == 3
    for name in wrong:
        assert sheets[name].questions == sheets[name.replace("-wrong", "")].questions


def test_a_sheet_is_the_fitted_picture_and_the_questions_without_answers(trial, monkeypatch, tmp_path):
    import legibility_sheets
    from PIL import Image

    graph = traced(trial, "while_loop_rnn")
    graph.save(tmp_path / "while_loop_rnn.json")
    monkeypatch.setattr(sys, "argv", ["legibility_sheets.py", str(tmp_path), "while_loop_rnn"])
    legibility_sheets.main()
    number = legibility_sheets.sheets()["while_loop_rnn"].number
    with Image.open(tmp_path / "sheets" / f"{number}.png") as picture:
        assert picture.width <= 1280
        assert picture.height <= 720
    asked = (tmp_path / "sheets" / f"{number}.txt").read_text(encoding="utf-8")
    assert "2. What loops, and how often?" in asked
    assert "30 times" not in asked


def test_the_sides_of_the_unet_whose_time_is_summed_are_those_of_the_model(trial):
    from legibility import times

    trial.tf.keras.backend.clear_session()  # the patterns go by Keras' numbers
    layers = trial.CASES["unet"].make().target.layers
    kinds = [type(layer).__name__ for layer in layers]
    down_ends = len(kinds) - kinds[::-1].index("MaxPooling2D")
    up_begins = kinds.index("Conv2DTranspose")
    for side, there in (("the way down", layers[1:down_ends]), ("the way up", layers[up_begins:-1])):
        pattern = times.PARTS["unet"][side]
        found = [layer.name for layer in layers if re.search(pattern, f"attention_unet/{layer.name} Op")]
        assert found == [layer.name for layer in there]


def test_a_share_of_time_is_that_of_the_measured_step(trial):
    from legibility import times

    told = (("a/x", 30.0), ("a/y", 10.0), ("b", 100.0), ("c", None))
    ops = [SimpleNamespace(group=f"net/{name}", type="Op", measured=Measured(time)) for name, time in told]
    graph = SimpleNamespace(ops=lambda: ops, measurement={"profiled_step_time_us": 200.0})
    assert times.shares(graph, {"a": "/a", "all": "^net"}) == {"a": 20.0, "all": 70.0}
