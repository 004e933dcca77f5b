"""Says in one line what to do when TensorFlow cannot run a function, for reasons that are not the model's own."""

from __future__ import annotations

import re
from contextlib import contextmanager
from typing import Any, Iterator, List, Optional

from ...capture.seams import tensorflow
from ...errors import InputError, OpscopeError, TraceError, option
from .given import arguments_of

_LONGEST = 300
"""How many characters of TensorFlow's message are shown."""
_NO_KERNEL = re.compile(
    r"No OpKernel|no (?:known|supported) (?:devices|kernel)|[Cc]ould not (?:satisfy|find valid device)|Cannot assign a device"
    r"|No registered .* OpKernel|not supported on this platform|Op type not registered|unknown device"
)
_NOT_INITIALIZED = re.compile(
    r"uninitiali[sz]ed|not initiali[sz]ed|Could not find variable|Error while reading resource"
)
_NO_MEMORY = re.compile(r"\bOOM\b|[Oo]ut of memory|[Ff]ailed to allocate")
_NOISE = re.compile(
    r"Graph execution error|Detected at node|File \"|\s*\[\[|\(\d+\) |Original stack trace|\d+ root error|node |\s*$"
)
"""How lines begin that TensorFlow puts around a message."""


@contextmanager
def told(concrete: Any, *, is_generated: bool) -> Iterator[None]:
    """A context for running the function. An error of TensorFlow's with a known remedy becomes one of opscope's, its cause.

    Any other comes through as the model raised it, unless values were generated: these may be what the model cannot take.
    """
    try:
        yield
    except tensorflow().errors.OpError as error:
        found = _explained(error, concrete, is_generated)
        if found is None:
            raise
        raise found from error


def _explained(error: Any, concrete: Any, is_generated: bool) -> Optional[OpscopeError]:
    """The error to raise in place of TensorFlow's; ``None`` to leave it."""
    message, line = str(error), _line(str(error))
    errors = tensorflow().errors
    if isinstance(error, errors.ResourceExhaustedError) or _NO_MEMORY.search(line):
        return InputError(
            f"there is not enough memory to run it: {line}; give smaller inputs, or a smaller {option('batch')}"
        )
    if isinstance(error, errors.UnimplementedError) or _NO_KERNEL.search(message):
        return TraceError(f"TensorFlow cannot run it on this machine: {line}; it can still be traced and drawn")
    if isinstance(error, (errors.FailedPreconditionError, errors.NotFoundError)) and _NOT_INITIALIZED.search(message):
        return TraceError(f"a variable or table of the model has no value yet: {line}; initialize it before it is run")
    if is_generated:
        given = ", ".join(leaf.name for leaf in arguments_of(concrete) if getattr(leaf, "name", None))
        return InputError(
            f"it cannot run on generated values: {type(error).__name__}: {line}; give arrays or tensors"
            + (f" for {given}" if given else "")
        )
    return None


def _line(message: str) -> str:
    """The first line of a message of TensorFlow's that tells something."""
    lines: List[str] = [line.strip() for line in message.splitlines()]
    telling = [line for line in lines if line and not _NOISE.match(line)]
    line = (telling or lines or [""])[0].rstrip(".") or "no message"
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1] + "…"
