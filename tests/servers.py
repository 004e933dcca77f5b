"""Servers of other programs that tests begin, and where they say that they are."""

from __future__ import annotations

import re
import subprocess
import threading
from contextlib import contextmanager
from typing import Any, Iterator, List, Match


@contextmanager
def served(command: List[str], address: str, **options: Any) -> Iterator[Match[str]]:
    """Run a server; gives what the pattern `address` matches of a line that it writes to standard error."""
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, **options)
    said: List[str] = []
    found = None
    try:
        for line in running.stderr or ():
            said.append(line)
            found = re.search(address, line)
            if found:
                break
        assert found, "".join(said)
        assert running.stderr is not None
        threading.Thread(target=running.stderr.read, daemon=True).start()  # a full pipe would stop the server
        yield found
    finally:
        running.terminate()
        try:
            running.wait(timeout=20)
        except (
            subprocess.TimeoutExpired
        ):  # JupyterLab's kernels have ended by then; it may wait forever for a thread of its own
            running.kill()
            running.wait()
