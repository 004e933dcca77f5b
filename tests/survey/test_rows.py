"""What a row says of a model, by other ways to know it, and what it does not say."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import opscope
from opscope.survey.model_rows import Asked, rows_of_model
from opscope.survey.surveying import found_models


def row_of(path, asked=None):
    (model,) = found_models([str(path)])
    ((row, _),) = rows_of_model(model, asked or Asked())
    return json.loads(json.dumps(row))


def test_figures_are_those_of_the_summary(shared):
    for name in ("tf2.3-flask", "tf2.10-dcnn", "tflite/fully_connected.tflite"):
        path = shared / "wild" / name
        row, graph = row_of(path), opscope.load(path).estimate()
        assert (row["ops"], row["parameters"], row["flops"], row["activation_bytes"]) == (
            len(graph), graph.parameters, graph.cost.flops, graph.cost.peak_activation_bytes,
        )  # fmt: skip
        assert row["op_types"] == Counter(op.type for op in graph.ops())
        assert row["size"] == sum(each.stat().st_size for each in ([path] if path.is_file() else path.rglob("*")))


def test_layers_and_signatures_are_those_of_the_file(shared):
    row = row_of(shared / "wild" / "tf2.10-dcnn")
    metadata = (shared / "wild" / "tf2.10-dcnn" / "keras_metadata.pb").read_bytes()
    for cls in ("Conv1D", "Embedding", "GlobalMaxPooling1D"):
        assert b'"class_name": "%s"' % cls.encode() in metadata
        assert cls in row["layers"]
    assert row["signatures"] == {
        "serving_default": {
            "inputs": {"input_1": {"dtype": "int32", "shape": [None, 710]}},
            "outputs": {"output_1": {"dtype": "float32", "shape": [None, 1]}},
        }
    }
    assert row["tensorflow"] == "2.10.0"


def test_what_is_not_known_is_missing(shared):
    weights = row_of(shared / "wild" / "keras" / "keras1-cnn-weights_only.h5")
    if weights["error"] is None:  # without h5py the error says so
        assert weights["parameters"] == 64
        assert [weights[key] for key in ("flops", "activation_bytes", "tensorflow", "layers")] == [None] * 4
    frozen = row_of(shared / "wild" / "frozen" / "lstm.pb")
    assert frozen["parameters"] is None
    assert frozen["constant_bytes"] > 300_000
    assert frozen["too_new"] is None


def test_of_several_signatures_without_a_first_all_count(shared):
    row = row_of(shared / "wild" / "tf1.5-counter")
    assert (row["shown"], row["error"]) == ("all", None)
    assert set(row["signatures"]) == {"get_counter", "incr_counter", "incr_counter_by", "reset_counter"}
    assert row["ops"] == len(opscope.load(shared / "wild" / "tf1.5-counter", all=True))


def test_findings_are_those_of_check(shared, tmp_path):
    path = tmp_path / "odd.json"
    opscope.load(shared / "wild" / "tf2.3-flask").save(path)
    text = path.read_text().replace('"op": "MatMul"', '"op": "BatchMatMulV3"')
    path.write_text(text)
    asked = Asked(tensorflow="2.4")
    row = row_of(path, asked)
    found = opscope.check(path, tensorflow="2.4")
    assert row["findings"] == Counter(each.rule for each in found)
    assert row["too_new"] == [each.message for each in found if each.rule == "op-too-new"] != []
    assert row["asked"]["for"] == "2.4"


def test_every_key_is_described(shared):
    page = (Path(__file__).resolve().parents[2] / "docs" / "survey.md").read_text(encoding="utf-8")
    table = page.partition("| key | type |")[2].partition("\n\n")[0]
    described = {name for line in table.splitlines()[2:] for name in re.findall(r"`(\w+)`", line.split("|")[1])}
    for path in (shared / "wild" / "tf2.3-flask", shared / "wild" / "README.md"):
        assert set(row_of(path)) == described


def test_what_the_converter_of_a_lite_file_says_that_it_needs(shared, tmp_path):
    """A file whose note is changed from 1.5.0, byte by byte."""
    path = tmp_path / "newer.tflite"
    data = (shared / "wild" / "tflite" / "add4.tflite").read_bytes()
    assert data.count(b"1.5.0") == 1
    path.write_bytes(data.replace(b"1.5.0", b"2.9.0"))
    (said,) = row_of(path, Asked(tensorflow="2.4"))["too_new"]
    assert said == "TensorFlow Lite 2.4 lacks what the operators need, by the file's converter: 2.9.0 or newer"
    assert row_of(path, Asked(tensorflow="2.10"))["too_new"] == []
    assert row_of(shared / "wild" / "tflite" / "add4.tflite", Asked(tensorflow="2.4"))["too_new"] == []
    assert row_of(path)["too_new"] is None
