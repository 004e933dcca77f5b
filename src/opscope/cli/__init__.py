"""The ``opscope`` command: one module a verb, each with `add` (its options) and `run` (what it does)."""

from __future__ import annotations

import argparse
import io
import os
import sys
from typing import List, Optional

from ..errors import OpscopeError

FAILED = 1
INTERRUPTED = 130


def main(arguments: Optional[List[str]] = None) -> int:
    """Run the command; returns its exit code: 0, 1 after an error's one line on stderr, 130 after Ctrl-C.

    Wrong usage ends in `SystemExit` with code 2, as argparse has it.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")  # TensorFlow's greetings are no part of the answer
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a terminal that lacks a character must not lose the answer
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except BrokenPipeError:
        _close_stdout()
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED


def _run(options: argparse.Namespace) -> int:
    try:
        options.run(options)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except Exception as error:
        if options.traceback:
            raise
        sys.stderr.write(f"error: {_line(error)}\n")
        return FAILED
    return 0


def _parser() -> argparse.ArgumentParser:
    from .. import __version__
    from . import demo, profile, render, show, summary
    from .help import Help

    parser = argparse.ArgumentParser(
        prog="opscope", description="Show what a TensorFlow model really does.", formatter_class=Help
    )
    parser.add_argument("--version", action="version", version=f"opscope {__version__}")
    verbs = parser.add_subparsers(title="verbs", metavar="VERB", required=True, dest="verb")
    for verb in (render, show, summary, profile, demo):
        name = verb.__name__.rpartition(".")[2]
        description = (verb.__doc__ or "").strip()
        first, _, _ = description.partition("\n")
        sub = verbs.add_parser(name, help=first.rstrip("."), description=description, formatter_class=Help)
        verb.add(sub)
        sub.add_argument("--traceback", action="store_true", help="on an error, show where it happened")
        sub.set_defaults(run=verb.run)
    return parser


def _line(error: Exception) -> str:
    if isinstance(error, OpscopeError):
        line = " ".join(str(error).split())
        where = error.__cause__ is not None and "--traceback" not in line
        return f"{line}; --traceback shows where" if where else line
    kind = type(error).__name__
    return " ".join(f"unexpected {kind}: {error}".split()) + "; --traceback shows where, please report it with that"


def _close_stdout() -> None:
    """The reader went away (``| head``): write the rest to nowhere, so that Python's exit does not complain."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
