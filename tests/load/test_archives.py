"""Models in archives are read where they lie: the graph is that of the unpacked folder. What deceives is one clear line."""

from __future__ import annotations

import gzip
import importlib
import io
import json
import os
import struct
import tarfile
import tracemalloc
import zipfile

import pytest

import opscope
from load.packing import entry, tar_bytes, tarred, zipped
from opscope.cli import main
from opscope.errors import LoadError
from opscope.graph.content import content_of

MEGABYTE = 1 << 20


@pytest.fixture
def model(build):
    """The files of a SavedModel of one op of the given type."""

    def files(op="Relu", around=""):
        nodes = build.graph([build.node("x", "Placeholder", dtype=build.dtype(1)), build.node("y", op, "x")])
        meta = build.meta(nodes, {"serving_default": build.signature({"x": "x:0"}, {"y": "y:0"})})
        return [
            (f"{around}variables/variables.index", b"index"),
            (f"{around}variables/variables.data-00000-of-00001", bytes(3000)),
            (f"{around}assets/words.txt", b"a b c"),
            (f"{around}saved_model.pb", build.saved_model(meta)),
        ]

    return files


@pytest.fixture
def unpacked(tmp_path):
    """Writes files to a folder called ``model``, and tells its graph."""

    def write(files):
        for name, data in files:
            path = tmp_path / "unpacked" / "model" / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return told(tmp_path / "unpacked" / "model")

    return write


def told(path):
    graph = opscope.load(path)
    return json.loads(graph.to_json()), graph.facts


def ops(path):
    return content_of(opscope.load(path)).table.ops


def refused(path):
    with pytest.raises(LoadError) as caught:
        opscope.load(path)
    line = str(caught.value)
    assert line.startswith(str(path)) and "\n" not in line
    return line


PACKED = {
    "model.zip": zipped,
    "model.tar": tarred,
    "model.tar.gz": tarred,
    "model.tgz": tarred,
}


@pytest.mark.parametrize("name", PACKED)
def test_an_archive_gives_the_graph_of_the_folder(tmp_path, model, unpacked, name):
    assert told(PACKED[name](tmp_path / name, model())) == unpacked(model())


@pytest.mark.parametrize("around", ["./", "model/", "./model/", "downloads/hub/model/"])
@pytest.mark.parametrize("name", ["archive.zip", "archive.tar.gz"])
def test_a_folder_around_the_model_changes_nothing(tmp_path, model, unpacked, name, around):
    graph, facts = told(PACKED["model" + name[7:]](tmp_path / name, model(around=around)))
    expected, same = unpacked(model())
    assert graph.pop("name") == (
        "archive" if around == "./" else expected["name"]
    )  # called as its folder, if it has one
    del expected["name"]
    assert (graph, facts) == (expected, same)


@pytest.mark.parametrize("name", ["translator.zip", "translator.tar.gz"])
@pytest.mark.parametrize("around", ["", "translator/"])
def test_of_versions_the_highest_is_read_and_named(tmp_path, model, capsys, name, around):
    files = [*model("Relu", f"{around}9/"), *model("Tanh", f"{around}10/"), (f"{around}11/notes.txt", b"")]
    path = (zipped if name.endswith("zip") else tarred)(tmp_path / name, files)
    assert ops(path) == ["Placeholder", "Tanh"]
    assert main(["summary", str(path)]) == 0
    shown = capsys.readouterr().out
    assert shown.startswith("translator ") and "version 10 shown, the highest of 2 in the folder" in shown


