"""Which folders TensorBoard was told to look at, against the cases of its own documentation of ``--logdir_spec``."""

from types import SimpleNamespace

import pytest

from opscope.tensorboard.log_roots import LogRoot, log_roots


def roots(logdir=None, spec=None, context=None):
    return log_roots(SimpleNamespace(flags=SimpleNamespace(logdir=logdir, logdir_spec=spec), logdir=context))


def test_a_folder(tmp_path, monkeypatch):
    assert roots(str(tmp_path)) == ([LogRoot("", tmp_path.resolve())], [])
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert roots("~/logs")[0] == roots("logs")[0] == [LogRoot("", tmp_path.resolve() / "logs")]


def test_several_folders_by_name(tmp_path):
    one, two, odd = (tmp_path.resolve() / name for name in ("one", "two", "three:four"))
    # TensorBoard's context has the flag's text as its logdir then, which is no path.
    spec = f"first:{one},{two},third:{odd}"
    found, problems = roots("", spec, context=spec)
    assert found == [LogRoot("first", one), LogRoot("", two), LogRoot("third", odd)]
    assert problems == []
    assert [root.run("train") for root in found] == ["first/train", "train", "third/train"]
    assert roots("", f"{odd}")[0] == [LogRoot("", odd)]


def test_a_place_that_is_no_folder_of_this_machine_is_named(tmp_path):
    found, problems = roots("", f"cloud:gs://bucket/logs,s3://other,{tmp_path}")
    assert [root.folder for root in found] == [tmp_path.resolve()]
    assert [line.partition(":")[0] for line in problems] == ["gs", "s3"]
    assert all("copy the log" in line for line in problems)
    assert roots("hdfs://x/y")[0] == []


@pytest.mark.parametrize("logdir", ["given", None])
def test_without_flags_the_context_tells(logdir, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    found, problems = log_roots(SimpleNamespace(flags=None, logdir=logdir))
    assert [root.folder.name for root in found] == ([logdir] if logdir else [])
    assert problems == []


def test_tensorboard_tells_names_and_paths_of_a_spec_alike(tmp_path):
    ingester = pytest.importorskip(
        "tensorboard.backend.event_processing.data_ingester", reason="no tensorboard: pip install tensorboard"
    )
    spec = f"first:{tmp_path}/one,{tmp_path}/two,third:{tmp_path}/three:four,/x:y/z"
    theirs = ingester._parse_event_files_spec(spec)
    ours = {str(root.folder): root.group or None for root in roots("", spec)[0]}
    assert ours == theirs
