"""What goes wrong with a file is said in the reader's language: options as the command has them, or as Python has them."""

from __future__ import annotations

import re

import pytest

import opscope
from opscope.cli import main
from opscope.errors import OpscopeError

PYTHON = re.compile(r"\b(?:signature|function|all|tags|input|step)=|opscope\.(?:trace|load|profile)\b|=True")
COMMAND = re.compile(r"--[a-z]|file\.py:model")

RELU = 'node { name: "a" op: "Relu" }'
OUT = 'outputs { key: "y" value { name: "a:0" dtype: DT_FLOAT } }'
FUNCTION = 'function { signature { name: "__inference_%s_1" } }'
SIGNATURES = "".join(f'signature_def {{ key: "{name}" value {{ {OUT} }} }} ' for name in ("one", "two"))


def saved(*graphs):
    return "saved_model_schema_version: 1 " + " ".join(f"meta_graphs {{ {graph} }}" for graph in graphs)


def tagged(*tags):
    return "meta_info_def { " + " ".join(f'tags: "{tag}"' for tag in tags) + f" }} graph_def {{ {RELU} }}"


OBJECTS = (
    'meta_info_def { tags: "serve" } graph_def { library { '
    + FUNCTION % "f"
    + FUNCTION % "g"
    + "} } object_graph_def { "
    'nodes { user_object { identifier: "x" } } concrete_functions { key: "__inference_f_1" value { } } '
    'concrete_functions { key: "__inference_g_1" value { } } }'
)
KEYED = 'signature_def { key: "init" value { method_name: "x" } }'

WRONG = {  # the file, the wish, what the command must say of it
    "several signatures": (f"graph_def {{ {RELU} }} {SIGNATURES}", {}, "choose one with --signature: 'one', 'two'"),
    "no such signature": (f"graph_def {{ {RELU} }} {SIGNATURES}", {"signature": "x"}, "choose one of 'one', 'two'"),
    "a signature without outputs": (f"graph_def {{ {RELU} }} {KEYED}", {"signature": "init"}, "show the whole graph with --all"),
    "a signature of a GraphDef": (RELU, {"signature": "x"}, "--signature does not apply to a GraphDef; leave it out"),
    "tags of a GraphDef": (RELU, {"tags": "x"}, "--tags does not apply to a GraphDef; leave it out"),
    "all and a function": (RELU, {"function": "f", "all": True}, "give only one of --function and --all"),
    "no such function": (RELU, {"function": "f"}, "no function is called 'f'; choose one of none"),
    "functions only": ("library { " + FUNCTION % "f" + "}", {}, "choose one with --function: '__inference_f_1'"),
    "several functions": (saved(OBJECTS), {}, "choose a function with --function: '__inference_f_1', '__inference_g_1'"),
    "no such tags": (saved(tagged("serve"), tagged("gpu", "serve")), {"tags": "tpu,serve"}, "no graph is tagged serve,tpu; choose with --tags one of: serve, gpu,serve"),
}  # fmt: skip


@pytest.mark.parametrize("what", WRONG)
def test_the_command_and_python_each_name_options_in_their_own_way(tmp_path, capsys, what):
    text, wish, said = WRONG[what]
    path = tmp_path / "model.pbtxt"
    path.write_text(text)
    options = [word for key, value in wish.items() for word in (f"--{key}", *([value] if value is not True else []))]
    assert main(["summary", str(path), *options]) == 1
    line = capsys.readouterr().err.replace(str(path), "FILE")
    assert said in line and not PYTHON.search(line), line
    if "tags" in wish:
        wish = {"tags": wish["tags"].split(",")}
    with pytest.raises(OpscopeError) as caught:
        opscope.load(path, **wish)
    assert not COMMAND.search(str(caught.value)), caught.value


def test_what_python_would_trace_the_command_takes_as_a_file_of_python(tmp_path, capsys):
    (tmp_path / "m.gguf").write_bytes(b"GGUF\x03" + bytes(16))
    assert main(["summary", str(tmp_path / "m.gguf")]) == 1
    line = capsys.readouterr().err
    assert "to the command as file.py:model" in line and not PYTHON.search(line)
    with pytest.raises(OpscopeError, match=r"to opscope\.trace"):
        opscope.load(tmp_path / "m.gguf")
