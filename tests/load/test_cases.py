"""The cases of ``../shared/cases/files`` through the command, where they are. Each is also a test with an input of the suite's own."""

from __future__ import annotations

import pytest

import opscope
from opscope.cli import main

SAID = {
    "frozen_outputs.pb": "image float32 (1, 4) -> detection_boxes",
    "untrainable_only.meta": "12 parameters in 1 variable",
    "opencv_text_graph.pbtxt": "inputs not in this file (op type _Missing), 1: conv/weights",
    "missing_function.pbtxt": "functions not in this file, with their calls: cluster_function_1 x1",
    "version_layout": "version 1 shown, the only one in the folder",
}
REFUSED = {
    "keras_metadata_small.pb": "the names of Keras's layers",
    "onnx_tensor.pb": "an ONNX model or tensor",
    "coreml.mlmodel": "a Core ML model",
    "git_lfs_pointer.pb": "run git lfs pull",
    "html_page.pb": "a web page",
    "blank.pbtxt": "is empty",
}


@pytest.fixture
def cases(shared):
    return shared / "cases" / "files"


@pytest.mark.parametrize("name", SAID)
def test_a_case_is_shown_with_what_must_be_said_of_it(cases, name, capsys, tmp_path):
    assert main(["summary", str(cases / name)]) == 0
    assert SAID[name] in capsys.readouterr().out
    assert main(["render", str(cases / name), "-o", str(tmp_path / "case.svg")]) == 0


@pytest.mark.parametrize("name", REFUSED)
def test_a_case_is_refused_for_what_it_is(cases, name, capsys):
    assert main(["summary", str(cases / name)]) == 1
    out, line = capsys.readouterr()
    assert REFUSED[name] in line and line.count("\n") == 1 and not out


def test_no_case_shows_nothing(cases):
    for path in cases.iterdir():
        if path.name not in REFUSED:
            assert len(opscope.load(path)) > 0
