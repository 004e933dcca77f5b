"""What two TensorFlows ran of one function, compared; a person read in the recorded graphs what they did with it."""

from __future__ import annotations

import json

import pytest

import opscope
from opscope.cli import main
from opscope.errors import InputError
from recorded_executed import with_what_ran


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """The function as TensorFlow 2.4, 2.15 and 2.21 ran it, by version."""
    folder = tmp_path_factory.mktemp("ran")
    versions = ("tf24", "tf215", "tf221")
    return {version: str(with_what_ran(version, folder).save(folder / f"{version}.json")) for version in versions}


def test_one_function_runs_otherwise_on_another_tensorflow(files):
    found = opscope.diff(files["tf24"], files["tf221"], executed=True)
    assert not found.same
    told = [entry.words for entry in found]
    # Padding and convolution became one kernel, and the tanh behind a product another.
    assert any("pad" in words and "_MklNativePadWithFusedConv2D" in words for words in told)
    assert any("tanh" in words and "_MklNativeFusedMatMul" in words for words in told)
    assert (found.head_a.name, found.head_b.name) == ("written, as executed", "written, as executed")
    assert found.head_a.ops == len(opscope.load(files["tf24"]).executed.graph)
    back = opscope.diff(files["tf221"], files["tf24"], executed=True)
    assert back.to_dict() == found.reversed().to_dict()


def test_what_was_written_is_not_what_is_compared(files):
    written = opscope.diff(files["tf24"], files["tf221"])
    assert not any("_Mkl" in entry.words for entry in written)
    assert written.head_a.name == "written"


def test_the_command_tells_by_its_exit_code_and_writes_every_format(files, tmp_path, capsys):
    assert main(["diff", files["tf215"], files["tf221"], "--executed"]) == 0
    assert "the same" in capsys.readouterr().out
    paths = [tmp_path / f"ran{suffix}" for suffix in (".txt", ".md", ".html", ".json", ".svg")]
    asked = [word for path in paths for word in ("-o", str(path))]
    assert main(["diff", files["tf24"], files["tf221"], "--executed", *asked]) == 1
    assert "_MklNativeFusedMatMul" in paths[0].read_text(encoding="utf-8")
    record = json.loads(paths[3].read_text(encoding="utf-8"))
    assert record["a"]["name"] == "written, as executed"
    replaced = [entry["words"] for entry in record["story"] if entry["kind"] == "replaced"]
    assert any("_MklNativePadWithFusedConv2D" in words for words in replaced)
    assert "written, as executed" in paths[4].read_text(encoding="utf-8")


def test_a_side_of_which_it_is_not_known_what_ran_is_named(files, tmp_path, capsys):
    ran = str(opscope.load(files["tf24"]).executed.graph.save(tmp_path / "ran.json"))
    assert main(["diff", files["tf24"], ran, "--executed"]) == 2
    error = capsys.readouterr().err
    assert error.startswith("error: b: what TensorFlow ran of 'written' is not known here")
    assert "opscope profile SOURCE --executed -o FILE.json" in error
    with pytest.raises(InputError, match=r"^a: .*executed=True"):
        opscope.diff(ran, files["tf24"], executed=True)
