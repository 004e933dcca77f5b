"""Runs the benchmarks, prints their tables and writes each to results/: `python benchmarks/run.py [NAME ...]`."""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"


def machine() -> str:
    """The machine and the Python in a line."""
    return f"{os.cpu_count()} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}"


def main() -> int:
    """Run the benchmarks named on the command line, or all, each in a process of its own."""
    known = sorted(path.stem[len("bench_") :] for path in HERE.glob("bench_*.py"))
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(known)}")
    names = parser.parse_args().names or known
    if not set(names) <= set(known):
        parser.error(f"no such benchmark; there are {', '.join(known)}")
    RESULTS.mkdir(exist_ok=True)
    for name in names:
        done = subprocess.run(
            [sys.executable, HERE / f"bench_{name}.py"], stdout=subprocess.PIPE, text=True, check=False
        )
        if done.returncode:
            return done.returncode
        text = f"# {name}\n\n`make bench ARGS={name}` on {machine()}\n\n{done.stdout}"
        print(text)
        (RESULTS / f"{name}.md").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
