"""Checkpoints, written here byte by byte: which variables they hold, in which objects, and what damage does to them."""

from __future__ import annotations

import importlib
import json
import random
import re
import struct
import tracemalloc

import pytest

import opscope
from load.checkpoint_bytes import (
    FLOAT,
    INT64,
    OBJECT_GRAPH,
    block_of,
    crc32c,
    encode,
    entry,
    header,
    key,
    node,
    object_tensor,
    sealed,
    shape_bytes,
    table,
    varint,
    write,
)  # fmt: skip
from load.packing import tarred, zipped
from opscope.cli import main
from opscope.errors import LoadError, OpscopeError

NAMES = {
    "dense/kernel": (4, 5),
    "dense/bias": (5,),
    "dense/kernel/Adam": (4, 5),
    "dense/kernel/Adam_1": (4, 5),
    "beta1_power": (),
}
MODEL = [
    node([("model", 1), ("optimizer", 4), ("save_counter", 5)]),
    node([("layer-0", 2), ("layers", 3), ("head", 9)]),
    node([("kernel", 6), ("bias", 7)]),
    node([("0", 2)]),
    node([("iter", 8), ("learning_rate", 10)], slots=[(6, "m", 11)]),
    node((), [("save_counter", key("save_counter"))]),
    node((), [("dense/kernel", key("model/layer-0/kernel"))]),
    node((), [("dense/bias", key("model/layer-0/bias"))]),
    node((), [("iter", key("optimizer/iter"))]),
    node([("w", 12), ("again", 1)]),
    node((), [("learning_rate", key("optimizer/learning_rate"))]),
    node((), [("m", key("model/layer-0/kernel/.OPTIMIZER_SLOT/optimizer/m"))]),
    node((), [("w", key("model/head/w"))]),
]
"""A model with a numbered layer and one by name, which leads back to the model; its optimizer keeps m of the kernel."""
SAVED = {
    key("save_counter"): (), key("model/layer-0/kernel"): (4, 5), key("model/layer-0/bias"): (5,), key("optimizer/iter"): (),
    key("optimizer/learning_rate"): (), key("model/layer-0/kernel/.OPTIMIZER_SLOT/optimizer/m"): (4, 5), key("model/head/w"): (7,),
}  # fmt: skip


def told(graph):
    """Key of each variable -> (op, object path, group, shape, dtype, trainable)."""
    found = {}
    for op, variable in zip(graph.ops(), graph.variables):
        group = op.layer.name if op.layer is not None else None
        found[op.attrs["checkpoint_key"]] = (op.name, variable.object_path, group, variable.shape, variable.trainable)
    return found


