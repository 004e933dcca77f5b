"""Moves the fragments of changelog.d/ to the top of CHANGELOG.md: `python tools/changelog.py 0.1.0 2026-12-01`."""

from __future__ import annotations

import argparse
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def release(text: str, version: str, date: str, fragments: "list[str]") -> str:
    """The changelog with one more release above the others."""
    entries = "\n".join(f"- {' '.join(fragment.split())}" for fragment in fragments)
    head, mark, releases = text.partition("\n## ")
    return f"{head.rstrip()}\n\n## {version} ({date})\n\n{entries}\n{mark}{releases}"


def main() -> None:
    """Write the changelog and remove the fragments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("version")
    parser.add_argument("date", help="year-month-day")
    options = parser.parse_args()
    files = sorted(path for path in (ROOT / "changelog.d").glob("*.md") if path.name != "README.md")
    changelog = ROOT / "CHANGELOG.md"
    fragments = [path.read_text(encoding="utf-8") for path in files]
    changelog.write_text(
        release(changelog.read_text(encoding="utf-8"), options.version, options.date, fragments), encoding="utf-8"
    )
    for path in files:
        path.unlink()


if __name__ == "__main__":
    main()
