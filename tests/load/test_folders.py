"""What is read where a folder was given, and what is said of a folder without a model."""

from __future__ import annotations

import pytest

import opscope
from opscope.cli import main
from opscope.errors import LoadError
from opscope.graph.content import content_of


@pytest.fixture
def saved_model(build):
    """Writes a SavedModel of one op of the given type."""

    def write(folder, op):
        folder.mkdir(parents=True)
        nodes = build.graph([build.node("x", "Placeholder", dtype=build.dtype(1)), build.node("y", op, "x")])
        meta = build.meta(nodes, {"serving_default": build.signature({"x": "x:0"}, {"y": "y:0"})})
        (folder / "saved_model.pb").write_bytes(build.saved_model(meta))

    return write


def test_the_highest_of_tensorflow_servings_versions_is_read_and_named(tmp_path, saved_model, capsys):
    for version, op in (("9", "Relu"), ("10", "Tanh"), ("009x", "Abs")):
        saved_model(tmp_path / "translator" / version, op)
    (tmp_path / "translator" / "11").mkdir()  # being copied: it has no model yet
    graph = opscope.load(tmp_path / "translator")
    assert content_of(graph).table.ops == ["Placeholder", "Tanh"] and graph.name == "translator"
    assert (graph.facts["version"], graph.facts["versions"]) == (10, 2)
    assert main(["summary", str(tmp_path / "translator")]) == 0
    assert "version 10 shown, the highest of 2 in the folder" in capsys.readouterr().out


def test_the_only_version_is_named_and_a_folder_of_its_own_has_none(tmp_path, saved_model, capsys):
    saved_model(tmp_path / "layout" / "1", "Relu")
    assert main(["summary", str(tmp_path / "layout")]) == 0
    assert "version 1 shown, the only one in the folder" in capsys.readouterr().out
    assert "version" not in opscope.load(tmp_path / "layout" / "1").facts


def test_a_folder_without_a_model_says_what_else_there_is(tmp_path, saved_model):
    def said(folder):
        with pytest.raises(LoadError) as caught:
            opscope.load(folder)
        return str(caught.value)

    assert "give a SavedModel's own folder or a file" in said(tmp_path)
    variables = tmp_path / "variables"
    variables.mkdir()
    (variables / "variables.index").write_bytes(b"x")
    assert "a damaged index of a checkpoint" in said(variables)  # a folder with a checkpoint is read as one
    (variables / "variables.index").unlink()
    (variables / "model.ckpt-7.meta").write_bytes(b"x")
    assert "(there is model.ckpt-7.meta); give" in said(variables)
    saved_model(tmp_path / "exported" / "saved_model", "Relu")
    (tmp_path / "exported" / "frozen_inference_graph.pb").write_bytes(b"x")
    assert "(there is saved_model, frozen_inference_graph.pb); give" in said(tmp_path / "exported")