def refused(path):
    with pytest.raises(LoadError) as caught:
        opscope.load(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_checksum_is_that_of_the_standard():
    ours = importlib.import_module("opscope.load.crc32c")
    assert crc32c(b"123456789") == 0xE3069283  # the check value that catalogues of checksums give
    for data in (b"", b"123456789", bytes(32), bytes(range(256)) * 3):
        value = crc32c(data)
        assert ours.masked_crc32c(data) == ((value >> 15 | value << 17) + 0xA282EAD8) & 0xFFFFFFFF


def test_names_tell_layers_and_what_the_optimizer_keeps(tmp_path):
    found = told(opscope.load(write(tmp_path, "model.ckpt-7", NAMES)))
    assert found == {
        "dense/kernel": ("dense/kernel", "dense/kernel", "dense", (4, 5), True),
        "dense/bias": ("dense/bias", "dense/bias", "dense", (5,), True),
        "dense/kernel/Adam": ("dense/kernel/Adam", "dense/kernel/Adam", None, (4, 5), False),
        "dense/kernel/Adam_1": ("dense/kernel/Adam_1", "dense/kernel/Adam_1", None, (4, 5), False),
        "beta1_power": ("beta1_power", "beta1_power", None, (), False),
    }


def test_the_object_graph_tells_layers_by_name_and_state_apart(tmp_path):
    graph = opscope.load(write(tmp_path, "ckpt-1", SAVED, MODEL))
    found = told(graph)
    assert found[key("model/layer-0/kernel")] == ("model/dense/kernel", "model.dense.kernel", "dense", (4, 5), True)
    assert found[key("model/layer-0/bias")][:3] == ("model/dense/bias", "model.dense.bias", "dense")
    assert found[key("model/head/w")][:3] == ("model/head/w", "model.head.w", "head")
    assert not any(found[name][4] for name in found if "model" not in name or "SLOT" in name)
    assert set(found) == set(SAVED)
    layers = {layer.name: (layer.parameters, layer.object_path) for layer in graph.layers()}
    assert layers == {"model": (32, "model"), "dense": (25, "model.dense"), "head": (7, "model.head")}


def test_a_summary_says_that_there_is_no_graph_and_where_it_is(tmp_path, capsys):
    index = write(tmp_path / "a", "model.ckpt-7", NAMES)
    assert main(["summary", str(index)]) == 0
    said = capsys.readouterr().out
    assert "25 parameters in 2 variables" in said and "no graph: a checkpoint holds variables alone" in said
    assert "trace the model" in said
    assert said.index("dense/bias ") < said.index("dense/kernel ") < said.index("dense/kernel/Adam ")
    assert re.search(r"^dense/kernel +float32  \(4, 5\) +80$", said, re.MULTILINE)
    (tmp_path / "a" / "model.ckpt-7.meta").write_bytes(b"x")
    assert main(["summary", str(tmp_path / "a")]) == 0
    assert "give model.ckpt-7.meta" in capsys.readouterr().out
    write(tmp_path / "saved" / "variables", "variables", NAMES)
    (tmp_path / "saved" / "saved_model.pb").write_bytes(b"x")
    assert opscope.load(tmp_path / "saved" / "variables").facts["graphs_beside"] == ["../saved_model.pb"]


def test_a_long_list_is_cut_unless_all_is_asked_for(tmp_path, capsys):
    index = write(tmp_path, "a", {f"w{number}": (number,) for number in range(1, 60)})
    assert main(["summary", str(index)]) == 0
    said = capsys.readouterr().out
    assert "w40 " in said and "w41 " not in said and "19 more variables; --full lists them" in said
    assert main(["summary", str(index), "--full"]) == 0
    assert "w59 " in capsys.readouterr().out


def test_the_picture_and_the_page_show_the_variables(tmp_path):
    index = write(tmp_path, "ckpt-1", SAVED, MODEL)
    for name in ("a.svg", "a.html", "a.json", "a.dot", "a.txt"):
        opscope.load(index).save(tmp_path / name)
    svg = (tmp_path / "a.svg").read_text(encoding="utf-8")
    assert ">kernel (4, 5)<" in svg and ">dense<" in svg and ">w (7)<" in svg
    again = opscope.load(tmp_path / "a.json")
    assert told(again) == told(opscope.load(index))


def test_the_state_file_names_the_newest(tmp_path):
    for number in (1, 2, 10):
        write(tmp_path, f"ckpt-{number}", {f"w{number}": (number,)})
    said = refused(tmp_path)
    assert "several checkpoints" in said and "ckpt-1.index, ckpt-10.index, ckpt-2.index" in said
    (tmp_path / "checkpoint").write_text(
        'model_checkpoint_path: "/elsewhere/run/ckpt-2"\nall_model_checkpoint_paths: "ckpt-10"\n'
    )
    for place in (tmp_path, tmp_path / "checkpoint"):
        assert list(told(opscope.load(place))) == ["w2"]
    (tmp_path / "best").write_bytes((tmp_path / "checkpoint").read_bytes())  # it may be called otherwise
    assert list(told(opscope.load(tmp_path / "best"))) == ["w2"]
    (tmp_path / "checkpoint").write_text('model_checkpoint_path: "../ckpt-3"\n')
    assert "names 'ckpt-3', which is not beside it; give one of ckpt-1.index" in refused(tmp_path)


def test_a_checkpoint_is_found_by_any_of_its_names(tmp_path, capsys):
    write(tmp_path, "model.ckpt-7", NAMES, shards=2)
    for name in ("model.ckpt-7", "model.ckpt-7.index", "model.ckpt-7.data-00001-of-00002", ""):
        assert set(told(opscope.load(tmp_path / name))) == set(NAMES)
        assert main(["summary", str(tmp_path / name)]) == 0
        assert "128 bytes of variables" in capsys.readouterr().out
    (tmp_path / "model.ckpt-7.data-00001-of-00002").unlink()
    assert opscope.load(tmp_path).facts["values_missing"] == 1


@pytest.mark.parametrize("name", ["ckpt.zip", "ckpt.tar.gz", "ckpt.tar"])
def test_a_checkpoint_in_an_archive_is_read_with_its_objects(tmp_path, name):
    index = write(tmp_path / "a", "ckpt-1", SAVED, MODEL, values=bytes(70_000))
    files = [(f"run/{file.name}", file.read_bytes()) for file in sorted((tmp_path / "a").iterdir())]
    path = (zipped if name.endswith("zip") else tarred)(tmp_path / name, files)
    assert told(opscope.load(path)) == told(opscope.load(index))


def test_parts_of_divided_variables_are_not_variables(tmp_path):
    whole = encode((1, FLOAT), (2, shape_bytes((10, 3))), (7, [encode((1, encode((1, 0), (2, 5))))] * 2))
    pairs = [header(), (b"emb", whole), (b"\x00\x01emb\x00\x01", entry((5, 3), size=60))]
    (tmp_path / "a.index").write_bytes(table(pairs))
    (op,) = opscope.load(tmp_path / "a.index").ops()
    assert op.attrs["checkpoint_key"] == "emb" and "bytes" not in op.attrs


def test_the_first_format_of_checkpoints_is_read(tmp_path):
    tensors = [encode((1, name), (2, shape_bytes(shape)), (3, FLOAT)) for name, shape in NAMES.items()]
    meta = encode((1, encode((1, tensors))))
    path = tmp_path / "model.ckpt-7"
    path.write_bytes(table([(b"", meta), (b"\x00a", b"values")]))
    assert {name: row[3] for name, row in told(opscope.load(path)).items()} == NAMES


def test_the_first_format_tells_the_bytes_of_all_parts_and_no_values_are_read(tmp_path):
    """Two parts of one variable, whose name has the bytes that stand for something else in a key, and one of 20 MB."""
    tensors = [encode((1, name), (2, shape_bytes((2, 3))), (3, FLOAT)) for name in ("odd", "large")]
    meta = encode((1, encode((1, [tensors[0], tensors[1]]))))
    parts = [
        (b"\0" + b"large\0\1\1\1\x80\x83", bytes(20 << 20)),
        (b"\0odd\0\1\1\1\x80\x81", b"abc"),
        (b"\0odd\0\1\1\1\x81\x81", b"defgh"),
    ]
    # The checksum of what is so large is not looked at.
    blocks = [sealed(block_of([(b"", meta)])), block_of(parts) + bytes(5)]
    path = tmp_path / "model.ckpt-7"
    path.write_bytes(table([], blocks=blocks))
    tracemalloc.start()
    try:
        graph = opscope.load(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert {op.attrs["checkpoint_key"]: op.attrs["bytes"] for op in graph.ops()} == {"odd": 8, "large": 20 << 20}
    assert graph.facts["variables_bytes"] == (20 << 20) + 8 and peak < 4 << 20
    path.write_bytes(table([], blocks=[blocks[0], b"what is no block"]))
    assert {op.attrs["checkpoint_key"]: op.attrs.get("bytes") for op in opscope.load(path).ops()} == {
        "odd": None,
        "large": None,
    }


def test_many_blocks_are_one_list(tmp_path):
    variables = {f"layer_{number}/kernel": (number, 2) for number in range(1, 900)}
    found = told(opscope.load(write(tmp_path, "a", variables)))
    assert {name: row[3] for name, row in found.items()} == variables
    assert list(found)[:3] == ["layer_1/kernel", "layer_2/kernel", "layer_3/kernel"]


# Hostile and damaged


def test_a_changed_or_missing_byte_is_noticed(tmp_path):
    index = write(tmp_path, "a", NAMES)
    whole = index.read_bytes()
    same = told(opscope.load(index))
    for at in range(len(whole)):
        index.write_bytes(whole[:at] + bytes([whole[at] ^ 0x21]) + whole[at + 1 :])
        try:
            assert told(opscope.load(index)) == same  # padding, or a place that nothing depends on
        except LoadError as error:
            assert "\n" not in str(error)
        index.write_bytes(whole[:at])
        assert refused(index)


def test_blocks_with_wrong_lengths_are_refused_though_their_checksums_are_right(tmp_path):
    block = block_of([header(), (b"dense/kernel", entry((4, 5)))])
    same = (tmp_path / "a.index", random.Random(5))
    for _ in range(600):
        changed = bytearray(block)
        for _ in range(same[1].randint(1, 3)):
            changed[same[1].randrange(len(changed))] = same[1].choice([0, 1, 5, 127, 128, 200, 255])
        same[0].write_bytes(table([header()], blocks=[sealed(bytes(changed))]))
        try:
            json.loads(opscope.load(same[0]).to_json())
        except OpscopeError as error:
            assert "\n" not in str(error)


@pytest.mark.parametrize(
    ("blocks", "said"),
    [
        ([sealed(block_of([header(), (b"w", entry(()))]), kind=1)], "compressed blocks (type 1)"),
        ([sealed(b"\xff\xff\xff\x7f")], "a block without an end"),
        ([sealed(b"")], "a block without an end"),
        ([sealed(varint(9) + varint(1) + varint(0) + b"a" + struct.pack("<II", 0, 1))], "wrong length"),
        ([sealed(varint(0) + varint(1 << 40) + varint(0) + b"a" + struct.pack("<II", 0, 1))], "wrong length"),
        ([sealed(b"\xff" * 12 + struct.pack("<II", 0, 1))], "a number that does not end"),
        ([sealed(block_of([(b"a", b""), (b"a", b"")]))], "not of a checkpoint"),
        ([sealed(block_of([header(), (b"b", entry(())), (b"a", entry(()))]))], "not in order"),
        ([sealed(block_of([header()]))], "without a variable"),
        ([sealed(block_of([header(), (b"w", b"\xff\xff\xff")]))], "BundleEntryProto cannot be read"),
        ([sealed(block_of([header(), (b"w" * 5000, entry(()))]))], "wrong length"),
    ],
)  # fmt: skip
def test_what_a_table_cannot_be_is_said(tmp_path, blocks, said):
    path = tmp_path / "a.index"
    path.write_bytes(table([header()], blocks=blocks))
    assert said in refused(path)


def test_one_block_that_is_listed_many_times_is_read_once(tmp_path):
    block = sealed(block_of([header(), *[(b"w%05d" % number, entry(())) for number in range(300)]]))
    index = block_of([(b"%05d" % number, varint(0) + varint(len(block) - 5)) for number in range(20_000)])
    start = len(block)
    footer = (varint(start) + varint(0) + varint(start) + varint(len(index))).ljust(40, b"\0")
    (tmp_path / "a.index").write_bytes(block + sealed(index) + footer + table([header()])[-8:])
    assert "not in order" in refused(tmp_path / "a.index")


def test_more_variables_than_any_model_has_are_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(importlib.import_module("opscope.load.checkpoints.index_table"), "_MOST_ENTRIES", 50)
    assert "more variables than any model" in refused(write(tmp_path, "a", {f"w{n}": () for n in range(51)}))


def test_shapes_that_no_tensor_has_are_unknown(tmp_path):
    pairs = [
        header(),
        (b"a", entry((1 << 40, 1 << 40))),
        (b"b", entry((1,) * 300)),
        (b"c", encode((1, FLOAT), (2, shape_bytes((-1, 3))))),
    ]
    pairs.append((b"d", encode((1, 77))))
    (tmp_path / "a.index").write_bytes(table(pairs))
    graph = opscope.load(tmp_path / "a.index")
    assert {name: row[3] for name, row in told(graph).items()} == {"a": None, "b": None, "c": (None, 3), "d": ()}
    assert graph.variables[3].dtype == "dtype_77"
    graph.save(tmp_path / "a.svg")


OBJECTS = {
    "itself below itself": [node([("a", 0), ("b", 1)]), node([("up", 0), ("me", 1), ("w", 2)]), node((), [("w", key("w"))])],
    "numbers of no node": [node([("a", -1), ("b", 99), ("c", 2**31 - 1), ("w", 1)]), node((), [("w", key("w"))], [(9, "m", 9), (-1, "m", -1)])],
    "nothing": [],
    "an empty root": [node()],
    "one key for two": [node([("a", 1), ("b", 2)]), node((), [("w", key("w"))]), node((), [("w", key("w"))])],
    "a deep chain": [node([("a", n + 1)]) for n in range(3000)] + [node((), [("w", key("w"))])],
    "wide": [node([("a", n) for n in range(1, 4000)]), *[node((), [("w", key("w"))])] * 3999],
    "long names": [node([("n" * 5000, 1)]), node([("m" * 5000, 2)]), node((), [("f" * 9000, key("w"))])],
    "odd names": [node([("a/b", 1), ("", 2)]), node([("..", 3)]), node([("\x1b[31m", 3)]), node((), [("\n/\t", key("w"))])],
    "slots in a circle": [node([("o", 1)], slots=[(0, "s", 0)]), node([("w", 2)], slots=[(2, "s", 1), (2, "t", 2)]), node((), [("w", key("w"))])],
}  # fmt: skip


@pytest.mark.parametrize("name", OBJECTS)
def test_object_graphs_that_make_no_sense_still_list_the_variables(tmp_path, name):
    index = write(tmp_path, "a", {key("w"): (2,), "loose": ()}, OBJECTS[name])
    graph = opscope.load(index)
    assert set(told(graph)) == {key("w"), "loose"}
    graph.save(tmp_path / "a.svg")
    graph.summary()
    assert told(opscope.load(write_json(graph, tmp_path))) == told(graph)


def write_json(graph, folder):
    graph.save(folder / "a.json")
    return folder / "a.json"


def test_many_long_paths_do_not_fill_the_memory(tmp_path):
    chain = [node([("n" * 190, number + 1)]) for number in range(60)]
    leaves = node([(f"{number}" * 30, 61) for number in range(2000)])
    graph = opscope.load(write(tmp_path, "a", {key("w"): ()}, [*chain, leaves, node((), [("w", key("w"))])]))
    assert max(len(variable.object_path) for variable in graph.variables) <= 1000


def test_an_object_graph_that_cannot_be_read_is_said(tmp_path, capsys):
    index = write(tmp_path, "ckpt-1", SAVED, MODEL)
    values = tmp_path / "ckpt-1.data-00000-of-00001"
    data = values.read_bytes()
    changes = [data[:-1], data[:70] + b"?" + data[71:], b"", data[:-9] + bytes(9)]
    for changed in changes:
        values.write_bytes(changed)
        graph = opscope.load(index)
        assert graph.facts["objects_unread"] and set(told(graph)) == set(SAVED)
    values.unlink()
    assert main(["summary", str(index)]) == 0
    said = capsys.readouterr().out
    assert "names alone tell" in said and "values: 1 of the files that have them are not there" in said


def test_places_that_no_file_has_are_not_read(tmp_path):
    for offset, size, shard in (
        (1 << 60, 40, 0),
        (-5, 40, 0),
        (0, 1 << 50, 0),
        (0, -1, 0),
        (0, 10, 1 << 30),
        (0, 10, -3),
    ):
        pairs = [header(), (b"w", entry(())), (OBJECT_GRAPH.encode(), entry((), offset=offset, size=size, shard=shard))]
        (tmp_path / "a.index").write_bytes(table(pairs))
        (tmp_path / "a.data-00000-of-00001").write_bytes(b"x" * 100)
        assert opscope.load(tmp_path / "a.index").facts["objects_unread"]
    (tmp_path / "a.index").write_bytes(table([(b"", encode((1, 2**31 - 1))), (b"w", entry((), dtype=INT64))]))
    assert len(opscope.load(tmp_path / "a.index")) == 1


def test_the_objects_part_of_large_values_is_all_that_is_read(tmp_path):
    index = write(tmp_path, "a", SAVED, MODEL)
    tensor, checksum = object_tensor(MODEL)
    at = 3 << 30
    with (tmp_path / "a.data-00000-of-00001").open("wb") as file:  # a file with a hole takes no room
        file.seek(at)
        file.write(tensor)
    pairs = [header(), *[(name.encode(), entry(shape)) for name, shape in SAVED.items()]]
    pairs.append((OBJECT_GRAPH.encode(), entry((), offset=at, size=len(tensor), checksum=checksum)))
    index.write_bytes(table(pairs))
    graph = opscope.load(tmp_path / "a.data-00000-of-00001")
    assert "objects_unread" not in graph.facts and graph.facts["variables_bytes"] == at + len(tensor)