@pytest.mark.parametrize("kind", [tarfile.USTAR_FORMAT, tarfile.GNU_FORMAT, tarfile.PAX_FORMAT])
@pytest.mark.parametrize("deep", [60, 90, 130, 240])
def test_long_names_are_read_in_every_dialect_of_tar(tmp_path, model, kind, deep):
    around = "/".join(["a" * 30] * (deep // 31) + ["b" * (deep % 31)]) + "/"
    try:
        path = tarred(tmp_path / "model.tar", model("Tanh", around), kind)
    except ValueError:  # ustar has no room for it
        pytest.skip("not in this dialect")
    assert ops(path) == ["Placeholder", "Tanh"]


def test_a_name_that_is_no_ascii_and_a_size_in_a_pax_header(tmp_path, model):
    info = tarfile.TarInfo("mödel/notes.txt")
    info.pax_headers = {"size": "0"}
    path = tarred(tmp_path / "model.tar", model("Tanh", "mödel/"), tarfile.PAX_FORMAT, entries=[info])
    assert ops(path) == ["Placeholder", "Tanh"]


def test_one_file_of_a_model_in_an_archive_is_read(tmp_path, build):
    graph = build.graph([build.node("x", "Placeholder"), build.node("y", "Relu", "x")])
    others = [("README.md", b"a model"), ("labels.txt", b"cat")]
    for path in (
        zipped(tmp_path / "a.zip", [*others, ("frozen.pb", graph)]),
        tarred(tmp_path / "a.tar.gz", [("deep/er/frozen.pb", graph), *others]),
        zipped(tmp_path / "b.zip", [("whatever", graph)]),
    ):
        assert ops(path) == ["Placeholder", "Relu"]
    packed = tmp_path / "frozen.pb.gz"
    packed.write_bytes(gzip.compress(graph))
    assert ops(packed) == ["Placeholder", "Relu"] and opscope.load(packed).name == "frozen"


def test_a_keras_archive_in_an_archive_is_read_and_a_zip_in_a_zip_is_not(tmp_path, model):
    config = {
        "class_name": "Functional",
        "config": {"name": "m", "layers": [], "input_layers": [], "output_layers": []},
    }
    layer = {"class_name": "InputLayer", "name": "x", "config": {"batch_input_shape": [None, 4]}, "inbound_nodes": []}
    config["config"].update(layers=[layer], input_layers=[["x", 0, 0]], output_layers=[["x", 0, 0]])
    inner = zipped(tmp_path / "m.keras", [("metadata.json", b"{}"), ("config.json", json.dumps(config))])
    assert ops(zipped(tmp_path / "a.zip", [("m.keras", inner.read_bytes())])) == ["Placeholder"]
    inner = zipped(tmp_path / "m.zip", model())
    assert "a zip archive in an archive: unpack the outer one" in refused(
        zipped(tmp_path / "b.zip", [("m.zip", inner.read_bytes())])
    )
    assert "no model (m.zip, notes.txt)" in refused(
        zipped(tmp_path / "c.zip", [("m.zip", inner.read_bytes()), ("notes.txt", b"")])
    )


def test_weights_in_hdf5_are_read_out_of_an_archive(tmp_path):
    h5py = pytest.importorskip("h5py")
    with h5py.File(tmp_path / "w.h5", "w") as file:
        file["dense/kernel"] = [[1.0, 2.0]]
        file["dense/bias"] = [1.0, 2.0, 3.0]
    data = (tmp_path / "w.h5").read_bytes()
    for path in (zipped(tmp_path / "a.zip", [("x/w.h5", data)]), tarred(tmp_path / "a.tar.gz", [("w.h5", data)])):
        assert told(path) == told(tmp_path / "w.h5") and opscope.load(path).parameters == 5


def test_several_models_are_listed(tmp_path, model):
    path = zipped(tmp_path / "a.zip", [*model(around="small/"), *model(around="large/")])
    assert "several models (small, large)" in refused(path)
    assert "no model (no file)" in refused(zipped(tmp_path / "b.zip", []))
    assert "several models (a.pb, b.h5)" in refused(tarred(tmp_path / "c.tar", [("a.pb", b"x"), ("b.h5", b"x")]))


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_one_of_several_models_is_chosen_by_its_path(tmp_path, model, capsys, name):
    files = [
        *model("Relu", "hub/small/"), *model("Tanh", "hub/large/3/"), *model("Abs", "hub/large/12/"),
        ("frozen/m.pb", dict(model("Exp"))["saved_model.pb"]),
    ]  # fmt: skip
    path = (zipped if name.endswith("zip") else tarred)(tmp_path / name, files)
    said = refused(path)
    assert said.endswith(f"(hub/small, hub/large, frozen/m.pb); give one by its path, such as {path}/hub/small")
    wishes = {
        "hub/small": "Relu",
        "hub/large": "Abs",
        "hub/large/3": "Tanh",
        "hub/small/saved_model.pb": "Relu",
        "frozen": "Exp",
    }
    assert {inner: ops(path / inner)[1] for inner in wishes} == wishes
    assert opscope.load(path / "hub/large").facts["version"] == 12
    assert main(["summary", str(path / "hub/large/3")]) == 0
    assert capsys.readouterr().out.startswith("3 (")
    assert "several models (small" not in refused(path / "hub")
    with pytest.raises(LoadError, match=r"nothing in the archive is called 'hub/smal'; did you mean small\?"):
        opscope.load(path / "hub/smal")
    with pytest.raises(LoadError, match=r"nothing in the archive is called 'frozen/m.pb/x'; it is a file"):
        opscope.load(path / "frozen/m.pb/x")
    with pytest.raises(LoadError, match="nothing in the archive"):
        opscope.load(path / "hub" / ".." / "hub")


def test_what_macos_adds_is_no_second_model(tmp_path, model):
    files = [*model("Tanh", "m/"), ("__MACOSX/m/._saved_model.pb", b"x"), ("m/._saved_model.pb", b"x")]
    assert ops(zipped(tmp_path / "a.zip", files)) == ["Placeholder", "Tanh"]
    assert ops(tarred(tmp_path / "a.tar.gz", files)) == ["Placeholder", "Tanh"]


# Hostile archives


@pytest.mark.parametrize(
    "name",
    ["../saved_model.pb", "/etc/saved_model.pb", "a/../../saved_model.pb", "..\\saved_model.pb", "C:\\saved_model.pb"],
)
def test_a_name_that_leads_out_is_refused(tmp_path, model, name):
    files = [*model(), (name, b"x")]
    for path in (
        zipped(tmp_path / "a.zip", files),
        tarred(tmp_path / "a.tar", files),
        tarred(tmp_path / "a.tar.gz", files),
    ):
        assert "a place outside of it" in refused(path)


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("second", ["saved_model.pb", "./saved_model.pb", "variables//../x"])
def test_a_file_that_is_there_twice_is_refused(tmp_path, model, second):
    files = [*model(), (second, b"x")]
    for path in (zipped(tmp_path / "a.zip", files), tarred(tmp_path / "a.tar.gz", files)):
        assert "2 times" in refused(path) or "outside" in refused(path)


def test_links_and_devices_are_not_followed(tmp_path, model):
    (tmp_path / "secret.pb").write_bytes(dict(model("Tanh"))["saved_model.pb"])
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.BLKTYPE, tarfile.FIFOTYPE):
        link = entry("saved_model.pb", kind, linkname=str(tmp_path / "secret.pb"), devmajor=1, devminor=5)
        files = [each for each in model() if each[0].startswith("assets")] + [("notes", b"")]
        assert "no model (assets/words.txt, notes)" in refused(tarred(tmp_path / "a.tar.gz", files, entries=[link]))
    around = entry("m", tarfile.SYMTYPE, linkname=str(tmp_path))
    assert ops(tarred(tmp_path / "b.tar", model("Tanh"), entries=[around])) == ["Placeholder", "Tanh"]


def test_a_link_in_a_zip_is_a_file_with_a_path_in_it(tmp_path, model):
    (tmp_path / "secret.pb").write_bytes(dict(model("Tanh"))["saved_model.pb"])
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        info = zipfile.ZipInfo("saved_model.pb")
        info.create_system, info.external_attr = 3, 0o120777 << 16
        archive.writestr(info, str(tmp_path / "secret.pb"))
    refused(tmp_path / "a.zip")


@pytest.mark.parametrize("name", ["a.zip", "a.tar.gz"])
def test_a_bomb_is_refused_before_it_fills_the_memory(tmp_path, name):
    bomb = [("saved_model.pb", bytes(150 * MEGABYTE))]
    path = (zipped if name == "a.zip" else tarred)(tmp_path / name, bomb)
    tracemalloc.start()
    try:
        line = refused(path)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert "more than any model" in line and peak < 20 * MEGABYTE


def test_gzip_without_an_end_is_refused(tmp_path):
    path = tmp_path / "a.pb.gz"
    with gzip.open(path, "wb", compresslevel=1) as file:
        for _ in range(200):
            file.write(bytes(MEGABYTE))
    assert "more than any model" in refused(path)


def test_a_tar_that_goes_on_for_ever_is_refused(tmp_path, monkeypatch):
    tarred_files = importlib.import_module("opscope.load.archives.tarred")
    monkeypatch.setattr(tarred_files, "_MOST_READ", MEGABYTE)
    path = tarred(tmp_path / "a.tar.gz", [("zeros", bytes(40 * MEGABYTE)), ("saved_model.pb", b"x")])
    assert "packs far more bytes than any model" in refused(path)


@pytest.mark.alike
def test_very_many_files_are_refused(tmp_path):
    files = [(f"{number}", b"") for number in range(21_000)]
    assert "21,000 files" in refused(zipped(tmp_path / "a.zip", files, zipfile.ZIP_STORED))
    assert "21,000 files" in refused(tarred(tmp_path / "a.tar", files, tarfile.USTAR_FORMAT))


def test_names_that_are_very_long_or_deep_are_no_models(tmp_path, model):
    files = [*model("Tanh"), ("a/" * 400 + "saved_model.pb", b"x"), ("b" * 3000 + "/saved_model.pb", b"x")]
    assert ops(zipped(tmp_path / "a.zip", files)) == ["Placeholder", "Tanh"]
    assert ops(tarred(tmp_path / "a.tar", files)) == ["Placeholder", "Tanh"]


def test_an_encrypted_file_and_a_rare_compression_say_what_to_do(tmp_path, model):
    path = zipped(tmp_path / "a.zip", model(), zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    at = data.index(b"PK\x01\x02")
    while data[at : at + 4] == b"PK\x01\x02":
        data[at + 8] |= 1  # the flag of encryption
        lengths = struct.unpack_from("<HHH", data, at + 28)
        at += 46 + sum(lengths)
    path.write_bytes(data)
    assert "encrypted" in refused(path)
    assert "compressed in a rare way" in refused(zipped(tmp_path / "b.zip", model(), zipfile.ZIP_LZMA))


def test_a_size_that_is_not_true_is_damage(tmp_path, model):
    path = zipped(tmp_path / "a.zip", model(), zipfile.ZIP_STORED)
    data = bytearray(path.read_bytes())
    at = data.index(b"saved_model.pb", data.index(b"PK\x01\x02")) - 46
    (size,) = struct.unpack_from("<I", data, at + 24)
    struct.pack_into("<I", data, at + 24, size + 1000)
    path.write_bytes(data)
    assert "damaged" in refused(path) or "of which only" in refused(path)


@pytest.mark.parametrize("name", ["a.zip", "a.tar", "a.tar.gz"])
def test_an_archive_cut_off_or_changed_anywhere_gives_a_line_or_a_graph(tmp_path, model, name):
    path = (zipped if name == "a.zip" else tarred)(tmp_path / name, model())
    data = path.read_bytes()
    for at in range(0, len(data), max(1, len(data) // 150)):
        path.write_bytes(data[:at])
        try:
            opscope.load(path)
        except LoadError as error:
            assert str(error).startswith(str(path))
        path.write_bytes(data[:at] + bytes([data[at] ^ 0x15]) + data[at + 1 :])
        try:
            opscope.load(path)
        except LoadError as error:
            assert str(error).startswith(str(path))


def test_extended_headers_that_lie(tmp_path, model):
    whole = tar_bytes(model("Tanh", "m" * 120 + "/"), tarfile.PAX_FORMAT)
    at = whole.index(b" path=")
    for changed in (b"9999999", b"0", b"-7", b"abc"):
        data = whole[: at - 3] + changed.rjust(3)[-3:] + whole[at:]
        (tmp_path / "a.tar").write_bytes(data[: len(whole)])
        try:
            opscope.load(tmp_path / "a.tar")
        except LoadError as error:
            assert "\n" not in str(error)


def test_variables_are_neither_unpacked_nor_held(tmp_path, model):
    """60 MB that do not compress, in front of the graph, as TensorFlow Hub has them."""
    noise = os.urandom(MEGABYTE) * 60
    files = [("variables/variables.data-00000-of-00001", noise), *[each for each in model() if "data-" not in each[0]]]
    packed = zipped(tmp_path / "a.zip", files, zipfile.ZIP_STORED), tarred(tmp_path / "a.tar", files)
    out = io.BytesIO()
    with gzip.GzipFile(fileobj=out, mode="wb", compresslevel=0) as file:
        file.write(tar_bytes(files))
    (tmp_path / "a.tar.gz").write_bytes(out.getvalue())
    for path in (*packed, tmp_path / "a.tar.gz"):
        tracemalloc.start()
        try:
            graph = opscope.load(path)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
        assert graph.facts["variables_bytes"] == len(noise) + 5
        assert peak < 10 * MEGABYTE
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.tar", "a.tar.gz", "a.zip"]
