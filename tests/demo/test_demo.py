import subprocess
import sys

import pytest

pytest.importorskip("tensorflow")


def test_every_use_draws_its_pictures_and_the_command_prints_where(tmp_path):
    done = subprocess.run(
        [sys.executable, "-m", "opscope", "demo", "--out", str(tmp_path / "made" / "here")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    names = {"small", "waves", "waves_timed", "tagger"}
    files = {f"{name}.{suffix}" for name in names for suffix in ("svg", "png")} | {"tagger.html"}
    assert {path.name for path in (tmp_path / "made" / "here").iterdir()} == files
    for name in files:
        assert str(tmp_path / "made" / "here" / name) in done.stdout
    assert "per step" in (tmp_path / "made" / "here" / "waves_timed.svg").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_made_is_said(tmp_path):
    from opscope import WriteError
    from opscope.demo import draw_uses

    (tmp_path / "file").write_text("")
    with pytest.raises(WriteError, match="--out"):
        list(draw_uses(tmp_path / "file"))
