"""Draw three small example models, two of them with measured times, and print where the pictures are.

$ opscope demo --out pictures
"""

from __future__ import annotations

import argparse
from pathlib import Path

from . import answer


def add(parser: argparse.ArgumentParser) -> None:
    """The arguments of ``opscope demo``."""
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("opscope-demo"),
        metavar="DIR",
        help="folder to write to (default: opscope-demo)",
    )


def run(options: argparse.Namespace) -> None:
    """Draw every example and print the paths of its pictures as soon as they are there."""
    from ..demo import draw_uses

    for use, paths in draw_uses(options.out):
        answer.say("\n".join([f"{use}:", *(f"  {path}" for path in paths)]))
