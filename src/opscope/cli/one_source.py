"""The program of one process of `source_processes`: runs the verb for one of several sources."""

from __future__ import annotations

import io
import pickle
import sys
import traceback

from . import answer, guarded, run_verb


def do_one() -> None:
    """Read the verb's options from standard input, run it, and exit with its code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8")  # the process that reads it writes it in the encoding of the terminal
    options, width = pickle.load(sys.stdin.buffer)  # noqa: S301, written by the process that started this one
    answer.goes_to(width)
    try:
        code = guarded(lambda: run_verb(options), ending=True)
    except BaseException:  # noqa: BLE001, the user asked for the traceback; Python's own code for it, 1, is an answer of some verbs
        traceback.print_exc()
        code = options.trouble
    sys.exit(code)
