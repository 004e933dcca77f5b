"""Runs the benchmarks, prints their tables and writes each to results/: `python benchmarks/run.py [NAME ...]`.

With `--python PYTHON`, once for each, a benchmark runs with each of these in turn, and one file holds all their tables:
`python benchmarks/run.py profile replay --python .ci-envs/tf2.4-py3.8/bin/python --python .venv/bin/python`.
"""

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
    parser.add_argument("--python", action="append", help="another Python to run it with, once for each")
    options = parser.parse_args()
    names = options.names or known
    if not set(names) <= set(known):
        parser.error(f"no such benchmark; there are {', '.join(known)}")
    RESULTS.mkdir(exist_ok=True)
    for name in names:
        tables = []
        for python in options.python or [sys.executable]:
            done = subprocess.run([python, HERE / f"bench_{name}.py"], stdout=subprocess.PIPE, text=True, check=False)
            if done.returncode:
                return done.returncode
            tables.append(done.stdout)
        text = f"# {name}\n\n`make bench ARGS={name}` on {machine()}\n\n" + "\n".join(tables)
        print(text)
        (RESULTS / f"{name}.md").write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
