"""How long `import opscope` takes in a fresh process: the median of several, interpreter start aside."""

from __future__ import annotations

import statistics
import subprocess
import sys

RUNS = 21
CODE = (
    "import time; start = time.perf_counter(); import {what}; print(time.perf_counter() - start); "
    "import sys; assert not {{'tensorflow', 'numpy', 'google.protobuf'}} & set(sys.modules) or '{what}' != 'opscope'"
)


def seconds(what: str) -> float:
    """The median time of one import statement."""
    laps = []
    for _ in range(RUNS):
        done = subprocess.run(
            [sys.executable, "-c", CODE.format(what=what)], capture_output=True, text=True, check=True
        )
        laps.append(float(done.stdout))
    return statistics.median(laps)


def main() -> None:
    """Print the table."""
    print(f"| import | ms, median of {RUNS} |\n|---|---|")
    for what in ("opscope", "opscope.cli", "opscope.render.text", "json"):
        print(f"| `{what}` | {1000 * seconds(what):.1f} |")
    print("\nLimit: `import opscope` 100 ms, without TensorFlow, NumPy and protobuf (checked in each run).")


if __name__ == "__main__":
    main()
