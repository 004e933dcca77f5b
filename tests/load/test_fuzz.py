"""Mutated files, of every format: an error that names the file, or a graph. `tools/fuzz.py` does the same for longer."""

from __future__ import annotations

import os
import random
import tempfile
from pathlib import Path

import pytest

pytest.importorskip("hypothesis")
from hypothesis import HealthCheck, given
from hypothesis import strategies as st

import opscope
from examples import examples
from json_mutations import mutated_json
from opscope.cost import estimate
from opscope.errors import OpscopeError

WILD = Path(__file__).resolve().parents[3] / "shared" / "wild"
SLOW = examples(150, suppress_health_check=list(HealthCheck))

EDITS = st.lists(
    st.tuples(
        st.sampled_from(["set", "flip", "cut", "copy", "huge", "end", "over"]),
        st.integers(0, 1 << 20),
        st.integers(0, 1 << 20),
        st.sampled_from([1, 2, 5, 40, 400]),
    ),
    min_size=1,
    max_size=6,
)


def mutated(data, edits):
    data = bytearray(data)
    for kind, one, other, size in edits:
        at, there = one % len(data), other % len(data)
        if kind == "set":
            data[at] = other % 256
        elif kind == "flip":
            data[at] ^= 1 << other % 8
        elif kind == "cut":
            del data[at : at + size]
        elif kind == "copy":
            data[at:at] = data[there : there + size]
        elif kind == "huge":
            data[at : at + 1] = b"\xff\xff\xff\xff\x07"
        elif kind == "end":
            del data[at:]
        else:
            data[at : at + size] = data[there : there + size]
        data = data or bytearray(b"\n")
    return bytes(data)


def look_at(data, **options):
    """Load the bytes and look at everything; only an error of ours, in one line that names the file, may come out."""
    handle, path = tempfile.mkstemp()
    try:
        os.write(handle, data)
        os.close(handle)
        graph = opscope.load(path, **options)
        if len(graph) < 2000:
            graph.to_json()
    except OpscopeError as error:
        assert path in str(error)
        assert "\n" not in str(error)
    finally:
        Path(path).unlink()


@pytest.fixture(scope="module")
def seeds(build):
    inner = build.function(
        "g", ["x"], ["y"], [build.node("r", "Relu", "x", T=build.dtype(1))], {"y": "r:activations:0"}
    )
    types = build.encode((1, build.encode((6, 1))))
    call = build.node("again", "StatefulPartitionedCall", "x", f=build.func("g"), Tout=types)
    outer = build.function("f", ["x"], ["y"], [call], {"y": "again:output:0"})
    nodes = [
        build.node("x", "Placeholder", dtype=build.dtype(1)),
        build.node("v", "VarHandleOp", dtype=build.dtype(1)),
        build.node("net/call", "StatefulPartitionedCall", "x", f=build.func("f"), Tout=types),
        build.node("net/s", "Split", "x", "net/call", T=build.dtype(1), num_split=build.encode((3, 2))),
        build.node("y", "AddV2", "net/s:1", "x:0", "^v", T=build.dtype(1)),
    ]
    graph = build.graph(nodes, [inner, outer])
    meta = build.meta(graph, {"serving_default": build.signature({"in": "x:0"}, {"out": "y:0"})})
    text = b'node { name: "x" op: "Placeholder" attr { key: "dtype" value { type: DT_FLOAT } } }\nversions { producer: 9 }\n'
    found = {"graph": graph, "meta": meta, "saved_model": build.saved_model(meta), "text": text}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "graph.pb"
        path.write_bytes(graph)
        found["json"] = opscope.load(path).to_json().encode()
    return found


@pytest.mark.parametrize("name", ["graph", "meta", "saved_model", "text", "json"])
def test_a_mutated_small_file_gives_a_clear_error_or_a_graph(seeds, name):
    @SLOW
    @given(EDITS)
    def run(edits):
        look_at(mutated(seeds[name], edits))

    look_at(seeds[name])
    run()


@pytest.mark.parametrize(
    "name", ["tf1.5-counter", "tf2.0-multiple_signatures", "tf1.1-half_plus_two", "tf2.2-mixed_precision"]
)
def test_a_mutated_real_file_gives_a_clear_error_or_a_graph(name):
    if not WILD.is_dir():
        pytest.skip("no shared files beside the checkout")
    data = (WILD / name / "saved_model.pb").read_bytes()

    @SLOW
    @given(EDITS, st.booleans())
    def run(edits, everything):
        look_at(mutated(data, edits), all=everything)

    run()


@SLOW
@given(st.binary(max_size=200))
def test_any_bytes_give_a_clear_error_or_a_graph(data):
    look_at(data)


@SLOW
@given(st.text(max_size=100))
def test_any_text_gives_a_clear_error_or_a_graph(text):
    look_at(("node { " + text).encode("utf-8", "surrogatepass"))


FORMATS = ("svg", "dot", "html", "txt", "json")


def draw_in_every_format(path, folder):
    """Load a file and, when it is accepted, write all text formats, estimated too; only an error of ours may come out."""
    try:
        graph = opscope.load(path)
    except OpscopeError as error:
        assert str(error).startswith(f"{path}: ")
        assert str(error).isprintable() and len(str(error)) < 500
        return False
    for suffix in FORMATS:
        graph.save(folder / f"graph.{suffix}")
    estimate(graph, batch=2).summary()
    again = opscope.load(folder / "graph.json")
    assert again.to_json() == graph.to_json()
    return True


@pytest.mark.alike
@pytest.mark.parametrize("first", range(0, 240, 40))
def test_json_changed_by_its_structure_is_refused_or_drawn_in_every_format(tmp_path, first):
    accepted = 0
    for seed in range(first, first + 40):
        path = tmp_path / "mutated.json"
        path.write_text(mutated_json(random.Random(seed)), encoding="utf-8", errors="surrogatepass")
        accepted += draw_in_every_format(path, tmp_path)
    assert 8 <= accepted <= 32  # both kinds are there
