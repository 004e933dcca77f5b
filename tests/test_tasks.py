"""The pages of tasks are what a newcomer would do: their files are written, their commands run, and what they show of the answers is said."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Iterator, NamedTuple

import pytest

pytest.importorskip("tensorflow")

ROOT = Path(__file__).resolve().parents[1]
PAGES = sorted((ROOT / "docs" / "tasks").glob("*.md"))
FENCE = re.compile(r"^```(\w+)([^\n]*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
TITLE = re.compile(r'title="([^"]+)"')


class Block(NamedTuple):
    """A block of a page: its language, what stands behind that, and its text."""

    language: str
    more: str
    text: str


def blocks(page: Path) -> Iterator[Block]:
    return (Block(*found) for found in FENCE.findall(page.read_text(encoding="utf-8")))


def ran(block: Block, folder: Path) -> str:
    """What the commands print; they end well, but for a comparison or a check that found something where the page shows that."""
    scripts = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": f"{scripts}{os.pathsep}{os.environ['PATH']}",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "COLUMNS": "200",
    }
    differs = "opscope diff" in block.text
    done = subprocess.run(
        ["bash", "-c" if differs else "-ec", block.text], cwd=folder, env=environment, stdin=subprocess.DEVNULL, capture_output=True,
        encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode in ((1,) if "fails" in block.more else (0, 1) if differs else (0,)), done.stderr
    assert "Traceback" not in done.stderr
    return done.stdout + done.stderr


@pytest.mark.alike  # eight starts of TensorFlow a page
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_a_newcomer_who_follows_a_page_sees_what_it_says(page: Path, tmp_path: Path) -> None:
    printed, made, shown = "", 0, 0
    for block in blocks(page):
        title = TITLE.search(block.more)
        if title:
            (tmp_path / title[1]).write_text(block.text, encoding="utf-8")
        elif block.language == "sh":
            printed = ran(block, tmp_path)
            made += 1
        elif block.language == "text":
            assert [line for line in block.text.splitlines() if line not in printed] == [], printed
            shown += 1
    assert made > 0
    named = {word for block in blocks(page) if block.language == "sh" for word in re.findall(r"-o (\S+)", block.text)}
    assert {name for name in named if not (tmp_path / name).exists()} == set()
