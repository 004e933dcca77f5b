"""DOT text to SVG through Graphviz: the libraries in pygraphviz's wheel, else a ``dot`` program on PATH."""

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
"""Seconds that Graphviz may take; its layout of a large flat graph can take hours."""

_CHILD = "import sys; sys.path[:] = sys.argv[1:]; from opscope.render.dot.graphviz_child import lay_out; lay_out()"


def svg_from_dot(dot: str, *, timeout: float = TIMEOUT) -> str:
    """Lay out and draw DOT text with Graphviz's ``dot`` engine, within `timeout` seconds.

    The text is measured with the fonts that ship with opscope (where Graphviz finds fonts through fontconfig).

    Raises:
        MissingDependencyError: neither pygraphviz nor a ``dot`` program is there.
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
        "install one: `pip install pygraphviz` (Python 3.10 or newer), `apt-get install graphviz`, "
        "`brew install graphviz` or `conda install graphviz`; or draw without it: " + option("engine", "opscope")
    )
    raise MissingDependencyError(msg)


def _commands() -> List[List[str]]:
    """The ways to run Graphviz that look possible here, best first."""
    commands = []
    if importlib.util.find_spec("pygraphviz") is not None and sys.executable:
        commands.append([sys.executable, "-c", _CHILD, *sys.path])
    program = shutil.which("dot")
    if program is not None:
        commands.append([program, "-Tsvg"])
    return commands


def _run(command: List[str], dot: str, timeout: float, environment: Dict[str, str]) -> Optional[str]:
    """The SVG, or ``None`` where this way to Graphviz turns out not to work at all."""
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
    """What Graphviz said last, in one line."""
    if done.returncode < 0:
        return f"it was ended by {signal.Signals(-done.returncode).name}"
    lines = [line for line in done.stderr.decode("utf-8", "replace").splitlines() if line.strip()]
    errors = [line for line in lines if "rror" in line]
    return (errors or lines or [f"exit code {done.returncode}"])[-1].strip()


def _environment(folder: Path) -> Dict[str, str]:
    """The process's environment, with a fontconfig configuration that knows opscope's fonts before the system's.

    The fonts are copied, since fontconfig writes into the folders it reads, and the package's is not ours to change; its
    cache of them goes to `folder` too, while the system's cache is still read.
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
