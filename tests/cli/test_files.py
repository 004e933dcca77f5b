"""What of a model file to show, from the command line."""

from __future__ import annotations

import json

import pytest

from opscope.cli import main

TEXT = """
meta_info_def { tags: "serve" tensorflow_version: "2.21.0" }
graph_def {
  node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } }
  node { name: "a" op: "Relu" input: "x" attr { key: "T" value { type: DT_FLOAT } } }
  node { name: "b" op: "Tanh" input: "x" attr { key: "T" value { type: DT_FLOAT } } }
  library { function {
    signature { name: "__inference_f_1" input_arg { name: "p" type: DT_FLOAT } output_arg { name: "q" type: DT_FLOAT } }
    ret { key: "q" value: "p" }
  } }
}
signature_def { key: "one" value { outputs { key: "y" value { name: "a:0" dtype: DT_FLOAT } } } }
signature_def { key: "two" value { outputs { key: "y" value { name: "b:0" dtype: DT_FLOAT } } } }
"""


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "model.pbtxt"
    path.write_text(TEXT)
    return str(path)


def op_types(capsys, *arguments):
    assert main(["summary", "--json", *arguments]) == 0
    return json.loads(capsys.readouterr().out)["op_types"]


def test_a_signature_a_function_or_all_can_be_chosen(capsys, file):
    assert op_types(capsys, file, "--signature", "one") == {"Placeholder": 1, "Relu": 1}
    assert op_types(capsys, file, "--function", "f") == {"_Arg": 1, "_Retval": 1}
    assert op_types(capsys, file, "--all") == {"Placeholder": 1, "Relu": 1, "Tanh": 1}


def test_without_a_choice_the_signatures_are_listed(capsys, file):
    assert main(["summary", file]) == 1
    assert "'one', 'two'" in capsys.readouterr().err


def test_choosing_is_refused_for_live_objects(capsys):
    assert main(["summary", "json:loads", "--signature", "one"]) == 1
    assert "--signature applies only to model files" in capsys.readouterr().err


def test_the_summary_has_the_signatures(capsys, file):
    assert main(["summary", file, "--signature", "two"]) == 0
    assert "signature two (shown): nothing -> y float32 ()" in capsys.readouterr().out


def drawn(capsys, file, tmp_path, *arguments):
    out = tmp_path / "part.dot"
    assert main(["render", file, "--all", "-o", str(out), *arguments]) == 0
    capsys.readouterr()
    return {op for op in ("Placeholder", "Relu", "Tanh") if f">{op}<" in out.read_text()}


def test_a_part_of_a_file_is_drawn(capsys, file, tmp_path):
    assert drawn(capsys, file, tmp_path, "--hide", "Relu") == {"Tanh"}
    assert drawn(capsys, file, tmp_path, "--only", "T*", "--only", "a") == {"Relu", "Tanh"}
    assert drawn(capsys, file, tmp_path, "--from", "x", "--to", "b") == {"Tanh"}
    assert drawn(capsys, file, tmp_path, "--to", "a") == {"Relu"}


def test_the_colours_are_chosen_and_wrong_links_are_one_line(capsys, file, tmp_path):
    out = tmp_path / "dark.svg"
    assert main(["render", file, "--all", "-o", str(out), "--theme", "dark", "--links", "https://h/{file}#{line}"]) == 0
    assert "#0d1117" in out.read_text()
    assert main(["render", file, "--all", "-o", str(out), "--links", "https://h/"]) == 1
    assert "is not a template; use one such as" in capsys.readouterr().err
    assert main(["render", file, "--all", "-o", str(out), "--columns", "0"]) == 1
    assert "columns 0 is not known; use a whole number from 1" in capsys.readouterr().err


def test_a_part_that_is_not_there_is_one_line_with_what_is_close(capsys, file, tmp_path):
    assert main(["render", file, "--all", "-o", str(tmp_path / "part.svg"), "--only", "Relo"]) == 1
    assert "'Relo'; did you mean Relu?" in capsys.readouterr().err
