"""Log directories that TensorFlow wrote (tools/record_logs.py), for TensorBoard to show, with a run whose name is markup."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Dict

LOGS = Path(__file__).resolve().parents[1] / "profile" / "logs"
VERSIONS = ("tf24", "tf210", "tf215", "tf221")
MARKUP = "<img src=x onerror=alert(1)>&amp;"


def unpacked(folder: Path) -> Path:
    """All recorded logs, a folder for each version of TensorFlow, and one of them once more under a name that is markup."""
    for version in VERSIONS:
        with zipfile.ZipFile(LOGS / f"{version}.zip") as archive:
            archive.extractall(folder / version, [name for name in archive.namelist() if name != "step.json"])
    (events,) = (folder / "tf221" / "loop" / "train").iterdir()
    (folder / MARKUP).mkdir()
    (folder / MARKUP / events.name).write_bytes(events.read_bytes())
    return folder


def contents(folder: Path) -> Dict[str, bytes]:
    """Every file of a folder with its bytes, and every folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in sorted(folder.rglob("*"))
    }
