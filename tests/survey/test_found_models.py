"""What is a model among many files, on disk, in an archive and in stores."""

from __future__ import annotations

import json
import shutil
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest

import opscope
from opscope.cli import main
from opscope.errors import LoadError, MissingDependencyError
from opscope.survey.found_models import ListedFile, models_among
from opscope.survey.model_rows import Asked, NoModel, rows_of_model
from opscope.survey.surveying import found_models

NAMES = ("saved_model.pb", "saved_model.pbtxt")


def among(*paths):
    return {
        model.path: sorted(file.path for file in model.files)
        for model in models_among([ListedFile(path, 1, "") for path in paths], NAMES)
    }


def test_a_saved_model_is_its_own_files_and_no_other():
    own = [
        "m/1/saved_model.pb",
        "m/1/variables/variables.index",
        "m/1/variables/variables.data-00000-of-00001",
        "m/1/fingerprint.pb",
        "m/1/assets/vocabulary.pb",
    ]
    assert among(*own, "m/1/lite.tflite", "m/2/saved_model.pbtxt", "m/2/deep/net.pb") == {
        "m/1": sorted(own),
        "m/1/lite.tflite": ["m/1/lite.tflite"],
        "m/2": ["m/2/saved_model.pbtxt"],
        "m/2/deep/net.pb": ["m/2/deep/net.pb"],
    }


def test_a_checkpoint_is_its_index_with_its_values():
    files = (
        "c/checkpoint",
        "c/ckpt-1.index",
        "c/ckpt-1.data-00000-of-00002",
        "c/ckpt-1.data-00001-of-00002",
        "c/host.xplane.pb",
    )
    assert among(*files) == {"c/ckpt-1.index": sorted(files[1:4])}


def test_the_stamp_changes_with_any_file():
    files = [ListedFile("m/saved_model.pb", 5, "1"), ListedFile("m/variables/variables.index", 5, "1")]
    stamps = {
        models_among(each, NAMES)[0].stamp
        for each in (files, [files[0], files[1]._replace(stamp="2")], [files[0]], [files[0], files[1]._replace(size=6)])
    }
    assert len(stamps) == 4


def test_every_model_of_a_folder_is_found_once(registry, monkeypatch):
    monkeypatch.chdir(registry.parent)
    expected = [
        "models/README.md",
        "models/add4.tflite",
        "models/copies/7",
        "models/cut.pb",
        "models/fully_connected.tflite",
        "models/tf1.5-counter",
        "models/tf2.3-flask",
    ]
    assert [model.path for model in found_models(["models", "models/*.tflite", "./models/tf2.3-flask"])] == expected
    (hidden := registry / ".git").mkdir()
    shutil.copy("models/add4.tflite", hidden / "x.tflite")
    assert [model.path for model in found_models(["models"])] == expected


def test_what_is_not_there_is_one_line(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "models").mkdir()
    with pytest.raises(LoadError, match=r"modles: cannot be read .*; did you mean .*models"):
        found_models(["modles"])
    with pytest.raises(LoadError, match="no file that this pattern fits"):
        found_models(["*.keras"])


def test_a_file_that_is_none_is_told_only_if_it_was_asked_for(registry, monkeypatch):
    monkeypatch.chdir(registry.parent)
    (text,) = [model for model in found_models(["models"]) if model.path == "models/README.md"]
    assert rows_of_model(text, Asked()) == NoModel(None)
    (asked,) = found_models(["models/README.md"])
    assert rows_of_model(asked, Asked())[0].row["error"].startswith("neither a checkpoint")


