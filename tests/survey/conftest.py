"""A folder of models of others, with a damaged one, a copy and files that are none."""

from __future__ import annotations

import shutil

import pytest


@pytest.fixture
def registry(shared, tmp_path):
    """``models``: three SavedModels of which two are one, two of TensorFlow Lite, a GraphDef that was cut off, and a text."""
    folder, wild = tmp_path / "models", shared / "wild"
    for name in ("tf2.3-flask", "tf1.5-counter"):
        shutil.copytree(wild / name, folder / name)
    shutil.copytree(wild / "tf2.3-flask", folder / "copies" / "7")
    for name in ("add4.tflite", "fully_connected.tflite"):
        shutil.copy(wild / "tflite" / name, folder / name)
    (folder / "cut.pb").write_bytes((wild / "frozen" / "lstm.pb").read_bytes()[:30_000])
    (folder / "README.md").write_text("Our models")
    return folder
