"""What was read is not read again, whatever ended the work; what changed is."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest

from opscope.cli import main
from opscope.survey import model_rows, surveying

POSIX = pytest.mark.skipif(os.name == "nt", reason="signals are POSIX")


@pytest.fixture
def read(monkeypatch):
    """The paths that are read, as they are."""
    found = []
    real = model_rows.rows_of_model

    def noting(model, asked):
        found.append(model.path)
        return real(model, asked)

    monkeypatch.setattr(surveying, "rows_of_model", noting)
    return found


def rows_in(path):
    return {row["path"]: row for row in map(json.loads, Path(path).read_text().splitlines())}


@pytest.fixture
def here(registry, monkeypatch, capsys):
    monkeypatch.chdir(registry.parent)
    (registry / "README.md").unlink()
    return registry


def test_only_what_is_new_or_changed_is_read(here, read):
    assert main(["survey", "models", "-o", "rows.jsonl"]) == 0
    first = rows_in("rows.jsonl")
    assert len(read) == len(first) == 6
    read.clear()
    assert main(["survey", "models", "-o", "rows.jsonl"]) == 0
    assert read == []
    assert rows_in("rows.jsonl") == first
    shutil.copy(here / "add4.tflite", here / "new.tflite")
    shutil.copy(here / "add4.tflite", here / "fully_connected.tflite")
    (here / "cut.pb").unlink()
    assert main(["survey", "models", "-o", "rows.jsonl"]) == 0
    assert sorted(read) == ["models/fully_connected.tflite", "models/new.tflite"]
    assert set(rows_in("rows.jsonl")) == {*first, "models/new.tflite"} - {"models/cut.pb"}


def test_another_question_is_asked_anew(here, read):
    main(["survey", "models", "-o", "rows.jsonl"])
    read.clear()
    main(["survey", "models", "-o", "rows.jsonl", "--for", "2.4"])
    assert len(read) == 6
    assert all(row["asked"]["for"] == "2.4" for row in rows_in("rows.jsonl").values())


def test_a_drawing_that_is_gone_is_made_again(here, read):
    main(["survey", "models", "-o", "r.html", "--drawings", "drawn"])
    read.clear()
    gone = rows_in("r.html.jsonl")["models/add4.tflite"]["drawing"]
    (Path("drawn") / gone).unlink()
    main(["survey", "models", "-o", "r.html", "--drawings", "drawn"])
    assert read == ["models/add4.tflite"]
    assert (Path("drawn") / gone).read_text().startswith("<svg")


def test_a_line_that_was_cut_off_is_read_again(here, read):
    main(["survey", "models", "-o", "rows.jsonl"])
    whole = Path("rows.jsonl").read_bytes()
    Path("rows.jsonl").write_bytes(whole[:-100])
    read.clear()
    main(["survey", "models", "-o", "rows.jsonl"])
    assert read == ["models/tf2.3-flask"]
    assert rows_in("rows.jsonl").keys() == {json.loads(line)["path"] for line in whole.splitlines()}


@pytest.mark.slow
def test_a_time_limit_is_told_and_tried_again(here, read, monkeypatch):
    real = surveying.rows_of_model

    def slow(model, asked):
        while "cut" in model.path:
            time.sleep(0.01)
        return real(model, asked)

    monkeypatch.setattr(surveying, "rows_of_model", slow)
    assert main(["survey", "models", "-o", "rows.jsonl", "--time-limit", "8"]) == 0
    rows = rows_in("rows.jsonl")
    assert [(row["outcome"], row["error"]) for path, row in rows.items() if "cut" in path] == [
        ("time", "not done within 8 s")
    ]
    assert sum(row["error"] is None for row in rows.values()) == 5
    monkeypatch.setattr(surveying, "rows_of_model", real)
    read.clear()
    main(["survey", "models", "-o", "rows.jsonl"])
    assert read == ["models/cut.pb"]


@POSIX
def test_a_killed_command_goes_on_where_it_was(here, read):
    for number in range(60):
        shutil.copytree(here / "tf2.3-flask", here / f"more-{number}")
    command = [sys.executable, "-m", "opscope", "survey", "models", "-o", "rows.jsonl"]
    process = subprocess.Popen(
        command, env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}, stderr=subprocess.DEVNULL
    )
    rows = Path("rows.jsonl")
    while process.poll() is None and not (rows.exists() and rows.read_bytes().count(b"\n") >= 3):
        time.sleep(0.01)
    process.kill()
    process.wait()
    done = {json.loads(line)["path"] for line in rows.read_bytes().splitlines() if line.endswith(b"}")}
    assert 3 <= len(done) < 66
    assert main(["survey", "models", "-o", "rows.jsonl"]) == 0
    assert not done & set(read)
    assert len(done) + len(read) == len(rows_in("rows.jsonl")) == 66


@POSIX
@pytest.mark.slow
def test_processes_give_the_rows_that_one_gives(here, capsys):
    pytest.importorskip("distributed")
    pytest.importorskip("cryptography")
    assert main(["survey", "models", "-o", "one.jsonl"]) == 0
    command = [sys.executable, "-m", "opscope", "survey", "models", "-o", "two.jsonl", "--jobs", "2"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with ExitStack() as held:
        # The port of Dask's dashboard is another's, as where two surveys run at once.
        with suppress(OSError):
            held.enter_context(socket.create_server(("127.0.0.1", 8787)))
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "two.jsonl\n"), done.stderr
    assert done.stderr.splitlines() == ["6 models, of which 1 could not be read"]
    one, two = rows_in("one.jsonl"), rows_in("two.jsonl")
    for row in (*one.values(), *two.values()):
        row.pop("seconds")
    assert one == two
