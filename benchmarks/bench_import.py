"""How long `import opscope` takes in a fresh process, interpreter start aside: medians of wall and CPU time."""

from __future__ import annotations

import statistics
import subprocess
import sys
from typing import List

RUNS = 21
CODE = (
    "import time; wall, cpu = time.perf_counter(), time.process_time(); import {what}; "
    "print(time.perf_counter() - wall, time.process_time() - cpu); "
    "import sys; assert not {{'tensorflow', 'numpy', 'google.protobuf'}} & set(sys.modules) or '{what}' != 'opscope'"
)


def seconds(what: str) -> List[float]:
    """The median wall and CPU time of one import statement."""
    laps: List[List[float]] = []
    for _ in range(RUNS):
        done = subprocess.run(
            [sys.executable, "-c", CODE.format(what=what)], capture_output=True, text=True, check=True
        )
        laps.append([float(value) for value in done.stdout.split()])
    return [statistics.median(column) for column in zip(*laps)]


def main() -> None:
    """Print the table."""
    print(f"| import | wall ms, median of {RUNS} | CPU ms |\n|---|---|---|")
    for what in ("opscope", "opscope.cli", "opscope.render.report.text", "json"):
        wall, cpu = seconds(what)
        print(f"| `{what}` | {1000 * wall:.1f} | {1000 * cpu:.1f} |")
    print("\nLimit: `import opscope` 100 ms, without TensorFlow, NumPy and protobuf (checked in each run).")


if __name__ == "__main__":
    main()
