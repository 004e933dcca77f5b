"""The recipes for MLflow, W&B and DVC, as docs/tracking.md has them: run where these are installed, and read with their own code."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from test_tasks import TITLE, blocks, ran

PAGE = Path(__file__).resolve().parents[1] / "docs" / "tracking.md"
FIGURES = {"parameters", "flops", "step_time_us"}


@pytest.fixture
def recipe(tmp_path, monkeypatch):
    """``recipe("mlflow")`` writes the files of the page, runs the commands that name the tool, and gives what they print."""
    monkeypatch.chdir(tmp_path)
    # As a user's console has it: of this environment, whatever `python` is elsewhere.
    monkeypatch.setenv("PATH", str(Path(sys.executable).parent), prepend=":")
    for block in blocks(PAGE):
        title = TITLE.search(block.more)
        if title:
            Path(title[1]).write_text(block.text, encoding="utf-8")

    def run(tool: str) -> str:
        commands = [block for block in blocks(PAGE) if block.language == "sh" and tool in block.text]
        assert commands
        return "".join(ran(block, tmp_path) for block in commands)

    return run


def test_mlflow_keeps_the_page_and_the_figures(recipe):
    mlflow = pytest.importorskip("mlflow")
    recipe("mlflow")
    client = mlflow.MlflowClient("sqlite:///mlflow.db")
    (run,) = client.search_runs(["0"])
    assert set(run.data.metrics) == FIGURES
    assert run.data.metrics["parameters"] == 99_914
    names = {each.path for each in client.list_artifacts(run.info.run_id, "opscope")}
    assert names == {"opscope/net.html", "opscope/net.svg"}
    kept = client.download_artifacts(run.info.run_id, "opscope/net.html", ".")
    assert Path(kept).read_bytes() == Path("net.html").read_bytes()


def test_weights_and_biases_keep_the_page_as_it_is(recipe):
    pytest.importorskip("wandb")
    said = recipe("wandb")
    assert all(f"{name} " in said for name in FIGURES)
    (kept,) = Path("wandb").glob("offline-run-*/files/media/html/*.html")
    assert kept.read_bytes() == Path("net.html").read_bytes()


def test_dvc_has_the_stage_its_metrics_and_plots(recipe):
    pytest.importorskip("dvc")
    if shutil.which("git") is None:
        pytest.skip("no git")
    for command in (["git", "init", "--quiet"], [sys.executable, "-m", "dvc", "init", "--quiet"]):
        subprocess.run(command, check=True)
    recipe("dvc repro")
    metrics = subprocess.run(
        [sys.executable, "-m", "dvc", "metrics", "show", "--json"], check=True, capture_output=True, text=True
    ).stdout
    figures = json.loads(metrics)[""]["data"]["summary.json"]["data"]
    assert figures["parameters"] == 99_914
    assert figures["cost"]["flops"] > figures["cost"]["macs"] > 0
    assert "mixer/mix_0" in next(Path("dvc_plots").glob("index.html")).read_text(encoding="utf-8")
