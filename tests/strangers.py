"""Model files that name a file of whoever reads them, and what a saved page really holds."""

from __future__ import annotations

import base64
import json
import re
import zlib
from html import unescape

from google.protobuf import text_format

from opscope.program.proto import message_class

SECRET = "hunter2"
CODE = f"""import os


def key():
    return os.environ.get("KEY", "{SECRET}")
"""
"""What a stranger would like to read; the place that his files name is in `key`, line 5."""
FORMATS = ("binary, before 2.14", "binary, since 2.14", "text, before 2.14", "text, since 2.14", "json")


def stranger(folder, kind, file):
    """A model file of one of `FORMATS` whose op ``a`` says that it comes from line 5 of `file`; the path to load."""
    folder.mkdir(exist_ok=True)
    if kind == "json":
        path = folder / "graph.json"
        path.write_text(json.dumps(json_graph(file)), encoding="utf-8")
        return path
    model = message_class("SavedModel")()
    text_format.Parse(_MODEL, model)
    if kind.startswith("text"):
        (folder / "saved_model.pbtxt").write_text(text_format.MessageToString(model), encoding="utf-8")
    else:
        (folder / "saved_model.pb").write_bytes(model.SerializeToString())
    (folder / "debug").mkdir(exist_ok=True)
    info = debug_info(message_class("GraphDebugInfo")(), file, ["a@"], old="before" in kind)
    (folder / "debug" / "saved_model_debug_info.pb").write_bytes(info.SerializeToString())
    return folder


def debug_info(info, file, names, *, old=False):
    """A GraphDebugInfo message filled with one place, line 5 of `file` in `key`, for these ``node@function``."""
    info.files.append(file)
    if old:
        for name in names:
            info.traces[name].file_line_cols.add(file_index=0, line=5, func="key")
        return info
    frame = info.frames_by_id[7]
    frame.file_index, frame.line, frame.func = 0, 5, "key"
    info.traces_by_id[9].frame_id.append(7)
    for name in names:
        info.name_to_trace_id[name] = 9
    return info


def page_text(page):
    """All that the data in a page holds, decompressed; of a notebook's frame too."""
    if not page.startswith("<!DOCTYPE html>"):
        page = unescape(page.partition('srcdoc="')[2].partition('"')[0])
    packed = re.search(r'<script type="text/plain" id="data">([^<]*)</script>', page)[1]
    return zlib.decompress(base64.b64decode(packed)).decode("utf-8", "replace")


_MODEL = """
saved_model_schema_version: 1
meta_graphs {
  meta_info_def { tags: "serve" tensorflow_version: "2.21.0" }
  graph_def {
    node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } }
    node { name: "a" op: "Relu" input: "x" attr { key: "T" value { type: DT_FLOAT } } }
  }
  signature_def {
    key: "serving_default"
    value {
      inputs { key: "in" value { name: "x:0" dtype: DT_FLOAT } }
      outputs { key: "out" value { name: "a:0" dtype: DT_FLOAT } }
    }
  }
}
"""


def json_graph(file):
    source = {"file": file, "line": 5, "function": "key"}
    plain = {"group": None, "attrs": {}, "device": "", "dead": False, "cost": None, "measured": None}
    types = [{"dtype": "float32", "shape": [2]}]
    x = {"name": "x", "op": "Placeholder", "inputs": [], "outputs": types, "source": None, **plain}
    edge = {"node": "x", "output": 0, "control": False}
    a = {"name": "a", "op": "Relu", "inputs": [edge], "outputs": types, "source": source, **plain}
    head = {"format": "opscope", "version": 1, "name": "net", "producer": {}}
    return {**head, "nodes": [x, a], "groups": [], "variables": [], "measurement": None}