def test_an_archive_of_several_models_has_a_row_for_each(registry, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile("all.zip", "w") as archive:
        for path in sorted(registry.rglob("*.*")):
            if path.is_file():
                archive.write(path, path.relative_to(tmp_path).as_posix())
    (model,) = found_models(["all.zip"])
    rows = {read.row["path"]: read.row for read in rows_of_model(model, Asked())}
    here = {
        f"all.zip/{each.path}": rows_of_model(each, Asked())[0].row for each in found_models(["models"]) if each.named
    }
    assert rows.keys() == here.keys()
    for path, row in rows.items():
        assert row["structure"] == here[path]["structure"], path
        assert (row["error"] is None) == (path != "all.zip/models/cut.pb")


@pytest.fixture
def fsspec():
    return pytest.importorskip("fsspec")


def test_a_store_is_read_where_it_lies(fsspec, registry, monkeypatch, tmp_path):
    store = fsspec.filesystem("memory")
    store.put(f"{registry}/", "/registry", recursive=True)
    try:
        found = found_models(["memory://registry"])
        assert [model.path for model in found if model.named] == [
            f"memory:///registry/{name}"
            for name in ("add4.tflite", "copies/7", "cut.pb", "fully_connected.tflite", "tf1.5-counter", "tf2.3-flask")
        ]
        rows = {
            model.path.rpartition("registry/")[2]: rows_of_model(model, Asked())[0].row
            for model in found
            if model.named
        }
        flask = opscope.load(registry / "tf2.3-flask")
        assert (rows["tf2.3-flask"]["ops"], rows["tf2.3-flask"]["parameters"]) == (len(flask), flask.parameters)
        assert rows["cut.pb"]["error"].startswith("damaged GraphDef")
        assert [model.path for model in found_models(["memory://registry/*.tflite"])] == [
            f"memory:///registry/{name}.tflite" for name in ("add4", "fully_connected")
        ]
    finally:
        store.rm("/registry", recursive=True)


def test_a_store_in_a_file(fsspec, registry, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    with zipfile.ZipFile("all.zip", "w") as archive:
        archive.write(registry / "add4.tflite", "deep/add4.tflite")
        archive.write(registry / "tf2.3-flask" / "saved_model.pb", "flask/saved_model.pb")
    found = found_models(["zip://**/*::all.zip"])
    assert [model.address for model in found] == ["zip://deep/add4.tflite::all.zip", "zip://flask::all.zip"]
    assert [rows_of_model(model, Asked())[0].row["error"] for model in found] == [None, None]


def test_a_store_that_fails_is_one_line(fsspec, monkeypatch):
    with pytest.raises(LoadError, match="nonsense://x: cannot be read"):
        found_models(["nonsense://x"])
    with pytest.raises(LoadError, match="memory://nowhere/x: cannot be read"):
        found_models(["memory://nowhere/x"])


def test_without_fsspec_the_error_says_what_to_install(monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "fsspec.core", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'opscope\[survey\]'"):
        found_models(["s3://bucket/x"])


@pytest.fixture
def web(registry):
    """The address of a web server of this machine that lists the folder of models."""
    handler = partial(SimpleHTTPRequestHandler, directory=str(registry))
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@pytest.mark.slow
def test_a_web_server_that_lists_its_files(registry, web, tmp_path, monkeypatch, capsys):
    """Rows of models that are read over HTTP are those of the same files on disk."""
    pytest.importorskip("fsspec")
    pytest.importorskip("aiohttp")
    monkeypatch.chdir(registry)
    assert main(["survey", web, "-o", str(tmp_path / "web.jsonl")]) == 0
    assert main(["survey", ".", "-o", str(tmp_path / "disk.jsonl")]) == 0
    there, here = (
        [json.loads(line) for line in (tmp_path / name).read_text().splitlines()]
        for name in ("web.jsonl", "disk.jsonl")
    )
    assert len(there) == len(here) == 6
    for one, other in zip(there, here):
        assert one["path"] == f"{web}{other['path']}"
        assert one["size"] == other["size"]
        for key in ("format", "ops", "parameters", "flops", "structure", "outcome"):
            assert one[key] == other[key], (one["path"], key)
    assert {row["path"] for row in there if row["error"]} == {f"{web}cut.pb"}
