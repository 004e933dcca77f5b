"""Every word of the command: answers on standard output, errors and progress on standard error.

Both may be closed, full, or read by a program that has gone away.
"""

from __future__ import annotations

import codecs
import io
import os
import shutil
import sys
import warnings
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any, Iterator, Optional, Tuple, Type, Union

from ..errors import WriteError
from ..visible import one_line, sentence, visible

_PLAINLY = "opscope-plainly"
"""What Python calls our way to write what a stream's encoding does not have."""
_PLAIN = {
    "\u00b5": "u",
    "\u03bc": "u",
    "\u00d7": "x",
    "\u00b7": "-",
    "\u2026": "...",
    "\u2264": "<=",
    "\u2265": ">=",
    "\u2500": "-",
}
_PLAIN.update({chr(0x2581 + step): str(step + 1) for step in range(8)})  # the bars of memory along a step, as digits
_PACKAGE = Path(__file__).resolve().parent.parent


class ReaderGoneError(Exception):
    """Who reads standard output has gone away (``| head``): nobody waits for the rest, and nothing is wrong."""


def prepare() -> None:
    """Make the standard streams safe to use, whatever they are."""
    for descriptor in (0, 1, 2):
        try:
            os.fstat(descriptor)
        except OSError:
            # Closed: the next file opened would get its number, and TensorFlow's messages would go into a picture.
            os.set_inheritable(os.open(os.devnull, os.O_RDWR), True)
    if sys.stderr is None:  # as Python has it for a closed one
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115  (as long as the process)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_PLAINLY)  # a terminal that lacks a character must not lose the answer


def _plainly(error: UnicodeError) -> Tuple[str, int]:
    """What to write for characters that a stream cannot say: ``us`` for microseconds in ASCII, a question mark for a name's."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    return "".join(_PLAIN.get(sign, "?") for sign in error.object[error.start : error.end]), error.end


codecs.register_error(_PLAINLY, _plainly)


def require_output() -> None:
    """`WriteError` where standard output is closed: said before the work, since the answer would go nowhere."""
    if sys.stdout is None:
        raise WriteError(
            "standard output is closed, so there is nowhere to print to; leave it open or redirect it (> FILE)"
        )


def say(text: str) -> None:
    """A part of the answer, on lines of its own, at once."""
    with speaking():
        sys.stdout.write(visible(text if text.endswith("\n") else f"{text}\n"))


def complain(text: str) -> None:
    """An error, as one line."""
    with suppress(OSError, ValueError):  # the exit code is left to tell
        sys.stderr.write(f"error: {sentence(text)}\n")
        sys.stderr.flush()


@contextmanager
def warnings_in_lines() -> Iterator[None]:
    """Inside, a warning of opscope is one line on stderr; those of the model's code look as Python shows them."""
    shown = warnings.showwarning

    def show(message: "Union[Warning, str]", category: Type[Warning], filename: str, *rest: Any, **more: Any) -> None:
        if _PACKAGE not in Path(filename).resolve().parents:
            shown(message, category, filename, *rest, **more)
        else:
            sys.stderr.write(f"warning: {sentence(str(message))}\n")

    warnings.showwarning = show
    try:
        yield
    finally:
        warnings.showwarning = shown


@contextmanager
def speaking() -> Iterator[None]:
    """What is written to standard output inside reaches it, or is a `WriteError`, or `ReaderGoneError`."""
    try:
        try:
            yield
        finally:
            sys.stdout.flush()
    except OSError as error:
        _lead_nowhere(sys.stdout)
        if isinstance(error, BrokenPipeError):
            raise ReaderGoneError from error
        raise WriteError(
            f"cannot write to standard output: {error.strerror or error}; make room there, or redirect it (> FILE)"
        ) from None


def settle() -> None:
    """Leave nothing in the streams that Python could fail to write when it exits: it would say so, with code 120."""
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            _lead_nowhere(stream)


def _lead_nowhere(stream: "IO[Any]") -> None:
    with suppress(OSError, ValueError):  # a stream of a test or a notebook has no descriptor
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def terminal_width() -> Optional[int]:
    """Columns of the terminal that the answer goes to, if it goes to one."""
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else None


@contextmanager
def working(what: str) -> Iterator[None]:
    """A moving line while long work runs on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        yield
        return
    from rich.console import Console
    from rich.text import Text

    with Console(stderr=True).status(Text(one_line(what))):  # a name such as [red] is no markup
        yield
