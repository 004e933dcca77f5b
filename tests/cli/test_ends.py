"""`opscope summary` of a file without signatures lists what goes in and what comes out, as the ovals of its picture do."""

from __future__ import annotations

import json

import pytest

from opscope.cli import main

FROZEN = """
node { name: "image" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } }
       attr { key: "shape" value { shape { dim { size: 1 } dim { size: 4 } } } } }
node { name: "net/relu" op: "Relu" input: "image" attr { key: "T" value { type: DT_FLOAT } } }
node { name: "net/top" op: "ArgMax" input: "net/relu" input: "axis" attr { key: "output_type" value { type: DT_INT64 } } }
node { name: "axis" op: "Const" attr { key: "dtype" value { type: DT_INT32 } }
       attr { key: "value" value { tensor { dtype: DT_INT32 tensor_shape { } int_val: 1 } } } }
node { name: "detection_boxes" op: "Identity" input: "net/relu" attr { key: "T" value { type: DT_FLOAT } } }
node { name: "detection_classes" op: "Identity" input: "net/top" attr { key: "T" value { type: DT_INT64 } } }
library { function {
  signature { name: "f" input_arg { name: "p" type: DT_FLOAT } output_arg { name: "q" type: DT_FLOAT } } ret { key: "q" value: "p" }
} }
"""
ENDS = "image float32 (1, 4) -> detection_boxes float32 (1, 4), detection_classes int64 (1,)"


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "frozen.pbtxt"
    path.write_text(FROZEN)
    return path


def said(capsys, *arguments):
    assert main(["summary", *map(str, arguments)]) == 0
    return capsys.readouterr().out


def test_a_graph_def_lists_its_inputs_and_outputs(file, capsys):
    assert f"inputs and outputs: {ENDS}\n" in said(capsys, file)


def test_a_function_lists_its_own(file, capsys):
    assert "inputs and outputs: p float32 (unknown) -> q float32 (unknown)" in said(capsys, file, "--function", "f")


def test_the_summary_as_json_has_them_with_their_tensors(file, capsys):
    facts = json.loads(said(capsys, file, "--json"))
    assert facts["inputs"] == {"image": {"dtype": "float32", "shape": [1, 4], "tensor": "image:0"}}
    assert list(facts["outputs"]) == ["detection_boxes", "detection_classes"]
