"""Says how a process ended that gave no answer."""

from __future__ import annotations

import signal


def process_ending(code: int) -> str:
    """The words for a return code of `subprocess.Popen`, after a subject.

    >>> process_ending(3)
    'ended with exit code 3'
    """
    if code == -getattr(signal, "SIGKILL", 0):
        return "was killed, perhaps for lack of memory,"
    return f"was ended by signal {-code}" if code < 0 else f"ended with exit code {code}"
