"""The program that a child process runs: DOT text on its input, SVG on its output, through pygraphviz's libraries.

They run in process and cannot be interrupted, so the parent ends this whole process when the time is over.
"""

from __future__ import annotations

import sys

NO_LIBRARIES = 3
"""Exit code: pygraphviz is there but cannot be imported (a broken install, missing system libraries)."""


def lay_out() -> None:
    """Lay out standard input with ``dot`` and write the SVG to standard output."""
    try:
        import pygraphviz
    except ImportError as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(NO_LIBRARIES)
    text = sys.stdin.buffer.read().decode("utf-8")
    graph = pygraphviz.AGraph(string=text)
    sys.stdout.buffer.write(graph.draw(format="svg", prog="dot"))
