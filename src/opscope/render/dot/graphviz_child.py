"""What the child process runs: it reads DOT from standard input and writes SVG to standard output, with pygraphviz.

Graphviz's libraries run inside this process and cannot be interrupted. When the time is over, the parent ends the
process.
"""

from __future__ import annotations

import sys

NO_LIBRARIES = 3
"""The exit code if pygraphviz is there but cannot be imported: a broken install, or missing system libraries."""


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
