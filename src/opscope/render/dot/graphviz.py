"""Makes SVG from DOT text with Graphviz: with the libraries in pygraphviz's wheel, or else the ``dot`` program on PATH.

Either runs in a process of its own, because the layout of a large graph can take hours and only a process can be
stopped.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Dict, List, Optional
from xml.sax.saxutils import escape

from ...errors import MissingDependencyError, RenderError, option
from ..font import FILES
from .graphviz_child import NO_LIBRARIES

TIMEOUT = 60.0
"""How many seconds Graphviz may take. Its layout of a large flat graph can take hours."""

# The child's `sys.path` is this process's, so that it finds the same opscope and pygraphviz.
_CHILD = "import sys; sys.path[:] = sys.argv[1:]; from opscope.render.dot.graphviz_child import lay_out; lay_out()"


def svg_from_dot(dot: str, *, timeout: float = TIMEOUT) -> str:
    """Lay out and draw DOT text with Graphviz's ``dot`` engine, within `timeout` seconds.

    If Graphviz finds its fonts through fontconfig, it measures text with the fonts that ship with opscope.

    Raises:
        MissingDependencyError: there is neither pygraphviz nor a ``dot`` program.
        RenderError: Graphviz took too long, crashed, or did not understand the text.
    """
    with tempfile.TemporaryDirectory(prefix="opscope-") as folder:
        environment = _environment(Path(folder))
        for command in _commands():
            result = _run(command, dot, timeout, environment)
            if result is not None:
                return result
    msg = (
        "drawing with Graphviz needs the Graphviz libraries or program, and neither is installed; "
        "install one: pip install 'opscope[graphviz]' (Python 3.10 or newer), `apt-get install graphviz`, "
        "`brew install graphviz` or `conda install graphviz`; or draw without it: " + option("engine", "opscope")
    )
    raise MissingDependencyError(msg)


def _commands() -> List[List[str]]:
    """The commands that may run Graphviz here, the best first."""
    commands = []
    # `sys.executable` is empty if Python is embedded in another program.
    if importlib.util.find_spec("pygraphviz") is not None and sys.executable:
        commands.append([sys.executable, "-c", _CHILD, *sys.path])
    program = shutil.which("dot")
    if program is not None:
        commands.append([program, "-Tsvg"])
    return commands


def _run(command: List[str], dot: str, timeout: float, environment: Dict[str, str]) -> Optional[str]:
    """The SVG that a command makes; ``None`` if the command cannot be run here, so that the next one is tried."""
    try:
        done = subprocess.run(  # noqa: S603  (this Python, or the dot that PATH names)
            command, input=dot.encode(), capture_output=True, timeout=timeout, env=environment, check=False
        )
    except subprocess.TimeoutExpired:
        msg = (
            f"Graphviz did not finish within {timeout:g} s; open fewer groups ({option('depth', 1)}), "
            f"wait longer ({option('timeout', 600)}), or draw without it: {option('engine', 'opscope')}"
        )
        raise RenderError(msg) from None
    except OSError:
        return None
    if done.returncode == NO_LIBRARIES:
        return None
    if done.returncode != 0 or not done.stdout:
        msg = f"Graphviz failed: {_reason(done)}; save the .dot text to see what it was given, or open fewer groups"
        raise RenderError(msg)
    return done.stdout.decode("utf-8", "replace")


def _reason(done: "subprocess.CompletedProcess[bytes]") -> str:
    """Why Graphviz failed, in one line: its last error message, else its last words, else how it ended."""
    if done.returncode < 0:
        return f"it was ended by {signal.Signals(-done.returncode).name}"
    lines = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    # "Error" and "error".
    errors = [line for line in lines if "rror" in line]
    return (errors or lines or [f"exit code {done.returncode}"])[-1].strip()


def _environment(folder: Path) -> Dict[str, str]:
    """The environment for Graphviz: this process's, with a configuration of fontconfig that has opscope's fonts first.

    The fonts are copied because fontconfig writes into the folders that it reads, and an installed package must not
    change. Its cache of them goes to `folder` too; the system's cache is still read. If the user has set
    FONTCONFIG_FILE, it stays.
    """
    fonts = folder / "fonts"
    fonts.mkdir()
    for file in FILES:
        shutil.copy(str(file), str(fonts))
    config = folder / "fonts.conf"
    config.write_text(
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f"<cachedir>{escape(str(folder))}</cachedir><dir>{escape(str(fonts))}</dir>"
        '<include ignore_missing="yes">/etc/fonts/fonts.conf</include></fontconfig>',
        encoding="utf-8",
    )
    environment = dict(os.environ)
    environment.setdefault("FONTCONFIG_FILE", str(config))
    return environment
