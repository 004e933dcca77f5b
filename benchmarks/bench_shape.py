"""The shape of the code before and after: lengths, names, cycles, comments (`shape.py` says how each is counted).

python benchmarks/bench_shape.py [--before REVISION]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
from typing import Callable, Dict, List, NamedTuple, Tuple

import shape

BEFORE = "ecbc1d4"
"""Before the rooms were rebuilt with folders that show the design."""
LONG, MANY = 60, 6
Cells = Dict[str, Tuple[str, ...]]


class Side(NamedTuple):
    """A tree and its modules."""

    tree: shape.Tree
    modules: List[shape.Module]


SIZES = (
    "folder", "files", "lines", "module, median", "longest", "function, median", "p90", "longest",
    f"over {LONG} lines", f"over {MANY} parameters",
)  # fmt: skip
HABITS = (
    "folder", "doubled names", "modules in a cycle when loaded", "... with imports in functions", "lines with a comment, %",
)  # fmt: skip


def sizes(side: Side) -> Cells:
    """The cells of the first table by folder."""
    rows = {}
    for folder in shape.folders(side.modules):
        here = [module for module in side.modules if module.path.startswith(folder)]
        lines = [module.lines for module in here]
        functions = [function for module in here for function in module.functions]
        lengths = sorted(function.lines for function in functions) or [0]
        counts = (
            len(here), sum(lines), statistics.median(lines), max(lines), statistics.median(lengths),
            lengths[9 * (len(lengths) - 1) // 10], lengths[-1], sum(length > LONG for length in lengths),
            sum(function.parameters > MANY for function in functions),
        )  # fmt: skip
        rows[folder] = tuple(f"{count:,.0f}" for count in counts)
    return rows


def habits(side: Side) -> Cells:
    """The cells of the second table by folder: a doubled name counts in each folder that has one of its homes."""
    twice = shape.doubled(side.modules)
    circles = [
        {path for circle in shape.cycles(side.modules, called=called) for path in circle} for called in (False, True)
    ]
    rows = {}
    for folder in shape.folders(side.modules):
        here = [module for module in side.modules if module.path.startswith(folder)]
        names = sum(any(path.startswith(folder) for path in paths) for paths in twice.values())
        share = 100 * sum(module.comments for module in here) / sum(module.lines for module in here)
        looped = [sum(module.path in circle for module in here) for circle in circles]
        rows[folder] = (str(names), *map(str, looped), f"{share:.1f}")
    return rows


def page(side: Side) -> Cells:
    """The cells of the table of TypeScript by folder."""
    return {
        f"viewer/src/{folder}": tuple(f"{count:,.0f}" for count in (len(lines), sum(lines), statistics.median(lines), max(lines)))
        for folder, lines in sorted(shape.typescript(side.tree).items())
    }  # fmt: skip


def table(title: Tuple[str, ...], cells: Callable[[Side], Cells], sides: List[Side]) -> None:
    """Print one table; what differs reads ``before → after``, a side that has no such folder is a dash."""
    found = [cells(side) for side in sides]
    none = ("–",) * (len(title) - 1)
    print(f"| {' | '.join(title)} |\n|{'---|' * len(title)}")
    for folder in sorted({folder for rows in found for folder in rows}):
        columns = zip(*(rows.get(folder, none) for rows in found))
        values = [column[0] if len(set(column)) == 1 else " → ".join(column) for column in columns]
        print(f"| {folder or '**all**'} | {' | '.join(values)} |")
    print()


def lists(side: Side) -> None:
    """Print what the counts of names and cycles are made of."""
    print("Doubled names now:\n")
    for name, paths in shape.doubled(side.modules).items():
        print(f"- `{name}`: {', '.join(paths)}")
    for called, when in ((False, "when loaded"), (True, "with imports in functions")):
        print(f"\nModules that import each other in a circle now, {when}:\n")
        found = shape.cycles(side.modules, called=called)
        print("\n".join(f"- {', '.join(circle)}" for circle in found) or "- none")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--before", default=BEFORE, metavar="REVISION", help=f"what to compare with ({BEFORE})")
    before = parser.parse_args().before
    trees = [shape.working_tree()]
    try:
        trees.insert(0, shape.revision(before))
        print(f"{before} → the working tree. A room's row holds all its folders.\n")
    except (OSError, subprocess.CalledProcessError):
        print(f"The working tree alone: git has no {before} here. A room's row holds all its folders.\n")
    sides = [Side(tree, shape.modules(tree)) for tree in trees]
    table(SIZES, sizes, sides)
    table(HABITS, habits, sides)
    table(("folder", "files", "lines", "module, median", "longest"), page, sides)
    lists(sides[-1])


if __name__ == "__main__":
    main()
